"""Running tallies: whatever happens in whatever order, they are those of all passages counted anew."""

from dataclasses import dataclass, replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.rules.entries import ActBody, Entry, FirstUse
from kiosk.rules.passages import Passages, passages_of
from kiosk.rules.permit import Party
from kiosk.rules.policy import PolicySet, ProductKind
from kiosk.rules.quota import Tally
from kiosk.rules.running import Running, RunningTallies
from kiosk.rules.words import ActKind, ClockTrust, Direction, Outcome, Reason
from tests.kiosk.rules.test_limits import BY_ORDER
from tests.kiosk.rules.test_quota import DAY, HERE, HOUR, MIDNIGHT, OTHER, OUT, PERMIT, Writer
from tests.support.park import DAY_TICKET, FREE_REENTRY, NOON, SLOT, SmallPark
from tests.support.tally_fold import tallied

SLOTS = {"per": "slot", "slots": ["08:00-12:00", "12:00-13:30", "22:00-02:00"]}
QUOTAS: list[dict[str, Any]] = [
    {"quota": "day", "counts": "entered", "per": "day"},
    {"quota": "slots", "counts": "entered"} | SLOTS,
    {"quota": "inside today", "counts": "inside", "per": "day"},
    {"quota": "inside slots", "counts": "inside", "products": [SLOT, DAY_TICKET]} | SLOTS,
    {"quota": "stay", "counts": "inside", "per": "stay", "until": "2026-07-04"},
]


def park() -> PolicySet:
    common = {"heads": 99, "since": "2026-07-01", "shares": [{"gate": 1, "lane": 1, "heads": 99}]} | BY_ORDER
    some = SmallPark(tables={"quotas": [common | each for each in QUOTAS]}).set()
    car = replace(some.products[SLOT], vehicle_class="car")
    card = replace(some.products[FREE_REENTRY], kind=ProductKind.PASS)
    return replace(some, products={**some.products, SLOT: car, FREE_REENTRY: card})


PARK = park()
PRODUCTS = [PARK.products[number] for number in (DAY_TICKET, SLOT, FREE_REENTRY)]
times = st.sampled_from([NOON - 26 * HOUR, NOON - 12 * HOUR, NOON - HOUR, NOON, NOON + HOUR, NOON + 11 * HOUR])


@dataclass
class Lane:
    """One lane's journal, what runs along with it, and what it has let go of."""

    writer: Writer
    passages: Passages
    running: RunningTallies
    has_forgotten: bool = False

    def read_on(self, entry: Entry) -> None:
        self.passages.bring_forward(entry)

    def expect_the_same(self, first: int, last: int) -> None:
        """The running figures are those of a count from nothing, product by product."""
        kept = self.passages.all()
        if not self.has_forgotten:
            assert kept == passages_of(self.writer.entries, HERE)
        for product in PRODUCTS:
            anew = tallied(PARK, product, HERE, kept, first, last)
            assert self.running.of(product, first, last) == anew


def new_lane() -> Lane:
    passages = Passages(HERE)
    return Lane(Writer(), passages, RunningTallies(PARK, HERE, passages))


def written(lane: Lane, draw: Any) -> Entry:
    """Somebody at the barrier, at a time that is known or in doubt."""
    heads, at = draw(st.integers(0, 5)), draw(times)
    place = draw(st.sampled_from([HERE, HERE, OUT, replace(HERE, lane=2)]))
    fields: dict[str, Any] = {
        "place": place,
        "permit": draw(st.sampled_from([PERMIT, PERMIT, OTHER, None])),
        "product": draw(st.sampled_from([DAY_TICKET, SLOT, FREE_REENTRY, 99, None])),
        "reason": draw(st.sampled_from([Reason.OK, Reason.WELCOME_BACK, Reason.PASS, Reason.EXEMPT, Reason.TRAINING])),
        "returning": draw(st.integers(0, heads)),
        "first_use": draw(st.none() | st.builds(FirstUse, at=times, gate=st.just(1), lane=st.just(1))),
    }
    clock = draw(st.sampled_from([ClockTrust.TRUSTED, ClockTrust.TRUSTED, ClockTrust.SUSPECT, ClockTrust.GIVEN]))
    if clock is ClockTrust.SUSPECT:
        fields["facts"] = {"moment": {"earliest": at - draw(st.sampled_from([0, HOUR, DAY])), "latest": at + 5 * HOUR}}
    return lane.writer.go(heads, at, clock, **fields)


def acted(lane: Lane, draw: Any) -> Entry:
    """Something a person says about an earlier entry, or lets somebody in by it."""
    if not lane.writer.entries:
        return written(lane, draw)
    target = draw(st.sampled_from(lane.writer.entries))
    act = draw(st.sampled_from([ActKind.ANNUL, ActKind.CORRECT, ActKind.LEFT, ActKind.OVERRIDE, ActKind.PULSE]))
    party = draw(st.none() | st.builds(Party, adults=st.integers(0, 6)))
    body = ActBody(act=act, target=target.id, place=HERE, party=party, permit=draw(st.sampled_from([PERMIT, None])))
    return lane.writer.write(body, draw(times), draw(st.sampled_from([ClockTrust.TRUSTED, ClockTrust.SUSPECT])))


@settings(max_examples=150)
@given(data=st.data())
def test_running_tallies_are_those_of_all_passages_counted_anew(data: st.DataObject) -> None:
    lane = new_lane()
    for step in data.draw(st.lists(st.sampled_from("wwwwaaadf"), min_size=1, max_size=25)):
        if step == "d":
            at = data.draw(times)
            lane.passages.date(at)
            lane.has_forgotten = True  # of a time that was told to it alone, the journal knows nothing
        elif step == "f":
            lane.passages.forget_before(data.draw(st.sampled_from([MIDNIGHT - DAY, MIDNIGHT])))
            lane.has_forgotten = True
        else:
            lane.read_on((written if step == "w" else acted)(lane, data.draw))
        first = data.draw(times)
        lane.expect_the_same(first, first + data.draw(st.sampled_from([0, HOUR, DAY])))


def test_a_new_passage_is_added_and_nothing_is_counted_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    lane, counted = new_lane(), 0
    real = Running.add

    def add(running: Running, passage: Any) -> None:
        nonlocal counted
        counted += running.quota.quota == "day"
        real(running, passage)

    monkeypatch.setattr(Running, "add", add)
    first = lane.writer.go(1)
    lane.read_on(first)
    for _ in range(50):
        lane.read_on(lane.writer.go(1, permit=OTHER))
        lane.running.of(PRODUCTS[0], NOON, NOON)
    assert counted == 51
    lane.read_on(lane.writer.go(1, outcome=Outcome.REFUSED, reason=Reason.FULL))
    lane.read_on(lane.writer.act(ActKind.PULSE, first))
    lane.running.of(PRODUCTS[0], NOON, NOON)
    assert counted == 51
    lane.read_on(lane.writer.act(ActKind.ANNUL, first))
    assert Tally(quota="day", heads=50, start=MIDNIGHT) in lane.running.of(PRODUCTS[0], NOON, NOON)
    assert counted == 101
    assert {each.way for each in lane.passages.all()} == {Direction.ENTRY}


def test_between_two_slots_nobody_is_counted() -> None:
    lane = new_lane()
    lane.read_on(lane.writer.go(2, NOON + 3 * HOUR))
    assert lane.running.of(PRODUCTS[0], NOON + 3 * HOUR, NOON + 3 * HOUR) == (
        Tally(quota="day", heads=2, start=MIDNIGHT),
        Tally(quota="inside today", heads=2, start=MIDNIGHT),
        Tally(quota="stay", heads=2, start=0),
    )
