"""The life of a park's issuer keys: published ahead, in use, retired; and when one leaks, listed only, then revoked.

A key only ever becomes weaker. Its id is two bytes, and rows are never removed: an id is not given a second time.
Whoever changes a key publishes it, in the neighbours' sets too, which tell "of another park" from "unknown" by it.
"""

import secrets
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, func, insert, select, update
from sqlalchemy.engine import Connection, Row

from kiosk.errors import UsageError
from kiosk.rules.keyring import IssuerKey, KeyStatus
from kiosk.rules.permit import PermitStatus
from kiosk.rules.policy import DAY_SECONDS
from kiosk.rules.ticket import CTI_BYTES, ED25519, KID_BYTES
from sync.registry import database as db
from sync.registry.folder import RegistryFolder

AHEAD_DAYS = 90
SIGNS_DAYS = 400
LONGEST_DAYS = 400
MOST_LISTED = 200_000
"""35 bytes each in the set: 7 MB of the 8 MiB that a kiosk takes in one reply."""

MAY_BECOME: dict[KeyStatus, frozenset[KeyStatus]] = {
    KeyStatus.ACTIVE: frozenset({KeyStatus.VERIFY_ONLY, KeyStatus.LISTED_ONLY, KeyStatus.REVOKED}),
    KeyStatus.VERIFY_ONLY: frozenset({KeyStatus.LISTED_ONLY, KeyStatus.REVOKED}),
    KeyStatus.LISTED_ONLY: frozenset({KeyStatus.LISTED_ONLY, KeyStatus.REVOKED}),
    KeyStatus.REVOKED: frozenset(),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class KeyState:
    """An issuer key and how many tickets issued under it may still be shown."""

    key: IssuerKey
    alive: int


@dataclass(frozen=True, kw_only=True, slots=True)
class NextKey:
    """A key that is to come; times in Unix seconds, no products means all."""

    sign_not_before: int
    signs_days: int = SIGNS_DAYS
    longest_days: int = LONGEST_DAYS
    products: tuple[int, ...] = ()


def states(connection: Connection, park: int, now: int) -> list[KeyState]:
    """The park's keys, the first to be used first."""
    table = db.issuer_key
    rows = connection.execute(
        select(table).where(table.c.park_id == park).order_by(table.c.sign_not_before, table.c.kid)
    ).all()
    return [KeyState(key=issuer_key(row), alive=_alive(connection, park, row.kid, now)) for row in rows]


def add(connection: Connection, folder: RegistryFolder, park: int, wanted: NextKey) -> IssuerKey:
    """A new key of the park, its private half in the folder; it verifies until its last ticket has ended."""
    known = set(connection.execute(select(db.product.c.product).where(db.product.c.park_id == park)).scalars())
    if unknown := set(wanted.products) - known:
        raise UsageError(f"Park {park} sells no product {min(unknown)}.")
    if connection.execute(select(db.park.c.park_id).where(db.park.c.park_id == park)).first() is None:
        raise UsageError(f"There is no park {park} in this registry.")
    expires = wanted.sign_not_before + wanted.signs_days * DAY_SECONDS
    kid = _new_kid(connection)
    key = IssuerKey(
        kid=kid,
        alg=ED25519,
        public_key=folder.make_issuer_key(park, kid),
        sign_not_before=wanted.sign_not_before,
        sign_expires=expires,
        # sold on the last day for a time that begins as late as it may, and a day for its grace
        verify_until=expires + (2 * wanted.longest_days + 1) * DAY_SECONDS,
        parks=frozenset({park}),
        products=frozenset(wanted.products),
        longest_validity_seconds=wanted.longest_days * DAY_SECONDS,
    )
    connection.execute(insert(db.issuer_key).values(park_id=park, **key.as_json() | {"public_key": key.public_key}))
    return key


def weaken(
    connection: Connection, park: int, kid: str, status: KeyStatus, listed: Collection[bytes] = frozenset()
) -> IssuerKey:
    """The key with a status that lets it do less; UsageError for a way back."""
    table = db.issuer_key
    this = table.c.park_id == park, table.c.kid == kid
    row = connection.execute(select(table).where(*this)).one_or_none()
    if row is None:
        raise UsageError(f"Park {park} has no issuer key {kid}: `qaqpa registry keys list` names them.")
    if status not in MAY_BECOME[KeyStatus(row.status)]:
        raise UsageError(f"Issuer key {kid} is {row.status}: it cannot become {status} any more.")
    values = {"status": status.value, "listed": sorted(cti.hex() for cti in listed)}
    connection.execute(update(table).where(*this).values(**values))
    return issuer_key(connection.execute(select(table).where(*this)).one())


def alive_tickets(
    connection: Connection, park: int, kid: str, now: int, issued_before: int | None = None
) -> frozenset[bytes]:
    """The identities of the tickets that the registry itself issued under a key and that may still be shown."""
    table = db.permit
    issued = [] if issued_before is None else [table.c.issued_at < issued_before]
    wanted = select(table.c.cti).where(*_alive_where(park, kid, now), *issued)
    return frozenset(connection.execute(wanted.limit(MOST_LISTED + 1)).scalars())


def expect_listable(listed: Collection[bytes]) -> None:
    """UsageError for a list that no kiosk could fetch, or that holds what is no ticket's identity."""
    if len(listed) > MOST_LISTED:
        raise UsageError(
            f"More than {MOST_LISTED} tickets would be listed, and no kiosk could fetch the set: list those of "
            "before the leak (--issued-before) or of a file (--allow), and issue the others anew under another key."
        )
    if any(len(cti) != CTI_BYTES for cti in listed):
        raise UsageError(f"A ticket's identity has {CTI_BYTES} bytes: {2 * CTI_BYTES} hexadecimal digits a line.")


def issuer_key(row: Row[Any]) -> IssuerKey:
    """The key that a row of the table is."""
    fields = dict(row._mapping)  # noqa: SLF001  (SQLAlchemy's public way to the columns by name)
    del fields["park_id"]
    return IssuerKey.from_json({**fields, "public_key": fields["public_key"].hex()})


def _new_kid(connection: Connection) -> str:
    """An id that no key of any park here ever had: neighbours stand in each other's sets."""
    taken = set(connection.execute(select(db.issuer_key.c.kid)).scalars())
    while (kid := secrets.token_hex(KID_BYTES)) in taken:
        pass  # of 65,536 ids a registry uses a few dozen
    return kid


def _alive(connection: Connection, park: int, kid: str, now: int) -> int:
    return connection.execute(select(func.count()).where(*_alive_where(park, kid, now))).scalar_one()


def _alive_where(park: int, kid: str, now: int) -> tuple[ColumnElement[bool], ...]:
    table = db.permit
    return (
        table.c.park_id == park,
        table.c.kid == kid,
        table.c.cti.is_not(None),
        table.c.exp + DAY_SECONDS > now,  # a park's grace is shorter
        table.c.status == PermitStatus.ACTIVE.value,
    )
