"""The journal's entries: their identity, their bytes, and the uses they amount to."""

from dataclasses import replace
from typing import Any

import pytest

from kiosk.rules.canon import CanonError
from kiosk.rules.entries import (
    ActBody,
    AlarmBody,
    Body,
    ClockBody,
    DecisionBody,
    Entry,
    EntryKey,
    Place,
    Private,
    ReportBody,
    ShiftBody,
    TrustBody,
    core_bytes,
    entry_hash,
    head_message,
    private_bytes,
    private_hash,
    read_core,
    uses_of,
)
from kiosk.rules.permit import Party
from kiosk.rules.words import (
    ActKind,
    AlarmKind,
    ClockTrust,
    Direction,
    EntryKind,
    Reason,
    ReportKind,
    ShiftKind,
    Source,
)
from tests.support.park import NOON, PARK

HERE = Place(park=PARK, gate=1, lane=1, direction=Direction.ENTRY)


def entry(n: int, body: Body, at: int = NOON) -> Entry:
    key = EntryKey(device=4711, chain=1, n=n)
    return Entry(key=key, at=at, clock=ClockTrust.TRUSTED, policy=bytes(32), body=body)


def decided(n: int = 1, reason: Reason = Reason.OK, **changes: Any) -> Entry:
    fields: dict[str, Any] = {
        "place": HERE,
        "source": Source.CAMERA,
        "outcome": reason.outcome,
        "reason": reason,
        "permit": bytes(16),
        "entry_number": 1,
        "party": Party(adults=2),
    }
    return entry(n, DecisionBody(**fields | changes))


def act(n: int, kind: ActKind, target: Entry, **changes: Any) -> Entry:
    return entry(n, ActBody(act=kind, target=target.id, place=HERE, permit=bytes(16), **changes))


def test_an_entry_id_is_read_back_however_it_was_typed() -> None:
    key = EntryKey(device=2**32 - 1, chain=65535, n=2**48 - 1)
    assert EntryKey.parse(str(key)) == key
    small = EntryKey(device=0, chain=1, n=1)
    assert EntryKey.parse(f" {str(small).lower().replace('0', 'o').replace('1', 'l')} ") == small


@pytest.mark.parametrize("text", ["", "0" * 19, "0" * 21, "U" * 20, "\ud800" * 20])
def test_what_is_no_entry_id_is_said(text: str) -> None:
    with pytest.raises(ValueError, match="not an entry id"):
        EntryKey.parse(text)


@pytest.mark.parametrize("letter", "123456789ABCDEFHJKMNPQRSTVWXYZ")
def test_an_id_with_a_mistyped_last_letter_is_no_other_spelling_of_its_entry(letter: str) -> None:
    """Twenty letters hold four bits more than a key: they are zero, so that one entry has one id."""
    key = EntryKey(device=4711, chain=1, n=8)
    with pytest.raises(ValueError, match="a letter is mistyped: each id ends in 0 or G"):
        EntryKey.parse(str(key)[:-1] + letter)
    assert [EntryKey.parse(str(key)[:-1] + last).n for last in "0G"] == [8, 9]


def test_an_entry_is_read_back_from_its_core_whatever_its_kind() -> None:
    trust = TrustBody(park=PARK, version=3, digest=bytes(32))
    clock = ClockBody(
        park=PARK, gate=1, lane=1, given=NOON, believed=NOON - 9, trust=ClockTrust.SUSPECT, wall=-5, by="device"
    )
    alarm = AlarmBody(alarm=AlarmKind.DOOR, place=HERE, details={"since": NOON})
    shift = ShiftBody(shift=ShiftKind.CLOSE, place=HERE, by="device", relieved_by="Aidana", figures={"visits": 3})
    report = ReportBody(report=ReportKind.INCIDENT, place=HERE, what="fire", permit=bytes(16))
    bodies: tuple[Body, ...] = (trust, clock, alarm, shift, report)
    others = [entry(n, body) for n, body in enumerate(bodies, start=3)]
    for written in (decided(), act(2, ActKind.CORRECT, decided(), party=Party()), *others):
        assert read_core(core_bytes(written)) == written
    assert entry(4, clock).kind is EntryKind.CLOCK
    assert entry(3, trust).kind is EntryKind.TRUST


@pytest.mark.parametrize(
    "changes",
    [
        {"entry_number": 0},
        {"entry_number": -1},
        {"entry_number": 2**64},
        {"returning": -1},
        {"party": Party(adults=2**53)},
        {"permit": b"short"},
        {"place": replace(HERE, gate=-1)},
        {"place": replace(HERE, lane=2**70)},
        {"facts": {"claims": "none"}},
        {"facts": {"permit": [1]}},
    ],
)
def test_figures_that_no_gate_writes_are_no_entry(changes: dict[str, Any]) -> None:
    with pytest.raises(CanonError):
        read_core(core_bytes(decided(**changes)))


def test_a_report_of_no_gate_or_no_permit_is_no_entry() -> None:
    report = ReportBody(report=ReportKind.INCIDENT, place=HERE, what="fire")
    for wrong in (replace(report, place=replace(HERE, gate=-1)), replace(report, permit=b"short")):
        with pytest.raises(CanonError):
            read_core(core_bytes(entry(1, wrong)))


@pytest.mark.parametrize("data", [b"", b"\xa0", b"\xff", b"\x81" * 100_000, b"\x9b\x00\x00\x01\x00\x00\x00\x00\x00"])
def test_bytes_that_are_no_entry_are_said(data: bytes) -> None:
    with pytest.raises(CanonError):
        read_core(data)


def test_an_act_upon_the_entry_of_another_gate_is_no_entry() -> None:
    elsewhere = replace(decided(1), key=EntryKey(device=4712, chain=1, n=1))
    with pytest.raises(CanonError, match="own device"):
        read_core(core_bytes(act(2, ActKind.ANNUL, elsewhere)))


def test_an_entry_of_a_kind_this_version_does_not_know_is_said() -> None:
    with pytest.raises(CanonError, match="kind 'shifty'"):
        read_core(core_bytes(decided()).replace(b"\x68decision", b"\x66shifty"))


def test_the_chain_holds_without_the_erased_private_part() -> None:
    hidden, salt = private_bytes(Private(reason="lost")), bytes(16)
    kept = private_hash(hidden, salt)
    assert private_bytes(None) == b""
    assert len(entry_hash(bytes(32), core_bytes(decided()), kept)) == 32
    assert kept != private_hash(b"", salt)


def test_uses_are_admissions_and_overrides_with_what_was_done_about_them_since() -> None:
    kept, gone, refused = decided(1), decided(2), decided(3, Reason.ALREADY_USED, entry_number=None, party=Party())
    let_in = act(4, ActKind.OVERRIDE, refused, entry_number=1, party=Party(adults=1))
    acts = [act(5, ActKind.ANNUL, gone), act(6, ActKind.CORRECT, kept, party=Party(adults=1))]
    pulse = act(7, ActKind.PULSE, kept)
    found = uses_of([kept, gone, refused, let_in, *acts, pulse])
    assert [(use.entry_id, use.party.heads) for use in found] == [(kept.id, 1), (let_in.id, 1)]


def test_an_override_can_be_corrected_and_annulled_like_an_admission() -> None:
    let_in = act(2, ActKind.OVERRIDE, decided(1, Reason.EXPIRED), entry_number=1, party=Party(adults=2))
    corrected = act(3, ActKind.CORRECT, let_in, party=Party(adults=1))
    assert [use.party.heads for use in uses_of([let_in, corrected])] == [1]
    assert uses_of([let_in, corrected, act(4, ActKind.ANNUL, let_in)]) == ()


def test_a_rehearsal_and_an_unknown_exit_use_nothing() -> None:
    assert uses_of([decided(1, Reason.TRAINING), decided(2, Reason.EXIT_UNKNOWN, entry_number=None)]) == ()
    training = decided(1, Reason.TRAINING)
    assert uses_of([training, act(2, ActKind.CORRECT, training, party=Party(adults=9))]) == ()


def test_a_device_signs_the_newest_entry_by_its_id_and_hash() -> None:
    key = EntryKey(device=4711, chain=1, n=8)
    assert head_message(key, b"\xff" * 32) == f"qaqpa-head-1\n{key}\n".encode() + b"\xff" * 32
