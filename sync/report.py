"""What one cycle did and what went wrong in it, in words that a ranger, a log and a screen can show as they are."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from kiosk.rules.policy import RevokedDevice
from kiosk.rules.receipts import Receipt, ReceiptResult
from kiosk.store.revoked import sentence
from sync.errors import SyncError
from sync.network_state import NetworkState


@dataclass(frozen=True, kw_only=True, slots=True)
class Report:
    """One cycle, both halves. Errors end a half early and pass; alarms say that somebody should look.

    `stuck` are sentences about single entries that the registry does not take; they hold up no other, and no cycle.
    """

    started_at: int
    pushed: int = 0
    receipts: Mapping[ReceiptResult, int] = field(default_factory=lambda: MappingProxyType({}))
    flagged: tuple[Receipt, ...] = ()
    pages: int = 0
    rows: int = 0
    snapshot_installed: bool = False
    set_version: int | None = None
    signed_at: int | None = None
    push_errors: tuple[str, ...] = ()
    pull_errors: tuple[str, ...] = ()
    alarms: tuple[str, ...] = ()
    old_stick: str | None = None
    """That the stick holds what was believed before: an old stick, or somebody's attempt. Nothing of it was taken."""
    stuck: tuple[str, ...] = ()
    has_failed: bool = False
    has_contact: bool = False
    poll_after_seconds: int = 10
    retry_after_seconds: int | None = None
    revoked: RevokedDevice | None = None
    """What the park said of this device if it has revoked it; then `unsent` entries are still to be handed over."""
    unsent: int = 0
    network_state: NetworkState | None = None
    """How the line is, by the first thing that went wrong; None where the registry was not even asked."""

    @property
    def is_good(self) -> bool:
        """Whether both ends agree as far as this cycle can tell."""
        return not (self.push_errors or self.pull_errors or self.alarms or self.stuck or self.revoked)

    def __str__(self) -> str:
        """One line for the log: figures and sentences, no names and no tickets."""
        parts = [f"sent {self.pushed}", f"received {self.rows} rows"]
        if self.snapshot_installed:
            parts.append("a new snapshot")
        if self.set_version is not None:
            parts.append(f"set version {self.set_version}")
        if self.revoked is not None:
            parts.append(sentence(self.revoked, self.unsent))
        if self.network_state not in {None, NetworkState.OK}:
            parts.append(f"line {self.network_state}")
        troubles = (
            *([self.old_stick] if self.old_stick else []),
            *self.alarms,
            *self.push_errors,
            *self.pull_errors,
            *self.stuck,
        )
        return ", ".join(parts) + "".join(f"; {trouble}" for trouble in troubles)


@dataclass(kw_only=True, slots=True)
class Notes:
    """A report while it is being written."""

    started_at: int
    poll_after_seconds: int
    pushed: int = 0
    receipts: Counter[ReceiptResult] = field(default_factory=Counter)
    flagged: list[Receipt] = field(default_factory=list)
    pages: int = 0
    rows: int = 0
    snapshot_installed: bool = False
    set_version: int | None = None
    signed_at: int | None = None
    push_errors: list[str] = field(default_factory=list)
    pull_errors: list[str] = field(default_factory=list)
    alarms: list[str] = field(default_factory=list)
    old_stick: str | None = None
    stuck: list[str] = field(default_factory=list)
    has_failed: bool = False
    has_contact: bool = False
    retry_after_seconds: int | None = None
    revoked: RevokedDevice | None = None
    unsent: int = 0
    trouble: SyncError | None = None
    """The first thing that went wrong with the registry: it says how the line is."""
    bugs: list[Exception] = field(default_factory=list)
    """Mistakes of ours that a part of the cycle kept to itself, so that the rest could go on."""

    def note_trouble(self, error: Exception) -> None:
        """The first one names the state of the line; what follows from it does not."""
        if self.trouble is None and isinstance(error, SyncError):
            self.trouble = error

    @property
    def network_state(self) -> NetworkState | None:
        """How the line is, as far as this cycle can tell."""
        if self.trouble is not None:
            return self.trouble.state
        return NetworkState.OK if self.has_contact else None

    def report(self) -> Report:
        """The report as it stands."""
        return Report(
            started_at=self.started_at,
            pushed=self.pushed,
            receipts=MappingProxyType(dict(self.receipts)),
            flagged=tuple(self.flagged),
            pages=self.pages,
            rows=self.rows,
            snapshot_installed=self.snapshot_installed,
            set_version=self.set_version,
            signed_at=self.signed_at,
            push_errors=tuple(self.push_errors),
            pull_errors=tuple(self.pull_errors),
            alarms=tuple(self.alarms),
            old_stick=self.old_stick,
            stuck=tuple(self.stuck),
            has_failed=self.has_failed,
            has_contact=self.has_contact,
            poll_after_seconds=self.poll_after_seconds,
            retry_after_seconds=self.retry_after_seconds,
            revoked=self.revoked,
            unsent=self.unsent,
            network_state=self.network_state,
        )
