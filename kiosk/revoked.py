"""Whether the park has revoked this device: written down once, then kept to for ever, whatever a later set says.

A signed set is the only thing that says so. A status of HTTP, an answer that is refused, a registry that is gone: none
of them is a reason (docs/adr/0042). What follows is in kiosk/store/wiping.py.
"""

from collections.abc import Callable

from kiosk.errors import EnvironmentalError
from kiosk.rules.entries import AlarmBody, Place
from kiosk.rules.policy import PolicySet, RevokedDevice
from kiosk.rules.words import AlarmKind, EntryKind
from kiosk.store.home import Home
from kiosk.store.journal import Journal
from kiosk.store.revoked import note, noted

_FIRST_LOOK = 16


class RevokedError(EnvironmentalError):
    """This device was revoked by its park: it decides nothing, and moves no barrier."""


class Revoked:
    """What this device knows of its own revocation."""

    def __init__(self, *, journal: Journal, device: int, place: Callable[[], Place], home: Home | None) -> None:
        self._journal, self._device, self._place, self._home = journal, device, place, home
        known = noted(home, device) if home is not None else None
        self._known = known or _in_journal(journal, device)

    @property
    def since(self) -> RevokedDevice | None:
        """The revocation, once it is written down; None while this device is believed."""
        return self._known

    def is_named(self, policy: PolicySet | None) -> bool:
        """Whether it is revoked, or will be as soon as this set is believed."""
        return self._known is not None or (policy is not None and policy.revoked(self._device) is not None)

    def entry(self, policy: PolicySet) -> AlarmBody | None:
        """What goes into the journal together with a set that revokes this device; None where nothing does."""
        named = policy.revoked(self._device)
        if named is None or self._known is not None:
            return None
        details = {"since": named.at, "version": policy.version}
        return AlarmBody(alarm=AlarmKind.DEVICE_REVOKED, place=self._place(), details=details)

    def written(self, policy: PolicySet) -> None:
        """The entry is on the disk: keep to it from now on."""
        self._known = self._known or policy.revoked(self._device)

    def expect_none(self) -> None:
        """RevokedError where this device was revoked; by then it is noted outside of the journal too."""
        if self._known is None:
            return
        if self._home is not None and noted(self._home, self._device) is None:
            note(self._home, self._known)
        raise RevokedError(
            "This device was revoked by its park: it decides nothing any more. Its journal is handed over by "
            "`qaqpa sync` or `qaqpa journal export`; a machine that is used again is enrolled anew in an empty folder"
        )


def _in_journal(journal: Journal, device: int) -> RevokedDevice | None:
    """What the journal says: the note beside it may have been lost, and the set that said so replaced."""
    limit = _FIRST_LOOK
    while True:
        entries = journal.latest(limit, EntryKind.ALARM)
        for entry in entries:
            body = entry.body
            if isinstance(body, AlarmBody) and body.alarm is AlarmKind.DEVICE_REVOKED and entry.key.device == device:
                since = body.details.get("since")
                return RevokedDevice(device=device, at=since if type(since) is int else entry.at)
        if len(entries) < limit:
            return None
        limit *= 8
