"""What a lane has counted, kept up passage by passage: the same figures as those of all passages counted anew.

A new passage is added to what stands. Where one that was counted becomes another one, or is let go of, everything is
counted anew: that is seldom, and it keeps every rule of counting in one place.
"""

from collections import defaultdict
from collections.abc import Iterable

from kiosk.rules.entries import Place
from kiosk.rules.limits import falls_under, of_people, offset_of, touches
from kiosk.rules.passages import Passage, Passages
from kiosk.rules.policy import PolicySet, Product
from kiosk.rules.quota import Counts, Inside, Per, Period, Quota, Spans, Tally, counted, may_be_in
from kiosk.rules.words import Direction


class RunningTallies:
    """The tallies of every quota of a set at one lane, read on from where they stood."""

    def __init__(self, rules: PolicySet, place: Place, passages: Passages) -> None:
        self._rules, self._place, self._passages = rules, place, passages
        self._epoch, self._taken = passages.epoch, 0
        self._quotas = self._from_nothing()

    def of(self, product: Product, first: int, last: int) -> tuple[Tally, ...]:
        """What was counted of the quotas that the product falls under, in the periods between two seconds."""
        self._read_on()
        mine = (each for each in self._quotas if touches(self._rules, each.quota, product, self._place))
        return tuple(tally for each in mine for tally in each.tallies(first, last))

    def _read_on(self) -> None:
        if self._epoch != self._passages.epoch:
            self._epoch, self._taken = self._passages.epoch, 0
            self._quotas = self._from_nothing()
        fresh = self._passages.after(self._taken)
        for each in fresh:
            for running in self._quotas:
                running.add(each)
        self._taken += len(fresh)

    def _from_nothing(self) -> list["Running"]:
        return [Running(self._rules, quota, self._place) for quota in self._rules.tables.quotas]


class Running:
    """What was counted of one quota, by its periods."""

    def __init__(self, rules: PolicySet, quota: Quota, place: Place) -> None:
        self.quota = quota
        self._rules, self._place = rules, place
        self._spans = Spans(quota, offset_of(rules))
        self._entered: dict[Period, int] = defaultdict(int)
        self._inside: dict[Period, Inside] = defaultdict(Inside)
        self._in_doubt: list[Passage] = []
        self._meant: dict[tuple[int, bool], bool] = {}

    def add(self, passage: Passage) -> None:
        """Let one further passage count, if the quota counts it."""
        if not self._is_meant(passage.product, passage.is_visitor):
            return
        if passage.earliest != passage.latest and self.quota.per != Per.STAY:
            # of heads that left at a time in doubt nobody can say from which period: they free nothing
            self._in_doubt += [passage] if passage.way is Direction.ENTRY else []
            return
        period = self._spans.at(passage.earliest)
        if period is None:
            return
        if self.quota.counts == Counts.INSIDE:
            self._inside[period].go(of_people(self._rules, passage))
            self._entered[period] = self._inside[period].heads
        elif passage.way is Direction.ENTRY:
            heads = counted(self.quota, passage.heads, passage.returning, passage.first_at, period.start)
            self._entered[period] += heads

    def tallies(self, first: int, last: int) -> tuple[Tally, ...]:
        """What was counted in each period between two seconds, the earliest first and zeros left out."""
        found = [
            Tally(quota=self.quota.quota, start=period.start, heads=heads)
            for period, heads in sorted(self._entered.items(), key=lambda each: each[0].start)
            if period.start <= last and first < period.end
        ]
        undated = sum(each.heads for each in self._in_doubt if may_be_in(self._spans, each, first, last))
        found.append(Tally(quota=self.quota.quota, heads=undated))
        return tuple(each for each in found if each.heads)

    def _is_meant(self, product: int, is_visitor: bool) -> bool:
        kind = product, is_visitor
        if kind not in self._meant:
            self._meant[kind] = falls_under(self._rules, self.quota, *kind, self._place)
        return self._meant[kind]


def tallied(
    rules: PolicySet, quota: Quota, place: Place, passages: Iterable[Passage], first: int, last: int
) -> tuple[Tally, ...]:
    """What these passages through a lane amount to for one quota, in the periods between two seconds."""
    running = Running(rules, quota, place)
    for each in passages:
        running.add(each)
    return running.tallies(first, last)
