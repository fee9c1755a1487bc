"""What limits an admission beyond the ticket: closures, hours, warnings and quotas, as a visitor meets them."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.rules.admission import decide
from kiosk.rules.entries import ActBody, DecisionBody, Entry, EntryKey, Place, Use, uses_of
from kiosk.rules.facts import Answers, Facts, Question
from kiosk.rules.limits import counting_since, touches
from kiosk.rules.moment import Moment
from kiosk.rules.passages import Passage, passages_of
from kiosk.rules.permit import Party
from kiosk.rules.policy import PolicySet, Product, ProductKind, read_policy_set
from kiosk.rules.quota import Tally
from kiosk.rules.running import tallied
from kiosk.rules.special import Special, SpecialKind
from kiosk.rules.spot_check import SpotCheck
from kiosk.rules.tags import TagState
from kiosk.rules.ticket import Flag
from kiosk.rules.words import ActKind, ClockTrust, Direction, Outcome, Reason, Source, Topic
from tests.support.park import (
    CHECKED,
    DAY_TICKET,
    FREE_REENTRY,
    KID,
    NOON,
    PARK,
    SLOT,
    SmallPark,
    names,
    permit_of,
)

HOUR, DAY = 3600, 86_400
MIDNIGHT = NOON - 12 * HOUR
HERE = Place(park=PARK, gate=1, lane=1, direction=Direction.ENTRY)
OUT = replace(HERE, direction=Direction.EXIT)
BY_ORDER: dict[str, Any] = {"authority": names("Akimat"), "document": "No 214"}
FIRE = {"cause": "fire", "since": NOON - HOUR, "until": NOON + HOUR} | BY_ORDER
STORM = {"warning": "storm", "since": NOON - HOUR, "until": None} | BY_ORDER
ZONES = [{"zone": 1, "names": names("Gorge")}, {"zone": 2, "names": names("Lake")}]
DAYTIME = {"open": ["08:00-20:00"], "any_hour": [SLOT]}


def quota(**fields: Any) -> dict[str, Any]:
    common = {"quota": "day", "counts": "entered", "per": "day", "heads": 20, "since": "2026-05-01", "until": None}
    common |= {"shares": [{"gate": 1, "lane": 1, "heads": 10}, {"gate": 2, "lane": 1, "heads": 10}]} | BY_ORDER
    return common | fields


def rules(policy: dict[str, Any] | None = None, **tables: Any) -> PolicySet:
    return SmallPark(policy=policy or {}, tables=tables).set()


def facts(at: int = NOON, claims: dict[str, Any] | None = None, **changes: Any) -> Facts:
    ticket = SmallPark().claims(**({"nbf": MIDNIGHT - DAY, "exp": MIDNIGHT + 3 * DAY} | (claims or {})))
    fields: dict[str, Any] = {
        "moment": Moment.at(at), "place": HERE, "source": Source.CAMERA, "claims": ticket, "kid": KID,
        "permit": permit_of(ticket), "signed_at": NOON, "revocations_at": NOON,
    }  # fmt: skip
    return Facts(**(fields | changes))


def verdict(given_facts: Facts, policy: PolicySet) -> DecisionBody:
    body = decide(given_facts, policy)
    assert isinstance(body, DecisionBody), body
    return body


def question(given_facts: Facts, policy: PolicySet) -> Question:
    asked = decide(given_facts, policy)
    assert isinstance(asked, Question), asked
    return asked


def use(at: int, heads: int = 3, way: Direction = Direction.ENTRY, number: int = 1) -> Use:
    return Use(entry_id=str(at), entry_number=number, party=Party(adults=heads), gate=1, lane=1, direction=way, at=at)


# ---- closures -------------------------------------------------------------------------------------------------------


def test_where_all_of_a_tickets_zones_are_closed_it_is_refused_with_authority_document_and_end() -> None:
    body = verdict(facts(), rules(closures=[FIRE]))
    assert (body.outcome, body.reason) == (Outcome.REFUSED, Reason.CLOSED)
    assert body.details["cause"] == "fire"
    assert body.details["authority"] == names("Akimat")
    assert (body.details["document"], body.details["until"]) == ("No 214", NOON + HOUR)
    for at in (NOON - HOUR - 1, NOON + HOUR):
        assert verdict(facts(at), rules(closures=[FIRE])).reason is Reason.OK


def test_where_some_are_closed_it_is_admitted_and_they_are_named() -> None:
    body = verdict(facts(), rules(zones=ZONES, closures=[FIRE | {"zones": [1]}]))
    assert body.reason is Reason.OK
    assert body.details["closed"]["zones"] == [1]
    assert body.details["closed"]["open_zones"] == [2]
    assert "closed" not in verdict(facts(), rules(zones=ZONES)).details


def test_a_product_of_one_zone_is_shut_out_by_the_closure_of_that_zone() -> None:
    park = rules(zones=ZONES, closures=[FIRE | {"zones": [1]}])
    gorge = replace(park.products[DAY_TICKET], zones=(1,))
    body = verdict(facts(), replace(park, products={**park.products, DAY_TICKET: gorge}))
    assert (body.reason, body.details["open_zones"]) == (Reason.CLOSED, [2])


def test_a_closure_is_told_before_that_a_ticket_was_used_and_after_that_it_is_over() -> None:
    park = rules(closures=[FIRE])
    assert verdict(facts(uses=(use(NOON - 60),)), park).reason is Reason.CLOSED
    assert verdict(facts(claims={"exp": NOON - 5 * HOUR, "product": SLOT}), park).reason is Reason.EXPIRED


def test_nobody_is_kept_inside_by_a_closure_hours_or_a_quota() -> None:
    park = rules(closures=[FIRE], hours=[{"open": ["07:00-11:00"]}], quotas=[quota(shares=[])])
    body = verdict(facts(uses=(use(NOON - 60),), place=OUT), park)
    assert (body.reason, body.party.heads, body.details["outside_hours"]) == (Reason.EXIT, 3, 1)
    unknown = verdict(facts(place=OUT), park)
    assert (unknown.reason, unknown.details["outside_hours"]) == (Reason.EXIT_UNKNOWN, 1)
    by_day = verdict(facts(uses=(use(NOON - 60),), place=OUT), rules())
    assert "outside_hours" not in by_day.details


# ---- hours ----------------------------------------------------------------------------------------------------------


def test_outside_hours_it_is_refused_with_the_next_opening() -> None:
    park = rules(hours=[DAYTIME])
    body = verdict(facts(MIDNIGHT + 21 * HOUR), park)
    assert (body.reason, body.details["opens"]) == (Reason.OUTSIDE_HOURS, MIDNIGHT + 32 * HOUR)
    assert verdict(facts(), park).reason is Reason.OK
    assert "opens" not in verdict(facts(), rules(hours=[{"open": []}])).details


def test_holders_who_go_in_at_any_hour_do_and_the_entry_says_when_it_was() -> None:
    late = facts(MIDNIGHT + 21 * HOUR, {"product": SLOT})
    body = verdict(late, rules(hours=[DAYTIME]))
    assert (body.reason, body.details["outside_hours"]) == (Reason.OK, 1)
    assert "outside_hours" not in verdict(replace(late, moment=Moment.at(NOON)), rules(hours=[DAYTIME])).details


def test_who_works_in_the_park_goes_in_whatever_is_closed() -> None:
    park = rules(closures=[FIRE], hours=[{"open": []}])
    ranger = replace(park.products[DAY_TICKET], kind=ProductKind.STAFF)
    body = verdict(facts(), replace(park, products={**park.products, DAY_TICKET: ranger}))
    assert body.outcome is Outcome.ADMITTED


def ranger_says(kind: SpecialKind, party: Party | None = None) -> Facts:
    special = Special(kind=kind, by="device", party=party or Party(adults=2))
    return facts(source=Source.RANGER, claims=None, permit=None, special=special, kid=None)


def test_who_needs_no_ticket_obeys_what_visitors_obey_unless_on_duty() -> None:
    claim = {"claims": "admit"}
    shut, full = rules(claim, closures=[FIRE], hours=[{"open": []}]), rules(claim, quotas=[quota(shares=[])])
    said = replace(ranger_says(SpecialKind.CLAIM), claims=None)
    assert verdict(said, shut).reason is Reason.CLOSED
    assert verdict(said, rules(claim, hours=[{"open": []}])).reason is Reason.OUTSIDE_HOURS
    assert verdict(said, full).reason is Reason.FULL
    fire_brigade = replace(ranger_says(SpecialKind.OFFICIAL), claims=None)
    for park in (shut, full, rules(advisories=[STORM])):
        assert verdict(fire_brigade, park).reason is Reason.OFFICIAL
    out = verdict(replace(fire_brigade, place=OUT), shut)
    assert (out.reason, out.details["outside_hours"]) == (Reason.EXIT, 1)


# ---- warnings -------------------------------------------------------------------------------------------------------


def test_a_warning_is_asked_and_then_it_is_admitted_with_what_was_acknowledged() -> None:
    park = rules(advisories=[STORM, STORM | {"warning": "fire_danger", "level": 4, "document": "No 215"}])
    asked = question(facts(), park)
    assert (asked.topic, [each.document for each in asked.warnings]) == (Topic.ACKNOWLEDGE, ["No 214", "No 215"])
    body = verdict(facts(answers=Answers(acknowledged=True)), park)
    assert body.reason is Reason.OK
    assert [each["warning"] for each in body.details["acknowledged"]] == ["storm", "fire_danger"]
    assert "warnings" not in body.details


def test_a_party_that_was_asked_today_is_not_asked_again() -> None:
    park = rules(advisories=[STORM])
    again = (use(NOON - 600), use(NOON - 300, way=Direction.EXIT))
    body = verdict(facts(uses=again), park)
    assert (body.reason, body.details.get("acknowledged"), body.details.get("warnings")) == (
        Reason.WELCOME_BACK,
        None,
        None,
    )


def test_on_a_fast_lane_nobody_is_asked_and_the_warning_is_shown_with_the_verdict() -> None:
    park = rules({"fast_lanes": [[1, 1]]}, advisories=[STORM])
    body = verdict(facts(claims={"party": Party(adults=20)}), park)
    assert (body.reason, body.party.heads) == (Reason.OK, 20)
    assert [each["warning"] for each in body.details["warnings"]] == ["storm"]
    asked = question(facts(place=replace(HERE, lane=2), claims={"party": Party(adults=20)}), park)
    assert asked.topic is Topic.ACKNOWLEDGE


def test_a_fast_lane_still_asks_what_only_a_ranger_can_settle() -> None:
    park = rules({"fast_lanes": [[1, 1]]})
    assert question(facts(claims={"flags": int(Flag.GUIDE_REQUIRED)}), park).topic is Topic.GUIDE


# ---- quotas ---------------------------------------------------------------------------------------------------------


def counted(heads: int, start: int | None = MIDNIGHT) -> tuple[Tally, ...]:
    return (Tally(quota="day", heads=heads, start=start),)


def test_a_full_quota_says_by_whose_order_how_many_when_and_where_else() -> None:
    park = rules(quotas=[quota()], hours=[DAYTIME])
    body = verdict(facts(tallies=counted(10)), park)
    assert (body.outcome, body.reason) == (Outcome.REFUSED, Reason.FULL)
    assert body.details == {
        "quota": "day", "counts": "entered", "authority": names("Akimat"), "document": "No 214", "count": 20,
        "share": 10, "left": 0, "other_gates": [2], "next": MIDNIGHT + 32 * HOUR,
    }  # fmt: skip
    last = rules(quotas=[quota(until="2026-07-04")])
    assert "next" not in verdict(facts(tallies=counted(10)), last).details


def test_a_party_larger_than_what_is_left_is_told_how_many_and_so_many_may_go_in() -> None:
    park = rules(quotas=[quota()])
    five = facts(claims={"party": Party(adults=5)}, tallies=counted(7))
    body = verdict(five, park)
    assert (body.reason, body.details["left"]) == (Reason.FULL, 3)
    some = verdict(replace(five, answers=Answers(heads=3)), park)
    assert (some.reason, some.party.heads, some.remaining) == (Reason.PARTIAL, 3, 2)
    assert verdict(replace(five, answers=Answers(heads=4)), park).reason is Reason.FULL
    assert verdict(replace(five, tallies=counted(5)), park).reason is Reason.OK


def test_nobody_is_asked_anything_where_nobody_can_go_in() -> None:
    park = rules(quotas=[quota()], advisories=[STORM])
    assert verdict(facts(tallies=counted(10)), park).reason is Reason.FULL
    assert question(facts(tallies=counted(9)), park).topic is Topic.ACKNOWLEDGE


def test_who_returns_needs_no_place_of_a_days_quota_and_one_of_those_inside() -> None:
    again = (use(NOON - 600), use(NOON - 300, way=Direction.EXIT))
    back = facts(uses=again, tallies=counted(10))
    assert verdict(back, rules(quotas=[quota()])).reason is Reason.WELCOME_BACK
    full = verdict(back, rules(quotas=[quota(counts="inside")]))
    assert (full.reason, full.details["counts"], full.details["left"]) == (Reason.FULL, "inside", 0)
    # one came out, one stayed in the car: two of the party are new
    some = facts(uses=(use(NOON - 600, 1), use(NOON - 300, 1, Direction.EXIT)), tallies=counted(9))
    body = verdict(some, rules(quotas=[quota()]))
    assert (body.reason, body.details["left"]) == (Reason.FULL, 2)
    two = verdict(replace(some, answers=Answers(heads=2)), rules(quotas=[quota()]))
    assert (two.party.heads, two.returning) == (2, 1)


def test_who_comes_in_again_freely_is_inside_already() -> None:
    again = facts(claims={"product": FREE_REENTRY}, uses=(use(NOON - HOUR),), tallies=counted(10))
    for counts in ("entered", "inside"):
        assert verdict(again, rules(quotas=[quota(counts=counts)])).reason is Reason.FLAGGED_REENTRY
    slots = quota(per="slot", slots=["08:00-11:30", "11:30-16:00"])
    body = verdict(replace(again, tallies=counted(10, NOON - HOUR // 2)), rules(quotas=[slots]))
    assert body.reason is Reason.FULL, "he came in in the slot before"


def test_one_out_one_in_has_no_next_time() -> None:
    body = verdict(facts(tallies=counted(10, 0)), rules(quotas=[quota(counts="inside", per="stay")]))
    assert (body.reason, "next" in body.details) == (Reason.FULL, False)


def test_residents_are_no_visitors_and_a_quota_may_name_them_all_the_same() -> None:
    park = rules(quotas=[quota(), quota(quota="residents", products=[SLOT])])
    resident = replace(park.products[SLOT], kind=ProductKind.PASS)
    park = replace(park, products={**park.products, SLOT: resident})
    assert verdict(facts(claims={"product": SLOT}, tallies=counted(10)), park).reason is Reason.PASS
    named = (Tally(quota="residents", heads=10, start=MIDNIGHT),)
    assert verdict(facts(claims={"product": SLOT}, tallies=named), park).details["quota"] == "residents"


@pytest.mark.parametrize("strange", [{"counts": "cars"}, {"per": "moon"}, {"counts": "entered", "per": "stay"}])
def test_a_quota_in_words_of_a_newer_registry_is_referred_never_admitted(strange: dict[str, Any]) -> None:
    body = verdict(facts(), rules(quotas=[quota(**strange)]))
    assert (body.outcome, body.reason, body.details["quota"]) == (Outcome.REFERRED, Reason.UNKNOWN_POLICY, "day")
    other = rules(quotas=[quota(products=[SLOT], **strange)])
    assert verdict(facts(), other).reason is Reason.OK, "it touches nobody of this product"


def test_where_entries_of_the_period_are_lost_nobody_knows_whether_there_is_room() -> None:
    park = rules(quotas=[quota()])
    body = verdict(facts(tallies_lost_at=MIDNIGHT), park)
    assert (body.outcome, body.reason, body.details["at"]) == (Outcome.REFERRED, Reason.USES_UNKNOWN, MIDNIGHT)
    assert verdict(facts(tallies_lost_at=MIDNIGHT - 1), park).reason is Reason.OK
    assert verdict(facts(tallies_lost_at=NOON), rules()).reason is Reason.OK


def test_a_kiosk_that_took_anothers_place_knows_the_count_from_the_next_period_on() -> None:
    for since, reason in ((MIDNIGHT, Reason.OK), (MIDNIGHT + 1, Reason.USES_UNKNOWN)):
        share = {"gate": 1, "lane": 1, "heads": 10, "counted_from": since}
        assert verdict(facts(), rules(quotas=[quota(shares=[share])])).reason is reason


STAY: dict[str, Any] = {"counts": "inside", "per": "stay"}


def test_a_count_without_end_is_trusted_again_from_the_day_after_it_was_not_known() -> None:
    for since, reason in ((MIDNIGHT - 1, Reason.OK), (MIDNIGHT, Reason.USES_UNKNOWN), (NOON, Reason.USES_UNKNOWN)):
        assert verdict(facts(tallies_lost_at=since), rules(quotas=[quota(**STAY)])).reason is reason
    for since, reason in ((MIDNIGHT, Reason.OK), (MIDNIGHT + 1, Reason.USES_UNKNOWN)):
        share = {"gate": 1, "lane": 1, "heads": 10, "counted_from": since}
        body = verdict(facts(), rules(quotas=[quota(shares=[share], **STAY)]))
        assert body.reason is reason


def test_in_doubt_about_the_day_a_full_quota_is_the_rangers_to_settle() -> None:
    park = rules(quotas=[quota()])
    around = Moment(earliest=MIDNIGHT - HOUR, latest=MIDNIGHT + HOUR, trust=ClockTrust.SUSPECT)
    assert verdict(facts(moment=around, tallies=counted(10)), park).reason is Reason.CLOCK_SUSPECT
    assert verdict(facts(moment=around, tallies=counted(5)), park).reason is Reason.OK
    assert verdict(facts(moment=around, tallies=counted(10, None)), park).reason is Reason.FULL


# ---- the barrier held open ------------------------------------------------------------------------------------------


def test_while_the_barrier_is_held_open_nobody_is_asked_and_refusals_stay_refusals() -> None:
    park = rules(advisories=[STORM])
    claims: dict[str, Any] = {"party": Party(adults=20), "flags": int(Flag.GUIDE_REQUIRED), "product": CHECKED}
    group = facts(claims=claims, kept_open=True, spot=SpotCheck(plate=TagState.OPEN, draw=0))
    body = verdict(group, park)
    assert (body.reason, body.party.heads, body.details["unasked"]) == (Reason.OK, 20, ["guide", "holder"])
    assert [each["warning"] for each in body.details["warnings"]] == ["storm"]
    assert (
        verdict(facts(kept_open=True, claims={"exp": NOON - 5 * HOUR, "product": SLOT}), park).reason is Reason.EXPIRED
    )
    assert "unasked" not in verdict(facts(kept_open=True), park).details


# ---- tallies of a set -----------------------------------------------------------------------------------------------


def test_a_set_without_quotas_counts_from_now_and_one_with_them_from_the_beginning_of_the_period() -> None:
    assert counting_since(rules(), NOON) == NOON
    assert counting_since(rules(quotas=[quota()]), NOON) == MIDNIGHT
    assert counting_since(rules(quotas=[quota(), quota(quota="x", counts="inside", per="stay")]), NOON) == 0
    assert counting_since(rules(quotas=[quota(since="2026-08-01")]), NOON) == NOON


def tallies_of(
    park: PolicySet, product: Product, place: Place, passages: Sequence[Passage], at: int
) -> tuple[Tally, ...]:
    """What the lane has counted of the product's quotas at one second."""
    mine = [each for each in park.tables.quotas if touches(park, each, product, place)]
    return tuple(tally for each in mine for tally in tallied(park, each, place, passages, at, at))


def test_each_quota_counts_those_who_fall_under_it() -> None:
    park = rules(quotas=[quota(), quota(quota="slots", products=[SLOT]), quota(quota="gone", products=[99])])
    lane = Lane(park)
    for number, reason in ((DAY_TICKET, Reason.OK), (SLOT, Reason.OK), (SLOT, Reason.STAFF), (99, Reason.OK)):
        body = verdict(facts(), rules())
        lane.write(replace(body, product=number, reason=reason, permit=bytes([number]) * 16), NOON)
    passages = passages_of(lane.entries, HERE)
    day, slot = (park.products[number] for number in (DAY_TICKET, SLOT))
    assert tallies_of(park, day, HERE, passages, NOON) == (Tally(quota="day", heads=9, start=MIDNIGHT),)
    assert tallies_of(park, slot, HERE, passages, NOON) == (
        Tally(quota="day", heads=9, start=MIDNIGHT),
        Tally(quota="slots", heads=6, start=MIDNIGHT),
    )


def test_of_a_vehicle_s_ticket_all_who_sit_in_it_are_inside() -> None:
    park = rules(quotas=[quota(counts="inside")])
    car = replace(park.products[DAY_TICKET], vehicle_class="car")
    park = replace(park, products={**park.products, DAY_TICKET: car})
    lane, body = Lane(park), verdict(facts(), rules())
    for heads, place in ((5, HERE), (3, OUT), (4, HERE)):
        lane.write(replace(body, party=Party(adults=heads), place=place), NOON)
    passages = passages_of(lane.entries, HERE)
    assert tallies_of(park, car, HERE, passages, NOON) == (Tally(quota="day", heads=6, start=MIDNIGHT),)


class Lane:
    """One lane, its journal and its verdicts, without a file: what the checkpoint does, in values."""

    def __init__(self, park: PolicySet) -> None:
        self.park = park
        self.entries: list[Entry] = []

    def scan(self, serial: int, at: int, heads: int | None, way: Direction, party: int) -> DecisionBody | Question:
        claims: dict[str, Any] = {"nbf": MIDNIGHT - DAY, "exp": MIDNIGHT + 5 * DAY, "entries": 3}
        claims["product"] = FREE_REENTRY if serial % 4 == 3 else DAY_TICKET
        ticket = SmallPark().claims(serial, party=Party(adults=party), **claims)
        place, permit = replace(HERE, direction=way), permit_of(ticket)
        mine = [entry for entry in self.entries if getattr(entry.body, "permit", None) == permit.id]
        known = Facts(
            moment=Moment.at(at), place=place, source=Source.CAMERA, claims=ticket, kid=KID, permit=permit,
            uses=uses_of(mine), signed_at=NOON, revocations_at=NOON, answers=Answers(heads=heads),
        )  # fmt: skip
        passages = passages_of(self.entries, place)
        known = replace(known, tallies=tallies_of(self.park, self.park.products[ticket.product], place, passages, at))
        body = decide(known, self.park)
        if isinstance(body, DecisionBody):
            self.write(body, at)
        return body

    def write(self, body: DecisionBody | ActBody, at: int) -> None:
        key = EntryKey(device=1, chain=1, n=len(self.entries) + 1)
        self.entries.append(Entry(key=key, at=at, clock=ClockTrust.TRUSTED, policy=b"", body=body))

    def annul(self, place: int, at: int) -> None:
        admitted = [each for each in self.entries if getattr(each.body, "outcome", None) is Outcome.ADMITTED]
        if admitted:
            target = admitted[place % len(admitted)]
            self.write(
                ActBody(act=ActKind.ANNUL, target=target.id, place=HERE, permit=target.body.permit),  # type: ignore[union-attr]
                at,
            )

    def people(self, day: int, counts: str) -> int:
        """People by another way of counting: of each ticket those inside now, or the most that were there together."""
        mine: dict[bytes, list[Entry]] = {}
        for entry in self.entries:
            mine.setdefault(entry.body.permit, []).append(entry)  # type: ignore[union-attr,arg-type]
        return sum(self._of_ticket(entries, day, counts) for entries in mine.values())

    def _of_ticket(self, entries: list[Entry], day: int, counts: str) -> int:
        right = next(e.body.right.heads for e in entries if isinstance(e.body, DecisionBody) and e.body.right)
        there = most = 0
        for each in uses_of(entries):
            if day <= each.at < day + DAY:
                step = each.party.heads if each.direction is Direction.ENTRY else -each.party.heads
                there = min(right, max(0, there + step))
                most = max(most, there)
        return there if counts == "inside" else most


steps = st.lists(
    st.tuples(
        st.sampled_from(["in", "in", "in", "out", "annul", "night"]),
        st.integers(0, 7),
        st.integers(1, 5),
        st.booleans(),
    ),
    max_size=30,
)  # fmt: skip


@settings(max_examples=100, deadline=None)
@given(walk=steps, counts=st.sampled_from(["entered", "inside"]))
def test_no_order_of_scans_exits_and_annulments_takes_a_lane_beyond_its_share(
    walk: list[tuple[str, int, int, bool]], counts: str
) -> None:
    lane, at, day = Lane(rules({"ask_above_heads": 99}, quotas=[quota(counts=counts)])), NOON, MIDNIGHT
    for what, serial, heads, is_said in walk:
        at += 1000
        if what == "night":
            day += DAY
            at = day + 12 * HOUR
        elif what == "annul":
            lane.annul(serial, at)
        else:
            way = Direction.ENTRY if what == "in" else Direction.EXIT
            body = lane.scan(serial, at, heads if is_said else None, way, party=1 + serial % 5)
            if isinstance(body, DecisionBody) and body.outcome is Outcome.ADMITTED and what == "in":
                # an annulled exit may put people back inside; whoever goes in after it must still find room
                assert lane.people(day, counts) <= 10


def test_the_set_refuses_tables_that_cannot_be_meant() -> None:
    with pytest.raises(ValueError, match=r"25:00"):
        read_policy_set(SmallPark(tables={"hours": [{"open": ["08:00-25:00"]}]}).set_bytes())
