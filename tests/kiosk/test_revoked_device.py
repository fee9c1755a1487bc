"""A device that its park has revoked: by its set alone, for ever, and with nothing left that it does not owe."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from kiosk.admitting import Admission
from kiosk.checkpoint import Checkpoint
from kiosk.facts import Scan
from kiosk.revoked import RevokedError
from kiosk.rules.entries import AlarmBody, DecisionBody, Entry, Private, TrustBody
from kiosk.rules.permit import Party
from kiosk.rules.policy import RevokedDevice
from kiosk.rules.receipts import Receipt, ReceiptResult
from kiosk.rules.special import SpecialKind
from kiosk.rules.words import AlarmKind, BarrierPosition, EntryKind, Outcome, Source
from kiosk.staff import DevicePin
from kiosk.store.home import Home
from kiosk.store.revoked import noted
from tests.support.gate import DEVICE, Gate, gate
from tests.support.park import NOON, SmallPark
from tests.support.people import QUICK, code, member, people_in

SINCE = NOON - 60
REVOKED = [{"device": 4712, "at": 1}, {"device": DEVICE, "at": SINCE}]


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Gate]:
    with gate(tmp_path / "kiosk") as made:
        made.know(made.park.claims(1), made.park.claims(2))
        made.home.save_lookup_key(b"f" * 32)
        made.home.save_lookup_key(b"k" * 32)
        yield made


def scan(here: Gate, serial: int, private: Private | None = None) -> Entry:
    result = here.checkpoint.scan(Scan(text=here.park.ticket(serial), source=Source.CAMERA), private=private)
    assert isinstance(result, Entry)
    return result


def revoke(here: Gate, version: int = 2) -> None:
    here.stage(SmallPark(version=version, revoked_devices=REVOKED))


def alarms(here: Gate) -> list[AlarmBody]:
    found = [entry.body for entry in here.journal.latest(100, EntryKind.ALARM)]
    return [body for body in found if isinstance(body, AlarmBody) and body.alarm is AlarmKind.DEVICE_REVOKED]


def test_a_set_that_names_other_devices_changes_nothing(here: Gate) -> None:
    here.stage(SmallPark(version=2, revoked_devices=REVOKED[:1]))
    assert here.checkpoint.heed() is None
    entry = scan(here, 1)
    assert isinstance(entry.body, DecisionBody)
    assert entry.body.outcome is Outcome.ADMITTED
    assert noted(here.home, DEVICE) is None


WAYS: dict[str, Callable[[Checkpoint, Gate, Entry], object]] = {
    "scan": lambda c, g, _: c.scan(Scan(text=g.park.ticket(2), source=Source.CAMERA)),
    "exit": lambda c, g, _: c.scan(Scan(text=g.park.ticket(1), source=Source.CAMERA)),
    "typed code": lambda c, g, _: c.scan(Scan(text="U648SJSDVB", source=Source.TYPED)),
    "information": lambda c, g, _: c.information(Scan(text=g.park.ticket(2), source=Source.CAMERA)),
    "lapse": lambda c, g, _: c.lapse(Scan(text=g.park.ticket(2), source=Source.CAMERA)),
    "admit": lambda c, g, _: c.admit(
        Admission(kind=SpecialKind.OFFICIAL, by="Aigul", party=Party(adults=1), words="x")
    ),
    "override": lambda c, g, e: c.acts.override(e.id, reason="let in", by="Aigul"),
    "open by hand": lambda c, g, _: c.acts.open_by_hand(reason="let in", by="Aigul"),
    "keep open": lambda c, g, _: c.acts.keep_open(reason="fire", by="Aigul"),
    "set time": lambda c, g, _: c.acts.set_time(NOON + 60, by="Aigul"),
    "annul": lambda c, g, e: c.acts.annul(e.id, reason="no", by="Aigul"),
    "remind": lambda c, g, _: c.remind(),
    "tidy": lambda c, g, _: c.tidy(),
    "alarm": lambda c, g, _: c.note(AlarmBody(alarm=AlarmKind.DOOR, place=c.place)),
}


@pytest.mark.parametrize("way", WAYS)
def test_a_revoked_device_decides_nothing_and_moves_no_barrier(here: Gate, way: str) -> None:
    first = scan(here, 1)
    pulses = len(here.barrier.pulses)
    revoke(here)
    here.checkpoint.heed()
    count = here.journal.count()
    with pytest.raises(RevokedError, match="revoked by its park"):
        WAYS[way](here.checkpoint, here, first)
    assert (len(here.barrier.pulses), here.journal.count()) == (pulses, count)


def test_the_first_scan_after_the_set_finds_it_revoked_and_the_journal_says_since_when(here: Gate) -> None:
    revoke(here)
    with pytest.raises(RevokedError):
        scan(here, 1)
    (alarm,) = alarms(here)
    assert alarm.details == {"since": SINCE, "version": 2}
    assert here.journal.verify() == []
    assert noted(here.home, DEVICE) == RevokedDevice(device=DEVICE, at=SINCE)
    assert here.checkpoint.status().revoked == RevokedDevice(device=DEVICE, at=SINCE)


def test_a_later_set_that_names_it_no_more_changes_nothing(here: Gate, tmp_path: Path) -> None:
    revoke(here)
    here.checkpoint.heed()
    here.stage(SmallPark(version=3))
    with pytest.raises(RevokedError):
        scan(here, 1)
    here.close()
    with gate(tmp_path / "kiosk", SmallPark(version=3)) as again:
        assert again.checkpoint.heed() == RevokedDevice(device=DEVICE, at=SINCE)
        with pytest.raises(RevokedError):
            scan(again, 1)
        assert len(alarms(again)) == 1


@pytest.mark.parametrize("lost", ["note", "journal"])
def test_either_memory_of_it_is_enough(here: Gate, tmp_path: Path, lost: str) -> None:
    revoke(here)
    here.checkpoint.heed()
    here.close()
    home = Home(tmp_path / "kiosk")
    if lost == "note":
        home.revoked_file.unlink()
    else:
        for path in home.kiosk.glob("journal.db*"):
            path.unlink()
    with gate(tmp_path / "kiosk", SmallPark(version=3)) as again, pytest.raises(RevokedError):
        scan(again, 1)
    assert noted(home, DEVICE) is not None


def test_a_set_believed_by_a_program_that_could_not_read_it_is_heeded_by_the_next_one(here: Gate) -> None:
    revoke(here)
    policy = here.policies.current()
    assert policy is not None
    with here.journal.writing():
        body = TrustBody(park=policy.park, version=policy.version, digest=policy.digest)
        here.journal.append(body, here.clock.now(), policy.digest)
    with pytest.raises(RevokedError):
        scan(here, 1)
    assert len(alarms(here)) == 1


def test_what_it_was_given_is_wiped_and_what_it_owes_stays(here: Gate) -> None:
    sent = scan(here, 1, Private(plate="917 CNY 05"))
    kept = scan(here, 2, Private(plate="123 ABC 02"))
    with here.journal.writing():
        here.journal.keep_contact(b"p" * 16, b"+7 701 000 00 00")
    here.deliveries.pending(100)
    here.deliveries.settle([Receipt(id=sent.id, result=ReceiptResult.ACCEPTED)])
    incoming = here.home.incoming
    incoming.mkdir()
    (incoming / "part").write_bytes(b"part of a snapshot")
    (here.home.kiosk / "journal-schema1.db").write_bytes(b"as an upgrade left it")
    keys = {path.name for path in here.home.keys.iterdir()}
    revoke(here)
    here.checkpoint.heed()
    left = {path.name for path in here.home.kiosk.iterdir()}
    assert not [name for name in left if name.startswith(("permits-", "incoming", "journal-schema"))]
    assert "journal.db" in left
    gone = {"lookup.key"} | {name for name in keys if name.startswith("lookup-")}
    assert {path.name for path in here.home.keys.iterdir()} == keys - gone | {"revoked.json"}
    assert (here.home.lookup_key(), here.home.season_keys()) == (None, {})
    assert here.replicas.current() is None
    assert here.journal.contacts() == []
    assert here.journal.private_keys() == [kept.key]
    waiting = {str(entry.key): entry.private for entry in here.deliveries.pending(100)}
    assert waiting[kept.id]
    assert here.journal.verify() == []
    # once the last receipt is there, the last of it goes
    here.deliveries.settle([Receipt(id=name, result=ReceiptResult.QUARANTINED) for name in waiting])
    here.checkpoint.heed()
    assert (here.journal.private_keys(), here.deliveries.pending_count()) == ([], 0)
    assert here.journal.verify() == []


def test_no_pin_of_its_people_is_left_to_be_guessed(here: Gate) -> None:
    device_pin = DevicePin(verifier=here.home.kiosk / "pin.json", pepper=here.home.keys / "pin-pepper", hasher=QUICK)
    device_pin.choose("246813")
    people = people_in(here.home.path)
    assert people.activate(member(), code(1), "582914", NOON).is_right
    folders = (here.home.kiosk, here.home.keys)
    assert len([path for folder in folders for path in folder.glob("pin*")]) == 6
    with (here.home.kiosk / "pins.json").open() as held:
        revoke(here)
        here.checkpoint.heed()
        held.seek(0)
        assert not held.read().strip("\0")  # overwritten, not only unnamed
    assert [path for folder in folders for path in folder.glob("pin*")] == []
    assert not people.has_pin(member())


def test_a_replica_that_comes_after_all_goes_again(here: Gate) -> None:
    revoke(here)
    here.checkpoint.heed()
    here.know(here.park.claims(1), cursor="2")
    assert here.replicas.current() is not None
    here.checkpoint.heed()
    assert here.replicas.current() is None
    assert not list(here.home.kiosk.glob("permits-*"))


def test_a_barrier_that_was_held_open_is_held_no_more_at_the_next_start(here: Gate, tmp_path: Path) -> None:
    here.checkpoint.acts.keep_open(reason="fire", by="Aigul")
    here.close()
    with gate(tmp_path / "kiosk", SmallPark(version=2, revoked_devices=REVOKED)) as again:
        again.checkpoint.go_on()
        assert again.barrier.position() is BarrierPosition.CLOSED


@pytest.mark.parametrize("is_revoked", [False, True])
def test_a_damaged_set_keeps_no_gate_from_starting_and_no_revocation_from_standing(
    here: Gate, is_revoked: bool
) -> None:
    if is_revoked:
        revoke(here)
        here.checkpoint.heed()
    for path in here.home.trust.glob("*.json"):
        path.write_bytes(b"damaged")
    here.checkpoint.go_on()
    since = RevokedDevice(device=DEVICE, at=SINCE)
    assert (here.checkpoint.heed(), here.checkpoint.revoked) == ((since, since) if is_revoked else (None, None))
