"""HttpRegistry: the registry as a kiosk reaches it, over HTTP. It reads messages and believes none of them."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar
from urllib.parse import quote

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from kiosk.rules.moment import Moment
from sync.errors import RegistryRefusedError, UnreadableReplyError
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
    SealedLookUpKey,
    SentEntry,
    SignedBody,
    SnapshotRef,
    read,
    write,
)
from sync.revocation_log import RevocationsPage, UrgentReply
from sync.signing import SIGNATURE_HEADER, Audience, Freshness, sign_request
from sync.transport import Answer, FirstContact, Limits, Signer, Transport
from sync.trust_roles import LARGEST_FILE_BYTES

Reply = TypeVar("Reply")
_NOT_MODIFIED, _PARTIAL, _NOT_FOUND = 304, 206, 404


class DeviceSigner:
    """Signs requests with a device's key; implements `transport.Signer`."""

    def __init__(
        self, key: Ed25519PrivateKey, name: str, now: Callable[[], int], is_sure: Callable[[], bool], audience: Audience
    ) -> None:
        self._key, self.name, self._now, self._is_sure, self._audience = key, name, now, is_sure, audience

    @property
    def wants_nonce(self) -> bool:
        """Whether the time of this end is in doubt: what it signs by it could be good for somebody on another day."""
        return not self._is_sure()

    def sign(self, method: str, target: str, body: bytes | None, nonce: str | None = None) -> Mapping[str, str]:
        """The headers that sign the request, by the own time or by a nonce of the other end."""
        return sign_request(
            self._key,
            name=self.name,
            method=method,
            target=target,
            body=body,
            created=self._now(),
            nonce=nonce,
            freshness=Freshness.TIME if nonce is None else Freshness.NONCE,
            audience=self._audience,
        )


def device_signer(
    key: Ed25519PrivateKey,
    name: str,
    now: Callable[[], int],
    *,
    is_sure: Callable[[], bool] = lambda: True,
    audience: Audience = Audience.REGISTRY,
) -> DeviceSigner:
    """Signs requests with a device's key; `name` is its number as text, `now` the kiosk's own clock."""
    return DeviceSigner(key, name, now, is_sure, audience)


class HttpRegistry:
    """Implements `protocol.Registry` over HTTP; raises nothing but sync.errors."""

    def __init__(
        self,
        url: str,
        *,
        signer: Signer | None = None,
        limits: Limits | None = None,
        ca_file: Path | None = None,
        moment: Callable[[], Moment] | None = None,
        give_way: Callable[[], None] = lambda: None,
    ) -> None:
        self._transport = Transport(
            url, signer=signer, limits=limits, ca_file=ca_file, moment=moment, give_way=give_way
        )

    def close(self) -> None:
        """Let the connection go."""
        self._transport.close()

    def abort(self) -> None:
        """End the request under way; for use from another thread when the program ends."""
        self._transport.abort()

    def trust_file(self, path: str) -> bytes | None:
        """A file of the signed data, asked for without a signature; None where the registry has none of this name."""
        return _trust_file(self._transport, path)

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


class FirstRegistry:
    """A registry before anything is known of it: its signed files alone, from whoever answers at its address."""

    def __init__(self, url: str, *, limits: Limits | None = None) -> None:
        self._contact = FirstContact(url, limits=limits)

    def close(self) -> None:
        """Let the connection go."""
        self._contact.close()

    def trust_file(self, path: str) -> bytes | None:
        """A file of the signed data; None where there is none of this name."""
        return _trust_file(self._contact, path)


def _trust_file(line: Transport | FirstContact, path: str) -> bytes | None:
    try:
        return line.fetch(f"/v1/trust/{quote(path)}", most_bytes=LARGEST_FILE_BYTES)
    except RegistryRefusedError as error:
        if error.status == _NOT_FOUND:
            return None
        raise


def _signed_body(answer: Answer) -> SignedBody:
    return SignedBody(data=answer.body, signature=answer.headers.get(SIGNATURE_HEADER), etag=answer.headers.get("ETag"))


def _read(cls: type[Reply], answer: Answer) -> Reply:
    return read(cls, answer.body)


def _begin_of(content_range: str | None) -> int:
    found = re.fullmatch(r"bytes ([0-9]{1,15})-[0-9]{1,15}/(?:[0-9]{1,15}|\*)", (content_range or "").strip())
    if not found:
        raise UnreadableReplyError(f"The registry sent a part of the snapshot without saying which: {content_range!r}.")
    return int(found[1])
