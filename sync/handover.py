"""A kiosk's journal as one file for its registry: sealed to the park's hand-over key, signed by the device.

    QAQPA-HANDOVER 1 \n
    header, one line of JSON: park, device, entries, head and the rest in clear, so that anybody can tell files apart
    blocks: 4 bytes of length, then HPKE over zstd over a batch as it is pushed, bound to the header and its place
    4 bytes of zero, 64 bytes of Ed25519 by the device's key over the digest of all that went before

Sealing says who may read it, and anybody may seal: the signature says that this device wrote it, as it does of a push.
"""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import zstandard
from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey

from kiosk.errors import UsageError
from kiosk.rules.canon import CanonError, rebuild
from kiosk.store.files import told
from kiosk.store.recovery import SUITE
from sync.protocol import MOST_ENTRIES, EntriesBatch, MessageError, SentEntry, read, write

MAGIC = b"QAQPA-HANDOVER 1\n"
_DOMAIN = b"qaqpa handover 1 "
_LENGTH_BYTES = 4
_SIGNATURE_BYTES = 64
_LONGEST_HEADER = 64 * 1024
_LARGEST_BATCH = MOST_ENTRIES * 5 * 64 * 1024  # core and private part in hexadecimal, at their largest
_LEVEL = 9
_READ_BYTES = 1024 * 1024


class HandoverError(UsageError):
    """The file is no hand-over, was changed, or is for another registry; nothing of it was taken."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Header:
    """What a file says of itself in clear; nothing of it is believed before the signature was checked."""

    park: int
    device: int
    gate: int
    lane: int
    entries: int
    head_chain: int
    head_n: int
    head_hash: str
    pending: int | None
    missing: int
    is_cut: int
    handover_key: str
    software: str


class HandoverWriter:
    """Writes one file; memory holds one batch."""

    def __init__(self, file: BinaryIO, header: Header, device_key: Ed25519PrivateKey) -> None:
        self._file, self._device_key = file, device_key
        self._digest = hashlib.sha256()
        self._key = X25519PublicKey.from_public_bytes(bytes.fromhex(header.handover_key))
        self._head = MAGIC + _header_line(header)
        self._blocks = 0
        self._put(self._head)

    def add(self, entries: tuple[SentEntry, ...]) -> None:
        """Seal these entries into the next block."""
        packed = zstandard.ZstdCompressor(level=_LEVEL).compress(write(EntriesBatch(entries=entries)))
        sealed = SUITE.encrypt(packed, self._key, _info(self._head, self._blocks))
        self._put(len(sealed).to_bytes(_LENGTH_BYTES, "big"))
        self._put(sealed)
        self._blocks += 1

    def finish(self) -> None:
        """Sign what was written; without this nobody takes the file."""
        self._put(bytes(_LENGTH_BYTES))
        self._file.write(self._device_key.sign(_DOMAIN + self._digest.digest()))

    def _put(self, data: bytes) -> None:
        self._file.write(data)
        self._digest.update(data)


@dataclass(frozen=True, kw_only=True, slots=True)
class Handover:
    """A file whose header was read; the rest is read when it is asked for."""

    path: Path
    header: Header
    head: bytes

    @classmethod
    def open(cls, path: Path) -> "Handover":
        """The file at this path; HandoverError if it is none."""
        with told(path), path.open("rb") as file:
            magic, line = file.read(len(MAGIC)), file.readline(_LONGEST_HEADER)
        if magic != MAGIC:
            raise HandoverError(f"{path} is no hand-over of a kiosk: make one with `qaqpa journal export`")
        return cls(path=path, header=_read_header(line, path), head=magic + line)

    def expect_signed_by(self, public_key: bytes) -> None:
        """HandoverError unless the device of this key wrote every byte of the file; it is read to its end."""
        digest = hashlib.sha256()
        with told(self.path), self.path.open("rb") as file:
            left = self.path.stat().st_size - _SIGNATURE_BYTES
            while left > 0 and (data := file.read(min(left, _READ_BYTES))):
                digest.update(data)
                left -= len(data)
            signature = file.read()
        try:
            Ed25519PublicKey.from_public_bytes(public_key).verify(signature, _DOMAIN + digest.digest())
        except (InvalidSignature, ValueError) as error:
            raise HandoverError(
                f"{self.path} is cut short, was changed, or was not written by device {self.header.device}: export it "
                "again, or settle the kiosk's data folder itself"
            ) from error

    def expect_sealed_to(self, private: X25519PrivateKey) -> None:
        """HandoverError unless the header says that it was sealed to this key."""
        if self.header.handover_key != private.public_key().public_bytes_raw().hex():
            raise HandoverError(
                f"{self.path} was sealed to the hand-over key of another registry: settle it at the kiosk's own"
            )

    def batches(self, private: X25519PrivateKey) -> Iterator[tuple[SentEntry, ...]]:
        """The entries, batch by batch, as they would have been pushed; call after `expect_signed_by`."""
        with told(self.path), self.path.open("rb") as file:
            file.seek(len(self.head))
            number = 0
            while length := int.from_bytes(file.read(_LENGTH_BYTES), "big"):
                yield self._opened(file.read(length), private, number)
                number += 1

    def _opened(self, sealed: bytes, private: X25519PrivateKey, number: int) -> tuple[SentEntry, ...]:
        try:
            packed = SUITE.decrypt(sealed, private, _info(self.head, number))
            # a few kilobytes of zstd may hold gigabytes; max_output_size binds only a frame that does not say its size
            if not 0 <= zstandard.frame_content_size(packed) <= _LARGEST_BATCH:
                raise zstandard.ZstdError(f"a batch of more than {_LARGEST_BATCH} bytes")
            data = zstandard.ZstdDecompressor().decompress(packed, max_output_size=_LARGEST_BATCH)
            return read(EntriesBatch, data).entries
        except (InvalidTag, ValueError, zstandard.ZstdError, MessageError) as error:
            raise HandoverError(f"{self.path} cannot be opened at its block {number + 1}: export it again") from error


def _info(head: bytes, number: int) -> bytes:
    """What a block is bound to: the header, and its place among the blocks."""
    return _DOMAIN + hashlib.sha256(head).digest() + number.to_bytes(8, "big")


def _header_line(header: Header) -> bytes:
    fields = {name: getattr(header, name) for name in Header.__dataclass_fields__}
    return json.dumps(fields, separators=(",", ":")).encode() + b"\n"


def _read_header(line: bytes, path: Path) -> Header:
    try:
        raw: Any = json.loads(line)
        header = rebuild(Header, raw, "header")
        if len(bytes.fromhex(header.handover_key)) != 32:
            raise ValueError("expected a hand-over key of 32 bytes")
    except (CanonError, ValueError, TypeError, RecursionError) as error:
        raise HandoverError(f"{path} cannot be read ({str(error)[:100]}): export it again") from error
    return header
