"""Alarms at this gate: written down when a contact speaks, open until a ranger has seen to them."""

from dataclasses import dataclass

from kiosk.checkpoint import Checkpoint
from kiosk.rules.entries import ActBody, AlarmBody, Entry
from kiosk.rules.words import ActKind, AlarmKind, EntryKind
from kiosk.store.journal import Journal
from kiosk.tamper import CONTACTS, ContactFolder

LOOKED_AT = 200
"""The newest entries of the kind: beyond them nobody looks back for an alarm that was never seen to."""
_NO_ALARM = frozenset({AlarmKind.STILL_OPEN, AlarmKind.SET_BACK, AlarmKind.DEVICE_REVOKED})
"""What is written under the same kind and is none: of a barrier that it is held open still, and that it no longer is;
of the device that it was revoked, to which no ranger can see."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Alarm:
    """One alarm with the act by which a ranger saw to it, if any."""

    entry: Entry
    seen_to: Entry | None = None

    @property
    def kind(self) -> AlarmKind:
        """What was noticed."""
        body = self.entry.body
        assert isinstance(body, AlarmBody)
        return body.alarm

    @property
    def is_open(self) -> bool:
        """Whether no ranger has seen to it."""
        return self.seen_to is None

    @property
    def seen_to_by(self) -> str | None:
        """Who saw to it; None while it is open."""
        match self.seen_to.body if self.seen_to else None:
            case ActBody(by=by):
                return by or "device"
            case AlarmBody(details=details):
                return str(details.get("by", "device"))
            case _:
                return None

    @property
    def locks(self) -> bool:
        """Whether the screen stays locked until a ranger comes: somebody has laid hands on the kiosk."""
        return self.is_open and self.kind in CONTACTS


def alarms(journal: Journal, limit: int = LOOKED_AT) -> tuple[Alarm, ...]:
    """The newest alarms of this device, newest first; a barrier held open is seen to by setting it back."""
    found, set_back = [], None
    for entry in journal.latest(limit, EntryKind.ALARM):
        kind = entry.body.alarm if isinstance(entry.body, AlarmBody) else None
        if kind is AlarmKind.SET_BACK:
            set_back = entry
        if kind in _NO_ALARM:
            continue
        settled = set_back if kind is AlarmKind.KEPT_OPEN else None
        found.append(Alarm(entry=entry, seen_to=settled or _seen_to(journal, entry)))
    return tuple(found)


def open_alarms(journal: Journal) -> tuple[Alarm, ...]:
    """Those that no ranger has seen to."""
    return tuple(alarm for alarm in alarms(journal) if alarm.is_open)


def take_up(checkpoint: Checkpoint, journal: Journal, contacts: ContactFolder) -> tuple[Entry, ...]:
    """Write down what the contacts have said since; the entries that came of it."""
    written = []
    for kind in contacts.waiting():
        if all(alarm.kind is not kind for alarm in open_alarms(journal)):
            written.append(raise_alarm(checkpoint, kind))
        contacts.settle(kind)
    return tuple(written)


def raise_alarm(checkpoint: Checkpoint, kind: AlarmKind, **details: int | str) -> Entry:
    """Write one alarm down."""
    return checkpoint.note(AlarmBody(alarm=kind, place=checkpoint.place, details=dict(details)))


def _seen_to(journal: Journal, alarm: Entry) -> Entry | None:
    acts = (act for act in journal.acts_on(alarm.id) if isinstance(act.body, ActBody))
    return next((act for act in acts if act.body.act is ActKind.ACKNOWLEDGE), None)  # type: ignore[union-attr]
