"""Clean-up days: participants and bags, by gate, day and product."""

from dataclasses import replace
from datetime import date
from typing import Any

from kiosk.rules.entries import ActBody, Body, DecisionBody, Entry, EntryKey, Place, TrustBody
from kiosk.rules.events import EventRow, events
from kiosk.rules.permit import Party
from kiosk.rules.statistics import Period
from kiosk.rules.words import ActKind, ClockTrust, Direction, Outcome, Reason, Source
from tests.support.park import CLEAN_UP, DAY_TICKET, NOON, PARK, SmallPark

HERE = Place(park=PARK, gate=1, lane=1, direction=Direction.ENTRY)
RULES = SmallPark().set()
SATURDAY = date(2026, 7, 4)


def entry(n: int, body: Body, at: int = NOON) -> Entry:
    key = EntryKey(device=1, chain=1, n=n)
    return Entry(key=key, at=at, clock=ClockTrust.TRUSTED, policy=b"", body=body)


def party(heads: int, bags: int | None = None, **changes: Any) -> DecisionBody:
    details = {} if bags is None else {"bags": bags}
    body = DecisionBody(
        place=HERE, source=Source.RANGER, outcome=Outcome.ADMITTED, reason=Reason.OK, product=CLEAN_UP,
        party=Party(adults=heads), details=details,
    )  # fmt: skip
    return replace(body, **changes)


def act(kind: ActKind, n: int, **changes: Any) -> ActBody:
    target = str(EntryKey(device=1, chain=1, n=n))
    fields: dict[str, Any] = {"act": kind, "target": target, "place": HERE, "product": CLEAN_UP}
    return ActBody(**(fields | changes))


def row(participants: int, bags: int, **changes: Any) -> EventRow:
    fields: dict[str, Any] = {"park": PARK, "gate": 1, "local_date": "2026-07-04", "product": CLEAN_UP}
    return EventRow(**(fields | {"participants": participants, "bags": bags} | changes))


def test_participants_and_bags_are_added_up_by_gate_day_and_product() -> None:
    other = replace(HERE, gate=2)
    entries = [
        entry(1, party(12, 30)),
        entry(2, party(5)),
        entry(3, party(4, 1, place=other)),
        entry(4, party(3, 2), at=NOON + 12 * 3600),
        entry(5, party(9, 9, product=DAY_TICKET)),
        entry(6, party(9, 9, place=replace(HERE, direction=Direction.EXIT))),
        entry(7, party(9, 9, outcome=Outcome.REFUSED)),
        entry(8, party(9, 9, product=None)),
        entry(9, TrustBody(park=PARK, version=1, digest=b"")),
    ]
    assert events(reversed(entries), RULES) == [row(17, 30), row(3, 2, local_date="2026-07-05"), row(4, 1, gate=2)]


def test_bags_that_come_back_later_are_added_and_annulments_and_corrections_applied() -> None:
    entries = [
        entry(1, party(12, 30)),
        entry(2, act(ActKind.BAGS, 1, bags=11)),
        entry(3, act(ActKind.BAGS, 1)),
        entry(4, act(ActKind.CORRECT, 1, party=Party(adults=10))),
        entry(5, act(ActKind.CORRECT, 1)),
        entry(6, act(ActKind.PULSE, 1)),
        entry(7, party(5, 3)),
        entry(8, act(ActKind.ANNUL, 7)),
        entry(9, act(ActKind.BAGS, 7, bags=50)),
        entry(10, act(ActKind.BAGS, 77, bags=50)),
    ]
    assert events(entries, RULES) == [row(10, 41)]


def test_an_override_takes_part_too() -> None:
    entries = [
        entry(1, act(ActKind.OVERRIDE, 9, party=Party(adults=2))),
        entry(2, act(ActKind.BAGS, 1, bags=4)),
        entry(3, act(ActKind.OVERRIDE, 9)),
    ]
    assert events(entries, RULES) == [row(2, 4)]


def test_only_the_period_counts_though_bags_may_be_added_after_it() -> None:
    late = entry(2, act(ActKind.BAGS, 1, bags=7), at=NOON + 5 * 86_400)
    midnight = NOON - 12 * 3600
    early = [entry(3, party(9, 9), at=midnight - 1), entry(4, party(4), at=midnight), entry(5, party(1), at=NOON)]
    after = [entry(6, party(9), at=midnight + 86_400), entry(7, party(8), at=midnight + 86_399)]
    entries = [entry(1, party(2)), late, *early, *after]
    assert events(entries, RULES, Period(first=SATURDAY, last=SATURDAY)) == [row(15, 7)]


def test_bags_that_are_no_number_are_none() -> None:
    assert events([entry(1, party(2, details={"bags": "many"}))], RULES) == [row(2, 0)]
