"""The pull half of a cycle: learn what changed. Nothing is believed unverified, and nothing half applied.

First the park's set, then the manifest, then the revocation log, then a snapshot where there is nothing to build on,
then pages to the end, and last the key of the season's look-ups where the set names another than is held. What the
urgent lane rings for goes between two pages, and between two parts of a snapshot.
"""

from collections.abc import Callable
from pathlib import Path

from kiosk.clock import Clock
from kiosk.errors import EnvironmentalError
from kiosk.rules.personal import lookup_key_id
from kiosk.rules.policy import PolicySet, RevokedDevice
from kiosk.store.delivery import Deliveries
from kiosk.store.driver import DamagedError
from kiosk.store.home import DeviceRecord, Home
from kiosk.store.policies import Policies
from kiosk.store.replica import Meta, NoReplicaError, Replicas
from kiosk.store.revocations import RevocationLog
from kiosk.store.revoked import noted
from sync.errors import (
    CaptivePortalError,
    CursorExpiredError,
    CutOffError,
    RedirectError,
    RegistryRefusedError,
    RegistryUnavailableError,
    UnreachableError,
    UnreadableReplyError,
    UntrustedError,
)
from sync.lookup_key import fetch_lookup_key
from sync.protocol import ChangesPage, Manifest, Registry, SignedBody, UnknownSchemaError, read, read_page
from sync.report import Notes
from sync.revocation_pull import RevocationPull
from sync.signing import SignatureKind, keys_by_id, verify_body
from sync.snapshot import Interruption, clear, fetch_snapshot
from sync.trust import Folder
from sync.trust_set import OlderError
from sync.trust_update import Floor, TrustUpdate
from sync.urgent import Bell, Known

# Manifests are signed anew every ten minutes, by one of several registry processes. Older than this is a replay.
_LARGEST_STEP_BACK_SECONDS = 3600
_MOST_PAGES = 100_000
# Nobody answers there now: to ask at once for something else would only take as long again.
_NOBODY_ANSWERS = (UnreachableError, CutOffError, CaptivePortalError, RedirectError, RegistryUnavailableError)


def read_signed_page(body: SignedBody, keys: dict[str, bytes], give_way: Callable[[], None]) -> ChangesPage:
    """The page that a body is, believed by its signature; a scan goes first all the while."""
    give_way()
    verify_body(SignatureKind.CHANGES, keys, body.signature, body.data)
    return read_page(body.data, give_way)


class Pull:
    """Brings the kiosk's set and replica up to what the registry has; remembers ETags between cycles."""

    def __init__(
        self,
        *,
        registry: Registry,
        replicas: Replicas,
        revocations: RevocationLog,
        deliveries: Deliveries,
        policies: Policies,
        clock: Clock,
        record: DeviceRecord,
        home: Home,
        floor: Floor,
        bell: Bell | None = None,
    ) -> None:
        self._registry, self._replicas, self._policies, self._clock = registry, replicas, policies, clock
        self._deliveries = deliveries
        self._home, self._device, park = home, record.device, record.park
        self._park, self._folder = park, home.incoming
        self._trust = TrustUpdate(
            home=home,
            policies=policies,
            clock=clock,
            park=park,
            root_sha256=record.root_sha256,
            floor=floor,
            give_way=replicas.right_of_way.give_way,
        )
        self._log = RevocationPull(registry=registry, log=revocations, clock=clock, park=park, keys=self._online_keys)
        self._bell = bell or Bell()
        self._manifest_etag: str | None = None
        self._manifest: Manifest | None = None
        self._differs_from: bytes | None = None  # the snapshot that a difference must not be cured with
        self._must_start_anew = False

    def run(self, notes: Notes) -> None:
        """Set first, then revocations, then data: a set that is not believed leaves the believed one and its keys."""
        self._bell.silence()
        self._try_set(notes)
        if self.revoked() is not None:
            self.learn()
            return
        manifest = self._manifest_with_revocations(notes)
        self._pull_data(manifest, notes)
        self._pull_lookup_key(notes)

    def attend(self, notes: Notes) -> None:
        """What the urgent lane rang for, before everything else: it may be a revocation, or a closure in the set."""
        if not self._bell.is_rung:
            return
        self._bell.silence()
        self._try_set(notes)
        if self.revoked() is None:
            self._log.run(notes)
        self.learn()

    def revoked(self) -> RevokedDevice | None:
        """What the park said of this device if it has revoked it: then nothing but the set is pulled any more."""
        believed = self._believed()
        return noted(self._home, self._device) or (believed.revoked(self._device) if believed else None)

    def learn(self) -> None:
        """Let the urgent lane know how far the kiosk is, so that it asks for more than that."""
        believed = self._believed()
        set_version = believed.version + believed.keys_version if believed else 0
        self._bell.known = Known(revocations=self._log.last, set_version=set_version)

    def _manifest_with_revocations(self, notes: Notes) -> Manifest:
        """The manifest, once the revocations are here: neither of the two keeps the other out."""
        try:
            manifest = self._fetch_manifest(notes)
        except EnvironmentalError as error:
            if not isinstance(error, _NOBODY_ANSWERS):
                self._log.run(notes)
                self.learn()
            raise
        self._log.run(notes, manifest)
        self.learn()
        return manifest

    def run_stick(self, notes: Notes, stick: Path) -> None:
        """What lies on the stick, by the same checks; whatever is wrong with it is no fault of the connection."""
        try:
            source = Folder.on_stick(stick)
            fresh = self._trust.run(source) if source is not None else None
        except OlderError as error:
            notes.old_stick = f"The stick: {error}"
            return
        except EnvironmentalError as error:
            notes.alarms.append(f"The stick: {error}")
            return
        if fresh is not None:
            notes.set_version = fresh.version
            self.learn()

    def _try_set(self, notes: Notes) -> None:
        try:
            self._pull_set(notes)
        except (UntrustedError, UnreadableReplyError) as error:  # data without end are an attack like another
            notes.note_trouble(error)
            notes.alarms.append(str(error))
        except EnvironmentalError as error:
            notes.note_trouble(error)
            notes.has_failed = True
            notes.pull_errors.append(str(error))

    # ---- the set ----------------------------------------------------------------------------------------------------

    def _pull_set(self, notes: Notes) -> None:
        fresh = self._trust.run(self._registry)
        notes.has_contact = True
        if fresh is not None:
            notes.set_version = fresh.version

    def _believed(self) -> PolicySet | None:
        return self._policies.sound()

    def _pull_lookup_key(self, notes: Notes) -> None:
        """Have the key of the look-ups that the set names; without it people cannot be found, and scanning goes on."""
        believed, held = self._believed(), self._home.lookup_key()
        wanted = believed.lookup_key if believed else None
        if believed is not None:
            self._home.keep_season_keys({season.id for season in believed.seasons})
        if wanted is None or (held is not None and lookup_key_id(held) == wanted):
            return
        try:
            self._home.save_lookup_key(fetch_lookup_key(self._registry, self._device, wanted))
        except RegistryRefusedError as error:
            notes.pull_errors.append(str(error))  # asked again in the next cycle; no reason to poll less often

    # ---- the data ---------------------------------------------------------------------------------------------------

    def _pull_data(self, manifest: Manifest, notes: Notes) -> None:
        if self._needs_snapshot(manifest):
            self._install(manifest, notes)
        try:
            self._page(manifest, notes)
        except CursorExpiredError:
            # the manifest in hand may be as old as the cursor
            self._manifest_etag = None
            manifest = self._fetch_manifest(notes)
            self._install(manifest, notes)
            self._page(manifest, notes)

    def _fetch_manifest(self, notes: Notes) -> Manifest:
        body = self._registry.manifest(self._park, self._manifest_etag if self._manifest else None)
        notes.has_contact = True
        if isinstance(body, SignedBody):
            manifest = self._read_manifest(body)
            self._manifest, self._manifest_etag = manifest, body.etag
        elif self._manifest is not None:
            manifest = self._manifest
        else:
            raise UnreadableReplyError("The registry says that nothing changed, but was not told since when.")
        notes.poll_after_seconds = manifest.poll_after_seconds
        return manifest

    def _read_manifest(self, body: SignedBody) -> Manifest:
        verify_body(SignatureKind.MANIFEST, self._online_keys(), body.signature, body.data)
        try:
            manifest = read(Manifest, body.data)
        except UnknownSchemaError as error:
            raise UntrustedError(f"The registry's manifest: {error}") from error
        self._expect_here("manifest", manifest.park)
        self._expect_no_step_back(manifest)
        self._clock.signed(manifest.signed_at, is_live=True)
        return manifest

    def _expect_no_step_back(self, manifest: Manifest) -> None:
        """An old manifest played again would bring an old snapshot back, and with it permits without revocations."""
        meta = self._meta()
        # what the replica knows too: sync.db may have been lost
        newest = max(self._deliveries.signed_at() or 0, meta.signed_at if meta else 0)
        is_same_epoch = meta is not None and meta.epoch == manifest.epoch
        allowed = _LARGEST_STEP_BACK_SECONDS if is_same_epoch else 0
        if manifest.signed_at < newest - allowed:
            raise UntrustedError(
                f"The registry's manifest is {newest - manifest.signed_at} s older than what is known."
            )

    def _needs_snapshot(self, manifest: Manifest) -> bool:
        meta = self._meta()
        return meta is None or (meta.park, meta.epoch) != (self._park, manifest.epoch) or self._must_start_anew

    def _install(self, manifest: Manifest, notes: Notes) -> None:
        try:
            before = Interruption(is_wanted=lambda: self._bell.is_rung, attend=lambda: self.attend(notes))
            path = fetch_snapshot(self._registry, manifest.snapshot, self._folder, before)
        except RegistryRefusedError:
            self._manifest = None  # it names a file that is gone: the next cycle asks for a new one
            raise
        try:
            self._replicas.install(
                path,
                park=manifest.park,
                epoch=manifest.epoch,
                cursor=manifest.snapshot.cursor,
                signed_at=manifest.signed_at,
            )
        except DamagedError as error:
            raise UntrustedError(f"The registry's snapshot cannot be used: {error}") from error
        finally:
            path.unlink(missing_ok=True)
        clear(self._folder)
        self._must_start_anew = False
        notes.snapshot_installed = True

    def _page(self, manifest: Manifest, notes: Notes) -> None:
        """Apply pages until one says that it is the last, however short the ones before are."""
        after = self._held().cursor
        for _ in range(_MOST_PAGES):
            page = self._fetch_page(manifest, after)
            self._replicas.apply(page.rows, cursor=page.next, signed_at=page.signed_at)
            self._clock.signed(page.signed_at)
            notes.pages += 1
            notes.rows += len(page.rows)
            if not page.more:
                notes.signed_at = page.signed_at
                self._deliveries.signed(max(page.signed_at, manifest.signed_at))
                self._compare(manifest, page, notes)
                return
            after = page.next
            self.attend(notes)
        raise UnreadableReplyError(f"The registry's changes do not end after {_MOST_PAGES} pages.")

    def _fetch_page(self, manifest: Manifest, after: str) -> ChangesPage:
        body = self._registry.changes(self._park, after)
        page = read_signed_page(body, self._online_keys(), self._replicas.right_of_way.give_way)
        self._expect_here("page of changes", page.park)
        if page.epoch != manifest.epoch:
            raise CursorExpiredError("The registry began a new epoch meanwhile.", status=410)
        if page.after != after:
            raise UntrustedError("The registry sent a page of changes that follows another cursor.")
        if page.more and page.next == after:
            raise UnreadableReplyError("The registry's page of changes leads nowhere.")
        return page

    def _compare(self, manifest: Manifest, page: ChangesPage, notes: Notes) -> None:
        """Find every missed row, ours included: both ends must hold as many permits, and the same ones."""
        if page.permits is not None and page.checksum is not None:
            permits, checksum = page.permits, page.checksum
        elif page.next == manifest.head:
            permits, checksum = manifest.permits, manifest.checksum
        else:
            return  # the registry is ahead of its manifest; the next one will tell
        tally = self._held().tally
        if (tally.count, tally.checksum) == (permits, int.from_bytes(checksum, "big")):
            self._differs_from = None
            return
        snapshot = manifest.snapshot.sha256
        if notes.snapshot_installed or self._differs_from == snapshot:
            # the same file would only bring the same difference
            self._differs_from = snapshot
            notes.alarms.append(
                f"The replica holds {tally.count} permits and the registry {permits}, or other ones, "
                "and a new snapshot did not cure it."
            )
            return
        self._must_start_anew = True
        notes.alarms.append(
            f"The replica holds {tally.count} permits where the registry has {permits}, or other ones; "
            "the next cycle fetches a new snapshot."
        )

    def _meta(self) -> Meta | None:
        """Whose rows the replica holds; one that is damaged is dropped, because the registry has it whole."""
        try:
            return self._replicas.meta()
        except DamagedError:
            self._replicas.forget()
            return None

    def _held(self) -> Meta:
        meta = self._meta()
        if meta is None:
            raise NoReplicaError("There is no sound replica; the next cycle fetches a new snapshot.")
        return meta

    def _online_keys(self) -> dict[str, bytes]:
        believed = self._policies.current()
        if believed is None:
            raise UntrustedError("No set of this park is believed yet, so nothing of the registry can be.")
        return keys_by_id(key.public_key for key in believed.online_keys)

    def _expect_here(self, what: str, park: int) -> None:
        if park != self._park:
            raise UntrustedError(f"The registry sent the {what} of park {park} to a kiosk of park {self._park}.")
