"""inside, left and called from a shell: who is in the park, who is late, and what rangers write down about it."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from kiosk.facts import Scan
from kiosk.rules.entries import Entry, Private
from kiosk.rules.permit import Party
from kiosk.rules.personal import NONCE_BYTES, Personal, seal
from kiosk.rules.ticket import SignedTicket, read
from kiosk.rules.words import Direction, Source
from kiosk.store.home import Home
from kiosk.store.replica import Replicas, build_snapshot
from tests.support.enrolled import LOCAL_NOON, PIN, enrolled_home
from tests.support.park import NOON, PARK, SmallPark, permit_of
from tests.support.shell import Finished, qaqpa_here
from ui.assembly import open_checkpoint
from ui.gate import KioskGate

SMALL = SmallPark(tables={"place": {"latitude": 53_083_000, "longitude": 70_283_000}})
CALL = "Ержан 8 702 555 02 88"
PERSONAL = Personal(name="Айдана", contact=CALL, expected_return=NOON + 3600)
EVENING = "2026-07-05T02:00"


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """A kiosk that knows three permits; the first party said whom to call."""
    home = enrolled_home(tmp_path / "data", SMALL)
    signed = read(SMALL.ticket(1))
    assert isinstance(signed, SignedTicket)
    first = permit_of(SMALL.claims(1))
    first = replace(first, sealed=seal(PERSONAL, signed.signature, first.id, bytes(NONCE_BYTES)))
    rows = [first.row(), *(permit_of(SMALL.claims(serial)).row() for serial in (2, 3))]
    build_snapshot(tmp_path / "snapshot", PARK, 1, "1", sorted(rows, key=lambda row: str(row[2])))
    replicas = Replicas(home)
    replicas.install(tmp_path / "snapshot", park=PARK, epoch=1, cursor="1", signed_at=NOON)
    replicas.close()
    return home


@contextmanager
def gate(home: Home, at: int = NOON) -> Iterator[KioskGate]:
    with open_checkpoint(home, purpose="test", at=at) as kiosk:
        yield KioskGate(kiosk, worker=None)


def scan(home: Home, *serials: int, way: Direction = Direction.ENTRY, plate: str | None = None) -> list[str]:
    """Scan these tickets; the entries."""
    with open_checkpoint(home, purpose="test", at=NOON) as kiosk:
        kiosk.checkpoint.turn(way)
        private = Private(plate=plate) if plate else None
        texts = (Scan(text=SMALL.ticket(serial), source=Source.TEXT) for serial in serials)
        entries = [kiosk.checkpoint.scan(text, private=private) for text in texts]
        assert all(isinstance(entry, Entry) for entry in entries)
        return [entry.id for entry in entries if isinstance(entry, Entry)]


def inside(home: Home, *options: str, pin: str | None = None) -> Finished:
    env = {"QAQPA_PIN": pin} if pin else {}
    return qaqpa_here("inside", *options, "--data", home.path, env=env)


def test_who_is_inside_is_told_party_by_party_and_summed_up_beside_it(home: Home) -> None:
    assert (inside(home).out, inside(home).code) == ("", 0)
    entry, _ = scan(home, 1, 2)
    scan(home, 2, way=Direction.EXIT)
    told = inside(home, "--json", "--at", LOCAL_NOON)
    assert told.record == {
        "permit": permit_of(SMALL.claims(1)).id.hex(), "entry_id": entry,
        "code_tail": permit_of(SMALL.claims(1)).code[-3:],
        "heads": 3, "party": {"adults": 2, "children": 1}, "product": 1, "vehicle_class": None,
        "since": "2026-07-04T07:00:00Z", "gate": 1, "lane": 1, "expected": "2026-07-04T08:00:00Z",
        "due": "2026-07-04T08:00:00Z", "overdue": False, "step": None, "calls": [], "revoked_at": None,
    }  # fmt: skip
    assert told.err.strip() == "Inside: 3 people in 1 parties; overdue: 0."
    plain = inside(home, "--at", LOCAL_NOON)
    assert plain.out.startswith(f"{entry}  2\u00a0adults, 1\u00a0child; Day ticket …")
    assert "in 2026-07-04 12:00, gate 1, lane 1; out by 2026-07-04 13:00" in plain.out
    for finished in (told, plain):
        assert "702" not in finished.out + finished.err


def test_a_late_party_comes_with_what_is_next_and_who_may_have_seen_it(home: Home) -> None:
    first, second, _ = scan(home, 1, 2, 3)
    scan(home, 3, way=Direction.EXIT)
    told = inside(home, "--overdue", "--json", "--at", "2026-07-04T16:00")
    assert told.code == 1
    (late,) = told.records
    assert (late["entry_id"], late["step"]) == (first, "call_leader")
    assert [(seen["code_tail"], seen["left"]) for seen in late["witnesses"]] == [
        (permit_of(SMALL.claims(3)).code[-3:], "2026-07-04T07:00:00Z"),
        (permit_of(SMALL.claims(2)).code[-3:], None),
    ]
    evening = inside(home, "--overdue", "--json", "--at", EVENING)
    assert [(row["entry_id"], row["step"]) for row in evening.records] == [
        (first, "call_contact"), (second, "call_leader")
    ]  # fmt: skip
    assert inside(home, "--overdue", "--at", LOCAL_NOON).code == 0


def test_plates_and_contacts_are_told_to_who_knows_the_pin_only(home: Home) -> None:
    scan(home, 1, plate="917 CNY 05")
    assert inside(home, "--contacts", pin="000000").code == 1
    assert inside(home, "--contacts", pin="000000").out == ""
    told = inside(home, "--contacts", "--json", "--at", LOCAL_NOON, pin=PIN).record
    assert (told["plates"], told["contact"]) == (["917 CNY 05"], None)  # nobody is called before the party is late
    late = inside(home, "--contacts", "--overdue", "--at", EVENING, pin=PIN)
    assert f"plate 917 CNY 05; contact {CALL}" in late.out


def test_a_party_is_struck_off_and_calls_about_it_are_kept(home: Home) -> None:
    entry, _ = scan(home, 1, 2)
    act = ("--data", home.path, "--reason", "seen from the tower", "--json")
    called = qaqpa_here("called", entry, "--whom", "contact", *act, env={"QAQPA_PIN": PIN})
    assert (called.code, called.record["act"], called.record["target"]) == (0, "contact_called", entry)
    late = inside(home, "--overdue", "--at", EVENING, "--json").records[0]
    assert (late["step"], [call["call"] for call in late["calls"]]) == ("call_rescue", ["contact_called"])
    some = qaqpa_here("left", entry, "--heads", "1", *act, env={"QAQPA_PIN": PIN})
    assert some.record["party"] == {"adults": 1}
    gone = qaqpa_here("left", entry, *act, env={"QAQPA_PIN": PIN})
    assert (gone.code, gone.record["direction"], gone.record["party"]) == (0, "exit", {"adults": 1, "children": 1})
    assert [row["heads"] for row in inside(home, "--json").records] == [3]
    again = qaqpa_here("left", entry, *act, env={"QAQPA_PIN": PIN})
    assert (again.code, again.out) == (2, "")
    assert "Nobody of" in again.err
    assert qaqpa_here("left", entry, *act, env={"QAQPA_PIN": "000000"}).code == 1


def test_status_and_the_ranger_s_strip_say_how_many_are_inside(home: Home) -> None:
    scan(home, 1, 2)
    assert qaqpa_here("status", "--json", "--data", home.path).record["inside"] == 6
    with gate(home, NOON + 4 * 3600) as kiosk:
        assert kiosk.queue()[0].inside is None  # counted when nobody waits, and not known before
        while kiosk.seen().is_counting:
            pass
        assert (kiosk.queue()[0].inside, kiosk.queue()[0].overdue) == (6, 1)
        kiosk.scan(Scan(text=SMALL.ticket(3), source=Source.TEXT))
        kiosk.seen()
        assert kiosk.queue()[0].inside == 9


def test_without_the_park_s_rules_it_says_how_to_get_them(home: Home) -> None:
    for path in (home.kiosk / "trust").iterdir():
        path.unlink()
    told = inside(home)
    assert (told.code, told.out) == (3, "")
    assert "qaqpa sync" in told.err


def test_a_vehicle_s_class_is_written_down_by_its_word_or_its_seats(home: Home) -> None:
    options = ("--data", home.path, "--at", LOCAL_NOON, "--json")
    first = qaqpa_here("scan", "--text", SMALL.ticket(2), "--vehicle", "car", *options)
    second = qaqpa_here("scan", "--text", SMALL.ticket(3), "--vehicle", "16", *options)
    assert [told.record["vehicle_class"] for told in (first, second)] == ["car", "minibus"]
    assert [row["vehicle_class"] for row in inside(home, "--json").records] == ["car", "minibus"]
    bus = SMALL.ticket(9, product=7, party=Party(other=1))
    assert qaqpa_here("scan", "--text", bus, "--vehicle", "boat", *options).code == 2
    asked = qaqpa_here("scan", "--text", bus, *options).record
    assert (asked["question"], asked["left"], asked["most"]) == ("heads", 0, 9)
    assert qaqpa_here("scan", "--text", bus, "--heads", "1+3", *options).record["party"] == {"adults": 1, "children": 3}
    larger = qaqpa_here("scan", "--text", bus, "--heads", "4", "--vehicle", "bus", *options).record
    assert (larger["outcome"], larger["reason"]) == ("refused", "already_used")


@pytest.mark.parametrize("language, title", [("kk", "Кешіккен топтар"), ("ru", "Опаздывающие группы"), ("en", "late")])
def test_the_sheet_to_print_bears_the_list_in_every_language(
    home: Home, tmp_path: Path, language: str, title: str
) -> None:
    scan(home, 1, plate="917 CNY 05")
    sheet, secret = tmp_path / "sheet.pdf", tmp_path / "secret.pdf"
    common = ("--overdue", "--at", EVENING, "--language", language, "--pdf")
    assert inside(home, *common, str(sheet)).code == 1
    assert inside(home, *common, str(secret), "--contacts", pin=PIN).code == 1
    plain, told = text_of(sheet), text_of(secret)
    assert title in plain
    assert "[ ]" in " ".join(plain.split())
    assert "05.07.2026 02:00" in plain
    for words in ("917 CNY 05", "Ержан"):
        assert words not in plain
        assert words in told
    missing = inside(home, *common, str(tmp_path / "nowhere" / "sheet.pdf"))
    assert missing.code == 3
    assert "cannot be written" in missing.err


def text_of(path: Path) -> str:
    """What can be read on the pages."""
    return subprocess.run(["pdftotext", "-layout", str(path), "-"], capture_output=True, check=True, text=True).stdout


def test_a_missing_person_s_party_is_found_and_the_report_waits_for_the_registry(home: Home) -> None:
    entry, _ = scan(home, 1, 2)
    scan(home, 2, way=Direction.EXIT)
    data = ("--data", home.path, "--json")
    looked = qaqpa_here("report", "person", "--look", "--text", SMALL.ticket(2), *data)
    assert (looked.code, looked.record["inside"]) == (0, 0)
    assert [use["direction"] for use in looked.record["passages"]] == ["entry", "exit"]
    told = qaqpa_here("report", "person", "--entry", entry, "--words", "boy, 7, red jacket", *data)
    assert (told.code, told.record["inside"], told.record["entry_id"]) == (0, 3, entry)
    (written,) = qaqpa_here("journal", "show", "--limit", "1", *data).records
    assert (written["kind"], written["what"], written["target"]) == ("report", "missing", entry)
    assert (written["permit"], written["details"]["inside"]) == (permit_of(SMALL.claims(1)).id.hex(), 3)
    assert "jacket" not in str(written)
    again = qaqpa_here("report", "person", "--found", "--words", "at the lake, well", "--code", "0", *data)
    assert again.code == 2
    found = qaqpa_here("report", "person", "--found", "--words", "at the lake, well", *data)
    assert (found.code, found.out) == (0, "")
    assert "No party" in found.err
    (written,) = qaqpa_here("journal", "show", "--limit", "1", *data).records
    assert (written["what"], written["permit"]) == ("found", None)


@pytest.mark.parametrize(
    "options, code, said",
    [
        ((), 2, "--words"),
        (("--words", " "), 2, "--words"),
        (("--look", "--text", "KP1:NONSENSE"), 2, "no ticket"),
        (("--look", "--entry", "00014SR004000000999G"), 2, "no entry"),
        (("--look", "--plate", "917 CNY 05"), 3, "qaqpa sync"),
        (("--look",), 1, "No party"),
    ],
)
def test_what_is_of_no_use_in_a_search_says_so(home: Home, options: tuple[str, ...], code: int, said: str) -> None:
    told = qaqpa_here("report", "person", *options, "--data", home.path)
    assert (told.code, told.out) == (code, "")
    assert said in told.err


def test_whoever_is_looked_for_is_told_with_the_verdict_and_in_the_status(tmp_path: Path) -> None:
    lost, other, still = (permit_of(SMALL.claims(serial)) for serial in (1, 2, 3))
    row = {"permit": lost.id.hex(), "gate": 2, "since": NOON - 3600, "what": "missing"}
    old, always = row | {"permit": other.id.hex(), "since": 0}, row | {"permit": still.id.hex(), "since": 10**10}
    park = SmallPark(tables={"sought": [row, old, always]})
    home = enrolled_home(tmp_path / "data", park)
    rows = sorted((lost.row(), still.row()), key=lambda row: str(row[2]))
    build_snapshot(tmp_path / "snapshot", PARK, 1, "1", rows)
    replicas = Replicas(home)
    replicas.install(tmp_path / "snapshot", park=PARK, epoch=1, cursor="1", signed_at=NOON)
    replicas.close()

    def scanned(serial: int, *options: str) -> Finished:
        common = ("--dry-run", "--at", LOCAL_NOON, "--language", "en", "--data", home.path)
        return qaqpa_here("scan", "--text", park.ticket(serial), *options, *common)

    coming, leaving = scanned(1), scanned(1, "--direction", "exit")
    assert (coming.code, leaving.code) == (0, 0)
    assert "Somebody of this party is missing: reported 4\u00a0July, 11:00, Gate 2." in coming.out
    assert "This party is leaving, and somebody of it is missing: reported 4\u00a0July, 11:00, Gate 2." in leaving.out
    told = scanned(1, "--json").record["details"]["sought"]
    assert told == {"what": "missing", "since": NOON - 3600, "gate": 2}
    assert "sought" not in scanned(2, "--json").record["details"]
    scan(home, 2, 1)
    with gate(home) as kiosk:
        assert [row.is_sought for row in kiosk.queue()[1]] == [True, False]
    replayed = qaqpa_here("journal", "replay", "--data", home.path)
    assert (replayed.code, "2 of 2 decisions come out the same" in replayed.out + replayed.err) == (0, True)
    status = qaqpa_here("status", "--json", "--data", home.path).record["sought"]
    since = "2286-11-20T17:46:40Z"
    assert status[-1] == {
        "permit": still.id.hex(), "code_tail": still.code[-3:], "what": "missing", "since": since, "gate": 2
    }  # fmt: skip
    assert other.id.hex() not in {each["permit"] for each in status}
    plain = qaqpa_here("status", "--data", home.path).out
    assert f"code_tail {still.code[-3:]}, what missing, since {since}, gate 2" in plain
