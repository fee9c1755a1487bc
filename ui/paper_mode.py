"""Paper mode: every few minutes a PDF on a stick, so that a gate can go on when everything else has stopped.

Who is inside, whom this gate expects today, and numbered blank slips. Plates, names and telephones are not on it: a
kiosk holds them sealed, and a stick gets lost. It is made by a process of its own at the lowest priority, so that no
scan waits for it; a stick that is missing, full or cannot be written is a state that people are told, never an end.
"""

from __future__ import annotations

import errno
import json
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from kiosk.config import Config
from kiosk.errors import EnvironmentalError
from kiosk.rules.codes import tail
from kiosk.rules.entries import Place
from kiosk.rules.permit import Permit, PermitStatus
from kiosk.rules.policy import DAY_SECONDS, PolicySet
from kiosk.rules.words import Direction
from kiosk.store.driver import DamagedError
from kiosk.store.files import read_bytes, replace_file
from kiosk.store.home import Home
from ui.muster import Row as Party
from ui.muster import muster
from ui.sentences import Catalogue, catalogue
from ui.sheets import Row, Section, Sheet
from ui.shift_sheet import place_line
from ui.telling import Namer
from ui.words import local, party_line

if TYPE_CHECKING:
    from ui.assembly import Memory

FILE_NAME = "qaqpa-paper.pdf"
MOST_PERMITS = 1_500
SLIPS = 24
_LATE_TIMES = 3
_READABLE = 0o644


class PaperState(StrEnum):
    """How paper mode is."""

    OK = "ok"
    MISSING = "missing"
    """The folder is not there: no stick."""
    FULL = "full"
    READ_ONLY = "read_only"
    FAILED = "failed"
    LATE = "late"
    """The last page is older than three times the minutes that were set."""
    NEVER = "never"
    """None was written yet."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Written:
    """What came of the last try, and when, in Unix seconds."""

    state: PaperState
    at: int
    good_at: int | None
    """When the page on the stick was made; None where there is none of ours."""


def sheets(memory: Memory, policy: PolicySet, now: int, language: str) -> list[Sheet]:
    """The pages as they are now."""
    words, names = catalogue(language), Namer(policy)
    offset = policy.policy.utc_offset_minutes
    made = words.filled("paper.made", time=f"{local(now, offset):%Y-%m-%d %H:%M}")
    record = memory.record
    place = Place(park=record.park, gate=record.gate, lane=record.lane, direction=Direction.ENTRY)
    under = (place_line(place, names, words), made)
    return [
        Sheet(title=words.text("paper.inside"), under=under, sections=_inside(memory, policy, now, words)),
        Sheet(title=words.text("paper.today"), under=under, sections=_today(memory, policy, now, words)),
        Sheet(title=words.text("paper.slips"), under=under, sections=(), slips=_slips(memory, policy, now, words)),
    ]


def _inside(memory: Memory, policy: PolicySet, now: int, words: Catalogue) -> tuple[Section, ...]:
    found = muster(memory, policy, now)
    rows = tuple(_party(row, policy, words) for row in found.rows)
    heading = words.filled("paper.inside.count", heads=str(found.heads), parties=str(found.parties))
    return (Section(heading=heading, rows=rows or (Row(label=words.text("handover.none")),)),)


def _party(row: Party, policy: PolicySet, words: Catalogue) -> Row:
    visit, offset = row.visit, policy.policy.utc_offset_minutes
    label = [f"…{visit.code_tail}" if visit.code_tail else "", party_line(visit.party, words.language)]
    since = words.filled("paper.since", time=f"{local(visit.since, offset):%d.%m %H:%M}")
    due = words.filled("paper.due", time=f"{local(row.due, offset):%d.%m %H:%M}") if row.due is not None else ""
    return Row(
        label=", ".join(part for part in (*label, _product(visit.product, policy, words)) if part),
        value=", ".join(part for part in (since, due) if part),
        strong=row.is_overdue,
    )


def _product(product: int | None, policy: PolicySet, words: Catalogue) -> str:
    known = policy.products.get(product) if product is not None else None
    return known.names.in_language(words.language) if known is not None else ""


def _today(memory: Memory, policy: PolicySet, now: int, words: Catalogue) -> tuple[Section, ...]:
    offset = policy.policy.utc_offset_minutes
    begins = policy.policy.local_day(now) * DAY_SECONDS - offset * 60
    found = list(_permits(memory, begins, begins + DAY_SECONDS))
    rows = [
        Row(
            label=f"…{tail(permit.code)}, {party_line(permit.party, words.language)}",
            value=f"{_product(permit.product, policy, words)}, {local(permit.exp, offset):%d.%m %H:%M}",
        )
        for permit in sorted(found, key=lambda permit: tail(permit.code))[:MOST_PERMITS]
    ]
    if len(found) > MOST_PERMITS:
        rows.append(Row(label=words.filled("paper.more", count=str(MOST_PERMITS)), strong=True))
    heading = words.filled("paper.today.count", count=str(min(len(found), MOST_PERMITS)))
    return (Section(heading=heading, rows=tuple(rows) or (Row(label=words.text("handover.none")),)),)


def _permits(memory: Memory, first: int, before: int) -> Iterator[Permit]:
    """The living permits of a day, one more than a page holds at most."""
    try:
        replica = memory.replicas.current()
        found = replica.valid_between(first, before, MOST_PERMITS + 1) if replica is not None else []
    except DamagedError:
        return
    yield from (permit for permit in found if permit.status is PermitStatus.ACTIVE)


def _slips(memory: Memory, policy: PolicySet, now: int, words: Catalogue) -> tuple[str, ...]:
    """Blank slips whose numbers no other page has: by device, minute and place."""
    moment = local(now, policy.policy.utc_offset_minutes)
    first = f"{memory.record.device}-{moment:%Y%m%d-%H%M}"
    return tuple(words.filled("paper.slip", number=f"{first}-{place:02d}") for place in range(1, SLIPS + 1))


def write(home: Home, config: Config, data: bytes, now: int) -> Written:
    """Put the page on the stick, whole or not at all, in the place of the one before; what came of it is kept."""
    assert config.paper_folder is not None
    state = _put(config.paper_folder / FILE_NAME, data)
    return remember(home, state, now)


def remember(home: Home, state: PaperState, now: int) -> Written:
    """Keep what came of a try, for whoever asks; a disk that cannot hold that changes nothing."""
    before = last(home)
    good_at = now if state is PaperState.OK else before.good_at if before else None
    written = Written(state=state, at=now, good_at=good_at)
    record = {"state": str(state), "at": now, "good_at": good_at}
    try:
        replace_file(home.paper_file, json.dumps(record).encode())
    except EnvironmentalError:
        return written
    return written


def _put(path: Path, data: bytes) -> PaperState:
    if not path.parent.is_dir():
        return PaperState.MISSING
    try:
        _sweep(path)
        replace_file(path, data)
    except EnvironmentalError as error:
        return _state_of(error.__cause__)
    with suppress(OSError):  # not every file system of a stick knows modes
        path.chmod(_READABLE)
    return PaperState.OK


def _sweep(path: Path) -> None:
    """Remove what a stick that was pulled out under way has kept of older pages."""
    with suppress(OSError):
        for part in path.parent.glob(f".{path.name}.*"):
            part.unlink()


def _state_of(cause: BaseException | None) -> PaperState:
    number = cause.errno if isinstance(cause, OSError) else None
    if number in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return PaperState.FULL
    return PaperState.READ_ONLY if number in (errno.EROFS, errno.EACCES, errno.EPERM) else PaperState.FAILED


def last(home: Home) -> Written | None:
    """What came of the last try; None where there was none that can be read."""
    try:
        raw = json.loads(read_bytes(home.paper_file) or b"null")
        if not isinstance(raw, dict):
            return None
        return Written(state=PaperState(raw["state"]), at=int(raw["at"]), good_at=raw["good_at"])
    except (EnvironmentalError, ValueError, KeyError, TypeError):
        return None


def paper_state(home: Home, config: Config, now: int) -> str | None:
    """The word for paper mode now; None where the settings name no folder."""
    if config.paper_folder is None:
        return None
    found = last(home)
    if found is None:
        return PaperState.NEVER
    is_late = abs(now - found.at) > _LATE_TIMES * config.paper_minutes * 60
    return PaperState.LATE if is_late and found.state is PaperState.OK else found.state
