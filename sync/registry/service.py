"""The registry as one object: what its administrators do, over one database and one folder. It knows no HTTP.

`sync/registry/wire.py` is what kiosks ask of it; both share this object.
"""

from collections.abc import Callable, Collection, Iterator
from pathlib import Path
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.engine import Connection

from kiosk.clock import machine_seconds
from kiosk.errors import UsageError
from kiosk.export import Completeness
from kiosk.rules.entries import ActBody, DecisionBody, Entry, read_core
from kiosk.rules.keyring import IssuerKey, Keyring, KeyStatus
from kiosk.rules.permit import Party
from kiosk.rules.personal import NOBODY, Personal
from kiosk.rules.policy import DAY_SECONDS, PolicySet, read_policy_set
from kiosk.rules.revocation import RevocationAction
from kiosk.rules.words import ActKind, LaneDirection, Outcome
from sync.registry import database as db
from sync.registry import (
    demo,
    device_life,
    device_states,
    enrolling,
    erasing,
    feed,
    issuer_keys,
    issuing,
    publishing,
    reissuing,
    revoking,
    shares,
    snapshots,
    trust,
    trust_keys,
    trust_status,
    wrong_codes,
)
from sync.registry.database import Database
from sync.registry.folder import Passphrase, RegistryFolder
from sync.registry.park_ca import ParkCa
from sync.registry.request_memory import HeardRequests
from sync.registry.uses import Conflict

Progress = Callable[[int, int], None]  # done, of how many
_KEEP_ROWS = 100_000
_KEEP_ROWS_DAYS = 14
_ROWS_AT_ONCE = 1_000


def open_registry(
    path: Path,
    database_url: str | None = None,
    *,
    now: Callable[[], int] = machine_seconds,
    passphrase: Passphrase | None = None,
) -> "RegistryService":
    """The registry of this folder; its database is brought to this version. UsageError if it was never made."""
    folder = RegistryFolder(path, passphrase)
    if not path.is_dir():
        raise UsageError(f"There is no registry in {path}: make one with `qaqpa registry init`.")
    service = RegistryService(Database(database_url or folder.database_url), folder, now=now)
    service.upgrade()
    return service


def init_registry(
    path: Path,
    database_url: str | None = None,
    *,
    is_demo: bool = False,
    progress: Progress = lambda done, total: None,
    now: Callable[[], int] = machine_seconds,
) -> "RegistryService":
    """Make a registry's folder and tables, with the demo parks if wanted; UsageError if parks are there already."""
    folder = RegistryFolder(path)
    folder.make()
    folder.operator_token()
    service = RegistryService(Database(database_url or folder.database_url), folder, now=now)
    service.upgrade()
    if is_demo:
        service.fill_demo(progress)
    return service


class RegistryService:
    """Everything a registry can do, each method one transaction."""

    def __init__(self, database: Database, folder: RegistryFolder, *, now: Callable[[], int] = machine_seconds) -> None:
        self.database, self.folder, self.now = database, folder, now
        # beside the embedded database: it takes one writer at a time, and a poll must not wait for a long one
        self._beside = Database(folder.requests_url) if database.is_sqlite else None
        self.requests = HeardRequests(self._beside or database)

    def upgrade(self) -> None:
        """Bring an older database to this version; each set names the look-up key in force, each revocation is signed.

        What is done for a park is asked for again under the lock: another process may have been faster.
        """
        self.database.upgrade()
        if self._beside is not None:
            self.requests.prepare()
        for park in self.parks():
            with self.database.reading() as connection:
                is_named = publishing.names_lookup_key(connection, self.folder, park)
                is_signed = revoking.is_cut(connection, park)
            if is_named and is_signed:
                continue
            with self.database.writing() as connection:
                feed.lock(connection, park)
                if not publishing.names_lookup_key(connection, self.folder, park):
                    publishing.publish_set(connection, self.folder, park, self.now())
                revoking.cut_batches(connection, self.folder, park, self.now())

    def close(self) -> None:
        """Give the database back."""
        self.database.close()
        if self._beside is not None:
            self._beside.close()

    def fill_demo(self, progress: Progress = lambda done, total: None) -> None:
        """The two demo parks with their gates, products, tariffs, keys and permits; their first sets published."""
        with self.database.writing() as connection:
            if connection.execute(select(db.park.c.park_id)).first() is not None:
                raise UsageError("This registry holds parks already: the demo parks go into an empty one only.")
            demo.fill(connection, self.folder, self.now(), progress)

    def make_trust_here(self) -> None:
        """Sign everything with keys in the registry's own folder: for a trial on one machine, and no park's choice."""
        with self.database.writing() as connection:
            for park in connection.execute(select(db.park.c.park_id).order_by(db.park.c.park_id)).scalars().all():
                feed.lock(connection, park)
            trust.make_here(connection, self.folder, self.now())

    def parks(self) -> list[int]:
        """The numbers of the parks kept here."""
        with self.database.reading() as connection:
            return list(connection.execute(select(db.park.c.park_id).order_by(db.park.c.park_id)).scalars())

    def policy_set(self, park: int) -> PolicySet:
        """The park's newest published set."""
        with self.database.reading() as connection:
            return read_policy_set(publishing.newest_set(connection, park))

    def publish_set(self, park: int) -> PolicySet:
        """Publish what the database holds for the park under the next version."""
        with self.database.writing() as connection:
            return publishing.publish_set(connection, self.folder, park, self.now())

    def shares(self, park: int) -> list[shares.ShareState]:
        """Every lane's share of the park's quotas, as the tables want it and as it may be granted now."""
        with self.database.reading() as connection:
            return shares.states(connection, park, self._tables(connection, park), self.now())

    def move_share(self, park: int, quota: str, *, giver: int, taker: int, heads: int) -> PolicySet:
        """Let one gate have so many heads of a quota less, and another more as soon as that is known to be so."""
        with self.database.writing() as connection:
            self._tables(connection, park)
            feed.lock(connection, park)
            tables = self._tables(connection, park)  # again: they may have been changed just now
            rows = tables.get("quotas") or []
            if quota not in [row["quota"] for row in rows]:
                known = ", ".join(row["quota"] for row in rows) or "it has none"
                raise UsageError(f"Park {park} has no quota {quota!r}: {known}.")
            changed = [
                shares.moved(connection, park, row, giver, taker, heads) if row["quota"] == quota else row
                for row in rows
            ]
            this = update(db.park).where(db.park.c.park_id == park)
            connection.execute(this.values(tables={**tables, "quotas": changed}))
            return publishing.publish_set(connection, self.folder, park, self.now())

    def settle_shares(self, park: int) -> PolicySet | None:
        """Publish what may be granted by now; None where nothing more may."""
        with self.database.writing() as connection:
            self._tables(connection, park)
            return publishing.settle_shares(connection, self.folder, park, self.now())

    def _tables(self, connection: Connection, park: int) -> dict[str, Any]:
        """What the park has loaded; UsageError for a park that is not here."""
        found = connection.execute(select(db.park.c.tables).where(db.park.c.park_id == park)).scalar_one_or_none()
        if found is None:
            raise UsageError(f"There is no park {park} in this registry.")
        return dict(found)

    def issue(
        self,
        *,
        park: int,
        product: int,
        nbf: int,
        exp: int,
        party: Party,
        entries: int = 1,
        gates: tuple[int, ...] | None = None,
        flags: int | None = None,
        language: str | None = None,
        plate: str | None = None,
        personal: Personal = NOBODY,
        issued_at: int | None = None,
        count: int = 1,
    ) -> list[issuing.IssuedTicket]:
        """That many tickets of one kind, each with its permit."""
        order = issuing.Order(
            park=park,
            product=product,
            nbf=nbf,
            exp=exp,
            party=party,
            entries=entries,
            gates=gates,
            flags=flags,
            language=language,
            plate=plate,
            personal=personal,
            issued_at=issued_at,
        )
        if count < 1:
            raise UsageError(f"The number of tickets is at least 1, not {count}.")
        with self.database.writing() as connection:
            return issuing.Issuer(connection, self.folder, park).issue(order, count, self.now())

    def revoke(self, which: str, *, reason: str, park: int | None = None) -> revoking.Revoked:
        """Revoke a ticket by its identity, its text or its typed code."""
        return self._change(which, RevocationAction.REVOKE, reason, park)

    def restore(self, which: str, *, reason: str, park: int | None = None) -> revoking.Revoked:
        """Take a revocation back."""
        return self._change(which, RevocationAction.RESTORE, reason, park)

    def _change(self, which: str, action: RevocationAction, reason: str, park: int | None) -> revoking.Revoked:
        keys = self._keyring()
        with self.database.writing() as connection:
            return revoking.change(
                connection, self.folder, keys, which, action, reason=reason, now=self.now(), park=park
            )

    def reissue(
        self,
        which: str,
        park: int,
        *,
        personal: Personal = NOBODY,
        plate: str | None = None,
        language: str | None = None,
    ) -> reissuing.Reissued:
        """A new ticket in place of a lost one, named by itself, its code, its permit's id or an entry."""
        keys, policy = self._keyring(), self.policy_set(park)
        with self.database.writing() as connection:
            return reissuing.reissue(
                connection,
                self.folder,
                keys,
                policy,
                which,
                now=self.now(),
                personal=personal,
                plate=plate,
                language=language,
            )

    def erase(self, which: str, *, reason: str, park: int | None = None) -> erasing.Erased:
        """Forget the person behind a ticket or an entry, here and in what gates will fetch from now on."""
        keys = self._keyring()
        with self.database.writing() as connection:
            erased = erasing.erase(connection, keys, which, reason=reason, now=self.now(), park=park)
        # also the second time: the first may have been cut off here
        folder = self.folder.snapshots
        with self.database.reading() as connection:
            file = snapshots.build(connection, folder, erased.park, self.now())
        with self.database.writing() as connection:
            snapshots.record(connection, file)
            snapshots.sweep(connection, folder, erased.park, keep=1)
        self.database.sweep()
        return erased

    def publish_all(self) -> None:
        """Publish the sets of all parks, and in a trial the list of keys with them."""
        with self.database.writing() as connection:
            publishing.publish_all(connection, self.folder, self.now())

    def are_authorities_signed(self) -> bool:
        """Whether the list of keys that kiosks believe names every authority that is there, the next one too."""
        with self.database.reading() as connection:
            published = trust_keys.published(connection)
        named = published[0].document.get("park_ca", []) if published else []
        return set(ParkCa(self.folder).certificates()) <= set(named)

    def unsigned_keys(self) -> tuple[str, ...]:
        """How the keys in the database differ from those that officers signed, in words."""
        with self.database.reading() as connection:
            return tuple(trust_status.waiting(connection, self.folder))

    def key_states(self, park: int) -> list[issuer_keys.KeyState]:
        """The park's issuer keys, and how many tickets of each may still be shown."""
        with self.database.reading() as connection:
            return issuer_keys.states(connection, park, self.now())

    def add_issuer_key(self, park: int, wanted: issuer_keys.NextKey) -> IssuerKey:
        """A next key, published at once so that every gate knows it before it signs."""
        return self._with_keys_changed(lambda connection: issuer_keys.add(connection, self.folder, park, wanted))

    def retire_issuer_key(self, park: int, kid: str) -> IssuerKey:
        """Sign nothing more with this key; what it signed stays good."""
        return self._with_keys_changed(
            lambda connection: issuer_keys.weaken(connection, park, kid, KeyStatus.VERIFY_ONLY)
        )

    def list_issuer_key(
        self, park: int, kid: str, *, allowed: Collection[bytes] | None = None, issued_before: int | None = None
    ) -> IssuerKey:
        """Believe of a leaked key only these tickets: those given, else the living ones that were issued here."""

        def work(connection: Connection) -> IssuerKey:
            alive = issuer_keys.alive_tickets(connection, park, kid, self.now(), issued_before)
            listed = alive if allowed is None else allowed
            issuer_keys.expect_listable(listed)
            return issuer_keys.weaken(connection, park, kid, KeyStatus.LISTED_ONLY, listed)

        return self._with_keys_changed(work)

    def revoke_issuer_key(self, park: int, kid: str) -> IssuerKey:
        """Believe nothing more of this key, for ever."""
        return self._with_keys_changed(lambda connection: issuer_keys.weaken(connection, park, kid, KeyStatus.REVOKED))

    def _with_keys_changed(self, work: Callable[[Connection], IssuerKey]) -> IssuerKey:
        """Change a key and publish every park's set, or nothing of it."""
        with self.database.writing() as connection:
            key = work(connection)
            publishing.publish_all(connection, self.folder, self.now())
            return key

    def _keyring(self) -> Keyring:
        # a park's set names its neighbours' keys too, so one key may stand in several sets
        known = {key.kid: key for number in self.parks() for key in self.policy_set(number).keyring}
        return Keyring.from_keys(known.values())

    def enrol(self, park: int, gate: int, lane: int, direction: LaneDirection) -> enrolling.Invitation:
        """A one-time code, good for 15 minutes, that makes a machine the kiosk of this lane."""
        with self.database.writing() as connection:
            return enrolling.invite(connection, park, gate, lane, direction, self.now())

    def wrong_codes(self) -> dict[wrong_codes.WrongCode, int]:
        """How many wrong enrolment codes were tried here yesterday and today, by what was wrong with them."""
        with self.database.reading() as connection:
            return wrong_codes.of_last_days(connection, self.now())

    def devices(self, park: int) -> list[device_states.DeviceState]:
        """The park's devices, how much of what they did is here, and how they are."""
        with self.database.reading() as connection:
            return device_states.of_park(connection, park)

    def completeness(self, park: int, gate: int | None = None) -> tuple[Completeness, ...]:
        """When each kiosk of the park or of one gate was last heard."""
        with self.database.reading() as connection:
            return tuple(
                Completeness(
                    gate=device.gate, lane=device.lane, until=device.last_received_at, is_missed=device.is_missed
                )
                for device in enrolling.of_park(connection, park)
                if gate in (None, device.gate)
            )

    def set_device_status(self, number: int, status: enrolling.DeviceStatus, remark: str) -> device_life.Changed:
        """Suspend, restore or for ever revoke a device; what a restored one sent meanwhile is taken in."""
        with self.database.writing() as connection:
            return device_life.change(connection, self.folder, number, status, remark, self.now())

    def take_entries_of_revoked(self, number: int) -> device_life.Changed:
        """Take in what a revoked device handed over, once somebody has looked."""
        with self.database.writing() as connection:
            return device_life.take(connection, self.folder, number, self.now())

    def conflicts(self, park: int) -> list[Conflict]:
        """The admissions beyond a right that nothing has explained yet, oldest first."""
        table = db.conflict
        wanted = select(table).where(table.c.park_id == park, table.c.settled_at.is_(None)).order_by(table.c.at)
        with self.database.reading() as connection:
            rows = connection.execute(wanted).mappings().all()
        return [Conflict(**{name: row[name] for name in Conflict.__dataclass_fields__}) for row in rows]

    def entries(self, park: int, gate: int | None, first_at: int, before: int) -> Iterator[Entry]:
        """The entries held of a park or one gate within a time, and the acts upon them whenever these were made.

        They are read while they are asked for: a park's year would not fit into memory.
        """
        table = db.entry
        here = select(table.c.core).where(table.c.park_id == park, *([] if gate is None else [table.c.gate == gate]))
        within = here.where(table.c.at >= first_at, table.c.at < before)
        with self.database.reading() as connection:
            rows = connection.execute(within, execution_options={"yield_per": _ROWS_AT_ONCE}).scalars()
            for cores in rows.partitions():
                entries = [read_core(core) for core in cores]
                yield from entries
                targets = [entry.id for entry in entries if _lets_through(entry)]
                acts = connection.execute(here.where(table.c.target.in_(targets))).scalars().all()
                # those within the time come by themselves; said here, as SQL would look for the others by their time
                yield from (act for act in map(read_core, acts) if not first_at <= act.at < before)

    def snapshot_file(self, park: int, name: str) -> Path | None:
        """The file of this name, if it is a snapshot of this park: one gate has no business in another park."""
        with self.database.reading() as connection:
            is_known = snapshots.is_known(connection, park, name)
        return snapshots.find(self.folder.snapshots, name) if is_known else None

    def compact(self, park: int, keep_rows: int = _KEEP_ROWS) -> None:
        """Forget feed rows that the newest snapshot covers, all but the newest of them and those of the last weeks."""
        with self.database.writing() as connection:
            state = feed.state(connection, park)
            newest = snapshots.newest(connection, state)
            # in a quiet park a row would stay for years, with what was sealed in it
            aged = snapshots.newest(connection, state, self.now() - _KEEP_ROWS_DAYS * DAY_SECONDS)
            if newest is not None:
                beyond = max(0, state.head - keep_rows, aged.cursor.seq if aged else 0)
                feed.compact(connection, park, min(newest.cursor.seq, beyond))


def _lets_through(entry: Entry) -> bool:
    match entry.body:
        case DecisionBody(outcome=Outcome.ADMITTED) | ActBody(act=ActKind.OVERRIDE):
            return True
        case _:
            return False
