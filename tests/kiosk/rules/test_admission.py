"""What a gate answers, situation by situation, and what holds for every answer."""

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.rules.admission import decide, ticket_objection, unanswered
from kiosk.rules.canon import plain, rebuild
from kiosk.rules.entries import DecisionBody, Place, Use
from kiosk.rules.facts import Answers, Facts, Question, Rejection
from kiosk.rules.moment import Moment
from kiosk.rules.permit import Party, PermitStatus
from kiosk.rules.policy import read_policy_set
from kiosk.rules.revocation import Revocation, RevocationAction
from kiosk.rules.ticket import Flag
from kiosk.rules.words import ClockTrust, Direction, Outcome, Reason, Source, Topic
from tests.support.park import (
    DAY_TICKET,
    FREE_REENTRY,
    HIGH_RISK,
    KID,
    NOON,
    OTHER_PARK,
    PARK,
    SLOT,
    SmallPark,
    permit_of,
)

HOUR, DAY = 3600, 86_400
HERE = Place(park=PARK, gate=1, lane=1, direction=Direction.ENTRY)
OUT = replace(HERE, direction=Direction.EXIT)


def facts(place: Place = HERE, at: int = NOON, claims: dict[str, Any] | None = None, **changes: Any) -> Facts:
    ticket = SmallPark().claims(**(claims or {}))
    fields: dict[str, Any] = {
        "moment": Moment.at(at),
        "place": place,
        "source": Source.CAMERA,
        "claims": ticket,
        "kid": KID,
        "permit": permit_of(ticket),
        "signed_at": at - HOUR,
        "revocations_at": at - HOUR,
    }
    return Facts(**(fields | changes))


def entered(heads: int, at: int = NOON - HOUR, number: int = 1, way: Direction = Direction.ENTRY, gate: int = 1) -> Use:
    party = Party(adults=min(heads, 2), children=max(0, heads - 2)) if heads <= 3 else Party(adults=heads)
    entry_id = f"{at}-{number}-{way}-{heads}"
    return Use(entry_id=entry_id, entry_number=number, party=party, gate=gate, lane=2, direction=way, at=at)


def left(heads: int, at: int = NOON - HOUR // 2, number: int = 1) -> Use:
    return entered(heads, at, number, Direction.EXIT)


def verdict(given: Facts, park: SmallPark | None = None) -> DecisionBody:
    answer = decide(given, (park or SmallPark()).set())
    assert isinstance(answer, DecisionBody), answer
    return answer


def question(given: Facts) -> Question:
    answer = decide(given, SmallPark().set())
    assert isinstance(answer, Question), answer
    return answer


def test_a_valid_ticket_lets_its_whole_party_in() -> None:
    body = verdict(facts())
    assert (body.outcome, body.reason) == (Outcome.ADMITTED, Reason.OK)
    assert body.party == Party(adults=2, children=1)
    assert (body.entry_number, body.remaining, body.returning) == (1, 0, 0)


def test_a_ticket_bought_minutes_ago_is_admitted_on_its_signature() -> None:
    assert verdict(facts(permit=None)).reason is Reason.UNLISTED


TWELVE = {"party": Party(adults=8, children=4)}


def test_a_large_group_is_asked_how_many_come_now() -> None:
    asked = question(facts(claims=TWELVE))
    assert (asked.topic, asked.left) == (Topic.HEADS, Party(adults=8, children=4))


def test_a_party_up_to_the_limit_is_never_asked() -> None:
    assert verdict(facts(claims={"party": Party(adults=6)})).party.heads == 6


def test_a_part_of_a_group_leaves_the_rest_open() -> None:
    body = verdict(facts(claims=TWELVE, answers=Answers(heads=5)))
    assert (body.reason, body.party.heads, body.remaining) == (Reason.PARTIAL, 5, 7)
    rest = verdict(facts(claims=TWELVE, uses=(entered(5),), answers=Answers(heads=7)))
    assert (rest.reason, rest.party.heads, rest.remaining, rest.entry_number) == (Reason.OK, 7, 0, 1)


def test_a_ranger_may_name_the_categories() -> None:
    body = verdict(facts(claims=TWELVE, answers=Answers(party=Party(adults=1, children=4))))
    assert body.party == Party(adults=1, children=4)


@pytest.mark.parametrize("heads", [0, -1, 13])
def test_an_answer_that_cannot_be_asks_again(heads: int) -> None:
    assert question(facts(claims=TWELVE, answers=Answers(heads=heads))).problem == "heads"


def test_a_copy_of_a_used_ticket_is_refused_with_time_and_lane() -> None:
    body = verdict(facts(uses=(entered(3),)))
    assert (body.outcome, body.reason) == (Outcome.REFUSED, Reason.ALREADY_USED)
    assert body.first_use is not None
    assert (body.first_use.at, body.first_use.lane) == (NOON - HOUR, 2)


def test_who_left_today_is_welcome_back_and_no_second_visit() -> None:
    body = verdict(facts(uses=(entered(3), left(2))))
    assert (body.reason, body.party.heads, body.returning) == (Reason.WELCOME_BACK, 2, 2)


def test_free_reentry_is_flagged_and_not_within_the_first_minutes() -> None:
    ticket = {"product": FREE_REENTRY}
    assert verdict(facts(claims=ticket, uses=(entered(3, NOON - 899),))).reason is Reason.ALREADY_USED
    later = verdict(facts(claims=ticket, uses=(entered(3, NOON - 900),)))
    assert (later.reason, later.party.heads, later.returning) == (Reason.FLAGGED_REENTRY, 3, 3)


def test_a_second_entry_number_opens_on_a_later_day() -> None:
    camp = {"entries": 3, "exp": NOON + 2 * DAY}
    body = verdict(facts(claims=camp, uses=(entered(3, NOON - DAY),)))
    assert (body.outcome, body.entry_number) == (Outcome.ADMITTED, 2)
    same_day = verdict(facts(claims=camp, uses=(entered(3, NOON - HOUR),)))
    assert same_day.reason is Reason.ALREADY_USED


def test_entries_spent_on_earlier_days_are_used_up() -> None:
    long: dict[str, Any] = {"exp": NOON + 2 * DAY}
    assert verdict(facts(claims=long, uses=(entered(3, NOON - DAY),))).reason is Reason.USED_UP
    gone_today = (entered(3, NOON - DAY), left(3, NOON - HOUR))
    assert verdict(facts(claims=long, uses=gone_today)).reason is Reason.USED_UP


def test_the_rest_of_a_group_may_still_come_the_next_day() -> None:
    body = verdict(facts(claims={"exp": NOON + 2 * DAY}, uses=(entered(1, NOON - DAY),)))
    assert (body.outcome, body.party.heads, body.entry_number) == (Outcome.ADMITTED, 2, 1)


@pytest.mark.parametrize(
    "product, seconds_after_end, reason",
    [
        (DAY_TICKET, 7200 + 299, Reason.OK),
        (DAY_TICKET, 7200 + 300, Reason.EXPIRED),
        (SLOT, 299, Reason.OK),
        (SLOT, 300, Reason.EXPIRED),
    ],
)
def test_a_window_ends_to_the_second(product: int, seconds_after_end: int, reason: Reason) -> None:
    assert verdict(facts(claims={"product": product, "exp": NOON - seconds_after_end})).reason is reason


@pytest.mark.parametrize(
    "product, seconds_before_start, reason",
    [
        (DAY_TICKET, 1200, Reason.OK),
        (DAY_TICKET, 1201, Reason.NOT_YET),
        (SLOT, 300, Reason.OK),
        (SLOT, 301, Reason.NOT_YET),
    ],
)
def test_a_window_begins_to_the_second(product: int, seconds_before_start: int, reason: Reason) -> None:
    claims = {"product": product, "nbf": NOON + seconds_before_start, "exp": NOON + DAY}
    assert verdict(facts(claims=claims)).reason is reason


def test_a_ticket_of_another_park_is_refused_with_the_right_park() -> None:
    body = verdict(facts(claims={"park": OTHER_PARK}))
    assert (body.reason, body.details["park"]) == (Reason.WRONG_PARK, OTHER_PARK)


@pytest.mark.parametrize(
    "setting, reason", [("flag", Reason.FLAGGED_GATE), ("refuse", Reason.WRONG_GATE), ("admit", Reason.OK)]
)
def test_another_gate_of_the_park_is_what_the_policy_says(setting: str, reason: Reason) -> None:
    body = verdict(facts(claims={"gates": (2, 3)}), SmallPark(policy={"wrong_gate": setting}))
    assert body.reason is reason


def revoked(effective: int, action: RevocationAction = RevocationAction.REVOKE, expires: int = 0) -> Revocation:
    return Revocation(seq=1, cti8=bytes(8), action=action, effective=effective, expires=expires)


def test_a_revoked_permit_is_refused_even_when_offline() -> None:
    body = verdict(facts(revocation=revoked(NOON - DAY), signed_at=NOON - 5 * DAY))
    assert (body.reason, body.details["at"]) == (Reason.REVOKED, NOON - DAY)


@pytest.mark.parametrize(
    "row", [revoked(NOON + 1), revoked(NOON - DAY, RevocationAction.RESTORE), revoked(NOON - DAY, expires=NOON)]
)
def test_a_revocation_that_is_not_in_force_changes_nothing(row: Revocation) -> None:
    assert verdict(facts(revocation=row)).reason is Reason.OK


def typed(**changes: Any) -> Facts:
    return facts(source=Source.TYPED, kid=None, **changes)


def test_a_typed_code_alone_goes_to_the_ranger_unless_the_park_admits_it() -> None:
    given = replace(typed(), claims=None)
    assert verdict(given).reason is Reason.TYPED_ONLY
    assert verdict(given, SmallPark(policy={"typed_code_alone": "admit"})).reason is Reason.OK


def test_a_typed_code_of_a_used_or_revoked_ticket_is_refused() -> None:
    given = replace(typed(), claims=None)
    assert verdict(replace(given, uses=(entered(3),))).reason is Reason.ALREADY_USED
    row = permit_of(SmallPark().claims(), PermitStatus.REVOKED)
    assert verdict(replace(given, permit=row)).reason is Reason.REVOKED


@pytest.mark.parametrize("matches, reason", [(0, Reason.TYPED_ONLY), (2, Reason.SEVERAL_MATCHES)])
def test_a_typed_code_that_names_no_one_permit_goes_to_the_ranger(matches: int, reason: Reason) -> None:
    given = replace(typed(), claims=None, permit=None, matches=matches)
    assert verdict(given).reason is reason


@pytest.mark.parametrize("reason", [Reason.FORGED, Reason.MALFORMED, Reason.NOT_A_TICKET, Reason.UNKNOWN_KEY])
def test_a_text_that_is_no_ticket_is_answered_by_what_is_wrong_with_it(reason: Reason) -> None:
    given = replace(facts(), claims=None, permit=None, rejection=Rejection(reason=reason, detail="signature"))
    body = verdict(given)
    assert (body.reason, body.outcome, body.details) == (reason, reason.outcome, {"check": "signature"})
    assert body.party.heads == 0


def test_unknown_products_and_flags_are_referred_never_admitted() -> None:
    assert verdict(facts(claims={"product": 99})).reason is Reason.UNKNOWN_PRODUCT
    assert verdict(facts(claims={"flags": 1 << 4})).reason is Reason.UNKNOWN_FLAG
    assert verdict(facts(claims={"flags": int(Flag.DYNAMIC_REQUIRED)})).reason is Reason.DYNAMIC_REQUIRED


def test_a_ticket_of_a_product_of_a_newer_kind_is_referred_and_the_others_of_the_set_go_in() -> None:
    raw = json.loads(SmallPark().set_bytes())
    kinds = [item | ({"kind": "lease"} if item["product"] == DAY_TICKET else {}) for item in raw["products"]]
    newer = read_policy_set(json.dumps(raw | {"products": kinds}).encode())
    bodies = [decide(facts(claims={"product": number}), newer) for number in (DAY_TICKET, FREE_REENTRY)]
    assert [body.reason for body in bodies if isinstance(body, DecisionBody)] == [Reason.UNKNOWN_PRODUCT, Reason.OK]


def test_a_guide_must_be_named_before_anybody_goes_in() -> None:
    guided = {"flags": int(Flag.GUIDE_REQUIRED)}
    assert question(facts(claims=guided)).topic is Topic.GUIDE
    assert verdict(facts(claims=guided, answers=Answers(guide_named=True))).reason is Reason.OK


def test_a_training_ticket_is_marked_and_takes_nothing() -> None:
    assert verdict(facts(claims={"flags": int(Flag.TRAINING)})).reason is Reason.TRAINING


def test_a_question_that_lapsed_is_an_entry_without_heads() -> None:
    body = unanswered(facts(claims=TWELVE), SmallPark().set())
    assert (body.reason, body.party.heads) == (Reason.UNANSWERED, 0)


@pytest.mark.parametrize(
    "days, band, reason",
    [(7, "fresh", Reason.OK), (8, "ageing", Reason.OK), (30, "ageing", Reason.OK), (31, "stale", Reason.STALE_TRUST)],
)
def test_old_data_refers_only_high_risk_products_beyond_the_limit(days: int, band: str, reason: Reason) -> None:
    signed_at = NOON - days * DAY
    assert verdict(facts(signed_at=signed_at)).staleness == band
    assert verdict(facts(signed_at=signed_at)).reason is Reason.OK
    assert verdict(facts(claims={"product": HIGH_RISK}, signed_at=signed_at)).reason is reason


def test_revocations_have_their_own_age() -> None:
    park = SmallPark(policy={"revocations_stale_after_days": 3})
    heard: dict[str, Any] = {"claims": {"product": HIGH_RISK}, "revocations_at": NOON - 3 * DAY}
    assert verdict(facts(**heard), park).reason is Reason.OK
    body = verdict(facts(**heard | {"revocations_at": NOON - 3 * DAY - 1}), park)
    assert (body.reason, body.details["days"]) == (Reason.STALE_REVOCATIONS, 3)
    never = verdict(facts(**heard | {"revocations_at": None}), park)
    assert (never.reason, "days" in never.details) == (Reason.STALE_REVOCATIONS, False)


def test_a_suspect_clock_refers_only_where_the_two_ends_differ() -> None:
    early, late = NOON, NOON + 5 * DAY
    interval = Moment(earliest=early, latest=late, trust=ClockTrust.SUSPECT)
    assert verdict(replace(facts(), moment=interval)).reason is Reason.CLOCK_SUSPECT
    assert verdict(replace(facts(claims={"exp": NOON + 9 * DAY}), moment=interval)).reason is Reason.OK
    forged = replace(facts(), claims=None, rejection=Rejection(reason=Reason.FORGED, detail="signature"))
    assert verdict(replace(forged, moment=interval)).reason is Reason.FORGED


@pytest.mark.parametrize(
    "change, word",
    [
        ({"status": "revoked"}, "revoked"),
        ({"sign_expires": NOON - 10 * DAY}, "signed_outside_window"),
        ({"verify_until": NOON}, "past_verify_until"),
        ({"parks": [99]}, "park"),
        ({"products": [99]}, "product"),
    ],
)
def test_a_key_that_does_not_hold_says_which_part(change: dict[str, Any], word: str) -> None:
    body = verdict(facts(), SmallPark(key_fields=change))
    assert (body.reason, body.details["key"]) == (Reason.KEY_NOT_VALID, word)


def test_a_key_that_left_the_list_or_lists_its_tickets_sends_to_the_ranger() -> None:
    assert verdict(facts(kid="0001")).reason is Reason.UNKNOWN_KEY
    assert verdict(facts(), SmallPark(key_fields={"status": "listed-only"})).reason is Reason.NOT_LISTED
    assert verdict(facts(), SmallPark(key_fields={"longest_validity_seconds": 60})).reason is Reason.TOO_LONG


def test_an_exit_lets_all_who_are_inside_leave() -> None:
    body = verdict(facts(place=OUT, uses=(entered(3),)))
    assert (body.reason, body.party.heads, body.entry_number) == (Reason.EXIT, 3, 1)
    some = verdict(facts(place=OUT, uses=(entered(3),), answers=Answers(heads=1)))
    assert (some.party.heads, some.remaining) == (1, 2)


def test_a_ranger_may_name_who_leaves_but_no_more_than_are_inside() -> None:
    named = verdict(facts(place=OUT, uses=(entered(3),), answers=Answers(party=Party(adults=1, children=1))))
    assert (named.party, named.remaining) == (Party(adults=1, children=1), 1)
    too_many = verdict(facts(place=OUT, uses=(entered(3),), answers=Answers(party=Party(children=9))))
    assert (too_many.party, too_many.remaining) == (Party(adults=2, children=1), 0)


@pytest.mark.parametrize("change", [{}, {"park": OTHER_PARK}, {"exp": NOON - 30 * DAY, "nbf": NOON - 31 * DAY}])
def test_an_exit_is_never_held_up_by_what_is_unknown(change: dict[str, Any]) -> None:
    body = verdict(facts(place=OUT, claims=change))
    assert (body.outcome, body.reason, body.party.heads) == (Outcome.ADMITTED, Reason.EXIT_UNKNOWN, 0)


def test_a_forged_ticket_may_leave_and_a_payment_code_moves_nothing() -> None:
    forged = replace(facts(place=OUT), claims=None, rejection=Rejection(reason=Reason.FORGED, detail="signature"))
    assert verdict(forged).reason is Reason.EXIT_UNKNOWN
    foreign = replace(forged, rejection=Rejection(reason=Reason.NOT_A_TICKET, detail="payment"))
    assert verdict(foreign).outcome is Outcome.REFUSED


def test_facts_can_be_read_back_from_an_entry_and_decide_the_same() -> None:
    given = facts(claims=TWELVE, uses=(entered(5),), answers=Answers(heads=7), revocation=revoked(NOON + DAY))
    body = verdict(given)
    assert rebuild(Facts, body.facts) == given
    assert verdict(rebuild(Facts, plain(given))) == body


def test_a_ticket_alone_is_judged_in_order_up_to_the_gate() -> None:
    rules, claims = SmallPark(policy={"wrong_gate": "refuse"}).set(), SmallPark().claims
    assert ticket_objection(claims(), KID, rules, HERE, NOON) is None
    wrong: dict[str, Any] = {
        "park": OTHER_PARK,
        "flags": 1 << 5,
        "exp": NOON - DAY,
        "nbf": NOON - 2 * DAY,
        "gates": (2,),
    }
    told = []
    for mended in ("park", "flags", "exp", "gates"):
        objection = ticket_objection(claims(**wrong), KID, rules, HERE, NOON)
        assert objection is not None
        told.append(objection.reason)
        wrong = {name: value for name, value in wrong.items() if name != mended}
    assert told == [Reason.WRONG_PARK, Reason.UNKNOWN_FLAG, Reason.EXPIRED, Reason.WRONG_GATE]


steps = st.lists(st.tuples(st.booleans(), st.integers(1, 9), st.integers(0, 3 * DAY)), max_size=12)


@given(steps=steps, size=st.integers(1, 9), entries=st.integers(0, 3))
def test_heads_inside_never_exceed_the_right(steps: list[tuple[bool, int, int]], size: int, entries: int) -> None:
    """Whatever is presented when, no entry number ever lets in more heads than the right has."""
    uses: list[Use] = []
    at = NOON
    for is_exit, heads, wait in steps:
        at += wait
        ticket = {"party": Party(adults=size), "entries": entries, "exp": NOON + 40 * DAY}
        place = OUT if is_exit else HERE
        answer = decide(facts(place, at, ticket, uses=tuple(uses), answers=Answers(heads=heads)), SmallPark().set())
        if isinstance(answer, Question) or answer.entry_number is None or answer.outcome is not Outcome.ADMITTED:
            continue
        number, party, way = answer.entry_number, answer.party, place.direction
        uses.append(
            Use(entry_id=str(len(uses)), entry_number=number, party=party, gate=1, lane=1, direction=way, at=at)
        )
        for opened in {use.entry_number for use in uses}:
            inside = [
                use.party.heads * (1 if use.direction is Direction.ENTRY else -1)
                for use in uses
                if use.entry_number == opened
            ]
            assert 0 <= sum(inside) <= size
        if entries:
            assert number <= entries


def test_a_ticket_whose_uses_may_be_lost_waits_for_the_ranger_unless_it_is_younger_or_of_another_day() -> None:
    lost = verdict(facts(uses_lost_at=NOON))
    assert (lost.outcome, lost.reason, lost.details["at"]) == (Outcome.REFERRED, Reason.USES_UNKNOWN, NOON)
    assert verdict(facts(claims={"iat": NOON - HOUR}, uses_lost_at=NOON - HOUR - 1)).reason is Reason.OK
    assert verdict(facts(claims={"iat": NOON - HOUR}, uses_lost_at=NOON - HOUR)).reason is Reason.USES_UNKNOWN
    for entries, reason in ((1, Reason.USES_UNKNOWN), (2, Reason.OK), (0, Reason.OK)):
        several = {"entries": entries, "exp": NOON + 9 * DAY}
        assert verdict(facts(claims=several, uses_lost_at=NOON - DAY)).reason is reason
        assert verdict(facts(claims=several, uses_lost_at=NOON)).reason is Reason.USES_UNKNOWN
