"""Uses of permits over all gates of a park: derived from entries, told to every gate, and weighed against the right.

Each admission beyond the right is one conflict that names both gates and times. Which of two admissions is the one too
many is decided by the time of the entries, never by who reported first: so the registry says the same whatever the
order in which its gates come back on line.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import bindparam, delete, insert, select, update
from sqlalchemy.engine import Connection, Row

from kiosk.export import iso
from kiosk.rules.entries import ActBody, DecisionBody, Entry, EntryKey, Use, read_core
from kiosk.rules.parties import most_heads
from kiosk.rules.permit import Party
from kiosk.rules.policy import PolicySet, Reentry
from kiosk.rules.receipts import ReceiptResult
from kiosk.rules.standing import Standing, inside, settled, standing
from kiosk.rules.words import Direction
from sync.protocol import PushReply
from sync.registry import database as db
from sync.registry import feed

_AT_ONCE = 1_000  # values of one question; databases take some ten thousand


@dataclass(frozen=True, kw_only=True, slots=True)
class Conflict:
    """One admission beyond the right: here, and the admission that had taken the place already."""

    entry_id: str
    permit: bytes
    entry_number: int
    excess: int
    gate: int
    lane: int
    at: int
    other_entry_id: str
    other_gate: int
    other_lane: int
    other_at: int


def refresh(connection: Connection, policy: PolicySet, permits: Iterable[bytes], now: int) -> None:
    """Bring uses, their feed rows and conflicts of these permits in line with the entries held."""
    feed.lock(connection, policy.park)  # or of two gates that report one ticket at once neither would see the other
    successors = successors_of(connection, policy.park, permits)
    wanted = sorted({*permits, *successors, *successors.values()})
    entries = _followed(_entries(connection, policy.park, wanted), successors)
    uses = {permit: settled(entries.get(permit, ())) for permit in wanted}
    rows = _store_uses(connection, policy.park, uses)
    found = [
        conflict
        for permit in wanted
        for conflict in conflicts_of(permit, entries.get(permit, ()), uses[permit], policy)
    ]
    _store_conflicts(connection, policy.park, wanted, found, now)
    if rows:
        feed.append(connection, policy.park, rows)


def conflicts_of(permit: bytes, entries: Sequence[Entry], uses: Sequence[Use], policy: PolicySet) -> list[Conflict]:
    """The admissions of one permit that went beyond its right, in the order of their times.

    Every use is weighed again as if its gate had known all the earlier ones, entry numbers included.
    """
    right = _right(entries)
    if right is None:
        return []
    product = policy.products.get(right.product) if right.product is not None else None
    seats = most_heads(product.vehicle_class) if product else None
    counted: list[Use] = []
    admitted: list[Use] = []
    found = []
    for use in uses:
        if use.direction is Direction.EXIT:
            within = inside(counted)
            counted.append(replace(use, entry_number=within.entry_number if within else use.entry_number))
            continue
        now = standing(right.party, right.entries, counted, policy.policy, use.at, seats)
        excess = max(0, use.party.heads - now.allowed)
        if excess and _may_return(right, use, now, policy):
            continue  # the product lets the same heads in again, and the gate has flagged it
        if excess and admitted:
            found.append(_conflict(permit, replace(use, entry_number=now.entry_number), excess, _other(use, admitted)))
        counted.append(replace(use, entry_number=now.entry_number, party=use.party.take(use.party.heads - excess)))
        admitted.append(use)
    return found


@dataclass(frozen=True, kw_only=True, slots=True)
class _Right:
    product: int | None
    party: Party
    entries: int


def _right(entries: Sequence[Entry]) -> _Right | None:
    """The right that the entries of one permit say it is; None where none of them says."""
    bodies = [entry.body for entry in entries if isinstance(entry.body, DecisionBody | ActBody)]
    for body in bodies:
        if body.right is not None:
            told = {} if isinstance(body, ActBody) else body.facts.get("claims") or body.facts.get("permit") or {}
            if isinstance(number := told.get("entries"), int):
                return _Right(product=body.product, party=body.right, entries=number)
    known = next((body for body in bodies if body.right is not None), None)
    return None if known is None or known.right is None else _Right(product=known.product, party=known.right, entries=1)


def _may_return(right: _Right, use: Use, now: Standing, policy: PolicySet) -> bool:
    product = policy.products.get(right.product) if right.product is not None else None
    if product is None or product.reentry is not Reentry.FREE or now.first is None:
        return False
    return use.at - now.first.at >= policy.policy.reentry_seconds


def flagged(connection: Connection, park: int, reply: PushReply) -> PushReply:
    """The reply in which each admission that is one too many is a conflict, so that its own gate hears of it."""
    found = {
        row.entry_id: f"{row.excess} beyond the right: lane {row.other_lane} of gate {row.other_gate} had admitted "
        f"{row.other_entry_id} at {iso(row.other_at)}"
        for row in _where_in(connection, db.conflict, park, "entry_id", [receipt.id for receipt in reply.receipts])
        if row.settled_at is None
    }
    receipts = (
        replace(receipt, result=ReceiptResult.CONFLICT, detail=found[receipt.id])
        if receipt.id in found and receipt.result is not ReceiptResult.CONFLICT
        else receipt
        for receipt in reply.receipts
    )
    return replace(reply, receipts=tuple(receipts))


def use_row(row: Any) -> feed.Row:
    """A use as it travels to the gates."""
    return [
        "u", row.permit.hex(), row.entry_number, row.party, row.gate, row.lane, row.direction, row.at, row.entry_id,
    ]  # fmt: skip


def _other(use: Use, others: Sequence[Use]) -> Use:
    """The admission to name beside an excess one: the newest at another lane, or else the newest of all."""
    elsewhere = [other for other in others if (other.gate, other.lane) != (use.gate, use.lane)]
    return (elsewhere or others)[-1]


def _conflict(permit: bytes, use: Use, excess: int, other: Use) -> Conflict:
    return Conflict(
        entry_id=use.entry_id,
        permit=permit,
        entry_number=use.entry_number,
        excess=excess,
        gate=use.gate,
        lane=use.lane,
        at=use.at,
        other_entry_id=other.entry_id,
        other_gate=other.gate,
        other_lane=other.lane,
        other_at=other.at,
    )


def _entries(connection: Connection, park: int, permits: Sequence[bytes]) -> dict[bytes, list[Entry]]:
    """Each permit's decisions and the acts upon them, in the order in which uses are worked out."""
    rows = {_key(row): row for row in _where_in(connection, db.entry, park, "permit", permits)}
    of_target = {str(key): row.permit for key, row in rows.items()}
    acts = {_key(row): row for row in _where_in(connection, db.entry, park, "target", sorted(of_target))}
    found: dict[bytes, list[Entry]] = {}
    # by key: an act follows its entry in the chain even when the clock was set back between them
    for _, row in sorted((rows | acts).items()):
        found.setdefault(of_target.get(row.target, row.permit), []).append(read_core(row.core))
    return found


def successors_of(connection: Connection, park: int, permits: Iterable[bytes]) -> dict[bytes, bytes]:
    """For each re-issued permit that these belong with, the permit that stands for it now."""
    table, chain, asked = db.reissue, dict[bytes, bytes](), set(permits)
    while asked:
        rows = [
            row
            for column in ("former", "permit")
            for row in _where_in(connection, table, park, column, sorted(asked))
            if row.former not in chain
        ]
        chain |= {row.former: row.permit for row in rows}
        asked = {permit for row in rows for permit in (row.former, row.permit)} - asked
    return {former: _last(chain, former) for former in chain}


def _last(chain: Mapping[bytes, bytes], permit: bytes) -> bytes:
    while permit in chain:
        permit = chain[permit]
    return permit


def _followed(entries: dict[bytes, list[Entry]], successors: Mapping[bytes, bytes]) -> dict[bytes, list[Entry]]:
    """The entries under the permit that stands for theirs now, in the order in which uses are worked out."""
    found: dict[bytes, list[Entry]] = {}
    for permit, mine in entries.items():
        found.setdefault(successors.get(permit, permit), []).extend(mine)
    return {permit: sorted(mine, key=lambda entry: entry.key) for permit, mine in found.items()}


def _key(row: Row[Any]) -> EntryKey:
    return EntryKey(device=row.device, chain=row.chain, n=row.n)


def _where_in(connection: Connection, table: Any, park: int, column: str, values: Sequence[Any]) -> Iterator[Row[Any]]:
    """The park's rows whose column is one of these values."""
    for batch in (values[start : start + _AT_ONCE] for start in range(0, len(values), _AT_ONCE)):
        yield from connection.execute(select(table).where(table.c.park_id == park, table.c[column].in_(batch)))


def _store_uses(connection: Connection, park: int, uses: Mapping[bytes, Sequence[Use]]) -> list[feed.Row]:
    """Make the table say what the entries say; the rows that tell it to the gates."""
    table = db.use
    before = {(row.permit, row.entry_id): row for row in _where_in(connection, table, park, "permit", list(uses))}
    now = {(permit, use.entry_id): use for permit, of_permit in uses.items() for use in of_permit}
    changed = {key: use for key, use in now.items() if key not in before or not _is_same(before[key], use)}
    gone = {key: row for key, row in before.items() if key not in now}
    stale = [{"of_permit": key[0], "of_entry": key[1]} for key in before if key in gone or key in changed]
    if stale:
        this = table.c.permit == bindparam("of_permit"), table.c.entry_id == bindparam("of_entry")
        connection.execute(delete(table).where(table.c.park_id == park, *this), stale)
    if changed:
        values = [{"park_id": park, "permit": key[0], **_use_values(use)} for key, use in changed.items()]
        connection.execute(insert(table), values)
    rows: list[feed.Row] = [["u", permit.hex(), *_use_fields(use)] for (permit, _), use in changed.items()]
    moved = {entry_id for _, entry_id in now}  # gates know a use by its entry: it is told under the new permit alone
    for (permit, entry_id), row in gone.items():  # annulled since: told once more with nobody in it
        if entry_id in moved:
            continue
        rows.append(["u", permit.hex(), row.entry_number, [], row.gate, row.lane, row.direction, row.at, entry_id])
    return rows


def _use_fields(use: Use) -> list[Any]:
    return [
        use.entry_number, list(use.party.trimmed()), use.gate, use.lane, use.direction.value, use.at, use.entry_id,
    ]  # fmt: skip


def _use_values(use: Use) -> dict[str, Any]:
    names = ("entry_number", "party", "gate", "lane", "direction", "at", "entry_id")
    return dict(zip(names, _use_fields(use), strict=True))


def _is_same(row: Row[Any], use: Use) -> bool:
    return all(getattr(row, name) == value for name, value in _use_values(use).items())


def _store_conflicts(
    connection: Connection, park: int, permits: Sequence[bytes], found: Sequence[Conflict], now: int
) -> None:
    table = db.conflict
    before = {row.entry_id: row for row in _where_in(connection, table, park, "permit", permits)}
    for item in found:
        values = {name: getattr(item, name) for name in Conflict.__dataclass_fields__}
        if item.entry_id in before:
            this = table.c.park_id == park, table.c.entry_id == item.entry_id
            connection.execute(update(table).where(*this).values(**values, settled_at=None))
        else:
            connection.execute(insert(table).values(park_id=park, found_at=now, **values))
    gone = sorted(before.keys() - {item.entry_id for item in found})
    if gone:  # an annulment or a late exit explains it: kept, and marked as settled
        this = table.c.park_id == park, table.c.entry_id.in_(gone)
        connection.execute(update(table).where(*this, table.c.settled_at.is_(None)).values(settled_at=now))
