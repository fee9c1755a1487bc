"""Clocks walked at random: jumps, power-off, dead batteries, signatures, scans and a ranger's word, in any order.

Only the walk knows the true time. What no rule can know is a wrong clock after power-off that stands where a clock may
stand, until somebody contradicts it: while such a time is held on the kiosk's own word, nothing is asked of it.
"""

from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from kiosk import clock as clock_module
from kiosk.clock import SystemClock
from kiosk.rules import moment as rules
from kiosk.rules.admission import decide
from kiosk.rules.entries import DecisionBody, Place
from kiosk.rules.facts import Facts
from kiosk.rules.moment import FRESH_SECONDS, LARGEST_JUMP_SECONDS, Floor, Moment, Reading, TimeBelief
from kiosk.rules.ticket import LATEST_TIME
from kiosk.rules.words import ClockTrust, Direction, Outcome, Source
from tests.support.clock import TwoHands
from tests.support.park import KID, NOON, PARK, SLOT, SmallPark, permit_of

HOUR, DAY = 3600, 86_400
SIGNED_BEFORE = 600
"""How old a manifest may be that is handed out: the registry signs it anew every ten minutes."""
SLACK = LARGEST_JUMP_SECONDS + FRESH_SECONDS
"""How far a time that is held may be off the truth, by the tolerances of the rules themselves."""
PLACE = Place(park=PARK, gate=1, lane=1, direction=Direction.ENTRY)
MAKER = SmallPark(key_fields={"longest_validity_seconds": LATEST_TIME, "verify_until": LATEST_TIME})
RULES = MAKER.set()


class ClockWalk(RuleBasedStateMachine):
    """One kiosk's life; entries are only what a start remembers of them."""

    @initialize()
    def begin(self) -> None:
        self.truth = NOON
        self.hands = TwoHands(NOON)
        self.signed = NOON - HOUR
        self.entries: list[tuple[int, ClockTrust]] = []
        self.start()

    def start(self) -> None:
        trusted = next((at for at, trust in reversed(self.entries) if trust is ClockTrust.TRUSTED), 0)
        floor = Floor(trusted=trusted, signed=self.signed)
        self.clock = SystemClock(floor, wall=self.hands.wall, monotonic=self.hands.monotonic)

    # ---- what happens -----------------------------------------------------------------------------------------------

    @rule(seconds=st.sampled_from([1, 60, 900, HOUR, 9 * HOUR, DAY, 10 * DAY]))
    def run(self, seconds: int) -> None:
        self.truth += seconds
        self.hands.run(seconds)

    @rule(
        seconds=st.sampled_from([-60 * DAY, -DAY, -HOUR, -301, -300, -1, 1, 300, 301, HOUR, DAY, 60 * DAY, 3650 * DAY])
    )
    def jump(self, seconds: int) -> None:
        self.hands.wall_time += seconds

    @rule(wall=st.sampled_from([0, NOON - DAY, LATEST_TIME]))
    def stand(self, wall: int) -> None:
        self.hands.wall_time = wall

    @rule()
    def set_right(self) -> None:
        self.hands.wall_time = self.truth

    @rule(
        seconds=st.sampled_from([10, HOUR, 9 * HOUR, 80 * DAY, 365 * DAY]),
        wrong=st.sampled_from([0, 0, -DAY, -HOUR, HOUR, 60 * DAY, None]),
        is_busy=st.booleans(),
    )
    def power_off(self, seconds: int, wrong: int | None, is_busy: bool) -> None:
        """The machine's clock runs on, is wrong by so much afterwards, or stands at 1970."""
        if is_busy:
            self.scan()
        self.truth += seconds
        self.hands.wall_time = 0 if wrong is None else self.hands.wall_time + seconds + wrong
        self.hands.monotonic_time = 20.0
        self.start()

    @rule(age=st.integers(0, SIGNED_BEFORE))
    def registry_answers(self, age: int) -> None:
        self.sign(age, is_live=True)
        assert not self.is_fooled(), "a live signature leaves no wrong time held"
        if 0 <= self.hands.wall_time - self.truth <= FRESH_SECONDS - SIGNED_BEFORE:
            assert self.clock.now().trust is ClockTrust.TRUSTED

    @rule(age=st.integers(0, 5 * DAY))
    def an_older_signature_comes(self, age: int) -> None:
        self.sign(age, is_live=False)

    def sign(self, age: int, *, is_live: bool) -> None:
        at = self.truth - age
        self.signed = max(self.signed, at)
        self.clock.signed(at, is_live=is_live)

    @rule()
    def a_ranger_says(self) -> None:
        minute = self.truth // 60 * 60
        if minute >= self.clock.lowest():
            self.clock.confirm(minute)
            self.entries.append((minute, ClockTrust.TRUSTED))
        assert self.clock.now().trust is ClockTrust.TRUSTED
        assert not self.is_fooled()

    @rule()
    def scan(self) -> None:
        moment = self.clock.now()
        self.entries.append((moment.now, moment.trust))
        if moment.trust is ClockTrust.SUSPECT and len(self.entries) > 1:
            assert self.remembered() == self.remembered(self.entries[:-1])

    # ---- what must hold ---------------------------------------------------------------------------------------------

    @invariant()
    def what_is_proven_has_come(self) -> None:
        assert self.clock.lowest() <= self.truth

    @invariant()
    def nobody_pays_for_the_clock(self) -> None:
        moment = self.clock.now()
        if self.is_fooled():
            return
        assert moment.earliest - SLACK <= self.truth <= moment.latest + SLACK
        margin = SLACK + 301
        assert self.verdict(moment, -DAY, -margin) is not Outcome.ADMITTED
        assert self.verdict(moment, margin, DAY) is not Outcome.ADMITTED
        assert self.verdict(moment, -margin, margin) is not Outcome.REFUSED
        if moment.trust is ClockTrust.TRUSTED:
            assert self.verdict(moment, -margin, margin) is Outcome.ADMITTED
            assert abs(moment.now - self.truth) <= SLACK

    def is_fooled(self) -> bool:
        """Whether a wrong time is held on nobody's word but the kiosk's own."""
        held = belief_of(self.clock).held
        if held is None:
            return False
        reading = Reading(wall=self.hands.wall_time, monotonic=self.hands.monotonic_time)
        is_wrong = abs(held.then(reading) - self.truth) > LARGEST_JUMP_SECONDS + 60
        return is_wrong and not held.is_proven

    def remembered(self, entries: list[tuple[int, ClockTrust]] | None = None) -> list[int]:
        return [at for at, trust in (self.entries if entries is None else entries) if trust is ClockTrust.TRUSTED]

    def verdict(self, moment: Moment, first: int, last: int) -> Outcome:
        claims = MAKER.claims(nbf=self.truth + first, exp=self.truth + last, iat=NOON - DAY, product=SLOT)
        body = decide(
            Facts(
                moment=moment, place=PLACE, source=Source.CAMERA, claims=claims, kid=KID, permit=permit_of(claims),
                signed_at=self.signed, revocations_at=self.signed,
            ),
            RULES,
        )  # fmt: skip
        assert isinstance(body, DecisionBody)
        return body.outcome


def belief_of(clock: SystemClock) -> TimeBelief:
    return clock._belief


def walk(examples: int, phases: tuple[Phase, ...] = (Phase.generate, Phase.shrink)) -> None:
    run_state_machine_as_test(
        ClockWalk,
        settings=settings(
            max_examples=examples,
            stateful_step_count=20,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            derandomize=True,
            database=None,
            phases=phases,
        ),
    )


@pytest.mark.timeout(3600)
def test_nobody_pays_for_the_clock_whatever_becomes_of_it(
    size: Callable[[int, int], int], figure: Callable[[str], None]
) -> None:
    lives = size(100, 10_000)
    walk(lives)
    figure(f"{lives} lives of up to 20 steps, no wrong admission, no wrong refusal")


def _as_if_it_knew(earliest: float, _latest: float, best: float) -> Moment:
    """It ticks on from its floor after power-off."""
    return BETWEEN(earliest, best, best)


def _own_word_for_proof(floor: Floor, reading: Reading) -> TimeBelief:
    return STARTED(Floor(trusted=0, signed=max(floor.trusted, floor.signed)), reading)


def _never_in_doubt(belief: TimeBelief, _at: int, _reading: Reading) -> TimeBelief:
    """What is held stays held, whatever a live signature says."""
    return belief


def _after_the_wall(_belief: TimeBelief, _held: rules.Held, reading: Reading) -> Moment:
    """A jump is believed."""
    return Moment.at(int(max(0, reading.wall)))


BETWEEN, STARTED = Moment.between, rules.started
FAULTS = {
    "as if it knew": (Moment, "between", _as_if_it_knew),
    "own word for proof": (clock_module, "started", _own_word_for_proof),
    "never in doubt": (rules, "_heard", _never_in_doubt),
    "after the wall": (rules, "_jumped", _after_the_wall),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_the_walk_finds_a_rule_that_is_wrong(fault: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(*FAULTS[fault])
    with pytest.raises(AssertionError):
        walk(400, phases=(Phase.generate,))
