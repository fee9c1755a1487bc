"""The mark: the newest head of the journal, kept outside the data folder, so that an older journal is noticed.

It is written after each commit and never waited for: after a power cut it may lag behind the journal, and never leads
it. A journal that lacks the entry of the mark was cut short, put back from a backup, or lost.
"""

import hashlib
import os
import struct
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from kiosk.store.files import PRIVATE_FILE

_LAYOUT = struct.Struct(">8sIHQq32s")  # what it is, device, chain, n, at, hash
_MAGIC = b"qaqpa-m1"
_CHECK_BYTES = 8
_SLOT_BYTES = 128
_SLOTS = 2


@dataclass(frozen=True, kw_only=True, slots=True)
class Mark:
    """A head that this kiosk's journal once had, and the time of its entry."""

    device: int
    chain: int
    n: int
    at: int
    hash: bytes


class MarkFile:
    """The two slots of the file, written in turn: a torn write spoils the older of the two heads at most."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._descriptor: int | None = None
        self._turn = 0

    def close(self) -> None:
        """Give the file back."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def read(self, device: int) -> Mark | None:
        """The newest mark of this device; None where there is none, or it cannot be read."""
        return max(filter(None, self._marks(device)), key=_place, default=None)

    def device(self) -> int | None:
        """The device whose mark was written last, whichever it is; None where there is none."""
        marks = [mark for place in range(_SLOTS) if (mark := _read(self._slot(place))) is not None]
        return max(marks, key=lambda mark: mark.at).device if marks else None

    def write(self, mark: Mark) -> None:
        """Remember this head. A disk that does not take it costs the warning, never the admission."""
        with suppress(OSError):
            if self._descriptor is None:
                self._turn = self._older_slot(mark.device)
                self._descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, PRIVATE_FILE)
            body = _LAYOUT.pack(_MAGIC, mark.device, mark.chain, mark.n, mark.at, mark.hash)
            slot = (body + hashlib.sha256(body).digest()[:_CHECK_BYTES]).ljust(_SLOT_BYTES, b"\0")
            os.pwrite(self._descriptor, slot, self._turn * _SLOT_BYTES)
            self._turn = (self._turn + 1) % _SLOTS

    def _older_slot(self, device: int) -> int:
        """Where to write after a start: the newest mark of the last run is not the one to be overwritten."""
        marks = self._marks(device)
        return min(range(_SLOTS), key=lambda place: _place(marks[place]))

    def _marks(self, device: int) -> list[Mark | None]:
        """What the slots hold of this device."""
        found = (_read(self._slot(place)) for place in range(_SLOTS))
        return [mark if mark is not None and mark.device == device else None for mark in found]

    def _slot(self, place: int) -> bytes:
        try:
            return self._path.read_bytes()[place * _SLOT_BYTES : (place + 1) * _SLOT_BYTES]
        except OSError:
            return b""


def _place(mark: Mark | None) -> tuple[int, int]:
    return (mark.chain, mark.n) if mark is not None else (0, 0)


def _read(slot: bytes) -> Mark | None:
    body, check = slot[: _LAYOUT.size], slot[_LAYOUT.size : _LAYOUT.size + _CHECK_BYTES]
    if len(body) < _LAYOUT.size or hashlib.sha256(body).digest()[:_CHECK_BYTES] != check:
        return None
    magic, device, chain, n, at, hash_ = _LAYOUT.unpack(body)
    return Mark(device=device, chain=chain, n=n, at=at, hash=hash_) if magic == _MAGIC else None
