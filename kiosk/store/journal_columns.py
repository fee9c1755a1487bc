"""What an entry's row repeats of its core, for look-ups: one rule for whoever writes it and whoever audits it."""

from kiosk.rules.entries import ActBody, DecisionBody, Entry, ReportBody
from kiosk.rules.words import EntryKind

SHELVED = frozenset({EntryKind.ALARM, EntryKind.SHIFT})
"""Kinds so rare among a season's scans that an index must find them: their kind stands where acts name a target.

No entry id is such a word, and an index of their own would be one more page without which nothing can be read.
"""


def columns(entry: Entry) -> tuple[object, ...]:
    """The repeated values, in the order of the table."""
    outcome = reason = permit = target = text_hash = None
    match entry.body:
        case DecisionBody() as body:
            outcome, reason, permit, text_hash = str(body.outcome), str(body.reason), body.permit, body.text_hash
        case ActBody() | ReportBody() as body:
            permit, target = body.permit, body.target
        case _ if entry.kind in SHELVED:
            target = str(entry.kind)
        case _:
            pass
    return (entry.at, str(entry.clock), str(entry.kind), outcome, reason, permit, target, text_hash)
