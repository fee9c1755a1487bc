"""Enrolment codes that are none here: counted so that guessing is seen, and bounded so that it leads nowhere.

A code has 80 random bits, so no rate finds one; the bound keeps the books small and the registry's time for others.
Behind a proxy nobody's address can be trusted, so codes are sorted by their own digest into buckets, and a bucket takes
few wrong ones a minute, over all processes. Whoever wants to keep an honest code out does not know its bucket, and has
to fill all 1,024 of them anew each minute.
"""

from enum import StrEnum
from typing import Any

from sqlalchemy import Table, delete, func, insert, select, update
from sqlalchemy.engine import Connection
from sqlalchemy.exc import IntegrityError

from kiosk.rules.policy import DAY_SECONDS
from sync.errors import RegistryUnavailableError
from sync.registry import database as db

BUCKETS = 1024
A_MINUTE = 6
_MINUTE_SECONDS = 60
_KEPT_DAYS = 30


class WrongCode(StrEnum):
    """What is wrong with a code."""

    UNKNOWN = "unknown"
    USED = "used"
    """Somebody else's machine was enrolled by it."""
    EXPIRED = "expired"


def expect_room(connection: Connection, digest: bytes, now: int) -> None:
    """Refuse for the rest of the minute to look at codes of a bucket that took as many wrong ones as it may."""
    table = db.wrong_code
    here = select(table.c.wrong).where(
        table.c.bucket == _bucket(digest), table.c.minute == now // _MINUTE_SECONDS, table.c.wrong >= A_MINUTE
    )
    if connection.execute(here).first() is not None:
        left = _MINUTE_SECONDS - now % _MINUTE_SECONDS
        sentence = f"Many wrong enrolment codes were tried: try again in {left} seconds."
        raise RegistryUnavailableError(sentence, status=429, retry_after_seconds=left)


def count(connection: Connection, digest: bytes, kind: WrongCode, now: int) -> None:
    """Remember a try with a wrong code; of one that was made here, beside the code as well."""
    day = now // DAY_SECONDS
    if kind is WrongCode.UNKNOWN:
        table, minute = db.wrong_code, now // _MINUTE_SECONDS
        former = update(table).where(table.c.bucket == _bucket(digest), table.c.minute != minute)
        connection.execute(former.values(minute=minute, wrong=0))
        _one_more(connection, table, {"bucket": _bucket(digest)}, {"minute": minute})
    else:
        codes = db.enrolment
        values = {"tries": codes.c.tries + 1, "tried_at": now}
        connection.execute(update(codes).where(codes.c.secret_hash == digest).values(**values))
    connection.execute(delete(db.wrong_code_day).where(db.wrong_code_day.c.day < day - _KEPT_DAYS))
    _one_more(connection, db.wrong_code_day, {"day": day, "kind": kind.value}, {})


def of_last_days(connection: Connection, now: int) -> dict[WrongCode, int]:
    """How many wrong codes were tried since the midnight (UTC) before the last one, by kind."""
    table = db.wrong_code_day
    wanted = select(table.c.kind, func.sum(table.c.wrong).label("wrong")).where(table.c.day >= now // DAY_SECONDS - 1)
    return {WrongCode(row.kind): int(row.wrong) for row in connection.execute(wanted.group_by(table.c.kind))}


def _one_more(connection: Connection, table: Table, key: dict[str, Any], values: dict[str, Any]) -> None:
    one = update(table).where(*(table.c[name] == value for name, value in key.items()))
    one = one.values(wrong=table.c.wrong + 1)
    if connection.execute(one).rowcount:
        return
    try:
        with connection.begin_nested():
            connection.execute(insert(table).values(**key, **values, wrong=1))
    except IntegrityError:  # another process counted the first one meanwhile
        connection.execute(one)


def _bucket(digest: bytes) -> int:
    return int.from_bytes(digest[:2], "big") % BUCKETS
