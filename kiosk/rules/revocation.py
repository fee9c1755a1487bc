"""The meaning of a revocation: which ticket, from when, until when. Its log and its signatures are sync's.

The log only adds. What holds for a ticket is its row of the highest number, whatever way and in whatever order rows
came: so a row that comes twice, late or from another copy of the log can never undo a later one.
"""

import hashlib
from dataclasses import dataclass
from enum import StrEnum

PREFIX_BYTES = 8
BEGINNING = bytes(32)
"""What stands for the batch before the first one."""


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
        return self.action is RevocationAction.REVOKE and at >= self.effective and not self.is_over(at)

    def is_over(self, at: int) -> bool:
        """Whether nothing can come of this row any more, because the ticket itself has ended."""
        return self.expires != 0 and at >= self.expires

    def part(self) -> int:
        """What this row adds to the checksum of a list of them."""
        text = f"{self.seq} {self.cti8.hex()} {self.action} {self.effective} {self.expires}"
        return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big")


@dataclass(frozen=True, kw_only=True, slots=True)
class LogHead:
    """How far a log is known: the number of its last row, and the hash of the batch that row came in."""

    last: int = 0
    hash: bytes = BEGINNING


def newest(*rows: Revocation | None) -> Revocation | None:
    """Of several copies' rows for one ticket the one that holds; where two have one number, the stricter."""
    known = [row for row in rows if row is not None]
    return max(known, key=lambda row: (row.seq, row.action is RevocationAction.REVOKE), default=None)
