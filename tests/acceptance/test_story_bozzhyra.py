"""Bozzhyra: five days without any network, a quota of 66 a day, no cash, and screenshots bought a week before."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.story import Gate, Story, gist, told

QUOTA = 66
OK, UNLISTED, FULL = ("admitted", "ok", 2), ("admitted", "unlisted", 2), ("refused", "full", 0)
DAYS = ("2026-07-06", "2026-07-07", "2026-07-08", "2026-07-09", "2026-07-10")


@pytest.fixture
def bozzhyra(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Story]:
    """The last day on which the kiosk was in the office, a week before."""
    with told(tmp_path, "Bozzhyra", begins="2026-06-29T10:00", monkeypatch=monkeypatch) as story:
        yield story


@pytest.fixture
def gate(bozzhyra: Story) -> Gate:
    """Enrolled in the office and driven out to the cliffs, where no network is."""
    return bozzhyra.gate("bozzhyra", 1)


def test_five_days_without_a_network_then_a_stick(bozzhyra: Story, gate: Gate) -> None:
    # given: screenshots bought for each day, most before the kiosk left the office, some the day after: 72 heads for 66
    known = {day: bozzhyra.sell("adults=2", count=30, day=day) for day in DAYS}
    gate.sync()
    bozzhyra.it_is("2026-06-30T10:00")
    later = {day: bozzhyra.sell("adults=2", count=6, day=day) for day in DAYS}
    refunded = known[DAYS[2]].pop()
    bozzhyra.registry("revoke", refunded, "--reason", "refunded")
    bozzhyra.cut()

    # when: five days go by
    for day in DAYS:
        bozzhyra.it_is(f"{day}T09:00")
        answers = [gist(answer) for answer in gate.scan(*known[day], *later[day])]
        ok, unlisted, full = (answers.count(each) for each in (OK, UNLISTED, FULL))
        assert (ok, unlisted, full) == (len(known[day]), QUOTA // 2 - len(known[day]), len(answers) - QUOTA // 2)
        assert gate.persons(day, day) == QUOTA, "a quota of 66 lets 66 in, on each day anew"
        # a copy of a screenshot, and one for another day
        assert gist(gate.shows(known[day][0])) == ("refused", "already_used", 0)
        other = DAYS[(DAYS.index(day) + 2) % len(DAYS)]
        assert gist(gate.shows(later[other][0]))[:2] in {("refused", "not_yet"), ("refused", "expired")}
        # who comes too late is told why, by whose order, and when there is room again; somebody's exit makes none
        assert gist(gate.shows(known[day][1], "--direction", "exit")) == ("admitted", "exit", 2)
        tomorrow = "Set by Ustyurt Reserve, № 12-Ө."
        assert gate.says(later[day][-1], language="en").endswith(tomorrow)
        assert "The limit is 66." in gate.says(later[day][-1], language="en")
        status = gate.status()
        assert (status["offline"], status["clock"]) == (True, "trusted")
        assert status["staleness"] == ("fresh" if day == DAYS[0] else "ageing")
    # of a refund after the last contact nobody here can know: it is let in on its signature, and settled afterwards
    assert gate.persons(DAYS[0], DAYS[-1]) == QUOTA * len(DAYS)
    pending = gate.status()["pending"]

    # then: a stick carries everything to the registry, once however often it is carried
    stick = bozzhyra.folder / "stick.qaqpa"
    exported = gate.do("journal", "export", "--out", stick)
    assert exported["pending"] == pending
    (settled,) = bozzhyra.registry("settle", stick)
    assert settled["receipts"]["accepted"] == pending
    assert (settled["missing"], settled["cut_short"], settled["flagged"]) == (0, False, [])
    (again,) = bozzhyra.registry("settle", stick)
    assert set(again["receipts"]) == {"duplicate"}
    period = ("--from", DAYS[0], "--to", DAYS[-1], "--format", "json")
    (counted,) = bozzhyra.registry("export", "--park", "22", *period)
    assert sum(row["persons"] for row in counted["rows"] if row["direction"] == "entry") == QUOTA * len(DAYS)

    # and back in the office a cycle finds nothing more to tell, and brings what was revoked meanwhile
    bozzhyra.it_is("2026-07-11T10:00")
    bozzhyra.connect()
    report = gate.sync()
    assert set(report["receipts"]) <= {"duplicate"}
    assert gate.status()["staleness"] == "fresh"
    assert gate.is_sound()
