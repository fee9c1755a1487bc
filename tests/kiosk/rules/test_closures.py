"""Closures and warnings: for which zones and gates, by whose order, from which second until which."""

import pytest

from kiosk.rules.closures import Advisory, Closure, Zone, is_seen, order_edges, shut, warnings_at, zones_here
from kiosk.rules.entries import Use
from kiosk.rules.names import Names
from kiosk.rules.permit import Party
from kiosk.rules.words import Direction
from tests.support.park import NOON, UTC_OFFSET, names

HOUR = 3600
AKIMAT = Names(**names("Akimat"))
GORGE, LAKE, RIDGE = 1, 2, 3
ZONES = (
    Zone(zone=GORGE, names=Names(**names("Gorge")), gates=(1,)),
    Zone(zone=LAKE, names=Names(**names("Lake")), gates=(1, 2)),
    Zone(zone=RIDGE, names=Names(**names("Ridge"))),
)


def closure(since: int = NOON, until: int | None = None, **fields: object) -> Closure:
    common = {"cause": "fire", "authority": AKIMAT, "document": "No 214", "since": since, "until": until}
    return Closure(**(common | fields))  # type: ignore[arg-type]


def warning(since: int = NOON, until: int | None = None, **fields: object) -> Advisory:
    common = {"warning": "storm", "authority": AKIMAT, "document": "No 7", "since": since, "until": until}
    return Advisory(**(common | fields))  # type: ignore[arg-type]


def test_a_ticket_reaches_by_a_gate_those_of_its_zones_that_lie_behind_it() -> None:
    assert zones_here(ZONES, (), 1) == (GORGE, LAKE, RIDGE)
    assert zones_here(ZONES, (), 2) == (LAKE, RIDGE)
    assert zones_here(ZONES, (GORGE, LAKE), 2) == (LAKE,)
    assert zones_here(ZONES, (GORGE,), 2) == (GORGE,), "none of its zones is reached here: it is a ticket of that zone"
    assert zones_here(ZONES, (LAKE, 9), 1) == (LAKE, 9), "a zone that nobody described is one all the same"
    assert zones_here((), (), 1) == ()


def test_a_closure_holds_from_its_first_second_until_its_end_and_without_an_end_for_ever() -> None:
    fire = closure(until=NOON + HOUR)
    assert shut((fire,), (), (), 1, 1, NOON - 1) is None
    assert shut((fire,), (), (), 1, 1, NOON) is not None
    assert shut((fire,), (), (), 1, 1, NOON + HOUR) is None
    assert shut((closure(),), (), (), 1, 1, NOON + 1000 * HOUR) is not None


def test_a_ticket_is_shut_out_where_all_of_its_zones_behind_the_gate_are_closed() -> None:
    gorge, lake = closure(zones=(GORGE,)), closure(zones=(LAKE, RIDGE), document="No 215", until=NOON + HOUR)
    some = shut((gorge,), ZONES, (), 1, 1, NOON)
    assert some is not None
    assert (some.is_all, some.closed, some.open) == (False, (GORGE,), (LAKE, RIDGE))
    only_gorge = shut((gorge,), ZONES, (GORGE,), 1, 1, NOON)
    assert only_gorge is not None
    assert (only_gorge.is_all, only_gorge.closed) == (True, (GORGE,))
    everything = shut((lake, gorge), ZONES, (), 1, 1, NOON)
    assert everything is not None
    assert (everything.is_all, everything.open) == (True, ())
    assert everything.closure == gorge, "what lasts longest is told"
    assert shut((gorge,), ZONES, (), 1, 2, NOON) is None, "the gorge is not behind this gate"


def test_a_closure_of_a_gate_or_of_the_whole_park_leaves_nothing() -> None:
    gate = shut((closure(gates=(1,)),), ZONES, (), 1, 1, NOON)
    assert gate is not None
    assert (gate.is_all, gate.closed, gate.open) == (True, (GORGE, LAKE, RIDGE), (LAKE, RIDGE))
    assert shut((closure(gates=(2,)),), ZONES, (), 1, 1, NOON) is None
    park = shut((closure(),), ZONES, (LAKE,), 1, 2, NOON)
    assert park is not None
    assert (park.is_all, park.closed, park.open) == (True, (LAKE,), ())


def test_a_closure_of_zones_says_nothing_where_a_park_has_none() -> None:
    assert shut((closure(zones=(GORGE,)),), (), (), 1, 1, NOON) is None


def test_a_zone_is_open_while_one_of_its_gates_is() -> None:
    both = (closure(gates=(1,)), closure(gates=(1, 2)))
    found = shut(both, ZONES, (), 1, 1, NOON)
    assert found is not None
    assert found.open == (RIDGE,), "the ridge is reached by every gate of the park"
    of_lake = shut((closure(zones=(LAKE,), gates=(2,)),), ZONES, (LAKE,), 1, 2, NOON)
    assert of_lake is not None
    assert (of_lake.is_all, of_lake.open) == (True, (GORGE, LAKE, RIDGE))


def test_holders_whom_the_order_lets_in_are_not_shut_out() -> None:
    assert shut((closure(lets_in=(30,)),), ZONES, (), 30, 1, NOON) is None


def test_what_is_told_names_authority_document_cause_and_end() -> None:
    found = shut((closure(until=NOON + HOUR, zones=(GORGE,)),), ZONES, (), 1, 1, NOON)
    assert found is not None
    assert found.told == {
        "authority": names("Akimat"),
        "document": "No 214",
        "since": NOON,
        "until": NOON + HOUR,
        "cause": "fire",
        "zones": [GORGE],
        "open_zones": [LAKE, RIDGE],
    }
    assert "until" not in closure().told
    fire = warning(warning="fire_danger", level=5, text=AKIMAT)
    assert fire.told == {
        "authority": names("Akimat"),
        "document": "No 7",
        "since": NOON,
        "warning": "fire_danger",
        "level": 5,
    }


def test_a_warning_concerns_whoever_may_go_where_it_stands() -> None:
    storm, flood = warning(), warning(warning="flood", zones=(GORGE,), until=NOON + HOUR)
    assert warnings_at((storm, flood), ZONES, (), 1, NOON) == (storm, flood)
    assert warnings_at((storm, flood), ZONES, (), 2, NOON) == (storm,)
    assert warnings_at((storm, flood), ZONES, (), 1, NOON + HOUR) == (storm,)
    assert warnings_at((storm, flood), ZONES, (), 1, NOON - 1) == ()


def use(at: int, gate: int = 1, way: Direction = Direction.ENTRY) -> Use:
    return Use(entry_id=str(at), entry_number=1, party=Party(adults=1), gate=gate, lane=1, direction=way, at=at)


def test_a_party_is_asked_once_a_day_at_a_gate_where_the_warning_stands() -> None:
    storm = warning(NOON, gates=(1,))
    later = NOON + 2 * HOUR
    assert not is_seen(storm, (), later, UTC_OFFSET)
    assert is_seen(storm, (use(NOON + HOUR),), later, UTC_OFFSET)
    assert not is_seen(storm, (use(NOON - HOUR),), later, UTC_OFFSET), "it went in before the warning"
    assert not is_seen(storm, (use(NOON + HOUR, gate=2),), later, UTC_OFFSET)
    assert not is_seen(storm, (use(NOON + HOUR, way=Direction.EXIT),), later, UTC_OFFSET)
    assert not is_seen(storm, (use(NOON + HOUR),), NOON + 12 * HOUR, UTC_OFFSET), "the next day begins"
    assert is_seen(storm, (use(NOON + HOUR),), NOON + 12 * HOUR - 1, UTC_OFFSET)
    assert not is_seen(storm, (use(NOON + HOUR),), NOON + HOUR - 1, UTC_OFFSET), "that is still to come"


def test_an_order_has_an_edge_where_it_begins_and_where_it_ends() -> None:
    assert list(order_edges((closure(until=NOON + 1), warning(NOON - 5)))) == [NOON, NOON + 1, NOON - 5]


def test_an_order_that_ends_before_it_begins_and_a_class_beyond_five_are_no_orders() -> None:
    for wrong in (NOON, NOON - 1):
        with pytest.raises(ValueError, match="'No 214' ends before it begins"):
            closure(until=wrong)
    with pytest.raises(ValueError, match="'No 7' ends before it begins"):
        warning(until=NOON)
    for level in (0, 6):
        with pytest.raises(ValueError, match="a class is 1 to 5"):
            warning(level=level)
    assert [warning(level=level).level for level in (1, 5)] == [1, 5]
