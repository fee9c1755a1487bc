"""A jump of refusals after a new set: what was let in a week ago and is not any more is oftener a slip than a change.

Since the set came in, each reason's share of all answers is held against the same hours of the week before. What has
jumped is told with the rule that refuses and the row of the table that it mostly names: somebody should look there.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from kiosk.rules.words import Reason

LEAST = 10
"""Fewer refusals may be one unlucky bus."""
FACTOR = 3
"""Times the share of the week before."""
ALONE_PERCENT = 50
"""The share that is a jump where a week ago nobody came."""
WATCHED_SECONDS = 86_400
"""So long after it came in a set is watched."""
WEEK_SECONDS = 7 * 86_400

NOT_OF_A_SET = frozenset({Reason.NOT_A_TICKET, Reason.UNANSWERED, Reason.JOURNAL_FAILED, Reason.CLAIM_OPEN})
"""Answers that no row of a set brings about."""

_TABLES = {
    Reason.CLOSED: "closures",
    Reason.OUTSIDE_HOURS: "hours",
    Reason.FULL: "quotas",
    Reason.UNKNOWN_PRODUCT: "products",
    Reason.UNKNOWN_KEY: "keys",
    Reason.KEY_NOT_VALID: "keys",
    Reason.NOT_LISTED: "staff",
    Reason.CLAIM_OPEN: "policy",
    Reason.UNKNOWN_POLICY: "tables",
    Reason.TYPED_ONLY: "policy",
    Reason.WRONG_GATE: "policy",
    Reason.EXPIRED: "policy",
    Reason.NOT_YET: "policy",
    Reason.STALE_TRUST: "policy",
    Reason.STALE_REVOCATIONS: "policy",
    Reason.HOLDER_CHECK: "products",
}
_ROW_NAMES = ("closure", "quota", "table", "row", "document", "zone", "product", "category", "percent", "key", "opens")


@dataclass(frozen=True, kw_only=True, slots=True)
class Answers:
    """What a gate answered in some hours: all of it, and by each reason that let nobody in."""

    all: int
    refused: Mapping[Reason, int]


@dataclass(frozen=True, kw_only=True, slots=True)
class Jump:
    """A reason that refuses far more than it did, now and in the same hours of the week before."""

    reason: Reason
    now: int
    of: int
    before: int
    before_of: int


def jumps(now: Answers, before: Answers) -> tuple[Jump, ...]:
    """What has jumped, the most frequent first."""
    found = [
        Jump(
            reason=reason,
            now=count,
            of=now.all,
            before=before.refused.get(reason, 0),
            before_of=before.all,
        )
        for reason, count in now.refused.items()
        if reason not in NOT_OF_A_SET
    ]
    return tuple(sorted((jump for jump in found if _is_jump(jump)), key=lambda jump: (-jump.now, jump.reason)))


def table_of(reason: Reason) -> str | None:
    """The part of a set that makes an answer this one; None where the ticket itself does."""
    return _TABLES.get(reason)


def row_of(details: Iterable[Mapping[str, Any]]) -> str | None:
    """The row that most of these answers name, as their details say it; None where they name none."""
    rows = Counter(row for each in details if (row := _row(each)))
    return min(rows, key=lambda row: (-rows[row], row)) if rows else None


def _is_jump(jump: Jump) -> bool:
    if jump.now < LEAST:
        return False
    if jump.before_of == 0:
        return jump.now * 100 >= ALONE_PERCENT * jump.of
    return jump.now * jump.before_of > FACTOR * jump.before * jump.of


def _row(details: Mapping[str, Any]) -> str:
    return " ".join(f"{name}={details[name]}" for name in _ROW_NAMES if isinstance(details.get(name), str | int))
