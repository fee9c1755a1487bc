"""Who is inside: entries less exits, each use once, never fewer than nobody; and what is due for a late party."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from kiosk.rules.acts import struck_off_body
from kiosk.rules.dusk import Site, sunset
from kiosk.rules.entries import ActBody, Body, DecisionBody, Entry, EntryKey, Place, Use, core_bytes
from kiosk.rules.permit import Party
from kiosk.rules.policy import PolicySet, Product, ProductKind
from kiosk.rules.presence import MUST_LOOK, Visit, due_at, heads_of, step, visit_of, weigh, witnesses
from kiosk.rules.standing import settled
from kiosk.rules.tables import Tables
from kiosk.rules.words import ActKind, ClockTrust, Direction, Outcome, Reason, Source, Step
from tests.support.park import DAY_TICKET, NOON, PARK, SLOT, SmallPark

HOUR, DAY, MINUTE = 3600, 86_400, 60
MIDNIGHT = NOON + 12 * HOUR
PERMIT, CTI = b"p" * 16, b"c" * 16
FAMILY = Party(adults=2, children=1)
IN, OUT = Direction.ENTRY, Direction.EXIT
RULES = SmallPark().set()
SITE = Site(latitude=53_083_000, longitude=70_283_000)


def entry(n: int, body: Body, at: int = NOON, device: int = 1) -> Entry:
    return Entry(key=EntryKey(device=device, chain=1, n=n), at=at, clock=ClockTrust.TRUSTED, policy=b"", body=body)


def place(way: Direction, gate: int = 1) -> Place:
    return Place(park=PARK, gate=gate, lane=1, direction=way)


def scan(n: int, way: Direction = IN, party: Party = FAMILY, at: int = NOON, gate: int = 1, **fields: Any) -> Entry:
    reason = fields.pop("reason", Reason.OK if way is IN else Reason.EXIT)
    values: dict[str, Any] = {
        "place": place(way, gate), "source": Source.CAMERA, "outcome": reason.outcome, "reason": reason,
        "permit": PERMIT, "ticket": CTI, "product": DAY_TICKET, "right": FAMILY, "entry_number": 1, "party": party,
        "details": {"until": MIDNIGHT}, "code_tail": "DVB", "facts": {"claims": {"entries": 1}},
    }  # fmt: skip
    return entry(n, DecisionBody(**(values | fields)), at, device=gate)


def act(n: int, kind: ActKind, target: Entry, at: int = NOON, **fields: Any) -> Entry:
    body = target.body
    assert isinstance(body, DecisionBody | ActBody)
    values: dict[str, Any] = {
        "act": kind, "target": target.id, "place": body.place, "by": "device", "permit": body.permit,
        "entry_number": body.entry_number,
    }  # fmt: skip
    return entry(n, ActBody(**(values | fields)), at, device=target.key.device)


def heard(n: int, way: Direction = IN, party: Party = FAMILY, at: int = NOON, number: int = 1) -> Use:
    key = EntryKey(device=9, chain=1, n=n)
    return Use(entry_id=str(key), entry_number=number, party=party, gate=2, lane=1, direction=way, at=at)


def inside(entries: Sequence[Entry], told: Sequence[Use] = ()) -> int:
    visit = visit_of(entries, told)
    return visit.heads if visit else 0


# ---- who is inside --------------------------------------------------------------------------------------------------


def test_who_came_in_and_did_not_go_out_is_inside() -> None:
    visit = visit_of([scan(1), scan(2, OUT, Party(adults=1), NOON + HOUR)])
    assert visit is not None
    assert visit.party == Party(adults=1, children=1)
    assert (visit.product, visit.code_tail, visit.ticket, visit.until) == (DAY_TICKET, "DVB", CTI, MIDNIGHT)
    assert (visit.came.gate, visit.since, visit.entry_id) == (1, NOON, scan(1).id)
    assert visit.left is not None
    assert visit.left.at == NOON + HOUR


def test_a_party_that_came_in_parts_is_inside_since_its_first() -> None:
    visit = visit_of([scan(1, party=Party(adults=1)), scan(2, party=Party(adults=1, children=1), at=NOON + HOUR)])
    assert visit is not None
    assert (visit.party, visit.since, visit.came.at) == (FAMILY, NOON, NOON + HOUR)
    again = visit_of([scan(1), scan(2, OUT, at=NOON + HOUR), scan(3, at=NOON + 2 * HOUR, returning=3)])
    assert again is not None
    assert (again.party, again.since) == (FAMILY, NOON + 2 * HOUR)


def test_refusals_training_and_what_was_annulled_move_nobody() -> None:
    assert visit_of([]) is None
    assert visit_of([scan(1, reason=Reason.ALREADY_USED, party=Party())]) is None
    assert visit_of([scan(1, reason=Reason.TRAINING)]) is None
    assert visit_of([scan(1), act(2, ActKind.ANNUL, scan(1))]) is None
    gone = scan(2, OUT)
    assert inside([scan(1), gone]) == 0
    assert inside([scan(1), gone, act(3, ActKind.ANNUL, gone)]) == 3


def test_a_correction_counts_and_an_override_too() -> None:
    assert inside([scan(1), act(2, ActKind.CORRECT, scan(1), party=Party(adults=2, children=3))]) == 5
    refused = scan(1, reason=Reason.ALREADY_USED, party=Party(), entry_number=None)
    over = act(2, ActKind.OVERRIDE, refused, party=Party(adults=4), entry_number=1, right=FAMILY)
    visit = visit_of([refused, over])
    assert visit is not None
    assert (visit.heads, visit.entry_id, visit.right) == (4, over.id, FAMILY)


def test_a_ranger_strikes_off_who_left_unseen_and_may_take_that_back() -> None:
    gone = act(2, ActKind.LEFT, scan(1), NOON + HOUR, party=Party(adults=2), place=place(OUT))
    visit = visit_of([scan(1), gone])
    assert visit is not None
    assert visit.party == Party(children=1)
    assert inside([scan(1), gone, act(3, ActKind.ANNUL, gone)]) == 3
    set_back = act(2, ActKind.LEFT, scan(1), NOON - DAY, party=FAMILY, place=place(OUT))
    assert inside([scan(1), set_back]) == 0
    assert inside([scan(1), act(2, ActKind.LEFT, scan(7), NOON - DAY, party=FAMILY, place=place(OUT))]) == 3


def test_who_went_in_elsewhere_and_out_here_is_out_and_each_use_counts_once() -> None:
    assert inside([], [heard(1)]) == 3
    assert inside([scan(2, OUT, at=NOON + 1)], [heard(1)]) == 0
    own = scan(1)
    told_back = Use(entry_id=own.id, entry_number=1, party=FAMILY, gate=1, lane=1, direction=IN, at=NOON)
    assert inside([own], [told_back, heard(5, OUT, Party(adults=1), NOON + 1)]) == 2
    visit = visit_of([], [heard(1)])
    assert visit is not None
    assert (visit.entry_id, visit.product, visit.came.gate) == (None, None, 2)


def test_people_without_a_ticket_come_in_and_are_struck_off() -> None:
    free = scan(1, permit=None, ticket=None, entry_number=None, party=Party(adults=7), right=None, details={})
    assert inside([free]) == 7
    gone = act(2, ActKind.LEFT, free, party=Party(adults=7), entry_number=1, place=place(OUT))
    assert inside([free, gone]) == 0


def test_who_comes_back_without_having_been_seen_to_leave_had_left() -> None:
    again = scan(2, reason=Reason.FLAGGED_REENTRY, returning=3, at=NOON + HOUR)
    assert inside([scan(1), again]) == 3
    assert inside([scan(1), scan(2, OUT, Party(adults=1), NOON + 1), replace(again, key=scan(3).key)]) == 3


def test_a_party_that_comes_in_on_the_next_day_came_from_outside() -> None:
    next_day = scan(2, at=NOON + DAY, entry_number=2, party=Party(adults=2))
    visit = visit_of([scan(1), next_day])
    assert visit is not None
    assert visit.heads == 3  # two came in today, so of yesterday's three at most one can be there
    assert inside([scan(1), scan(2, at=NOON + DAY, entry_number=2)]) == 3
    assert inside([scan(1, right=None), scan(2, at=NOON + DAY, entry_number=2, right=None, party=Party(adults=1))]) == 1
    back = scan(3, at=NOON + DAY + HOUR, entry_number=2, returning=2, party=Party(adults=2))
    assert inside([scan(1), next_day, scan(4, OUT, Party(adults=2), NOON + DAY + 1, entry_number=2), back]) == 3


def test_a_party_inside_under_two_entry_numbers_is_struck_off_as_a_whole_and_stays_so() -> None:
    five = Party(adults=5)
    first = scan(1, party=five, right=five, details={}, at=NOON - DAY)
    second = scan(2, party=Party(adults=2), right=five, entry_number=2, details={})
    visit = visit_of([first, second])
    assert visit is not None
    assert visit.heads == 5
    gone = entry(3, struck_off_body(second, visit, None, "device"), NOON + HOUR)
    assert inside([first, second, gone]) == 0
    assert inside([first, second, gone, act(4, ActKind.ANNUL, gone)]) == 5
    some = entry(3, struck_off_body(second, visit, Party(adults=4), "device"), NOON + HOUR)
    assert inside([first, second, some]) == 1
    # a gate that was cut off, and knows of no second day, lets them in again afterwards: they are inside
    back = heard(9, party=Party(adults=3), at=NOON + 2 * HOUR)
    assert inside([first, second, gone], [back]) == 3


def test_what_an_exit_takes_beyond_all_numbers_is_owed_by_nobody() -> None:
    first = scan(1, party=Party(adults=1), at=NOON - DAY)
    second = scan(2, party=Party(adults=1), entry_number=2)
    out = scan(3, OUT, Party(adults=9), NOON + HOUR, entry_number=2)
    assert inside([first, second, out]) == 0
    assert inside([first, second, out, scan(4, at=NOON + DAY, entry_number=3)]) == 3


@given(st.lists(st.tuples(st.booleans(), st.integers(1, 4), st.integers(1, 3)), min_size=1, max_size=9))
def test_whoever_came_and_went_under_whatever_numbers_all_out_means_nobody_is_inside(
    steps: list[tuple[bool, int, int]],
) -> None:
    right = Party(adults=6)
    entries = [
        scan(n, IN if way else OUT, Party(adults=heads), NOON + n, entry_number=number, right=right, details={})
        for n, (way, heads, number) in enumerate(steps, start=1)
    ]
    visit = visit_of(entries)
    assume(visit is not None and visit.heads)
    assert visit is not None
    target = next(each for each in entries if each.id == visit.came.entry_id)
    gone = entry(20, struck_off_body(target, visit, None, "device"), NOON + 20)
    assert inside([*entries, gone]) == 0


def test_more_going_out_than_came_in_leaves_nobody_and_not_fewer() -> None:
    assert inside([scan(1, party=Party(adults=1)), scan(2, OUT, Party(adults=3), NOON + 1)]) == 0
    visit = visit_of([scan(1, party=Party(adults=2)), scan(2, OUT, Party(children=1), NOON + 1)])
    assert visit is not None
    assert visit.party == Party(adults=1)


moves = st.lists(st.tuples(st.booleans(), st.integers(1, 4)), max_size=12)


@given(moves)
def test_inside_is_entries_less_exits_as_long_as_nobody_leaves_who_is_not_there(steps: list[tuple[bool, int]]) -> None:
    there, entries = 0, []
    for n, (goes_in, wanted) in enumerate(steps, start=1):
        heads = wanted if goes_in else min(wanted, there)
        there += heads if goes_in else -heads
        body = scan(n, IN if goes_in else OUT, Party(adults=heads), NOON + n, right=Party(adults=99))
        entries += [body] if heads else []
    assert inside(entries) == there


@given(moves, moves)
def test_nobody_is_counted_below_zero_whatever_was_written(
    steps: list[tuple[bool, int]], told: list[tuple[bool, int]]
) -> None:
    entries = [scan(n, IN if way else OUT, Party(adults=heads), NOON + n) for n, (way, heads) in enumerate(steps, 1)]
    uses = [heard(n, IN if way else OUT, Party(children=heads), NOON + n) for n, (way, heads) in enumerate(told, 1)]
    assert inside(entries, uses) >= 0
    assert inside(entries, uses) == inside(entries, list(reversed(uses)))


def test_all_heads_of_all_parties_are_added_up() -> None:
    some = [visit for n in (1, 2) if (visit := visit_of([scan(n)])) is not None]
    assert heads_of(some) == 6
    assert heads_of([]) == 0


# ---- an exit that nobody could explain ------------------------------------------------------------------------------


def unknown(n: int = 1, at: int = NOON + HOUR, gate: int = 2, **fields: Any) -> Entry:
    common: dict[str, Any] = {"reason": Reason.EXIT_UNKNOWN, "party": Party(), "entry_number": None}
    return scan(n, OUT, at=at, gate=gate, **(common | fields))


def test_an_unexplained_exit_takes_out_who_turns_out_to_have_been_inside() -> None:
    assert inside([unknown()]) == 0
    assert inside([scan(1), unknown()]) == 0
    assert inside([unknown()], [heard(1)]) == 0
    (_, gone) = settled([scan(1), unknown()])
    assert (gone.party, gone.entry_number, gone.direction, gone.gate) == (FAMILY, 1, OUT, 2)


def test_it_takes_so_many_as_were_said_and_no_more_than_there_were() -> None:
    assert inside([scan(1), unknown(facts={"answers": {"heads": 2}})]) == 1
    assert inside([scan(1), unknown(facts={"answers": {"heads": 9}})]) == 0
    for nothing in ({"answers": {"heads": True}}, {"answers": {"heads": -1}}, {"answers": 7}):
        assert inside([scan(1), unknown(facts=nothing)]) == 0


def test_it_takes_out_nobody_who_came_later_or_was_out_already() -> None:
    assert inside([scan(1, at=NOON + 2 * HOUR), unknown()]) == 3
    assert inside([scan(1), scan(2, OUT, at=NOON + 1), unknown(), scan(3, at=NOON + 2 * HOUR, returning=3)]) == 3


def test_it_may_be_annulled_and_corrected() -> None:
    exit_ = unknown()
    assert inside([scan(1), exit_, act(2, ActKind.ANNUL, exit_)]) == 3
    assert inside([scan(1), exit_, act(2, ActKind.CORRECT, exit_, party=Party(adults=1))]) == 2
    assert inside([scan(1), exit_, act(2, ActKind.CORRECT, scan(7), party=Party(adults=1))]) == 0


def test_what_the_registry_made_of_it_is_taken_over() -> None:
    own = unknown(gate=1)
    told = Use(entry_id=own.id, entry_number=1, party=Party(adults=1), gate=1, lane=1, direction=OUT, at=own.at)
    assert inside([own], [heard(1), told]) == 2


def test_two_of_them_take_out_one_party_once() -> None:
    assert [use.party.heads for use in settled([scan(1), unknown(1), unknown(2, NOON + 2 * HOUR)])] == [3, 3]


# ---- when it should be back -----------------------------------------------------------------------------------------


def visit(**changes: Any) -> Visit:
    made = visit_of([scan(1, **changes)])
    assert made is not None
    return made


def rules(product: Product | None = None, site: Site | None = None, **policy: Any) -> PolicySet:
    products = RULES.products | ({product.product: product} if product else {})
    return replace(RULES, products=products, tables=Tables(place=site), policy=replace(RULES.policy, **policy))


def test_a_party_is_due_when_it_said_or_else_at_the_end_of_its_right() -> None:
    said = visit(details={"until": MIDNIGHT, "expected_return": NOON + 3 * DAY})
    assert due_at(said, rules(site=SITE)) == NOON + 3 * DAY
    assert due_at(visit(), rules()) == MIDNIGHT
    assert due_at(visit(product=SLOT, details={"until": NOON + HOUR}), rules()) == NOON + HOUR
    stay = {"details": {"until": MIDNIGHT + 2 * DAY}}
    assert due_at(visit(**stay), rules()) == MIDNIGHT + 2 * DAY
    days = visit(facts={"permit": {"entries": 3}}, **stay)
    assert due_at(days, rules()) == MIDNIGHT
    assert due_at(visit(facts={}, details={"until": NOON + 1}, product=None), rules()) == NOON + 1
    assert due_at(visit(details={}), rules()) == MIDNIGHT
    assert due_at(visit(permit=None, details={"until": MIDNIGHT + 9 * DAY}), rules()) == MIDNIGHT


def test_of_a_day_nobody_is_out_after_sunset_unless_they_went_in_after_it() -> None:
    today = RULES.policy.local_day(NOON)
    dark = sunset(SITE, today)
    assert dark is not None
    assert due_at(visit(), rules(site=SITE)) == dark
    assert due_at(visit(details={"until": dark - HOUR}), rules(site=SITE)) == dark - HOUR
    assert due_at(visit(details={"until": MIDNIGHT + DAY}), rules(site=SITE)) == sunset(SITE, today + 1)
    assert due_at(visit(at=dark), rules(site=SITE)) == MIDNIGHT
    assert due_at(visit(at=dark - 1), rules(site=SITE)) == dark


def test_staff_and_passes_are_never_due() -> None:
    resident = Product(product=SLOT, names=RULES.names, kind=ProductKind.PASS)
    assert due_at(visit(product=SLOT), rules(resident)) is None
    for reason in (Reason.STAFF, Reason.OFFICIAL, Reason.PASS):
        late = visit(reason=reason)
        assert due_at(late, rules()) is None
        assert step(late, rules(), NOON + 9 * DAY) is None


LATE = [
    (-1, (), None),
    (0, (), Step.WAIT),
    (179, (), Step.WAIT),
    (180, (), Step.CALL_LEADER),
    (180, (ActKind.LEADER_CALLED,), Step.WAIT),
    (419, (ActKind.LEADER_CALLED,), Step.WAIT),
    (420, (ActKind.LEADER_CALLED,), Step.CALL_CONTACT),
    (420, (), Step.CALL_CONTACT),
    (420, (ActKind.CONTACT_CALLED,), Step.CALL_RESCUE),
    (0, (ActKind.RESCUE_CALLED,), Step.RESCUE_CALLED),
    (900, (ActKind.LEADER_CALLED, ActKind.CONTACT_CALLED, ActKind.RESCUE_CALLED), Step.RESCUE_CALLED),
]


@pytest.mark.parametrize("minutes, calls, expected", LATE)
def test_the_clock_says_whom_to_call_next(minutes: int, calls: tuple[ActKind, ...], expected: Step | None) -> None:
    acts = [act(n, call, scan(1), NOON + HOUR) for n, call in enumerate(calls, start=2)]
    party = visit_of([scan(1), *acts])
    assert party is not None
    assert [call.act for call in party.calls] == list(calls)
    assert step(party, rules(), MIDNIGHT + minutes * MINUTE) is expected


def test_the_park_s_own_minutes_count() -> None:
    hasty = rules(overdue_after_minutes=10, contact_after_minutes=20)
    steps = [step(visit(), hasty, MIDNIGHT + minutes * MINUTE) for minutes in (9, 10, 19, 20)]
    assert steps == [Step.WAIT, Step.CALL_LEADER, Step.CALL_LEADER, Step.CALL_CONTACT]


def test_who_is_out_is_not_late_and_calls_of_an_earlier_stay_do_not_count() -> None:
    gone = visit_of([scan(1), scan(2, OUT, at=NOON + 1)])
    assert gone is not None
    assert step(gone, rules(), MIDNIGHT + DAY) is None
    first = scan(1)
    call = act(2, ActKind.RESCUE_CALLED, first, NOON + 1)
    again = visit_of([first, call, scan(3, OUT, at=NOON + 2), scan(4, at=NOON + 3, returning=3)])
    assert again is not None
    assert step(again, rules(), MIDNIGHT + 200 * MINUTE) is Step.CALL_LEADER


# ---- who may have seen it -------------------------------------------------------------------------------------------


def test_witnesses_were_in_with_it_on_its_way_and_those_who_are_out_come_first() -> None:
    lost = visit()

    def other(n: int, *more: Entry, **fields: Any) -> Visit:
        made = visit_of([scan(n, **({"permit": bytes([n]) * 16} | fields)), *more])
        assert made is not None
        return replace(made, permit=bytes([n]) * 16)

    def out(n: int, at: int) -> Entry:
        return scan(n, OUT, at=at, permit=bytes([n - 50]) * 16)

    long_gone = other(2, out(52, NOON - HOUR), at=NOON - 2 * HOUR)
    early = other(3, out(53, NOON + HOUR), at=NOON - HOUR)
    last = other(4, out(54, NOON + 3 * HOUR))
    camping = other(5, details={"until": MIDNIGHT + 3 * DAY})
    late = other(6)
    elsewhere = other(7, product=SLOT)
    zoned = replace(RULES.products[DAY_TICKET], zones=(4, 5)), replace(RULES.products[SLOT], zones=(5,))
    everybody = [long_gone, early, last, camping, late, elsewhere, lost]
    assert witnesses(lost, everybody, rules(), MIDNIGHT + HOUR) == (last, early, camping)
    with_zones = replace(RULES, products={product.product: product for product in zoned})
    assert witnesses(lost, [elsewhere], with_zones, NOON) == (elsewhere,)
    assert witnesses(lost, [replace(elsewhere, product=None)], with_zones, NOON) == ()


# ---- a core read in passing -----------------------------------------------------------------------------------------


def test_a_core_tells_in_passing_whom_it_moves() -> None:
    def told(item: Entry) -> tuple[bytes | str, int] | None:
        return weigh(item.id, core_bytes(item))

    assert told(scan(1)) == (PERMIT, 3)
    assert told(scan(1, OUT)) == (PERMIT, -3)
    assert told(unknown()) == (PERMIT, 0)
    assert told(scan(1, reason=Reason.TRAINING)) is None
    assert told(scan(1, reason=Reason.EXPIRED)) is None
    free = scan(1, permit=None)
    assert told(free) == (free.id, 3)
    over = act(2, ActKind.OVERRIDE, scan(1), party=Party(adults=4))
    assert told(over) == (PERMIT, 4)
    assert told(act(2, ActKind.OVERRIDE, scan(1), party=None)) == (PERMIT, 0)
    for kind in (ActKind.ANNUL, ActKind.CORRECT, ActKind.LEFT, ActKind.LEADER_CALLED, ActKind.CONTACT_CALLED):
        assert told(act(2, kind, scan(1))) == (PERMIT, MUST_LOOK)
        assert told(act(2, kind, free)) == (free.id, MUST_LOOK)
    for kind in (ActKind.PULSE, ActKind.POSITION, ActKind.ERASE):
        assert told(act(2, kind, scan(1))) is None
    assert scan(1).body.outcome is Outcome.ADMITTED  # type: ignore[union-attr]
