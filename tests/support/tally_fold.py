"""What a lane has counted, folded from all its passages at once: the slow way, beside which the running one is held."""

from collections import defaultdict
from collections.abc import Sequence

from kiosk.rules.entries import Place
from kiosk.rules.limits import falls_under, of_people, offset_of, touches
from kiosk.rules.passages import Passage
from kiosk.rules.policy import PolicySet, Product
from kiosk.rules.quota import Counts, Inside, Per, Period, Quota, Spans, Tally, counted, may_be_in
from kiosk.rules.words import Direction


def tallied(
    rules: PolicySet, product: Product, place: Place, passages: Sequence[Passage], first: int, last: int
) -> tuple[Tally, ...]:
    """What this lane counted of the quotas that the product falls under, in the periods between two seconds."""
    found: list[Tally] = []
    for quota in rules.tables.quotas:
        if touches(rules, quota, product, place):
            found += _tallied_of(rules, quota, place, passages, first, last)
    return tuple(found)


def _tallied_of(
    rules: PolicySet, quota: Quota, place: Place, passages: Sequence[Passage], first: int, last: int
) -> tuple[Tally, ...]:
    """What this lane counted of one quota in the periods between two seconds."""
    kinds = {(each.product, each.is_visitor) for each in passages}
    meant = {kind for kind in kinds if falls_under(rules, quota, *kind, place)}
    under = [of_people(rules, each) for each in passages if (each.product, each.is_visitor) in meant]
    return _tallies(quota, under, first, last, offset_of(rules))


def _tallies(quota: Quota, passages: Sequence[Passage], first: int, last: int, offset: int) -> tuple[Tally, ...]:
    """What the passages under the quota count to in each period between two seconds, zeros left out."""
    doubtful = [each for each in passages if each.earliest != each.latest and quota.per != Per.STAY]
    known = [each for each in passages if each.earliest == each.latest or quota.per == Per.STAY]
    groups: dict[Period, list[Passage]] = defaultdict(list)
    spans = Spans(quota, offset)
    for each in known:
        period = spans.at(each.earliest)
        if period is not None and period.start <= last and first < period.end:
            groups[period].append(each)
    found = [
        Tally(quota=quota.quota, start=each.start, heads=_tally(quota, groups[each], each))
        for each in sorted(groups, key=lambda each: each.start)
    ]
    # of heads that left at a time in doubt nobody can say from which period: they free nothing
    undated = [each for each in doubtful if each.way is Direction.ENTRY and may_be_in(spans, each, first, last)]
    found.append(Tally(quota=quota.quota, heads=sum(each.heads for each in undated)))
    return tuple(each for each in found if each.heads)


def _tally(quota: Quota, passages: Sequence[Passage], period: Period) -> int:
    """What these passages, all of one kind of time and all under the quota, count to in the period."""
    if quota.counts == Counts.INSIDE:
        inside = Inside()
        for each in passages:
            inside.go(each)
        return inside.heads
    return sum(
        counted(quota, each.heads, each.returning, each.first_at, period.start)
        for each in passages
        if each.way is Direction.ENTRY
    )
