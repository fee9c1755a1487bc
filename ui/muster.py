"""The muster list: who is inside now, when each party should be out, and what is to be done about those late."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kiosk.presence import completed, everybody, visit_by
from kiosk.rules.entries import DecisionBody, EntryKey
from kiosk.rules.presence import Visit, due_at, heads_of, step, witnesses
from kiosk.rules.words import Outcome, Step

if TYPE_CHECKING:
    from kiosk.rules.policy import PolicySet
    from ui.assembly import Memory

MOST_WITNESSES = 5


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """One party inside. Plate, telephone and the like are there only where they were asked for with the PIN."""

    visit: Visit
    due: int | None = None
    step: Step | None = None
    plates: tuple[str, ...] = ()
    contact: str | None = None
    witnesses: tuple[Visit, ...] = ()

    @property
    def is_overdue(self) -> bool:
        """Whether it should be out by now."""
        return self.step is not None


@dataclass(frozen=True, kw_only=True, slots=True)
class Muster:
    """All parties inside, or of them those that are late, with the figures of all."""

    at: int
    rows: tuple[Row, ...]
    heads: int
    parties: int
    overdue: int
    revoked: int
    is_overdue_only: bool = False
    has_contacts: bool = False


def muster(
    memory: Memory, policy: PolicySet, now: int, *, is_overdue: bool = False, has_contacts: bool = False
) -> Muster:
    """Who is inside at this time, the latest first where only late parties are wanted, else in the order of coming."""
    visits = completed(everybody(memory.journal, memory.replicas), memory.replicas, memory.revocations, policy, now)
    rows = [_row(visit, policy, now) for visit in visits]
    late = [row for row in rows if row.is_overdue]
    wanted = sorted(late, key=lambda row: row.due or 0) if is_overdue else rows
    if is_overdue and late:
        others = [*visits, *_left_since(memory, visits, min(row.visit.since for row in late), now)]
        wanted = [_with_witnesses(row, others, policy, now) for row in wanted]
    if has_contacts:
        wanted = [_with_contacts(memory, row) for row in wanted]
    return Muster(
        at=now,
        rows=tuple(wanted),
        heads=heads_of(visits),
        parties=len(visits),
        overdue=len(late),
        revoked=sum(visit.revoked_at is not None for visit in visits),
        is_overdue_only=is_overdue,
        has_contacts=has_contacts,
    )


def _row(visit: Visit, policy: PolicySet, now: int) -> Row:
    return Row(visit=visit, due=due_at(visit, policy), step=step(visit, policy, now))


def _left_since(memory: Memory, inside: Sequence[Visit], since: int, now: int) -> Iterable[Visit]:
    """The parties that came by this gate in that time or went, and are out again: they may have seen somebody."""
    there = {visit.permit for visit in inside}
    moved = {
        entry.body.permit
        for entry in memory.journal.between(since, now + 1)
        if isinstance(entry.body, DecisionBody) and entry.body.outcome is Outcome.ADMITTED and entry.body.permit
    }
    replica = memory.replicas.current()
    found = (visit_by(permit, memory.journal, replica) for permit in sorted(moved - there))
    return [visit for visit in found if visit is not None]


def _with_witnesses(row: Row, others: Iterable[Visit], policy: PolicySet, now: int) -> Row:
    seen = witnesses(row.visit, others, policy, now)[:MOST_WITNESSES]
    return Row(visit=row.visit, due=row.due, step=row.step, witnesses=seen)


def _with_contacts(memory: Memory, row: Row) -> Row:
    visit = row.visit
    entries = [memory.journal.get(use.entry_id) for use in visit.uses if _is_here(memory, use.entry_id)]
    plates = {entry.private.plate: None for entry in entries if entry and entry.private and entry.private.plate}
    contact = memory.journal.contact(visit.permit) if visit.permit is not None and row.is_overdue else None
    return Row(
        visit=visit,
        due=row.due,
        step=row.step,
        plates=tuple(plates),
        contact=contact.decode(errors="replace") if contact is not None else None,
        witnesses=row.witnesses,
    )


def _is_here(memory: Memory, entry_id: str) -> bool:
    return EntryKey.parse(entry_id).device == memory.record.device
