"""What gates told besides scans is listed at the registry, its words as long as they are kept."""

from collections.abc import Callable

from kiosk.rules.entries import AlarmBody, Private, ReportBody, ShiftBody
from kiosk.rules.words import AlarmKind, EntryKind, ReportKind, ShiftKind
from sync.registry.issuing import IssuedTicket
from sync.registry.service import RegistryService
from sync.registry.told import Told, told
from tests.sync.registry.conftest import NOON, Gate
from ui.commands.reports import _line


def listed(service: RegistryService, *kinds: EntryKind) -> list[Told]:
    with service.database.reading() as connection:
        return list(told(connection, 7, kinds)) if kinds else list(told(connection, 7))


def test_incidents_alarms_and_shifts_are_listed_in_the_order_of_their_times(
    service: RegistryService, gate_at: Callable[..., Gate], ticket: Callable[..., IssuedTicket]
) -> None:
    gate = gate_at()
    gate.admit(ticket())
    gate.write(ShiftBody(shift=ShiftKind.OPEN, place=gate.place, by="Saule"), NOON + 30)
    fire = ReportBody(report=ReportKind.INCIDENT, place=gate.place, what="fire", by="Saule")
    gate.write(fire, NOON + 20, Private(reason="Blue Bay\nsmoke"))
    gate.write(AlarmBody(alarm=AlarmKind("of_tomorrow"), place=gate.place), NOON + 10)
    gate.push()
    found = listed(service)
    assert [type(one.body) for one in found] == [AlarmBody, ReportBody, ShiftBody]
    assert [one.words for one in found] == [None, "Blue Bay\nsmoke", None]
    assert [one.body for one in listed(service, EntryKind.REPORT)] == [fire]
    alarm, report, shift = map(_line, found)
    assert "alarm of_tomorrow" in alarm
    assert "incident fire: Blue Bay / smoke" in report
    assert "shift open by Saule" in shift
