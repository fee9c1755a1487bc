"""scan from a shell: every input people give it, each with its lines and its exit code."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.rules.codes import typed_code
from kiosk.rules.permit import Party
from kiosk.rules.words import LaneDirection
from kiosk.store.home import Home
from kiosk.store.journal import Journal
from tests.support.enrolled import DEVICE, LOCAL_NOON, enrolled_home
from tests.support.park import CHECKED, DOCUMENT, PLATE, SmallPark
from tests.support.pictures import blank, drawn, filmed, several
from tests.support.shell import Finished, Forbidden, qaqpa, qaqpa_here

AT = ("--at", LOCAL_NOON)
# No file may grow beyond this: enough to open the databases, too little for the log of one more entry with many words.
FULL_DISK = ("prlimit", "--fsize=32768", "--")
FIELDS = {
    "outcome", "reason", "ticket", "park", "gate", "lane", "direction", "file", "party", "admitted_now", "remaining",
    "entry_id", "decided_at", "offline", "staleness", "clock", "first_use", "details",
    "vehicle_class", "category", "document", "by",
}  # fmt: skip


@pytest.fixture
def park() -> SmallPark:
    return SmallPark()


@pytest.fixture
def home(tmp_path: Path, park: SmallPark) -> Home:
    return enrolled_home(tmp_path / "data", park)


@pytest.fixture
def forbidden(tmp_path: Path) -> Iterator[Forbidden]:
    with Forbidden.under(tmp_path) as folder:
        yield folder


def scan(home: Home, *arguments: str | Path) -> Finished:
    return qaqpa_here("scan", "--data", home.path, *AT, "--json", *arguments)


def entries(home: Home) -> int:
    journal = Journal.open(home, DEVICE, readonly=True)
    try:
        return journal.count()
    finally:
        journal.close()


# ---- decisions ------------------------------------------------------------------------------------------------------


def test_a_ticket_bought_minutes_ago_is_admitted_and_told_in_the_public_form(home: Home, park: SmallPark) -> None:
    told = scan(home, "--text", park.ticket())
    assert told.code == 0
    record = told.record
    assert set(record) == FIELDS
    assert record | {"entry_id": "", "details": {}} == {
        "outcome": "admitted",
        "reason": "unlisted",
        "ticket": park.claims().cti.hex(),
        "park": 7,
        "gate": 1,
        "lane": 1,
        "direction": "entry",
        "file": None,
        "party": {"adults": 2, "children": 1},
        "admitted_now": 3,
        "remaining": 0,
        "entry_id": "",
        "decided_at": "2026-07-04T07:00:00Z",
        "offline": True,
        "staleness": "fresh",
        "clock": "given",
        "vehicle_class": None,
        "category": None,
        "document": None,
        "by": None,
        "first_use": None,
        "details": {},
    }
    assert len(record["entry_id"]) == 20


def test_a_copy_is_refused_with_the_time_and_lane_of_the_first_use(home: Home, park: SmallPark) -> None:
    scan(home, "--text", park.ticket())
    told = scan(home, "--text", park.ticket())
    assert (told.code, told.record["outcome"], told.record["reason"]) == (1, "refused", "already_used")
    assert told.record["first_use"] == {"at": "2026-07-04T07:00:00Z", "gate": 1, "lane": 1}


def test_a_picture_of_a_ticket_is_as_good_as_its_text(home: Home, park: SmallPark, tmp_path: Path) -> None:
    picture = drawn(tmp_path / "ticket.png", park.ticket())
    told = scan(home, picture)
    assert (told.code, told.record["file"], told.record["admitted_now"]) == (0, str(picture), 3)


def test_people_read_a_sentence_in_their_language(home: Home, park: SmallPark) -> None:
    told = qaqpa_here("scan", "--data", home.path, *AT, "--text", park.ticket(), "--language", "ru")
    assert told.out.startswith("ADMITTED unlisted: ")
    assert any("а" <= letter <= "я" for letter in told.out)


def test_a_large_party_is_asked_for_and_enters_in_parts(home: Home, park: SmallPark) -> None:
    ticket = park.ticket(party=Party(adults=6, children=2))
    asked = scan(home, "--text", ticket)
    assert asked.code == 1
    assert asked.record["question"] == "heads"
    assert (asked.record["left"], asked.record["by_category"]) == (8, {"adults": 6, "children": 2})
    assert entries(home) <= 2  # the chain's beginning and what is believed: a question is no entry
    part = scan(home, "--text", ticket, "--heads", "5")
    assert (part.code, part.record["reason"], part.record["remaining"]) == (0, "partial", 3)
    rest = scan(home, "--text", ticket, "--heads", "1+2")
    assert (rest.code, rest.record["party"], rest.record["remaining"]) == (0, {"adults": 1, "children": 2}, 0)


def test_a_dry_run_decides_and_writes_nothing(home: Home, park: SmallPark) -> None:
    before = entries(home)
    told = scan(home, "--text", park.ticket(), "--dry-run")
    assert (told.code, told.record["outcome"], told.record["entry_id"]) == (0, "admitted", None)
    assert entries(home) == before


def test_a_given_time_is_for_rehearsals_only(tmp_path: Path, park: SmallPark) -> None:
    home = enrolled_home(tmp_path / "real", park, is_demo=False)
    told = qaqpa_here("scan", "--data", home.path, "--text", park.ticket(), *AT, "--json")
    assert (told.code, told.out) == (2, "")
    assert "--dry-run" in told.err
    assert qaqpa_here("scan", "--data", home.path, "--text", park.ticket(), *AT, "--dry-run").code == 0


def test_an_exit_is_let_through_and_a_return_is_welcomed(home: Home, park: SmallPark) -> None:
    scan(home, "--text", park.ticket())
    left = scan(home, "--text", park.ticket(), "--direction", "exit")
    assert (left.code, left.record["reason"], left.record["direction"]) == (0, "exit", "exit")
    back = scan(home, "--text", park.ticket())
    assert (back.code, back.record["reason"]) == (0, "welcome_back")


def test_a_lane_does_not_turn_against_its_direction(tmp_path: Path, park: SmallPark) -> None:
    home = enrolled_home(tmp_path / "data", park, direction=LaneDirection.ENTRY)
    told = scan(home, "--text", park.ticket(), "--direction", "exit")
    assert (told.code, told.out) == (2, "")


def test_a_typed_code_alone_is_referred_and_a_mistyped_one_is_a_sentence(home: Home, park: SmallPark) -> None:
    code = typed_code(park.claims().cti)
    assert scan(home, "--code", code.lower()).record["reason"] == "typed_only"
    wrong = scan(home, "--code", "0" + code[1:])
    assert (wrong.code, wrong.record) == (2, {"file": None, "error": "unreadable"})
    assert "is not a ticket code" in wrong.err


def test_a_guide_s_name_is_kept_apart_from_the_entry(home: Home, park: SmallPark) -> None:
    told = scan(home, "--text", park.ticket(), "--guide", "Aigerim", "--plate", "777ABC02", "--holder", "N123")
    journal = Journal.open(home, DEVICE, readonly=True)
    entry = journal.get(told.record["entry_id"])
    journal.close()
    assert entry is not None
    assert entry.private is not None
    assert (entry.private.guide, entry.private.plate, entry.private.holder) == ("Aigerim", "777ABC02", "N123")
    assert "Aigerim" not in qaqpa_here("journal", "show", "--data", home.path, "--json").out


def test_a_spot_check_is_asked_answered_and_what_differs_is_referred(tmp_path: Path) -> None:
    park = SmallPark(policy={"holder_check_percent": 100})
    home = enrolled_home(tmp_path / "checked", park)
    home.save_lookup_key(park.season_key)
    ticket = ("--text", park.tagged(1, product=CHECKED))
    asked = scan(home, *ticket)
    assert (asked.code, asked.record["question"], asked.record["tags"]) == (1, "holder", ["plate", "holder"])
    said = qaqpa_here("scan", "--data", home.path, *ticket, *AT)
    assert "answer with --plate, --holder or --holder-seen" in said.out
    for option in (("--plate", PLATE), ("--holder", DOCUMENT), ("--holder-seen",)):
        told = scan(home, *ticket, *option, "--dry-run")
        assert (told.code, told.record["outcome"]) == (0, "admitted")
    other = scan(home, *ticket, "--plate", "123 ABC 01", "--holder", DOCUMENT)
    assert (other.code, other.record["outcome"], other.record["reason"]) == (1, "referred", "holder_check")
    assert {"plate": "differs", "holder": "matches"}.items() <= other.record["details"].items()


# ---- inputs that are no visitor -------------------------------------------------------------------------------------


def test_each_bad_input_gives_its_line_and_the_highest_code_counts(home: Home, park: SmallPark, tmp_path: Path) -> None:
    good = drawn(tmp_path / "good.png", park.ticket())
    text, truncated, empty = tmp_path / "notes.txt", tmp_path / "half.png", tmp_path / "empty.png"
    text.write_text(park.ticket())
    truncated.write_bytes(good.read_bytes()[:400])
    empty.touch()
    inputs = {
        blank(tmp_path / "blank.png"): ("no_code", 1),
        several(tmp_path / "two.png", park.ticket(2), park.ticket(3)): ("several_codes", 1),
        text: ("not_a_picture", 2),
        truncated: ("not_a_picture", 2),
        empty: ("not_a_picture", 2),
        tmp_path / "missing.png": ("unreadable", 3),
        text / "below.png": ("unreadable", 3),
        tmp_path / "missing.avi": ("unreadable", 3),
    }
    together = scan(home, good, *inputs)
    assert together.code == 3
    assert [record.get("error") for record in together.records] == [None, *(error for error, _ in inputs.values())]
    assert len(together.err.splitlines()) == len(inputs)
    for path in (tmp_path / "blank.png", text):
        alone = scan(home, path)
        assert (alone.record, alone.code) == ({"file": str(path), "error": inputs[path][0]}, inputs[path][1])


def test_a_code_of_three_kilobytes_is_a_decision(home: Home, tmp_path: Path) -> None:
    told = scan(home, drawn(tmp_path / "long.png", "x" * 2900, box_size=3))
    assert (told.code, told.record["reason"]) == (1, "not_a_ticket")
    longer = scan(home, "--text", "KP1:" + "A" * 3000)
    assert (longer.code, longer.record["reason"]) == (1, "malformed")


def test_an_empty_text_and_one_that_is_no_unicode_are_decisions(home: Home) -> None:
    assert scan(home, "--text", "").record["reason"] == "not_a_ticket"
    assert scan(home, "--text", b"\xff\xfe".decode(errors="surrogateescape")).record["reason"] == "not_a_ticket"


def test_a_file_name_that_is_no_unicode_is_still_named(home: Home, park: SmallPark, tmp_path: Path) -> None:
    picture = drawn(tmp_path / "ticket.png", park.ticket())
    odd = picture.rename(tmp_path / b"\xff\xfe.png".decode(errors="surrogateescape"))
    assert scan(home, odd).record["file"] == str(odd)
    latin = qaqpa_here("scan", "--data", home.path, *AT, odd, "--language", "kk", env={"PYTHONIOENCODING": "latin-1"})
    assert (latin.code, latin.err) == (1, "")


def test_nothing_to_scan_is_wrong_usage(home: Home) -> None:
    told = scan(home)
    assert (told.code, told.out) == (2, "")
    assert "nothing to scan" in told.err


@pytest.mark.parametrize("heads", ["", "x", "-1", "1+", "1+1+1+1+1+1", "10000", "²"])
def test_heads_that_are_no_number_are_wrong_usage(home: Home, park: SmallPark, heads: str) -> None:
    assert scan(home, "--text", park.ticket(), f"--heads={heads}").code == 2


# ---- a video is a camera --------------------------------------------------------------------------------------------


def test_a_video_is_a_camera_with_its_own_time(home: Home, park: SmallPark, tmp_path: Path) -> None:
    first, second = park.ticket(1), park.ticket(2)
    video = filmed(
        tmp_path / "lane.avi", [(1, first), (0.5, None), (1, first), (0.5, None), (1, second), (3.5, None), (1, first)]
    )
    told = scan(home, video)
    assert [record["reason"] for record in told.records] == ["unlisted", "unlisted", "already_used"]
    assert told.code == 1


def test_a_video_without_a_code_and_a_file_that_is_no_video_are_told_apart(home: Home, tmp_path: Path) -> None:
    silent, fake = filmed(tmp_path / "silent.avi", [(0.5, None)]), tmp_path / "fake.mp4"
    fake.write_text("no video")
    told = scan(home, silent, fake)
    assert [record["error"] for record in told.records] == ["no_code", "not_a_picture"]
    assert told.code == 2


# ---- the data folder ------------------------------------------------------------------------------------------------


def test_a_folder_that_is_not_enrolled_says_how_to_enrol(tmp_path: Path, park: SmallPark) -> None:
    told = qaqpa_here("scan", "--data", tmp_path / "new", "--text", park.ticket(), "--text", "x", "--json")
    assert told.code == 3
    assert told.records == [{"file": None, "error": "unreadable"}] * 2
    assert "qaqpa enrol" in told.err


def test_a_data_folder_that_may_not_be_read_is_the_environment_s_fault(forbidden: Forbidden, park: SmallPark) -> None:
    home = enrolled_home(forbidden.path / "data", park)
    forbidden.path.chmod(0)
    told = qaqpa("scan", "--data", home.path, "--text", park.ticket(), "--json", before=forbidden.before)
    assert (told.code, told.record["error"]) == (3, "unreadable")


def test_a_second_program_is_told_who_holds_the_folder(home: Home, park: SmallPark) -> None:
    with home.lock("run"):
        told = scan(home, "--text", park.ticket())
    assert (told.code, told.record["error"]) == (3, "unreadable")
    assert "(run)" in told.err


def test_a_damaged_journal_is_begun_anew_and_lets_nobody_in_twice(home: Home, park: SmallPark) -> None:
    assert scan(home, "--text", park.ticket()).record["outcome"] == "admitted"
    home.journal_file.write_bytes(b"\0" * 8192)
    told = scan(home, "--text", park.ticket())
    assert (told.code, told.record["outcome"], told.record["reason"]) == (1, "referred", "uses_unknown")
    assert qaqpa_here("status", "--data", home.path, "--json").record["faults"] == ["journal_renewed"]
    assert qaqpa_here("journal", "verify", "--data", home.path).code == 0


def test_a_kiosk_without_its_park_s_rules_decides_nothing(home: Home, park: SmallPark) -> None:
    for path in home.trust.iterdir():
        path.unlink()
    for options in ((), ("--dry-run",)):
        told = qaqpa_here("scan", "--data", home.path, "--json", "--text", park.ticket(), *options)
        assert (told.code, told.record) == (3, {"file": None, "error": "unreadable"})
        assert "no rules" in told.err


def test_a_wrong_setting_is_named_with_its_line(home: Home, park: SmallPark) -> None:
    home.config_file.write_text("[camera]\nsorce = 1\n")
    told = scan(home, "--text", park.ticket())
    assert told.code == 2
    assert "line 2" in told.err


def test_what_cannot_be_written_down_admits_nobody_and_says_so(home: Home, park: SmallPark) -> None:
    scan(home, "--text", park.ticket(1))
    named = ("--plate", "А" * 1000, "--guide", "Б" * 1000, "--holder", "В" * 1000)
    told = qaqpa("scan", "--data", home.path, *AT, "--json", "--text", park.ticket(2), *named, before=FULL_DISK)
    assert told.code == 3
    assert (told.record["outcome"], told.record["reason"]) == ("referred", "journal_failed")
    assert told.record["entry_id"] is None
    assert scan(home, "--text", park.ticket(2)).record["reason"] == "unlisted"
