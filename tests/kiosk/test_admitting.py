"""A gate that lets in who needs no ticket: journal first, then the barrier, and decided again to the same words."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from kiosk.admitting import Admission, open_forms
from kiosk.errors import EnvironmentalError, UsageError
from kiosk.facts import Scan
from kiosk.replaying import decisions, replay_all
from kiosk.rules.entries import ActBody, DecisionBody, Entry, Private, ReportBody
from kiosk.rules.facts import Answers, Question
from kiosk.rules.permit import Party, PermitStatus
from kiosk.rules.personal import LookUp, Personal, search_text, search_words
from kiosk.rules.special import SpecialKind
from kiosk.rules.words import ActKind, Direction, EntryKind, Outcome, Reason, ReportKind, Source, Topic
from tests.kiosk.rules.test_special import STAFF, TABLES
from tests.kiosk.test_mending import Watched
from tests.support.gate import Gate, gate
from tests.support.park import CLEAN_UP, NOON, PASS, SmallPark, permit_of

DAY = 86_400
PARK = SmallPark(tables=TABLES, staff=STAFF, policy={"claims": "admit"})
KEY = PARK.season_key
FOREIGN = "01 KG 777 AAA"
HOLDER = Personal(plate="917 CNY 05", document="N 4840217", phone="+7 701 555 01 99")
PENSIONERS: dict[str, Any] = {
    "kind": SpecialKind.EXEMPT, "category": "pensioners", "document": "pension_certificate", "party": Party(adults=2),
}  # fmt: skip


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Gate]:
    with gate(tmp_path, PARK) as made:
        made.home.save_lookup_key(KEY)
        yield made


def admit(here: Gate, answers: Answers | None = None, **wanted: Any) -> Entry:
    entry = here.checkpoint.admit(Admission(**({"by": "device"} | wanted)), answers or Answers())
    assert isinstance(entry, Entry), entry
    return entry


def decision(entry: Entry) -> DecisionBody:
    assert isinstance(entry.body, DecisionBody)
    return entry.body


def pulses(here: Gate, entry: Entry) -> int:
    acts = [act.body.act for act in here.journal.acts_on(entry.id) if isinstance(act.body, ActBody)]
    return acts.count(ActKind.PULSE)


def know(here: Gate, *rows: Any) -> None:
    here.install(sorted((row.row() for row in rows), key=lambda row: str(row[1])), "1")


def held(serial: int, holder: Personal = HOLDER, **changes: Any) -> Any:
    claims = PARK.claims(serial, **changes)
    return replace(permit_of(claims), search=search_text(search_words(holder, KEY)))


def everything_is_decided_the_same(here: Gate) -> bool:
    tally = replay_all(decisions(here.journal, days=60), here.policies)
    return tally.decisions > 0 and tally.same == tally.decisions


def test_who_is_exempt_goes_in_once_and_is_counted_under_the_category_s_own_heads(here: Gate) -> None:
    entry = admit(here, **PENSIONERS)
    body = decision(entry)
    assert (body.outcome, body.reason, body.source) == (Outcome.ADMITTED, Reason.EXEMPT, Source.RANGER)
    assert (body.party, body.category, body.document) == (Party(preferential=2), "pensioners", "pension_certificate")
    assert (pulses(here, entry), entry.private) == (1, None)
    named = admit(here, **PENSIONERS | {"party": Party(adults=1, preferential=1)})
    assert decision(named).party == Party(adults=1, preferential=1)
    assert everything_is_decided_the_same(here)


def test_every_fourth_of_a_category_is_looked_at_twice_and_other_categories_do_not_count(here: Gate) -> None:
    for n in range(3):
        here.clock.at = NOON + n
        admit(here, **PENSIONERS)
        admit(here, kind=SpecialKind.EXEMPT, category="preschool", party=Party(adults=1))
    asked = here.checkpoint.admit(Admission(by="device", **PENSIONERS))
    assert isinstance(asked, Question)
    assert asked.topic is Topic.SECOND_LOOK
    before = here.journal.count()
    entry = admit(here, second_by="A. Bekova", **PENSIONERS)
    assert decision(entry).details["second_by"] == "A. Bekova"
    assert here.journal.count() == before + 2
    here.clock.at = NOON + DAY
    admit(here, **PENSIONERS)  # another day begins at one
    assert everything_is_decided_the_same(here)


def test_a_category_is_weighed_against_all_who_came_that_day_and_not_against_officials(here: Gate) -> None:
    for serial in range(1, 7):
        here.checkpoint.scan(Scan(text=PARK.ticket(serial), source=Source.TEXT))
    here.checkpoint.scan(Scan(text=PARK.ticket(9, flags=2), source=Source.TEXT))
    here.checkpoint.turn(Direction.EXIT)
    here.checkpoint.scan(Scan(text=PARK.ticket(1), source=Source.TEXT))
    here.checkpoint.turn(Direction.ENTRY)
    admit(here, kind=SpecialKind.OFFICIAL, category="works", party=Party(adults=50))
    admit(here, **PENSIONERS)  # 2 of 20 heads
    here.clock.at = NOON + 1
    admit(here, **PENSIONERS)  # 4 of 22
    here.clock.at = NOON + 2
    asked = here.checkpoint.admit(Admission(by="device", **PENSIONERS))  # 6 of 24 is more than a fifth
    assert isinstance(asked, Question)


@pytest.mark.parametrize(
    "wanted, sentence",
    [
        ({"category": "knights"}, "'knights' is no exemption in force here today; there are: pensioners"),
        ({"category": "lords"}, "'lords' is no exemption"),
        ({"category": "pupils"}, "Pupils are not free, they get 50 % off: sell a ticket"),
        ({"document": "passport"}, "Pensioners prove it by pension_certificate"),
        ({"party": Party()}, "Somebody must go in"),
        ({"party": None}, "Somebody must go in"),
        ({"kind": SpecialKind.STAFF, "staff": "X"}, "'X' is not on the park's staff list: A. Bekova"),
        ({"kind": SpecialKind.OFFICIAL, "category": "lunch"}, "'lunch' is no official reason; there are: ambulance"),
        ({"kind": SpecialKind.EVENT, "product": 1}, "Product 1 is no clean-up day; there are: 40"),
        ({"kind": SpecialKind.RESIDENT}, "Say the plate with --plate"),
        ({"kind": SpecialKind.RESIDENT, "plate": "..."}, "--plate needs a letter or digit"),
        ({"kind": SpecialKind.CLAIM, "receipt": "..."}, "--receipt needs a letter or digit"),
        ({"kind": SpecialKind.FOUND}, "Say what is known: the code with --code"),
        ({"kind": SpecialKind.FOUND, "code": "ABC"}, "'ABC' is not a ticket code"),
        ({"kind": SpecialKind.FOUND, "lookups": {LookUp.PHONE: "+7 701 000 00 00"}}, "No permit here fits"),
        ({"words": "w" * 1001}, "1001 characters"),
    ],
)
def test_what_cannot_be_meant_is_a_sentence_and_no_entry(here: Gate, wanted: dict[str, Any], sentence: str) -> None:
    know(here, held(1))
    here.checkpoint.believe()
    before = here.journal.count()
    with pytest.raises(UsageError, match=sentence):
        here.checkpoint.admit(Admission(**({"by": "device"} | PENSIONERS | wanted)))
    assert here.journal.count() == before


def test_where_nobody_is_exempt_or_of_the_staff_the_sentence_says_none(tmp_path: Path) -> None:
    with gate(tmp_path) as bare:
        for wanted, sentence in (
            (PENSIONERS, "there are: none"),
            ({"kind": SpecialKind.STAFF, "staff": "X", "party": Party(adults=1)}, "nobody is"),
        ):
            with pytest.raises(UsageError, match=sentence):
                bare.checkpoint.admit(Admission(by="device", **wanted))


def test_a_kiosk_without_a_replica_or_a_key_says_what_to_do(tmp_path: Path) -> None:
    with gate(tmp_path) as bare:
        with pytest.raises(EnvironmentalError, match="knows no permits yet"):
            bare.checkpoint.admit(Admission(by="device", kind=SpecialKind.RESIDENT, plate="917 CNY 05"))
        with pytest.raises(EnvironmentalError, match="cannot look anybody up yet"):
            bare.checkpoint.admit(Admission(by="device", kind=SpecialKind.CLAIM, receipt="1", party=Party(adults=1)))


def test_a_resident_is_let_in_by_the_plate_whose_pass_holds_and_the_plate_is_private(here: Gate) -> None:
    know(here, held(1), held(2, product=PASS, entries=0, party=Party(adults=3)))
    entry = admit(here, kind=SpecialKind.RESIDENT, plate="917cny05")
    body = decision(entry)
    assert (body.reason, body.product, body.party.heads) == (Reason.PASS, PASS, 3)
    assert here.journal.get(entry.id).private == Private(plate="917cny05")  # type: ignore[union-attr]
    again = here.checkpoint.admit(Admission(by="device", kind=SpecialKind.RESIDENT, plate="917 CNY 05"))
    assert isinstance(again, Entry)
    assert (decision(again).reason, pulses(here, again)) == (Reason.ALREADY_USED, 0)
    nobody = admit(here, kind=SpecialKind.RESIDENT, plate="111 AAA 01")
    assert (decision(nobody).outcome, decision(nobody).reason) == (Outcome.REFERRED, Reason.NOT_LISTED)
    assert everything_is_decided_the_same(here)


def test_a_revoked_pass_is_refused_and_a_foreign_car_on_a_pass_is_looked_at_twice(here: Gate) -> None:
    foreign = Personal(plate=FOREIGN)
    know(here, replace(held(1, product=PASS), status=PermitStatus.REVOKED), held(2, foreign, product=PASS))
    refused = admit(here, kind=SpecialKind.RESIDENT, plate="917 CNY 05")
    assert decision(refused).reason is Reason.REVOKED
    asked = here.checkpoint.admit(Admission(by="device", kind=SpecialKind.RESIDENT, plate=FOREIGN))
    assert isinstance(asked, Question)
    entry = admit(here, Answers(second_look=True), kind=SpecialKind.RESIDENT, plate=FOREIGN)
    assert decision(entry).reason is Reason.PASS


def test_officials_go_in_at_once_and_their_form_is_open_until_it_is_completed(here: Gate) -> None:
    first = admit(here, kind=SpecialKind.OFFICIAL, category="ambulance", party=Party(adults=3))
    second = admit(here, kind=SpecialKind.OFFICIAL, category="fire", party=Party(adults=5), words="a call from Akylbay")
    assert (decision(first).reason, pulses(here, first)) == (Reason.OFFICIAL, 1)
    assert [entry.id for entry in open_forms(here.journal)] == [first.id, second.id]
    form = Private(holder="brigade 7", plate="103 AMB 01", reason="a fall")
    act = here.checkpoint.acts.complete(first.id, private=form, by="A. Bekova")
    assert isinstance(act.body, ActBody)
    assert (act.body.act, act.body.by, act.private) == (ActKind.COMPLETE, "A. Bekova", form)
    here.checkpoint.acts.annul(second.id, reason="drove past", by="device")
    assert open_forms(here.journal) == []
    with pytest.raises(UsageError, match="was annulled already"):
        here.checkpoint.acts.complete(second.id, private=form, by="device")
    with pytest.raises(UsageError, match="is no official entry"):
        here.checkpoint.acts.complete(act.id, private=form, by="device")


def test_a_claim_is_let_in_where_the_park_says_so_and_only_a_hash_of_the_receipt_stays(here: Gate) -> None:
    entry = admit(here, kind=SpecialKind.CLAIM, receipt="4471-0093", party=Party(adults=2), plate="917 CNY 05")
    body = decision(entry)
    assert (body.reason, body.party.heads) == (Reason.CLAIM, 2)
    (word,) = search_words(Personal(receipt="44710093"), KEY)
    assert body.details["receipt"] == word
    assert here.journal.get(entry.id).private == Private(receipt="4471-0093", plate="917 CNY 05")  # type: ignore[union-attr]


def test_a_clean_up_day_counts_bags_when_they_come_back_too(here: Gate) -> None:
    entry = admit(here, kind=SpecialKind.EVENT, product=CLEAN_UP, bags=3, party=Party(adults=12))
    act = here.checkpoint.acts.add_bags(entry.id, 27, by="device")
    assert isinstance(act.body, ActBody)
    assert (decision(entry).details["bags"], act.body.bags) == (3, 27)
    with pytest.raises(UsageError, match="let nobody in to a clean-up day"):
        here.checkpoint.acts.add_bags(admit(here, **PENSIONERS).id, 1, by="device")


FINDINGS: list[Callable[[Any], dict[str, Any]]] = [
    lambda permit: {"code": permit.code},
    lambda permit: {"lookups": {LookUp.PLATE: "917 CNY 05", LookUp.PHONE: "8 701 555 01 99"}},
    lambda permit: {"lookups": {LookUp.PLATE: "917 CNY 05"}, "permit": permit.id.hex().upper()},
]


@pytest.mark.parametrize("named", FINDINGS)
def test_a_lost_ticket_s_permit_lets_in_once_and_the_registry_is_asked_for_a_new_one(
    here: Gate, named: Callable[[Any], dict[str, Any]]
) -> None:
    permit, other = held(1), held(2, Personal(plate="917 CNY 05"))
    know(here, permit, other)
    wanted: dict[str, Any] = {"kind": SpecialKind.FOUND} | named(permit)
    asked = here.checkpoint.admit(Admission(by="device", **wanted))
    assert isinstance(asked, Question)
    assert asked.topic is Topic.HOLDER
    entry = admit(here, Answers(holder_seen=True), **wanted)
    assert (decision(entry).permit, decision(entry).reason) == (permit.id, Reason.OK)
    (report,) = [each.body for each in here.journal.newest_of_all_kinds(9) if each.kind is EntryKind.REPORT]
    assert isinstance(report, ReportBody)
    assert (report.report, report.permit, report.target) == (ReportKind.REISSUE, permit.id, entry.id)
    again = admit(here, Answers(holder_seen=True), **wanted)
    scanned = here.checkpoint.scan(Scan(text=PARK.ticket(1), source=Source.TEXT))
    assert isinstance(scanned, Entry)
    assert {decision(again).reason, decision(scanned).reason} == {Reason.ALREADY_USED}
    assert [each.kind for each in here.journal.newest_of_all_kinds(50)].count(EntryKind.REPORT) == 1
    assert everything_is_decided_the_same(here)


def test_a_lost_ticket_s_entry_is_on_the_disk_and_waits_for_no_reader_before_its_pulse(here: Gate) -> None:
    know(here, held(1))
    here.checkpoint.believe()
    steps: list[str] = []
    here.journal._database = Watched(here.journal._database, steps)  # type: ignore[assignment]
    entry = admit(here, kind=SpecialKind.FOUND, lookups={LookUp.DOCUMENT: "n4840217"})
    assert (steps, pulses(here, entry)) == ([], 1)


def test_who_shows_the_document_that_the_permit_is_found_by_was_seen(here: Gate) -> None:
    know(here, held(1))
    entry = admit(here, kind=SpecialKind.FOUND, lookups={LookUp.DOCUMENT: "n4840217"})
    assert decision(entry).details["holder_seen"] == 1


def test_several_permits_are_told_apart_by_their_ids(here: Gate) -> None:
    know(here, held(1), held(2))
    with pytest.raises(UsageError, match="2 permits fit: say which with --permit: ") as error:
        here.checkpoint.admit(Admission(by="device", kind=SpecialKind.FOUND, lookups={LookUp.PLATE: "917CNY05"}))
    assert held(1).id.hex() in str(error.value)


def test_who_came_without_a_ticket_leaves_without_one(here: Gate) -> None:
    here.checkpoint.turn(Direction.EXIT)
    entry = admit(here, **PENSIONERS | {"document": None})
    assert (decision(entry).reason, decision(entry).party.heads, pulses(here, entry)) == (Reason.EXIT, 2, 1)
    assert (
        decision(admit(here, kind=SpecialKind.OFFICIAL, category="fire", party=Party(adults=5))).reason is Reason.EXIT
    )


def power_cut(*_: object) -> None:
    raise KeyboardInterrupt


def test_a_pulse_that_a_crash_swallowed_is_given_for_the_same_entry_and_nobody_is_counted_twice(
    here: Gate, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(here.barrier, "pulse", power_cut)
        with pytest.raises(KeyboardInterrupt):
            admit(here, **PENSIONERS)
    (first,) = here.journal.latest(1)
    assert pulses(here, first) == 0
    here.clock.at = NOON + 60
    again = admit(here, **PENSIONERS)
    assert (again.id, pulses(here, first)) == (first.id, 1)
    assert admit(here, **PENSIONERS).id != first.id


def test_at_a_barrier_that_does_not_answer_every_party_is_an_entry(here: Gate) -> None:
    here.barrier.break_down(True)
    ids = set()
    for n in range(3):
        here.clock.at = NOON + 20 * n
        ids.add(admit(here, **PENSIONERS).id)
    assert len(ids) == 3


@pytest.mark.parametrize("change", ["later", "annulled", "other"])
def test_an_entry_is_the_same_only_if_everything_said_is_and_it_is_fresh(
    here: Gate, monkeypatch: pytest.MonkeyPatch, change: str
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(here.barrier, "pulse", power_cut)
        with pytest.raises(KeyboardInterrupt):
            admit(here, **PENSIONERS)
    (first,) = here.journal.latest(1)
    if change == "annulled":
        here.checkpoint.acts.annul(first.id, reason="not them", by="device")
    here.clock.at = NOON + (121 if change == "later" else 1)
    party = Party(adults=3 if change == "other" else 2)
    assert admit(here, **PENSIONERS | {"party": party}).id != first.id


def test_a_damaged_replica_keeps_nobody_out_who_needs_none(tmp_path: Path) -> None:
    with gate(tmp_path, PARK) as before:
        know(before, held(1))
    (file,) = before.home.kiosk.glob("permits-*.db")
    file.unlink()
    with gate(tmp_path, PARK) as here:
        assert decision(admit(here, **PENSIONERS)).reason is Reason.EXEMPT
