"""HttpRegistry: the registry as a kiosk reaches it, over HTTP. It reads messages and believes none of them."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar
from urllib.parse import quote

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from sync.errors import UnreadableReplyError
from sync.health_report import HealthHeard, HealthReport
from sync.machine_report import MachineHeard, MachineReport
from sync.protocol import (
    Download,
    Enrolled,
    EnrolmentRequest,
    EntriesBatch,
    LookUpKeyRequest,
    NotModified,
    PushReply,
    Scopes,
    SealedLookUpKey,
    SentEntry,
    SignedBody,
    SnapshotRef,
    read,
    write,
)
from sync.revocation_log import RevocationsPage, UrgentReply
from sync.signing import SIGNATURE_HEADER, sign_request
from sync.transport import Answer, Limits, Signer, Transport

Reply = TypeVar("Reply")
_NOT_MODIFIED, _PARTIAL = 304, 206


def device_signer(key: Ed25519PrivateKey, name: str, now: Callable[[], int]) -> Signer:
    """Signs requests with a device's key; `name` is its number as text, `now` the kiosk's own clock."""

    def sign(method: str, target: str, body: bytes | None) -> Mapping[str, str]:
        return sign_request(key, name=name, method=method, target=target, body=body, created=now())

    return sign


class HttpRegistry:
    """Implements `protocol.Registry` over HTTP; raises nothing but sync.errors."""

    def __init__(
        self, url: str, *, signer: Signer | None = None, limits: Limits | None = None, ca_file: Path | None = None
    ) -> None:
        self._transport = Transport(url, signer=signer, limits=limits, ca_file=ca_file)

    def close(self) -> None:
        """Let the connection go."""
        self._transport.close()

    def abort(self) -> None:
        """End the request under way; for use from another thread when the program ends."""
        self._transport.abort()

    def scopes(self) -> Scopes:
        """The parks kept there and their set keys."""
        return _read(Scopes, self._transport.request("GET", "/v1/scopes"))

    def trust(self, park: int, etag: str | None = None) -> SignedBody | NotModified:
        """The park's policy set."""
        return self._signed(f"/v1/scopes/{park}/trust", etag)

    def enrol(self, request: EnrolmentRequest) -> Enrolled:
        """Make a device of a one-time code."""
        return _read(Enrolled, self._transport.request("POST", "/v1/enrolments", body=write(request)))

    def manifest(self, park: int, etag: str | None = None) -> SignedBody | NotModified:
        """The park's manifest."""
        return self._signed(f"/v1/scopes/{park}/manifest", etag)

    def changes(self, park: int, after: str) -> SignedBody:
        """The page of changes after a cursor."""
        answer = self._transport.request("GET", f"/v1/scopes/{park}/changes?after={quote(after, safe='')}")
        return _signed_body(answer)

    def revocations(self, park: int, after: int) -> RevocationsPage:
        """The batches of the revocation log after a row."""
        return _read(RevocationsPage, self._transport.request("GET", f"/v1/scopes/{park}/revocations?after={after}"))

    def revocations_snapshot(self, park: int) -> SignedBody:
        """What the revocation log amounts to."""
        return _signed_body(self._transport.request("GET", f"/v1/scopes/{park}/revocations/snapshot"))

    def urgent(self, park: int, *, after: int, set_version: int, wait_seconds: int) -> UrgentReply:
        """How far the revocation log and the set are, as soon as one is further than this."""
        query = f"after={after}&set={set_version}&wait={wait_seconds}"
        return _read(UrgentReply, self._transport.request("GET", f"/v1/scopes/{park}/urgent?{query}"))

    def push(self, device: int, entries: Sequence[SentEntry]) -> PushReply:
        """Hand entries over and get a receipt for each."""
        body = write(EntriesBatch(entries=tuple(entries)))
        return _read(PushReply, self._transport.request("POST", f"/v1/devices/{device}/entries", body=body))

    def lookup_key(self, device: int, request: LookUpKeyRequest) -> SealedLookUpKey:
        """The key of the season's look-ups, sealed to the key of this request."""
        path = f"/v1/devices/{device}/lookup-key"
        return _read(SealedLookUpKey, self._transport.request("POST", path, body=write(request)))

    def report_health(self, device: int, report: HealthReport) -> HealthHeard:
        """Say how the devices of this kiosk are."""
        path = f"/v1/devices/{device}/health"
        return _read(HealthHeard, self._transport.request("POST", path, body=write(report)))

    def report_machine(self, device: int, report: MachineReport) -> MachineHeard:
        """Say on which machine this kiosk runs."""
        path = f"/v1/devices/{device}/machine"
        return _read(MachineHeard, self._transport.request("POST", path, body=write(report)))

    @contextmanager
    def snapshot(self, ref: SnapshotRef, offset: int = 0) -> Iterator[Download]:
        """The snapshot from this byte on, or from its beginning where the file there is another."""
        # If-Range: what came before must be continued by the same file, or not at all (RFC 9110, 13.1.5)
        wanted = {"Range": f"bytes={offset}-", "If-Range": f'"{ref.sha256.hex()}"'} if offset else {}
        with self._transport.stream(ref.url, headers=wanted) as stream:
            begins = _begin_of(stream.headers.get("Content-Range")) if stream.status == _PARTIAL else 0
            if begins not in {0, offset}:
                raise UnreadableReplyError(f"The registry sent the snapshot from byte {begins}, not {offset}.")
            yield Download(offset=begins, chunks=stream.chunks)

    def _signed(self, path: str, etag: str | None) -> SignedBody | NotModified:
        answer = self._transport.request("GET", path, headers={"If-None-Match": etag} if etag else None)
        if answer.status != _NOT_MODIFIED:
            return _signed_body(answer)
        if etag is None:
            raise UnreadableReplyError("The registry says that nothing changed, but was not told since when.")
        return NotModified()


def _signed_body(answer: Answer) -> SignedBody:
    return SignedBody(data=answer.body, signature=answer.headers.get(SIGNATURE_HEADER), etag=answer.headers.get("ETag"))


def _read(cls: type[Reply], answer: Answer) -> Reply:
    return read(cls, answer.body)


def _begin_of(content_range: str | None) -> int:
    found = re.fullmatch(r"bytes ([0-9]{1,15})-[0-9]{1,15}/(?:[0-9]{1,15}|\*)", (content_range or "").strip())
    if not found:
        raise UnreadableReplyError(f"The registry sent a part of the snapshot without saying which: {content_range!r}.")
    return int(found[1])
