"""A new ticket for a lost one: the same right, the old ticket revoked, and its uses follow to the new one.

What was sealed under the old ticket opens under no other, so it is sealed anew where it is given again. A permit is
found afterwards by what it was found by before.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.engine import Connection, Row

from kiosk.errors import UsageError
from kiosk.rules.entries import Entry, ReportBody, read_core
from kiosk.rules.keyring import Keyring
from kiosk.rules.permit import Party, PermitStatus
from kiosk.rules.personal import NOBODY, Personal
from kiosk.rules.policy import PolicySet
from kiosk.rules.revocation import RevocationAction
from kiosk.rules.words import EntryKind, ReportKind
from sync.registry import database as db
from sync.registry import feed, revoking, uses
from sync.registry.finding import find_right, permit_of_entry
from sync.registry.folder import RegistryFolder
from sync.registry.issuing import IssuedTicket, Issuer, Order

REASON = "reissued"


@dataclass(frozen=True, kw_only=True, slots=True)
class Reissued:
    """The new ticket, and the permit that it stands for."""

    ticket: IssuedTicket
    former: bytes


@dataclass(frozen=True, kw_only=True, slots=True)
class Wanted:
    """A gate let somebody in on a found permit and asks for a new ticket."""

    entry: Entry
    permit: bytes


def reissue(
    connection: Connection,
    folder: RegistryFolder,
    keys: Keyring,
    policy: PolicySet,
    which: str,
    *,
    now: int,
    personal: Personal = NOBODY,
    plate: str | None = None,
    language: str | None = None,
) -> Reissued:
    """A new ticket of the right that is named by a ticket, a typed code, a permit's id or an entry."""
    feed.lock(connection, policy.park)
    former = _former(connection, keys, which, policy.park)
    _expect_alive(former, now)
    issuer = Issuer(connection, folder, policy.park)
    ticket = issuer.sign(_order(former, personal, plate, language), now)
    if not ticket.search:
        ticket = replace(ticket, search=former.search)
    issuer.store([ticket])
    values = {"park_id": policy.park, "permit": ticket.permit.id, "former": former.id, "at": now}
    connection.execute(insert(db.reissue).values(**values))
    revoke = RevocationAction.REVOKE
    revoking.change(connection, folder, keys, former.cti.hex(), revoke, reason=REASON, now=now, park=policy.park)
    uses.refresh(connection, policy, [former.id], now)
    return Reissued(ticket=ticket, former=former.id)


def wanted(connection: Connection, park: int) -> list[Wanted]:
    """What gates have asked for and nobody has re-issued yet, oldest first, each permit once."""
    table = db.entry
    reports = select(table.c.core).where(table.c.park_id == park, table.c.kind == EntryKind.REPORT.value)
    found: dict[bytes, Wanted] = {}
    for core in connection.execute(reports.order_by(table.c.at)).scalars():
        entry = read_core(core)
        body = entry.body
        if isinstance(body, ReportBody) and body.report is ReportKind.REISSUE and body.permit is not None:
            found.setdefault(body.permit, Wanted(entry=entry, permit=body.permit))
    done = _former_of(connection, park, found)
    return [item for permit, item in found.items() if permit not in done]


def _former_of(connection: Connection, park: int, permits: Iterable[bytes]) -> set[bytes]:
    table = db.reissue
    among = table.c.park_id == park, table.c.former.in_(list(permits))
    return set(connection.execute(select(table.c.former).where(*among)).scalars())


def _former(connection: Connection, keys: Keyring, which: str, park: int) -> Row[Any]:
    by_entry = permit_of_entry(connection, which, park)
    permit = by_entry[1] if by_entry is not None else _by_id(connection, which, park)
    if permit is None:
        permit = find_right(connection, keys, which, park).id
    row = connection.execute(_this(park, permit)).one_or_none()
    if row is None or row.cti is None:
        raise UsageError("This ticket was not issued here: only its own issuer can issue it again.")
    return row


def _by_id(connection: Connection, which: str, park: int) -> bytes | None:
    try:
        permit = bytes.fromhex(which.strip())
    except ValueError:
        return None
    row = connection.execute(_this(park, permit)).one_or_none()
    return None if row is None else permit


def _this(park: int, permit: bytes) -> Any:
    return select(db.permit).where(db.permit.c.park_id == park, db.permit.c.id == permit)


def _expect_alive(former: Row[Any], now: int) -> None:
    if former.status == PermitStatus.REVOKED.value:
        raise UsageError("This ticket is revoked: there is no right that a new one could carry.")
    if former.exp <= now:
        raise UsageError("This ticket is over: issue a new one for the days that are wanted.")


def _order(former: Row[Any], personal: Personal, plate: str | None, language: str | None) -> Order:
    return Order(
        park=former.park_id,
        product=former.product,
        nbf=former.nbf,
        exp=former.exp,
        party=Party.of(former.party),
        entries=former.entries,
        gates=None if former.gates is None else tuple(former.gates),
        language=language,
        plate=plate,
        personal=personal,
    )
