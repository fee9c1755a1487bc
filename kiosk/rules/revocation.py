"""The meaning of a revocation: which ticket, from when, until when. Its log and its signatures are sync's."""

from dataclasses import dataclass
from enum import StrEnum

PREFIX_BYTES = 8


class RevocationAction(StrEnum):
    """What a row of the log does; the newest row for a ticket holds."""

    REVOKE = "revoke"
    RESTORE = "restore"


@dataclass(frozen=True, kw_only=True, slots=True)
class Revocation:
    """The newest row for the first eight bytes of a ticket's identity; times in Unix seconds, 0 = without end."""

    seq: int
    cti8: bytes
    action: RevocationAction
    effective: int
    expires: int = 0

    def is_in_force(self, at: int) -> bool:
        """Whether the ticket is revoked at this second."""
        is_over = self.expires != 0 and at >= self.expires
        return self.action is RevocationAction.REVOKE and at >= self.effective and not is_over
