"""override, annul, correct, journal, status and export from a shell, on one kiosk without its registry."""

import json
from pathlib import Path

import pytest

from kiosk.rules.entries import EntryKey
from kiosk.rules.permit import Party
from kiosk.staff import ATTEMPTS
from kiosk.store import driver
from kiosk.store.home import Home
from tests.support.enrolled import DEVICE, LOCAL_NOON, PIN, enrolled_home
from tests.support.park import SmallPark
from tests.support.shell import Finished, at_a_terminal, command, qaqpa, qaqpa_here

HEADER = (
    "park,gate,local_date,hour,category,origin,vehicle_class,product,direction,persons,visits,reentries,"
    "estimated,source"
)
DAY = ("--from", "2026-07-04", "--to", "2026-07-04")


@pytest.fixture
def park() -> SmallPark:
    return SmallPark()


@pytest.fixture
def home(tmp_path: Path, park: SmallPark) -> Home:
    return enrolled_home(tmp_path / "data", park)


def scan(home: Home, text: str, *options: str, at: str = LOCAL_NOON) -> str:
    """The entry id of one scan."""
    entry: str = qaqpa_here("scan", "--data", home.path, "--at", at, "--json", "--text", text, *options).record[
        "entry_id"
    ]
    return entry


def act(home: Home, *arguments: str, pin: str | None = PIN) -> Finished:
    env = {"QAQPA_PIN": pin} if pin is not None else {}
    words = 2 if arguments[0] == "gate" else 1
    return qaqpa_here(*arguments[:words], "--data", home.path, "--json", *arguments[words:], env=env)


def counts(home: Home, *options: str) -> list[str]:
    told = qaqpa_here("export", "--data", home.path, *DAY, *options)
    assert told.code == 0
    lines = told.out.splitlines()
    assert lines[0] == HEADER
    return lines[1:]


# ---- a ranger's acts ------------------------------------------------------------------------------------------------


def test_an_opening_by_hand_needs_a_reason_and_is_told_among_the_day_s_overrides(home: Home, park: SmallPark) -> None:
    assert qaqpa_here("gate", "open", "--data", home.path).code == 2
    assert "needs a reason" in act(home, "gate", "open", "--reason", " ").err
    opened = act(home, "gate", "open", "--reason", "a tractor of the park").record
    assert (opened["act"], opened["target"], opened["by"]) == ("open", None, "device")
    assert opened["overrides_today"] == {"total": 1, "by": {"device": 1}, "usual": None}
    told = qaqpa_here("status", "--data", home.path, "--json").record
    assert told["overrides_today"]["total"] == 1
    shown = qaqpa_here("journal", "show", "--data", home.path, "--json").records
    assert [entry.get("act") for entry in shown][-2:] == ["open", "pulse"]
    assert shown[-1]["target"] == opened["entry_id"]
    assert "tractor" not in qaqpa_here("journal", "show", "--data", home.path).out


def test_an_override_lets_a_refused_party_in_and_counts_it_as_one(home: Home, park: SmallPark) -> None:
    scan(home, park.ticket())
    refused = scan(home, park.ticket())
    told = act(home, "override", refused, "--reason", "came back for the child")
    assert told.code == 0
    assert told.record | {"entry_id": "", "policy": "", "at": ""} == {
        "entry_id": "", "kind": "act", "at": "", "clock": told.record["clock"], "policy": "",
        "act": "override", "target": refused, "by": "device", "park": 7, "gate": 1, "lane": 1, "direction": "entry",
        "party": {"adults": 2, "children": 1}, "position": None,
        "overrides_today": {"total": 1, "by": {"device": 1}, "usual": None},
    }  # fmt: skip
    again = act(home, "override", refused, "--reason", "twice")
    assert (again.code, again.out) == (2, "")
    assert "overridden already" in again.err


def test_an_annulled_entry_is_not_counted_and_the_ticket_is_good_again(home: Home, park: SmallPark) -> None:
    entry = scan(home, park.ticket())
    assert len(counts(home)) == 2
    assert act(home, "annul", entry, "--reason", "the turnstile did not turn").code == 0
    assert counts(home) == []
    told = qaqpa_here("scan", "--data", home.path, "--at", LOCAL_NOON, "--json", "--text", park.ticket())
    assert told.record["reason"] == "unlisted"


def test_a_correction_says_how_many_really_went(home: Home, park: SmallPark) -> None:
    entry = scan(home, park.ticket(party=Party(adults=4, children=2)))
    assert act(home, "correct", entry, "--heads", "3+1", "--reason", "two stayed behind").code == 0
    assert [line.split(",")[4:12:5] for line in counts(home)] == [["adults", "3"], ["children", "1"]]
    assert act(home, "correct", entry, "--heads", "5", "--reason", "and one came").record["party"] == {
        "adults": 4,
        "children": 1,
    }


@pytest.mark.parametrize("command", ["override", "annul"])
def test_an_act_needs_the_pin_a_reason_and_an_entry(home: Home, park: SmallPark, command: str) -> None:
    entry = scan(home, park.ticket())
    assert act(home, command, entry, "--reason", "x", pin=None).code == 2
    assert act(home, command, entry, "--reason", "  ").code == 2
    assert act(home, command, entry).code == 2
    assert act(home, command, "rubbish", "--reason", "x").code == 2
    missing = str(EntryKey(device=DEVICE, chain=1, n=99))
    assert act(home, command, missing, "--reason", "x").code == 2
    assert act(home, command, entry, "--reason", "x", "--by", "Nobody").code == 2


def test_five_wrong_pins_lock_the_device(home: Home, park: SmallPark) -> None:
    entry = scan(home, park.ticket())
    for left in reversed(range(1, ATTEMPTS)):
        told = act(home, "annul", entry, "--reason", "x", pin="000000")
        assert (told.code, told.out) == (1, "")
        assert f"{left} attempts" in told.err
    act(home, "annul", entry, "--reason", "x", pin="000000")
    locked = act(home, "annul", entry, "--reason", "x")
    assert (locked.code, locked.out) == (1, "")
    assert "locked" in locked.err
    assert len(counts(home)) == 2


def test_the_pin_is_asked_for_at_a_terminal_and_never_shown(home: Home, park: SmallPark) -> None:
    entry = scan(home, park.ticket())
    arguments = command("annul", entry, "--reason", "x", "--data", home.path)
    code, shown = at_a_terminal(arguments, PIN)
    assert code == 0, shown
    assert "PIN" in shown
    assert PIN not in shown


# ---- the journal ----------------------------------------------------------------------------------------------------


def test_the_journal_shows_its_newest_entries_oldest_first(home: Home, park: SmallPark) -> None:
    entry = scan(home, park.ticket())
    records = qaqpa_here("journal", "show", "--data", home.path, "--json").records
    assert [record["kind"] for record in records] == ["chain", "trust", "decision", "act"]
    assert (records[2]["entry_id"], records[2]["reason"], records[2]["clock"]) == (entry, "unlisted", "given")
    assert (records[3]["act"], records[3]["target"]) == ("pulse", entry)
    newest = qaqpa_here("journal", "show", "--data", home.path, "--json", "--limit", "1").records
    assert newest == records[3:]
    named = qaqpa_here("journal", "show", "--data", home.path, "--json", entry)
    assert named.records == records[2:3]
    lines = qaqpa_here("journal", "show", "--data", home.path).out.splitlines()
    assert len(lines) == 4
    assert "decision: admitted unlisted" in lines[2]


def test_a_sound_journal_is_sound_and_a_changed_one_is_not(home: Home, park: SmallPark) -> None:
    scan(home, park.ticket())
    sound = qaqpa_here("journal", "verify", "--data", home.path, "--json")
    assert (sound.code, sound.record["sound"], sound.record["entries"]) == (0, True, 4)
    database = driver.connect(home.journal_file, home.database_key())
    database.execute("DROP TRIGGER entry_never_changes")
    database.execute("UPDATE entry SET outcome = 'refused' WHERE kind = 'decision'")
    database.close()
    changed = qaqpa_here("journal", "verify", "--data", home.path, "--json")
    assert (changed.code, changed.record["sound"]) == (1, False)
    assert changed.record["faults"]
    assert qaqpa_here("journal", "verify", "--data", home.path).out.strip()


def test_what_only_reads_works_beside_a_running_kiosk(home: Home, park: SmallPark) -> None:
    scan(home, park.ticket())
    with home.lock("run"):
        assert qaqpa_here("journal", "verify", "--data", home.path).code == 0
        assert qaqpa_here("journal", "show", "--data", home.path).code == 0
        assert qaqpa_here("status", "--data", home.path).code in (0, 1)
        assert len(counts(home)) == 2
        held = act(home, "annul", "x", "--reason", "x")
        assert (held.code, held.out) == (3, "")
        assert qaqpa_here("sync", "--once", "--data", home.path).code == 3


# ---- status ---------------------------------------------------------------------------------------------------------


def test_status_tells_only_what_it_knows(home: Home, park: SmallPark) -> None:
    scan(home, park.ticket())
    told = qaqpa_here("status", "--data", home.path, "--json")
    record = told.record
    assert (record["offline"], record["last_contact"], record["pending"]) == (True, None, 4)
    assert (record["permits"], record["set_version"], record["entries"]) == (None, 1, 4)
    told_of = (record["revocations"], record["revocations_at"], record["revocations_age"])
    assert told_of == ("stale", None, "unknown")  # no registry was ever reached
    assert told.code == 1
    assert "pending: 4" in qaqpa_here("status", "--data", home.path).out


@pytest.mark.parametrize(
    "command",
    [("status",), ("journal", "show"), ("journal", "verify"), ("export", *DAY), ("sync", "--once"),
     ("annul", "x", "--reason", "x"), ("override", "x", "--reason", "x"),
     ("correct", "x", "--heads", "1", "--reason", "x")],
)  # fmt: skip
def test_a_folder_that_is_no_kiosk_is_the_environment_s_fault(tmp_path: Path, command: tuple[str, ...]) -> None:
    told = qaqpa_here(*command, "--data", tmp_path / "new", "--json", env={"QAQPA_PIN": PIN})
    assert (told.code, told.out) == (3, "")
    assert "not enrolled" in told.err
    assert not (tmp_path / "new").exists()


def test_a_sync_without_a_registry_says_so_and_keeps_everything(home: Home, park: SmallPark) -> None:
    scan(home, park.ticket())
    told = qaqpa_here("sync", "--once", "--data", home.path, "--json")
    assert told.code == 3
    assert (told.record["contact"], told.record["sent"]) == (False, 0)
    assert told.record["errors"]
    assert qaqpa_here("status", "--data", home.path, "--json").record["pending"] == 4


# ---- export ---------------------------------------------------------------------------------------------------------


def test_counts_by_hour_day_and_month(home: Home, park: SmallPark) -> None:
    scan(home, park.ticket())
    scan(home, park.ticket(), "--direction", "exit", at="2026-07-04T15:30")
    scan(home, park.ticket(), at="2026-07-04T16:10")
    assert counts(home, "--by", "hour") == [
        "7,1,2026-07-04,12,adults,,,1,entry,2,2,0,false,scan",
        "7,1,2026-07-04,12,children,,,1,entry,1,1,0,false,scan",
        "7,1,2026-07-04,15,adults,,,1,exit,2,0,0,false,scan",
        "7,1,2026-07-04,15,children,,,1,exit,1,0,0,false,scan",
        "7,1,2026-07-04,16,adults,,,1,entry,2,0,2,false,scan",
        "7,1,2026-07-04,16,children,,,1,entry,1,0,1,false,scan",
    ]
    assert counts(home, "--by", "month")[0] == "7,1,2026-07,,adults,,,1,entry,4,2,2,false,scan"
    assert counts(home, "--gate", "2") == []


def test_an_export_goes_to_a_file_in_the_form_of_its_name(home: Home, park: SmallPark, tmp_path: Path) -> None:
    scan(home, park.ticket())
    out = tmp_path / "counts.json"
    told = qaqpa_here("export", "--data", home.path, *DAY, "--out", out, "--json")
    assert told.record == {"file": str(out), "rows": 2}
    document = json.loads(out.read_text())
    assert (document["by"], document["rule_version"], len(document["rows"])) == ("day", "1", 2)
    assert document["completeness"][0]["gate"] == 1
    told = qaqpa_here("export", "--data", home.path, *DAY, "--out", tmp_path / "counts.csv", "--format", "csv")
    assert told.code == 0
    assert (tmp_path / "counts.csv").read_text().startswith(HEADER + "\n")
    assert qaqpa_here("export", "--data", home.path, *DAY, "--json").record["rows"] == document["rows"]


@pytest.mark.parametrize(
    "options, code",
    [
        (("--from", "2026-07-05", "--to", "2026-07-04"), 2),
        (("--from", "tomorrow", "--to", "2026-07-04"), 2),
        ((*DAY, "--by", "week"), 2),
        ((*DAY, "--format", "xlsx"), 2),
        ((*DAY, "--out", "missing/folder/counts.csv"), 3),
    ],
)
def test_a_wrong_export_is_a_sentence(home: Home, tmp_path: Path, options: tuple[str, ...], code: int) -> None:
    told = qaqpa_here("export", "--data", home.path, *options)
    assert (told.code, told.out) == (code, "")
    assert told.err


def test_status_says_where_the_keys_are_and_whether_others_can_read_them(home: Home, park: SmallPark) -> None:
    told = qaqpa_here("status", "--data", home.path, "--json").record
    assert told["keys"] == f"{home.keys / 'database.key'}: readable by its owner only"
    assert told["keys_exposed"] is False
    home.keys.chmod(0o750)
    exposed = qaqpa_here("status", "--data", home.path, "--json")
    assert (exposed.code, exposed.record["keys_exposed"]) == (1, True)
    said = qaqpa("scan", "--data", home.path, "--at", LOCAL_NOON, "--json", "--text", park.ticket())
    assert "Others could read" in said.err
    assert qaqpa_here("status", "--data", home.path, "--json").record["keys_exposed"] is False
