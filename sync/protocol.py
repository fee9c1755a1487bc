"""Version 1 on the wire: every message as a frozen value, with the one way to read it and the one way to write it.

JSON in UTF-8, binary as lower-case hexadecimal, times whole Unix seconds UTC. Unknown fields of a newer registry are
ignored, duplicate keys and numbers without end are refused. `docs/PROTOCOL.md` shows a real example of each message.
"""

import json
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache
from typing import Annotated, Any, Final, Protocol, TypeVar

from pydantic import Field, TypeAdapter, ValidationError

from kiosk.rules.receipts import Receipt
from kiosk.rules.words import LaneDirection
from sync.errors import UnreadableReplyError
from sync.fields import Cursor, Device, Hex, Hex8, Hex32, KeyId, Line, Number, Whole
from sync.health_report import HealthHeard, HealthReport
from sync.machine_report import MachineHeard, MachineReport
from sync.revocation_log import RevocationBatch, RevocationSnapshot, RevocationsPage, ToldHead, UrgentReply

SCHEMA: Final = 1
MOST_ENTRIES: Final = 500
MOST_ROWS: Final = 5000
LARGEST_ENTRY_BYTES: Final = 64 * 1024  # of core and private part each; a longer one is quarantined
JSON_TYPE: Final = "application/json"
PROBLEM_TYPE: Final = "application/problem+json"

Message = TypeVar("Message")


class MessageError(UnreadableReplyError):
    """The bytes are not the message they were said to be; the text names the path."""


class UnknownSchemaError(MessageError):
    """The other end speaks a newer major version: keep scanning on what is there, and tell somebody."""


SLICE_ROWS: Final = 50  # under a millisecond to read
Row = list[Any]
"""One change: an array that begins with its kind, `p x u r` or `e`; kiosk.store reads it and refuses what it cannot."""


@dataclass(frozen=True, kw_only=True, slots=True)
class EnrolmentRequest:
    """`POST /v1/enrolments`; `code` is the secret half of the enrolment code, signed by the key it announces."""

    code: Annotated[str, Field(pattern=r"^[0-9A-HJKMNP-TV-Z]{16}$")]
    public_key: Hex32
    software: Line


@dataclass(frozen=True, kw_only=True, slots=True)
class Enrolled:
    """Who and where the new device is; its number is never given again."""

    device: Device
    park: Number
    gate: Annotated[int, Field(ge=1, le=32)]
    lane: Annotated[int, Field(ge=1, le=255)]
    direction: LaneDirection
    poll_after_seconds: Annotated[int, Field(ge=1, le=86_400)]


@dataclass(frozen=True, kw_only=True, slots=True)
class SnapshotRef:
    """The immutable file that a replica starts from, and the cursor at which it was made.

    `url` is a path of the same registry, `sha256` and `bytes` are of the compressed file.
    """

    url: Annotated[str, Field(pattern=r"^/v1/[A-Za-z0-9/._-]{1,280}$")]
    sha256: Hex32
    bytes: Whole
    cursor: Cursor


@dataclass(frozen=True, kw_only=True, slots=True)
class Manifest:
    """`GET /v1/scopes/{park}/manifest`, signed: what a complete replica of the park amounts to at `head`.

    `min` is the oldest cursor that changes can still be asked from. `permits` and `checksum` are those at `head`.
    `revocations` is how far the revocation log reaches; a registry of an older version keeps none.
    """

    schema: int
    park: Number
    epoch: Number
    signed_at: Whole
    snapshot: SnapshotRef
    min: Cursor
    head: Cursor
    permits: Whole
    checksum: Hex8
    poll_after_seconds: Annotated[int, Field(ge=1, le=86_400)]
    revocations: Annotated[ToldHead | None, Field(exclude_if=lambda head: head is None)] = None


@dataclass(frozen=True, kw_only=True, slots=True)
class ChangesPage:
    """`GET /v1/scopes/{park}/changes?after=`, signed. Only `more: false` means the end, however short the page.

    On the last page `permits` and `checksum` may be those at `next`, so that both ends can compare at once.
    """

    park: Number
    epoch: Number
    after: Cursor
    next: Cursor
    head: Cursor
    more: bool
    signed_at: Whole
    rows: Annotated[list[Annotated[Row, Field(min_length=1)]], Field(max_length=MOST_ROWS)]
    permits: Whole | None = None
    checksum: Hex8 | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class SentEntry:
    """One entry on its way up: its core, and its private part unless that was erased since.

    `id` repeats what the core says, so that a receipt can name an entry whose core the registry cannot read.
    """

    id: Annotated[str, Field(pattern=r"^[0-9A-HJKMNP-TV-Z]{20}$")]
    core: Hex
    private: Hex | None
    salt: Hex | None
    private_hash: Hex32


@dataclass(frozen=True, kw_only=True, slots=True)
class EntriesBatch:
    """`POST /v1/devices/{device}/entries`: up to 500 entries."""

    entries: Annotated[tuple[SentEntry, ...], Field(max_length=MOST_ENTRIES)]


@dataclass(frozen=True, kw_only=True, slots=True)
class ChainHead:
    """How far the registry holds a device's chain without a gap, and the hash there."""

    chain: Number
    n: Whole
    hash: Hex32


@dataclass(frozen=True, kw_only=True, slots=True)
class PushReply:
    """A receipt for each entry, and the head of the device's newest chain as the registry knows it."""

    receipts: tuple[Receipt, ...]
    head: ChainHead | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class LookUpKeyRequest:
    """`POST /v1/devices/{device}/lookup-key`; `agreement_key` is a public X25519 key made for this request alone."""

    agreement_key: Hex32


@dataclass(frozen=True, kw_only=True, slots=True)
class SealedLookUpKey:
    """The key of the season's look-ups, which only whoever holds the private agreement key can open (HPKE)."""

    key_id: KeyId
    sealed: Hex


@dataclass(frozen=True, kw_only=True, slots=True)
class GivenNonce:
    """`GET /v1/nonce?name=`: what a kiosk whose clock is in doubt signs its next request with, once and soon."""

    nonce: Annotated[str, Field(pattern=r"^[0-9A-Za-z_-]{16,128}$")]
    good_for_seconds: Whole


class ProblemKind(StrEnum):
    """The `type` of problem details (RFC 9457), which is what a program may act on."""

    OTHER = "about:blank"
    CODE_UNKNOWN = "urn:qaqpa:code-unknown"
    CODE_USED = "urn:qaqpa:code-used"
    CODE_EXPIRED = "urn:qaqpa:code-expired"
    NOT_SIGNED = "urn:qaqpa:not-signed"
    NOT_NOW = "urn:qaqpa:not-now"
    NONCE_REFUSED = "urn:qaqpa:nonce-refused"
    REPLAYED = "urn:qaqpa:replayed"
    DEVICE_SUSPENDED = "urn:qaqpa:device-suspended"
    DEVICE_REVOKED = "urn:qaqpa:device-revoked"
    CURSOR_EXPIRED = "urn:qaqpa:cursor-expired"
    UNREADABLE = "urn:qaqpa:unreadable"
    TOO_LARGE = "urn:qaqpa:too-large"
    NOT_FOUND = "urn:qaqpa:not-found"


@dataclass(frozen=True, kw_only=True, slots=True)
class Problem:
    """Problem details: `detail` is a sentence for a person, `type` may be a kind this version does not know."""

    status: Annotated[int, Field(ge=100, le=599)]
    title: Line
    type: Line = ProblemKind.OTHER
    detail: Annotated[str, Field(max_length=2000)] | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class SignedBody:
    """A message as it travels: its exact bytes, the value of `Qaqpa-Signature`, and its ETag."""

    data: bytes
    signature: str | None
    etag: str | None = None


class NotModified:
    """The answer to an ETag that still holds: nothing new."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Download:
    """A file that is coming in: `chunks` begin at byte `offset` of it, whatever was asked for."""

    offset: int
    chunks: Iterator[bytes]


class Registry(Protocol):
    """What a checkpoint may ask of the registry. Signed bodies come as they were signed; whoever asks verifies them."""

    def trust_file(self, path: str) -> bytes | None:
        """A file of the signed data (sync/trust.py), open to everybody; None where there is none of this name."""
        ...

    def enrol(self, request: EnrolmentRequest) -> Enrolled:
        """Make a device of a one-time code."""
        ...

    def manifest(self, park: int, etag: str | None = None) -> SignedBody | NotModified:
        """The park's manifest, signed by an online key."""
        ...

    def snapshot(self, ref: SnapshotRef, offset: int = 0) -> AbstractContextManager[Download]:
        """The snapshot from this byte on, or from its beginning where that cannot be."""
        ...

    def changes(self, park: int, after: str) -> SignedBody:
        """The page of changes after a cursor, signed by an online key; CursorExpiredError if it is too old."""
        ...

    def revocations(self, park: int, after: int) -> RevocationsPage:
        """The batches of the revocation log after a row, each signed by an online key."""
        ...

    def revocations_snapshot(self, park: int) -> SignedBody:
        """What the revocation log amounts to, at most a month ago, signed by an online key."""
        ...

    def urgent(self, park: int, *, after: int, set_version: int, wait_seconds: int) -> UrgentReply:
        """How far the revocation log and the set are, as soon as one is further than this, or after the wait."""
        ...

    def push(self, device: int, entries: Sequence[SentEntry]) -> PushReply:
        """Hand entries over; they are the registry's as soon as this returns a receipt for them."""
        ...

    def lookup_key(self, device: int, request: LookUpKeyRequest) -> SealedLookUpKey:
        """The key of the season's look-ups, sealed to the key of this request; refused to a suspended device."""
        ...

    def report_health(self, device: int, report: HealthReport) -> HealthHeard:
        """Say how the devices of a kiosk are; the newest report stands in place of the one before."""
        ...

    def report_machine(self, device: int, report: MachineReport) -> MachineHeard:
        """Say on which machine a kiosk runs: a second one is noticed by it."""
        ...


def write(message: object) -> bytes:
    """The message as JSON in UTF-8, fields in the order in which they are declared."""
    return _adapter(type(message)).dump_json(message)


def read(cls: type[Message], data: bytes) -> Message:
    """The message of this class that the bytes are; MessageError with a path if they are not."""
    raw = _checked_json(data)
    if cls in _WITH_SCHEMA and isinstance(raw, dict) and raw.get("schema") != SCHEMA:
        raise UnknownSchemaError(
            f"schema {raw.get('schema')!r} is not {SCHEMA}: this program is too old for the registry"
        )
    try:
        return _adapter(cls).validate_json(data, strict=True)  # type: ignore[no-any-return]
    except ValidationError as error:
        raise MessageError(f"not a {cls.__name__}: {_first(error)}") from error


@cache
def _adapter_of(cls: Any) -> TypeAdapter[Any]:
    return TypeAdapter(cls)


def _adapter(cls: Any) -> TypeAdapter[Any]:
    return _adapter_of(cls)


def _first(error: ValidationError) -> str:
    fault = error.errors(include_url=False, include_context=False)[0]
    path = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in fault["loc"]).lstrip(".")
    return f"{fault['msg']}, got {repr(fault['input'])[:80]} in '{path}'"


def read_page(data: bytes, pause: Callable[[], None]) -> ChangesPage:
    """The same as `read(ChangesPage, data)`, with a pause every few rows.

    Python's JSON reader holds the interpreter to its end, some ten milliseconds for a full page, and a scan would wait.
    """
    try:
        raw = _sliced_json(data.decode(), pause)
    except (ValueError, RecursionError) as error:
        raise MessageError(f"not JSON: {error}") from error
    rows = raw.pop("rows", None)
    if not isinstance(rows, list) or len(rows) > MOST_ROWS:
        raise MessageError(f"not a ChangesPage: expected at most {MOST_ROWS} rows in 'rows'")
    for first in range(0, len(rows), SLICE_ROWS):
        pause()
        for place, row in enumerate(rows[first : first + SLICE_ROWS], start=first):
            if not isinstance(row, list) or not row:
                raise MessageError(f"not a ChangesPage: expected a row, got {repr(row)[:80]} in 'rows[{place}]'")
    return replace(read(ChangesPage, json.dumps(raw | {"rows": []}).encode()), rows=rows)


def _sliced_json(text: str, pause: Callable[[], None]) -> dict[str, Any]:
    """The object that a text is, read item by item where a member is an array."""
    pairs: list[tuple[str, Any]] = []
    at = _expect("{", text, 0)
    while not pairs or text[at : at + 1] != "}":
        at = _expect(",", text, at) if pairs else at
        key, at = _value(text, at)
        if not isinstance(key, str):
            raise ValueError("expected the name of a member")  # noqa: TRY004  (of the text, not of an argument)
        at = _expect(":", text, at)
        value, at = _sliced_array(text, at, pause) if text[at : at + 1] == "[" else _value(text, at)
        pairs.append((key, value))
    if _expect("}", text, at) != len(text):
        raise ValueError("more than one object")
    return _no_duplicates(pairs)


def _sliced_array(text: str, at: int, pause: Callable[[], None]) -> tuple[list[Any], int]:
    items: list[Any] = []
    at = _expect("[", text, at)
    while text[at : at + 1] != "]" or items:
        if items:
            if text[at : at + 1] == "]":
                break
            at = _expect(",", text, at)
        if len(items) % SLICE_ROWS == 0:
            pause()
        item, at = _value(text, at)
        items.append(item)
    return items, _expect("]", text, at)


def _expect(sign: str, text: str, at: int) -> int:
    """Where the text goes on after this sign and the blanks behind it."""
    if at == 0:
        at = _blanks(text, 0)
    if text[at : at + 1] != sign:
        raise ValueError(f"expected {sign!r} at character {at}")
    return _blanks(text, at + 1)


def _value(text: str, at: int) -> tuple[Any, int]:
    try:
        value, at = _DECODER.raw_decode(text, at)
    except StopIteration as error:  # a text that ends too early
        raise ValueError("a value is missing") from error
    return value, _blanks(text, at)


def _blanks(text: str, at: int) -> int:
    found = _BLANKS.match(text, at)
    return found.end() if found else at


def _checked_json(data: bytes) -> object:
    # Read twice: pydantic's own reader takes duplicate keys (the last one wins) and numbers beyond any float.
    try:
        return json.loads(data, object_pairs_hook=_no_duplicates, parse_constant=_no_constant, parse_float=_finite)
    except (ValueError, RecursionError) as error:
        raise MessageError(f"not JSON: {error}") from error


def _no_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    result = dict(pairs)
    if len(result) != len(pairs):
        raise ValueError("a key stands twice in one object")
    return result


def _no_constant(word: str) -> object:
    raise ValueError(f"{word} is not a number")


def _finite(digits: str) -> float:
    number = float(digits)
    if number in (float("inf"), float("-inf")):
        raise ValueError(f"{digits[:20]} is beyond all numbers")
    return number


_WITH_SCHEMA: Final = (Manifest, RevocationBatch, RevocationSnapshot)
_BLANKS = re.compile(r"[ \t\n\r]*")
_DECODER = json.JSONDecoder(object_pairs_hook=_no_duplicates, parse_constant=_no_constant, parse_float=_finite)
