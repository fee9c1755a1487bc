"""Each admission beyond a right is one conflict, whichever gate reports first; what the rules allow is none."""

from collections.abc import Callable

import pytest

from kiosk.rules.permit import Party
from kiosk.rules.receipts import ReceiptResult
from sync.registry.issuing import IssuedTicket
from sync.registry.service import RegistryService
from tests.sync.registry.conftest import NOON, Gate

Issue = Callable[..., IssuedTicket]
GateAt = Callable[..., Gate]
HOUR, DAY = 3600, 86_400


@pytest.mark.parametrize("reports_first", [0, 1])
def test_a_copy_at_another_gate_is_one_conflict_naming_both(
    service: RegistryService, gate_at: GateAt, ticket: Issue, reports_first: int
) -> None:
    gates, issued = [gate_at(gate=3), gate_at(gate=4)], ticket(adults=2)
    first = gates[0].admit(issued, at=NOON)
    second = gates[1].admit(issued, at=NOON + HOUR)
    for gate in (gates[reports_first], gates[1 - reports_first]):
        gate.push()
        gate.push()
    (conflict,) = service.conflicts(7)
    assert (conflict.entry_id, conflict.gate, conflict.at) == (second.id, 4, NOON + HOUR)
    assert (conflict.other_entry_id, conflict.other_gate, conflict.other_at) == (first.id, 3, NOON)
    assert (conflict.excess, conflict.permit) == (2, issued.permit.id)


def test_the_gate_that_let_one_in_too_many_hears_of_it_with_its_receipt(gate_at: GateAt, ticket: Issue) -> None:
    here, there, issued = gate_at(gate=3), gate_at(gate=4), ticket(adults=2)
    first = here.admit(issued)
    here.push()
    there.admit(ticket())
    there.admit(issued, at=NOON + HOUR)
    for result in (ReceiptResult.ACCEPTED, ReceiptResult.DUPLICATE):  # the first reply may have been lost
        good, excess = there.push().receipts
        assert (good.result, excess.result) == (result, ReceiptResult.CONFLICT)
        assert excess.detail == f"2 beyond the right: lane 1 of gate 3 had admitted {first.id} at 2026-07-05T07:00:00Z"
    there.annul(there.entries[1])
    assert [receipt.result for receipt in there.push().receipts] == [
        ReceiptResult.DUPLICATE,
        ReceiptResult.DUPLICATE,
        ReceiptResult.ACCEPTED,
    ]


def test_three_gates_with_one_ticket_are_two_conflicts(
    service: RegistryService, gate_at: GateAt, ticket: Issue
) -> None:
    gates, issued = [gate_at(gate=number) for number in (3, 4, 5)], ticket(adults=1)
    for place, gate in enumerate(gates):
        gate.admit(issued, at=NOON + place)
        gate.push()
    assert [conflict.gate for conflict in service.conflicts(7)] == [4, 5]


def test_a_party_in_two_parts_over_two_gates_is_none(service: RegistryService, gate_at: GateAt, ticket: Issue) -> None:
    here, there, issued = gate_at(gate=3), gate_at(gate=4), ticket(adults=8)
    here.admit(issued, Party(adults=5))
    there.admit(issued, Party(adults=3), at=NOON + HOUR)
    here.push()
    there.push()
    assert service.conflicts(7) == []


def test_only_the_heads_beyond_the_right_are_the_excess(
    service: RegistryService, gate_at: GateAt, ticket: Issue
) -> None:
    here, there, issued = gate_at(gate=3), gate_at(gate=4), ticket(adults=8)
    here.admit(issued, Party(adults=5))
    there.admit(issued, Party(adults=8), at=NOON + HOUR)
    here.push()
    there.push()
    assert [conflict.excess for conflict in service.conflicts(7)] == [5]


def test_an_exit_that_is_reported_late_settles_the_conflict(
    service: RegistryService, gate_at: GateAt, ticket: Issue
) -> None:
    here, there, out, issued = gate_at(gate=3), gate_at(gate=4), gate_at(gate=5), ticket(adults=2)
    here.admit(issued)
    there.admit(issued, at=NOON + 2 * HOUR)
    here.push()
    there.push()
    assert len(service.conflicts(7)) == 1
    out.let_out(issued, at=NOON + HOUR)
    out.push()
    assert service.conflicts(7) == []


def test_an_annulled_admission_settles_the_conflict(service: RegistryService, gate_at: GateAt, ticket: Issue) -> None:
    here, there, issued = gate_at(gate=3), gate_at(gate=4), ticket(adults=2)
    first = here.admit(issued)
    there.admit(issued, at=NOON + HOUR)
    here.push()
    there.push()
    here.annul(first)
    here.push()
    assert service.conflicts(7) == []


def test_a_ticket_for_three_days_may_enter_on_three_days_at_gates_that_know_nothing_of_each_other(
    service: RegistryService, gate_at: GateAt, ticket: Issue
) -> None:
    issued = ticket(product=12, entries=3, days=4, adults=2)
    for day, number in enumerate((3, 4, 5, 3)):
        gate = gate_at(gate=number)
        gate.admit(issued, at=NOON + day * DAY)
        gate.push()
        assert len(service.conflicts(7)) == (1 if day == 3 else 0)


def test_a_season_ticket_may_enter_every_day(service: RegistryService, gate_at: GateAt, ticket: Issue) -> None:
    issued = ticket(product=20, entries=0, days=30, adults=1)
    for day in range(4):
        gate = gate_at(gate=3 + day % 3)
        gate.admit(issued, at=NOON + day * DAY)
        gate.push()
    assert service.conflicts(7) == []


def test_free_re_entry_is_no_conflict_unless_it_comes_too_soon(
    service: RegistryService, gate_at: GateAt, ticket: Issue
) -> None:
    here, there = gate_at(gate=3), gate_at(gate=4)
    slow, quick = ticket(product=6, adults=2), ticket(product=6, adults=2)
    for issued, pause in ((slow, HOUR), (quick, 60)):
        here.admit(issued)
        there.admit(issued, at=NOON + pause)
    here.push()
    there.push()
    assert [conflict.permit for conflict in service.conflicts(7)] == [quick.permit.id]


def test_a_training_ticket_is_never_counted_and_never_a_conflict(
    service: RegistryService, gate_at: GateAt, ticket: Issue
) -> None:
    from kiosk.rules.words import Reason

    here, there, issued = gate_at(gate=3), gate_at(gate=4), ticket(product=90, adults=1)
    for gate in (here, there):
        gate.admit(issued, reason=Reason.TRAINING)
        gate.push()
    assert service.conflicts(7) == []
