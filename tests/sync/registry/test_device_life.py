"""The life of a device at the registry: suspended and restored, revoked for ever, replaced."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from kiosk.errors import UsageError
from kiosk.rules.permit import Party
from kiosk.rules.policy import RevokedDevice
from kiosk.rules.receipts import ReceiptResult
from sync.registry.device_states import DeviceState
from sync.registry.enrolling import DeviceStatus
from sync.registry.intake import REVOKED, SUSPENDED
from sync.registry.issuing import IssuedTicket
from sync.registry.service import RegistryService
from tests.sync.registry.conftest import NOON, Gate, HeldClock

GateAt = Callable[..., Gate]
Issue = Callable[..., IssuedTicket]


def state_of(service: RegistryService, gate: Gate) -> DeviceState:
    return next(state for state in service.devices(7) if state.device.device == gate.device)


def test_a_revoked_device_stands_in_the_park_s_set_at_once_and_in_every_later_one(
    service: RegistryService, gate_at: GateAt, clock: HeldClock
) -> None:
    gate, before = gate_at(), service.policy_set(7).version
    assert service.policy_set(7).revoked_devices == ()
    changed = service.set_device_status(gate.device, DeviceStatus.REVOKED, "stolen")
    assert changed.set_version == before + 1
    assert changed.device.revoked_at == clock.at
    for _ in range(2):
        revoked = service.policy_set(7).revoked(gate.device)
        assert revoked == RevokedDevice(device=gate.device, at=NOON)
        clock.at += 3600
        service.publish_set(7)
    # to say it again changes nothing, not even the time
    assert service.set_device_status(gate.device, DeviceStatus.REVOKED, "again").set_version is None
    assert state_of(service, gate).device.remark == "stolen"


@pytest.mark.parametrize("status", [DeviceStatus.ACTIVE, DeviceStatus.SUSPENDED])
def test_a_revocation_cannot_be_undone(service: RegistryService, gate_at: GateAt, status: DeviceStatus) -> None:
    gate = gate_at()
    service.set_device_status(gate.device, DeviceStatus.REVOKED, "stolen")
    with pytest.raises(UsageError, match=r"cannot be undone.*registry enrol"):
        service.set_device_status(gate.device, status, "found again")
    assert state_of(service, gate).device.status is DeviceStatus.REVOKED


def test_what_a_revoked_device_hands_over_is_set_aside_and_merged_when_somebody_has_looked(
    service: RegistryService, gate_at: GateAt, ticket: Issue
) -> None:
    gate, sold = gate_at(), ticket()
    gate.admit(sold)
    gate.push()
    service.set_device_status(gate.device, DeviceStatus.REVOKED, "stolen")
    gate.admit(ticket(), Party(adults=1))
    receipts = gate.push().receipts
    assert [receipt.result for receipt in receipts] == [ReceiptResult.DUPLICATE, ReceiptResult.QUARANTINED]
    assert receipts[1].detail == REVOKED
    state = state_of(service, gate)
    assert (state.n, state.quarantined) == (1, 1)
    assert service.take_entries_of_revoked(gate.device).taken == 1
    state = state_of(service, gate)
    assert (state.n, state.quarantined, state.device.status) == (2, 0, DeviceStatus.REVOKED)
    assert service.take_entries_of_revoked(gate.device).taken == 0


def test_entries_of_before_and_after_the_revocation_are_taken_in_together(
    service: RegistryService, gate_at: GateAt, ticket: Issue
) -> None:
    gate = gate_at()
    service.set_device_status(gate.device, DeviceStatus.SUSPENDED, "looked into")
    gate.admit(ticket())
    assert gate.push().receipts[0].detail == SUSPENDED
    service.set_device_status(gate.device, DeviceStatus.REVOKED, "it was stolen")
    gate.admit(ticket())
    assert gate.push().receipts[1].detail == REVOKED
    assert service.take_entries_of_revoked(gate.device).taken == 2
    assert state_of(service, gate).n == 2


def test_a_copied_device_that_was_revoked_stays_revoked(
    service: RegistryService, gate_at: GateAt, ticket: Issue
) -> None:
    gate = gate_at()
    entry = gate.admit(ticket())
    gate.push()
    service.set_device_status(gate.device, DeviceStatus.REVOKED, "stolen")
    gate.push(replace(entry, at=entry.at + 1))
    assert service.take_entries_of_revoked(gate.device).taken == 0
    assert state_of(service, gate).device.status is DeviceStatus.REVOKED


def test_only_of_a_revoked_device_entries_are_taken_in_so(service: RegistryService, gate_at: GateAt) -> None:
    with pytest.raises(UsageError, match="not revoked"):
        service.take_entries_of_revoked(gate_at().device)
    with pytest.raises(UsageError, match="no device 1"):
        service.set_device_status(1, DeviceStatus.REVOKED, "stolen")
