"""Which right somebody means who holds a ticket, its identity, its typed code, or an entry that was made of it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.engine import Connection, Row

from kiosk.errors import UsageError
from kiosk.rules import keyring, ticket
from kiosk.rules.codes import read_code
from kiosk.rules.entries import EntryKey
from kiosk.rules.permit import permit_id
from kiosk.rules.revocation import PREFIX_BYTES
from sync.registry import database as db
from sync.registry import feed


@dataclass(frozen=True, kw_only=True, slots=True)
class Right:
    """A right of a park: its id, the beginning of its ticket's identity, and its row where it was issued here."""

    park: int
    id: bytes
    cti8: bytes
    permit: Row[Any] | None


def find_right(connection: Connection, keys: keyring.Keyring, which: str, park: int | None) -> Right:
    """The right of the ticket of this text, identity (hexadecimal) or typed code; UsageError says what does not fit."""
    which = which.strip()
    if which.startswith(ticket.PREFIX):
        opened = keys.open(which)
        if isinstance(opened, keyring.Rejected):
            raise UsageError(f"This text is no ticket of this registry ({opened.reason}): name it by its identity.")
        return _by_cti(connection, opened.claims.cti, opened.claims.park)
    if re.fullmatch(r"[0-9a-fA-F]{32}", which):
        return _by_cti(connection, bytes.fromhex(which), park)
    code = read_code(which)
    if not isinstance(code, str):
        raise UsageError(
            f"{which[:40]!r} is neither a ticket's text, nor its identity of 32 hexadecimal digits, nor a typed code."
        )
    matches = _permits(connection, db.permit.c.code == code, park)
    if len(matches) > 1:
        raise UsageError("Several permits have this typed code: give the ticket's text or identity.")
    if not matches or matches[0].cti is None:
        raise UsageError("No permit here has this typed code.")
    return _of_row(matches[0])


def permit_of_entry(connection: Connection, entry_id: str, park: int | None) -> tuple[int, bytes] | None:
    """The park and the permit of the entry of this id; None where the text is no entry id at all."""
    try:
        key = EntryKey.parse(entry_id)
    except ValueError:
        return None
    table = db.entry
    this = select(table.c.park_id, table.c.permit).join(db.device_number, _numbered(table))
    this = this.where(db.device_number.c.device == key.device, table.c.chain == key.chain, table.c.n == key.n)
    row = connection.execute(this).one_or_none()
    if row is None or park not in {None, row.park_id}:
        raise UsageError(f"There is no entry {key} here.")
    if row.permit is None:
        raise UsageError(f"Entry {key} is about no permit: there is nobody behind it.")
    return row.park_id, row.permit


def _numbered(table: Any) -> Any:
    return (table.c.park_id == db.device_number.c.park_id) & (table.c.device == db.device_number.c.device)


def _by_cti(connection: Connection, cti: bytes, park: int | None) -> Right:
    matches = _permits(connection, db.permit.c.cti == cti, park)
    if matches:
        return _of_row(matches[0])
    if park is None:
        raise UsageError("No permit here belongs to this ticket: name its park to go on all the same.")
    feed.state(connection, park)
    return Right(park=park, id=permit_id(cti), cti8=cti[:PREFIX_BYTES], permit=None)


def _of_row(row: Row[Any]) -> Right:
    return Right(park=row.park_id, id=row.id, cti8=row.cti[:PREFIX_BYTES], permit=row)


def _permits(connection: Connection, condition: Any, park: int | None) -> Sequence[Row[Any]]:
    wanted = select(db.permit).where(condition)
    return connection.execute(wanted if park is None else wanted.where(db.permit.c.park_id == park)).all()
