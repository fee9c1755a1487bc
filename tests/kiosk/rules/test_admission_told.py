"""What a question, an admission and an exit carry besides their word: for the screen, the ranger and the journal."""

from dataclasses import replace
from typing import Any

import pytest

from kiosk.rules.admission import decide, unanswered, verdict_at
from kiosk.rules.case import Objection
from kiosk.rules.entries import DecisionBody
from kiosk.rules.facts import Answers, Facts, Question, Rejection, Right
from kiosk.rules.objections import RULES, rule_name
from kiosk.rules.permit import Party
from kiosk.rules.policy import PolicySet
from kiosk.rules.spot_check import SpotCheck
from kiosk.rules.tags import Tag, TagState
from kiosk.rules.ticket import Flag
from kiosk.rules.words import Direction, Reason, Source, Topic
from tests.kiosk.rules.test_admission import HERE, HOUR, TWELVE, entered, facts
from tests.support.park import CHECKED, NOON, SmallPark, permit_of

LEFT = Party(adults=8, children=4)
GUIDED = TWELVE | {"flags": int(Flag.GUIDE_REQUIRED)}
STORM = {
    "warning": "storm", "authority": {"kk": "a", "ru": "a", "en": "a"}, "document": "1", "since": NOON - HOUR,
    "until": None,
}  # fmt: skip
OUT = replace(HERE, direction=Direction.EXIT)
OPEN_PLATE = SpotCheck(plate=TagState.OPEN, draw=0)


def decided(given: Facts, rules: PolicySet | None = None) -> DecisionBody:
    body = decide(given, rules or SmallPark().set())
    assert isinstance(body, DecisionBody), body
    return body


@pytest.mark.parametrize(
    "given, topic, more",
    [
        (facts(claims=TWELVE), Topic.HEADS, {"most": None, "problem": None}),
        (facts(claims=TWELVE, answers=Answers(heads=13)), Topic.HEADS, {"most": None, "problem": "heads"}),
        (facts(claims=GUIDED), Topic.GUIDE, {"problem": None}),
        (facts(claims=TWELVE | {"product": CHECKED}, spot=OPEN_PLATE), Topic.HOLDER, {"tags": (Tag.PLATE,)}),
    ],
    ids=["how many", "an answer that cannot be", "a guide", "what to look at"],
)
def test_a_question_says_of_which_right_and_who_is_left(given: Facts, topic: Topic, more: dict[str, Any]) -> None:
    asked = decide(given, SmallPark().set())
    assert isinstance(asked, Question)
    assert given.claims is not None
    assert (asked.topic, asked.right, asked.left) == (topic, Right.of_claims(given.claims), LEFT)
    assert {name: getattr(asked, name) for name in more} == more


def test_a_warning_is_asked_of_the_right_and_who_is_left() -> None:
    rules = SmallPark(tables={"advisories": [STORM]}).set()
    asked = decide(facts(claims=TWELVE, answers=Answers(heads=2)), rules)
    assert isinstance(asked, Question)
    assert (asked.topic, asked.left, asked.right.party, len(asked.warnings)) == (Topic.ACKNOWLEDGE, LEFT, LEFT, 1)


def test_an_admission_says_until_when_whether_the_permit_was_listed_and_for_which_gates() -> None:
    listed = decided(facts())
    assert listed.ticket is not None
    assert {name: listed.details[name] for name in ("until", "listed")} == {
        "until": SmallPark().claims().exp,
        "listed": 1,
    }
    assert decided(facts(permit=None)).details["listed"] == 0
    assert "gates" not in listed.details
    elsewhere = decided(facts(claims={"gates": (2, 3)}), SmallPark(policy={"wrong_gate": "flag"}).set())
    assert (elsewhere.reason, elsewhere.details["gates"]) == (Reason.FLAGGED_GATE, [2, 3])
    assert "gates" not in decided(facts(claims={"gates": (1, 2)})).details


def test_an_admission_says_what_was_compared() -> None:
    found = decided(facts(spot=SpotCheck(plate=TagState.MATCHES)))
    assert found.details[str(Tag.PLATE)] == str(TagState.MATCHES)


def test_what_nobody_checks_is_not_asked_for() -> None:
    assert decided(facts(spot=OPEN_PLATE)).reason is Reason.OK
    seen = facts(claims={"product": CHECKED}, spot=OPEN_PLATE, answers=Answers(holder_seen=True))
    assert decided(seen).details["holder_seen"] == 1
    unknown = facts(claims={"product": CHECKED}, spot=SpotCheck(plate=TagState.OPEN, holder=TagState.MATCHES))
    assert decided(unknown).reason is Reason.OK


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_every_verdict_says_in_which_language_the_ticket_speaks(language: str) -> None:
    ticket = {"language": language}
    assert decided(facts(claims=ticket)).details["language"] == language
    assert decided(facts(claims=ticket, uses=(entered(3),))).details["language"] == language
    assert unanswered(facts(claims=ticket), SmallPark().set()).details["language"] == language
    assert "language" not in decided(facts()).details


def test_what_passed_while_the_barrier_was_held_open_says_so_and_what_nobody_was_asked() -> None:
    passed = decided(facts(claims=GUIDED, kept_open=True))
    assert (passed.details["kept_open"], passed.details["unasked"]) == (1, ["guide"])
    assert "kept_open" not in decided(facts()).details
    led_by_one = facts(claims={"party": Party(adults=1), "flags": int(Flag.GUIDE_REQUIRED)}, kept_open=True)
    assert decided(led_by_one).details["unasked"] == ["guide"]


def test_a_verdict_says_by_what_way_the_code_came_and_keeps_the_ticket_s_own_id() -> None:
    for source in Source:
        body = decided(facts(source=source))
        assert (body.source, body.ticket) == (source, SmallPark().claims().cti)
    refused = decided(facts(uses=(entered(3),)))
    assert (refused.ticket, refused.remaining) == (SmallPark().claims().cti, 0)
    lapsed = unanswered(facts(claims=TWELVE), SmallPark().set())
    assert (lapsed.reason, lapsed.ticket, lapsed.remaining) == (Reason.UNANSWERED, SmallPark().claims().cti, 12)


def test_the_last_head_that_is_left_is_told() -> None:
    body = decided(facts(claims={"party": Party(adults=8)}, answers=Answers(heads=7)))
    assert (body.reason, body.remaining) == (Reason.PARTIAL, 1)


@pytest.mark.parametrize(
    "matches, reason", [(0, Reason.TYPED_ONLY), (1, Reason.TYPED_ONLY), (2, Reason.SEVERAL_MATCHES)]
)
def test_a_typed_code_says_how_many_permits_it_fits(matches: int, reason: Reason) -> None:
    nothing = facts(matches=matches, permit=None)
    body = decided(replace(nothing, claims=None, kid=None))
    assert (body.reason, body.details, body.ticket) == (reason, {"matches": matches}, None)


def test_an_exit_says_what_was_held_up_that_is_no_ticket_and_of_whom_it_was() -> None:
    payment = Rejection(reason=Reason.NOT_A_TICKET, detail="payment")
    body = decided(replace(facts(place=OUT, rejection=payment), claims=None, kid=None, permit=None))
    assert (body.reason, body.details) == (Reason.NOT_A_TICKET, {"check": "payment"})
    beside = decided(facts(place=OUT, rejection=payment))
    assert (beside.reason, beside.ticket) == (Reason.NOT_A_TICKET, SmallPark().claims().cti)
    out = decided(facts(place=OUT, uses=(entered(3),)))
    assert (out.reason, out.ticket, out.right) == (Reason.EXIT, SmallPark().claims().cti, SmallPark().claims().party)


def test_an_exit_and_an_entry_after_hours_say_so_by_the_hours_of_their_own_gate() -> None:
    hours = [{"open": ["14:00-20:00"], "gates": [1]}, {"open": ["00:00-24:00"], "gates": [2]}]
    rules = SmallPark(tables={"hours": hours}).set()
    assert decided(facts(place=OUT, uses=(entered(3),)), rules).details["outside_hours"] == 1
    assert "outside_hours" not in decided(facts(place=replace(OUT, gate=2), uses=(entered(3),)), rules).details


def test_who_asks_why_hears_each_rule_by_its_name_until_the_one_that_objects() -> None:
    heard: list[tuple[str, Objection | None]] = []
    verdict_at(facts(), SmallPark().set(), NOON, lambda name, objection: heard.append((name, objection)))
    assert heard == [(rule_name(rule), None) for rule in RULES]
    heard.clear()
    verdict_at(facts(kid="never"), SmallPark().set(), NOON, lambda *told: heard.append(told))
    assert [name for name, _ in heard] == ["key"]
    assert heard[0][1] == Objection(reason=Reason.UNKNOWN_KEY, details={"check": "kid"})


def test_in_doubt_about_the_time_a_refusal_still_says_whose_ticket_it_was() -> None:
    given = facts(claims={"exp": NOON + 60})
    doubtful = replace(given.moment, earliest=NOON - HOUR, latest=NOON + 240 * HOUR)
    body = decided(replace(given, moment=doubtful))
    assert (body.reason, body.ticket) == (Reason.CLOCK_SUSPECT, SmallPark().claims().cti)


def test_a_row_of_the_replica_alone_says_what_it_is_good_for() -> None:
    row = replace(permit_of(SmallPark().claims()), gates=(2,))
    rules = SmallPark(policy={"typed_code": "admit", "wrong_gate": "flag"}).set()
    body = decided(replace(facts(permit=row, source=Source.TYPED), claims=None, kid=None), rules)
    assert (body.ticket, body.permit) == (None, row.id)
