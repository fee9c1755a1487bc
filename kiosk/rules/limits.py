"""What limits an admission beyond the ticket itself: closures, hours, warnings and quotas of the set, at one place.

Each function says what stands in the way, or what is to be told, in the words that a decision keeps.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from kiosk.rules.canon import plain
from kiosk.rules.closures import Advisory, Shut, is_seen, order_edges, shut, warnings_at, zones_here
from kiosk.rules.entries import Place, Use
from kiosk.rules.names import Names
from kiosk.rules.opening import DAY_SECONDS, goes_in_at_any_hour, hours_edges, is_open, next_opening
from kiosk.rules.passages import Passage
from kiosk.rules.policy import PolicySet, Product, ProductKind
from kiosk.rules.quota import (
    Counts,
    Per,
    Period,
    Quota,
    Tally,
    counted,
    left,
    next_period,
    period_at,
    period_edges,
)
from kiosk.rules.standing import Standing

VISITOR = Product(product=0, names=Names(kk="", ru="", en=""))
"""Whoever goes in without a product: good for the whole park, and counted."""
_NO_VISITORS = frozenset({ProductKind.PASS, ProductKind.STAFF})
"""Kinds of products whose holders no quota of visitors counts, unless it names them."""


def offset_of(rules: PolicySet) -> int:
    """The seconds by which the park is ahead of UTC."""
    return rules.policy.utc_offset_minutes * 60


def closed(rules: PolicySet, product: Product, gate: int, at: int) -> Shut | None:
    """What is closed of this product's zones at the gate; None: nothing."""
    tables = rules.tables
    return shut(tables.closures, tables.zones, product.zones, product.product, gate, at)


def is_outside_hours(rules: PolicySet, product: Product, gate: int, at: int) -> bool:
    """Whether the gate is not open now, and this product's holders do not go in at any hour."""
    rows, offset = rules.tables.hours, offset_of(rules)
    return not (is_open(rows, gate, at, offset) or goes_in_at_any_hour(rows, gate, product.product, at, offset))


def opening_after(rules: PolicySet, gate: int, at: int) -> dict[str, Any]:
    """When the gate opens next, as a refusal says it; a search of up to a year where no opening is near."""
    opens = next_opening(rules.tables.hours, gate, at, offset_of(rules))
    return {} if opens is None else {"opens": opens}


def is_after_hours(rules: PolicySet, gate: int, at: int) -> bool:
    """Whether nobody should be on the way at this hour."""
    return not is_open(rules.tables.hours, gate, at, offset_of(rules))


def warned(rules: PolicySet, product: Product, gate: int, uses: Sequence[Use], at: int) -> tuple[Advisory, ...]:
    """The warnings that this party has not been asked about today."""
    tables = rules.tables
    standing = warnings_at(tables.advisories, tables.zones, product.zones, gate, at)
    return tuple(each for each in standing if not is_seen(each, uses, at, offset_of(rules)))


def told(advisories: Sequence[Advisory]) -> list[Any]:
    """What a decision says of the warnings that were shown or acknowledged."""
    return [each.told for each in advisories]


# ---- quotas ---------------------------------------------------------------------------------------------------------


def quotas_at(rules: PolicySet, product: Product, place: Place, at: int) -> list[tuple[Quota, Period]]:
    """The quotas that holders of this product fall under here and now, each with its period."""
    found = []
    for quota in rules.tables.quotas:
        period = period_at(quota, at, offset_of(rules)) if touches(rules, quota, product, place) else None
        if period is not None:
            found.append((quota, period))
    return found


def counting_since(rules: PolicySet, at: int) -> int:
    """From when on a lane has to know what it let in, for all the quotas that may be in force at this second."""
    periods = (period_at(quota, at, offset_of(rules)) for quota in rules.tables.quotas)
    return min([at, *(period.start for period in periods if period is not None)])


def is_not_understood(quotas: Sequence[tuple[Quota, Period]]) -> str | None:
    """The quota whose words this version does not know; None where it knows all."""
    return next((quota.quota for quota, _ in quotas if not quota.is_known), None)


def uncounted_since(
    rules: PolicySet, quotas: Sequence[tuple[Quota, Period]], place: Place, lost_at: int | None, at: int
) -> int | None:
    """Until when this lane's count is not known in one of these periods: entries lost, or another kiosk's."""
    for quota, period in quotas:
        counted_from, start = quota.counted_from(place.gate, place.lane), _known_from(rules, quota, period, at)
        if counted_from is not None and counted_from > start:
            return counted_from
        if lost_at is not None and lost_at >= start:
            return lost_at
    return None


def _known_from(rules: PolicySet, quota: Quota, period: Period, at: int) -> int:
    """From when on a lane must know what it let in: a stay has no beginning, and is doubted for a day only."""
    if quota.per != Per.STAY:
        return period.start
    return rules.policy.local_day(at) * DAY_SECONDS - offset_of(rules)


def over(
    quotas: Sequence[tuple[Quota, Period]], known: Sequence[Tally], place: Place, now: Standing, heads: int
) -> tuple[Quota, Period, int] | None:
    """The quota that so many heads would exceed, with how many of them could still go in; None: there is room."""
    for quota, period in quotas:
        free, fresh = left(quota, known, place, period), _fresh(quota, period, now, heads)
        if fresh > free:
            return quota, period, free + heads - fresh
    return None


def _fresh(quota: Quota, period: Period, now: Standing, heads: int) -> int:
    """Of so many heads that would go in, those that the quota does not count yet."""
    is_again = not now.allowed  # without having left: they are inside already
    if is_again and quota.counts == Counts.INSIDE:
        return 0
    returning = heads if is_again else now.returning_of(heads)
    return counted(quota, heads, returning, now.first.at if now.first else None, period.start)


def full(rules: PolicySet, quota: Quota, period: Period, place: Place, some: int) -> dict[str, Any]:
    """What a visitor is told whom the quota leaves outside: the limit, by whose order, and when or where to try."""
    offset = offset_of(rules)
    following = next_period(quota, period.end, offset)
    opens = None if following is None else next_opening(rules.tables.hours, place.gate, following, offset)
    return {
        "quota": quota.quota,
        "counts": quota.counts,
        "authority": plain(quota.authority),
        "document": quota.document,
        "count": quota.heads,
        "share": quota.share_of(place.gate, place.lane),
        "left": some,
        "other_gates": quota.other_gates(place.gate),
    } | ({} if opens is None else {"next": opens})


def of_people(rules: PolicySet, passage: Passage) -> Passage:
    """A passage as it counts: a vehicle's ticket says how many paid, not how many can sit in it."""
    product = rules.product_of(passage.product)
    is_vehicle = product is not None and product.vehicle_class is not None
    return replace(passage, right=None) if is_vehicle else passage


def falls_under(rules: PolicySet, quota: Quota, number: int, is_visitor: bool, place: Place) -> bool:
    """Whether a passage counts; one of a product that the set does not know any more is a visitor's, anywhere."""
    product = rules.products.get(number)
    if product is not None and is_visitor:
        return touches(rules, quota, product, place)
    return quota.touches(number, (), is_visitor=is_visitor)


def touches(rules: PolicySet, quota: Quota, product: Product, place: Place) -> bool:
    """Whether holders of the product fall under the quota at this gate."""
    zones = zones_here(rules.tables.zones, product.zones, place.gate)
    return quota.touches(product.product, zones, is_visitor=product.kind not in _NO_VISITORS)


# ---- edges ----------------------------------------------------------------------------------------------------------


def limit_edges(rules: PolicySet, gate: int, first: int, last: int) -> Iterator[int]:
    """Every second between two at which hours, orders or periods of quotas may make another verdict."""
    tables, offset = rules.tables, offset_of(rules)
    yield from hours_edges(tables.hours, gate, first, last, offset)
    yield from order_edges(tables.closures)
    yield from order_edges(tables.advisories)
    for quota in tables.quotas:
        yield from period_edges(quota, first, last, offset)
