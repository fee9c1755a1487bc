"""Who is inside, kept up to date from the own journal and from what the replica has heard of other gates.

It only reads, a slice at a time, so that nobody waits for it: the rules are in `kiosk/rules/presence.py`. What is kept
are the parties that are inside; how they came is read again whenever one of their entries moves.
"""

import logging
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace

from kiosk.rules.acts import is_admission, moves_people
from kiosk.rules.codes import tail
from kiosk.rules.entries import ActBody, DecisionBody, Entry, EntryKey
from kiosk.rules.permit import Permit
from kiosk.rules.policy import PolicySet
from kiosk.rules.presence import Visit, visit_of, weigh
from kiosk.rules.revocation import newest
from kiosk.rules.words import Direction
from kiosk.store.driver import DamagedError
from kiosk.store.journal_reader import JournalReader
from kiosk.store.replica import ReplicaReader, Replicas
from kiosk.store.revocations import Revocations

_log = logging.getLogger("qaqpa.kiosk")
SLICE = 200
"""Rows read at once: some ten milliseconds."""
_CHANGES_BEFORE_ANEW = 200
"""What another gate takes back of parties that are out is seen only when all is read again."""
_START = EntryKey(device=0, chain=0, n=0)


class Presence:
    """The parties inside, for one thread; `read_on` until it says that there is no more."""

    def __init__(self, journal: JournalReader, replicas: Replicas) -> None:
        self._journal = journal
        self._replicas = replicas
        self._visits: dict[bytes | str, Visit] = {}
        self._source: tuple[str | None, int] | None = None
        self._own_at, self._heard_at = _START, ""
        self._heard_of: dict[int, str] = {}
        self._cursor: str | None = None
        self._changes = 0
        self._is_complete = False
        self._weights: defaultdict[bytes | str, list[int]] | None = None
        self._touched: dict[bytes | str, None] = {}
        self._begin()

    @property
    def is_complete(self) -> bool:
        """Whether all that was there at first has been read: before that, too few are known to be inside."""
        return self._is_complete

    @property
    def visits(self) -> tuple[Visit, ...]:
        """The parties inside as far as was read, who came first before the others."""
        return tuple(sorted(self._visits.values(), key=lambda visit: (visit.since, visit.uses[0].entry_id)))

    def read_on(self, most: int = SLICE) -> bool:
        """Read one slice further; whether there may be more."""
        replica = self._replica()
        source = (replica.path.name if replica else None, self._journal.head().chain)
        # a new replica or a new chain: what was known of the old one may not hold
        if source != self._source or self._changes > _CHANGES_BEFORE_ANEW:
            self._source = source
            self._begin()
        if self._read_own(most) or (replica is not None and self._read_heard(replica, most)):
            return True
        if self._weights is not None:
            self._touched |= {key: None for key, weights in self._weights.items() if max(weights) > 0}
            self._weights, self._visits = None, {}
        for key in list(self._touched)[:most]:
            self._look_at(key, replica)
        self._is_complete = self._is_complete or not self._touched
        return bool(self._touched)

    def _begin(self) -> None:
        self._own_at, self._heard_at, self._heard_of = _START, "", {}
        self._cursor, self._changes = None, 0
        self._weights = defaultdict(lambda: [0, 0])
        self._touched = {}
        self._is_complete = False

    def _read_own(self, most: int) -> bool:
        rows = self._journal.movers(self._own_at, most)
        for key, core in rows:
            self._own_at = key
            moved = weigh(str(key), core)
            if moved is not None:
                self._note(*moved, 0)
        return len(rows) == most

    def _read_heard(self, replica: ReplicaReader, most: int) -> bool:
        try:
            self._see_change(replica.cursor)
            rows = replica.uses_behind(self._heard_at, most)
        except DamagedError as error:
            _log.error("%s; only who came in at this gate is known to be inside", error)
            return False
        for permit, use in rows:
            device = EntryKey.parse(use.entry_id).device
            if use.entry_id <= self._heard_of.get(device, ""):  # known: on to what this device did since
                self._heard_at = self._heard_of[device]
                return True
            self._heard_at = self._heard_of[device] = use.entry_id
            self._note(permit, use.party.heads if use.direction is Direction.ENTRY else -use.party.heads, 1)
        return len(rows) == most

    def _see_change(self, cursor: str) -> None:
        """After each page of the registry's: who is inside may have left elsewhere, and others have come in."""
        if cursor == self._cursor:
            return
        if self._cursor is not None:
            self._heard_at, self._changes = "", self._changes + 1
            self._touched |= dict.fromkeys(self._visits)
        self._cursor = cursor

    def _note(self, key: bytes | str, heads: int, source: int) -> None:
        """The first time only parties that may be inside are looked at; afterwards each that moved."""
        if self._weights is None:
            self._touched[key] = None
        else:
            self._weights[key][source] += heads

    def _look_at(self, touched: bytes | str, replica: ReplicaReader | None) -> None:
        key = touched if isinstance(touched, bytes) else self._root(touched)
        visit = visit_by(key, self._journal, replica)
        if visit is not None and visit.heads:
            self._visits[key] = visit
        else:
            self._visits.pop(key, None)
        del self._touched[touched]

    def _root(self, entry_id: str) -> str:
        """The admission that an act about a party without a ticket goes back to."""
        entry = self._journal.get(entry_id)
        if entry is not None and isinstance(entry.body, ActBody) and not is_admission(entry):
            return self._root(entry.body.target)
        return entry_id

    def _replica(self) -> ReplicaReader | None:
        try:
            return self._replicas.current()
        except DamagedError as error:
            _log.error("%s; only who came in at this gate is known to be inside", error)
            return None


def everybody(journal: JournalReader, replicas: Replicas) -> tuple[Visit, ...]:
    """All parties inside, read in one go."""
    presence = Presence(journal, replicas)
    while presence.read_on():
        pass
    return presence.visits


def visit_by(key: bytes | str, journal: JournalReader, replica: ReplicaReader | None) -> Visit | None:
    """The party of a permit, or of an admission that had none by its entry id."""
    if isinstance(key, str):
        return visit_of(_without_ticket(key, journal))
    try:
        heard = replica.uses(key) if replica else []
    except DamagedError as error:
        _log.error("%s; only the uses of this gate are known", error)
        heard = []
    visit = visit_of(journal.of_permit(key), heard)
    return replace(visit, permit=key) if visit is not None else None


def _without_ticket(entry_id: str, journal: JournalReader) -> list[Entry]:
    """An admission that named no permit, with all that was done about it and about that."""
    entry = journal.get(entry_id)
    if entry is None:
        return []
    acts = journal.acts_on(entry_id)
    return [entry, *acts, *(again for act in acts if moves_people(act) for again in journal.acts_on(act.id))]


def visit_at(entry: Entry, journal: JournalReader, replicas: Replicas) -> Visit:
    """The party that this entry of the own journal is about, whose people need not be inside any more."""
    body = entry.body
    key = body.permit if isinstance(body, DecisionBody | ActBody) else None
    try:
        replica = replicas.current()
    except DamagedError as error:
        _log.error("%s; only the uses of this gate are known", error)
        replica = None
    return visit_by(key or entry.id, journal, replica) or Visit(permit=key, uses=())


def completed(
    visits: Iterable[Visit], replicas: Replicas, revocations: Revocations, policy: PolicySet, now: int
) -> tuple[Visit, ...]:
    """The same parties, with what the replica says of who came in elsewhere, and which permits were revoked since."""
    wanted = list(visits)
    try:
        replica = replicas.current()
        foreign = [visit.permit for visit in wanted if visit.permit and visit.product is None]
        rows = {row.id: row for row in replica.by_ids(foreign)} if replica and foreign else {}
        return tuple(_revoked(_of_row(visit, rows), replica, revocations, now) for visit in wanted)
    except DamagedError as error:
        _log.error("%s; of who came in elsewhere no more is known", error)
        return tuple(wanted)


def _of_row(visit: Visit, rows: dict[bytes, Permit]) -> Visit:
    row = rows.get(visit.permit) if visit.permit else None
    if row is None:
        return visit
    return replace(
        visit, product=row.product, code_tail=tail(row.code), right=row.party, entries=row.entries, until=row.exp
    )


def _revoked(visit: Visit, replica: ReplicaReader | None, revocations: Revocations, now: int) -> Visit:
    if visit.ticket is None:
        return visit
    word = newest(revocations.find(visit.ticket), replica.revoked(visit.ticket) if replica else None)
    return replace(visit, revoked_at=word.effective) if word is not None and word.is_in_force(now) else visit
