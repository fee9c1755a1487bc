"""What the kiosk believes of the time, whatever the machine's clock says."""

from kiosk.clock import GivenClock, SystemClock
from kiosk.rules.moment import Floor
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
    assert (moment.earliest, moment.latest) == (NOON, NOON + 365 * DAY)
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


def test_a_given_time_says_so() -> None:
    given = GivenClock(NOON)
    given.signed(NOON + DAY)
    assert (given.now().now, given.now().trust) == (NOON, ClockTrust.GIVEN)
