"""One replica file, opened to be read. Whatever is damaged in it raises and leaves a mark; there is no wrong answer."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from enum import StrEnum
from pathlib import Path

from kiosk.errors import EnvironmentalError
from kiosk.rules.entries import Use
from kiosk.rules.permit import Permit
from kiosk.rules.revocation import PREFIX_BYTES, Revocation
from kiosk.store import driver
from kiosk.store import replica_tables as tables
from kiosk.store.driver import Connection, DamagedError
from kiosk.store.files import PRIVATE_FILE
from kiosk.store.replica_tables import REPLICA_VERSION, Meta, Tally

_CACHE_KIB = 8 * 1024  # the inner pages of ten million permits, which SQLite's own 2 MiB would decrypt again and again
_DISK_FAILED = 10  # sqlite.org/rescode.html#ioerr


class ReplicaState(StrEnum):
    """Whether a scan has a replica to ask; without one it goes by the ticket's signature alone."""

    OK = "ok"
    NONE = "none"
    DAMAGED = "damaged"


class ReplicaDamagedError(DamagedError):
    """The replica cannot be read; a scan goes on as if there were none, and sync fetches a new one."""


class ReplicaReader:
    """One replica file, read-only. Whatever is damaged in it raises; it never gives another answer."""

    def __init__(self, path: Path, key: bytes, *, reports_damage: bool = True) -> None:
        self.path = path
        self.is_damaged = False
        self._reports_damage = reports_damage
        with self._looking():
            if not path.exists():
                raise DamagedError(f"{path.name} is missing: a new snapshot has to be fetched")
            self._database = driver.connect(path, key, readonly=True, synchronous="NORMAL")
            try:
                self._expect_today_s_schema()
                self._database.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
            except BaseException:
                self._database.close()
                raise

    def close(self) -> None:
        """Give the file back."""
        self._database.close()

    def find(self, permit_id: bytes, code: str) -> Permit | None:
        """The live permit of this id, whose typed code is known too wherever its id is."""
        with self._looking():
            return tables.find_permit(self._database, permit_id, code)

    def by_code(self, code: str) -> list[Permit]:
        """The live permits that a typed code may mean; more than one is possible."""
        with self._looking():
            return tables.permits_by_code(self._database, code)

    def by_search(self, word: bytes) -> list[Permit]:
        """The live permits that are found by this keyed hash of a plate, phone, document or name."""
        with self._looking():
            return tables.permits_by_search(self._database, word)

    def valid_between(self, first: int, before: int, most: int) -> list[Permit]:
        """Up to so many live permits that are good in some second of this time; a large replica takes seconds."""
        with self._looking():
            return tables.permits_valid_between(self._database, first, before, most)

    def erasures(self) -> list[tuple[bytes, int]]:
        """The permits in whose entries nothing personal may be left up to a time, oldest wish first."""
        with self._looking():
            return tables.erasures(self._database)

    def uses(self, permit_id: bytes) -> list[Use]:
        """The uses of a permit at every gate of the park, as the registry told them, oldest first."""
        with self._looking():
            return tables.uses_of_permit(self._database, permit_id)

    def uses_behind(self, entry_id: str, limit: int) -> list[tuple[bytes, Use]]:
        """The uses behind this entry id, each with its permit: a device's later entries have greater ids."""
        with self._looking():
            return tables.uses_behind(self._database, entry_id, limit)

    def by_ids(self, permit_ids: Iterable[bytes]) -> list[Permit]:
        """The live permits of these ids: whoever knows the code asks `find`, this walks over all of them."""
        with self._looking():
            return tables.permits_by_id(self._database, permit_ids)

    def revoked(self, cti: bytes) -> Revocation | None:
        """The newest word of the revocation log about a ticket; whether it is in force is for the rules to say."""
        with self._looking():
            return tables.newest_revocation(self._database, cti[:PREFIX_BYTES])

    @property
    def meta(self) -> Meta:
        """Whose rows these are and how far they reach, as of now."""
        with self._looking():
            return tables.read_meta(self._database)

    @property
    def park(self) -> int:
        """The park whose permits these are."""
        return self.meta.park

    @property
    def epoch(self) -> int:
        """The registry's epoch that the cursor belongs to."""
        return self.meta.epoch

    @property
    def cursor(self) -> str:
        """How far the registry's feed was applied."""
        return self.meta.cursor

    @property
    def signed_at(self) -> int:
        """The newest signed time of what was applied."""
        return self.meta.signed_at

    @property
    def count(self) -> int:
        """How many live permits there are."""
        return self.meta.tally.count

    def checksum(self) -> int:
        """The checksum of the live permits, as it was kept with them."""
        return self.meta.tally.checksum

    def recount(self) -> Tally:
        """Count and checksum from every row, which takes a while."""
        with self._looking():
            return tables.recount(self._database)

    def _expect_today_s_schema(self) -> None:
        version = version_of(self._database, self.path.name)
        if version == REPLICA_VERSION:
            return
        refuse_newer(version, self.path.name)
        if self._reports_damage:  # the kiosk could not take it over when it started, and said why
            raise DamagedError(f"{self.path.name} is of an older version: a new snapshot has to be fetched")
        raise EnvironmentalError(
            f"{self.path.name} was written by an older version of this program (schema {version}): start the kiosk or "
            "`qaqpa sync` once, which takes its rows over"
        )

    @contextmanager
    def _looking(self) -> Iterator[None]:
        try:
            with driver.guarded(self.path.name):
                yield
        except EnvironmentalError as error:
            if not (isinstance(error, DamagedError) or _is_unreadable(error)):
                raise
            self.is_damaged = True
            # sync reads other pages than a scan does: it must be told, or it would never fetch the file anew
            if self._reports_damage:
                with suppress(OSError):
                    damage_mark(self.path).touch(mode=PRIVATE_FILE)
            raise ReplicaDamagedError(str(error)) from error


def damage_mark(path: Path) -> Path:
    """The file that says that somebody found a damaged place in this replica."""
    return path.with_name(path.name + ".damaged")


def version_of(database: Connection, name: str) -> int:
    """The file's schema."""
    with driver.guarded(name):
        (version,) = database.execute("PRAGMA user_version").fetchone()
    return int(version)


def refuse_newer(version: int, name: str) -> None:
    """A file of a newer program is refused by name."""
    if version > REPLICA_VERSION:
        raise EnvironmentalError(f"{name} was written for a newer version of this program (schema {version})")


def _is_unreadable(error: EnvironmentalError) -> bool:
    """Whether the disk would not give a page back, which for a file that can be fetched again is damage too."""
    return getattr(error.__cause__, "sqlite_errorcode", 0) & 0xFF == _DISK_FAILED
