"""The clock table: what a dead battery, old zone data, wrong hands and long nights do to a gate. Nobody pays for it.

Each row is a story before a real checkpoint; only the story knows the true time. Whatever the row, a ticket that is
over is never admitted, and one that is good is never refused.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from kiosk.rules.entries import ClockBody, DecisionBody
from kiosk.rules.moment import Moment
from kiosk.rules.ticket import LATEST_TIME
from kiosk.rules.words import ClockTrust, Direction, EntryKind, Outcome, Reason
from tests.support.park import NOON
from tests.support.time_story import DAY, HOUR, Step, TimeStory

YEAR = 365 * DAY
TRUSTED, SUSPECT = ClockTrust.TRUSTED, ClockTrust.SUSPECT
RIGHT = (Reason.UNLISTED, Reason.EXPIRED, Reason.NOT_YET)
ASKED = (Reason.CLOCK_SUSPECT, Reason.CLOCK_SUSPECT, Reason.CLOCK_SUSPECT)
EARLY_2024 = datetime(2024, 3, 2, tzinfo=UTC).timestamp()


@pytest.fixture
def story(tmp_path: Path) -> Iterator[TimeStory]:
    made = TimeStory(tmp_path / "gate")
    yield made
    made.close()


def off(seconds: float, wall: float | None = None) -> Step:
    return lambda story: story.off(seconds, wall)


def run(seconds: float) -> Step:
    return lambda story: story.run(seconds)


def jump(seconds: float) -> Step:
    return lambda story: story.jump(seconds)


def registry(story: TimeStory) -> None:
    story.registry()


def look(story: TimeStory) -> None:
    story.moment()


def scan(story: TimeStory) -> None:
    story.scan()


def right(story: TimeStory) -> None:
    story.right()


def person(story: TimeStory) -> None:
    story.person()


TABLE: list[tuple[str, list[Step], ClockTrust, tuple[Reason, Reason, Reason]]] = [
    ("in step", [look, run(HOUR)], TRUSTED, RIGHT),
    ("asleep for two days", [look, run(2 * DAY)], TRUSTED, RIGHT),
    ("off for a night", [scan, off(9 * HOUR)], TRUSTED, RIGHT),
    ("off for 89 days", [scan, off(89 * DAY)], TRUSTED, RIGHT),
    ("1970 after a night", [scan, off(9 * HOUR, 0)], SUSPECT, ASKED),
    ("1970, and it has run for an hour", [scan, off(9 * HOUR, 0), run(HOUR)], SUSPECT, ASKED),
    ("1970, then the registry answers", [scan, off(9 * HOUR, 0), look, registry, run(HOUR)], SUSPECT, RIGHT),
    ("1970, then the network sets it", [scan, off(9 * HOUR, 0), look, right], TRUSTED, RIGHT),
    ("1970, then a ranger says", [scan, off(9 * HOUR, 0), person, run(HOUR)], TRUSTED, RIGHT),
    (
        "1970, a ranger says, then the network sets it",
        [scan, off(9 * HOUR, 0), person, run(HOUR), right, run(HOUR)],
        TRUSTED,
        RIGHT,
    ),
    ("1970 again, a ranger's word is an estimate", [off(HOUR, 0), person, off(HOUR, 0)], SUSPECT, ASKED),
    ("an image of 2024 with old zone data", [scan, off(9 * HOUR, EARLY_2024)], SUSPECT, ASKED),
    ("old zone data: an hour slow, until the registry answers", [off(9 * HOUR), jump(-HOUR), look, registry],
     SUSPECT, RIGHT),
    ("2106 after a night", [scan, off(9 * HOUR, LATEST_TIME)], SUSPECT, ASKED),
    ("2106 and beyond", [scan, off(9 * HOUR, 2.0**34)], SUSPECT, ASKED),
    ("2106 while it runs", [registry, jump(80 * YEAR)], SUSPECT, RIGHT),
    ("a day back while it runs", [registry, run(60), jump(-DAY), run(60)], SUSPECT, RIGHT),
    ("a day back while it runs, hours after it was proven", [registry, run(5 * DAY), jump(-DAY)], SUSPECT, RIGHT),
    ("a day back after two days off, nothing proven since", [off(2 * DAY), look, jump(-DAY)], SUSPECT,
     (Reason.CLOCK_SUSPECT, Reason.CLOCK_SUSPECT, Reason.NOT_YET)),
    ("a day back, and right again", [registry, jump(-DAY), scan, jump(DAY)], TRUSTED, RIGHT),
    ("a day back after power-off", [scan, off(60, NOON - DAY)], SUSPECT, ASKED),
    ("ten years forward for a minute with a scan in it, and back",
     [registry, jump(10 * YEAR), scan, run(60), scan, jump(-10 * YEAR)], TRUSTED, RIGHT),
    ("the same, then power-off", [scan, jump(10 * YEAR), scan, run(60), jump(-10 * YEAR), off(HOUR)], TRUSTED, RIGHT),
    ("ten years forward, and power-off in it", [scan, jump(10 * YEAR), scan, off(HOUR)], SUSPECT, ASKED),
    ("off for a year", [scan, off(YEAR)], SUSPECT, ASKED),
    ("off for a year, then the registry answers", [scan, off(YEAR), look, registry], TRUSTED, RIGHT),
    ("off for a year, then a ranger says", [scan, off(YEAR), person], TRUSTED, RIGHT),
    ("off for a year with a dead battery, then the registry answers", [off(YEAR, 0), registry], SUSPECT, RIGHT),
    ("five small jumps", [registry, *[jump(100), run(1), look] * 5], SUSPECT, RIGHT),
    # sixty days ahead after power-off cannot be known for wrong: it must be possible to come back from it
    ("60 days ahead, then set right", [off(HOUR), jump(60 * DAY), scan, right], SUSPECT,
     (Reason.CLOCK_SUSPECT, Reason.EXPIRED, Reason.CLOCK_SUSPECT)),
    ("60 days ahead, then the registry answers", [off(HOUR), jump(60 * DAY), scan, registry], SUSPECT,
     (Reason.CLOCK_SUSPECT, Reason.EXPIRED, Reason.CLOCK_SUSPECT)),
    ("60 days ahead, the registry answers, then set right",
     [off(HOUR), jump(60 * DAY), scan, registry, right], TRUSTED, RIGHT),
    ("60 days ahead, set right, the registry answers",
     [off(HOUR), jump(60 * DAY), scan, right, look, registry], TRUSTED, RIGHT),
    ("60 days ahead, set right, and power-off", [off(HOUR), jump(60 * DAY), scan, off(HOUR), right], SUSPECT, ASKED),
    ("60 days ahead, set right, the registry answers, power-off",
     [off(HOUR), jump(60 * DAY), scan, right, registry, scan, off(HOUR)], TRUSTED, RIGHT),
    ("60 days ahead, set right, a ranger says, power-off",
     [off(HOUR), jump(60 * DAY), scan, right, person, off(HOUR)], TRUSTED, RIGHT),
]  # fmt: skip


@pytest.mark.parametrize("steps, trust, reasons", [row[1:] for row in TABLE], ids=[row[0] for row in TABLE])
def test_the_clock_table(
    story: TimeStory, steps: list[Step], trust: ClockTrust, reasons: tuple[Reason, Reason, Reason]
) -> None:
    for step in steps:
        step(story)
    assert story.trust() is trust
    assert story.reasons() == reasons
    newest = story.gate.checkpoint.latest(3)
    assert {recent.entry.clock for recent in newest} == {trust}
    assert story.gate.checkpoint.status().clock is trust
    moment = story.moment()
    assert moment.earliest <= story.truth + 1200
    assert story.truth - 300 <= moment.latest


@pytest.mark.parametrize("wall", [0, EARLY_2024, NOON - DAY, NOON + 10 * YEAR, LATEST_TIME])
def test_what_is_scanned_in_doubt_never_raises_the_floor(story: TimeStory, wall: float) -> None:
    story.scan()
    before = story.floor()
    story.off(HOUR, wall)
    assert story.scan().clock is SUSPECT
    story.run(30 * DAY)
    assert story.scan().clock is SUSPECT
    assert story.floor() == before


def test_a_scan_ten_years_ahead_leaves_the_floor_where_it_was(story: TimeStory) -> None:
    story.scan()
    story.jump(10 * YEAR)
    entry = story.scan()
    assert (entry.clock, entry.at) == (SUSPECT, NOON)
    assert story.floor().trusted == NOON


def test_a_rangers_word_is_an_entry_that_says_what_was_believed(story: TimeStory) -> None:
    story.scan()
    story.off(HOUR, 0)
    story.person()
    entry = story.gate.journal.newest(EntryKind.CLOCK)
    assert entry is not None
    assert isinstance(entry.body, ClockBody)
    assert (entry.at, entry.clock, entry.body.given, entry.body.by) == (NOON + HOUR, TRUSTED, NOON + HOUR, "device")
    assert (entry.body.believed, entry.body.trust, entry.body.wall) == (NOON, SUSPECT, 0)
    assert story.gate.journal.verify() == []


def test_a_time_that_a_signature_says_is_over_is_nobodys_word(story: TimeStory) -> None:
    story.off(HOUR, 0)
    story.registry(age=0)
    story.person_in_vain(-301)
    assert story.gate.journal.newest(EntryKind.CLOCK) is None
    story.person(-300)
    # it is as late as the signature says all the same
    assert story.moment() == Moment.at(int(story.truth))


def test_a_wrong_word_gives_way_to_the_registry(story: TimeStory) -> None:
    story.off(HOUR, 0)
    story.person(-30 * 60)
    assert story.trust() is TRUSTED
    story.registry()
    assert story.reasons() == RIGHT
    story.person(5 * DAY)
    story.registry()
    assert story.reasons() == (Reason.CLOCK_SUSPECT, Reason.EXPIRED, Reason.CLOCK_SUSPECT)
    story.right()
    assert story.trust() is TRUSTED
    assert story.reasons() == RIGHT


def test_who_is_let_in_by_a_person_in_doubt_is_written_under_the_best_estimate(story: TimeStory) -> None:
    story.run(2 * DAY)
    story.scan()
    story.off(HOUR, 0)
    story.run(60)
    refused = story.scan()
    act = story.gate.checkpoint.acts.override(refused.id, reason="document seen", by="device")
    assert act.at == refused.at == NOON + 2 * DAY + 60
    assert (refused.clock, act.clock) == (SUSPECT, SUSPECT)


@pytest.mark.parametrize("wall", [0, NOON + 10 * YEAR])
def test_whatever_the_time_may_be_people_get_out(story: TimeStory, wall: float) -> None:
    story.off(HOUR, wall)
    story.gate.checkpoint.turn(Direction.EXIT)
    body = story.scan().body
    assert isinstance(body, DecisionBody)
    assert (body.outcome, body.reason) == (Outcome.ADMITTED, Reason.EXIT_UNKNOWN)
