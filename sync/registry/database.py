"""The registry's tables and how they are opened: SQLite by default, PostgreSQL in production.

Every table is keyed by its park first and no foreign key crosses parks, so the schema can be distributed by park. The
exceptions are `device_number`, the directory of the device numbers ever given, which finds a device's park, and the
tables of the signed data (`trust_…`), which is one repository for all parks.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Column,
    Engine,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    create_engine,
    event,
)
from sqlalchemy.engine import URL, Connection, make_url
from sqlalchemy.exc import DataError, IntegrityError, SQLAlchemyError

from kiosk.errors import BugError, BusyError, EnvironmentalError
from sync.registry import upgrading

metadata = MetaData()
_BUSY_SECONDS = 30


def _key(name: str, kind: Any) -> Column[Any]:
    return Column(name, kind, primary_key=True, autoincrement=False)


def _need(name: str, kind: Any) -> Column[Any]:
    return Column(name, kind, nullable=False)


def _may(name: str, kind: Any) -> Column[Any]:
    return Column(name, kind, nullable=True)


def _in_park(*columns: str, of: str) -> ForeignKeyConstraint:
    return ForeignKeyConstraint(["park_id", *columns], [f"{of}.{column}" for column in ("park_id", *columns)])


# What a park is and has decided

park = Table(
    "park",
    metadata,
    _key("park_id", Integer),
    _need("names", JSON),
    _need("set_key", LargeBinary),
    _need("policy", JSON),
    _need("tables", JSON),
    _need("staff", JSON),
)
gate = Table(
    "gate", metadata, _key("park_id", Integer), _key("gate", Integer), _need("names", JSON), _in_park(of="park")
)
lane = Table(
    "lane",
    metadata,
    _key("park_id", Integer),
    _key("gate", Integer),
    _key("lane", Integer),
    _need("direction", Text),
    _in_park("gate", of="gate"),
)
product = Table(
    "product",
    metadata,
    _key("park_id", Integer),
    _key("product", Integer),
    _need("names", JSON),
    _need("kind", Text),
    _may("vehicle_class", Text),
    _need("reentry", Text),
    _need("unconfirmed", Text),
    _need("risk", Text),
    _need("check_holder", Text),
    _may("price", Text),
    _need("ticket_flags", Integer),
    _need("zones", JSON),
    _in_park(of="park"),
)
issuer_key = Table(
    "issuer_key",
    metadata,
    _key("park_id", Integer),
    _key("kid", Text),
    _need("alg", Integer),
    _need("public_key", LargeBinary),
    _need("sign_not_before", BigInteger),
    _need("sign_expires", BigInteger),
    _need("verify_until", BigInteger),
    _need("parks", JSON),
    _need("products", JSON),
    _need("longest_validity_seconds", BigInteger),
    _need("status", Text),
    _need("listed", JSON),
    _in_park(of="park"),
)
online_key = Table(
    "online_key",
    metadata,
    _key("park_id", Integer),
    _key("kid", Text),
    _need("public_key", LargeBinary),
    _need("signs", Integer),
    _in_park(of="park"),
)
published_set = Table(
    "published_set",
    metadata,
    _key("park_id", Integer),
    _key("version", Integer),
    _need("signed_at", BigInteger),
    _need("data", LargeBinary),
    _may("wanted", JSON),
    _in_park(of="park"),
)

# The rights, and the feed in which they travel

permit = Table(
    "permit",
    metadata,
    _key("park_id", Integer),
    _key("id", LargeBinary(16)),
    _may("cti", LargeBinary(16)),
    _need("code", Text),
    _need("product", Integer),
    _need("nbf", BigInteger),
    _need("exp", BigInteger),
    _need("party", JSON),
    _need("entries", Integer),
    _may("gates", JSON),
    _need("status", Text),
    _need("search", Text),
    _need("sealed", LargeBinary),
    _may("kid", Text),
    _may("plate_tag", LargeBinary),
    _need("issued_at", BigInteger),
    _need("is_live", Integer),
    _in_park(of="park"),
    Index("permit_by_code", "park_id", "code"),
    Index("permit_by_cti", "park_id", "cti"),
    Index("permit_by_end", "park_id", "exp"),
)
reissue = Table(
    "reissue",
    metadata,
    _key("park_id", Integer),
    _key("permit", LargeBinary(16)),
    _need("former", LargeBinary(16)),
    _need("at", BigInteger),
    _in_park(of="park"),
    Index("reissue_by_former", "park_id", "former", unique=True),
)
revocation = Table(
    "revocation",
    metadata,
    _key("park_id", Integer),
    _key("seq", BigInteger),
    _need("cti8", LargeBinary(8)),
    _need("action", Text),
    _need("effective", BigInteger),
    _need("expires", BigInteger),
    _may("permit", LargeBinary(16)),
    _need("reason", Text),
    _need("recorded_at", BigInteger),
    _in_park(of="park"),
    Index("revocation_by_ticket", "park_id", "cti8"),
)
revocation_batch = Table(
    "revocation_batch",
    metadata,
    _key("park_id", Integer),
    _key("last", BigInteger),
    _need("hash", LargeBinary(32)),
    _need("data", LargeBinary),
    _need("signature", Text),
    _in_park(of="park"),
)
revocation_snapshot = Table(
    "revocation_snapshot",
    metadata,
    _key("park_id", Integer),
    _need("last", BigInteger),
    _need("signed_at", BigInteger),
    _need("data", LargeBinary),
    _need("signature", Text),
    _in_park(of="park"),
)
feed = Table(
    "feed",
    metadata,
    _key("park_id", Integer),
    _need("epoch", BigInteger),
    _need("head", BigInteger),
    _need("oldest", BigInteger),
    _need("permits", BigInteger),
    _need("checksum", Text),
    _in_park(of="park"),
)
change = Table(
    "change",
    metadata,
    _key("park_id", Integer),
    _key("seq", BigInteger),
    _need("row", Text),
    _in_park(of="park"),
)
snapshot = Table(
    "snapshot",
    metadata,
    _key("park_id", Integer),
    _key("name", Text),
    _need("epoch", BigInteger),
    _need("seq", BigInteger),
    _need("sha256", Text),
    _need("bytes", BigInteger),
    _need("built_at", BigInteger),
    _in_park(of="park"),
)
# The devices at the gates, and what they told

device_number = Table(
    "device_number", metadata, _key("device", BigInteger), _need("park_id", Integer), _need("given_at", BigInteger)
)
enrolment = Table(
    "enrolment",
    metadata,
    _key("park_id", Integer),
    _key("secret_hash", LargeBinary(32)),
    _need("gate", Integer),
    _need("lane", Integer),
    _need("direction", Text),
    _need("expires_at", BigInteger),
    _may("used_at", BigInteger),
    _may("device", BigInteger),
    Column("tries", BigInteger, nullable=False, server_default="0"),
    _may("tried_at", BigInteger),
    _in_park("gate", "lane", of="lane"),
)
# Codes that are none belong to no park (sync/registry/wrong_codes.py)
wrong_code = Table(
    "wrong_code", metadata, _key("bucket", Integer), _need("minute", BigInteger), _need("wrong", BigInteger)
)
wrong_code_day = Table(
    "wrong_code_day", metadata, _key("day", BigInteger), _key("kind", Text), _need("wrong", BigInteger)
)
device = Table(
    "device",
    metadata,
    _key("park_id", Integer),
    _key("device", BigInteger),
    _need("gate", Integer),
    _need("lane", Integer),
    _need("direction", Text),
    _need("public_key", LargeBinary(32)),
    _need("software", Text),
    _need("status", Text),
    _may("remark", Text),
    _need("enrolled_at", BigInteger),
    _may("last_received_at", BigInteger),
    _may("revoked_at", BigInteger),
    _may("replaced_at", BigInteger),
    _may("replaced_by", BigInteger),
    _may("machine", JSON(none_as_null=True)),
    _may("other_machine", JSON(none_as_null=True)),
    _may("other_machine_at", BigInteger),
    _in_park(of="park"),
)
device_health = Table(
    "device_health",
    metadata,
    _key("park_id", Integer),
    _key("device", BigInteger),
    _need("at", BigInteger),
    _need("report", JSON),
    _need("received_at", BigInteger),
    _in_park("device", of="device"),
)
chain_head = Table(
    "chain_head",
    metadata,
    _key("park_id", Integer),
    _key("device", BigInteger),
    _key("chain", Integer),
    _need("n", BigInteger),
    _need("hash", LargeBinary(32)),
    _in_park("device", of="device"),
)
entry = Table(
    "entry",
    metadata,
    _key("park_id", Integer),
    _key("device", BigInteger),
    _key("chain", Integer),
    _key("n", BigInteger),
    _need("gate", Integer),
    _need("at", BigInteger),
    _need("kind", Text),
    _may("permit", LargeBinary(16)),
    _may("target", Text),
    _need("core", LargeBinary),
    _may("private", LargeBinary),
    _may("salt", LargeBinary),
    _need("private_hash", LargeBinary(32)),
    _may("hash", LargeBinary(32)),
    _need("received_at", BigInteger),
    _in_park("device", of="device"),
    Index("entry_by_permit", "park_id", "permit"),
    Index("entry_by_time", "park_id", "at"),
    Index("entry_by_target", "park_id", "target"),
)
quarantine = Table(
    "quarantine",
    metadata,
    _key("park_id", Integer),
    _key("device", BigInteger),
    _key("digest", LargeBinary(32)),
    _may("chain", Integer),
    _may("n", BigInteger),
    _need("why", Text),
    _need("item", LargeBinary),
    _need("received_at", BigInteger),
    _in_park("device", of="device"),
)
use = Table(
    "use",
    metadata,
    _key("park_id", Integer),
    _key("permit", LargeBinary(16)),
    _key("entry_id", Text),
    _need("entry_number", Integer),
    _need("party", JSON),
    _need("gate", Integer),
    _need("lane", Integer),
    _need("direction", Text),
    _need("at", BigInteger),
    _in_park(of="park"),
    Index("use_by_time", "park_id", "at"),
)
conflict = Table(
    "conflict",
    metadata,
    _key("park_id", Integer),
    _key("entry_id", Text),
    _need("permit", LargeBinary(16)),
    _need("entry_number", Integer),
    _need("excess", Integer),
    _need("gate", Integer),
    _need("lane", Integer),
    _need("at", BigInteger),
    _need("other_entry_id", Text),
    _need("other_gate", Integer),
    _need("other_lane", Integer),
    _need("other_at", BigInteger),
    _need("found_at", BigInteger),
    _may("settled_at", BigInteger),
    _in_park(of="park"),
    Index("conflict_by_permit", "park_id", "permit"),
)


erasure = Table(
    "erasure",
    metadata,
    _key("park_id", Integer),
    _key("permit", LargeBinary(16)),
    _need("at", BigInteger),
    _need("entries", Integer),
    _need("reason", Text),
    _in_park(of="park"),
)
# Which signed requests were heard (request_memory.py); no foreign key, as a key that enrols is no device yet
heard_request = Table(
    "heard_request",
    metadata,
    _key("park_id", Integer),
    _key("device", BigInteger),
    _key("nonce", Text),
    _need("until", BigInteger),
)

# The signed data, one repository for all parks

trust_state = Table("trust_state", metadata, _key("id", Integer), _need("publications", BigInteger))
trust_metadata = Table(
    "trust_metadata",
    metadata,
    _key("role", Text),
    _key("version", BigInteger),
    _need("data", LargeBinary),
    _need("stored_at", BigInteger),
)
trust_target = Table(
    "trust_target",
    metadata,
    _key("path", Text),
    _key("sha256", Text),
    _need("version", BigInteger),
    _need("data", LargeBinary),
    _need("stored_at", BigInteger),
)


class Database:
    """One registry database; every read sees one moment of it, every write happens as a whole or not at all."""

    def __init__(self, url: str) -> None:
        try:
            self.url = _with_driver(make_url(url))
            self._engine = _engine(self.url)
        except (SQLAlchemyError, ImportError) as error:
            raise EnvironmentalError(f"The database address {url!r} cannot be used: {error}.") from error

    @property
    def is_sqlite(self) -> bool:
        """Whether this is the embedded database, which takes one writer at a time."""
        return self._engine.dialect.name == "sqlite"

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection that sees the database as it is now, whatever is committed meanwhile."""
        with _said(self), self._engine.connect() as connection:
            if not self.is_sqlite:
                connection.execution_options(isolation_level="REPEATABLE READ")
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction: committed at the end, undone by an exception."""
        with _said(self), self._engine.connect() as connection:
            connection.execution_options(writes=True)
            with connection.begin():
                yield connection

    def upgrade(self) -> None:
        """Bring an older or an empty database to this version; refuse a newer one by name."""
        with self.writing() as connection:
            upgrading.upgrade(connection)

    def sweep(self) -> None:
        """Let nothing of what was overwritten stay behind in SQLite's log; PostgreSQL's vacuum works by itself."""
        if not self.is_sqlite:
            return
        with _said(self):
            connection = self._engine.raw_connection()  # outside of any transaction, which would hold the log
            try:
                (is_busy, _, _) = connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
                if is_busy:
                    raise BusyError("Somebody reads the registry's database: its log could not be emptied, do it again")
            except self._engine.dialect.loaded_dbapi.Error as error:
                raise EnvironmentalError(f"The log of the registry database cannot be emptied: {error}.") from error
            finally:
                connection.close()

    def close(self) -> None:
        """Give all connections back."""
        self._engine.dispose()


@contextmanager
def _said(database: Database) -> Iterator[None]:
    try:
        yield
    except (DataError, IntegrityError) as error:
        # no fault of the machine's: to try again in the same words would not help
        raise BugError(f"The registry database cannot hold what was to be written: {error.orig}") from error
    except SQLAlchemyError as error:
        cause = getattr(error, "orig", None) or error
        shown = database.url.render_as_string(hide_password=True)
        raise EnvironmentalError(f"The registry database {shown} cannot be used: {cause}.") from error


def _with_driver(url: URL) -> URL:
    """The address as people write it, with the driver that is installed here."""
    return url.set(drivername="postgresql+psycopg") if url.drivername == "postgresql" else url


def _engine(url: URL) -> Engine:
    engine = create_engine(url, hide_parameters=True)  # they hold what rangers wrote, and errors are logged
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    # the driver's own idea of when a transaction begins leaves reads outside of any: we say BEGIN ourselves
    connection.isolation_level = None
    connection.execute(f"PRAGMA busy_timeout = {_BUSY_SECONDS * 1000}")
    connection.execute("PRAGMA journal_mode = WAL")
    # FULL, not NORMAL: a receipt promises that the entry survives a power cut (sqlite.org/pragma.html)
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA foreign_keys = ON")
    # what was erased is overwritten with zeros, and not only given free
    connection.execute("PRAGMA secure_delete = ON")


def _begin_sqlite(connection: Connection) -> None:
    # IMMEDIATE for writers: a read that turns into a write may find the database changed and fail
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
