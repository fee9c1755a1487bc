"""What the kiosk believes of the time, whatever the machine's clock says."""

from kiosk.clock import GivenClock, SystemClock, seconds_since_boot
from kiosk.rules.moment import Floor
from kiosk.rules.ticket import LATEST_TIME
from kiosk.rules.words import ClockTrust
from tests.support.clock import TwoHands

NOON, DAY = 1_783_148_400, 86_400
FLOOR = Floor(trusted=NOON, signed=NOON)


def clock(hands: TwoHands, floor: Floor = FLOOR) -> SystemClock:
    return SystemClock(floor, wall=hands.wall, monotonic=hands.monotonic)


def test_a_clock_in_step_is_trusted() -> None:
    moment = clock(TwoHands(NOON + 60)).now()
    assert (moment.earliest, moment.latest, moment.trust) == (NOON + 60, NOON + 60, ClockTrust.TRUSTED)


def test_a_new_kiosk_without_any_signed_time_believes_its_clock() -> None:
    assert clock(TwoHands(NOON), Floor(trusted=0, signed=0)).now().trust is ClockTrust.TRUSTED


def test_a_clock_below_its_floor_is_suspect_and_ticks_on_from_the_floor() -> None:
    hands = TwoHands(0)
    made = clock(hands)
    hands.run(90)
    moment = made.now()
    assert (moment.now, moment.trust) == (NOON + 90, ClockTrust.SUSPECT)


def test_a_few_seconds_behind_the_registry_is_skew_and_time_never_goes_back() -> None:
    moment = clock(TwoHands(NOON - 20)).now()
    assert (moment.now, moment.trust) == (NOON, ClockTrust.TRUSTED)


def test_a_year_without_power_is_an_interval() -> None:
    moment = clock(TwoHands(NOON + 365 * DAY)).now()
    assert (moment.earliest, moment.now, moment.latest) == (NOON, NOON, LATEST_TIME)
    assert moment.trust is ClockTrust.SUSPECT


def test_a_jump_while_running_is_suspect_until_the_clock_is_back() -> None:
    hands = TwoHands(NOON)
    made = clock(hands)
    made.now()
    hands.run(60)
    hands.wall_time += 10 * 365 * DAY
    moment = made.now()
    assert (moment.now, moment.trust) == (NOON + 60, ClockTrust.SUSPECT)
    hands.wall_time -= 10 * 365 * DAY
    assert made.now().trust is ClockTrust.TRUSTED


def test_a_minute_ten_years_ahead_never_moves_the_floor() -> None:
    hands = TwoHands(NOON)
    made = clock(hands)
    made.now()
    hands.wall_time += 10 * 365 * DAY
    made.now()
    hands.wall_time = NOON + 5
    assert made.now().now == NOON + 5


def test_a_signed_time_raises_the_floor_and_sets_a_mended_clock_free() -> None:
    hands = TwoHands(0)
    made = clock(hands)
    assert made.now().trust is ClockTrust.SUSPECT
    made.signed(NOON + DAY)
    assert made.now().now == NOON + DAY
    hands.wall_time = NOON + DAY + 60
    made.signed(NOON + DAY + 30)
    moment = made.now()
    assert (moment.now, moment.trust) == (NOON + DAY + 60, ClockTrust.TRUSTED)


def test_time_ticks_on_from_a_signature_where_the_wall_clock_is_a_day_slow() -> None:
    hands = TwoHands(NOON)
    made = clock(hands)
    made.now()
    made.signed(NOON + DAY)
    hands.run(7200)
    moment = made.now()
    assert (moment.now, moment.trust) == (NOON + DAY + 7200, ClockTrust.SUSPECT)


def test_a_signature_that_comes_hours_after_a_start_in_1970_says_what_time_it_is() -> None:
    hands = TwoHands(0)
    made = clock(hands)
    hands.run(5 * 3600)
    made.signed(NOON + DAY)
    assert made.now().now == NOON + DAY
    hands.run(60)
    assert made.now().now == NOON + DAY + 60


def test_an_older_signature_takes_nothing_back() -> None:
    hands = TwoHands(0)
    made = clock(hands)
    hands.run(3600)
    made.signed(NOON - DAY)
    assert made.now().now == NOON + 3600


def test_many_small_jumps_are_one_large_one() -> None:
    hands = TwoHands(NOON)
    made = clock(hands)
    made.now()
    for _ in range(5):
        hands.run(1)
        hands.wall_time += 100
        made.now()
    moment = made.now()
    assert moment.trust is ClockTrust.SUSPECT
    assert moment.now <= NOON + 300 + 5


def test_time_never_goes_back_while_the_wall_clock_goes_back_and_forth() -> None:
    hands = TwoHands(NOON)
    made = clock(hands)
    times = []
    for step in (0, 200, -200, 10 * 365 * DAY, -10 * 365 * DAY, -NOON, NOON, 290, -290):
        hands.run(60)
        hands.wall_time += step
        times.append(made.now().now)
    assert times == sorted(times)
    assert times[-1] <= NOON + 9 * 60 + 300


def test_the_clock_that_jumps_are_measured_by_runs_on_and_needs_no_setting() -> None:
    before = seconds_since_boot()
    assert before <= seconds_since_boot() < before + 60


def test_a_clock_tells_apart_what_it_says_and_what_is_proven() -> None:
    made = clock(TwoHands(NOON + 60 * DAY))
    assert made.now().earliest == NOON + 60 * DAY
    assert (made.proven().earliest, made.proven().latest) == (NOON, NOON + 60 * DAY)
    made.signed(NOON + 60 * DAY, is_live=True)
    assert made.proven() == made.now()


def test_a_given_time_says_so() -> None:
    given = GivenClock(NOON)
    assert given.proven() == given.now()
    given.signed(NOON + DAY)
    assert (given.now().now, given.now().trust) == (NOON, ClockTrust.GIVEN)
