"""A missing person's way down: reported at one gate, in the set of all the others, until somebody says found."""

from collections.abc import Callable

import pytest

from kiosk.errors import UsageError
from kiosk.rules.entries import Entry, Private, ReportBody
from kiosk.rules.policy import PolicySet
from kiosk.rules.sought import SOUGHT_SECONDS, Sought
from kiosk.rules.words import ReportKind, Whereabouts
from sync.registry import sought
from sync.registry.enrolling import DeviceStatus
from sync.registry.issuing import IssuedTicket
from sync.registry.service import RegistryService
from sync.registry.tables import load, published
from sync.registry.wire import RegistryEnd
from tests.support.pulled import pulled_bytes, pulled_set
from tests.sync.registry.conftest import NOON, Gate, HeldClock

GateAt = Callable[..., Gate]
Issue = Callable[..., IssuedTicket]
WORDS = Private(reason="boy, 7, red jacket")


def report(gate: Gate, permit: bytes | None, what: str = "missing", at: int = NOON) -> Entry:
    body = ReportBody(report=ReportKind.PERSON, place=gate.place, what=what, by="device", permit=permit)
    return gate.write(body, at, WORDS)


def pulled(end: RegistryEnd, park: int = 7) -> PolicySet:
    """The set as any gate of the park fetches it."""
    return pulled_set(end, park, end.service.now())


def test_a_report_of_one_gate_is_in_the_set_of_the_others_and_found_takes_it_away(
    end: RegistryEnd, gate_at: GateAt, ticket: Issue, clock: HeldClock
) -> None:
    gate, other, lost = gate_at(7, 3), gate_at(7, 4), ticket().permit.id
    version = pulled(end).version
    gate.push(report(gate, lost))
    told = pulled(end)
    assert told.tables.sought == (Sought(permit=lost.hex(), gate=3, since=NOON, what=Whereabouts.MISSING),)
    assert (told.version, pulled(end, 12).tables.sought) == (version + 1, ())
    assert end.heads()[7].set == version + 1 + told.keys_version, "who waits is told at once"
    assert b"jacket" not in pulled_bytes(end, 7, end.service.now())
    gate.push()
    assert pulled(end).version == version + 1, "what is sent again changes nothing"
    clock.at += 600
    other.push(report(other, lost, "found", NOON + 600))
    assert (pulled(end).tables.sought, pulled(end).version) == ((), version + 2)
    gate.push(report(gate, lost, "missing", NOON + 300))
    assert pulled(end).version == version + 2, "it was written before the person was found"


def test_a_report_without_a_party_or_of_another_kind_publishes_nothing(
    end: RegistryEnd, gate_at: GateAt, ticket: Issue
) -> None:
    gate, version = gate_at(7, 3), pulled(end).version
    fire = ReportBody(report=ReportKind.INCIDENT, place=gate.place, what="fire", permit=ticket().permit.id)
    gate.push(report(gate, None), report(gate, b"no id"), gate.write(fire), report(gate, bytes(16), "found"))
    assert (pulled(end).version, pulled(end).tables.sought) == (version, ())


def test_a_report_lasts_seven_days_by_when_it_was_made_and_never_later_than_it_came(
    service: RegistryService, end: RegistryEnd, gate_at: GateAt, clock: HeldClock
) -> None:
    gate = gate_at(7, 3)
    gate.push(report(gate, bytes([1] * 16), at=NOON + 9_000), report(gate, bytes([2] * 16), at=NOON - SOUGHT_SECONDS))
    assert [(row.permit[:2], row.since) for row in pulled(end).tables.sought] == [("01", NOON)]
    clock.at += SOUGHT_SECONDS
    gate.push(report(gate, bytes([3] * 16), at=clock.at))
    assert [row.permit[:2] for row in pulled(end).tables.sought] == ["03"]


def test_one_kiosk_gone_mad_makes_no_set_that_no_gate_would_take(
    end: RegistryEnd, gate_at: GateAt, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sought, "MOST_SOUGHT", 3)
    gate = gate_at(7, 3)
    gate.push(*(report(gate, bytes([n] * 16), at=NOON - n) for n in range(1, 9)))
    assert [row.permit[:2] for row in pulled(end).tables.sought] == ["01", "02", "03"]


def test_tables_that_are_loaded_keep_who_is_looked_for_and_never_hold_it(
    service: RegistryService, end: RegistryEnd, gate_at: GateAt, ticket: Issue
) -> None:
    gate, lost = gate_at(7, 3), ticket().permit.id
    gate.push(report(gate, lost))
    with service.database.writing() as connection:
        shown = published(connection, 7).tables
        assert "sought" not in shown
        load(connection, service.folder, 7, shown, NOON)
    before = pulled(end)
    assert [row.permit for row in before.tables.sought] == [lost.hex()]
    with pytest.raises(UsageError, match=r"tables\.sought: it is not loaded"), service.database.writing() as connection:
        load(connection, service.folder, 7, shown | {"sought": []}, NOON)
    assert pulled(end).version == before.version


def test_what_a_suspended_kiosk_reported_is_told_when_it_is_taken_in(
    service: RegistryService, end: RegistryEnd, gate_at: GateAt, ticket: Issue
) -> None:
    gate, lost = gate_at(7, 3), ticket().permit.id
    service.set_device_status(gate.device, DeviceStatus.SUSPENDED, "looked at")
    gate.push(report(gate, lost))
    assert pulled(end).tables.sought == ()
    service.set_device_status(gate.device, DeviceStatus.ACTIVE, "all is well")
    assert [row.permit for row in pulled(end).tables.sought] == [lost.hex()]


def test_of_two_reports_in_one_second_the_later_entry_counts(end: RegistryEnd, gate_at: GateAt, ticket: Issue) -> None:
    gate, lost = gate_at(7, 3), ticket().permit.id
    gate.push(report(gate, lost), report(gate, lost, "found"))
    assert pulled(end).tables.sought == ()
    gate.push(report(gate, lost))
    assert [row.permit for row in pulled(end).tables.sought] == [lost.hex()]
