"""Whether this machine's clock may be right: what is signed with a wrong one, kiosks would believe for good.

It is compared with what was signed last, and with nothing else; where it seems wrong, a person may vouch for it.
"""

from datetime import UTC, datetime

from sqlalchemy.engine import Connection

from kiosk.errors import EnvironmentalError
from sync import trust_roles as roles
from sync.registry import trust_signing as signing
from sync.registry import trust_store as store

BACK_SECONDS = 300
AWAY_SECONDS = 40 * roles.DAY_SECONDS
"""A registry that serves signs daily; all that it signed has expired by then."""


def doubt(connection: Connection, now: int) -> str | None:
    """Why the clock cannot be believed, and what to do; None where it can, as before anything was signed."""
    data = store.newest(connection, roles.TIMESTAMP)
    if data is None:
        return None
    timestamp = signing.read(data, signing.Timestamp, "timestamp.json").signed
    last = timestamp.unrecognized_fields.get(roles.SIGNED_AT)
    if type(last) is not int or last - BACK_SECONDS <= now <= last + AWAY_SECONDS:
        return None
    order = "before" if now < last else "more than 40 days after"
    return (
        f"The clock of this machine says {_said(now)}, {order} the last signature ({_said(last)}), and a wrong time "
        "that is signed is believed by kiosks for good. Set this machine's clock; if it is right: "
        "qaqpa registry trust clock-is-right"
    )


def expect_right(connection: Connection, now: int) -> None:
    """EnvironmentalError where the clock cannot be believed."""
    if (why := doubt(connection, now)) is not None:
        raise EnvironmentalError(why)


def _said(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M UTC")
