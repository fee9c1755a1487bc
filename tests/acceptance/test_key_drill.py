"""A key drill over two years: next key published 90 days ahead, old one retired, leaked, listed only, then revoked.

A real registry and two kiosks with their whole memory. One follows every step; the other misses the steps between,
decides by what it last heard, and is right as soon as it has heard again.
"""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from kiosk.errors import UsageError
from kiosk.facts import Scan
from kiosk.rules.entries import DecisionBody
from kiosk.rules.permit import Party
from kiosk.rules.policy import DAY_SECONDS
from kiosk.rules.ticket import Claims, sign
from kiosk.rules.words import Source
from kiosk.store.home import Home
from sync.client import device_signer
from sync.enrolment import enrol
from sync.registry.issuer_keys import NextKey
from tests.support.clock import ManualClock
from tests.support.crashing_kiosk import CrashingKiosk
from tests.support.park import NOON
from tests.support.real_registry import PARK, RealRegistry, make_demo, real_registry

OLD = "0701"
ADMITTED = "admitted"


@dataclass
class Drill:
    """A registry, two kiosks and one time for all."""

    registry: RealRegistry
    clock: ManualClock
    follower: CrashingKiosk
    latecomer: CrashingKiosk

    def at(self, day: int, seconds: int = 0) -> int:
        """It is now so many days after the beginning, at noon; the time of that."""
        self.clock.at = self.registry.now = NOON + day * DAY_SECONDS + seconds
        return self.clock.at

    def hear(self, *kiosks: CrashingKiosk) -> None:
        """These agree with the registry, and believe what it has published."""
        for kiosk in kiosks:
            report = kiosk.engine.run_cycle()
            assert report.is_good, str(report)
            kiosk.checkpoint.believe()

    def sell(self, days: int = 380) -> tuple[str, str]:
        """The text of a ticket that is good from now on for so many days, and the key it was signed with."""
        now = self.clock.at
        (issued,) = self.registry.service.issue(
            park=PARK, product=1, nbf=now - 3600, exp=now + days * DAY_SECONDS, party=Party(adults=1), entries=0
        )
        return issued.text, issued.kid

    def forge(self, kid: str, number: int, issued_at: int) -> str:
        """What somebody signs who has the private half of a key."""
        now = self.clock.at
        claims = Claims(
            cti=number.to_bytes(16, "big"), park=PARK, product=1, party=Party(adults=4), entries=0, iat=issued_at,
            nbf=now - 3600, exp=now + 300 * DAY_SECONDS,
        )  # fmt: skip
        return sign(claims, kid, self.registry.service.folder.issuer_key(PARK, kid))


def says(kiosk: CrashingKiosk, text: str) -> tuple[str, str]:
    """What this gate would answer: admitted, or its reason and what of the key it objects to."""
    body = kiosk.checkpoint.information(Scan(text=text, source=Source.TEXT))
    assert isinstance(body, DecisionBody), body
    return (ADMITTED, "") if body.outcome == ADMITTED else (str(body.reason), str(body.details.get("key", "")))


@pytest.fixture
def drill(tmp_path: Path) -> Iterator[Drill]:
    clock = ManualClock(NOON)
    with ExitStack() as stack:
        registry = stack.enter_context(real_registry(make_demo(tmp_path / "template"), tmp_path / "registry"))
        follower, latecomer = (
            stack.enter_context(_kiosk(registry, clock, tmp_path / name, gate=gate))
            for name, gate in (("follower", 1), ("latecomer", 2))
        )
        yield Drill(registry=registry, clock=clock, follower=follower, latecomer=latecomer)


@contextmanager
def _kiosk(registry: RealRegistry, clock: ManualClock, folder: Path, gate: int) -> Iterator[CrashingKiosk]:
    home = Home(folder)
    code = registry.code(gate=gate)
    record = enrol(home, registry.url, code, software="test", now=lambda: clock.at, connect=registry.connect).record
    client = registry.connect(registry.url, device_signer(home.device_key(), str(record.device), lambda: clock.at))
    kiosk = CrashingKiosk(home, clock=clock, registry=client)
    kiosk.open()
    try:
        yield kiosk
    finally:
        kiosk.close()


def test_tickets_of_each_time_are_decided_right_at_each_step_of_a_key_s_life(drill: Drill) -> None:
    service, follower, latecomer = drill.registry.service, drill.follower, drill.latecomer
    valid, referred, refused = (ADMITTED, ""), ("not_listed", "not_listed"), ("key_not_valid", "revoked")

    # day 0: the next key is published, 90 days before it signs
    drill.hear(follower, latecomer)
    begins = drill.at(0) + 90 * DAY_SECONDS
    new = service.add_issuer_key(PARK, NextKey(sign_not_before=begins, signs_days=400, longest_days=400)).kid
    drill.hear(follower)
    first, kid = drill.sell()
    assert kid == OLD
    assert says(follower, first) == says(latecomer, first) == valid
    early = drill.forge(new, 1, begins - 1)
    assert says(follower, early) == ("key_not_valid", "signed_outside_window")
    assert says(latecomer, early) == ("unknown_key", "")

    # day 91: the old key is retired; the new one signs, and what the old one signed stays good
    drill.at(91)
    second, kid = drill.sell()
    assert kid == OLD
    service.retire_issuer_key(PARK, OLD)
    third, kid = drill.sell()
    assert kid == new
    drill.hear(follower)
    assert [says(follower, text) for text in (first, second, third)] == [valid] * 3
    assert [says(latecomer, text) for text in (first, second, third)] == [valid, valid, ("unknown_key", "")]

    # day 120: the old key has leaked; whoever has it dates back. Only what the registry itself issued is believed
    drill.at(120)
    stolen = drill.forge(OLD, 2, NOON)
    assert says(follower, stolen) == says(latecomer, stolen) == valid
    refunded, _ = second, service.revoke(second, reason="refund")
    listed = service.list_issuer_key(PARK, OLD)
    assert len(listed.listed) >= 1
    drill.hear(follower, latecomer)
    for kiosk in (follower, latecomer):  # the one that missed two sets has them both in this one
        assert [says(kiosk, text) for text in (first, third)] == [valid, valid]
        assert says(kiosk, stolen) == referred
        assert says(kiosk, refunded) == referred

    # day 200: revoked; who has not heard of it goes by the list
    drill.at(200)
    service.revoke_issuer_key(PARK, OLD)
    drill.hear(follower)
    assert [says(follower, text) for text in (first, third, stolen)] == [refused, valid, refused]
    assert [says(latecomer, text) for text in (first, third, stolen)] == [valid, valid, referred]
    drill.hear(latecomer)
    assert [says(latecomer, text) for text in (first, third, stolen)] == [refused, valid, refused]

    # day 400: the third key is published ahead; to the second, the second key signs until the third does
    drill.at(400)
    ends = begins + 400 * DAY_SECONDS
    newest = service.add_issuer_key(PARK, NextKey(sign_not_before=ends))
    drill.at(490, seconds=-1)
    fourth, kid = drill.sell()
    assert kid == new
    drill.at(490)
    fifth, kid = drill.sell(days=300)
    assert kid == newest.kid
    drill.hear(follower, latecomer)
    late = drill.forge(new, 3, ends)
    for kiosk in (follower, latecomer):
        assert [says(kiosk, text) for text in (fourth, fifth)] == [valid, valid]
        assert says(kiosk, late) == ("key_not_valid", "signed_outside_window")

    # two years: everything still says what it said, and an old list played again is not believed
    drill.at(730)
    drill.hear(follower, latecomer)
    for kiosk in (follower, latecomer):
        assert says(kiosk, fifth) == valid
        assert says(kiosk, drill.forge(OLD, 4, NOON)) == refused
    verify_until = next(state.key.verify_until for state in service.key_states(PARK) if state.key.kid == new)
    drill.at(0, seconds=verify_until - NOON - 1)
    last = drill.forge(new, 5, ends - 1)
    assert says(follower, last) == valid
    drill.at(0, seconds=verify_until - NOON)
    assert says(follower, last) == ("key_not_valid", "past_verify_until")


def test_a_key_never_comes_back_and_its_id_is_never_given_again(drill: Drill) -> None:
    service = drill.registry.service
    for act in (service.retire_issuer_key, service.list_issuer_key, service.list_issuer_key, service.revoke_issuer_key):
        act(PARK, OLD)
    for act in (service.retire_issuer_key, service.list_issuer_key, service.revoke_issuer_key):
        with pytest.raises(UsageError, match="revoked"):
            act(PARK, OLD)
    wanted = NextKey(sign_not_before=NOON)
    added = [service.add_issuer_key(PARK, wanted).kid for _ in range(20)]
    assert len({*added, OLD}) == 21


def test_without_any_key_that_may_sign_nothing_is_sold(drill: Drill) -> None:
    drill.registry.service.retire_issuer_key(PARK, OLD)
    with pytest.raises(UsageError, match="verify-only"):
        drill.sell()
