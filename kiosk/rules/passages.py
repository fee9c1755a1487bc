"""Who went through a lane, as its journal has it: annulments and corrections applied, times in doubt narrowed.

A passage rests on those before it: of heads that are said to return, only as many do as came in by what holds now.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from kiosk.rules.entries import ActBody, DecisionBody, Entry, Place
from kiosk.rules.words import NOT_RECREATION, ActKind, ClockTrust, Direction, Outcome, Reason


@dataclass(frozen=True, kw_only=True, slots=True)
class Passage:
    """What one entry says for counting: heads through this lane, at a second or within an interval in doubt."""

    entry_id: str
    permit: bytes
    product: int
    way: Direction
    heads: int
    returning: int
    """Of these heads, those that came in before under the same number, as far as the entries before still say so."""
    earliest: int
    latest: int
    is_visitor: bool = True
    first_at: int | None = None
    right: int | None = None
    """The heads of the right; None for an override, which knows no limit."""
    said_returning: int = 0
    """Those of whom the verdict knew that they had come in before."""
    elsewhere: int = 0
    """Of these, those that no passage through this lane accounted for when the verdict fell."""

    @property
    def fresh(self) -> int:
        """The heads of which nobody says that they come back."""
        return self.heads - min(self.returning, self.heads)


class Passages:
    """The passages through one lane in the order in which they were written; entries are brought forward one by one."""

    def __init__(self, place: Place) -> None:
        self._lane = (place.park, place.gate, place.lane)
        self._found: dict[str, Passage] = {}
        self._of_permit: dict[bytes, list[str]] = defaultdict(list)
        self._in_order: list[Passage] | None = []
        self.epoch = 0
        """Another one since a passage that was there became another one, or went."""

    def after(self, count: int) -> list[Passage]:
        """The passages behind the first so many."""
        if self._in_order is None:
            self._in_order = list(self._found.values())
        return self._in_order[count:]

    def all(self) -> tuple[Passage, ...]:
        """Every passage as it stands now."""
        return tuple(self._found.values())

    def bring_forward(self, entry: Entry) -> None:
        """Let one further entry of the journal count."""
        if entry.clock is ClockTrust.TRUSTED:
            self.date(entry.at)
        match entry.body:
            case DecisionBody(reason=Reason.TRAINING):
                pass
            case DecisionBody(outcome=Outcome.ADMITTED) | ActBody(act=ActKind.OVERRIDE) as body:
                if (body.place.park, body.place.gate, body.place.lane) == self._lane:
                    self._add(_passage(entry, body))
            case ActBody(target=target) as act if target in self._found:
                self._act_upon(entry, act, self._found[target])
            case _:
                pass

    def date(self, at: int) -> None:
        """What was written before something whose time is known happened before it."""
        for passage in reversed(self._found.values()):
            if passage.latest <= at:
                break
            if passage.earliest != passage.latest:
                self._change(replace(passage, latest=max(passage.earliest, at)))

    def forget_before(self, since: int) -> None:
        """Let go of passages that were over by then, which no period in force can count any more."""
        kept = [each for each in self._found.values() if each.latest >= since]
        self._found, self._of_permit = {}, defaultdict(list)
        self._is_rewritten()
        for each in kept:
            self._put(each)

    def _add(self, passage: Passage) -> None:
        if passage.said_returning:
            came = self._came(self._of_permit[passage.permit], passage.first_at)
            passage = replace(passage, elsewhere=max(0, passage.said_returning - came))
        self._put(passage)

    def _put(self, passage: Passage) -> None:
        self._found[passage.entry_id] = passage
        self._of_permit[passage.permit].append(passage.entry_id)
        if self._in_order is not None:
            self._in_order.append(passage)

    def _change(self, passage: Passage) -> None:
        self._found[passage.entry_id] = passage
        self._is_rewritten()

    def _is_rewritten(self) -> None:
        self.epoch, self._in_order = self.epoch + 1, None

    def _act_upon(self, entry: Entry, act: ActBody, target: Passage) -> None:
        match act.act:
            case ActKind.LEFT:
                self._put(_struck_off(entry, act, target))
            case ActKind.ANNUL:
                del self._found[target.entry_id]
                self._is_rewritten()
                self._of_permit[target.permit].remove(target.entry_id)
                self._settle_returns(target.permit)
            case ActKind.CORRECT if act.party is not None:
                self._change(replace(target, heads=act.party.heads))
                self._settle_returns(target.permit)
            case _:
                pass

    def _settle_returns(self, permit: bytes) -> None:
        """Those whose entry was taken back did not come back: where they came in after all, they come in anew."""
        names = self._of_permit[permit]
        for place, name in enumerate(names):
            each = self._found[name]
            if each.said_returning:
                known = self._came(names[:place], each.first_at) + each.elsewhere
                self._change(replace(each, returning=min(each.said_returning, known)))

    def _came(self, names: Iterable[str], first_at: int | None) -> int:
        """The heads that came in by these passages since the entry number was opened, each once."""
        mine = (self._found[name] for name in names)
        entered = (each for each in mine if each.way is Direction.ENTRY and each.latest >= (first_at or 0))
        return sum(each.fresh for each in entered)


def passages_of(entries: Iterable[Entry], place: Place) -> tuple[Passage, ...]:
    """The passages through this lane that entries amount to, in their order."""
    found = Passages(place)
    for entry in entries:
        found.bring_forward(entry)
    return found.all()


def _struck_off(entry: Entry, act: ActBody, target: Passage) -> Passage:
    """Who left without a scan leaves as what they came in as, also where no ticket named them."""
    return replace(
        _passage(entry, act),
        permit=target.permit,
        product=target.product,
        is_visitor=target.is_visitor,
        way=Direction.EXIT,
    )


def _passage(entry: Entry, body: DecisionBody | ActBody) -> Passage:
    common = Passage(
        entry_id=entry.id,
        permit=body.permit or entry.id.encode(),
        product=body.product or 0,
        way=body.place.direction,
        heads=body.party.heads if body.party else 0,
        returning=body.returning,
        said_returning=body.returning,
        earliest=entry.at,
        latest=entry.at,
    )
    if isinstance(body, ActBody):  # of an override in doubt only the estimate of its time is known
        return common
    earliest, latest = _interval(body.facts, entry)
    return replace(
        common,
        is_visitor=body.reason not in NOT_RECREATION,
        first_at=body.first_use.at if body.first_use else None,
        right=body.right.heads if body.right else None,
        earliest=earliest,
        latest=latest,
    )


def _interval(facts: Mapping[str, Any], entry: Entry) -> tuple[int, int]:
    """The seconds within which an entry was written."""
    moment = facts.get("moment")
    if entry.clock is not ClockTrust.SUSPECT or not isinstance(moment, Mapping):
        return entry.at, entry.at
    earliest, latest = moment.get("earliest"), moment.get("latest")
    if type(earliest) is int and type(latest) is int and earliest <= latest:
        return earliest, latest
    return entry.at, entry.at
