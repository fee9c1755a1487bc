"""In doubt about the time, closures, hours, warnings and quotas too are looked at in every second that it may be."""

from collections import Counter
from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.rules import admission, limits
from kiosk.rules.admission import decide, gist_at, verdict_at
from kiosk.rules.edges import edges
from kiosk.rules.entries import DecisionBody, Place, Use
from kiosk.rules.facts import Answers, Facts, Question
from kiosk.rules.moment import Moment
from kiosk.rules.permit import Party
from kiosk.rules.policy import PolicySet
from kiosk.rules.quota import Tally
from kiosk.rules.revocation import Revocation, RevocationAction
from kiosk.rules.special import Special, SpecialKind
from kiosk.rules.ticket import LATEST_TIME
from kiosk.rules.words import ClockTrust, Direction, Outcome, Reason, Source
from tests.support.park import DAY_TICKET, FREE_REENTRY, KID, NOON, PARK, SLOT, STAFF_CARD, SmallPark, names, permit_of

HOUR, DAY = 3600, 86_400
MIDNIGHT = NOON - 12 * HOUR
HERE = Place(park=PARK, gate=1, lane=1, direction=Direction.ENTRY)
ORDER: dict[str, Any] = {"authority": names("Akimat"), "document": "No 1"}
SHARE = [{"gate": 1, "lane": 1, "heads": 5}]


def limited(**tables: Any) -> PolicySet:
    return SmallPark(tables=tables).set()


def quota(**fields: Any) -> dict[str, Any]:
    common = {
        "quota": "day",
        "counts": "entered",
        "per": "day",
        "heads": 5,
        "since": "2026-07-04",
        "until": "2026-07-05",
    }
    return common | {"shares": SHARE} | ORDER | fields


def facts(first: int, last: int = LATEST_TIME, claims: dict[str, Any] | None = None, **changes: Any) -> Facts:
    ticket = SmallPark().claims(**({"nbf": NOON - 9 * DAY, "exp": NOON + 9 * DAY, "entries": 0} | (claims or {})))
    fields: dict[str, Any] = {
        "moment": Moment(earliest=first, latest=last, trust=ClockTrust.SUSPECT), "place": HERE,
        "source": Source.CAMERA, "claims": ticket, "kid": KID, "permit": permit_of(ticket), "signed_at": NOON,
        "revocations_at": NOON,
    }  # fmt: skip
    return Facts(**(fields | changes))


def use(at: int, heads: int = 3, way: Direction = Direction.ENTRY) -> Use:
    return Use(entry_id=f"{at}{way}", entry_number=1, party=Party(adults=heads), gate=1, lane=1, direction=way, at=at)


def outcome(given_facts: Facts, rules: PolicySet, at: int) -> object:
    """What a visitor gets at one second, everything else being as it is."""
    verdict = decide(replace(given_facts, moment=Moment.at(at)), rules)
    if isinstance(verdict, Question):
        return verdict
    if verdict.outcome is not Outcome.ADMITTED:
        return verdict.reason
    return verdict.reason, verdict.party, verdict.returning, verdict.remaining, verdict.entry_number


EVERY_DAY = {"open": ["08:00-20:00"]}
FIRE = {"cause": "fire", "since": NOON, "until": NOON + HOUR} | ORDER
STORM = {"warning": "storm", "since": NOON, "until": NOON + 20 * HOUR} | ORDER
STAY: dict[str, Any] = {"counts": "inside", "per": "stay"}
FULL = (Tally(quota="day", heads=5, start=MIDNIGHT),)


@pytest.mark.parametrize(
    "tables, second, changes",
    [
        ({"hours": [EVERY_DAY]}, MIDNIGHT + 8 * HOUR, {}),
        ({"hours": [EVERY_DAY]}, MIDNIGHT + 44 * HOUR, {}),
        ({"hours": [EVERY_DAY, {"open": [], "days": ["2026-07-05"]}]}, MIDNIGHT + 56 * HOUR, {}),
        ({"hours": [EVERY_DAY, {"open": ["00:00-24:00"], "days": ["2026-07-05"]}]}, MIDNIGHT + DAY, {}),
        ({"closures": [FIRE]}, NOON, {}),
        ({"closures": [FIRE]}, NOON + HOUR, {}),
        ({"advisories": [STORM]}, NOON, {}),
        ({"advisories": [STORM]}, NOON + 20 * HOUR, {}),
        ({"advisories": [STORM]}, NOON + 5, {"uses": (use(NOON + 5, heads=1),)}),
        ({"advisories": [STORM]}, MIDNIGHT + DAY, {"uses": (use(NOON + 5), use(NOON + 6, way=Direction.EXIT))}),
        ({"quotas": [quota()]}, MIDNIGHT, {"tallies": FULL}),
        ({"quotas": [quota()]}, MIDNIGHT + DAY, {"tallies": FULL}),
        ({"quotas": [quota(shares=[])]}, MIDNIGHT + 2 * DAY, {}),
        ({"quotas": [quota(per="slot", slots=["09:00-11:00"], shares=[])]}, MIDNIGHT + 9 * HOUR, {}),
        ({"quotas": [quota(per="slot", slots=["09:00-11:00"], shares=[])]}, MIDNIGHT + 35 * HOUR, {}),
        ({"quotas": [quota()]}, MIDNIGHT + DAY, {"tallies_lost_at": NOON}),
        ({"quotas": [quota(**STAY)]}, MIDNIGHT + DAY, {"tallies_lost_at": NOON}),
        ({"quotas": [quota(shares=[SHARE[0] | {"counted_from": NOON}], **STAY)]}, MIDNIGHT + DAY, {}),
        ({"quotas": [quota(per="moon")]}, MIDNIGHT + 2 * DAY, {}),
    ],
)
def test_each_limit_has_its_edge_to_the_second(tables: Any, second: int, changes: dict[str, Any]) -> None:
    rules, case = limited(**tables), facts(MIDNIGHT - DAY, **changes)
    assert outcome(case, rules, second - 1) != outcome(case, rules, second)
    assert second in edges(case, rules)


def test_a_clock_that_knows_nothing_looks_at_no_day_on_which_the_ticket_is_over() -> None:
    rules = limited(hours=[EVERY_DAY], quotas=[quota()])
    assert len(edges(facts(NOON), rules)) < 100
    body = decide(facts(NOON + 20 * DAY, NOON + 60 * DAY), rules)
    assert isinstance(body, DecisionBody)
    assert body.reason is Reason.EXPIRED


# ---- what a doubt costs ---------------------------------------------------------------------------------------------

YEARS: dict[str, Any] = {"nbf": NOON - 9 * DAY, "exp": NOON + 700 * DAY, "entries": 0}
LONG_KEY: dict[str, Any] = {"longest_validity_seconds": 800 * DAY}
SLOTS = ["00:00-06:00", "06:00-12:00", "12:00-18:00", "18:00-24:00"]
EVERY_SLOT = quota(
    per="slot", slots=SLOTS, heads=500, since="2020-01-01", until=None, shares=[{"gate": 1, "lane": 1, "heads": 500}]
)
SET_ASIDE = Revocation(seq=1, cti8=bytes(8), action=RevocationAction.REVOKE, effective=NOON - 100)
ALWAYS: dict[str, Any] = {"open": ["00:00-24:00"]}


def season(**changes: Any) -> Facts:
    return facts(NOON, NOON + 650 * DAY, claims=YEARS, **changes)


def on_duty(kind: SpecialKind) -> Facts:
    member = Special(kind=kind, by="ranger", staff="A. Bekova", category="fire", party=Party(adults=4))
    return replace(facts(NOON), claims=None, kid=None, permit=None, special=member, source=Source.RANGER)


@pytest.mark.parametrize(
    "case",
    [
        on_duty(SpecialKind.OFFICIAL),
        on_duty(SpecialKind.STAFF),
        facts(NOON, NOON + 300 * DAY, claims={"product": STAFF_CARD}),
    ],
)
def test_no_hours_orders_or_quotas_are_looked_at_for_people_on_duty(case: Facts) -> None:
    rules = SmallPark(
        tables={"hours": [EVERY_DAY], "closures": [FIRE], "advisories": [STORM], "quotas": [EVERY_SLOT]},
        staff=[{"name": "A. Bekova", "role": "ranger"}],
    ).set()
    assert len(edges(case, rules)) < 12
    body = decide(case, rules)
    assert isinstance(body, DecisionBody)
    assert body.reason in (Reason.OFFICIAL, Reason.STAFF, Reason.CLOCK_SUSPECT)
    every = {outcome(case, rules, case.moment.earliest + hour * HOUR) for hour in range(60)}
    assert len(every) == 1


@pytest.mark.parametrize(
    "tables, changes, expected",
    [
        ({"hours": [ALWAYS], "quotas": [EVERY_SLOT]}, {}, Reason.OK),
        ({"hours": [{"open": []}]}, {}, Reason.OUTSIDE_HOURS),
        ({"hours": [ALWAYS], "quotas": [quota(since="2020-01-01", until=None, shares=[])]}, {}, Reason.FULL),
        ({"closures": [FIRE | {"until": None, "since": NOON - DAY}], "hours": [EVERY_DAY]}, {}, Reason.CLOSED),
        ({"hours": [EVERY_DAY], "quotas": [EVERY_SLOT]}, {"revocation": SET_ASIDE}, Reason.REVOKED),
    ],
)
def test_however_many_seconds_are_looked_at_facts_are_written_and_openings_sought_once(
    monkeypatch: pytest.MonkeyPatch, tables: Any, changes: dict[str, Any], expected: Reason
) -> None:
    asked: Counter[str] = Counter()

    def counting(module: Any, name: str) -> None:
        real = getattr(module, name)

        def counted(*given: Any) -> Any:
            asked[name] += 1
            return real(*given)

        monkeypatch.setattr(module, name, counted)

    rules, case = SmallPark(tables=tables, key_fields=LONG_KEY).set(), season(**changes)
    assert len(edges(case, rules)) > 600 or expected is Reason.CLOSED
    counting(admission, "plain")
    counting(limits, "next_opening")
    body = decide(case, rules)
    assert isinstance(body, DecisionBody)
    assert body.reason is expected
    assert asked["plain"] == 1
    assert asked["next_opening"] <= 1


# ---- any set and any facts ------------------------------------------------------------------------------------------

times = st.integers(NOON - 30 * HOUR, NOON + 30 * HOUR)
seldom = st.sampled_from([False, False, True])
spans = st.sampled_from(["08:00-20:00", "20:00-03:00", "00:00-24:00", "12:00-12:30"])


@st.composite
def sets(draw: st.DrawFn) -> PolicySet:
    def order() -> dict[str, Any]:
        since = draw(times)
        return ORDER | {"since": since, "until": since + draw(st.integers(1, DAY)) if draw(st.booleans()) else None}

    hours = [{"open": draw(st.lists(spans, max_size=2)), "any_hour": [SLOT] if draw(seldom) else []}]
    hours += [{"open": draw(st.lists(spans, max_size=1)), "days": ["2026-07-04"]}] if draw(seldom) else []
    per = draw(st.sampled_from(["day", "slot", "stay"]))
    counts = "inside" if per == "stay" else draw(st.sampled_from(["entered", "inside"]))
    of_quota = {"per": per, "counts": counts, "slots": ["09:00-13:00", "22:00-04:00"]}
    return limited(
        hours=hours if draw(st.booleans()) else [],
        closures=[order() | {"cause": "fire", "lets_in": [SLOT] if draw(seldom) else []}] if draw(seldom) else [],
        advisories=[order() | {"warning": "storm"}] if draw(seldom) else [],
        quotas=[quota(**of_quota)] if draw(st.booleans()) else [],
    )


starts = st.sampled_from([None, 0, MIDNIGHT - DAY, MIDNIGHT, MIDNIGHT + DAY, NOON - 3 * HOUR, MIDNIGHT + 22 * HOUR])
drawn_uses = st.builds(use, at=times, heads=st.integers(1, 3), way=st.sampled_from([Direction.ENTRY, Direction.EXIT]))


@st.composite
def drawn(draw: st.DrawFn) -> Facts:
    first = draw(times)
    return facts(
        first,
        first + draw(st.integers(1, 3 * DAY)),
        claims={"product": draw(st.sampled_from([DAY_TICKET, SLOT, FREE_REENTRY])), "entries": draw(st.integers(0, 2))},
        place=replace(HERE, direction=Direction.EXIT if draw(seldom) else Direction.ENTRY),
        answers=Answers(heads=draw(st.integers(0, 4)) if draw(seldom) else None, acknowledged=draw(st.booleans())),
        uses=tuple(sorted(draw(st.lists(drawn_uses, max_size=3)), key=lambda each: each.at)),
        tallies=tuple(
            draw(st.lists(st.builds(Tally, quota=st.just("day"), heads=st.integers(1, 5), start=starts)))[:3]
        ),
        tallies_lost_at=draw(times) if draw(seldom) else None,
        kept_open=draw(seldom),
    )


@settings(max_examples=300)
@given(case=drawn(), rules=sets(), data=st.data())
def test_between_two_edges_no_verdict_changes(case: Facts, rules: PolicySet, data: st.DataObject) -> None:
    known = edges(case, rules)
    for first, following in pairwise(known):
        same = outcome(case, rules, first)
        assert outcome(case, rules, following - 1) == same
        assert outcome(case, rules, data.draw(st.integers(first, following - 1))) == same


@settings(max_examples=300)
@given(case=drawn(), rules=sets(), data=st.data())
def test_what_seconds_are_compared_by_is_the_gist_of_the_whole_verdict(
    case: Facts, rules: PolicySet, data: st.DataObject
) -> None:
    case = replace(case, place=HERE)
    for at in (*edges(case, rules), data.draw(st.integers(case.moment.earliest, case.moment.latest))):
        verdict = verdict_at(case, rules, at)
        whole: object = verdict
        if isinstance(verdict, DecisionBody):
            counts = (verdict.party, verdict.returning, verdict.remaining, verdict.entry_number)
            whole = (verdict.reason, *(counts if verdict.outcome is Outcome.ADMITTED else ()))
        assert gist_at(case, rules, at) == whole
