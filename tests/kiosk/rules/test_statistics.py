"""The counting rules, by example and by what holds for every journal."""

import hashlib
from dataclasses import replace
from datetime import date
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.rules.entries import ActBody, Body, DecisionBody, Entry, EntryKey, Place
from kiosk.rules.keyring import Keyring
from kiosk.rules.names import Names
from kiosk.rules.permit import Party
from kiosk.rules.policy import Policy, PolicySet, Product, ProductKind
from kiosk.rules.statistics import By, CountRow, CountSource, Period, count
from kiosk.rules.words import ActKind, ClockTrust, Direction, Outcome, Reason, Source

NAMES = Names(kk="Бурабай", ru="Бурабай", en="Burabay")
DAY_TICKET, BUS, SEASON_PASS, STAFF_CARD, CLEAN_UP = 12, 13, 14, 15, 16
SET = PolicySet(
    park=7,
    version=1,
    signed_at=0,
    names=NAMES,
    gates=(),
    keyring=Keyring({}),
    online_keys=(),
    products={
        DAY_TICKET: Product(product=DAY_TICKET, names=NAMES),
        BUS: Product(product=BUS, names=NAMES, vehicle_class="bus"),
        SEASON_PASS: Product(product=SEASON_PASS, names=NAMES, kind=ProductKind.PASS),
        STAFF_CARD: Product(product=STAFF_CARD, names=NAMES, kind=ProductKind.STAFF),
        CLEAN_UP: Product(product=CLEAN_UP, names=NAMES, kind=ProductKind.EVENT),
    },
    policy=Policy(),
)
NOON = 1_784_012_400  # 2026-07-14 12:00 at UTC+5
HOUR, DAY = 3600, 86_400
FAMILY = Party(adults=2, children=2)


def permit(name: str) -> bytes:
    return hashlib.sha256(name.encode()).digest()[:16]


class Book:
    """The journals of a park, written entry by entry."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []
        self._last: dict[int, int] = {}

    def scan(
        self,
        party: Party = FAMILY,
        *,
        at: int = NOON,
        ticket: str | None = "family",
        right: Party | None = FAMILY,
        returning: int = 0,
        gate: int = 1,
        direction: Direction = Direction.ENTRY,
        reason: Reason = Reason.OK,
        product: int | None = DAY_TICKET,
        source: Source = Source.CAMERA,
        vehicle_class: str | None = None,
    ) -> Entry:
        return self._append(
            at,
            gate,
            DecisionBody(
                place=Place(park=7, gate=gate, lane=1, direction=direction),
                source=source,
                outcome=reason.outcome,
                reason=reason,
                permit=permit(ticket) if ticket else None,
                product=product,
                right=right,
                entry_number=1,
                party=party if reason.outcome is Outcome.ADMITTED else Party(),
                returning=returning,
                vehicle_class=vehicle_class,
            ),
        )

    def act(self, kind: ActKind, target: Entry, *, party: Party | None = None, at: int | None = None) -> Entry:
        body = target.body
        assert isinstance(body, DecisionBody | ActBody)
        act = ActBody(
            act=kind, target=target.id, place=body.place, permit=body.permit, product=body.product, right=body.right,
            entry_number=1, party=party,
        )  # fmt: skip
        return self._append(target.at + 60 if at is None else at, body.place.gate, act)

    def _append(self, at: int, gate: int, body: Body) -> Entry:
        self._last[gate] = n = self._last.get(gate, 0) + 1
        key = EntryKey(device=gate, chain=1, n=n)
        entry = Entry(key=key, at=at, clock=ClockTrust.TRUSTED, policy=b"", body=body)
        self.entries.append(entry)
        return entry

    def count(self, by: By = By.DAY, period: Period | None = None) -> list[CountRow]:
        return count(self.entries, SET, by, period)

    def totals(self) -> tuple[int, int, int]:
        """Persons, visits and re-entries of all entries, exits left out."""
        return totals([row for row in self.count() if row.direction is Direction.ENTRY])


def totals(rows: list[CountRow]) -> tuple[int, int, int]:
    return sum(r.persons for r in rows), sum(r.visits for r in rows), sum(r.reentries for r in rows)


@pytest.fixture
def book() -> Book:
    return Book()


def test_a_family_is_as_many_visits_as_it_has_heads(book: Book) -> None:
    book.scan()
    assert [(r.category, r.persons, r.visits, r.reentries) for r in book.count()] == [
        ("adults", 2, 2, 0),
        ("children", 2, 2, 0),
    ]


def test_coming_back_after_an_exit_on_the_same_day_is_a_re_entry(book: Book) -> None:
    book.scan()
    book.scan(at=NOON + HOUR, direction=Direction.EXIT, reason=Reason.EXIT)
    book.scan(at=NOON + 2 * HOUR, returning=4, reason=Reason.WELCOME_BACK)
    assert book.totals() == (8, 4, 4)


def test_an_exit_counts_persons_only(book: Book) -> None:
    book.scan(direction=Direction.EXIT, reason=Reason.EXIT)
    assert totals(book.count()) == (4, 0, 0)


def test_a_party_seen_at_two_gates_on_one_day_is_one_visit(book: Book) -> None:
    book.scan(gate=1)
    book.scan(gate=2, at=NOON + HOUR)
    assert [(r.gate, r.visits, r.reentries) for r in book.count()] == [(1, 2, 0), (1, 2, 0), (2, 0, 2), (2, 0, 2)]


def test_the_same_party_is_a_new_visit_on_the_next_local_day(book: Book) -> None:
    book.scan()
    book.scan(at=NOON + DAY)
    assert book.totals() == (8, 8, 0)


def test_a_group_in_two_parts_is_one_visit_per_head(book: Book) -> None:
    right = Party(adults=8)
    book.scan(Party(adults=5), right=right, reason=Reason.PARTIAL)
    book.scan(Party(adults=3), right=right, at=NOON + HOUR)
    assert book.totals() == (8, 8, 0)


def test_heads_beyond_the_right_are_re_entries_in_the_ticket_s_order(book: Book) -> None:
    book.scan(Party(adults=1))
    book.scan(FAMILY, at=NOON + HOUR, reason=Reason.FLAGGED_REENTRY)
    assert book.totals() == (5, 4, 1)
    children = next(r for r in book.count() if r.category == "children")
    assert (children.persons, children.visits, children.reentries) == (2, 1, 1)


def test_refused_and_referred_scans_are_not_counted(book: Book) -> None:
    book.scan(reason=Reason.EXPIRED)
    book.scan(reason=Reason.STALE_TRUST)
    assert book.count() == []


def test_training_is_not_counted(book: Book) -> None:
    book.scan(reason=Reason.TRAINING)
    assert book.count() == []


def test_an_annulled_entry_is_not_counted_even_when_annulled_after_the_period(book: Book) -> None:
    entry = book.scan()
    book.act(ActKind.ANNUL, entry, at=NOON + DAY)
    day = date(2026, 7, 14)
    assert book.count(period=Period(first=day, last=day)) == []


def test_an_annulled_entry_leaves_its_visits_to_the_next_one(book: Book) -> None:
    book.act(ActKind.ANNUL, book.scan())
    book.scan(at=NOON + HOUR)
    assert book.totals() == (4, 4, 0)


def test_a_correction_replaces_the_party(book: Book) -> None:
    book.act(ActKind.CORRECT, book.scan(), party=Party(adults=1))
    assert book.totals() == (1, 1, 0)


def test_a_correction_to_nobody_leaves_no_row(book: Book) -> None:
    book.act(ActKind.CORRECT, book.scan(), party=Party())
    assert book.count() == []


def test_an_act_made_while_the_clock_was_set_back_still_applies(book: Book) -> None:
    book.act(ActKind.ANNUL, book.scan(), at=NOON - DAY)
    assert book.count() == []


@pytest.mark.parametrize("target", ["", "rubbish", str(EntryKey(device=9, chain=1, n=1))])
def test_an_act_that_points_nowhere_changes_nothing(book: Book, target: str) -> None:
    entry = book.scan()
    place = Place(park=7, gate=1, lane=1, direction=Direction.ENTRY)
    astray = ActBody(act=ActKind.ANNUL, target=target, place=place)
    book.entries.append(replace(entry, key=EntryKey(device=9, chain=1, n=2), body=astray))
    assert book.totals() == (4, 4, 0)


def test_an_override_is_counted_under_its_own_source(book: Book) -> None:
    book.act(ActKind.OVERRIDE, book.scan(reason=Reason.EXPIRED), party=Party(adults=2))
    assert [(r.source, r.persons, r.visits) for r in book.count()] == [(CountSource.OVERRIDE, 2, 2)]


def test_an_override_of_a_used_ticket_is_a_re_entry(book: Book) -> None:
    book.scan()
    book.act(ActKind.OVERRIDE, book.scan(at=NOON + HOUR, reason=Reason.ALREADY_USED), party=FAMILY)
    assert book.totals() == (8, 4, 4)


def test_two_parties_let_in_without_a_ticket_are_not_taken_for_one(book: Book) -> None:
    for at in (NOON, NOON + HOUR):
        refused = book.scan(ticket=None, right=None, at=at, reason=Reason.NOT_A_TICKET)
        book.act(ActKind.OVERRIDE, refused, party=Party(adults=1))
    assert book.totals() == (2, 2, 0)


@pytest.mark.parametrize("reason", [Reason.STAFF, Reason.OFFICIAL, Reason.PASS])
def test_staff_and_passes_are_persons_but_never_visits(book: Book, reason: Reason) -> None:
    book.scan(reason=reason)
    assert book.totals() == (4, 0, 0)


def test_who_is_exempt_is_a_visitor_and_the_source_says_that_a_ranger_let_them_in(book: Book) -> None:
    pensioners = Party(preferential=2)
    book.scan(pensioners, ticket=None, right=pensioners, reason=Reason.EXEMPT, product=None, source=Source.RANGER)
    (row,) = count(book.entries, SET, By.DAY)
    assert (row.category, row.persons, row.visits, row.source) == ("preferential", 2, 2, CountSource.RANGER)


@pytest.mark.parametrize("product", [SEASON_PASS, STAFF_CARD, CLEAN_UP])
def test_a_pass_a_staff_card_and_a_clean_up_day_are_no_visits_whatever_the_reason(book: Book, product: int) -> None:
    book.scan(product=product)
    assert book.totals() == (4, 0, 0)


def test_a_vehicle_ticket_shows_its_class(book: Book) -> None:
    book.scan(product=BUS)
    assert {row.vehicle_class for row in book.count()} == {"bus"}


def test_the_local_day_and_hour_come_from_the_policy_s_offset(book: Book) -> None:
    book.scan(Party(adults=1), at=1_784_055_599)  # 23:59:59 local, 18:59:59 UTC
    book.scan(Party(adults=1), at=1_784_055_600, ticket="late")
    assert [(r.local_date, r.hour) for r in book.count(By.HOUR)] == [("2026-07-14", 23), ("2026-07-15", 0)]


def test_a_coarser_row_leaves_empty_what_it_does_not_know(book: Book) -> None:
    book.scan(Party(adults=1))
    assert [(r.local_date, r.hour) for r in book.count(By.DAY)] == [("2026-07-14", None)]
    assert [(r.local_date, r.hour) for r in book.count(By.MONTH)] == [("2026-07", None)]


def test_a_period_includes_both_its_days_and_nothing_else(book: Book) -> None:
    for days in range(-2, 3):
        book.scan(Party(adults=1), at=NOON + days * DAY)
    rows = book.count(period=Period(first=date(2026, 7, 13), last=date(2026, 7, 15)))
    assert [row.local_date for row in rows] == ["2026-07-13", "2026-07-14", "2026-07-15"]


def test_a_period_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(ValueError, match="before it begins"):
        Period(first=date(2026, 7, 15), last=date(2026, 7, 14))


def test_a_known_permit_whose_right_nobody_told_counts_every_head(book: Book) -> None:
    book.scan(right=None)
    book.scan(right=None, at=NOON + HOUR)
    assert book.totals() == (8, 8, 0)


def test_an_annulled_override_and_a_corrected_one_count_as_what_they_became(book: Book) -> None:
    one, two = (book.scan(reason=Reason.EXPIRED, ticket=name) for name in ("one", "two"))
    book.act(ActKind.ANNUL, book.act(ActKind.OVERRIDE, one, party=FAMILY))
    book.act(ActKind.CORRECT, book.act(ActKind.OVERRIDE, two, party=FAMILY), party=Party(adults=1))
    assert book.totals() == (1, 1, 0)


# What holds for every journal.

RIGHTS = {"a": Party(adults=1), "b": Party(adults=2, children=3), "c": Party(adults=20, preschool=4)}


@st.composite
def books(draw: st.DrawFn) -> Book:
    book = Book()
    for _ in range(draw(st.integers(0, 25))):
        name = draw(st.sampled_from(sorted(RIGHTS)))
        party = Party.of(draw(st.integers(0, have)) for have in RIGHTS[name].counts())
        entry = book.scan(
            party,
            at=NOON + draw(st.integers(0, 5)) * 6 * HOUR,
            ticket=name,
            right=RIGHTS[name],
            returning=draw(st.integers(0, party.heads)),
            gate=draw(st.integers(1, 3)),
            direction=draw(st.sampled_from(Direction)),
            reason=draw(st.sampled_from([Reason.OK, Reason.OK, Reason.UNLISTED, Reason.EXPIRED, Reason.TRAINING])),
        )
        kind = draw(st.sampled_from([None, None, None, ActKind.ANNUL, ActKind.CORRECT, ActKind.OVERRIDE]))
        if kind is not None:
            book.act(kind, entry, party=None if kind is ActKind.ANNUL else party.take(2))
    return book


@given(books())
def test_every_person_that_entered_is_a_visit_or_a_re_entry(book: Book) -> None:
    for row in book.count(By.HOUR):
        assert row.persons > 0
        assert row.visits + row.reentries == (row.persons if row.direction is Direction.ENTRY else 0)


@given(books())
def test_a_permit_is_never_more_visits_a_day_than_it_has_heads(book: Book) -> None:
    for name, right in RIGHTS.items():
        mine = [e for e in book.entries if getattr(e.body, "permit", None) == permit(name)]
        rows = count(mine, SET, By.DAY)
        for day in {row.local_date for row in rows}:
            assert sum(row.visits for row in rows if row.local_date == day) <= right.heads


@given(books(), st.randoms(use_true_random=False))
def test_the_counts_do_not_depend_on_the_order_in_which_entries_arrive(book: Book, random: Random) -> None:
    expected = book.count(By.HOUR)
    random.shuffle(book.entries)
    assert book.count(By.HOUR) == expected


@given(books())
def test_persons_of_the_gates_add_up_to_the_park_s_and_visits_never_fall_short(book: Book) -> None:
    gates = [row for gate in (1, 2, 3) for row in count([e for e in book.entries if e.key.device == gate], SET, By.DAY)]
    park = book.count()
    assert sum(r.persons for r in gates) == sum(r.persons for r in park)
    assert sum(r.visits for r in gates) >= sum(r.visits for r in park)


@given(books())
def test_hours_days_and_months_agree(book: Book) -> None:
    assert totals(book.count(By.HOUR)) == totals(book.count(By.DAY)) == totals(book.count(By.MONTH))


@given(books())
def test_no_two_rows_are_about_the_same_thing(book: Book) -> None:
    rows = book.count(By.HOUR)
    assert len({replace(row, persons=0, visits=0, reentries=0) for row in rows}) == len(rows)


def test_the_class_that_was_said_at_the_gate_goes_before_the_product_s(book: Book) -> None:
    book.scan(product=BUS, vehicle_class="car")
    book.scan(ticket="other", product=BUS)
    book.scan(ticket="third", vehicle_class="motorcycle")
    assert {row.vehicle_class for row in book.count()} == {"bus", "car", "motorcycle"}


def test_all_heads_of_a_vehicle_are_visits_whatever_its_ticket_named(book: Book) -> None:
    book.scan(Party(adults=30), product=BUS, right=Party())
    assert book.totals() == (30, 30, 0)
    book.scan(Party(adults=32), product=BUS, right=Party(), returning=30, at=NOON + HOUR)
    assert book.totals() == (62, 32, 30)


def test_who_was_struck_off_counts_as_gone_by_a_ranger_s_word(book: Book) -> None:
    admitted = book.scan()
    gone = book.act(ActKind.LEFT, admitted, party=Party(adults=2))
    body = gone.body
    assert isinstance(body, ActBody)
    book.entries[-1] = replace(gone, body=replace(body, place=replace(body.place, direction=Direction.EXIT)))
    exits = [row for row in book.count() if row.direction is Direction.EXIT]
    assert [(row.persons, row.visits, row.source) for row in exits] == [(2, 0, CountSource.OVERRIDE)]
    book.act(ActKind.ANNUL, gone)
    assert not [row for row in book.count() if row.direction is Direction.EXIT]
