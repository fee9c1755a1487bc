"""The seconds at which a verdict may become another one, all else being equal: between two of them it stays the same.

A rule that looks at the time has its edges here; that none is missing is held by tests/kiosk/rules/test_edges.py.
"""

from collections.abc import Iterable

from kiosk.rules.case import is_on_duty
from kiosk.rules.facts import Facts, Right
from kiosk.rules.limits import limit_edges
from kiosk.rules.policy import DAY_SECONDS, Policy, PolicySet, Product, ProductKind

_LONGEST_DAYS = 800
"""No ticket is good for longer; who needs none obeys the hours of the days that anybody has planned."""


def edges(facts: Facts, rules: PolicySet) -> tuple[int, ...]:
    """The seconds inside the moment's interval at which another verdict may begin, its two ends included; ascending."""
    first, last = facts.moment.earliest, facts.moment.latest
    inside = {at for at in _all(facts, rules) if first < at < last}
    return tuple(sorted({first, last} | inside))


def window(right: Right, policy: Policy, product: Product | None) -> tuple[int, int]:
    """The second from which a right is good, and the one from which it is not any more: its window, skew and grace."""
    is_day = product is not None and product.kind is ProductKind.DAY
    before = policy.skew_seconds + (policy.grace_before_seconds if is_day else 0)
    after = policy.skew_seconds + (policy.grace_after_seconds if is_day else 0)
    return right.nbf - before, right.exp + after


def _all(facts: Facts, rules: PolicySet) -> Iterable[int]:
    right, policy = facts.right, rules.policy
    if right is not None:
        product = rules.product_of(right.product)
        begins, over = window(right, policy, product)
        yield from (begins, over)
        # outside its window a right says no whatever is open then: a clock that knows nothing has no end of days
        first, last = max(begins, facts.moment.earliest), min(over, facts.moment.latest)
        if not is_on_duty(facts, product):
            yield from limit_edges(rules, facts.place.gate, first, min(last, first + _LONGEST_DAYS * DAY_SECONDS))
    if facts.special is not None:
        for row in rules.tables.exemptions:
            yield from (_begin(day, policy) for day in row.turns)
    key = rules.keyring.get(facts.kid) if facts.kid is not None else None
    if key is not None:
        yield key.verify_until
    if facts.revocation is not None:
        yield from (facts.revocation.effective, facts.revocation.expires)
    for use in facts.uses:
        # from its own second on a use says that its party has heard the warnings of the day
        yield from (*_day(use.at, policy), use.at, use.at + policy.reentry_seconds)
    if facts.uses_lost_at is not None:
        yield from _day(facts.uses_lost_at, policy)
    if facts.signed_at is not None:
        yield facts.signed_at + policy.stale_after_days * DAY_SECONDS + 1
    if facts.revocations_at is not None:
        yield facts.revocations_at + policy.revocations_stale_after_days * DAY_SECONDS + 1


def _day(at: int, policy: Policy) -> tuple[int, int]:
    """The first second of the local day of this time, and of the next one."""
    day = policy.local_day(at)
    return _begin(day, policy), _begin(day + 1, policy)


def _begin(day: int, policy: Policy) -> int:
    """The first second of a local day."""
    return day * DAY_SECONDS - policy.utc_offset_minutes * 60
