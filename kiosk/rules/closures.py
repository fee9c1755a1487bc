"""What is closed, and what people are warned of: by whose order, for which zones and gates, from when until when.

A closure shuts a gate to a ticket when nothing of what the ticket is good for is left open there. A warning never does:
it is asked whether it was seen.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from kiosk.rules.canon import plain
from kiosk.rules.entries import Use
from kiosk.rules.names import Names
from kiosk.rules.words import Direction

DAY_SECONDS = 86_400
HIGHEST_LEVEL = 5


@dataclass(frozen=True, kw_only=True, slots=True)
class Zone:
    """A part of the park, and the gates by which it is reached (none named: all)."""

    zone: int
    names: Names
    gates: tuple[int, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Order:
    """Who ordered it, by which document, from which Unix second until which; without an end until further notice.

    No zones named: the whole park; no gates named: all of them.
    """

    authority: Names
    document: str
    since: int
    until: int | None = None
    zones: tuple[int, ...] = ()
    gates: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        if self.until is not None and self.until <= self.since:
            raise ValueError(f"{self.document!r} ends before it begins")

    def is_in_force(self, gate: int, at: int) -> bool:
        """Whether it holds at this gate at Unix second `at`."""
        return self.since <= at and (self.until is None or at < self.until) and (not self.gates or gate in self.gates)

    @property
    def told(self) -> dict[str, Any]:
        """What a decision says of it."""
        return {name: value for name, value in plain(self).items() if name in _TOLD}


_TOLD = frozenset({"authority", "document", "since", "until", "cause", "warning", "level"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Closure(Order):
    """Zones or gates that are closed, and why; `lets_in` are products, of residents, that go in all the same."""

    cause: str
    lets_in: tuple[int, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Advisory(Order):
    """A warning: storm, flood, fire danger by its class from 1 to 5; `text` says what to do where the word does not."""

    warning: str
    level: int | None = None
    text: Names | None = None

    def __post_init__(self) -> None:
        Order.__post_init__(self)
        if self.level is not None and not 1 <= self.level <= HIGHEST_LEVEL:
            raise ValueError(f"{self.document!r}: a class is 1 to {HIGHEST_LEVEL}, not {self.level}")


@dataclass(frozen=True, kw_only=True, slots=True)
class Shut:
    """What of a ticket's zones is closed at a gate, by which order, and what of the park is open."""

    closure: Closure
    closed: tuple[int, ...]
    open: tuple[int, ...]
    is_all: bool
    """Nothing is left of what the ticket is good for."""

    @property
    def told(self) -> dict[str, Any]:
        """What a refusal says of it."""
        return self.closure.told | {"zones": list(self.closed), "open_zones": list(self.open)}


def zones_here(zones: Sequence[Zone], good_for: Sequence[int], gate: int) -> tuple[int, ...]:
    """The zones of a ticket that are reached by this gate; all of its zones where none of them is."""
    mine = [zone for zone in zones if not good_for or zone.zone in good_for]
    here = [zone for zone in mine if not zone.gates or gate in zone.gates]
    unlisted = set(good_for) - {zone.zone for zone in zones}
    return (*(zone.zone for zone in here or mine), *sorted(unlisted))


def shut(
    closures: Sequence[Closure], zones: Sequence[Zone], good_for: Sequence[int], product: int, gate: int, at: int
) -> Shut | None:
    """What is closed of a ticket of this product, good for these zones, at this gate and second; None: nothing."""
    in_force = [each for each in closures if each.is_in_force(gate, at) and product not in each.lets_in]
    here = zones_here(zones, good_for, gate)
    closing = [each for each in in_force if not each.zones or not here or set(each.zones) & set(here)]
    # of a park without zones a closure of zones says nothing
    closing = [each for each in closing if here or not each.zones]
    if not closing:
        return None
    is_whole = any(not each.zones for each in closing)
    named = {zone for each in closing for zone in each.zones}
    closed = tuple(zone for zone in here if is_whole or zone in named)
    return Shut(
        closure=max(closing, key=_ends),
        closed=closed,
        open=_open_zones(closures, zones, at),
        is_all=len(closed) == len(here),
    )


def warnings_at(
    advisories: Sequence[Advisory], zones: Sequence[Zone], good_for: Sequence[int], gate: int, at: int
) -> tuple[Advisory, ...]:
    """The warnings that concern a ticket good for these zones, at this gate and second."""
    here = set(zones_here(zones, good_for, gate))
    return tuple(
        each for each in advisories if each.is_in_force(gate, at) and (not each.zones or set(each.zones) & here)
    )


def is_seen(advisory: Advisory, uses: Sequence[Use], at: int, offset: int) -> bool:
    """Whether the party was asked already today: it went in by a gate where the warning stood, since it stands."""
    today = (at + offset) // DAY_SECONDS
    return any(
        use.direction is Direction.ENTRY
        and use.at <= at
        and (use.at + offset) // DAY_SECONDS == today
        and advisory.is_in_force(use.gate, use.at)
        for use in uses
    )


def order_edges(orders: Sequence[Order]) -> Iterator[int]:
    """The seconds at which an order begins or ends to hold."""
    for order in orders:
        yield order.since
        if order.until is not None:
            yield order.until


def _open_zones(closures: Sequence[Closure], zones: Sequence[Zone], at: int) -> tuple[int, ...]:
    """The zones of the park that somebody can go to now, by whichever gate."""
    return tuple(zone.zone for zone in zones if not any(_is_shut(zone, closure, at) for closure in closures))


def _is_shut(zone: Zone, closure: Closure, at: int) -> bool:
    if closure.zones and zone.zone not in closure.zones:
        return False
    return (
        bool(zone.gates) and all(closure.is_in_force(gate, at) for gate in zone.gates)
        if closure.gates
        else closure.is_in_force(0, at)
    )


def _ends(order: Order) -> tuple[bool, int]:
    return order.until is None, order.until or 0
