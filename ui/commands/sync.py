"""enrol, sync, status: how this machine becomes a kiosk, agrees with its registry, and says how it is."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kiosk.errors import UsageError
from ui.commands.common import EXIT_DONE, EXIT_ENVIRONMENT, EXIT_NO, Output, every_command
from ui.version import version

if TYPE_CHECKING:
    from kiosk.checkpoint import Status
    from kiosk.rules.policy import PolicySet, RevokedDevice
    from kiosk.store.health import MemoryReport
    from kiosk.store.home import Home
    from sync.backoff import Backoff
    from sync.report import Report
    from ui.assembly import Memory

_LOOKED_AT = 60


@click.command(epilog="Example: qaqpa enrol https://registry.example 7K3M9Q-...")
@click.argument("words", metavar="[URL CODE | TICKET]", nargs=-1)
@every_command
def enrol(words: tuple[str, ...], folder: Path, output: Output) -> int:
    """Make this machine a kiosk of a registry; CODE is good for once.

    TICKET is the text of the enrolment ticket's QR code, as a scanner types it, or a picture of it. In a park whose
    staff signs in by the one PIN of the device, that PIN is chosen here; on a kiosk that was left without one, nothing
    else is done.
    """
    from kiosk.clock import machine_seconds
    from kiosk.staff import DevicePin
    from kiosk.store.home import Home
    from kiosk.store.leftovers import expect_fresh
    from sync.enrolment import enrol as enrol_home
    from sync.enrolment_code import EnrolmentCode
    from ui.commands.pins import expect_pin, new_pin

    home = Home(folder)
    if _lacks_pin(home):
        with home.lock("enrol"):
            DevicePin.of(home).choose(new_pin())
        return _tell_enrolled(home, output)
    expect_fresh(home)
    url, code = _address_and_code(words)
    EnrolmentCode.parse(code)
    expect_pin()  # of the code that is spent by then nobody could enrol again
    with home.lock("enrol"):
        enrolment = enrol_home(home, url, code, software=f"qaqpa {version()}", now=machine_seconds)
        if not enrolment.set.has_activations:
            DevicePin.of(home).choose(new_pin())
    return _tell_enrolled(home, output)


def _lacks_pin(home: Home) -> bool:
    """Whether this is a kiosk at which nobody can sign in: its enrolment ended before its PIN was chosen."""
    from kiosk.staff import DevicePin
    from kiosk.store.policies import Policies
    from kiosk.store.revoked import noted

    record = home.device
    if record is None or DevicePin.of(home).is_set or noted(home, record.device) is not None:
        return False
    policy = Policies(home).current()
    return policy is not None and not policy.has_activations


def _tell_enrolled(home: Home, output: Output) -> int:
    from ui.assembly import open_checkpoint

    with open_checkpoint(home, purpose="enrol") as kiosk:
        kiosk.checkpoint.believe()  # the journal begins with what is believed
        policy = kiosk.policies.current()
    record = home.enrolled()
    place = {"park": record.park, "gate": record.gate, "lane": record.lane, "direction": str(record.direction)}
    version = None if policy is None else policy.version
    output.result(
        {"device": record.device, **place, "registry": record.registry, "set_version": version},
        f"This is now device {record.device}: park {record.park}, gate {record.gate}, lane {record.lane} "
        f"({record.direction}). `qaqpa sync --once` fetches the permits, `qaqpa run` starts the kiosk.",
    )
    return EXIT_DONE


def _address_and_code(words: tuple[str, ...]) -> tuple[str, str]:
    """What somebody typed, or what the enrolment ticket says that was scanned or photographed."""
    from sync.enrolment_code import EnrolmentTicket
    from ui.commands.pictures import PictureError, code_of_picture

    if not words:
        raise UsageError("Say where to enrol: the registry's address and a code, or a ticket's text or picture")
    if len(words) > 1:
        url, *code = words
        return url, "".join(code)
    picture = Path(words[0])
    try:
        ticket = EnrolmentTicket.parse(code_of_picture(picture) if picture.is_file() else words[0])
    except PictureError as error:
        raise UsageError(str(error)) from error
    return ticket.url, str(ticket.code)


@click.command(epilog="Example: qaqpa sync --once --json")
@click.option("--once", is_flag=True, help="One cycle, then end (default: go on until stopped).")
@click.option(
    "--stick",
    type=click.Path(path_type=Path, file_okay=False),
    help="Only take in what is signed on this stick, and ask no registry.",
)
@every_command
def sync(once: bool, stick: Path | None, folder: Path, output: Output) -> int:
    """Tell the registry what happened here, then learn what changed there."""
    from kiosk.store.home import Home
    from sync.backoff import Backoff, Event
    from ui.assembly import open_sync

    home = Home(folder)
    home.enrolled()
    backoff = Backoff()
    if stick is not None:
        with home.lock("sync"), open_sync(home) as end:
            report = end.engine.take_stick(stick)
        if report.revoked is not None:
            _heed_revocation(home)
        _print_report(report, output)
        return _exit_code(report)
    while True:
        with home.lock("sync"), open_sync(home) as end:
            while True:
                backoff.happen(Event.DUE)
                report = end.engine.run_cycle()
                _print_report(report, output)
                backoff.happen(Event.FAILED if report.has_failed else Event.SUCCEEDED)
                if once or report.revoked is not None:
                    break
                time.sleep(_delay(backoff, report))
        if report.revoked is not None and _heed_revocation(home):
            continue  # what was just written down is handed over, too
        if once:
            return _exit_code(report)
        time.sleep(_delay(backoff, report))


def _delay(backoff: Backoff, report: Report) -> float:
    return backoff.delay_seconds(
        poll_after_seconds=report.poll_after_seconds, retry_after_seconds=report.retry_after_seconds
    )


def _heed_revocation(home: Home) -> bool:
    """Write down that this device was revoked and let go what may go, which sync alone does not; whether it is news."""
    from kiosk.devices.barrier import UntouchedBarrier
    from kiosk.store.revoked import noted
    from ui.assembly import open_checkpoint

    is_news = noted(home, home.enrolled().device) is None
    with open_checkpoint(home, purpose="sync", barrier=UntouchedBarrier()) as kiosk:
        return kiosk.checkpoint.heed() is not None and is_news


_TOLD_WHEN_SO = frozenset({"kept_open_since", "revoked"})
_NOT_NEEDED = frozenset({"sound"})
_TOLD_OF_NONE = {
    "devices": "no kiosk runs",
    "shift": "none is open",
    "paper": "no stick is named",
    "paper_seconds": "no page was made",
    "network_said": "nothing is wrong",
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
        record |= _network_record(home)
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
    is_healthy = is_healthy and record["revoked"] is None
    is_healthy = is_healthy and not record["alarms"] and record["paper"] in (None, "ok")
    return EXIT_DONE if is_healthy else EXIT_NO


def _network_record(home: Home) -> dict[str, Any]:
    """How the line to the registry was in the newest cycle, in a word and a sentence."""
    from kiosk.export import iso
    from sync.network_note import read_note

    note = read_note(home.network_note)
    if note is None:
        return {"network_state": None, "network_said": None, "network_since": None}
    return {"network_state": str(note.state), "network_said": note.said or None, "network_since": iso(note.since)}


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
        "network_state": None if report.network_state is None else str(report.network_state),
        "sent": report.pushed,
        "receipts": {str(result): count for result, count in report.receipts.items()},
        "flagged": [{"entry_id": r.id, "result": str(r.result), "detail": r.detail} for r in report.flagged],
        "received": report.rows,
        "snapshot": report.snapshot_installed,
        "set_version": report.set_version,
        "errors": [*report.push_errors, *report.pull_errors],
        "alarms": [*report.alarms, *([report.old_stick] if report.old_stick else [])],
        "stuck": list(report.stuck),
        "revoked": _revoked_record(report.revoked, report.unsent),
    }
    output.result(record, str(report))


def _revoked_record(revoked: RevokedDevice | None, unsent: int) -> dict[str, Any] | None:
    """That the park has revoked this device; None while it is believed."""
    from kiosk.export import iso
    from kiosk.store.revoked import sentence

    if revoked is None:
        return None
    return {"at": iso(revoked.at), "unsent": unsent, "words": sentence(revoked, unsent)}


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
        "keys_version": status.keys_version,
        "clock": str(status.clock),
        "faults": [str(fault) for fault in status.faults],
        "refusal_jumps": [plain_json(alarm.details) for alarm in status.refusal_jumps],
        "kept_open_since": None if status.kept_open_since is None else iso(status.kept_open_since),
        "revoked": _revoked_record(status.revoked, status.pending),
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
        case {"words": words}:
            return str(words)
        case dict():
            return ", ".join(f"{name} {item}" for name, item in value.items())
        case _:
            return str(value)
