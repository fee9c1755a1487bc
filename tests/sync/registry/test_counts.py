"""The registry counts with the kiosk's own rules, over all gates of a park."""

from collections.abc import Callable
from datetime import date

from kiosk.export import as_csv
from kiosk.rules.permit import Party
from kiosk.rules.statistics import By, Period, count
from sync.registry.counts import counts
from sync.registry.issuing import IssuedTicket
from sync.registry.service import RegistryService
from tests.sync.registry.conftest import NOON, Gate

Issue = Callable[..., IssuedTicket]
GateAt = Callable[..., Gate]
DAY = date(2026, 7, 5)


def test_a_party_that_used_both_gates_is_one_visit_in_the_parks_file(
    service: RegistryService, gate_at: GateAt, ticket: Issue
) -> None:
    issued, gates = ticket(adults=2), [gate_at(gate=3), gate_at(gate=4)]
    for place, gate in enumerate(gates):
        gate.admit(issued, at=NOON + 60 * place)
        gate.push()
    rows = counts(service, 7, first=DAY, last=DAY).rows
    assert sum(row.persons for row in rows) == 4
    assert sum(row.visits for row in rows) == 2
    assert sum(row.reentries for row in rows) == 2


def test_the_file_of_a_gate_is_that_gates_own_byte_for_byte(
    service: RegistryService, gate_at: GateAt, ticket: Issue
) -> None:
    gate, other = gate_at(gate=3), gate_at(gate=4)
    annulled = gate.admit(ticket(adults=5))
    gate.admit(ticket(adults=7, children=2), Party(adults=3), at=NOON + 3600)
    gate.annul(annulled)
    other.admit(ticket())
    gate.push()
    other.push()
    period = Period(first=DAY, last=DAY)
    own = as_csv(count(gate.entries, service.policy_set(7), By.HOUR, period))
    assert as_csv(counts(service, 7, first=DAY, last=DAY, by=By.HOUR, gate=3).rows) == own
    assert len(own.splitlines()) == 2


def test_an_entry_annulled_the_next_morning_is_not_counted(
    service: RegistryService, gate_at: GateAt, ticket: Issue
) -> None:
    gate = gate_at(gate=3)
    gate.annul(gate.admit(ticket()), at=NOON + 86_400)
    gate.push()
    assert counts(service, 7, first=DAY, last=DAY).rows == ()


def test_an_entry_annulled_after_the_clock_was_set_back_is_not_counted(
    service: RegistryService, gate_at: GateAt, ticket: Issue
) -> None:
    gate = gate_at(gate=3)
    gate.annul(gate.admit(ticket()), at=NOON - 86_400)
    gate.push()
    assert counts(service, 7, first=DAY, last=DAY).rows == ()


def test_a_days_counts_read_that_day_and_what_was_done_about_it_and_no_other_day(
    service: RegistryService, gate_at: GateAt, ticket: Issue
) -> None:
    gate = gate_at(gate=3)
    yesterday = gate.admit(ticket(), at=NOON - 86_400)
    gate.annul(yesterday, at=NOON - 86_000)
    today = [gate.admit(ticket()), gate.admit(ticket(), at=NOON + 60)]
    late = [gate.annul(today[0], at=NOON + 3 * 86_400)]
    gate.annul(gate.admit(ticket(), at=NOON + 86_400), at=NOON + 2 * 86_400)
    gate.push()
    read = service.entries(7, 3, NOON - 3600, NOON + 3600)
    assert sorted(entry.id for entry in read) == sorted(entry.id for entry in [*today, *late])


def test_entries_at_local_midnight_belong_to_the_day_that_begins(
    service: RegistryService, gate_at: GateAt, ticket: Issue
) -> None:
    midnight, gate = NOON + 12 * 3600, gate_at(gate=3)
    gate.admit(ticket(adults=1), at=midnight - 1)
    gate.admit(ticket(adults=3), at=midnight)
    gate.push()
    for day, persons in ((DAY, 1), (date(2026, 7, 6), 3)):
        (row,) = counts(service, 7, first=day, last=day, by=By.HOUR, gate=3).rows
        assert (row.persons, row.hour) == (persons, 23 if day == DAY else 0)
        assert as_csv((row,)) == as_csv(
            count(gate.entries, service.policy_set(7), By.HOUR, Period(first=day, last=day))
        )


def test_completeness_tells_when_each_kiosk_was_last_heard(
    service: RegistryService, gate_at: GateAt, ticket: Issue
) -> None:
    heard, silent = gate_at(gate=3), gate_at(gate=5)
    heard.admit(ticket())
    heard.push()
    known = {item.gate: item.until for item in counts(service, 7, first=DAY, last=DAY).completeness}
    assert known == {heard.place.gate: NOON, silent.place.gate: None}
