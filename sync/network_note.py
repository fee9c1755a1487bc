"""How the line to the registry is, left in a small file by whoever syncs, for `qaqpa status` beside a running kiosk.

Nothing is decided by it. It is written when the word changes, and one that cannot be written or read is no error.
"""

import json
import logging
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from kiosk.errors import EnvironmentalError
from kiosk.store.files import read_bytes, replace_file
from sync.network_state import NetworkState

_log = logging.getLogger(__name__)
_MOST_SAID = 400


@dataclass(frozen=True, kw_only=True, slots=True)
class NetworkNote:
    """The newest word of the line, the sentence that came with it, and since when it is so."""

    state: NetworkState
    said: str
    since: int


def read_note(path: Path) -> NetworkNote | None:
    """The note, or None where nothing was ever noted that can be read."""
    with suppress(EnvironmentalError, ValueError, TypeError, KeyError):
        raw = json.loads(read_bytes(path) or b"null")
        return NetworkNote(state=NetworkState(raw["state"]), said=str(raw["said"]), since=int(raw["since"]))
    return None


def leave_note(path: Path, state: NetworkState, said: str, now: int) -> None:
    """Note how the line is, unless that is what stands there."""
    before = read_note(path)
    if before is not None and (before.state, before.said) == (state, said[:_MOST_SAID]):
        return
    since = before.since if before is not None and before.state is state else now
    record = {"state": str(state), "said": said[:_MOST_SAID], "since": since}
    try:
        replace_file(path, json.dumps(record, ensure_ascii=False).encode() + b"\n")
    except EnvironmentalError as error:
        _log.warning("how the line is could not be noted: %s", error)
