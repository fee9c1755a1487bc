"""journal replay from a shell: the same verdicts, a changed one found, and what cannot be decided again counted."""

from collections.abc import Callable
from dataclasses import replace as changed
from pathlib import Path

import pytest

from kiosk.rules.entries import DecisionBody, Entry, core_bytes, read_core
from kiosk.rules.permit import Party
from kiosk.store import driver
from kiosk.store.home import Home
from kiosk.store.journal import Journal
from kiosk.store.policies import Policies
from tests.support.enrolled import LOCAL_NOON, enrolled_home
from tests.support.old_files import OLD_DEVICE, schema_1_home
from tests.support.park import SmallPark
from tests.support.shell import Finished, qaqpa_here

NONE_UNDECIDED = {"set_gone": 0, "set_unreadable": 0, "facts_unreadable": 0}


@pytest.fixture
def park() -> SmallPark:
    return SmallPark()


@pytest.fixture
def home(tmp_path: Path, park: SmallPark) -> Home:
    """A kiosk that has admitted, refused, and seen a code that is no ticket."""
    home = enrolled_home(tmp_path / "data", park)
    for text in (park.ticket(), park.ticket(), "WIFI:S:cafe;;"):
        qaqpa_here("scan", "--data", home.path, "--at", LOCAL_NOON, "--json", "--text", text)
    return home


def replay(home: Home, *options: str) -> Finished:
    return qaqpa_here("journal", "replay", "--data", home.path, "--json", *options)


def rewrite(home: Home, change: Callable[[Entry], Entry]) -> None:
    """Change decisions behind the journal's back, as somebody with the key and a database program could."""
    database = driver.connect(home.journal_file, home.database_key())
    database.execute("DROP TRIGGER entry_never_changes")
    rows = database.execute("SELECT chain, n, core FROM entry WHERE kind = 'decision'").fetchall()
    for chain, n, core in rows:
        rewritten = core_bytes(change(read_core(core)))
        database.execute("UPDATE entry SET core = ? WHERE (chain, n) = (?, ?)", (rewritten, chain, n))
    database.close()


def test_every_scan_comes_out_the_same_beside_a_running_kiosk(home: Home) -> None:
    with home.lock("run"):
        told = replay(home)
    assert told.record == {
        "decisions": 3, "same": 3, "different": 0, "undecidable": NONE_UNDECIDED, "differences": [],
    }  # fmt: skip
    assert told.code == 0
    assert qaqpa_here("journal", "replay", "--data", home.path).out == "3 of 3 decisions come out the same\n"


def test_a_verdict_that_was_changed_is_named(home: Home) -> None:
    def let_in_four(entry: Entry) -> Entry:
        assert isinstance(entry.body, DecisionBody)
        is_admission = entry.body.reason.value == "unlisted"
        return changed(entry, body=changed(entry.body, party=Party(adults=4))) if is_admission else entry

    rewrite(home, let_in_four)
    told = replay(home)
    assert (told.code, told.record["same"], told.record["different"]) == (1, 2, 1)
    assert "party is" in told.record["differences"][0]


def test_what_cannot_be_decided_again_is_counted_by_its_reason(home: Home) -> None:
    policies = Policies(home)
    policies.stage(SmallPark(version=2).set_bytes())
    digest = SmallPark().set().digest.hex()
    kept = (home.trust / f"{digest}.json").read_bytes()
    (home.trust / f"{digest}.json").write_bytes(kept[:-1])
    assert replay(home).record["undecidable"] == NONE_UNDECIDED | {"set_unreadable": 3}
    (home.trust / f"{digest}.json").unlink()
    told = replay(home)
    assert (told.code, told.record["decisions"], told.record["same"]) == (0, 3, 0)
    assert told.record["undecidable"] == NONE_UNDECIDED | {"set_gone": 3}
    lines = qaqpa_here("journal", "replay", "--data", home.path).out
    assert "3 cannot be decided again: the set they were made by is not kept any more" in lines


def test_a_period_can_be_chosen(home: Home, park: SmallPark) -> None:
    qaqpa_here("scan", "--data", home.path, "--at", "2026-07-24T12:00", "--json", "--text", park.ticket())
    assert replay(home, "--days", "10").record["decisions"] == 1
    assert replay(home, "--days", "30").record["decisions"] == 4
    assert replay(home, "--from", "2026-07-04T13:00").record["decisions"] == 1
    assert replay(home, "--from", LOCAL_NOON).record["decisions"] == 4
    assert replay(home, "--days", "0").code == 2


def test_the_journal_of_the_first_schema_comes_out_the_same(tmp_path: Path) -> None:
    home = schema_1_home(tmp_path / "data")
    told = replay(home)
    assert (told.code, "brought up to date when the kiosk starts" in told.err) == (3, True)
    Journal.open(home, OLD_DEVICE).close()
    told = replay(home)
    assert (told.code, told.record["different"], told.record["undecidable"]) == (0, 0, NONE_UNDECIDED)
    assert told.record["same"] == told.record["decisions"] > 5
