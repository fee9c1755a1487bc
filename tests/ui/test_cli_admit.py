"""admit, price and the registry's side of them, from a shell: what people type, and what they are told."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from kiosk.export import iso
from kiosk.store.home import Home
from tests.kiosk.rules.test_special import STAFF, TABLES
from tests.support.enrolled import LOCAL_NOON, PIN, enrolled_home
from tests.support.park import CLEAN_UP, NOON, SmallPark, names
from tests.support.shell import Finished
from tests.support.story import run
from ui.commands.lost import until_synced

TARIFFS = {
    "indices": [{"since": "2026-01-01", "tenge": 4325}],
    "tariffs": [
        {"item": "stay", "since": "2026-01-01", "unit": "person_day", "thousandths": 200, "names": names("Stay")},
        {"item": "boat", "since": "2026-01-01", "unit": "boat_day"},
    ],
}
# a category that no other test fills, so that nobody asks for a second look
HEROES = {**TABLES["exemptions"][0], "category": "heroes", "second_look_every": None}
EXEMPT = {"exemptions": [*TABLES["exemptions"], HEROES]}
SMALL = SmallPark(tables=TABLES | TARIFFS | EXEMPT, staff=STAFF, policy={"claims": "admit"})
TOMORROW = (
    datetime.now(UTC).date() + timedelta(days=1)
).isoformat()  # keys of a registry made now sign for some 400 days
PENSIONERS = ("exempt", "--category", "pensioners", "--heads", "2", "--document", "pension_certificate")


def qaqpa(*words: str | Path, env: dict[str, str] | None = None) -> Finished:
    """The command as a shell runs it, within this process: a test here types a dozen of them."""
    return run([str(word) for word in words], env or {})


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """One kiosk for all: each test looks at its own entries only."""
    made = enrolled_home(tmp_path_factory.mktemp("kiosk") / "data", SMALL)
    made.save_lookup_key(SMALL.season_key)
    return made


def admit(home: Home, *words: str, pin: str | None = PIN) -> Finished:
    env = {} if pin is None else {"QAQPA_PIN": pin}
    return qaqpa("admit", *words, "--data", home.path, "--at", LOCAL_NOON, "--json", env=env)


def test_who_is_exempt_goes_in_and_the_decision_says_why(home: Home) -> None:
    told = admit(home, *PENSIONERS[:2], "heroes", *PENSIONERS[3:])
    assert told.code == 0
    record = told.record
    assert (record["outcome"], record["reason"], record["party"]) == ("admitted", "exempt", {"preferential": 2})
    assert (record["category"], record["document"], record["by"]) == ("heroes", "pension_certificate", "device")
    assert record["details"] == {"price": 0}


@pytest.mark.parametrize(
    "words, code, sentence",
    [
        (("exempt", "--category", "lords", "--heads", "1"), 2, "there are: pensioners"),
        (("official", "--heads", "2"), 2, "Say why the barrier opens"),
        (("official", "--complete", "007M4G80040000000010"), 2, "Say what the form holds"),
        (
            ("official", "--complete", "007M4G80040000000010", "--words", "x"),
            2,
            "act upon it at the gate that wrote it",
        ),
        (("event", "--heads", "2"), 2, "Say which clean-up day"),
        (("event", "--entry", "007M4G80040000000010"), 2, "Say how many bags"),
        (("staff", "--name", "X"), 2, "A. Bekova"),
        (("claim", "--receipt", "1", "--heads", "1", "--slip", "slip.png"), 2, "must end with .txt or .pdf"),
        ((*PENSIONERS, "--by", "A. Bekova", "--second-look", "A. Bekova"), 2, "another of the staff looks"),
        ((*PENSIONERS, "--second-look", "X"), 2, "not on the park's staff list"),
        (("found", "--phone", "1"), 3, "knows no permits yet"),
        (("resident", "--plate", "1"), 3, "knows no permits yet"),
    ],
)
def test_what_cannot_be_done_is_a_sentence(home: Home, words: tuple[str, ...], code: int, sentence: str) -> None:
    told = admit(home, *words)
    assert (told.code, told.out) == (code, "")
    assert sentence in told.err


def test_a_wrong_pin_lets_nobody_in_but_an_ambulance_waits_for_none(home: Home) -> None:
    assert admit(home, *PENSIONERS, pin="000000").code == 1
    opened = admit(home, "official", "--reason", "ambulance", "--heads", "3", pin=None)
    assert (opened.code, opened.record["reason"], opened.record["category"]) == (0, "official", "ambulance")
    entry = opened.record["entry_id"]
    assert entry in [record["entry_id"] for record in admit(home, "official", "--open-forms").records]
    told = qaqpa("admit", "official", "--open-forms", "--data", home.path)
    assert "1 form is open" in told.out + told.err
    done = admit(home, "official", "--complete", entry, "--who", "brigade 7", "--words", "a fall")
    assert (done.code, done.record["act"], done.record["target"]) == (0, "complete", entry)
    assert "brigade" not in done.out
    assert entry not in admit(home, "official", "--open-forms").out


def test_a_question_for_a_second_look_is_printed_and_answered_by_a_name(home: Home) -> None:
    asked = None
    for _ in range(5):
        asked = admit(home, *PENSIONERS)
        if asked.code:
            break
    assert asked is not None
    assert (asked.code, asked.record["question"]) == (1, "second_look")
    told = admit(home, *PENSIONERS, "--second-look", "A. Bekova")
    assert (told.code, told.record["details"]["second_by"]) == (0, "A. Bekova")


@pytest.mark.parametrize("form", ["txt", "pdf"])
def test_a_claim_is_given_a_slip_with_its_entry_and_nothing_of_the_person(
    home: Home, tmp_path: Path, form: str
) -> None:
    slip = tmp_path / f"slip.{form}"
    told = admit(home, "claim", "--receipt", "4471-0093", "--heads", "2", "--plate", "917 CNY 05", "--slip", str(slip))
    assert (told.code, told.record["reason"]) == (0, "claim")
    data = slip.read_bytes()
    if form == "pdf":
        assert data.startswith(b"%PDF-")
        assert len(data) > 2000
    else:
        text = data.decode()
        assert told.record["entry_id"] in text
        assert "Provisional slip, not a ticket" in text
        assert "Уақытша талон" in text
        assert "2\u00a0adults" in text
        assert "4471" not in text
        assert "917" not in text
    assert "4471" not in told.out


def test_a_slip_that_cannot_be_written_is_said_after_the_decision(home: Home, tmp_path: Path) -> None:
    told = admit(home, "claim", "--receipt", "1", "--heads", "1", "--slip", str(tmp_path / "no" / "slip.txt"))
    assert (told.code, told.record["reason"]) == (3, "claim")
    assert "cannot be written" in told.err


def test_a_clean_up_day_is_exported_with_its_bags(home: Home) -> None:
    told = admit(home, "event", "--product", str(CLEAN_UP), "--heads", "12", "--bags", "3")
    more = admit(home, "event", "--entry", told.record["entry_id"], "--bags", "27")
    assert (told.code, more.code, more.record["act"]) == (0, 0, "bags")
    days = ("--from", "2026-07-04", "--to", "2026-07-04", "--data", home.path)
    assert qaqpa("export", *days, "--table", "events").out == (
        "park,gate,local_date,product,participants,bags\n7,1,2026-07-04,40,12,30\n"
    )
    (event,) = qaqpa("export", *days, "--json").record["events"]
    assert (event["participants"], event["bags"]) == (12, 30)


def test_who_leaves_and_who_is_of_the_staff_is_written_down_and_everything_replays(home: Home) -> None:
    out = admit(home, *PENSIONERS, "--direction", "exit")
    staff = admit(home, "staff", "--name", "A. Bekova")
    assert [(each.code, each.record["reason"]) for each in (out, staff)] == [(0, "exit"), (0, "staff")]
    assert qaqpa("journal", "replay", "--data", home.path).code == 0


# ---- price ----------------------------------------------------------------------------------------------------------


def price(home: Home, *words: str) -> Finished:
    return qaqpa("price", *words, "--day", "2026-07-04", "--data", home.path, "--json")


def test_a_visit_has_a_price_line_by_line(home: Home) -> None:
    told = price(home, "--item", "stay", "--adults", "2", "--children", "2", "--exempt", "pupils=2", "--days", "2")
    assert (told.code, told.record["total"], told.record["currency"]) == (0, 5192, "KZT")
    assert [(line["concession"], line["quantity"], line["tenge"]) for line in told.record["lines"]] == [
        ("pupils", 4, 433), (None, 4, 865),
    ]  # fmt: skip
    spoken = qaqpa("price", "--item", "stay", "--adults", "1", "--data", home.path, "--language", "kk")
    assert (spoken.code, spoken.out) == (0, "Stay kk: 1 × 865 = 865 ₸\n865 ₸\n")


@pytest.mark.parametrize(
    "words, code, reason",
    [
        (("--item", "guide"), 1, "no_row"),
        (("--item", "boat"), 1, "unknown_word"),
        (("--item", "stay", "--adults", "1", "--exempt", "pupils=2"), 1, "no_concession"),
        (("--item", "stay", "--adults", "1", "--days", "400"), 1, "too_long"),
        (("--product", "99"), 2, "sells no product 99"),
        (("--product", "1"), 2, "has no price in the set"),
        ((), 2, "Say what is to be priced"),
        (("--item", "stay", "--exempt", "pupils"), 2, "write pupils=2"),
    ],
)
def test_a_price_that_cannot_be_told_says_why(home: Home, words: tuple[str, ...], code: int, reason: str) -> None:
    told = price(home, *words)
    assert told.code == code
    assert (told.record["reason"] if code == 1 else told.err).find(reason) >= 0


# ---- the registry ---------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A demo registry."""
    folder = tmp_path_factory.mktemp("office") / "data"
    assert qaqpa("registry", "init", "--demo", "--data", folder).code == 0
    return folder


def registry(office: Path, *words: str | Path) -> Finished:
    return qaqpa("registry", *words, "--data", office, "--json")


def test_tables_are_shown_loaded_and_brought_back(office: Path, tmp_path: Path) -> None:
    shown = registry(office, "tables", "show", "--park", "7")
    file = tmp_path / "tables.json"
    file.write_text(json.dumps(shown.record["tables"] | {"exemptions": []}), encoding="utf-8")
    version = shown.record["version"]
    assert registry(office, "tables", "load", file, "--park", "7").record == {"park": 7, "version": version + 1}
    assert registry(office, "tables", "show", "--park", "7").record["tables"]["exemptions"] == []
    back = registry(office, "tables", "back", str(version), "--park", "7")
    assert back.record == {"park": 7, "version": version + 2}
    again = registry(office, "tables", "show", "--park", "7", "--version", str(version + 2)).record["tables"]
    assert again == shown.record["tables"]
    spoken = qaqpa("registry", "tables", "show", "--park", "7", "--data", office)
    assert json.loads(spoken.out) == again


@pytest.mark.parametrize(
    "content, code, sentence",
    [
        (b'{"tariffs": [{}]}', 2, "tables.tariffs[0].item is missing"),
        (b'{"a": 1, "a": 2}', 2, "a member stands twice"),
        (b"[", 2, "is not JSON"),
        (b"\xff", 2, "is not JSON"),
        (b" " * (4 * 2**20 + 1), 2, "no gate would take such a set"),
        (None, 3, "cannot be read"),
    ],
)
def test_a_file_that_is_no_table_is_a_sentence(
    office: Path, tmp_path: Path, content: bytes | None, code: int, sentence: str
) -> None:
    file = tmp_path / "tables.json"
    if content is not None:
        file.write_bytes(content)
    told = registry(office, "tables", "load", file, "--park", "7")
    assert (told.code, told.out) == (code, "")
    assert sentence in told.err


def test_a_park_is_a_file(office: Path, tmp_path: Path) -> None:
    file = tmp_path / "park.json"
    gate = {"gate": 1, "names": names("Saty"), "lanes": [{"lane": 1, "direction": "both"}]}
    park = {"park": 41, "names": names("Kolsai"), "gates": [gate], "products": [{"product": 1, "names": names("Day")}]}
    file.write_text(json.dumps(park), encoding="utf-8")
    assert registry(office, "park", "add", file).record == {"park": 41, "version": 1}
    issued = registry(
        office, "issue", "--park", "41", "--product", "1", "--from", TOMORROW, "--to", TOMORROW, "--adults", "1"
    )
    assert issued.code == 0


def test_the_gates_at_which_a_used_ticket_could_be_used_again_are_named() -> None:
    told = until_synced({1: None, 3: NOON})
    assert "can go in again on the new one at the same gate, until that gate has synced" in told
    assert told.endswith(f"Gate 1 has never sent any entries. Gate 3 sent its last at {iso(NOON)}.")
    assert until_synced({}).endswith("synced.")


def test_a_lost_ticket_is_issued_again_and_a_claim_is_counted(office: Path, tmp_path: Path) -> None:
    day = ("--from", TOMORROW, "--to", TOMORROW)
    old = registry(office, "issue", "--park", "12", "--product", "1", *day, "--adults", "2").record
    out = tmp_path / "new.txt"
    new = registry(office, "reissue", old["code"], "--park", "12", "--out", out, "--plate", "917 CNY 05")
    assert (new.code, new.record["party"]) == (0, {"adults": 2})
    assert new.record["ticket"] != old["ticket"]
    assert "until that gate has synced" in new.err
    assert out.read_text().strip() == new.record["text"]
    assert registry(office, "reissue", old["code"], "--park", "12").code == 2
    assert registry(office, "reissue", "--park", "12").code == 2
    assert registry(office, "reissue", "--park", "12", "--wanted").out == ""
    claims = registry(office, "claims", "--park", "12")
    assert (claims.code, claims.out) == (0, "")
    assert "0 claims, 0 unmatched" in claims.err
