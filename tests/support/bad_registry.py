"""A registry that misbehaves: it passes everything on to a good one, except what a test overrides."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any

from sync.health_report import HealthHeard, HealthReport
from sync.machine_report import MachineHeard, MachineReport
from sync.protocol import (
    Download,
    Enrolled,
    EnrolmentRequest,
    LookUpKeyRequest,
    NotModified,
    PushReply,
    Registry,
    SealedLookUpKey,
    SentEntry,
    SignedBody,
    SnapshotRef,
)
from sync.revocation_log import RevocationsPage, UrgentReply


@dataclass
class BadRegistry:
    """`on["push"] = f` calls `f(good, *arguments)` in place of `good.push(*arguments)`; `asked` counts the calls."""

    good: Registry
    on: dict[str, Callable[..., Any]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def _do(self, name: str, *given: Any, **named: Any) -> Any:
        self.asked.append(name)
        override = self.on.get(name)
        return override(self.good, *given, **named) if override else getattr(self.good, name)(*given, **named)

    def trust_file(self, path: str) -> bytes | None:
        return self._do("trust_file", path)  # type: ignore[no-any-return]

    def enrol(self, request: EnrolmentRequest) -> Enrolled:
        return self._do("enrol", request)  # type: ignore[no-any-return]

    def manifest(self, park: int, etag: str | None = None) -> SignedBody | NotModified:
        return self._do("manifest", park, etag)  # type: ignore[no-any-return]

    def snapshot(self, ref: SnapshotRef, offset: int = 0) -> AbstractContextManager[Download]:
        return self._do("snapshot", ref, offset)  # type: ignore[no-any-return]

    def changes(self, park: int, after: str) -> SignedBody:
        return self._do("changes", park, after)  # type: ignore[no-any-return]

    def revocations(self, park: int, after: int) -> RevocationsPage:
        return self._do("revocations", park, after)  # type: ignore[no-any-return]

    def revocations_snapshot(self, park: int) -> SignedBody:
        return self._do("revocations_snapshot", park)  # type: ignore[no-any-return]

    def urgent(self, park: int, *, after: int, set_version: int, wait_seconds: int) -> UrgentReply:
        return self._do("urgent", park, after=after, set_version=set_version, wait_seconds=wait_seconds)  # type: ignore[no-any-return]

    def push(self, device: int, entries: Sequence[SentEntry]) -> PushReply:
        return self._do("push", device, entries)  # type: ignore[no-any-return]

    def lookup_key(self, device: int, request: LookUpKeyRequest) -> SealedLookUpKey:
        return self._do("lookup_key", device, request)  # type: ignore[no-any-return]

    def report_health(self, device: int, report: HealthReport) -> HealthHeard:
        return self._do("report_health", device, report)  # type: ignore[no-any-return]

    def report_machine(self, device: int, report: MachineReport) -> MachineHeard:
        return self._do("report_machine", device, report)  # type: ignore[no-any-return]


def failing(error: Exception) -> Callable[..., Any]:
    """An override that always raises."""

    def fail(*_given: object) -> Any:
        raise error

    return fail
