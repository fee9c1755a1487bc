"""A verdict can be decided again from what its entry kept, whatever it was; a planted change is found."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.rules.admission import decide, unanswered
from kiosk.rules.entries import DecisionBody, Entry, EntryKey, Place, Use, core_bytes, read_core
from kiosk.rules.facts import Answers, Facts, Question, Rejection
from kiosk.rules.moment import Moment
from kiosk.rules.permit import Party, PermitStatus
from kiosk.rules.policy import PolicySet
from kiosk.rules.replay import Replay, Undecidable, replay
from kiosk.rules.revocation import Revocation, RevocationAction
from kiosk.rules.spot_check import SpotCheck
from kiosk.rules.tags import TagState
from kiosk.rules.words import ClockTrust, Direction, Outcome, Reason, Source, VehicleClass
from tests.support.park import KID, NOON, OTHER_PARK, PARK, SmallPark, permit_of

DAY = 86_400
HERE = Place(park=PARK, gate=1, lane=1, direction=Direction.ENTRY)
RULES = SmallPark().set()

parties = st.builds(Party, adults=st.integers(0, 9), children=st.integers(0, 9), other=st.integers(0, 2))
times = st.integers(NOON - 40 * DAY, NOON + 40 * DAY)
places = st.builds(
    Place, park=st.just(PARK), gate=st.integers(1, 3), lane=st.just(1), direction=st.sampled_from(Direction)
)


@st.composite
def moments(draw: st.DrawFn) -> Moment:
    at = draw(times)
    if draw(st.booleans()):
        return Moment.at(at, draw(st.sampled_from(ClockTrust)))
    return Moment(earliest=at, latest=at + draw(st.integers(0, 90 * DAY)), trust=ClockTrust.SUSPECT)


uses = st.builds(
    Use,
    entry_id=st.text("ABC", min_size=1, max_size=3),
    entry_number=st.integers(1, 3),
    party=parties,
    gate=st.integers(1, 3),
    lane=st.just(1),
    direction=st.sampled_from(Direction),
    at=times,
)
answers = st.builds(
    Answers,
    heads=st.none() | st.integers(0, 12),
    party=st.none() | parties,
    acknowledged=st.booleans(),
    guide_named=st.booleans(),
    guides=st.integers(0, 2),
    vehicle_class=st.none() | st.sampled_from(VehicleClass),
    holder_seen=st.booleans(),
)
states = st.none() | st.sampled_from(TagState)
spots = st.none() | st.builds(SpotCheck, plate=states, holder=states, draw=st.none() | st.integers(0, 99))
revocations = st.builds(
    Revocation,
    seq=st.just(1),
    cti8=st.just(bytes(8)),
    action=st.sampled_from(RevocationAction),
    effective=times,
    expires=st.just(0) | times,
)


@st.composite
def drawn_facts(draw: st.DrawFn) -> Facts:
    claims = SmallPark().claims(
        park=draw(st.sampled_from([PARK, PARK, OTHER_PARK])),
        product=draw(st.integers(1, 8)),
        party=draw(parties),
        entries=draw(st.integers(0, 3)),
        exp=NOON + draw(st.integers(-DAY, 9 * DAY)),
        gates=draw(st.none() | st.just((1, 2))),
        flags=draw(st.sampled_from([0, 0, 0, 1, 2, 4, 16])),
        language=draw(st.none() | st.just("kk")),
    )
    common: dict[str, Any] = {
        "moment": draw(moments()),
        "place": draw(places),
        "answers": draw(answers),
        "signed_at": draw(st.none() | times),
        "revocations_at": draw(st.none() | times),
        "uses": tuple(draw(st.lists(uses, max_size=3))),
        "revocation": draw(st.none() | revocations),
    }
    permit = permit_of(claims, draw(st.sampled_from(PermitStatus)))
    match draw(st.sampled_from(["ticket", "typed", "rejected"])):
        case "ticket":
            kid = draw(st.sampled_from([KID, "0001"]))
            listed = draw(st.none() | st.just(permit))
            return Facts(source=Source.CAMERA, claims=claims, kid=kid, permit=listed, spot=draw(spots), **common)
        case "typed":
            found = draw(st.none() | st.just(permit))
            return Facts(source=Source.TYPED, permit=found, matches=draw(st.integers(0, 3)), **common)
        case _:
            reason = draw(st.sampled_from([Reason.FORGED, Reason.NOT_A_TICKET, Reason.MALFORMED, Reason.UNKNOWN_KEY]))
            return Facts(source=Source.CAMERA, rejection=Rejection(reason=reason, detail="x"), kid=KID, **common)


def written(facts: Facts, body: DecisionBody) -> tuple[Entry, DecisionBody]:
    """The entry as it is read back from the bytes of its core."""
    key = EntryKey(device=1, chain=1, n=2)
    moment = facts.moment
    entry = read_core(core_bytes(Entry(key=key, at=moment.now, clock=moment.trust, policy=RULES.digest, body=body)))
    assert isinstance(entry.body, DecisionBody)
    return entry, entry.body


def decided(facts: Facts) -> tuple[Entry, DecisionBody]:
    answer = decide(facts, RULES)
    return written(facts, unanswered(facts, RULES) if isinstance(answer, Question) else answer)


def simple(**changes: Any) -> Facts:
    claims = SmallPark().claims()
    fields: dict[str, Any] = {
        "moment": Moment.at(NOON), "place": HERE, "source": Source.CAMERA, "claims": claims, "kid": KID,
        "permit": permit_of(claims), "signed_at": NOON, "revocations_at": NOON,
    }  # fmt: skip
    return Facts(**(fields | changes))


def test_an_entry_of_an_older_version_that_kept_the_tags_is_decided_again_too() -> None:
    facts = simple(claims=SmallPark().claims(plate_tag=b"abc", holder_tag=b"de"))
    entry, body = decided(facts)
    assert body.facts["claims"]["plate_tag"] == b"abc"
    del body.facts["answers"]["holder_seen"]
    assert replay(entry, body, RULES) == Replay()


@given(facts=drawn_facts())
def test_whatever_is_decided_is_decided_again_from_the_bytes_of_its_entry(facts: Facts) -> None:
    entry, body = decided(facts)
    assert replay(entry, body, RULES) == Replay()
    lapsed, body = written(facts, unanswered(facts, RULES))
    assert replay(lapsed, body, RULES) == Replay()


@pytest.mark.parametrize(
    "change",
    [
        {"outcome": Outcome.REFUSED}, {"reason": Reason.PARTIAL}, {"party": Party(adults=3)}, {"entry_number": 2},
        {"remaining": 1}, {"returning": 1}, {"staleness": "stale"}, {"details": {"until": 1}}, {"permit": bytes(16)},
        {"right": Party(adults=9)}, {"place": replace(HERE, gate=2)}, {"source": Source.TEXT}, {"product": 2},
        {"ticket": bytes(16)}, {"first_use": None, "reason": Reason.ALREADY_USED},
    ],
)  # fmt: skip
def test_a_changed_verdict_is_told_field_by_field(change: dict[str, Any]) -> None:
    entry, body = decided(simple())
    told = replay(entry, replace(body, **change), RULES).differences
    assert told
    assert all(sentence.startswith(f"{entry.id}: ") for sentence in told)
    names = " ".join(told)
    assert all(name in names for name in change if name != "first_use")


def test_changed_facts_come_to_another_verdict() -> None:
    entry, body = decided(simple())
    changed = replace(body, facts=body.facts | {"signed_at": NOON - 31 * DAY})
    assert replay(entry, changed, RULES).differences == (f"{entry.id}: staleness is fresh; decided again, it is stale",)
    later = replace(entry, at=NOON + 1)
    assert replay(later, body, RULES).differences == (
        f"{entry.id}: it was written at {NOON + 1}, its facts are of {NOON}",
    )


def test_another_set_than_the_one_it_was_decided_by_is_found() -> None:
    entry, body = decided(simple(claims=SmallPark().claims(gates=(2,))))
    other: PolicySet = SmallPark(policy={"wrong_gate": "refuse"}).set()
    assert any("reason is flagged_gate" in told for told in replay(entry, body, other).differences)


def test_a_verdict_where_a_question_stood_is_told() -> None:
    entry, body = decided(simple())
    asked: PolicySet = SmallPark(policy={"ask_above_heads": 2}).set()
    (told,) = replay(entry, body, asked).differences
    assert told.endswith("decided again, heads would be asked")


@pytest.mark.parametrize(
    "facts",
    [{}, {"moment": "noon"}, {"a fact of a newer version": 1}, {"claims": {"cti": bytes(16), "new": 1}}],
)
def test_facts_of_another_form_are_said_to_be_undecidable(facts: dict[str, Any]) -> None:
    entry, body = decided(simple())
    kept = {name: item for name, item in body.facts.items() if name != "claims"} | facts if facts else {}
    assert replay(entry, replace(body, facts=kept), RULES).undecidable is Undecidable.FACTS_UNREADABLE


def test_a_detail_that_the_ticket_in_hand_added_is_no_difference() -> None:
    entry, body = decided(simple())
    added = replace(body, details=body.details | {"expected_return": NOON})
    assert replay(entry, added, RULES) == Replay()


def test_an_entry_that_contradicts_its_own_facts_in_time_or_clock_is_told() -> None:
    entry, body = decided(simple())
    again = replay(replace(entry, at=NOON + 1, clock=ClockTrust.SUSPECT), body, RULES)
    assert again.differences == (
        f"{entry.id}: it was written at {NOON + 1}, its facts are of {NOON}",
        f"{entry.id}: it says that its clock was suspect, its facts say trusted",
    )
