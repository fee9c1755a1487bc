"""A ranger's acts: upon what they can be done, and under which entry number they count."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.errors import UsageError
from kiosk.rules.acts import (
    acknowledging_body,
    amending_body,
    bags_body,
    call_body,
    completing_body,
    did_not_turn,
    is_admission,
    is_against_the_rules,
    kinds_of,
    moves_barrier,
    moves_people,
    opening_body,
    overridable,
    override_body,
    own_key,
    passed_held_open,
    struck_off_body,
)
from kiosk.rules.entries import ActBody, AlarmBody, Body, ChainBody, DecisionBody, Entry, EntryKey, Place, Use
from kiosk.rules.permit import Party
from kiosk.rules.presence import visit_of
from kiosk.rules.receipts import Receipt, ReceiptResult
from kiosk.rules.ticket import Flag
from kiosk.rules.words import ActKind, AlarmKind, ClockTrust, Direction, Outcome, Reason, Source
from tests.support.park import CLEAN_UP, NOON, PARK, VEHICLE, SmallPark

DAY = 86_400
HERE = Place(park=PARK, gate=1, lane=1, direction=Direction.ENTRY)
RIGHT = Party(adults=2, children=1)
DECISION = DecisionBody(
    place=HERE, source=Source.CAMERA, outcome=Outcome.REFUSED, reason=Reason.ALREADY_USED, permit=b"p" * 16,
    ticket=b"t" * 16, product=3, right=RIGHT, entry_number=2,
)  # fmt: skip
ADMISSION = replace(DECISION, outcome=Outcome.ADMITTED, reason=Reason.OK, party=RIGHT)


def entry(body: Body) -> Entry:
    key = EntryKey(device=1, chain=1, n=2)
    return Entry(key=key, at=NOON, clock=ClockTrust.TRUSTED, policy=b"", body=body)


def used(hours: int, number: int = 1, direction: Direction = Direction.ENTRY) -> Use:
    at = NOON - hours * 3600
    return Use(entry_id=str(at), entry_number=number, party=RIGHT, gate=1, lane=1, direction=direction, at=at)


def overridden(body: DecisionBody, party: Party = RIGHT, uses: tuple[Use, ...] = ()) -> ActBody:
    return override_body(entry(body), body, party, by="r1", uses=uses, rules=SmallPark().set(), now=NOON)


@pytest.mark.parametrize(
    "body, lets_through",
    [
        (ADMISSION, True),
        (DECISION, False),
        (ActBody(act=ActKind.OVERRIDE, target="x", place=HERE), True),
        (ActBody(act=ActKind.ANNUL, target="x", place=HERE), False),
        (ChainBody(park=PARK, gate=1, lane=1, software="test"), False),
    ],
)
def test_only_admissions_and_overrides_let_anybody_through(body: Body, lets_through: bool) -> None:
    assert is_admission(entry(body)) is lets_through


def test_what_was_done_is_told_of_the_acts_alone() -> None:
    act = ActBody(act=ActKind.PULSE, target="1", place=HERE)
    acts = [entry(act), entry(replace(act, act=ActKind.ANNUL)), entry(act), entry(DECISION)]
    assert kinds_of(acts) == {ActKind.PULSE, ActKind.ANNUL}
    assert kinds_of([]) == frozenset()


def test_who_was_refused_goes_in_with_the_ticket_s_party_or_the_one_that_was_counted() -> None:
    assert overridable(entry(DECISION), None) == (DECISION, RIGHT)
    assert overridable(entry(DECISION), Party(adults=9)) == (DECISION, Party(adults=9))


@pytest.mark.parametrize(
    "body, party, said",
    [
        (ActBody(act=ActKind.ANNUL, target="x", place=HERE), None, "is not a decision"),
        (ADMISSION, None, "was admitted: there is nothing to override"),
        (replace(DECISION, facts={"claims": {"flags": int(Flag.TRAINING)}}), None, "training ticket"),
        (replace(DECISION, right=None), None, "say how many"),
        (DECISION, Party(), "say how many"),
    ],
)
def test_what_cannot_be_overridden_says_why(body: Body, party: Party | None, said: str) -> None:
    target = entry(body)
    with pytest.raises(UsageError, match=said) as caught:
        overridable(target, party)
    assert target.id in str(caught.value) or "This scan named no party" in str(caught.value)


@pytest.mark.parametrize("facts", [{}, {"claims": {}}, {"claims": {"flags": int(Flag.GUIDE_REQUIRED)}}])
def test_other_tickets_than_those_of_a_rehearsal_can_be_overridden(facts: dict[str, Any]) -> None:
    assert overridable(entry(replace(DECISION, facts=facts)), None)[1] == RIGHT


def test_an_override_counts_under_the_entry_number_that_is_open_and_may_exceed_the_right() -> None:
    act = overridden(DECISION, uses=(used(3),))
    assert (act.act, act.target, act.by) == (ActKind.OVERRIDE, entry(DECISION).id, "r1")
    assert (act.place, act.permit, act.ticket, act.product, act.right) == (HERE, b"p" * 16, b"t" * 16, 3, RIGHT)
    assert (act.entry_number, act.party, act.returning) == (1, RIGHT, 0)
    tomorrow = overridden(DECISION, uses=(used(30),))
    assert tomorrow.entry_number == 2
    back = overridden(DECISION, uses=(used(3), used(2, direction=Direction.EXIT)))
    assert (back.entry_number, back.returning) == (1, 3)


def test_an_override_on_the_way_out_ends_the_entry_that_is_inside() -> None:
    out = replace(DECISION, place=replace(HERE, direction=Direction.EXIT))
    assert overridden(out, uses=(used(30, number=4),)).entry_number == 4
    assert overridden(out).entry_number == 1


@pytest.mark.parametrize("changes", [{"permit": None}, {"right": None}])
def test_an_override_of_what_has_no_right_is_its_first_use(changes: dict[str, Any]) -> None:
    act = overridden(replace(DECISION, **changes), uses=(used(30),))
    assert (act.entry_number, act.returning) == (1, 0)


def test_an_admission_is_amended_under_its_own_number_and_nothing_else_is() -> None:
    act = amending_body(entry(ADMISSION), ActKind.CORRECT, Party(adults=1), "r2")
    assert (act.act, act.entry_number, act.party, act.by) == (ActKind.CORRECT, 2, Party(adults=1), "r2")
    override = entry(overridden(DECISION))
    assert amending_body(override, ActKind.ANNUL, None, "r2").party is None
    with pytest.raises(UsageError, match=f"{entry(DECISION).id} let nobody through: there is nothing to annul"):
        amending_body(entry(DECISION), ActKind.ANNUL, None, "r2")


def test_an_override_of_a_vehicle_knows_who_came_back_in_it() -> None:
    car = replace(DECISION, product=VEHICLE, right=Party(), vehicle_class="car")
    act = overridden(car, Party(adults=5), uses=(used(3), used(2, direction=Direction.EXIT)))
    assert (act.entry_number, act.returning, act.vehicle_class) == (1, 3, "car")
    assert overridden(replace(car, product=None), uses=(used(3), used(2, direction=Direction.EXIT))).returning == 0


def test_a_party_inside_is_struck_off_by_an_exit_that_points_to_its_admission() -> None:
    target = entry(ADMISSION)
    visit = visit_of([target])
    assert visit is not None
    act = struck_off_body(target, visit, None, "r1")
    assert (act.act, act.target, act.by, act.party) == (ActKind.LEFT, target.id, "r1", RIGHT)
    assert (act.place.direction, act.entry_number, act.permit) == (Direction.EXIT, 2, b"p" * 16)
    assert struck_off_body(target, visit, Party(adults=1), "r1").party == Party(adults=1)
    for wrong in (Party(), Party(adults=4)):
        with pytest.raises(UsageError, match=f"3 of {target.id} are inside"):
            struck_off_body(target, visit, wrong, "r1")
    for body, some in ((ADMISSION, replace(visit, party=Party())), (DECISION, visit), (act, visit)):
        with pytest.raises(UsageError, match="Nobody of"):
            struck_off_body(entry(body), some, None, "r1")
        with pytest.raises(UsageError, match="nobody to ask after"):
            call_body(entry(body), some, ActKind.LEADER_CALLED, "r1")
    call = call_body(target, visit, ActKind.LEADER_CALLED, "r2")
    assert (call.act, call.target, call.party, call.by) == (ActKind.LEADER_CALLED, target.id, None, "r2")
    assert (call.entry_number, call.permit) == (2, b"p" * 16)


def test_an_admission_and_a_striking_off_move_people_and_a_call_does_not() -> None:
    acts = {kind: moves_people(entry(ActBody(act=kind, target="x", place=HERE))) for kind in ActKind}
    assert {kind for kind, moves in acts.items() if moves} == {ActKind.OVERRIDE, ActKind.LEFT}
    assert moves_people(entry(ADMISSION))
    assert not moves_people(entry(DECISION))


def test_an_opening_without_a_scan_points_to_what_it_is_about_or_to_nothing() -> None:
    assert opening_body(HERE, "r1", None) == ActBody(act=ActKind.OPEN, target="", place=HERE, by="r1")
    assert opening_body(HERE, "r1", entry(DECISION)).target == entry(DECISION).id


@pytest.mark.parametrize(
    "body, moves, against",
    [
        (ADMISSION, True, False),
        (DECISION, False, False),
        (ActBody(act=ActKind.OVERRIDE, target="x", place=HERE), True, True),
        (ActBody(act=ActKind.OPEN, target="", place=HERE), True, True),
        (ActBody(act=ActKind.PULSE, target="x", place=HERE), False, False),
    ],
)
def test_what_moves_the_barrier_and_what_was_against_the_rules(body: Body, moves: bool, against: bool) -> None:
    assert (moves_barrier(entry(body)), is_against_the_rules(entry(body))) == (moves, against)


@pytest.mark.parametrize(
    "body, passed",
    [
        (replace(ADMISSION, details={"kept_open": 1}), True),
        (ADMISSION, False),
        (replace(DECISION, details={"kept_open": 1}), False),
        (ActBody(act=ActKind.OVERRIDE, target="x", place=HERE, position="held"), True),
        (ActBody(act=ActKind.OPEN, target="", place=HERE, position="held"), True),
        (ActBody(act=ActKind.OVERRIDE, target="x", place=HERE), False),
        (ActBody(act=ActKind.OVERRIDE, target="x", place=HERE, position="open"), False),
        (ActBody(act=ActKind.POSITION, target="x", place=HERE, position="held"), False),
        (AlarmBody(alarm=AlarmKind.KEPT_OPEN, place=HERE), False),
    ],
)
def test_who_was_let_through_a_barrier_held_open_is_owed_no_pulse(body: Body, passed: bool) -> None:
    assert passed_held_open(entry(body)) is passed


@pytest.mark.parametrize(
    "kinds, is_so",
    [
        ((), False),
        ((ActKind.PULSE,), False),
        ((ActKind.POSITION,), False),
        ((ActKind.POSITION, ActKind.PULSE), False),
        ((ActKind.PULSE, ActKind.POSITION), True),
        ((ActKind.POSITION, ActKind.PULSE, ActKind.POSITION), True),
    ],
)
def test_a_position_read_after_the_pulse_says_that_nobody_turned(kinds: tuple[ActKind, ...], is_so: bool) -> None:
    acts = [entry(DECISION), *(acted(kind) for kind in kinds)]
    assert did_not_turn(acts) is is_so


def test_an_alarm_is_seen_to_once_and_nothing_else_is() -> None:
    alarm = entry(AlarmBody(alarm=AlarmKind.DOOR, place=HERE))
    act = acknowledging_body(alarm, (acted(ActKind.PULSE), entry(DECISION)), HERE, "r1")
    assert (act.act, act.target, act.by) == (ActKind.ACKNOWLEDGE, alarm.id, "r1")
    with pytest.raises(UsageError, match=f"r1 has seen to {alarm.id} already"):
        acknowledging_body(alarm, (entry(act),), HERE, "r2")
    with pytest.raises(UsageError, match="is no alarm"):
        acknowledging_body(entry(DECISION), (), HERE, "r1")


def test_the_barrier_s_own_record_lets_nobody_through() -> None:
    pulse = entry(ActBody(act=ActKind.PULSE, target=entry(ADMISSION).id, place=HERE))
    with pytest.raises(UsageError, match="let nobody through"):
        amending_body(pulse, ActKind.ANNUL, None, "r2")


@pytest.mark.parametrize("kind", [ActKind.ANNUL, ActKind.CORRECT])
def test_an_annulment_or_a_correction_is_no_entry_to_amend(kind: ActKind) -> None:
    act = entry(ActBody(act=kind, target=entry(ADMISSION).id, place=HERE))
    with pytest.raises(UsageError, match="is itself an act upon"):
        amending_body(act, ActKind.ANNUL, None, "r2")


def acted(kind: ActKind, party: Party | None = None, n: int = 3) -> Entry:
    body = ActBody(act=kind, target=entry(ADMISSION).id, place=HERE, party=party)
    return replace(entry(body), key=EntryKey(device=1, chain=1, n=n))


@pytest.mark.parametrize(
    "party, said",
    [
        (Party(), "Then annul it"),
        (Party(adults=1000), "1000 people at once. At most 999"),
        (Party(adults=2), "says so already: 2 went through"),
    ],
)
def test_a_correction_that_changes_nothing_or_too_much_says_so(party: Party, said: str) -> None:
    acts = (acted(ActKind.PULSE), acted(ActKind.CORRECT, Party(adults=1)), acted(ActKind.CORRECT, Party(adults=2), 4))
    with pytest.raises(UsageError, match=said):
        amending_body(entry(ADMISSION), ActKind.CORRECT, party, "r2", acts=acts)
    assert amending_body(entry(ADMISSION), ActKind.CORRECT, RIGHT, "r2", acts=acts).party == RIGHT


def test_an_override_of_too_many_is_a_slip_of_the_finger() -> None:
    with pytest.raises(UsageError, match="At most 999"):
        overridable(entry(DECISION), Party(other=1000))


def test_an_annulled_entry_is_not_amended_again() -> None:
    with pytest.raises(UsageError, match=f"annulled already by {acted(ActKind.ANNUL).id}"):
        amending_body(entry(ADMISSION), ActKind.ANNUL, None, "r2", acts=(acted(ActKind.PULSE), acted(ActKind.ANNUL)))


def moved(entry_id: str, heads: int, way: Direction = Direction.ENTRY, number: int = 2) -> Use:
    party = Party(adults=heads)
    return Use(entry_id=entry_id, entry_number=number, party=party, gate=2, lane=1, direction=way, at=NOON)


@given(entered=st.integers(1, 9), left=st.integers(0, 9), corrected=st.integers(0, 9), elsewhere=st.integers(0, 3))
def test_no_amendment_makes_more_leave_than_went_in(entered: int, left: int, corrected: int, elsewhere: int) -> None:
    mine = entry(ADMISSION)
    uses = (
        moved(mine.id, entered),
        moved("B", elsewhere),
        moved("C", left, Direction.EXIT),
        moved("D", 5, Direction.EXIT, number=1),
    )
    party = Party(adults=corrected) if corrected else None
    kind = ActKind.CORRECT if corrected else ActKind.ANNUL
    may = corrected >= entered or corrected + elsewhere >= left
    if may:
        amending_body(mine, kind, party, "r2", uses=uses)
        return
    with pytest.raises(UsageError, match=f"{left} of them left again since: they had gone in.*C, gate 2, lane 1"):
        amending_body(mine, kind, party, "r2", uses=uses)


@given(inside=st.integers(0, 9), left=st.integers(1, 9), corrected=st.integers(0, 9))
def test_no_correction_of_an_exit_lets_more_leave_than_are_there(inside: int, left: int, corrected: int) -> None:
    out = replace(ADMISSION, place=replace(HERE, direction=Direction.EXIT), party=Party(children=left))
    uses = (moved("A", inside), moved(entry(out).id, left, Direction.EXIT))
    party = Party(adults=corrected) if corrected else None
    if corrected <= left or corrected <= inside:
        amending_body(entry(out), ActKind.CORRECT, party, "r2", uses=uses)
        return
    with pytest.raises(UsageError, match="Fewer than that had gone in"):
        amending_body(entry(out), ActKind.CORRECT, party, "r2", uses=uses)


def test_only_an_own_entry_can_be_acted_upon() -> None:
    key = EntryKey(device=7, chain=1, n=2)
    assert own_key(str(key).lower(), 7) == key
    with pytest.raises(UsageError, match="is an entry of device 7, and this is device 8"):
        own_key(str(key), 8)
    with pytest.raises(UsageError, match="is not an entry id"):
        own_key("nothing", 8)


def test_a_receipt_says_one_of_four_words_of_one_entry() -> None:
    assert {str(word) for word in ReceiptResult} == {"accepted", "duplicate", "conflict", "quarantined"}
    assert Receipt(id="x", result=ReceiptResult.ACCEPTED).detail is None


def test_the_form_of_an_official_entry_alone_can_be_completed() -> None:
    official = replace(ADMISSION, reason=Reason.OFFICIAL, permit=None)
    act = completing_body(entry(official), "r1")
    assert (act.act, act.target, act.by, act.party, act.entry_number) == (
        ActKind.COMPLETE, str(entry(official).key), "r1", None, None,
    )  # fmt: skip
    for body in (ADMISSION, DECISION, act):
        with pytest.raises(UsageError, match="is no official entry"):
            completing_body(entry(body), "r1")


def test_bags_are_added_to_a_party_of_a_clean_up_day_and_to_no_other() -> None:
    rules = SmallPark().set()
    party = replace(ADMISSION, product=CLEAN_UP)
    act = bags_body(entry(party), 11, "r1", rules)
    assert (act.act, act.bags, act.product, act.party, act.by) == (ActKind.BAGS, 11, CLEAN_UP, None, "r1")
    override = ActBody(act=ActKind.OVERRIDE, target="x", place=HERE, product=CLEAN_UP)
    assert bags_body(entry(override), 1, "r1", rules).bags == 1
    chain = ChainBody(park=PARK, gate=1, lane=1, software="test")
    for body in (ADMISSION, replace(party, outcome=Outcome.REFUSED), act, chain, replace(party, product=None)):
        with pytest.raises(UsageError, match="let nobody in to a clean-up day"):
            bags_body(entry(body), 11, "r1", rules)
