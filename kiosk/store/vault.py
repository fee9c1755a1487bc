"""The vault: the key of each private part, one slot a part, in DIR.keys and never beside what it opens.

Forgetting a key forgets what it sealed in every copy there is: in the journal, in what SQLite left of it on the disk,
in a damaged file that was set aside, and in last month's backup.

The file is a heading and then slots of 32 bytes, counted from 1; a slot of zeros was forgotten. A slot is used once.
"""

import errno
import os
import secrets
from collections.abc import Iterable
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from kiosk.errors import EnvironmentalError
from kiosk.store.driver import DamagedError
from kiosk.store.files import PRIVATE_FILE, make_folder, read_bytes, sync_folder, told

SLOT_BYTES = 32
_HEADING = b"qaqpa private keys, version 1\n\n\n"
_NONCE_BYTES = 12
_FORGOTTEN = bytes(SLOT_BYTES)
# Keys are made ahead, so that an admission with a private part does not wait for a second flush of the disk.
_MADE_AT_ONCE = 64


class Vault:
    """The keys of one kiosk's private parts; whoever reads only never makes any."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._ready: list[int] = []
        self._made = 0

    def never_below(self, slot: int) -> None:
        """Slots up to this one were given: a file that is lost or older than it was must not give them again."""
        self._made = max(self._made, slot)

    def seal(self, data: bytes, bound_to: bytes) -> tuple[int, bytes]:
        """Seal these bytes under a key that nothing else has; the slot of the key, and the sealed bytes."""
        if not self._ready:
            self._ready = self._make()
        slot = self._ready.pop(0)
        key = self._key(slot)
        if key is None:
            raise EnvironmentalError(f"{self._path} changed while it was in use: start the kiosk again")
        nonce = secrets.token_bytes(_NONCE_BYTES)
        return slot, nonce + AESGCM(key).encrypt(nonce, data, bound_to)

    def open(self, slot: int, sealed: bytes, bound_to: bytes) -> bytes | None:
        """What was sealed, or None where its key was forgotten; DamagedError where it was changed."""
        key = self._key(slot)
        if key is None:
            return None
        try:
            return AESGCM(key).decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], bound_to)
        except (InvalidTag, ValueError) as error:
            raise DamagedError("a private part does not fit its key") from error

    def forget(self, slots: Iterable[int]) -> None:
        """Overwrite these keys with zeros, on the disk before this returns."""
        wanted = sorted(set(slots))
        if not wanted or not self._path.exists():
            return
        with told(self._path):
            descriptor = os.open(self._path, os.O_RDWR | os.O_CLOEXEC)
            try:
                size = os.fstat(descriptor).st_size
                for slot in wanted:
                    if self._place(slot) + SLOT_BYTES <= size:
                        os.pwrite(descriptor, _FORGOTTEN, self._place(slot))
                os.fdatasync(descriptor)
            finally:
                os.close(descriptor)

    def forget_all_but(self, slots: Iterable[int]) -> None:
        """Overwrite every other key there is: of what was replaced or never written when the program ended."""
        used, self._ready = set(slots), []
        keys = (read_bytes(self._path) or b"")[len(_HEADING) :]
        made = {at // SLOT_BYTES + 1: keys[at : at + SLOT_BYTES] for at in range(0, len(keys), SLOT_BYTES)}
        self.forget(slot for slot, key in made.items() if slot not in used and key != _FORGOTTEN)

    def _key(self, slot: int) -> bytes | None:
        with told(self._path):
            try:
                with self._path.open("rb", buffering=0) as file:
                    key = os.pread(file.fileno(), SLOT_BYTES, self._place(slot))
            except FileNotFoundError:
                return None
        return key if len(key) == SLOT_BYTES and key != _FORGOTTEN else None

    def _make(self) -> list[int]:
        """Append fresh keys behind all that were ever made, on the disk before any of them is used."""
        make_folder(self._path.parent)
        with told(self._path):
            is_new = not self._path.exists()
            descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, PRIVATE_FILE)
            try:
                if os.fstat(descriptor).st_size < len(_HEADING):
                    os.pwrite(descriptor, _HEADING, 0)
                # behind a slot that a power cut left half written, too
                made = -(-(max(os.fstat(descriptor).st_size, len(_HEADING)) - len(_HEADING)) // SLOT_BYTES)
                made = max(made, self._made)
                keys = secrets.token_bytes(SLOT_BYTES * _MADE_AT_ONCE)
                if os.pwrite(descriptor, keys, self._place(made + 1)) < len(keys):
                    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
                os.fdatasync(descriptor)
            finally:
                os.close(descriptor)
            if is_new:
                sync_folder(self._path.parent)
        return list(range(made + 1, made + 1 + _MADE_AT_ONCE))

    @staticmethod
    def _place(slot: int) -> int:
        return len(_HEADING) + (slot - 1) * SLOT_BYTES
