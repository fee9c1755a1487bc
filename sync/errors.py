"""What can go wrong between a checkpoint and the registry. All of it is the environment's fault: scanning goes on.

EnvironmentalError
└── SyncError                     one cycle, or half of one, ends early; the next one tries again
    ├── UnreachableError            no connection: nothing was sent
    ├── CutOffError                 the connection broke or the time was up: the request may have been carried out
    ├── CaptivePortalError          a page for people came instead of an answer, as at hotel and airport networks
    ├── RedirectError               the address points elsewhere; a kiosk follows nobody
    ├── UnreadableReplyError        an answer, but not the promised message, or larger than it may be
    ├── RegistryRefusedError        4xx with problem details: asking again in the same words will not help
    │   └── CursorExpiredError        410: start from the manifest again
    ├── RegistryUnavailableError    429 or 5xx: later, perhaps at the time it names
    └── UntrustedError              a message that is not signed, not ours or older than what is believed: an alarm
"""

from typing import ClassVar

from kiosk.errors import EnvironmentalError
from sync.network_state import NetworkState


class SyncError(EnvironmentalError):
    """A cycle, or half of one, could not be finished; the text says why, `state` in one word how the line is."""

    usual: ClassVar[NetworkState] = NetworkState.UNREADABLE

    def __init__(self, sentence: str, *, state: NetworkState | None = None) -> None:
        super().__init__(sentence)
        self.state = state or self.usual


class UnreachableError(SyncError):
    """No connection to the registry: nothing was sent."""

    usual = NetworkState.NO_CONNECTION


class CutOffError(SyncError):
    """The connection broke or the time was up; what was asked may have been done."""

    usual = NetworkState.CUT_OFF


class CaptivePortalError(SyncError):
    """A web page came where a message was promised: the network wants somebody to log in."""

    usual = NetworkState.CAPTIVE_PORTAL


class RedirectError(SyncError):
    """The registry's address points elsewhere, and a kiosk follows nobody."""

    usual = NetworkState.REDIRECTED


class UnreadableReplyError(SyncError):
    """The answer is not the promised message; the text names the path."""


class RegistryRefusedError(SyncError):
    """The registry understood and said no."""

    usual = NetworkState.REQUEST_REFUSED

    def __init__(
        self, sentence: str, *, status: int, kind: str = "about:blank", state: NetworkState | None = None
    ) -> None:
        super().__init__(sentence, state=state)
        self.status, self.kind = status, kind


class CursorExpiredError(RegistryRefusedError):
    """The registry no longer knows the way from this cursor: start from the manifest again."""


class RegistryUnavailableError(SyncError):
    """The registry cannot answer now; `retry_after_seconds` is its own wish, if it named one."""

    usual = NetworkState.REGISTRY_UNAVAILABLE

    def __init__(self, sentence: str, *, status: int, retry_after_seconds: int | None = None) -> None:
        super().__init__(sentence)
        self.status, self.retry_after_seconds = status, retry_after_seconds


class UntrustedError(SyncError):
    """What came is not to be believed: nothing on the kiosk changed, and somebody should look."""

    usual = NetworkState.NOT_BELIEVED
