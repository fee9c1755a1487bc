"""What is believed of the time, to the second: what is proven, what is an estimate, and what puts it in doubt."""

import pytest

from kiosk.rules.moment import Floor, Moment, Reading, TimeBelief, confirmed, looked, lowest, proven, signed, started
from kiosk.rules.ticket import LATEST_TIME
from kiosk.rules.words import ClockTrust

NOON, HOUR, DAY = 1_783_148_400, 3600, 86_400
TRUSTED, SUSPECT = ClockTrust.TRUSTED, ClockTrust.SUSPECT


class Machine:
    """A belief with the two clocks it is fed from."""

    def __init__(self, wall: float = NOON, *, trusted: int = NOON, signed: int = NOON) -> None:
        self.wall, self.monotonic = wall, 5.0
        self.belief: TimeBelief = started(Floor(trusted=trusted, signed=signed), self.reading)

    @property
    def reading(self) -> Reading:
        return Reading(wall=self.wall, monotonic=self.monotonic)

    def run(self, seconds: float) -> "Machine":
        self.wall += seconds
        self.monotonic += seconds
        return self

    def look(self) -> Moment:
        self.belief, moment = looked(self.belief, self.reading)
        return moment

    def prove(self) -> Moment:
        self.belief, moment = proven(self.belief, self.reading)
        return moment

    def sign(self, at: int, *, is_live: bool = False) -> Moment:
        self.belief = signed(self.belief, at, self.reading, is_live=is_live)
        return self.look()

    def say(self, at: int) -> Moment:
        self.belief = confirmed(self.belief, at, self.reading)
        return self.look()


def open_from(earliest: int, best: int | None = None) -> Moment:
    return Moment(earliest=earliest, latest=LATEST_TIME, trust=SUSPECT, best=earliest if best is None else best)


def between(earliest: int, latest: int, best: int) -> Moment:
    return Moment(earliest=earliest, latest=latest, trust=SUSPECT, best=best)


def point(at: int) -> Moment:
    return Moment.at(at, SUSPECT)


# ---- a moment -------------------------------------------------------------------------------------------------------


def test_an_interval_brings_its_estimate_inside_and_ends_where_tickets_do() -> None:
    assert Moment.between(10.9, 20.9, 5.0) == between(10, 20, 10)
    assert Moment.between(10, 20, 25) == between(10, 20, 20)
    assert Moment.between(10, 5, 7) == between(10, 10, 10)
    assert Moment.between(2.0**40, 2.0**41, 2.0**40) == between(LATEST_TIME, LATEST_TIME, LATEST_TIME)
    assert Moment.between(1, LATEST_TIME, 3).now == 3
    assert Moment.between(1, LATEST_TIME, 3).is_open
    assert not Moment.between(1, LATEST_TIME - 1, 3).is_open


def test_a_known_instant_is_its_own_estimate() -> None:
    assert (Moment.at(7).now, Moment.at(7).trust, Moment.at(7).latest) == (7, TRUSTED, 7)


# ---- a start --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "wall, moment",
    [
        (NOON, Moment.at(NOON)),
        (NOON + 0.9, Moment.at(NOON)),
        (NOON - 300, Moment.at(NOON)),
        (NOON - 301, open_from(NOON)),
        (NOON + 90 * DAY, Moment.at(NOON + 90 * DAY)),
        (NOON + 90 * DAY + 1, open_from(NOON)),
        (0, open_from(NOON)),
    ],
)
def test_a_start_believes_the_wall_clock_from_the_floor_to_90_days_after_the_last_signature(
    wall: float, moment: Moment
) -> None:
    assert Machine(wall).look() == moment


def test_the_kiosks_own_word_is_an_estimate_and_a_signature_is_proof() -> None:
    machine = Machine(0, trusted=NOON + 5 * DAY, signed=NOON)
    assert machine.look() == open_from(NOON, best=NOON + 5 * DAY)
    assert machine.run(HOUR).look() == open_from(NOON + HOUR, best=NOON + 5 * DAY + HOUR)
    assert Machine(NOON + 5 * DAY - 300, trusted=NOON + 5 * DAY).look() == Moment.at(NOON + 5 * DAY - 300)
    assert Machine(NOON + 5 * DAY - 301, trusted=NOON + 5 * DAY).look() == open_from(NOON, best=NOON + 5 * DAY)


def test_a_signature_is_the_estimate_where_nothing_later_is_known() -> None:
    assert Machine(0, trusted=NOON - DAY).look() == open_from(NOON)


def test_before_anything_was_signed_any_wall_clock_is_believed() -> None:
    assert Machine(0, trusted=0, signed=0).look() == Moment.at(0)
    assert Machine(NOON, trusted=0, signed=0).look() == Moment.at(NOON)
    assert Machine(LATEST_TIME, trusted=0, signed=0).look() == Moment.at(LATEST_TIME)
    assert Machine(LATEST_TIME + 1, trusted=0, signed=0).look() == open_from(0)


def test_the_wall_clock_may_come_right_later() -> None:
    machine = Machine(0)
    machine.look()
    machine.run(HOUR).wall = NOON + HOUR - 300
    assert machine.look() == Moment.at(NOON + HOUR)
    assert Machine(0).run(HOUR).look() == open_from(NOON + HOUR)
    machine = Machine(0).run(HOUR)
    machine.wall = NOON + HOUR - 301
    assert machine.look() == open_from(NOON + HOUR)


# ---- while it runs --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("step", [300, -300])
def test_a_step_of_five_minutes_is_no_jump(step: int) -> None:
    machine = Machine(NOON + HOUR)
    machine.look()
    machine.wall += step
    assert machine.look() == Moment.at(NOON + HOUR + max(step, 0))  # and time does not go back


@pytest.mark.parametrize("step", [301, -301])
def test_more_than_five_minutes_is_a_jump_and_where_nothing_is_proven_either_may_be_right(step: int) -> None:
    machine = Machine(NOON + HOUR)
    machine.look()
    machine.wall += step
    first, last = sorted((NOON + HOUR, NOON + HOUR + step))
    assert machine.look() == between(first, last, NOON + HOUR)
    assert machine.run(60).look() == between(first + 60, last + 60, NOON + HOUR + 60)


def test_a_jump_to_where_it_cannot_be_says_nothing() -> None:
    for wall in (NOON - 301, NOON + 90 * DAY + 1, 0, 2.0**33):
        machine = Machine(NOON + HOUR)
        machine.look()
        machine.wall = wall
        assert machine.look() == point(NOON + HOUR)
    for wall, moment in (
        (NOON - 300, between(NOON, NOON + HOUR, NOON + HOUR)),
        (NOON + 90 * DAY, between(NOON + HOUR, NOON + 90 * DAY, NOON + HOUR)),
    ):
        machine = Machine(NOON + HOUR)
        machine.look()
        machine.wall = wall
        assert machine.look() == moment


def test_what_a_live_signature_proved_is_counted_on_by_the_monotonic_clock() -> None:
    machine = Machine(NOON + HOUR)
    assert machine.sign(NOON + HOUR, is_live=True) == Moment.at(NOON + HOUR)
    machine.run(DAY).wall -= HOUR
    assert machine.look() == point(NOON + DAY + HOUR)
    machine.wall += HOUR
    assert machine.look() == Moment.at(NOON + DAY + HOUR)


def test_small_jumps_add_up() -> None:
    machine = Machine(NOON)
    machine.sign(NOON, is_live=True)
    machine.wall += 300
    assert machine.look() == Moment.at(NOON + 300)
    machine.wall += 1
    assert machine.look() == point(NOON + 300)  # never earlier than it was told


def test_a_signed_time_goes_before_a_wall_clock_that_is_a_little_slow() -> None:
    machine = Machine(NOON)
    machine.look()
    assert machine.sign(NOON + 300) == Moment.at(NOON + 300)
    machine.run(5).wall -= 301 + 5
    assert machine.look() == point(NOON + 305)


# ---- signatures -----------------------------------------------------------------------------------------------------


def test_a_signature_more_than_five_minutes_ahead_overthrows_what_was_held() -> None:
    machine = Machine(NOON)
    machine.look()
    assert machine.sign(NOON + 301) == open_from(NOON + 301)
    assert machine.run(10).look() == open_from(NOON + 311)
    machine.wall = NOON + 11
    assert machine.look() == Moment.at(NOON + 311)  # five minutes slow, and believed again


def test_an_older_signature_changes_nothing() -> None:
    machine = Machine(NOON + HOUR)
    before = machine.look()
    assert machine.sign(NOON - DAY) == before
    machine = Machine(0)
    assert machine.sign(NOON - 1201, is_live=True) == open_from(NOON)
    assert machine.belief.live is None


def test_a_signature_in_doubt_raises_the_proof_and_the_estimate() -> None:
    machine = Machine(0, trusted=NOON + DAY)
    assert machine.sign(NOON + HOUR) == open_from(NOON + HOUR, best=NOON + DAY)
    assert machine.sign(NOON + DAY + 1) == open_from(NOON + DAY + 1)
    assert machine.sign(NOON) == open_from(NOON + DAY + 1)


@pytest.mark.parametrize("slow", [300, -1200])
def test_a_live_signature_that_agrees_with_the_wall_clock_proves_it(slow: int) -> None:
    machine = Machine(NOON + DAY)
    moment = machine.sign(NOON + DAY + slow, is_live=True)
    assert moment == Moment.at(NOON + DAY + max(slow, 0))
    assert machine.belief.held is not None
    assert machine.belief.held.is_proven


def test_a_live_signature_with_a_dead_wall_clock_is_an_interval_of_twenty_minutes() -> None:
    machine = Machine(0)
    assert machine.sign(NOON + DAY, is_live=True) == between(NOON + DAY, NOON + DAY + 1200, NOON + DAY)
    assert machine.run(60).look() == between(NOON + DAY + 60, NOON + DAY + 1260, NOON + DAY + 60)
    for wall, is_believed in ((-301, False), (-300, True), (1200, True), (1201, False)):
        machine = Machine(0)
        machine.sign(NOON + DAY, is_live=True)
        machine.run(60).wall = NOON + DAY + 60 + wall
        assert (machine.look().trust is TRUSTED) is is_believed
    assert machine.sign(NOON + DAY + 60, is_live=True).latest == NOON + DAY + 1260


def test_a_live_signature_just_ahead_of_the_last_one_is_live_too() -> None:
    machine = Machine(0)
    assert machine.sign(NOON - 1200, is_live=True) == between(NOON, NOON, NOON)
    assert machine.belief.live is not None


def test_a_wall_clock_that_agrees_with_a_live_signature_later_is_proven() -> None:
    machine = Machine(0)
    machine.sign(NOON, is_live=True)
    machine.wall = NOON + 1
    assert machine.look() == Moment.at(NOON + 1)
    machine.wall -= HOUR
    assert machine.look() == point(NOON + 1)


@pytest.mark.parametrize("ahead, is_in_doubt", [(1200, False), (1201, True)])
def test_a_live_signature_behind_what_was_held_puts_all_between_in_doubt(ahead: int, is_in_doubt: bool) -> None:
    machine = Machine(NOON + ahead)
    assert machine.look() == Moment.at(NOON + ahead)
    moment = machine.sign(NOON, is_live=True)
    assert moment == (between(NOON, NOON + ahead, NOON) if is_in_doubt else Moment.at(NOON + ahead))
    if is_in_doubt:
        # still so when it says it again, until the wall clock agrees
        assert machine.run(60).sign(NOON + 60, is_live=True) == between(NOON + 60, NOON + ahead + 60, NOON + 60)
        machine.wall = NOON + 60
        assert machine.look() == Moment.at(NOON + 60)


def test_what_the_kiosk_wrote_itself_may_be_later_than_a_live_signature_and_right() -> None:
    machine = Machine(0, trusted=NOON + 60 * DAY)
    assert machine.sign(NOON + DAY, is_live=True) == between(NOON + DAY, NOON + 60 * DAY, NOON + DAY)
    machine.wall = NOON + DAY
    assert machine.look() == Moment.at(NOON + DAY)


def test_what_is_proven_is_not_put_in_doubt_by_a_signature_that_came_late() -> None:
    machine = Machine(NOON, trusted=NOON - DAY, signed=NOON - DAY)
    machine.sign(NOON - 1200, is_live=True)
    machine.run(HOUR).wall += 1
    moment = machine.look()
    assert machine.sign(NOON - 1200 + HOUR - 1, is_live=True) == moment
    assert machine.belief.held is not None
    assert machine.belief.held.is_proven


def test_a_live_signature_ahead_of_what_was_proven_goes_before_it() -> None:
    machine = Machine(NOON)
    machine.sign(NOON, is_live=True)
    assert machine.sign(NOON + 300, is_live=True) == Moment.at(NOON + 300)
    assert machine.sign(NOON + 301, is_live=True) == between(NOON + 301, NOON + 1501, NOON + 301)


def test_a_live_signature_proves_what_is_held_behind_a_wall_clock_that_jumped() -> None:
    machine = Machine(NOON + HOUR)
    machine.look()
    machine.wall -= HOUR
    assert machine.look().trust is SUSPECT
    assert machine.sign(NOON + HOUR, is_live=True) == point(NOON + HOUR)
    machine.wall += HOUR + 60
    assert machine.look() == Moment.at(NOON + HOUR + 60)


@pytest.mark.parametrize("behind, told", [(300, NOON + DAY), (301, NOON + DAY - 301)])
def test_what_was_told_is_taken_back_only_where_it_was_wrong(behind: int, told: int) -> None:
    machine = Machine(NOON + DAY)
    machine.look()
    machine.wall -= behind
    assert machine.sign(NOON + DAY - behind, is_live=True) == Moment.at(told)


def test_a_signature_without_a_date_of_its_own_ends_what_a_live_one_said() -> None:
    machine = Machine(0)
    machine.sign(NOON, is_live=True)
    assert machine.sign(NOON + 1500) == between(NOON + 1500, NOON + 1500, NOON + 1500)
    assert machine.sign(NOON + 1501) == open_from(NOON + 1501)
    machine.wall = NOON + 89 * DAY
    assert machine.look() == Moment.at(NOON + 89 * DAY)


# ---- a person -------------------------------------------------------------------------------------------------------


def test_a_persons_word_is_held_and_runs_on_with_a_wall_clock_that_is_wrong() -> None:
    machine = Machine(1000)
    assert machine.say(NOON + DAY) == Moment.at(NOON + DAY)
    assert machine.run(HOUR).look() == Moment.at(NOON + DAY + HOUR)
    machine.wall += 300
    assert machine.look() == Moment.at(NOON + DAY + HOUR + 300)
    machine.wall += 1
    assert machine.look() == point(NOON + DAY + HOUR + 300)


def test_a_wall_clock_set_right_after_a_persons_word_is_believed() -> None:
    machine = Machine(1000)
    machine.say(NOON + DAY)
    machine.run(HOUR).wall = NOON + DAY + HOUR + 300
    assert machine.look() == Moment.at(NOON + DAY + HOUR + 300)
    machine.wall += 1
    assert machine.look().trust is SUSPECT


@pytest.mark.parametrize("off, now", [(300, NOON + DAY + 300), (301, NOON + DAY)])
def test_a_wall_clock_that_agrees_with_a_person_knows_the_seconds(off: int, now: int) -> None:
    machine = Machine(NOON + DAY + off)
    assert machine.say(NOON + DAY) == Moment.at(now)


def test_what_nobody_signed_may_still_be_the_last_signed_time() -> None:
    machine = Machine(NOON + 80 * DAY)
    assert machine.look() == Moment.at(NOON + 80 * DAY)
    assert machine.prove() == between(NOON, NOON + 80 * DAY, NOON + 80 * DAY)
    assert machine.run(60).prove() == between(NOON + 60, NOON + 80 * DAY + 60, NOON + 80 * DAY + 60)
    machine.say(NOON + 90 * DAY)
    assert machine.prove() == between(NOON + 60, NOON + 90 * DAY, NOON + 90 * DAY)
    assert machine.sign(NOON + 90 * DAY, is_live=True) == machine.prove()


def test_what_is_proven_of_a_dead_clock_is_what_may_be() -> None:
    machine = Machine(1000)
    assert machine.prove() == machine.look() == open_from(NOON)


def test_a_live_signature_proves_an_instant() -> None:
    machine = Machine(NOON + 60)
    machine.sign(NOON + 50, is_live=True)
    assert machine.prove() == Moment.at(NOON + 60)
    machine.wall += DAY
    assert machine.prove() == point(NOON + 60)


def test_a_person_cannot_go_below_what_is_signed() -> None:
    machine = Machine(0).run(60)
    assert lowest(machine.belief, machine.reading) == NOON + 60 - 300
    assert machine.say(NOON + 60 - 300) == Moment.at(NOON + 60)
    assert lowest(started(Floor(trusted=0, signed=0), machine.reading), machine.reading) == 0


def test_a_person_takes_back_what_the_kiosk_told() -> None:
    machine = Machine(NOON + 60 * DAY)
    assert machine.look() == Moment.at(NOON + 60 * DAY)
    assert machine.say(NOON + DAY) == Moment.at(NOON + DAY)


def test_a_person_is_no_proof() -> None:
    machine = Machine(1000)
    machine.sign(NOON, is_live=True)
    machine.say(NOON + 5 * DAY)
    assert machine.sign(NOON + 1, is_live=True) == between(NOON + 1, NOON + 5 * DAY, NOON + 1)
    machine.say(NOON + HOUR)
    machine.wall = NOON + 2
    assert machine.look() == between(NOON + 2, NOON + HOUR, NOON + HOUR)
