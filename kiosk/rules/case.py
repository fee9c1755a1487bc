"""A right before a gate at one instant: the facts and the park's set, with what several rules need derived once."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from kiosk.rules import limits
from kiosk.rules.closures import Advisory, Shut
from kiosk.rules.facts import Facts, Right
from kiosk.rules.parties import most_heads
from kiosk.rules.policy import Policy, PolicySet, Product, ProductKind
from kiosk.rules.quota import Period, Quota
from kiosk.rules.standing import Standing, standing
from kiosk.rules.words import Reason


@dataclass(frozen=True, kw_only=True, slots=True)
class Objection:
    """One rule's no, with what the visitor and the ranger should know about it."""

    reason: Reason
    details: dict[str, Any] = field(default_factory=dict)
    tell: Callable[[], dict[str, Any]] | None = None
    """What more there is to know, where finding it out takes a while: no verdict hangs on it."""

    @property
    def told(self) -> dict[str, Any]:
        """All that an entry keeps of it."""
        return self.details | (self.tell() if self.tell is not None else {})


def is_on_duty(facts: Facts, product: Product | None) -> bool:
    """Staff, officials, emergency services: what is closed, late or full for visitors does not keep them out."""
    if facts.special is not None and facts.special.is_on_duty:
        return True
    return product is not None and product.kind is ProductKind.STAFF


@dataclass(frozen=True, kw_only=True)  # no slots: what is derived is kept in the instance
class Case:
    """The facts and the policy at one instant, with what several rules need derived once."""

    facts: Facts
    rules: PolicySet
    at: int
    right: Right
    standing: Standing

    @classmethod
    def of(cls, facts: Facts, rules: PolicySet, at: int, right: Right) -> "Case":
        """The case of this right; where it stands is worked out once, because most rules ask."""
        product = rules.product_of(right.product)
        seats = most_heads(product.vehicle_class) if product else None
        now = standing(right.party, right.entries, facts.uses, rules.policy, at, seats)
        return cls(facts=facts, rules=rules, at=at, right=right, standing=now)

    @property
    def policy(self) -> Policy:
        """The numbers of the park."""
        return self.rules.policy

    @cached_property
    def product(self) -> Product | None:
        """What the right was sold as; None where this set does not know it, and where nothing was sold."""
        return self.rules.product_of(self.right.product)

    @cached_property
    def day(self) -> int:
        """The local day it is in the park."""
        return self.policy.local_day(self.at)

    @cached_property
    def is_on_duty(self) -> bool:
        """Whether no closure, hours, warning or quota is weighed at all."""
        return is_on_duty(self.facts, self.product)

    @property
    def good_for(self) -> Product:
        """The product by which limits are weighed; whoever needs none is a visitor of the whole park."""
        return self.product or limits.VISITOR

    @cached_property
    def shut(self) -> Shut | None:
        """What is closed to this right here and now."""
        place = self.facts.place
        return None if self.is_on_duty else limits.closed(self.rules, self.good_for, place.gate, self.at)

    @cached_property
    def warnings(self) -> tuple[Advisory, ...]:
        """What its holder must have heard of before going in."""
        if self.is_on_duty:
            return ()
        return limits.warned(self.rules, self.good_for, self.facts.place.gate, self.facts.uses, self.at)

    @cached_property
    def quotas(self) -> list[tuple[Quota, Period]]:
        """The quotas that count this party, each with the period it is in."""
        return [] if self.is_on_duty else limits.quotas_at(self.rules, self.good_for, self.facts.place, self.at)

    @property
    def is_hurried(self) -> bool:
        """Whether nobody is asked here how many go in or whether a warning was seen."""
        place = self.facts.place
        return self.facts.kept_open or (place.gate, place.lane) in self.policy.fast_lanes

    @cached_property
    def seats(self) -> int | None:
        """As many as fit into the vehicle that was paid for; None for people."""
        return most_heads(self.product.vehicle_class) if self.product else None

    @property
    def group_limit(self) -> int | None:
        """How many people one guide may lead on this product."""
        return next((row.group_limit for row in self.rules.tables.guided if row.product == self.right.product), None)

    @property
    def is_other_gate(self) -> bool:
        """Whether the right is good for other gates of the park than this one."""
        return self.right.gates is not None and self.facts.place.gate not in self.right.gates
