"""What an answer is, and what went wrong where none came: told apart once, in the words of `sync.errors`."""

import ssl
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import requests
from urllib3.exceptions import HTTPError

from sync.connections import OverlongError, Watch
from sync.errors import CaptivePortalError, CutOffError, SyncError, UnreachableError, UnreadableReplyError
from sync.network_state import NetworkState
from sync.protocol import JSON_TYPE
from sync.tls import tls_fault

PORTAL = "A web page came instead of the registry's answer: this network asks somebody to log in first."


def elsewhere(location: str) -> str:
    """Where a redirect would lead, in a sentence."""
    host = urlsplit(location).hostname or "another page"
    return f"The registry's address points to {host}; a kiosk follows nobody. Does this network ask for a log-in?"


def seconds_of(text: str | None) -> int | None:
    """A `Retry-After` in seconds; None where it says none."""
    # the form with a date would mean to believe the other end's clock
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 8 else None


def unpacked(data: bytes, coding: str, most: int) -> bytes:
    """The bytes that an answer unpacks to, never more than `most`."""
    coding = coding.strip().lower()
    if coding in {"", "identity"} or not data:
        return data
    if coding != "gzip":
        raise UnreadableReplyError(f"The registry's answer is packed as {coding!r}, which was not asked for.")
    opener = zlib.decompressobj(wbits=31)
    try:
        plain = opener.decompress(data, most + 1)
    except zlib.error as error:
        raise UnreadableReplyError(f"The registry's answer cannot be unpacked: {error}") from error
    if len(plain) > most:
        sentence = f"The registry's answer unpacks to more than {most} bytes."
        raise UnreadableReplyError(sentence, state=NetworkState.TOO_LONG)
    if not opener.eof:
        raise CutOffError("The registry's answer ended before its end.")
    return plain


def expect_json(response: requests.Response, data: bytes) -> None:
    """UnreadableReplyError, or CaptivePortalError for a web page, unless this is a message."""
    if is_page(response, data):
        raise CaptivePortalError(PORTAL)
    kind = _media_type(response)
    if kind != JSON_TYPE:
        raise UnreadableReplyError(f"The registry answered with {kind or 'something nameless'}, not {JSON_TYPE}.")


def is_page(response: requests.Response, data: bytes) -> bool:
    """Whether this is a page for people."""
    return _media_type(response) in {"text/html", "application/xhtml+xml"} or data[:256].lstrip()[:1] == b"<"


def _media_type(response: requests.Response) -> str:
    return response.headers.get("Content-Type", "").partition(";")[0].strip().lower()


@contextmanager
def errors_translated(watch: Watch) -> Iterator[None]:
    """Turn whatever the libraries raise inside into one of sync.errors."""
    try:
        yield
    except requests.exceptions.SSLError as error:
        watch.check(error)
        raise _no_tls(error) from error
    except requests.exceptions.ConnectTimeout as error:
        raise UnreachableError("The registry did not pick up in time.") from error
    except (requests.RequestException, HTTPError, OSError) as error:
        watch.check(error)
        if any(isinstance(cause, OverlongError) for cause in _causes(error)):
            sentence = "The registry's answer has a head without an end."
            raise UnreadableReplyError(sentence, state=NetworkState.TOO_LONG) from error
        if any(isinstance(cause, ssl.SSLError) for cause in _causes(error)):
            raise _no_tls(error) from error
        if _never_connected(error):
            raise UnreachableError(f"There is no connection to the registry: {_root_cause(error)}") from error
        raise CutOffError(f"The connection to the registry broke: {_root_cause(error)}") from error
    # a socket that was shut down reads like the end of a body whose length nobody said
    watch.check()


def _no_tls(error: BaseException) -> SyncError:
    if any(isinstance(cause, ssl.SSLEOFError | ssl.SSLZeroReturnError) for cause in _causes(error)):
        return CutOffError("The connection to the registry broke while it was being encrypted.")
    return tls_fault(_causes(error))


def _never_connected(error: BaseException) -> bool:
    # urllib3 wraps what it could not connect to as NewConnectionError, below requests' ConnectionError
    return any(type(cause).__name__ in {"NewConnectionError", "NameResolutionError"} for cause in _causes(error))


def _root_cause(error: BaseException) -> str:
    deepest = list(_causes(error))[-1]
    return str(deepest) or type(deepest).__name__


def _causes(error: BaseException) -> Iterator[BaseException]:
    seen: list[BaseException] = []
    following: BaseException | None = error
    while following is not None and following not in seen:
        seen.append(following)
        yield following
        inner = [item for item in following.args if isinstance(item, BaseException)]
        reason = getattr(following, "reason", None)
        following = inner[0] if inner else reason if isinstance(reason, BaseException) else following.__cause__
