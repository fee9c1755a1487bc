"""The note that a device was revoked, in the folder of keys: it outlives the journal, and any later set.

Whoever writes it has written the journal's entry before. It is read by everything that must not go on as before: the
checkpoint, the sync thread, a command beside them. Nothing removes it.
"""

import json
from datetime import UTC, datetime

from kiosk.rules.policy import RevokedDevice
from kiosk.store.files import make_folder, read_bytes, replace_file
from kiosk.store.home import Home

_SCHEMA = 1


def noted(home: Home, device: int) -> RevokedDevice | None:
    """What is noted of this device, if it was revoked; a note that cannot be read is as good as none."""
    data = read_bytes(home.revoked_file)
    if data is None:
        return None
    try:
        raw = json.loads(data)
        found = RevokedDevice(device=int(raw["device"]), at=int(raw["at"]))
    except (ValueError, KeyError, TypeError):
        return None  # the journal knows it too, and writes the note again
    return found if found.device == device else None


def note(home: Home, revoked: RevokedDevice) -> None:
    """Note it, on the disk before this returns."""
    make_folder(home.keys)
    fields = {"schema": _SCHEMA, "device": revoked.device, "at": revoked.at}
    replace_file(home.revoked_file, json.dumps(fields).encode() + b"\n")


def sentence(revoked: RevokedDevice, unsent: int | None = None) -> str:
    """In words for an officer: since when, and what there is still to hand over, where that is known."""
    day = datetime.fromtimestamp(revoked.at, UTC).strftime("%Y-%m-%d %H:%M")
    if unsent is None:
        return f"this device was revoked on {day} UTC"
    left = (
        f"its journal has {unsent} {'entry' if unsent == 1 else 'entries'} to hand over"
        if unsent
        else "all of its journal is handed over"
    )
    return f"this device was revoked on {day} UTC; {left}"
