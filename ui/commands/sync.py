"""enrol, sync, status: how this machine becomes a kiosk, agrees with its registry, and says how it is."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ui.commands.common import EXIT_DONE, EXIT_ENVIRONMENT, EXIT_NO, Output, every_command
from ui.version import version

if TYPE_CHECKING:
    from kiosk.checkpoint import Status
    from kiosk.rules.policy import PolicySet
    from kiosk.store.health import MemoryReport
    from kiosk.store.home import Home
    from sync.report import Report
    from ui.assembly import Memory

_LOOKED_AT = 60


@click.command(epilog="Example: qaqpa enrol https://registry.example 7K3M9Q-...")
@click.argument("url", metavar="URL")
@click.argument("code", metavar="CODE")
@every_command
def enrol(url: str, code: str, folder: Path, output: Output) -> int:
    """Make this machine a kiosk of a registry; CODE is good for once.

    In a park whose staff signs in by the one PIN of the device, that PIN is chosen here.
    """
    from kiosk.clock import machine_seconds
    from kiosk.staff import DevicePin
    from kiosk.store.home import Home
    from sync.enrolment import enrol as enrol_home
    from sync.enrolment_code import EnrolmentCode
    from ui.assembly import open_checkpoint
    from ui.commands.pins import expect_pin, new_pin

    home = Home(folder)
    if home.device is None:
        EnrolmentCode.parse(code)
        expect_pin()  # of the code that is spent by then nobody could enrol again
    with home.lock("enrol"):
        enrolment = enrol_home(home, url, code, software=f"qaqpa {version()}", now=machine_seconds)
        if not enrolment.set.set.has_activations:
            DevicePin.of(home).choose(new_pin())
    with open_checkpoint(home, purpose="enrol") as kiosk:
        kiosk.checkpoint.believe()  # the journal begins with what is believed
    record = enrolment.record
    place = {"park": record.park, "gate": record.gate, "lane": record.lane, "direction": str(record.direction)}
    output.result(
        {"device": record.device, **place, "registry": record.registry, "set_version": enrolment.set.set.version},
        f"This is now device {record.device}: park {record.park}, gate {record.gate}, lane {record.lane} "
        f"({record.direction}). `qaqpa sync --once` fetches the permits, `qaqpa run` starts the kiosk.",
    )
    return EXIT_DONE


@click.command(epilog="Example: qaqpa sync --once --json")
@click.option("--once", is_flag=True, help="One cycle, then end (default: go on until stopped).")
@every_command
def sync(once: bool, folder: Path, output: Output) -> int:
    """Tell the registry what happened here, then learn what changed there."""
    from kiosk.store.home import Home
    from sync.backoff import Backoff, Event
    from ui.assembly import open_sync

    home = Home(folder)
    home.enrolled()
    backoff = Backoff()
    with home.lock("sync"), open_sync(home) as end:
        while True:
            backoff.happen(Event.DUE)
            report = end.engine.run_cycle()
            _print_report(report, output)
            if once:
                return _exit_code(report)
            backoff.happen(Event.FAILED if report.has_failed else Event.SUCCEEDED)
            time.sleep(
                backoff.delay_seconds(
                    poll_after_seconds=report.poll_after_seconds, retry_after_seconds=report.retry_after_seconds
                )
            )


_TOLD_WHEN_SO = frozenset({"kept_open_since"})
_NOT_NEEDED = frozenset({"sound"})
_TOLD_OF_NONE = {
    "devices": "no kiosk runs",
    "shift": "none is open",
    "paper": "no stick is named",
    "paper_seconds": "no page was made",
}
"""What is not there, and known not to be; all else without a value is unknown."""


@click.command(epilog="Example: qaqpa status --json")
@every_command
def status(folder: Path, output: Output) -> int:
    """Say how old the data is, what waits, whether the clock is trusted, where the keys are; 1 when one is amiss."""
    from kiosk.rules.policy import Policy
    from kiosk.store.health import report
    from kiosk.store.home import Home
    from ui.assembly import open_reader, reading_checkpoint
    from ui.overrides import OverridesToday

    home = Home(folder)
    with open_reader(home) as memory:
        checkpoint, clock = reading_checkpoint(home, memory)
        now = clock.now().now
        record = _status_record(checkpoint.status(), now, memory.record.poll_after_seconds)
        record["folder"] = str(home.path)
        record["device"] = memory.record.device
        record["registry"] = memory.record.registry
        record["flagged"] = len(memory.deliveries.flagged())
        record["entries"] = memory.journal.count()
        policy = memory.policies.current()
        overrides = OverridesToday(memory.journal).today(now, policy.policy if policy else Policy())
        record["overrides_today"] = overrides.as_dict()
        record |= _inside_record(memory, policy, now)
        record |= _duty_record(home, memory, now)
        record["sought"] = _sought(memory, policy, now)
        record |= _memory_record(report(home))
        record["devices"] = _devices(home)
    exposed = home.key_exposures()
    record |= {"keys": home.key_source(), "keys_exposed": bool(exposed)}
    told = {name: value for name, value in record.items() if value is not None or name not in _TOLD_WHEN_SO}
    output.result(
        record, [f"{name}: {_shown(value, _TOLD_OF_NONE.get(name, 'unknown'))}" for name, value in told.items()]
    )
    is_healthy = "stale" not in (record["staleness"], record["revocations"]) and record["clock"] == "trusted"
    is_healthy = is_healthy and record["database"] == "ok" and record["replica"] != "damaged" and not exposed
    is_healthy = is_healthy and all(
        device["state"] == "ok" or device["device"] in _NOT_NEEDED for device in record["devices"] or ()
    )
    is_healthy = is_healthy and not record["alarms"] and record["paper"] in (None, "ok")
    return EXIT_DONE if is_healthy else EXIT_NO


def _devices(home: Home) -> list[dict[str, Any]] | None:
    """How the devices are, by the kiosk that runs; None when none does."""
    from kiosk.devices.noted import noted

    devices = noted(home.devices_note)
    return None if devices is None else [device.as_dict() for device in devices]


def _duty_record(home: Home, memory: Memory, now: int) -> dict[str, Any]:
    """What a ranger is told besides: alarms that nobody has seen to, whose shift it is, and how paper mode is."""
    from kiosk.alarms import open_alarms
    from kiosk.config import read_config
    from kiosk.rules.entries import ShiftBody
    from kiosk.rules.handover import is_open
    from kiosk.rules.words import EntryKind
    from ui.paper_mode import last, paper_state

    shift: ShiftBody | None = is_open(memory.journal.latest(_LOOKED_AT, EntryKind.SHIFT))
    written = last(home)
    return {
        "alarms": [f"{alarm.kind} {alarm.entry.id}" for alarm in open_alarms(memory.journal)],
        "shift": None if shift is None else shift.by,
        "paper": paper_state(home, read_config(home.config_file), now),
        "paper_seconds": None if written is None or written.good_at is None else max(0, now - written.good_at),
    }


def _print_report(report: Report, output: Output) -> None:
    from kiosk.export import iso

    record = {
        "started_at": iso(report.started_at),
        "contact": report.has_contact,
        "sent": report.pushed,
        "receipts": {str(result): count for result, count in report.receipts.items()},
        "flagged": [{"entry_id": r.id, "result": str(r.result), "detail": r.detail} for r in report.flagged],
        "received": report.rows,
        "snapshot": report.snapshot_installed,
        "set_version": report.set_version,
        "errors": [*report.push_errors, *report.pull_errors],
        "alarms": list(report.alarms),
        "stuck": list(report.stuck),
    }
    output.result(record, str(report))


def _exit_code(report: Report) -> int:
    if report.push_errors or report.pull_errors:
        return EXIT_ENVIRONMENT
    return EXIT_DONE if report.is_good else EXIT_NO


def _status_record(status: Status, now: int, poll_after_seconds: int) -> dict[str, Any]:
    from kiosk.export import iso
    from ui.decision_json import is_offline, plain_json

    def ago(at: int | None) -> int | None:
        return None if at is None else max(0, now - at)

    return {
        "park": status.place.park,
        "gate": status.place.gate,
        "lane": status.place.lane,
        "direction": str(status.lane_direction),
        "offline": is_offline(now, status.last_contact, poll_after_seconds),
        "last_contact": None if status.last_contact is None else iso(status.last_contact),
        "last_contact_seconds": ago(status.last_contact),
        "signed_at": None if status.signed_at is None else iso(status.signed_at),
        "signed_seconds": ago(status.signed_at),
        "staleness": str(status.staleness),
        "revocations": "stale" if status.are_revocations_stale else "fresh",
        "revocations_at": None if status.revocations_at is None else iso(status.revocations_at),
        "revocations_seconds": ago(status.revocations_at),
        "revocations_age": _age(ago(status.revocations_at)),
        "pending": status.pending,
        "permits": status.permits,
        "replica": str(status.replica),
        "set_version": status.policy_version,
        "clock": str(status.clock),
        "faults": [str(fault) for fault in status.faults],
        "refusal_jumps": [plain_json(alarm.details) for alarm in status.refusal_jumps],
        "kept_open_since": None if status.kept_open_since is None else iso(status.kept_open_since),
    }


def _inside_record(memory: Memory, policy: PolicySet | None, now: int) -> dict[str, Any]:
    """Who is inside, in figures; unknown without the park's rules."""
    from ui.muster import muster

    if policy is None:
        return {"inside": None, "overdue": None, "revoked_inside": None}
    found = muster(memory, policy, now)
    return {"inside": found.heads, "overdue": found.overdue, "revoked_inside": found.revoked}


def _sought(memory: Memory, policy: PolicySet | None, now: int) -> list[dict[str, Any]]:
    """The parties of which somebody is missing, as the set in force says, each with the end of its typed code."""
    from kiosk.export import iso
    from kiosk.rules.sought import sought_at

    rows = sought_at(policy.tables.sought, now) if policy else ()
    tails = _tails(memory, [bytes.fromhex(row.permit) for row in rows])
    return [
        {
            "permit": row.permit,
            "code_tail": tails.get(row.permit),
            "what": str(row.what),
            "since": iso(row.since),
            "gate": row.gate,
        }
        for row in rows
    ]


def _tails(memory: Memory, permits: list[bytes]) -> dict[str, str]:
    """The last letters of the codes of these permits, as far as the replica knows them."""
    from kiosk.rules.codes import tail
    from kiosk.store.driver import DamagedError

    try:
        replica = memory.replicas.current() if permits else None
        return {row.id.hex(): tail(row.code) for row in replica.by_ids(permits)} if replica else {}
    except DamagedError:  # which stands in the same record, as `replica`
        return {}


def _age(seconds: int | None) -> str:
    """How long ago that is, in words."""
    if seconds is None:
        return "unknown"
    for unit, length in (("day", 86_400), ("hour", 3_600), ("minute", 60)):
        if seconds >= length:
            count = seconds // length
            return f"{count} {unit}{'' if count == 1 else 's'}"
    return "less than a minute"


def _memory_record(memory: MemoryReport) -> dict[str, Any]:
    faults = [f"{file.name}: {file.fault}" for file in memory.files if file.fault is not None]
    return {
        "database": "; ".join(faults) or "ok",
        "database_bytes": sum(file.size_bytes for file in memory.files),
        "free_bytes": memory.free_bytes,
    }


def _shown(value: object, of_none: str = "unknown") -> str:
    match value:
        case None:
            return of_none
        case [dict(), *_] as rows:
            return "; ".join(map(_shown, rows))
        case dict():
            return ", ".join(f"{name} {item}" for name, item in value.items())
        case _:
            return str(value)
