"""A gate whose new set refuses far more than last week's says so, once, and names where to look."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.refusal_watch import EVERY_SECONDS, RefusalWatch, refusal_alarms
from kiosk.rules.entries import AlarmBody, DecisionBody
from kiosk.rules.moment import Moment
from kiosk.rules.words import AlarmKind, ClockTrust, EntryKind, Outcome, Reason, Source
from tests.support.gate import Gate, gate
from tests.support.park import NOON, SmallPark

WEEK = 7 * 86_400


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Gate]:
    with gate(tmp_path) as made:
        made.clock.at = NOON - WEEK - 60
        made.checkpoint.believe()
        yield made


def answers(here: Gate, at: int, reason: Reason, count: int, **details: object) -> None:
    policy = here.checkpoint.believe()
    for n in range(count):
        body = DecisionBody(
            place=here.checkpoint.place, source=Source.CAMERA, outcome=reason.outcome, reason=reason, details=details
        )
        with here.journal.writing():
            here.journal.append(body, Moment.at(at + n), policy.digest)


def new_set(here: Gate, version: int = 2, at: int = NOON) -> None:
    here.stage(SmallPark(version=version))
    here.clock.at = at
    here.checkpoint.believe()


def looked(here: Gate, seconds: int = 600) -> tuple[AlarmBody, ...]:
    here.clock.at = NOON + seconds
    here.checkpoint.tidy()
    return here.checkpoint.status().refusal_jumps


def test_a_jump_is_an_alarm_once_for_each_set_and_reason_and_names_the_row(here: Gate) -> None:
    answers(here, NOON - WEEK, Reason.OK, 40)
    new_set(here)
    answers(here, NOON, Reason.CLOSED, 12, document="12-3", zone=2, until=NOON)
    answers(here, NOON, Reason.OK, 5)
    (jump,) = looked(here)
    assert (jump.alarm, jump.place) == (AlarmKind.REFUSALS, here.checkpoint.place)
    assert jump.details == {
        "reason": "closed", "table": "closures", "row": "document=12-3 zone=2", "set": 2,
        "now": 12, "of": 17, "before": 0, "before_of": 40,
    }  # fmt: skip
    answers(here, NOON, Reason.CLOSED, 5, document="12-3")
    answers(here, NOON, Reason.ALREADY_USED, 11)
    assert [each.details["reason"] for each in looked(here, 600 + EVERY_SECONDS)] == ["already_used", "closed"]
    assert len(here.journal.latest(9, EntryKind.ALARM)) == 2
    assert "row" not in refusal_alarms(here.journal, 2)[0].details
    new_set(here, 3, NOON + 2000)
    assert here.checkpoint.status().refusal_jumps == ()


def test_what_was_refused_a_week_ago_as_well_is_no_jump(here: Gate) -> None:
    answers(here, NOON - WEEK, Reason.CLOSED, 12)
    new_set(here)
    answers(here, NOON, Reason.CLOSED, 20)
    assert looked(here) == ()


def test_the_first_set_of_a_kiosk_has_changed_nothing(here: Gate) -> None:
    answers(here, NOON, Reason.CLOSED, 20)
    assert looked(here) == ()
    assert RefusalWatch(here.journal).look(Moment.at(NOON + 900), here.checkpoint.place) == []


def test_nobody_looks_twice_within_minutes_in_doubt_of_the_time_or_a_day_later(here: Gate) -> None:
    new_set(here)
    answers(here, NOON, Reason.CLOSED, 20)
    place, watch = here.checkpoint.place, RefusalWatch(here.journal)
    doubt = Moment(earliest=NOON, latest=NOON + 900, trust=ClockTrust.SUSPECT)
    assert watch.look(doubt, place) == []
    assert len(watch.look(Moment.at(NOON + 900), place)) == 1
    assert watch.look(Moment.at(NOON + 900 + EVERY_SECONDS - 1), place) == []
    assert len(watch.look(Moment.at(NOON + 900 + EVERY_SECONDS), place)) == 1  # nobody has written it down yet
    assert RefusalWatch(here.journal).look(Moment.at(NOON + 86_401), place) == []


def test_a_word_of_a_newer_version_is_left_alone(here: Gate, monkeypatch: pytest.MonkeyPatch) -> None:
    new_set(here)
    counts = {(Outcome.REFUSED.value, "too_tall"): 50, (Outcome.REFERRED.value, "typed_only"): 60}
    monkeypatch.setattr(here.journal, "counts", lambda first, before: counts if first == NOON else {})
    (alarm,) = RefusalWatch(here.journal).look(Moment.at(NOON + 60), here.checkpoint.place)
    assert (alarm.details["reason"], alarm.details["table"]) == ("typed_only", "policy")
