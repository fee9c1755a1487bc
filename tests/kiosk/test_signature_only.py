"""A damaged replica never stops a gate: scans go on by the signature alone until sync has fetched a new one."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.facts import Scan
from kiosk.rules.codes import typed_code
from kiosk.rules.entries import DecisionBody, Entry
from kiosk.rules.permit import permit_id
from kiosk.rules.words import Outcome, Reason, Source
from kiosk.store.delivery import Deliveries
from kiosk.store.driver import DamagedError
from kiosk.store.replica import ReplicaDamagedError, Replicas, ReplicaState
from tests.support.gate import Gate, gate
from tests.support.park import HIGH_RISK, SmallPark

PARK = SmallPark()
PAGE = 4096
KNOWN = [PARK.claims(serial) for serial in range(3000)]


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Gate]:
    with gate(tmp_path / "gate") as made:
        made.know(*KNOWN)
        made.deliveries.signed(made.clock.at)
        yield made


def replica_file(here: Gate) -> Path:
    (path,) = here.home.kiosk.glob("permits-*.db")
    return path


def flip(path: Path, *, first_page: int = 0) -> None:
    """Change one byte of every page from this one on, in the file that somebody has open."""
    with path.open("r+b") as file:
        for place in range(first_page * PAGE, path.stat().st_size, PAGE):
            file.seek(place + 99)
            byte = file.read(1)[0]
            file.seek(place + 99)
            file.write(bytes([byte ^ 1]))


def verdict(here: Gate, text: str, source: Source = Source.CAMERA) -> DecisionBody:
    entry = here.checkpoint.scan(Scan(text=text, source=source))
    assert isinstance(entry, Entry)
    assert isinstance(entry.body, DecisionBody)
    return entry.body


def as_without_a_replica(here: Gate) -> None:
    unlisted = verdict(here, PARK.ticket(5))
    assert (unlisted.outcome, unlisted.reason) == (Outcome.ADMITTED, Reason.UNLISTED)
    assert verdict(here, PARK.ticket(6, product=HIGH_RISK)).outcome is Outcome.REFERRED
    assert verdict(here, typed_code(KNOWN[7].cti), Source.TYPED).outcome is Outcome.REFERRED
    assert verdict(here, PARK.ticket(5)).reason is Reason.ALREADY_USED  # the own journal still counts


def test_a_replica_damaged_under_a_running_gate_lets_the_signature_speak_alone(here: Gate) -> None:
    assert verdict(here, PARK.ticket(1)).reason is Reason.OK
    assert here.checkpoint.status().replica is ReplicaState.OK
    flip(replica_file(here), first_page=1)
    as_without_a_replica(here)
    status = here.checkpoint.status()
    assert (status.replica, status.permits) == (ReplicaState.DAMAGED, None)


def test_a_replica_that_is_damaged_when_the_gate_starts_lets_the_signature_speak_alone(here: Gate) -> None:
    path = replica_file(here)
    here.replicas.close()
    flip(path)
    with gate(here.home.path) as again:
        as_without_a_replica(again)
        assert again.checkpoint.status().replica is ReplicaState.DAMAGED


def test_a_replica_that_is_missing_is_a_damaged_one(here: Gate) -> None:
    path = replica_file(here)
    here.replicas.close()
    path.unlink()
    with gate(here.home.path) as again:
        as_without_a_replica(again)
        assert again.checkpoint.status().replica is ReplicaState.DAMAGED


def test_what_the_damage_left_whole_still_speaks(here: Gate) -> None:
    revoked = PARK.claims(9)
    here.know(*KNOWN, ["r", 1, revoked.cti[:8].hex(), "revoke", here.clock.at - 60, 0], cursor="2")
    path = replica_file(here)
    data = path.read_bytes()
    spoilt = 0
    for place in range(12 * PAGE, len(data), PAGE):  # leaves of the permits' tree, behind the roots of all tables
        with path.open("r+b") as file:
            file.seek(place + 99)
            file.write(bytes([data[place + 99] ^ 1]))
        spoilt += 1
    assert spoilt > 10
    assert verdict(here, PARK.ticket(5)).reason is Reason.UNLISTED
    reader = here.replicas.current()
    assert reader is not None
    assert reader.revoked(revoked.cti) is not None


def test_sync_is_told_and_the_next_replica_is_believed_again(here: Gate) -> None:
    sync = Replicas(here.home)
    assert verdict(here, PARK.ticket(1)).reason is Reason.OK
    flip(replica_file(here), first_page=12)
    assert verdict(here, PARK.ticket(2)).reason is Reason.UNLISTED
    with pytest.raises(ReplicaDamagedError):
        sync.meta()
    sync.forget()
    assert here.checkpoint.status().replica is ReplicaState.NONE
    here.know(*KNOWN, cursor="3")
    assert verdict(here, PARK.ticket(3)).reason is Reason.OK
    assert here.checkpoint.status().replica is ReplicaState.OK
    sync.close()


def test_an_override_goes_on_with_the_uses_of_its_own_gate(here: Gate) -> None:
    assert verdict(here, PARK.ticket(1)).reason is Reason.OK
    refused = here.checkpoint.scan(Scan(text=PARK.ticket(1), source=Source.CAMERA))
    here.clock.at += 600
    refused = here.checkpoint.scan(Scan(text=PARK.ticket(1), source=Source.CAMERA))
    assert isinstance(refused, Entry)
    flip(replica_file(here), first_page=1)
    entry = here.checkpoint.acts.override(refused.id, reason="a family of the same bus", by="Saule")
    assert entry.body.permit == permit_id(KNOWN[1].cti)  # type: ignore[union-attr]


def test_a_damaged_sync_db_under_a_running_gate_does_not_stop_it(here: Gate, monkeypatch: pytest.MonkeyPatch) -> None:
    def damaged(*_: object) -> None:
        raise DamagedError("sync.db is damaged")

    monkeypatch.setattr(Replicas, "_pointer", damaged)
    monkeypatch.setattr(Deliveries, "signed_at", damaged)
    as_without_a_replica(here)
