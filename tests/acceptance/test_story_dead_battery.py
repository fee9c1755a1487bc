"""A dead battery: the machine starts in January 2024, with zone data from before Kazakhstan's one time zone."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.story import PIN, Gate, Hands, Story, gist, told

OLD_ALMATY = "<+06>-6"  # what Asia/Almaty was until 29 February 2024: an hour ahead of the park's own time


@pytest.fixture
def burabay(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Story]:
    """Friday evening; the gate was on line until it closed."""
    monkeypatch.setenv("TZ", OLD_ALMATY)
    time.tzset()
    with told(tmp_path, "Burabay", begins="2026-07-03T19:00", monkeypatch=monkeypatch) as story:
        yield story
    monkeypatch.undo()
    time.tzset()


@pytest.fixture
def gate(burabay: Story) -> Gate:
    return burabay.gate("gate-1", 1, 1, "entry", hands=Hands(burabay.hands.wall))


def starts_in_2024(story: Story, gate: Gate) -> None:
    """The night without power has emptied the battery of the clock, and there is no network in the morning."""
    story.cut()
    story.it_is("2026-07-04T08:00")
    gate.hands.wall, gate.hands.boot = 1_704_067_200, 20.0  # 1 January 2024, 00:00 UTC: how such boards start


def test_nobody_is_wronged_while_nobody_knows_what_day_it_is(burabay: Story, gate: Gate) -> None:
    today, over = burabay.sell("adults=2", day="2026-07-04") + burabay.sell("adults=1", day="2026-07-01")
    refunded = burabay.sell("adults=1", day="2026-07-04")[0]
    burabay.registry("revoke", refunded, "--reason", "refunded")
    gate.sync()
    starts_in_2024(burabay, gate)

    # nobody is let in or turned away by a clock that knows nothing: a person is asked, who has a watch
    assert [gist(answer) for answer in gate.scan(today, over, refunded)] == [("referred", "clock_suspect", 0)] * 3
    # what is no ticket of ours is none at any hour
    assert gist(gate.shows(today[:-30] + "A" * 30))[1] in {"forged", "malformed"}
    assert gate.says(today, language="ru") == ("Часы устройства могут быть неточны. Время билета проверит инспектор.")
    assert gate.status()["clock"] == "suspect"
    doubted = [entry for entry in gate.journal("decision") if entry["clock"] == "suspect"]
    assert len(doubted) == 4
    # no entry claims to have been made in 2024: time goes on from what was signed last
    assert all(entry["at"] >= "2026-07-03T14" for entry in doubted)


def test_a_ranger_says_the_time_as_it_is_in_the_park_and_everybody_is_counted_on_their_day(
    burabay: Story, gate: Gate
) -> None:
    morning, late = burabay.sell("adults=2", count=2, day="2026-07-04")
    yesterday = burabay.sell("adults=1", day="2026-07-02")[0]
    gate.sync()
    starts_in_2024(burabay, gate)
    refused = gate.run("clock", "set", "2026-07-02T08:01", pin=PIN)
    assert refused.code == 2, "the registry has signed a later time than that"

    done = gate.do("clock", "set", "2026-07-04T08:01", pin=PIN)
    assert done["given"] == 1_783_134_060, "08:01 in the park is 03:01 UTC, whatever zone the machine believes in"
    gate.hands.wall = burabay.hands.wall + 60  # and she sets the machine's own clock, a minute fast
    assert gist(gate.shows(morning)) == ("admitted", "ok", 2)
    assert gist(gate.shows(yesterday)) == ("refused", "expired", 0)

    # at 23:30 the old zone data would call it Sunday already
    burabay.it_is("23:30")
    assert gist(gate.shows(late)) == ("admitted", "ok", 2)
    rows = gate.do("export", "--from", "2026-07-03", "--to", "2026-07-05", "--by", "hour", "--format", "json")["rows"]
    assert [(row["local_date"], row["hour"], row["persons"]) for row in rows] == [
        ("2026-07-04", 8, 2),
        ("2026-07-04", 23, 2),
    ]

    # the line is back: the registry's signature puts the minute right, and holds the entry that says who set the time
    burabay.connect()
    burabay.passes(60)
    gate.hands.wall = burabay.hands.wall
    report = gate.sync()
    assert report["errors"] == []
    assert gate.status()["clock"] == "trusted"
    assert [entry["by"] for entry in gate.journal("clock")] == ["device"]
    assert gate.is_sound()
