"""The ranger reads why: from the entry's own facts, in the ranger's language, never from what was kept for it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.facts import Scan
from kiosk.rules.entries import Entry
from kiosk.rules.moment import Moment
from kiosk.rules.objections import RULES, rule_name
from kiosk.rules.replay import Undecidable
from kiosk.rules.trace import Said, Stage
from kiosk.rules.words import ClockTrust, Source, Topic
from kiosk.store.policies import Policies
from tests.support.enrolled import LOCAL_NOON, enrolled_home
from tests.support.gate import Gate, gate
from tests.support.park import NOON, SmallPark
from tests.support.shell import qaqpa
from ui.sentences import LANGUAGES, catalogue
from ui.tracing import trace_json, trace_lines, trace_of


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Gate]:
    with gate(tmp_path / "gate") as made:
        yield made


def scanned(here: Gate, text: str) -> Entry:
    entry = here.checkpoint.scan(Scan(text=text, source=Source.TEXT))
    assert isinstance(entry, Entry)
    return entry


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_rule_every_answer_and_every_question_has_words_of_its_own(language: str) -> None:
    words = catalogue(language)
    rules = [words.text(f"rule.{name}") for name in (*map(rule_name, RULES), *Stage)]
    answers = [words.text(f"said.{said}") for said in Said]
    topics = [words.text(f"topic.{topic}") for topic in Topic]
    for told in (rules, answers, topics):
        assert len(set(told)) == len(told)
        assert all(1 <= len(text) <= 32 for text in told)


def test_a_copy_is_traced_to_its_uses_with_a_number_before_each_rule(here: Gate) -> None:
    scanned(here, here.park.ticket())
    here.clock.at += 60
    told = trace_of(scanned(here, here.park.ticket()), here.policies)
    lines = trace_lines(told, "en", 300)
    assert lines[0] == "1. The ticket's key: no objection"
    assert lines[-2].endswith("Earlier entries: objects (Already used)")
    assert lines[-1].startswith("Not asked any more: Lost records, The holder's check")
    record = trace_json(told)
    assert record["verdict"] == "already_used"
    assert record["steps"][-1] == {"rule": "use", "said": "objected", "reason": "already_used", "details": {}}


def test_an_open_question_is_traced_to_its_topic(here: Gate) -> None:
    entry = here.checkpoint.lapse(Scan(text=here.park.tagged(product=5), source=Source.TEXT))
    told = trace_of(entry, here.policies)
    assert not isinstance(told, Undecidable)
    assert trace_json(told)["steps"][-1]["rule"] == "admission"


def test_a_suspect_clock_is_traced_to_two_times_of_the_park(here: Gate) -> None:
    class Doubtful:
        def now(self) -> Moment:
            return Moment(earliest=NOON, latest=NOON + 90 * 86_400, trust=ClockTrust.SUSPECT)

    here.checkpoint._clock = Doubtful()  # type: ignore[assignment]  # a clock that was stopped
    told = trace_of(scanned(here, here.park.ticket()), here.policies)
    doubt = trace_json(told)["doubt"]
    assert doubt == {
        "at": "2026-07-04T07:00:00Z",
        "verdict": "unlisted",
        "other_at": "2026-07-04T21:05:00Z",
        "other_verdict": "expired",
    }
    assert "2026-07-04 12:00:00" in trace_lines(told, "en", 300)[-1]
    assert "2026-07-05 02:05:00" in trace_lines(told, "kk", 300)[-1]


def test_what_cannot_be_decided_again_says_why(here: Gate, tmp_path: Path) -> None:
    entry = scanned(here, here.park.ticket())
    elsewhere = Policies(enrolled_home(tmp_path / "other", SmallPark(version=2)))
    gone = trace_of(entry, elsewhere)
    assert gone is Undecidable.SET_GONE
    assert trace_json(gone) == {"undecidable": "set_gone"}
    assert "not kept" in trace_lines(gone, "en", 300)[0]
    (act,) = here.journal.acts_on(entry.id)
    assert trace_of(act, here.policies) is Undecidable.FACTS_UNREADABLE


def test_the_command_line_shows_the_trace_beside_the_entry(tmp_path: Path) -> None:
    park = SmallPark()
    home = enrolled_home(tmp_path / "data", park)
    qaqpa("scan", "--data", home.path, "--at", LOCAL_NOON, "--text", park.ticket(park=12))
    (*_, decision) = qaqpa("journal", "show", "--data", home.path, "--json", "--trace").records
    assert [step["rule"] for step in decision["trace"]["steps"]] == ["key", "park"]
    plain = qaqpa("journal", "show", "--data", home.path, "--trace", "--language", "ru")
    said = catalogue("ru").text("label.wrong_park")
    assert f"    2. Парк: возражает ({said})" in plain.out.splitlines()
