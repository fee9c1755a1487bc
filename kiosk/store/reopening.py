"""What went before in a journal, and whether its chain may be continued.

The file is held against what is known of it elsewhere: the mark beside the data folder, and heads that the registry has
seen. Where it lacks one of them, or was made of what could be read of another, the next entry opens a chain and says
so. Nothing is appended here.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING

from kiosk.rules.canon import CanonError
from kiosk.rules.entries import GENESIS, ChainBody, Entry, EntryKey
from kiosk.rules.ticket import LATEST_TIME
from kiosk.store import driver, owed
from kiosk.store.driver import Connection, DamagedError
from kiosk.store.journal_chain import Head
from kiosk.store.journal_file import NAME
from kiosk.store.journal_reader import JournalReader
from kiosk.store.mark import Mark, MarkFile

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kiosk.rules.moment import Moment
    from kiosk.store.home import Home
    from kiosk.store.owed import Reopening


@dataclass(frozen=True, kw_only=True, slots=True)
class _Past:
    """What is missing of this journal; it changes only where a chain is opened or entries are let go."""

    renewals: list[Entry]
    whole_since: int | None
    pruned_losses: list[int]
    known_at: dict[EntryKey, int] = field(default_factory=dict)
    """By the opening made in full doubt: the time of the first entry after it whose time is known."""
    looked_to: dict[EntryKey, EntryKey] = field(default_factory=dict)
    """Where there is none yet: up to which entry was looked for it."""


class ReopeningJournal(JournalReader):
    """A journal that knows what its chains follow, and when the next one is due."""

    def __init__(self, database: Connection, home: Home, device: int, *, follows: bool = False) -> None:
        super().__init__(database, home, device, follows=follows)
        self._mark = MarkFile(home.mark_file)
        self._past: _Past | None = None
        self._may_be_due = True
        self._software = _software()  # now: it reads a file, and no scan may hang on that one

    @property
    def is_chain_due(self) -> bool:
        """Whether the next entry opens a chain because of what became of the one before."""
        return self._reopening() is not None

    @property
    def renewals(self) -> list[Entry]:
        """The openings of chains that were due to a journal damaged, missing or older than it was."""
        return self._known_past().renewals

    def lost_uses_at(self, *, is_told_back: bool = True) -> int | None:
        """Until when people may have been let in of whom nobody knows any more; None where nothing is lost.

        Of entries lost or let go the registry tells the uses back: where it has not yet, as after a new snapshot whose
        feed was not read to its end, these count as lost too.
        """
        past = self._known_past()
        lost = [self._lost_until(past, entry, body) for entry, body in _bodies(past.renewals) if body.lost_uses]
        lost += past.pruned_losses
        if not is_told_back and past.whole_since is not None:
            lost.append(past.whole_since)
        return max(lost, default=None)

    def entries_lost_at(self) -> int | None:
        """Until when entries of this device are missing here, told back by the registry or not; None where none are."""
        past = self._known_past()
        lost = [self._lost_until(past, entry, body) for entry, body in _bodies(past.renewals) if body.gaps]
        return max((at for at in (self.lost_uses_at(), *lost) if at is not None), default=None)

    def expect(self, head: Head) -> None:
        """Somebody outside has seen this head: where it is not here, an older copy was put back, and a chain is due."""
        with driver.guarded(NAME):
            if self._reopening() is None and not self._knows(head.chain, head.n, head.hash):
                seen = Mark(device=self._device, at=0, chain=head.chain, n=head.n, hash=head.hash)
                self._reopen_after(seen, is_newest=False)

    def owe_moved(self) -> None:
        """The disk is in another machine than before: the next entry opens a chain, unless one is due anyway."""
        head = self.head()
        with driver.guarded(NAME):
            if head.n and self._reopening() is None:
                owed.note_moved(self._database, head.chain, head.n, head.hash)
                self._may_be_due = True

    # ---- inside -----------------------------------------------------------------------------------------------------

    def _known_past(self) -> _Past:
        """Looked up once, since every scan asks: whoever opens a chain or lets entries go forgets it by hand."""
        if self._past is None or self._follows:  # somebody else writes
            losses = self._rows("SELECT lost_uses_at FROM pruned WHERE lost_uses_at IS NOT NULL")
            self._past = _Past(
                renewals=[entry for entry in self.openings() if _cause(entry)],
                whole_since=self.whole_since(),
                pruned_losses=[at for (at,) in losses],
            )
        return self._past

    def _lost_until(self, past: _Past, opening: Entry, body: ChainBody) -> int:
        until = max(opening.at, body.lost_until or 0)
        if until < LATEST_TIME:
            return until
        # opened while nobody knew how late it was: not later than the next entry of a known time
        if opening.key not in past.known_at:
            head = self.head()
            found = self.first_trusted_after(past.looked_to.get(opening.key, opening.key))
            if found is None:  # were the head taken back, a later time would be found, which only asks for more care
                past.looked_to[opening.key] = EntryKey(device=self._device, chain=head.chain, n=head.n)
                return until
            past.known_at[opening.key] = found
        return past.known_at[opening.key]

    def _hold_against_what_is_known(self) -> None:
        """Owe a chain where the mark, or sync.db, knows of entries that this file lacks."""
        self._past, self._may_be_due = None, True
        mark = self._mark.read(self._device)
        self._may_be_due = self._reopening() is not None
        if self._may_be_due:
            return
        told_to = owed.told_to_registry(self._home, self._device)
        if mark is not None and not self._knows(mark.chain, mark.n, mark.hash):
            self._reopen_after(mark, is_newest=True)
        elif mark is None and self.head().n == 0 and told_to is not None:
            owed.note_missing(self._database, self._device, told_to)
            self._may_be_due = True
        elif told_to is not None and (seen := told_to.head) and not self._knows(seen.chain, seen.n, seen.hash):
            self._reopen_after(seen, is_newest=False)  # the mark was put back with the journal, and sync.db was not

    def _knows(self, chain: int, n: int, hash_: bytes) -> bool:
        """Whether this head is here, was purged, or was followed by a later chain, which said what is missing."""
        if self._is_followed(chain, n):
            return True
        key = EntryKey(device=self._device, chain=chain, n=n)
        found = self.hash_of(key)
        if found is not None:
            return found == hash_
        pruned = self._rows("SELECT n FROM pruned WHERE device = ? AND chain = ?", self._device, chain)
        return bool(pruned) and pruned[0][0] >= n

    def _is_followed(self, chain: int, n: int) -> bool:
        """Whether a later chain was opened that knows of this entry, or whose opening was purged long since."""
        now = self.head().chain
        if chain >= now:
            return False
        bodies = [entry.body for entry in self.openings() if isinstance(entry.body, ChainBody)]
        known = [(body.old_chain, body.old_n) for body in bodies if body.old_chain and body.old_n]
        gaps = [(gap[0], gap[2]) for body in bodies for gap in body.gaps]
        is_purged = len(bodies) < now
        return is_purged or any(at >= (chain, n) for at in (*known, *gaps) if at[0] == chain)

    def _reopen_after(self, mark: Mark, *, is_newest: bool) -> None:
        head = self.head()
        owed.note_older(self._database, self._home, mark, head.chain, head.n, is_newest=is_newest)
        self._may_be_due = True

    def _reopening(self) -> Reopening | None:
        if not self._may_be_due:
            return None
        try:
            with driver.guarded(NAME):
                return owed.due(self._database)
        except CanonError as error:
            raise DamagedError(f"{NAME} is damaged ({error})", file=NAME) from error

    def _next_head(self) -> Head:
        due = self._reopening()
        return Head(chain=due.chain, n=0, hash=GENESIS) if due else self.head()

    def _opening(self, moment: Moment) -> ChainBody:
        """The first entry of a chain; an earlier journal of this machine is named by its head."""
        record = self._home.enrolled()
        body = ChainBody(park=record.park, gate=record.gate, lane=record.lane, software=self._software)
        due = self._reopening()
        if due is not None:
            return replace(
                body,
                cause=due.cause,
                old_chain=due.old_chain,
                old_n=due.old_n,
                old_head=due.old_head,
                gaps=due.gaps,
                lost_uses=due.lost_uses,
                # a clock in doubt must not put the end of what was lost before its beginning
                lost_until=max(due.lost_until or 0, moment.latest),
            )
        old = self._database.execute(
            "SELECT chain, hash FROM entry WHERE device <> ? ORDER BY at DESC, n DESC LIMIT 1", (self._device,)
        ).fetchone()
        chain, head = old or (None, None)
        return replace(body, old_chain=chain, old_head=head)


def _bodies(openings: list[Entry]) -> Iterator[tuple[Entry, ChainBody]]:
    return ((entry, entry.body) for entry in openings if isinstance(entry.body, ChainBody))


def _cause(entry: Entry) -> bool:
    return isinstance(entry.body, ChainBody) and entry.body.cause is not None


def _software() -> str:
    try:
        return f"qaqpa {version('qaqpa')}"
    except PackageNotFoundError:  # run from a tree that was never installed
        return "qaqpa"
