"""What a kiosk believes of the time, from a shell, and a person's word for it."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from kiosk.clock import machine_seconds
from kiosk.errors import UsageError
from kiosk.export import iso
from kiosk.rules.entries import ClockBody
from kiosk.rules.words import ClockTrust, EntryKind
from kiosk.store.home import Home
from tests.support.enrolled import PIN, enrolled_home
from tests.support.park import SmallPark
from tests.support.shell import Finished, qaqpa_here
from ui.assembly import open_checkpoint
from ui.decision_json import is_offline
from ui.gate import KioskGate

HOUR, DAY = 3600, 86_400
PARK_TIME = timedelta(hours=5)


@pytest.fixture
def now() -> int:
    return machine_seconds()


@pytest.fixture
def home(tmp_path: Path, now: int) -> Home:
    return enrolled_home(tmp_path / "data", SmallPark(signed_at=now - HOUR), is_demo=False)


def believed(home: Home, code: int) -> dict[str, Any]:
    told = qaqpa_here("clock", "--data", home.path, "--json")
    assert told.code == code
    return told.record


def set_to(home: Home, at: int, *options: str, pin: str = PIN) -> Finished:
    local = (datetime.fromtimestamp(at, UTC) + PARK_TIME).strftime("%Y-%m-%dT%H:%M:%S")
    return qaqpa_here("clock", "set", local, "--data", home.path, *options, env={"QAQPA_PIN": pin})


def test_a_kiosk_says_what_it_believes_and_why(home: Home, now: int) -> None:
    told = believed(home, 0)
    assert told["clock"] == "trusted"
    assert told["now"] == told["earliest"] == told["latest"]
    assert told["signed_at"] == iso(now - HOUR)
    assert (told["trusted_at"], told["set_to"], told["set_by"]) == (None, None, None)
    shown = qaqpa_here("clock", "--data", home.path)
    assert "clock: trusted" in shown.out
    assert "set_to: unknown" in shown.out


def test_a_time_that_was_set_is_an_entry_and_can_be_taken_back(home: Home, now: int) -> None:
    done = set_to(home, now + 5 * DAY, "--json")
    assert done.code == 0
    entry = done.record
    assert (entry["kind"], entry["at"], entry["clock"], entry["by"]) == (
        "clock",
        iso(now + 5 * DAY),
        "trusted",
        "device",
    )
    assert "machine's own clock" in done.err
    # the machine's own clock stands five days before that now, and nobody can know which is right
    told = believed(home, 1)
    assert (told["clock"], told["set_to"], told["set_by"]) == ("suspect", iso(now + 5 * DAY), "device")
    assert (told["earliest"], told["latest"], told["trusted_at"]) == (iso(now - HOUR), None, iso(now + 5 * DAY))
    assert qaqpa_here("status", "--data", home.path, "--json").record["clock"] == "suspect"
    again = set_to(home, now)
    assert again.code == 0
    assert again.err == ""
    assert believed(home, 0)["trusted_at"] == iso(now)
    for check in ("verify", "replay"):
        assert qaqpa_here("journal", check, "--data", home.path).code == 0
    assert "clock: " in qaqpa_here("journal", "show", "--data", home.path).out


def test_a_time_that_is_over_is_refused_in_a_sentence(home: Home, now: int) -> None:
    told = set_to(home, now - HOUR - 301)
    assert told.code == 2
    assert "later" in told.err
    assert set_to(home, now - HOUR - 200).code == 0
    assert set_to(home, 2**32).code == 2


def test_setting_the_time_needs_the_pin_and_a_name_of_the_list(home: Home, now: int) -> None:
    assert set_to(home, now, pin="000000").code == 1
    told = set_to(home, now, "--by", "Somebody")
    assert told.code == 2
    assert "Somebody" in told.err
    assert believed(home, 0)["set_to"] is None


def test_a_running_kiosk_believes_its_ranger_at_once_and_says_so(tmp_path: Path, now: int) -> None:
    # its set is so old that the machine's clock may be anything
    home = enrolled_home(tmp_path / "old", SmallPark(signed_at=now - 200 * DAY), is_demo=False)
    with open_checkpoint(home, purpose="test") as kiosk:
        gate = KioskGate(kiosk, worker=None)
        assert gate.seen().condition.clock is ClockTrust.SUSPECT
        with pytest.raises(UsageError):
            gate.set_time(now - 201 * DAY, "")
        gate.set_time(now, "Инспектор")
        seen = gate.seen()
        assert seen.condition.clock is ClockTrust.TRUSTED
        assert now <= seen.now <= machine_seconds()
        entry = kiosk.memory.journal.newest(EntryKind.CLOCK)
        assert entry is not None
        assert isinstance(entry.body, ClockBody)
        assert (entry.body.by, entry.body.trust) == ("Инспектор", ClockTrust.SUSPECT)


@pytest.mark.parametrize(
    "contact, offline", [(None, True), (-31, True), (-30, False), (0, False), (30, False), (31, True)]
)
def test_a_contact_that_lies_ahead_of_a_clock_put_right_is_none(contact: int | None, offline: bool) -> None:
    assert is_offline(1000, None if contact is None else 1000 + contact, 10) is offline
