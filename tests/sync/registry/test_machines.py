"""A second machine under one device's number: suspended at its first word, named, settled by who was at the gate."""

from collections.abc import Callable
from pathlib import Path

import pytest

from kiosk.rules.machine import Machine
from kiosk.rules.receipts import ReceiptResult
from kiosk.store.machine import this_machine
from sync.machine_report import MachineReport, ReportedMark
from sync.registry.device_states import DeviceState
from sync.registry.enrolling import DeviceStatus
from sync.registry.issuing import IssuedTicket
from sync.registry.machines import MOVED
from sync.registry.service import RegistryService
from sync.registry.wire import RegistryEnd
from tests.support.machines import box
from tests.sync.registry.conftest import Gate

GateAt = Callable[..., Gate]
Issue = Callable[..., IssuedTicket]


@pytest.fixture
def gate(gate_at: GateAt) -> Gate:
    return gate_at()


def machine(tmp_path: Path, name: str, **parts: str) -> Machine:
    root = tmp_path / name
    return this_machine(1, root if root.exists() else box(root, **{"serial": name, "system": "same id"} | parts))


def told(end: RegistryEnd, gate: Gate, of: Machine) -> None:
    end.report_machine(gate.device, MachineReport.of(of))


def state(service: RegistryService) -> DeviceState:
    (found,) = service.devices(7)
    return found


def test_the_same_machine_stays_believed_even_with_another_card(
    end: RegistryEnd, service: RegistryService, gate: Gate, tmp_path: Path
) -> None:
    for of in (
        machine(tmp_path, "A"),
        machine(tmp_path, "A"),
        machine(tmp_path, "A2", serial="A", address="aa:bb"),
        machine(tmp_path, "B", address="aa:bb"),  # the board was exchanged, and is known by the card
        machine(tmp_path, "B"),
        Machine(),
    ):
        told(end, gate, of)
        assert state(service).device.status is DeviceStatus.ACTIVE


def test_a_copied_disk_is_named_at_its_first_word_and_what_it_sends_is_set_aside(
    end: RegistryEnd, service: RegistryService, gate: Gate, tmp_path: Path, ticket: Issue
) -> None:
    told(end, gate, machine(tmp_path, "A"))
    told(end, gate, machine(tmp_path, "B"))
    device = state(service).device
    assert (device.status, device.remark) == (DeviceStatus.SUSPENDED, MOVED)
    gate.admit(ticket())
    assert gate.push().receipts[0].result is ReceiptResult.QUARANTINED


def test_restored_it_is_believed_where_it_spoke_last_and_the_other_machine_suspends_it_again(
    end: RegistryEnd, service: RegistryService, gate: Gate, tmp_path: Path, ticket: Issue
) -> None:
    old, new = machine(tmp_path, "A"), machine(tmp_path, "B")
    told(end, gate, old)
    told(end, gate, new)
    gate.admit(ticket())
    gate.push()
    assert service.set_device_status(gate.device, DeviceStatus.ACTIVE, "moved into a new case").taken == 1
    told(end, gate, new)
    assert state(service).device.status is DeviceStatus.ACTIVE
    told(end, gate, old)
    assert state(service).device.status is DeviceStatus.SUSPENDED


def test_moved_there_and_back_and_restored_it_is_not_suspended_once_more(
    end: RegistryEnd, service: RegistryService, gate: Gate, tmp_path: Path
) -> None:
    home, away = machine(tmp_path, "A"), machine(tmp_path, "B")
    for of in (home, away, home):
        told(end, gate, of)
    service.set_device_status(gate.device, DeviceStatus.ACTIVE, "it was in the workshop")
    told(end, gate, home)
    assert state(service).device.status is DeviceStatus.ACTIVE
    told(end, gate, away)
    assert state(service).device.status is DeviceStatus.SUSPENDED


def test_what_was_suspended_for_another_reason_keeps_it(
    end: RegistryEnd, service: RegistryService, gate: Gate, tmp_path: Path
) -> None:
    told(end, gate, machine(tmp_path, "A"))
    service.set_device_status(gate.device, DeviceStatus.SUSPENDED, "looked into")
    told(end, gate, machine(tmp_path, "B"))
    assert state(service).device.remark == "looked into"


def test_marks_of_a_newer_kiosk_are_left_alone(end: RegistryEnd, service: RegistryService, gate: Gate) -> None:
    told(end, gate, Machine())
    end.report_machine(gate.device, MachineReport(marks=(ReportedMark(kind="tpm", hash=b"x" * 8),)))
    assert state(service).device.status is DeviceStatus.ACTIVE
