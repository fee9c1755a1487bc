"""Whether a signed request is made now and for the first time. A registry and a lane's hub ask it the same thing.

A request is made now if its `created` is within a few minutes of the hearer's clock, or, from a kiosk whose clock is in
doubt, if it bears a nonce that the hearer gave out just before. It is the first one if its nonce is new to a memory
that all processes of one hearer share. Nothing here does I/O: clock, key and memory are arguments.
"""

import hashlib
import hmac
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from sync.errors import RegistryRefusedError
from sync.protocol import ProblemKind
from sync.signing import Freshness, VerifiedRequest

WINDOW_SECONDS = 300
"""How far the clocks of both ends may be apart; a kiosk's own clock counts as suspect beyond as much."""
NONCE_SECONDS = 60
"""How long a nonce that was given out is good."""
ARRIVAL_SECONDS = 300
"""How long the body of a request may take: over 2G a day's entries do. The beginning alone is judged by the clock."""
MOST_REMEMBERED = 5_000
"""Of one device at a time. An honest one makes some 300 requests in the time that is remembered."""
_MAC_BYTES = 16
_RANDOM_BYTES = 8


@dataclass(frozen=True, kw_only=True, slots=True)
class Whose:
    """Whose nonces are told apart: a device of a park. A key that is enrolling stands in park 0, under its id."""

    park: int
    device: int


class Heard(StrEnum):
    """What a memory says of a nonce."""

    FIRST = "first"
    BEFORE = "before"
    TOO_MANY = "too_many"


class RequestMemory(Protocol):
    """What was heard; it outlives a restart, and all processes of one hearer share it."""

    def remember(self, whose: Whose, nonce: str, *, until: int, now: int) -> Heard:
        """Keep a nonce until that time, in one step and durably, and let go what was to be kept until `now`.

        Of one device `MOST_REMEMBERED` are kept at most; one that is too many is not kept.
        """
        ...


class NonceMint:
    """Gives nonces out, and knows its own again: by a key alone, so that giving one out costs no memory."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def new(self, name: str, now: int) -> str:
        """A nonce for whoever signs under this name, good once and for a minute."""
        body = now.to_bytes(8, "big") + secrets.token_bytes(_RANDOM_BYTES)
        return urlsafe_b64encode(body + self._mac(name, body)).rstrip(b"=").decode()

    def given_at(self, name: str, nonce: str) -> int | None:
        """When this nonce was given out for this name; None if it never was."""
        try:
            raw = urlsafe_b64decode(nonce.encode("ascii") + b"=" * (-len(nonce) % 4))
        except ValueError:
            return None
        body, mac = raw[:-_MAC_BYTES], raw[-_MAC_BYTES:]
        # one spelling of each, or a used one would be a new one with another last letter
        is_ours = len(body) == 8 + _RANDOM_BYTES and urlsafe_b64encode(raw).rstrip(b"=").decode() == nonce
        if not is_ours or not hmac.compare_digest(mac, self._mac(name, body)):
            return None
        return int.from_bytes(body[:8], "big")

    def _mac(self, name: str, body: bytes) -> bytes:
        said = b"qaqpa nonce 1\n" + name.encode() + b"\n" + body
        return hmac.new(self._key, said, hashlib.sha256).digest()[:_MAC_BYTES]


class RequestGuard:
    """Hears each signed request once, and only while it is new."""

    def __init__(self, mint: NonceMint, memory: RequestMemory) -> None:
        self._mint, self._memory = mint, memory

    def give_nonce(self, name: str, now: int) -> str:
        """A nonce for whoever signs under this name."""
        return self._mint.new(name, now)

    def expect_made_now(self, request: VerifiedRequest, arrived: int) -> int:
        """Until when this request's nonce must be remembered; RegistryRefusedError if it is not made now.

        `arrived` is the hearer's time when the request began to come in, before its body.
        """
        if request.freshness is Freshness.NONCE:
            given = self._mint.given_at(request.key_id, request.nonce)
            if given is None or abs(arrived - given) > NONCE_SECONDS:
                sentence = f"This nonce was not given out in the last {NONCE_SECONDS} s: fetch another."
                raise RegistryRefusedError(sentence, status=401, kind=ProblemKind.NONCE_REFUSED)
            return given + NONCE_SECONDS + ARRIVAL_SECONDS + 1
        if abs(arrived - request.created) > WINDOW_SECONDS:
            side = "before" if request.created < arrived else "after"
            sentence = (
                f"The request was signed {abs(arrived - request.created)} s {side} the time that it is here: fetch a "
                "nonce and sign again."
            )
            raise RegistryRefusedError(sentence, status=401, kind=ProblemKind.NOT_NOW)
        return request.created + WINDOW_SECONDS + ARRIVAL_SECONDS + 1

    def expect_first(self, request: VerifiedRequest, whose: Whose, *, until: int, now: int) -> None:
        """Remember this request; RegistryRefusedError if it was heard before, or what was heard may be forgotten."""
        if now >= until:  # the memory lets go what it held until now, and would hear it as the first
            sentence = "The request took so long to come in that it is no longer new: sign it again."
            raise RegistryRefusedError(sentence, status=401, kind=ProblemKind.NOT_NOW)
        match self._memory.remember(whose, request.nonce, until=until, now=now):
            case Heard.FIRST:
                return
            case Heard.BEFORE:
                raise RegistryRefusedError("This request was heard before.", status=401, kind=ProblemKind.REPLAYED)
            case Heard.TOO_MANY:
                sentence = f"More than {MOST_REMEMBERED} requests of this device came within a few minutes."
                raise RegistryRefusedError(sentence, status=429, kind=ProblemKind.OTHER)
