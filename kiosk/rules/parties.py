"""How many come with one vehicle, and how many one guide may lead. A vehicle's figures catch slips only.

A ticket of a product with a vehicle class is for one vehicle, whoever sits in it: its heads are said at the gate, the
ticket's own party is no more than what was said when it was sold.
"""

from dataclasses import dataclass

from kiosk.rules.words import VehicleClass

LARGEST_VEHICLE = 120
_MOST_HEADS = {
    VehicleClass.MOTORCYCLE: 3,
    VehicleClass.CAR: 9,
    VehicleClass.MINIBUS: 20,
    VehicleClass.TRUCK: 9,
    VehicleClass.BUS: 40,
}
_UP_TO_SEATS = (
    (0, VehicleClass.PEDESTRIAN),
    (2, VehicleClass.MOTORCYCLE),
    (9, VehicleClass.CAR),
    (16, VehicleClass.MINIBUS),
    (32, VehicleClass.BUS),
)
_SIZES = {
    VehicleClass.PEDESTRIAN: 0,
    VehicleClass.MOTORCYCLE: 1,
    VehicleClass.CAR: 2,
    VehicleClass.MINIBUS: 3,
    VehicleClass.TRUCK: 3,  # tariffs have it beside the minibus
    VehicleClass.BUS: 4,
    VehicleClass.BUS_LARGE: 5,
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Guided:
    """A product whose parties are led: one guide for so many heads."""

    product: int
    group_limit: int

    def __post_init__(self) -> None:
        if self.group_limit < 1:
            raise ValueError(f"expected a group of one head or more, got {self.group_limit}")


def most_heads(vehicle_class: str | None) -> int | None:
    """How many may be said to come in such a vehicle; None where a ticket is not for a vehicle."""
    if vehicle_class in (None, VehicleClass.PEDESTRIAN):
        return None
    return next((most for known, most in _MOST_HEADS.items() if known == vehicle_class), LARGEST_VEHICLE)


def class_of_seats(seats: int) -> VehicleClass:
    """The class of a vehicle with so many seats for people, as tariffs draw the lines; none is a pedestrian."""
    for most, vehicle in _UP_TO_SEATS:
        if seats <= most:
            return vehicle
    return VehicleClass.BUS_LARGE


def is_larger(seen: VehicleClass | None, paid: str | None) -> bool:
    """Whether the vehicle that was seen is of a larger class than the one paid for; an unknown word says nothing."""
    size = next((size for known, size in _SIZES.items() if known == paid), None)
    return seen is not None and size is not None and _SIZES[seen] > size


def guides_needed(heads: int, group_limit: int | None, *, is_led: bool) -> int:
    """How many guides so many heads need."""
    if group_limit is None:
        return int(is_led)
    return max(1, -(-heads // group_limit))
