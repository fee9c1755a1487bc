"""Tickets that people went in on and that this registry never sold: what a copied issuer key leaves behind.

A gate cannot know: the signature is good, and its list may only be late. Here all that was sold is known.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import exists, select

from kiosk.errors import UsageError
from kiosk.rules.acts import is_admission
from kiosk.rules.entries import DecisionBody, Entry, read_core
from kiosk.rules.statistics import Period
from kiosk.rules.words import Direction, EntryKind, Reason
from sync.registry import database as db
from sync.registry.service import RegistryService

_ROWS_AT_ONCE = 1_000


@dataclass(frozen=True, kw_only=True, slots=True)
class Unsold:
    """One such ticket: the key that signed it, and the first of the entries made on it, with the heads of all."""

    ticket: bytes
    kid: str | None
    product: int | None
    heads: int
    entries: int
    first_entry: str
    gate: int
    lane: int
    at: int


def unsold(service: RegistryService, park: int, *, first: date, last: date) -> list[Unsold]:
    """The tickets of these local days that no permit was sold for, oldest first."""
    policy = service.policy_set(park)
    if last < first:
        raise UsageError(f"The period ends on {last}, before it begins on {first}.")
    first_at, before = Period(first=first, last=last).bounds(policy.policy)
    return sorted(_gathered(_entries(service, park, first_at, before)), key=lambda one: (one.at, one.first_entry))


def _entries(service: RegistryService, park: int, first_at: int, before: int) -> Iterator[Entry]:
    """The decisions about tickets of which no permit is here, read while they are asked for."""
    table, permit = db.entry, db.permit
    is_sold = exists().where(permit.c.park_id == table.c.park_id, permit.c.id == table.c.permit)
    wanted = select(table.c.core).where(
        table.c.park_id == park,
        table.c.at >= first_at,
        table.c.at < before,
        table.c.kind == EntryKind.DECISION.value,
        table.c.permit.is_not(None),
        ~is_sold,
    )
    with service.database.reading() as connection:
        for core in connection.execute(wanted, execution_options={"yield_per": _ROWS_AT_ONCE}).scalars():
            yield read_core(core)


def _gathered(entries: Iterable[Entry]) -> Iterable[Unsold]:
    found: dict[bytes, Unsold] = {}
    for entry in sorted(entries, key=lambda each: (each.at, each.key)):
        body = entry.body
        if not isinstance(body, DecisionBody) or body.ticket is None or not is_admission(entry):
            continue
        if body.reason is Reason.TRAINING or body.place.direction is Direction.EXIT:
            continue
        known = found.get(body.ticket) or _first(entry, body, body.ticket)
        found[body.ticket] = replace(known, heads=known.heads + body.party.heads, entries=known.entries + 1)
    return found.values()


def _first(entry: Entry, body: DecisionBody, ticket: bytes) -> Unsold:
    kid = body.facts.get("kid")
    return Unsold(
        ticket=ticket,
        kid=kid if isinstance(kid, str) else None,
        product=body.product,
        heads=0,
        entries=0,
        first_entry=entry.id,
        gate=body.place.gate,
        lane=body.place.lane,
        at=entry.at,
    )
