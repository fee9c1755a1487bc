"""A lost ticket issued again: the old one is revoked and its uses follow, so that nobody enters twice."""

from collections.abc import Callable
from typing import Any

import pytest

from kiosk.errors import UsageError
from kiosk.rules.entries import Entry, ReportBody
from kiosk.rules.permit import Party
from kiosk.rules.personal import Personal, search_words, unseal
from kiosk.rules.ticket import SignedTicket, read
from kiosk.rules.words import ReportKind
from sync.registry import enrolling, feed, reissuing
from sync.registry.enrolling import DeviceStatus
from sync.registry.issuing import IssuedTicket
from sync.registry.service import RegistryService
from sync.registry.uses import Conflict
from tests.sync.registry.conftest import NOON, Gate, HeldClock

Issue = Callable[..., IssuedTicket]
GateAt = Callable[..., Gate]
HOUR = 3600
PLATE = "917 CNY 05"


def rows(service: RegistryService, kind: str) -> list[list[Any]]:
    """All rows of a kind in the feed, oldest first."""
    with service.database.reading() as connection:
        state = feed.state(connection, 7)
        found: list[list[Any]] = []
        cursor = state.cursor(state.oldest)
        while (page := feed.page(connection, 7, cursor)).rows:
            found += [row for row in page.rows if row[0] == kind]
            cursor = page.next
        return found


def uses(service: RegistryService, permit: bytes) -> dict[str, list[int]]:
    """What a gate knows of a permit's uses after applying the whole feed: a use is known by its entry."""
    known: dict[str, list[Any]] = {}
    for row in rows(service, "u"):
        known[row[8]] = row
    return {entry: row[3] for entry, row in known.items() if row[1] == permit.hex() and row[3]}


def report(gate: Gate, ticket: IssuedTicket, target: Entry) -> Entry:
    body = ReportBody(
        report=ReportKind.REISSUE, place=gate.place, what="lost", permit=ticket.permit.id, target=target.id
    )
    return gate.write(body)


def test_the_new_ticket_has_the_old_right_and_the_old_one_is_revoked(service: RegistryService, ticket: Issue) -> None:
    old = ticket(adults=2, children=1, entries=3, days=3)
    done = service.reissue(old.code, 7)
    new = done.ticket
    assert done.former == old.permit.id
    assert new.claims.cti != old.claims.cti
    for name in ("park", "product", "party", "entries", "nbf", "exp", "gates"):
        assert getattr(new.claims, name) == getattr(old.claims, name)
    (revoked,) = rows(service, "r")[-1:]
    assert revoked[2:4] == [old.claims.cti[:8].hex(), "revoke"]
    with pytest.raises(UsageError, match="is revoked"):
        service.reissue(old.text, 7)


@pytest.mark.parametrize("change", ["restore", "revoke"])
def test_of_a_ticket_that_was_issued_again_nothing_is_changed_but_its_successor_is_named(
    service: RegistryService, ticket: Issue, change: str
) -> None:
    old = ticket(adults=3)
    second = service.reissue(old.code, 7).ticket
    third = service.reissue(second.code, 7).ticket
    before = rows(service, "r")
    for former in (old, second):
        with pytest.raises(UsageError, match=f"stays revoked: .* {third.code} stands for it now"):
            getattr(service, change)(former.text, reason="oops")
    assert rows(service, "r") == before
    assert not service.revoke(third.code, reason="stolen").was_so
    assert not service.restore(third.code, reason="found").was_so


def test_what_the_old_ticket_was_used_for_is_used_on_the_new_one(
    service: RegistryService, gate_at: GateAt, ticket: Issue
) -> None:
    gate, old = gate_at(), ticket(adults=2)
    entry = gate.admit(old, Party(adults=1))
    gate.push()
    new = service.reissue(old.permit.id.hex(), 7).ticket
    assert uses(service, new.permit.id) == {entry.id: [1]}
    assert uses(service, old.permit.id) == {}


def test_a_gate_that_reports_the_old_ticket_late_is_heard_under_the_new_one(
    service: RegistryService, gate_at: GateAt, ticket: Issue
) -> None:
    gate, other, old = gate_at(gate=3), gate_at(gate=4), ticket(adults=2)
    late = gate.admit(old, at=NOON)
    new = service.reissue(old.text, 7).ticket
    again = other.admit(new, at=NOON + HOUR)
    other.push()
    gate.push()
    assert set(uses(service, new.permit.id)) == {late.id, again.id}
    (conflict,) = service.conflicts(7)
    assert isinstance(conflict, Conflict)
    assert (conflict.entry_id, conflict.other_entry_id, conflict.excess) == (again.id, late.id, 2)
    assert conflict.permit == new.permit.id
    gate.annul(late)
    gate.push()
    assert service.conflicts(7) == []
    assert set(uses(service, new.permit.id)) == {again.id}


def test_a_ticket_lost_twice_keeps_all_its_uses(service: RegistryService, gate_at: GateAt, ticket: Issue) -> None:
    gate, first = gate_at(), ticket(adults=3)
    entries = [gate.admit(first, Party(adults=1))]
    gate.push()
    second = service.reissue(first.text, 7).ticket
    entries.append(gate.admit(second, Party(adults=1), at=NOON + 60))
    third = service.reissue(second.text, 7).ticket
    gate.push()
    assert set(uses(service, third.permit.id)) == {entry.id for entry in entries}
    entries.append(gate.admit(first, Party(adults=1), at=NOON + 120))
    gate.push()
    assert set(uses(service, third.permit.id)) == {entry.id for entry in entries}


def test_the_new_permit_is_found_like_the_old_one_or_by_what_is_given_again(service: RegistryService) -> None:
    holder = Personal(phone="+7 701 555 01 99")
    (old,) = service.issue(
        park=7, product=2, party=Party(adults=2), nbf=NOON, exp=NOON + HOUR, plate=PLATE, personal=holder
    )
    carried = service.reissue(old.text, 7).ticket
    assert (carried.search, carried.sealed, carried.claims.plate_tag) == (old.search, b"", None)
    anew = service.reissue(carried.text, 7, personal=holder, plate=PLATE, language="ru").ticket
    assert anew.search == old.search
    signed = read(anew.text)
    assert isinstance(signed, SignedTicket)
    opened = unseal(anew.sealed, signed.signature, anew.permit.id)
    assert opened == Personal(phone="+7 701 555 01 99", plate=PLATE)
    assert (anew.claims.plate_tag is None, anew.claims.language) == (False, "ru")
    assert set(anew.search.split()) == {word.hex() for word in search_words(opened, service.folder.lookup_key(7))}


def test_each_gate_is_named_with_the_time_since_when_a_kiosk_of_it_was_not_heard(
    service: RegistryService, gate_at: GateAt, ticket: Issue, clock: HeldClock
) -> None:
    def heard() -> dict[int, int | None]:
        with service.database.reading() as connection:
            return enrolling.gates_heard(connection, 7)

    assert heard() == {}
    third, beside, stolen = gate_at(gate=3), gate_at(gate=3), gate_at(gate=5)
    gate_at(gate=4)
    for gate in (third, beside):
        gate.push(gate.admit(ticket()))
        clock.at += HOUR
    service.set_device_status(stolen.device, DeviceStatus.REVOKED, "stolen")
    assert heard() == {3: NOON, 4: None}


def test_what_a_gate_asked_for_is_listed_until_it_is_done_and_named_by_its_entry(
    service: RegistryService, gate_at: GateAt, ticket: Issue
) -> None:
    gate, old = gate_at(), ticket(adults=2)
    entry = gate.admit(old)
    report(gate, old, entry)
    report(gate, old, entry)
    gate.push()
    with service.database.reading() as connection:
        (wanted,) = reissuing.wanted(connection, 7)
    assert (wanted.permit, wanted.entry.id) == (old.permit.id, gate.entries[1].id)
    assert service.reissue(entry.id, 7).former == old.permit.id
    with service.database.reading() as connection:
        assert reissuing.wanted(connection, 7) == []


def test_what_is_over_or_unknown_is_not_issued_again(service: RegistryService, ticket: Issue, clock: HeldClock) -> None:
    old = ticket()
    clock.at = NOON + 86_400
    with pytest.raises(UsageError, match="is over"):
        service.reissue(old.text, 7)
    with pytest.raises(UsageError, match="was not issued here"):
        service.reissue("ab" * 16, 7)
    with pytest.raises(UsageError, match="neither a ticket's text"):
        service.reissue("lost", 7)
