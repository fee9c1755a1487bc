"""What a verdict is decided from, as the kiosk's own memory gives it."""

from pathlib import Path
from typing import Any

from kiosk.facts import FactFinder, Scan
from kiosk.rules.entries import DecisionBody, Entry, Private, core_bytes
from kiosk.rules.facts import Answers, Question
from kiosk.rules.keyring import Ticket
from kiosk.rules.permit import Party, permit_id
from kiosk.rules.personal import lookup_key_id
from kiosk.rules.ticket import Claims
from kiosk.rules.words import Direction, Outcome, Reason, Source, Topic
from tests.support.gate import Gate, gate
from tests.support.park import CHECKED, DOCUMENT, NOON, PLATE, SmallPark

DAY = 86_400
SEASON = SmallPark(key_fields={"longest_validity_seconds": 400 * DAY})


def passed(here: Gate, text: str, way: Direction) -> Entry:
    here.checkpoint.turn(way)
    entry = here.checkpoint.scan(Scan(text=text, source=Source.CAMERA))
    assert isinstance(entry, Entry)
    assert isinstance(entry.body, DecisionBody)
    assert entry.body.outcome is Outcome.ADMITTED
    return entry


def test_an_entry_of_a_season_ticket_is_no_longer_after_many_days_than_after_a_few(tmp_path: Path) -> None:
    with gate(tmp_path / "gate", SEASON) as here:
        ticket = SEASON.ticket(entries=0, party=Party(adults=6), exp=NOON + 390 * DAY)
        lengths = []
        for day in range(12):
            here.clock.at = NOON + day * DAY
            lengths.append(len(core_bytes(passed(here, ticket, Direction.ENTRY))))
            here.clock.at += 3600
            passed(here, ticket, Direction.EXIT)
        assert lengths[-1] <= lengths[2] + 8  # its facts would otherwise outgrow what a registry takes in one entry


def test_a_use_that_an_earlier_device_of_this_disk_wrote_counts_once(tmp_path: Path) -> None:
    claims = SEASON.claims()
    with gate(tmp_path / "gate", SEASON) as here:
        first = here.checkpoint.scan(Scan(text=SEASON.ticket(), source=Source.CAMERA), Answers(heads=1))
        assert isinstance(first, Entry)
        told = ["u", permit_id(claims.cti).hex(), 1, [1], 1, 1, "entry", first.at, first.id]
        here.know(claims, told)
        anew = FactFinder(
            journal=here.journal,
            replicas=here.replicas,
            revocations=here.revocations,
            deliveries=here.deliveries,
        )
        assert [use.entry_id for use in anew.uses(permit_id(claims.cti))] == [first.id]


def test_a_scan_asks_no_more_of_the_databases_than_it_needs(tmp_path: Path) -> None:
    """Each statement costs a scan about 30 µs."""
    asked: list[str] = []
    with gate(tmp_path / "gate") as here:
        here.know()
        passed(here, here.park.ticket(1), Direction.ENTRY)
        reader = here.replicas.current()
        assert reader is not None
        for database in (here.journal._database, here.replicas._sync, here.deliveries._database, reader._database):
            database.set_trace_callback(asked.append)
        passed(here, here.park.ticket(2), Direction.ENTRY)
    assert 10 < len(asked) <= 21, asked


# ---- spot checks ----------------------------------------------------------------------------------------------------

ALWAYS = SmallPark(policy={"holder_check_percent": 100})


def shown(here: Gate, text: str, **seen: str) -> Entry | Question:
    private = Private(**seen) if seen else None
    return here.checkpoint.scan(Scan(text=text, source=Source.CAMERA), private=private)


def decision(entry: Entry | Question) -> DecisionBody:
    assert isinstance(entry, Entry)
    assert isinstance(entry.body, DecisionBody)
    return entry.body


def test_a_picked_ticket_is_asked_for_its_plate_and_what_is_seen_decides(tmp_path: Path) -> None:
    with gate(tmp_path / "gate", ALWAYS) as here:
        here.home.save_lookup_key(ALWAYS.season_key)
        for serial, seen, reason in ((1, "917 cnу-05", Reason.UNLISTED), (2, "123 ABC 01", Reason.HOLDER_CHECK)):
            ticket = ALWAYS.tagged(serial, product=CHECKED)
            asked = shown(here, ticket)
            assert isinstance(asked, Question)
            assert (asked.topic, list(asked.tags)) == (Topic.HOLDER, ["plate", "holder"])
            assert decision(shown(here, ticket, plate=seen)).reason is reason
        assert decision(shown(here, ALWAYS.tagged(3, product=CHECKED), holder=DOCUMENT)).reason is Reason.UNLISTED


def test_no_entry_holds_a_tag_or_what_it_was_made_of_but_in_its_erasable_part(tmp_path: Path) -> None:
    with gate(tmp_path / "gate", ALWAYS) as here:
        here.home.save_lookup_key(ALWAYS.season_key)
        for serial, plate in ((1, PLATE), (2, "123 ABC 01")):
            entry = shown(here, ALWAYS.tagged(serial, product=CHECKED), plate=plate, holder=DOCUMENT)
            assert isinstance(entry, Entry)
            assert entry.private == Private(plate=plate, holder=DOCUMENT)
            assert "holder" in str(decision(entry).facts["spot"])
        here.checkpoint.lapse(Scan(text=ALWAYS.tagged(3, product=CHECKED), source=Source.CAMERA))
        entries = list(here.journal.between(0, 2**40))
        assert len([entry for entry in entries if isinstance(entry.body, DecisionBody)]) == 3
        for entry in entries:
            assert tags_in(core_bytes(entry), *map(tagged_claims, (1, 2, 3))) == []


def test_the_look_for_tags_in_an_entry_finds_one() -> None:
    claims = tagged_claims(1)
    assert claims.holder_tag is not None
    assert tags_in(b"..B" + claims.holder_tag, claims) == ["a tag"]
    assert tags_in(b"..plate_tag", claims) == ["its name"]
    assert tags_in(f".. {PLATE}".encode(), claims) == ["what it was made of"]


def tagged_claims(serial: int) -> Claims:
    opened = ALWAYS.set().keyring.open(ALWAYS.tagged(serial, product=CHECKED))
    assert isinstance(opened, Ticket)
    return opened.claims


def tags_in(core: bytes, *tickets: Claims) -> list[str]:
    """What of the tags of these tickets is in the core; CBOR writes how long a byte string is before it."""
    borne = [tag for ticket in tickets for tag in (ticket.plate_tag, ticket.holder_tag) if tag]
    tags = [bytes([0x40 + len(tag)]) + tag for tag in borne]
    found = {
        "a tag": any(tag in core for tag in tags),
        "its name": b"plate_tag" in core or b"holder_tag" in core,
        "what it was made of": any(word.encode() in core for word in (PLATE, DOCUMENT, "917CNY05", "N4840217")),
    }
    return [name for name, is_there in found.items() if is_there]


def test_a_gate_without_the_season_s_key_says_so_and_lets_people_in(tmp_path: Path) -> None:
    with gate(tmp_path / "gate", ALWAYS) as here:
        body = decision(shown(here, ALWAYS.tagged(1, product=CHECKED), plate="123 ABC 01"))
        assert (body.outcome, body.details["plate"]) == (Outcome.ADMITTED, "not_comparable")
        assert decision(shown(here, ALWAYS.tagged(2, product=CHECKED))).outcome is Outcome.ADMITTED


def test_a_ticket_of_the_season_before_is_compared_by_the_key_of_that_season(tmp_path: Path) -> None:
    former, now = SmallPark(), SmallPark(pepper=bytes(32), seasons_since=(0, NOON - DAY))
    former_id = lookup_key_id(former.season_key)
    now.former = (former_id,)
    issued: dict[str, Any] = {"iat": NOON - DAY - 1}
    with gate(tmp_path / "gate", now) as here:
        here.home.save_lookup_key(former.season_key)
        here.home.save_lookup_key(now.season_key)
        assert set(here.home.season_keys()) == {former_id, lookup_key_id(now.season_key)}
        assert decision(shown(here, former.tagged(1, **issued), plate=PLATE)).details["plate"] == "matches"
        assert decision(shown(here, former.tagged(2, **issued), plate="777")).reason is Reason.HOLDER_CHECK
        assert decision(shown(here, now.tagged(3, iat=NOON - DAY), plate=PLATE)).details["plate"] == "matches"
        here.home.keep_season_keys({lookup_key_id(now.season_key)})
        body = decision(shown(here, former.tagged(4, **issued), plate="777"))
        assert (body.outcome, body.details["plate"]) == (Outcome.ADMITTED, "not_comparable")
