"""Why a verdict is as it is: the rules in the order they were asked, up to the one that decided."""

from typing import Any

import pytest
from hypothesis import given

from kiosk.rules.admission import decide
from kiosk.rules.entries import DecisionBody
from kiosk.rules.facts import Answers, Facts, Question, Rejection
from kiosk.rules.moment import Moment
from kiosk.rules.objections import RULES, rule_name
from kiosk.rules.permit import Party
from kiosk.rules.trace import Said, Stage, Step, trace
from kiosk.rules.words import ClockTrust, Outcome, Reason, Source, Topic
from tests.kiosk.rules.test_admission import HERE, HOUR, OUT, entered, facts, left
from tests.kiosk.rules.test_replay import drawn_facts
from tests.support.park import NOON, SmallPark

PARK = SmallPark().set()
NAMES = tuple(map(rule_name, RULES))


def asked(given_facts: Facts) -> list[tuple[str, Said]]:
    return [(step.rule, step.said) for step in trace(given_facts, PARK).steps]


def test_who_goes_in_was_asked_about_by_every_rule() -> None:
    told = trace(facts(), PARK)
    assert [step.rule for step in told.steps] == [*NAMES, "admission"]
    assert {step.said for step in told.steps[:-1]} == {Said.NOTHING}
    assert told.steps[-1].said is Said.ADMITTED
    assert (told.steps[-1].reason, told.steps[-1].details["listed"]) == (Reason.OK, 1)
    assert (told.at, told.verdict, told.not_asked, told.objection, told.doubt) == (NOON, Reason.OK, (), None, None)


def test_the_first_objection_ends_it_and_says_what_it_was_about() -> None:
    told = trace(facts(claims={"park": 12}), PARK)
    assert told.steps == (
        Step(rule="key", said=Said.NOTHING),
        Step(rule="park", said=Said.OBJECTED, reason=Reason.WRONG_PARK, details={"park": 12}),
    )
    assert told.objection == told.steps[-1]
    assert told.not_asked == NAMES[2:]
    assert told.verdict is Reason.WRONG_PARK


def test_a_copy_passes_every_rule_before_its_uses_are_looked_at() -> None:
    told = trace(facts(uses=(entered(3),)), PARK)
    assert (told.steps[-1].rule, told.steps[-1].reason) == ("use", Reason.ALREADY_USED)
    assert [step.rule for step in told.steps] == list(NAMES[: NAMES.index("use") + 1])


def test_a_question_is_the_last_step_and_names_its_topic() -> None:
    told = trace(facts(claims={"party": Party(adults=50)}), PARK)
    assert told.steps[-1] == Step(rule=Stage.ADMISSION, said=Said.ASKED, topic=Topic.HEADS)
    assert (told.verdict, told.objection) == (Topic.HEADS, None)


@pytest.mark.parametrize(
    "given_facts, stage, said, reason",
    [
        (facts(OUT, uses=(entered(3),)), Stage.LEAVING, Said.ADMITTED, Reason.EXIT),
        (facts(OUT), Stage.LEAVING, Said.ADMITTED, Reason.EXIT_UNKNOWN),
        (
            facts(OUT, rejection=Rejection(reason=Reason.NOT_A_TICKET, detail="wifi")),
            Stage.LEAVING,
            Said.OBJECTED,
            Reason.NOT_A_TICKET,
        ),
    ],
)
def test_on_the_way_out_no_rule_is_asked(given_facts: Facts, stage: Stage, said: Said, reason: Reason) -> None:
    told = trace(given_facts, PARK)
    assert [(step.rule, step.said, step.reason) for step in told.steps] == [(stage, said, reason)]
    assert told.not_asked == NAMES


def test_no_rule_is_asked_about_what_is_no_ticket() -> None:
    forged = Rejection(reason=Reason.FORGED, detail="signature")
    told = trace(facts(rejection=forged), PARK)
    (step,) = told.steps
    assert (step.rule, step.said, step.reason) == ("reading", Said.OBJECTED, Reason.FORGED)
    assert step.details["check"] == "signature"
    unknown = Facts(moment=Moment.at(NOON), place=HERE, source=Source.TYPED, matches=0)
    assert asked(unknown) == [("reading", Said.OBJECTED)]


def in_doubt(first: int, last: int, **more: Any) -> Facts:
    return facts(moment=Moment(earliest=first, latest=last, trust=ClockTrust.SUSPECT), **more)


def test_in_doubt_the_two_seconds_and_their_verdicts_are_named() -> None:
    told = trace(in_doubt(NOON, NOON + 40 * HOUR), PARK)
    assert told.verdict is Reason.CLOCK_SUSPECT
    assert told.doubt is not None
    assert (told.doubt.at, told.doubt.verdict) == (NOON, Reason.OK)
    midnight, grace = NOON + 12 * HOUR, 7200 + 300
    assert (told.doubt.other_at, told.doubt.other) == (midnight + grace, Reason.EXPIRED)
    asks = trace(in_doubt(NOON, NOON + 40 * HOUR, claims={"party": Party(adults=50)}), PARK)
    assert asks.doubt is not None
    assert asks.doubt.verdict is Topic.HEADS


def test_a_doubt_that_changes_nothing_is_none() -> None:
    told = trace(in_doubt(NOON, NOON + HOUR), PARK)
    assert (told.verdict, told.doubt) == (Reason.OK, None)


def test_on_the_way_out_nothing_hangs_on_the_clock() -> None:
    # how many are left to come in again differs from day to day; that they go out does not
    gone = (entered(3), left(3))
    told = trace(in_doubt(NOON, NOON + 40 * HOUR, place=OUT, uses=gone), PARK)
    assert (told.verdict, told.doubt) == (Reason.EXIT_UNKNOWN, None)


def test_an_answer_is_a_fact_like_any_other() -> None:
    party = {"party": Party(adults=50)}
    assert trace(facts(claims=party, answers=Answers(heads=12)), PARK).verdict is Reason.PARTIAL


@given(drawn=drawn_facts())
def test_the_trace_of_whatever_is_decided_ends_in_its_verdict(drawn: Facts) -> None:
    told, verdict = trace(drawn, PARK), decide(drawn, PARK)
    word = verdict.topic if isinstance(verdict, Question) else verdict.reason
    assert told.verdict == word
    last = told.steps[-1]
    if told.doubt is None:
        assert word in (last.reason, last.topic)
    else:
        assert word is Reason.CLOCK_SUSPECT
        assert told.doubt.other_at != told.at
    rules = [step.rule for step in told.steps if step.rule in NAMES]
    assert (*rules, *told.not_asked) == NAMES
    assert all(step.said is Said.NOTHING for step in told.steps[:-1])
    if isinstance(verdict, DecisionBody) and told.doubt is None:
        assert (last.said is Said.ADMITTED) is (verdict.outcome is Outcome.ADMITTED)
