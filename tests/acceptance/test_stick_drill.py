"""A drill without a network: a root rotation, two issuer rotations, a leaked key and new rules reach a gate by a stick.

Three officers with keys of their own, a registry that never sees these, and two kiosks that are never on line again
after their first day. One is brought every stick, the other only the last; each is right by what it was brought.
"""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from shutil import copytree

import pytest

from kiosk.facts import Scan
from kiosk.rules.entries import DecisionBody
from kiosk.rules.permit import Party
from kiosk.rules.policy import DAY_SECONDS, PolicySet
from kiosk.rules.ticket import Claims, sign
from kiosk.rules.words import Source
from kiosk.store.home import Home
from sync.enrolment import enrol
from sync.registry.issuer_keys import NextKey
from sync.registry.trust_ceremony import RootChange
from sync.registry.trust_desk import TrustDesk
from tests.support.clock import ManualClock
from tests.support.crashing_kiosk import CrashingKiosk
from tests.support.officers import Officer, Officers
from tests.support.park import NOON
from tests.support.real_registry import PARK, RealRegistry, real_registry

OLD_BOOKS = Path(__file__).parents[1] / "data" / "schema-1" / "registry"
OLD = "0701"
VALID, UNKNOWN = ("admitted", ""), ("unknown_key", "")
REFERRED = ("not_listed", "not_listed")


@dataclass
class Drill:
    """A registry with its officers, two kiosks that nothing but sticks reach, and one time for all."""

    registry: RealRegistry
    officers: Officers
    clock: ManualClock
    sticks: Path
    brought: CrashingKiosk
    waiting: CrashingKiosk
    written: list[Path] = field(default_factory=list)

    def at(self, day: int) -> int:
        """It is now so many days after the beginning, at noon; the time of that."""
        self.clock.at = self.registry.now = NOON + day * DAY_SECONDS
        self.officers.desk.believe_clock()  # one that served all the time has signed each day
        return self.clock.at

    def stick(self) -> Path:
        """A stick as the registry writes it now."""
        place = self.sticks / str(len(self.written))
        place.mkdir(parents=True)
        self.officers.desk.stick(place)
        self.written.append(place)
        return place

    def sell(self) -> tuple[str, str]:
        """The text of a ticket that is good from now on for a year, and the key it was signed with."""
        now = self.clock.at
        (issued,) = self.registry.service.issue(
            park=PARK, product=1, nbf=now - 3600, exp=now + 380 * DAY_SECONDS, party=Party(adults=1), entries=0
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


def bring(kiosk: CrashingKiosk, stick: Path) -> PolicySet:
    """Put this stick in; the rules that are then in force."""
    report = kiosk.engine.take_stick(stick)
    assert report.alarms == ()
    return kiosk.checkpoint.believe()


def says(kiosk: CrashingKiosk, text: str) -> tuple[str, str]:
    """What this gate would answer: admitted, or its reason and what of the key it objects to."""
    body = kiosk.checkpoint.information(Scan(text=text, source=Source.TEXT))
    assert isinstance(body, DecisionBody), body
    return VALID if body.outcome == "admitted" else (str(body.reason), str(body.details.get("key", "")))


@pytest.fixture
def drill(tmp_path: Path) -> Iterator[Drill]:
    clock = ManualClock(NOON)
    with ExitStack() as stack:
        registry = stack.enter_context(real_registry(OLD_BOOKS, tmp_path / "registry"))
        officers = Officers(TrustDesk(registry.service), tmp_path / "ceremonies")
        officers.begin()
        brought, waiting = (
            stack.enter_context(_kiosk(registry, clock, tmp_path / name, gate)) for gate, name in ((1, "a"), (2, "b"))
        )
        yield Drill(registry, officers, clock, tmp_path / "sticks", brought, waiting)


@contextmanager
def _kiosk(registry: RealRegistry, clock: ManualClock, folder: Path, gate: int) -> Iterator[CrashingKiosk]:
    """Enrolled while there was a network for once; from then on nobody answers it."""
    home = Home(folder)
    code = registry.code(gate=gate)
    enrol(home, registry.url, code, software="test", now=lambda: clock.at, connect=registry.connect)
    kiosk = CrashingKiosk(home, clock=clock, registry=registry.connect("http://127.0.0.1:9", None))
    kiosk.open()
    kiosk.checkpoint.believe()
    try:
        yield kiosk
    finally:
        kiosk.close()


def test_a_kiosk_without_a_network_catches_up_from_a_stick_and_decides_right_at_every_step(drill: Drill) -> None:
    service, officers, brought, waiting = drill.registry.service, drill.officers, drill.brought, drill.waiting
    first, kid = drill.sell()
    assert kid == OLD
    assert says(brought, first) == says(waiting, first) == VALID

    # day 30: an officer leaves. Two of the old keys and two of the new ones sign the next root
    drill.at(30)
    aigul, berik, _ = officers.roots
    officers.roots = [aigul, berik, Officer("yerlan")]
    path = officers.written(officers.desk.rotate(RootChange(roots=[officer.half for officer in officers.roots])))
    for officer in (aigul, berik):
        officer.sign(path)
    officers.desk.take_in(path)
    bring(brought, drill.stick())
    assert brought.memory.policies.root().version == 2
    assert says(brought, first) == VALID

    # day 40: the next issuer key is published, 60 days before it signs
    second = service.add_issuer_key(PARK, NextKey(sign_not_before=drill.at(40) + 60 * DAY_SECONDS)).kid
    early = drill.forge(second, 1, drill.clock.at)
    bring(brought, drill.stick())
    assert says(brought, early) == UNKNOWN  # the registry has it, and the officer has not signed for it yet
    officers.publish_keys()
    bring(brought, drill.stick())
    assert says(brought, early) == ("key_not_valid", "signed_outside_window")

    # day 101: it signs, and the old one is retired
    drill.at(101)
    service.retire_issuer_key(PARK, OLD)
    officers.publish_keys()
    text, kid = drill.sell()
    assert kid == second
    bring(brought, drill.stick())
    assert [says(brought, ticket) for ticket in (first, text)] == [VALID, VALID]
    assert [says(waiting, ticket) for ticket in (first, text)] == [VALID, UNKNOWN]  # sold by a key it never heard of

    # day 200: the second rotation
    third = service.add_issuer_key(PARK, NextKey(sign_not_before=drill.at(200))).kid
    service.retire_issuer_key(PARK, second)
    officers.publish_keys()
    late, kid = drill.sell()
    assert kid == third
    bring(brought, drill.stick())
    assert [says(brought, ticket) for ticket in (first, text, late)] == [VALID] * 3

    # day 220: the second key has leaked. Whoever has it dates back; only what the registry itself issued is believed
    drill.at(220)
    stolen = drill.forge(second, 2, NOON + 102 * DAY_SECONDS)
    assert says(brought, stolen) == VALID
    service.list_issuer_key(PARK, second)
    officers.publish_keys()
    bring(brought, drill.stick())
    assert [says(brought, ticket) for ticket in (first, text, late, stolen)] == [VALID, VALID, VALID, REFERRED]

    # day 230: new rules of the park, which need no officer
    drill.at(230)
    version = service.publish_set(PARK).version
    last = drill.stick()
    for kiosk in (brought, waiting):  # the other one has missed everything, and this one stick tells it all
        believed = bring(kiosk, last)
        assert (believed.version, kiosk.memory.policies.root().version) == (version, 2)
        assert [says(kiosk, ticket) for ticket in (first, text, late, stolen)] == [VALID, VALID, VALID, REFERRED]
    assert _digest(brought) == _digest(waiting)


def test_no_stick_of_before_takes_anything_back(drill: Drill, tmp_path: Path) -> None:
    service, officers, kiosk = drill.registry.service, drill.officers, drill.brought
    before = drill.stick()
    drill.at(10)
    stolen = drill.forge(OLD, 2, NOON)
    service.list_issuer_key(PARK, OLD)
    officers.publish_keys()
    bring(kiosk, drill.stick())
    assert says(kiosk, stolen) == REFERRED
    digest = _digest(kiosk)
    report = kiosk.engine.take_stick(before)
    assert "older than what is believed" in (report.old_stick or "")
    assert says(kiosk, stolen) == REFERRED
    # nor does a kiosk that has lost all it knew, except its journal
    home = Home(copytree(kiosk.home.path, tmp_path / "lost" / "a"))
    copytree(kiosk.home.keys, tmp_path / "lost" / "a.keys")
    for path in home.trust.iterdir():
        path.unlink()
    bare = CrashingKiosk(home, clock=drill.clock, registry=kiosk.registry)
    bare.open()
    try:
        assert "older than what was believed" in bare.engine.take_stick(before).alarms[0]
        assert bring(bare, drill.written[-1]).digest == digest
    finally:
        bare.close()


def _digest(kiosk: CrashingKiosk) -> bytes | None:
    current = kiosk.memory.policies.current()
    return current.digest if current else None
