"""What a park officer asks of a registry, each method one transaction; what officers do elsewhere is not here."""

from collections.abc import Collection, Sequence
from pathlib import Path

from sqlalchemy import select

from sync.registry import database as db
from sync.registry import trust, trust_ceremony, trust_folder, trust_status, trust_stick
from sync.registry.folder import Passphrase
from sync.registry.service import RegistryService
from sync.registry.trust_ceremony import RootChange, Taken
from sync.registry.trust_folder import Prepared
from sync.registry.trust_officer import PublicHalf
from sync.registry.trust_status import TrustState
from sync.registry.trust_stick import Stick
from sync.signing import public_half


class TrustDesk:
    """The registry's side of every ceremony."""

    def __init__(self, service: RegistryService) -> None:
        self._service, self._folder = service, service.folder

    def state(self) -> TrustState:
        """How the signed data is."""
        with self._service.database.reading() as connection:
            return trust_status.state(connection, self._folder, self._service.now())

    def begin(self, roots: Sequence[PublicHalf], threshold: int, targets: PublicHalf) -> Prepared:
        """What the officers sign first of all."""
        with self._service.database.reading() as connection:
            return trust_ceremony.begin(
                connection, self._folder, roots=roots, threshold=threshold, targets=targets, now=self._service.now()
            )

    def prepare_keys(self) -> Prepared:
        """The next list of keys, to be signed."""
        with self._service.database.reading() as connection:
            return trust_ceremony.prepare_keys(connection, self._folder, self._service.now())

    def rotate(self, change: RootChange, *, is_anew: bool = False) -> Prepared:
        """The next root, to be signed; a next online key that waits already is taken, unless it is to be made anew."""
        if change.is_online_new:
            self.settle()  # one that is in force is not the next one, wherever its file lies
            if is_anew:
                self._folder.discard_next_online_trust_key()
        with self._service.database.reading() as connection:
            return trust_ceremony.rotate(connection, self._folder, change, self._service.now())

    def root_keys(self) -> dict[str, PublicHalf]:
        """The root keys in force, by name."""
        with self._service.database.reading() as connection:
            return trust_ceremony.root_keys(connection)

    def take_in(self, path: Path) -> Taken:
        """Let kiosks believe what the officers signed in this folder."""
        prepared = trust_folder.read(path)
        with self._service.database.writing() as connection:
            taken = trust_ceremony.take_in(connection, self._folder, prepared.new, self._service.now())
        self.settle()
        return taken

    def settle(self) -> None:
        """Put next keys that are in force now in their places, and let go of a trial's that are not any more."""
        with self._service.database.reading() as connection:
            self._folder.settle_next_keys(trust_ceremony.in_force(connection))
            named = trust_ceremony.officers_in_force(connection)
        for name in (*trust.HERE_ROOTS, trust.HERE_TARGETS):
            # each by itself: who hands over the targets key first still has to sign the next root with a trial's keys
            if self._folder.has_trust_key(name) and public_half(self._folder.trust_key(name)) not in named:
                self._folder.remove_trust_key(name)

    def open_park_keys(self) -> list[int]:
        """Ask for the passphrases of parks' keys, and never again in this process; the parks whose keys stay shut."""
        with self._service.database.reading() as connection:
            found = connection.execute(select(db.park.c.park_id, db.park.c.set_key).order_by(db.park.c.park_id)).all()
        return self._folder.open_set_keys({row.park_id: row.set_key for row in found})

    def next_park_key(self, park: int, passphrase: Passphrase | None = None, *, is_anew: bool = False) -> bytes:
        """A further set key of the park, to be signed for by `keys prepare`; after a sealed one under a passphrase.

        It is the one that waits already, unless it is to be made anew.
        """
        self._service.policy_set(park)
        self.settle()  # one that is in force is not the next one, wherever its file lies
        if is_anew:
            self._folder.discard_next_set_key(park)
        return self._folder.make_next_set_key(park, passphrase)

    def believe_clock(self) -> int:
        """Sign with the clock as it is, since a person says that it is right; what it says."""
        now = self._service.now()
        with self._service.database.writing() as connection:
            trust.renew(connection, self._folder, now, is_forced=True, is_clock_right=True)
        return now

    def stick(self, path: Path, parks: Collection[int] | None = None) -> Stick:
        """Write the whole of the signed data for kiosks without a network, as new as can be."""
        now = self._service.now()
        with self._service.database.writing() as connection:
            trust.renew(connection, self._folder, now, is_forced=True)
        with self._service.database.reading() as connection:
            found = trust_stick.files(connection, parks)
        return trust_stick.write(path, found, now)
