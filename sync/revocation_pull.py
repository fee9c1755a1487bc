"""The revocation log on its way in: verified batch by batch, each the next one of a chain, before anything is written.

The list only grows. What does not follow changes nothing here, whoever signed it, and is an alarm that names it; the
rows that are known stay. Whatever goes wrong stays within this part of a cycle.
"""

from collections.abc import Callable

from kiosk.clock import Clock
from kiosk.errors import EnvironmentalError
from kiosk.rules.revocation import LogHead
from kiosk.store.driver import DamagedError
from kiosk.store.revocations import LogState, RevocationLog
from sync.errors import RegistryUnavailableError, UnreadableReplyError, UntrustedError
from sync.protocol import Manifest, Message, Registry, UnknownSchemaError, read
from sync.report import Notes
from sync.revocation_log import FAR_ROWS, RevocationBatch, RevocationSnapshot, SignedText, batch_hash, objection
from sync.signing import SignatureKind, verify_body

_MOST_PAGES = 10_000
# Two registry processes may look at one second with clocks this far apart.
_SAME_TIME_SECONDS = 60

Keys = Callable[[], dict[str, bytes]]


class RevocationPull:
    """Brings the kiosk's copy of the log up to the registry's; asked several times in a cycle, if need be."""

    def __init__(self, *, registry: Registry, log: RevocationLog, clock: Clock, park: int, keys: Keys) -> None:
        self._registry, self._log, self._clock, self._park, self._keys_of_set = registry, log, clock, park, keys

    def run(self, notes: Notes, manifest: Manifest | None = None) -> None:
        """Fetch what is new; without a manifest, whatever follows. What went wrong is in the notes."""
        try:
            self._pull_or_renew(notes, manifest)
        except UntrustedError as error:
            notes.alarms.append(str(error))
        except EnvironmentalError as error:
            notes.has_failed = True
            if isinstance(error, RegistryUnavailableError) and error.retry_after_seconds is not None:
                notes.retry_after_seconds = max(error.retry_after_seconds, notes.retry_after_seconds or 0)
            if str(error) not in notes.pull_errors:
                notes.pull_errors.append(str(error))
        except Exception as error:  # noqa: BLE001  even our own mistake here must not keep the permits out
            notes.bugs.append(error)

    @property
    def last(self) -> int:
        """The number of the last row that is known here; none where the file cannot tell."""
        try:
            return self._log.state().head.last
        except EnvironmentalError:
            return 0

    def _pull_or_renew(self, notes: Notes, manifest: Manifest | None) -> None:
        if self._log.mend():
            notes.alarms.append("The revocation list on this disk was damaged; it is fetched again.")
        try:
            self._pull(notes, manifest)
        except DamagedError as error:
            self._log.renew(error)
            notes.alarms.append(f"{error}; the revocation list is fetched again.")

    def _pull(self, notes: Notes, manifest: Manifest | None) -> None:
        state = self._log.state()
        if manifest is None:
            if state.is_own:
                self._fetch(notes, None)
            return
        if manifest.revocations is None:
            if state.keeps_log:
                raise UntrustedError("The registry's manifest does not name its revocation log any more.")
            self._log.not_kept()
            return
        told = manifest.revocations.head
        if told.last < state.head.last:
            _expect_older(state, told, manifest)
            return
        self._fetch(notes, told)
        # whoever is beyond the manifest by now has a batch that was signed after it
        head = self._log.state().head
        if head == told:
            self._log.nothing_new(manifest.signed_at)
        elif head.last == told.last:
            raise UntrustedError(
                f"The registry's revocation log was rewritten: its row {told.last} is another than the one known here."
            )

    def _fetch(self, notes: Notes, told: LogHead | None) -> None:
        """Take pages until the told row is known, or to the end of the log where none was told."""
        has_followed = has_jumped = False
        for _ in range(_MOST_PAGES):
            head = self._log.state().head
            if told is not None and head.last >= told.last:
                return
            # the first page shows that what is known here is a part of the registry's log; only then may it be left out
            is_far = told is not None and told.last - head.last > FAR_ROWS and (has_followed or head.last == 0)
            if told is not None and is_far and not has_jumped:
                has_jumped = True
                self._jump(head, told)
                continue
            page = self._registry.revocations(self._park, head.last)
            notes.has_contact = True
            self._expect_here("page of revocations", page.park)
            for item in page.batches:
                self._add(item)
            has_followed = True
            if told is None and not page.more:
                return
            if not page.batches:
                raise UnreadableReplyError(f"The registry's revocations end at row {head.last}, before their end.")
        raise UnreadableReplyError(f"The registry's revocations do not end after {_MOST_PAGES} pages.")

    def _add(self, item: SignedText) -> None:
        data = item.text.encode(errors="surrogatepass")
        verify_body(SignatureKind.REVOCATIONS, self._keys(), item.signature, data)
        batch = _read(RevocationBatch, data)
        self._expect_here("batch of revocations", batch.park)
        if why := objection(self._log.state().head, batch):
            raise UntrustedError(f"The registry's revocation log cannot be followed: {why}.")
        self._log.add(batch.revocations(), LogHead(last=batch.last, hash=batch_hash(data)), batch.signed_at)
        self._clock.signed(batch.signed_at)

    def _jump(self, head: LogHead, told: LogHead) -> None:
        """Take the snapshot, if it is further than what is known; its rows are added to those, and none is dropped."""
        body = self._registry.revocations_snapshot(self._park)
        verify_body(SignatureKind.REVOCATIONS_SNAPSHOT, self._keys(), body.signature, body.data)
        snapshot = _read(RevocationSnapshot, body.data)
        self._expect_here("snapshot of revocations", snapshot.park)
        if snapshot.last <= head.last:
            return
        if snapshot.last == told.last and snapshot.hash != told.hash:
            raise UntrustedError("The registry's snapshot of revocations is of another log than its manifest.")
        try:
            rows = list(snapshot.revocations())
        except ValueError as error:
            raise UntrustedError(f"The registry's snapshot of revocations cannot be read: {error}.") from error
        self._log.add(rows, snapshot.head, snapshot.signed_at)
        self._clock.signed(snapshot.signed_at)

    def _keys(self) -> dict[str, bytes]:
        try:
            return self._keys_of_set()
        except DamagedError as error:  # of the set's file, and not of the list
            raise EnvironmentalError(str(error)) from error

    def _expect_here(self, what: str, park: int) -> None:
        if park != self._park:
            raise UntrustedError(f"The registry sent the {what} of park {park} to a kiosk of park {self._park}.")


def _expect_older(state: LogState, told: LogHead, manifest: Manifest) -> None:
    """A manifest that knows less than is known here is an earlier one, or its registry lost a part of the log."""
    if manifest.signed_at > (state.signed_at or 0) + _SAME_TIME_SECONDS:
        raise UntrustedError(
            f"The registry's revocation log ends at row {told.last}, and row {state.head.last} is known here: was it "
            "restored from a backup? Everything that was revoked stays revoked."
        )


def _read(cls: type[Message], data: bytes) -> Message:
    try:
        return read(cls, data)
    except UnknownSchemaError as error:
        raise UntrustedError(f"The registry's revocations: {error}") from error
