"""Who goes in without a ticket: decided from facts by the rules of a scan, and decided again to the same words."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.rules.admission import decide
from kiosk.rules.edges import edges
from kiosk.rules.entries import DecisionBody, Entry, EntryKey, Place, Use
from kiosk.rules.exemption import Seen
from kiosk.rules.facts import Answers, Facts, Question
from kiosk.rules.local_days import day_number
from kiosk.rules.moment import Moment
from kiosk.rules.permit import Party, Permit, PermitStatus
from kiosk.rules.policy import PolicySet
from kiosk.rules.replay import replay
from kiosk.rules.special import OfficialReason, Special, SpecialKind, exempt_objection, pass_of
from kiosk.rules.spot_check import SpotCheck
from kiosk.rules.tags import Tag
from kiosk.rules.ticket import Flag
from kiosk.rules.words import ClockTrust, Direction, Outcome, Reason, Source, Topic
from tests.support.park import (
    CLEAN_UP,
    DAY_TICKET,
    FREE_REENTRY,
    KID,
    NOON,
    PARK,
    PASS,
    STAFF_CARD,
    SmallPark,
    names,
    permit_of,
)

HOUR, DAY = 3600, 86_400
HERE = Place(park=PARK, gate=1, lane=1, direction=Direction.ENTRY)
OUT = replace(HERE, direction=Direction.EXIT)
CARD = {"document": "pension_certificate", "names": names("Pension certificate")}
TODAY = day_number("2026-07-04")
TABLES: dict[str, Any] = {
    "exemptions": [
        {"category": "pensioners", "names": names("Pensioners"), "since": "2026-01-01", "documents": [CARD],
         "usual_percent": 10, "second_look_every": 4},
        {"category": "pupils", "names": names("Pupils"), "since": "2026-01-01", "percent": 50},
        {"category": "preschool", "names": names("Preschool"), "since": "2026-07-04", "until": "2026-07-04",
         "counts_as": "preschool"},
        {"category": "veterans", "names": names("Veterans"), "since": "2026-01-01", "gates": [2],
         "second_look_every": 2},
        {"category": "lords", "names": names("Lords"), "since": "2026-01-01", "counts_as": "nobility"},
    ]
}  # fmt: skip
STAFF = [{"name": "A. Bekova", "role": "ranger"}]
RULES = SmallPark(tables=TABLES, staff=STAFF).set()
CLAIMS_ADMITTED_TOO = SmallPark(tables=TABLES, policy={"claims": "admit"}).set()
CLAIMS_ADMITTED = SmallPark(policy={"claims": "admit"}).set()
TWO = Party(preferential=2)


def special(kind: SpecialKind, **changes: Any) -> Special:
    usual: dict[SpecialKind, dict[str, Any]] = {
        SpecialKind.EXEMPT: {"category": "pensioners", "document": "pension_certificate", "party": TWO},
        SpecialKind.STAFF: {"staff": "A. Bekova", "party": Party(adults=1)},
        SpecialKind.OFFICIAL: {"category": OfficialReason.AMBULANCE.value, "party": Party(adults=3)},
        SpecialKind.CLAIM: {"receipt": b"r" * 8, "party": Party(adults=2)},
        SpecialKind.EVENT: {"product": CLEAN_UP, "bags": 30, "party": Party(adults=12)},
    }
    return Special(**({"kind": kind, "by": "device"} | usual.get(kind, {}) | changes))


def facts(of: Special, permit: Permit | None = None, **changes: Any) -> Facts:
    fields: dict[str, Any] = {
        "moment": Moment.at(NOON), "place": HERE, "source": Source.RANGER, "signed_at": NOON, "revocations_at": NOON,
        "special": of, "permit": permit, "matches": int(permit is not None), "answers": Answers(party=of.party),
    }  # fmt: skip
    return Facts(**(fields | changes))


def decided(case: Facts, rules: PolicySet = RULES) -> DecisionBody:
    """The decision, and that it comes out the same from what an entry keeps of it."""
    body = decide(case, rules)
    assert isinstance(body, DecisionBody), body
    key = EntryKey(device=1, chain=1, n=1)
    entry = Entry(key=key, at=case.moment.now, clock=case.moment.trust, policy=b"", body=body)
    assert replay(entry, body, rules).differences == ()
    return body


def said(body: DecisionBody) -> tuple[Outcome, Reason]:
    return body.outcome, body.reason


def a_pass(**changes: Any) -> Permit:
    claims = SmallPark().claims(**({"product": PASS, "entries": 0, "exp": NOON + 90 * DAY} | changes))
    return permit_of(claims)


def use(at: int, way: Direction = Direction.ENTRY) -> Use:
    return Use(
        entry_id=str(at), entry_number=1, party=Party(adults=2, children=1), gate=1, lane=1, direction=way, at=at
    )


# ---- exempt visitors ------------------------------------------------------------------------------------------------


def test_pensioners_go_in_free_and_the_entry_says_what_was_seen_and_by_whom() -> None:
    body = decided(facts(special(SpecialKind.EXEMPT, by="A. Bekova")))
    assert said(body) == (Outcome.ADMITTED, Reason.EXEMPT)
    assert (body.category, body.document, body.by) == ("pensioners", "pension_certificate", "A. Bekova")
    assert (body.party, body.permit, body.ticket, body.product, body.entry_number) == (TWO, None, None, None, None)
    assert (body.details, body.remaining) == ({"price": 0}, 0)


@pytest.mark.parametrize(
    "changes, wrong",
    [
        ({"category": "students"}, {"category": "students"}),
        ({"category": "lords"}, {"category": "lords"}),
        ({"category": "pupils"}, {"percent": 50}),
        ({"document": "birth_certificate"}, {"document": "birth_certificate"}),
        ({"document": None}, {"document": None}),
    ],
)
def test_what_the_table_does_not_say_is_for_a_person_to_settle(changes: dict[str, Any], wrong: dict[str, Any]) -> None:
    body = decided(facts(special(SpecialKind.EXEMPT, **changes)))
    assert said(body) == (Outcome.REFERRED, Reason.UNKNOWN_POLICY)
    assert wrong.items() <= body.details.items()
    assert body.party.heads == 0
    assert exempt_objection(special(SpecialKind.EXEMPT, **changes), RULES, TODAY, 1) == wrong


def test_a_category_of_one_day_is_in_doubt_when_the_day_is() -> None:
    of = special(SpecialKind.EXEMPT, category="preschool", document=None, party=Party(preschool=1))
    midnight = NOON + 12 * HOUR
    for first, last in ((midnight - 60, midnight + 60), (midnight - DAY - 60, midnight - DAY + 60)):
        case = facts(of, moment=Moment(earliest=first, latest=last, trust=ClockTrust.SUSPECT))
        assert decided(case).reason is Reason.CLOCK_SUSPECT
    assert {midnight - DAY, midnight} <= set(edges(facts(of, moment=Moment(
        earliest=NOON - 2 * DAY, latest=NOON + 2 * DAY, trust=ClockTrust.SUSPECT)), RULES))  # fmt: skip


@pytest.mark.parametrize("before, asked", [(0, False), (2, False), (3, True), (7, True)])
def test_every_fourth_admission_of_a_category_is_looked_at_twice(before: int, asked: bool) -> None:
    of = special(SpecialKind.EXEMPT, seen=Seen(admissions=before))
    answer = decide(facts(of), RULES)
    assert isinstance(answer, Question) is asked
    if isinstance(answer, Question):
        assert (answer.topic, answer.left, answer.right.permit) == (Topic.SECOND_LOOK, TWO, None)


def test_a_category_far_beyond_its_usual_share_is_looked_at_twice_and_the_entry_says_by_whom() -> None:
    of = special(SpecialKind.EXEMPT, seen=Seen(admissions=9, heads=40, all_heads=100))
    asked = decide(facts(of), RULES)
    assert isinstance(asked, Question)
    looked = replace(of, second_by="B. Omarov")
    body = decided(facts(looked, answers=Answers(party=TWO, second_look=True)))
    assert said(body) == (Outcome.ADMITTED, Reason.EXEMPT)
    assert body.details == {"price": 0, "second_by": "B. Omarov", "second_look": 1}


def test_a_category_holds_at_its_own_gates_and_so_does_its_second_look() -> None:
    of = special(SpecialKind.EXEMPT, category="veterans", document=None, seen=Seen(admissions=1))
    there = replace(HERE, gate=2)
    assert decided(facts(of)).details == {"category": "veterans"}
    assert exempt_objection(of, RULES, TODAY, 2) is None
    asked = decide(facts(of, place=there), RULES)
    assert isinstance(asked, Question)
    looked = facts(of, place=there, answers=Answers(party=TWO, second_look=True))
    assert decided(looked).details == {"price": 0, "second_look": 1}


def test_only_an_exemption_has_a_price_of_nothing_whatever_word_is_said_beside() -> None:
    body = decided(facts(special(SpecialKind.CLAIM, category="pensioners")), CLAIMS_ADMITTED_TOO)
    assert (body.reason, "price" in body.details) == (Reason.CLAIM, False)


# ---- residents ------------------------------------------------------------------------------------------------------


def test_a_resident_is_let_in_by_the_plate_as_a_pass() -> None:
    permit = a_pass()
    body = decided(facts(special(SpecialKind.RESIDENT), permit))
    assert said(body) == (Outcome.ADMITTED, Reason.PASS)
    assert (body.permit, body.product, body.party, body.entry_number) == (permit.id, PASS, permit.party, 1)
    assert body.details["until"] == permit.exp


@pytest.mark.parametrize(
    "permit, reason",
    [
        (None, Reason.NOT_LISTED),
        (replace(a_pass(), status=PermitStatus.REVOKED), Reason.REVOKED),
        (a_pass(exp=NOON - HOUR), Reason.EXPIRED),
        (a_pass(nbf=NOON + HOUR), Reason.NOT_YET),
    ],
)
def test_a_plate_without_a_pass_that_is_good_now_is_not_let_in(permit: Permit | None, reason: Reason) -> None:
    body = decided(facts(special(SpecialKind.RESIDENT), permit))
    assert body.reason is reason
    assert body.outcome is not Outcome.ADMITTED


def test_a_pass_whose_people_are_inside_lets_nobody_in_again() -> None:
    body = decided(facts(special(SpecialKind.RESIDENT), a_pass(), uses=(use(NOON - HOUR),)))
    assert said(body) == (Outcome.REFUSED, Reason.ALREADY_USED)


def test_a_foreign_car_on_a_resident_s_pass_is_looked_at_twice_by_plate_and_by_card() -> None:
    foreign = SpotCheck(foreign=True)
    by_plate = facts(special(SpecialKind.RESIDENT), a_pass(), spot=foreign)
    claims = SmallPark().claims(product=PASS)
    by_card = Facts(
        moment=Moment.at(NOON), place=HERE, source=Source.CAMERA, claims=claims, kid=KID, permit=permit_of(claims),
        signed_at=NOON, revocations_at=NOON, spot=foreign,
    )  # fmt: skip
    for case in (by_plate, by_card):
        asked = decide(case, RULES)
        assert isinstance(asked, Question)
        assert asked.topic is Topic.SECOND_LOOK
        body = decided(replace(case, answers=Answers(second_look=True)))
        assert (body.reason, body.details["second_look"]) == (Reason.PASS, 1)
    day_ticket = SmallPark().claims(product=DAY_TICKET)
    body = decided(replace(by_card, claims=day_ticket, permit=permit_of(day_ticket)))
    assert body.outcome is Outcome.ADMITTED
    assert isinstance(decide(replace(by_card, spot=SpotCheck()), RULES), DecisionBody)


def test_of_several_permits_of_a_plate_the_pass_that_is_good_now_is_meant() -> None:
    day, over, good = (
        permit_of(SmallPark().claims(1)),
        a_pass(serial=2, exp=NOON - HOUR),
        a_pass(serial=3, exp=NOON + HOUR),
    )
    later, revoked = a_pass(serial=4, nbf=NOON + HOUR), replace(a_pass(serial=5), status=PermitStatus.REVOKED)
    unknown = replace(day, product=99)
    assert pass_of([day, over, later, revoked, good, unknown], RULES, NOON) == good
    assert pass_of([over, revoked], RULES, NOON) == revoked
    assert pass_of([day, unknown], RULES, NOON) is None
    just_over, just_begun = replace(good, exp=NOON), replace(good, nbf=NOON, exp=NOON + 1)
    assert pass_of([just_over, revoked], RULES, NOON) == revoked
    assert pass_of([just_begun, revoked], RULES, NOON) == just_begun


# ---- staff, officials -----------------------------------------------------------------------------------------------


def test_a_named_person_of_the_staff_list_goes_in_and_nobody_else_does() -> None:
    body = decided(facts(special(SpecialKind.STAFF)))
    assert said(body) == (Outcome.ADMITTED, Reason.STAFF)
    assert body.details == {"staff": "A. Bekova"}
    assert said(decided(facts(special(SpecialKind.STAFF, staff="X")))) == (Outcome.REFERRED, Reason.NOT_LISTED)


def test_a_staff_card_is_staff_and_a_pass_in_hand_is_a_pass() -> None:
    for product, reason in ((STAFF_CARD, Reason.STAFF), (PASS, Reason.PASS), (DAY_TICKET, Reason.OK)):
        claims = SmallPark().claims(product=product)
        body = decided(
            Facts(
                moment=Moment.at(NOON), place=HERE, source=Source.CAMERA, claims=claims, kid=KID,
                permit=permit_of(claims), signed_at=NOON, revocations_at=NOON,
            )
        )  # fmt: skip
        assert body.reason is reason
        assert body.by is None


def test_a_training_ticket_of_whatever_product_is_marked_and_takes_nothing() -> None:
    claims = SmallPark().claims(product=STAFF_CARD, flags=int(Flag.TRAINING))
    case = Facts(
        moment=Moment.at(NOON), place=HERE, source=Source.CAMERA, claims=claims, kid=KID, permit=permit_of(claims),
        signed_at=NOON, revocations_at=NOON,
    )  # fmt: skip
    assert decided(case).reason is Reason.TRAINING


@pytest.mark.parametrize("reason", OfficialReason)
def test_officials_go_in_at_once_whatever_the_reason(reason: OfficialReason) -> None:
    body = decided(facts(special(SpecialKind.OFFICIAL, category=reason.value)))
    assert said(body) == (Outcome.ADMITTED, Reason.OFFICIAL)
    assert (body.category, body.party.heads, body.details) == (reason, 3, {})


# ---- claims, events, lost tickets -----------------------------------------------------------------------------------


def test_a_claim_is_let_in_or_referred_as_the_park_decided_and_keeps_the_hash_of_its_receipt() -> None:
    assert said(decided(facts(special(SpecialKind.CLAIM)))) == (Outcome.REFERRED, Reason.CLAIM_OPEN)
    body = decided(facts(special(SpecialKind.CLAIM)), CLAIMS_ADMITTED)
    assert said(body) == (Outcome.ADMITTED, Reason.CLAIM)
    assert (body.details, body.party.heads) == ({"receipt": b"r" * 8}, 2)


def test_a_clean_up_day_counts_who_takes_part_and_their_bags() -> None:
    body = decided(facts(special(SpecialKind.EVENT)))
    assert said(body) == (Outcome.ADMITTED, Reason.OK)
    assert (body.product, body.party.heads, body.details) == (CLEAN_UP, 12, {"bags": 30})


@pytest.mark.parametrize("product", [DAY_TICKET, 99, None])
def test_another_product_is_no_clean_up_day(product: int | None) -> None:
    body = decided(facts(special(SpecialKind.EVENT, product=product)))
    assert said(body) == (Outcome.REFERRED, Reason.UNKNOWN_PRODUCT)
    assert body.details.get("product") == product


def test_a_lost_ticket_s_permit_is_asked_for_its_holder_and_then_goes_by_its_own_right() -> None:
    permit = permit_of(SmallPark().claims())
    case = facts(special(SpecialKind.FOUND), permit)
    asked = decide(case, RULES)
    assert isinstance(asked, Question)
    assert (asked.topic, asked.tags) == (Topic.HOLDER, (Tag.HOLDER,))
    seen = replace(case, answers=Answers(holder_seen=True))
    body = decided(seen)
    assert said(body) == (Outcome.ADMITTED, Reason.OK)
    assert (body.permit, body.details["found"], body.details["holder_seen"]) == (permit.id, 1, 1)
    again = decided(replace(seen, uses=(use(NOON - HOUR),)))
    assert said(again) == (Outcome.REFUSED, Reason.ALREADY_USED)


def test_a_found_permit_lets_in_part_of_its_party_and_never_more_than_it() -> None:
    case = facts(special(SpecialKind.FOUND, party=Party(adults=1)), permit_of(SmallPark().claims()))
    body = decided(replace(case, answers=Answers(holder_seen=True, party=Party(adults=1))))
    assert (body.reason, body.party.heads, body.remaining) == (Reason.PARTIAL, 1, 2)
    asked = decide(replace(case, answers=Answers(holder_seen=True, party=Party(adults=9))), RULES)
    assert isinstance(asked, Question)
    assert asked.problem == "heads"


def test_uses_that_a_damaged_journal_lost_touch_those_with_a_permit_only() -> None:
    lost: dict[str, Any] = {"uses_lost_at": NOON - HOUR}
    assert decided(facts(special(SpecialKind.EXEMPT), **lost)).reason is Reason.EXEMPT
    day_ticket = facts(special(SpecialKind.FOUND), permit_of(SmallPark().claims()), **lost)
    assert decided(replace(day_ticket, answers=Answers(holder_seen=True))).reason is Reason.USES_UNKNOWN


def test_a_free_re_entry_of_a_found_permit_is_flagged() -> None:
    permit = permit_of(SmallPark().claims(product=FREE_REENTRY))
    case = facts(special(SpecialKind.FOUND), permit, uses=(use(NOON - HOUR),), answers=Answers(holder_seen=True))
    assert decided(case).reason is Reason.FLAGGED_REENTRY


# ---- exits ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [SpecialKind.EXEMPT, SpecialKind.STAFF, SpecialKind.OFFICIAL, SpecialKind.EVENT])
def test_who_came_without_a_ticket_leaves_without_one(kind: SpecialKind) -> None:
    of = special(kind)
    body = decided(facts(of, place=OUT))
    assert said(body) == (Outcome.ADMITTED, Reason.EXIT)
    assert (body.party, body.category, body.remaining) == (of.party, of.category, 0)


def test_nobody_is_refused_on_the_way_out_and_a_resident_s_car_ends_its_own_visit() -> None:
    assert decided(facts(special(SpecialKind.EXEMPT, category="students", party=None), place=OUT)).party == Party()
    inside = facts(special(SpecialKind.RESIDENT), a_pass(), place=OUT, uses=(use(NOON - HOUR),))
    body = decided(inside)
    assert (body.reason, body.party.heads, body.entry_number) == (Reason.EXIT, 3, 1)
    assert decided(facts(special(SpecialKind.RESIDENT), None, place=OUT)).reason is Reason.EXIT_UNKNOWN


# ---- whatever a ranger says -----------------------------------------------------------------------------------------

SPECIALS = st.builds(
    Special,
    kind=st.sampled_from(list(SpecialKind)),
    by=st.just("device"),
    party=st.none() | st.builds(Party, adults=st.integers(0, 9), preferential=st.integers(0, 9)),
    category=st.sampled_from([None, "pensioners", "pupils", "lords", "fire"]),
    document=st.sampled_from([None, "pension_certificate"]),
    staff=st.sampled_from([None, "A. Bekova"]),
    product=st.sampled_from([None, CLEAN_UP, DAY_TICKET, 99]),
    bags=st.none() | st.integers(0, 99),
)


@given(of=SPECIALS, listed=st.booleans(), way=st.sampled_from(list(Direction)), seen=st.booleans())
def test_every_word_of_a_ranger_is_answered_and_nobody_goes_in_beyond_what_was_said(
    of: Special, listed: bool, way: Direction, seen: bool
) -> None:
    permit = permit_of(SmallPark().claims(product=PASS)) if listed and of.has_permit else None
    case = facts(of, permit, place=replace(HERE, direction=way), answers=Answers(party=of.party, holder_seen=seen))
    answer = decide(case, CLAIMS_ADMITTED if listed else RULES)
    if isinstance(answer, Question) or answer.outcome is not Outcome.ADMITTED:
        return
    most = of.party if of.party is not None else permit.party if permit is not None else Party()
    assert answer.party.heads <= most.heads or answer.party.heads == 0
    assert (answer.permit is None) is (permit is None)
