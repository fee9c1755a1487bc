"""The closed sets, and the words of versions that come after this one."""

from typing import Any

import pytest

from kiosk.rules.canon import CanonError, plain, rebuild
from kiosk.rules.entries import (
    ActBody,
    DecisionBody,
    Entry,
    EntryKey,
    Place,
    core_bytes,
    read_core,
    uses_of,
)
from kiosk.rules.permit import Party
from kiosk.rules.policy import PolicySet
from kiosk.rules.replay import Undecidable, replay
from kiosk.rules.statistics import By, count
from kiosk.rules.words import (
    ActKind,
    AlarmKind,
    ChainCause,
    ClockTrust,
    Direction,
    Outcome,
    Reason,
    ReportKind,
    ShiftKind,
    Source,
    Whereabouts,
)
from tests.support.park import NOON, PARK, SmallPark

RULES: PolicySet = SmallPark().set()
HERE = Place(park=PARK, gate=1, lane=1, direction=Direction.ENTRY)
LATER = DecisionBody(
    place=HERE,
    source=Source("drone"),
    outcome=Outcome.ADMITTED,
    reason=Reason("moon_pass"),
    permit=b"p" * 16,
    right=Party(adults=3),
    entry_number=1,
    party=Party(adults=3),
)


def entry(body: DecisionBody | ActBody, n: int = 1) -> Entry:
    return Entry(
        key=EntryKey(device=1, chain=1, n=n), at=NOON, clock=ClockTrust.TRUSTED, policy=RULES.digest, body=body
    )


@pytest.mark.parametrize("kind", [Reason, Source, ActKind, ChainCause, AlarmKind, ShiftKind, ReportKind, Whereabouts])
def test_a_word_of_a_later_version_is_kept_as_it_was_written_and_is_none_of_ours(kind: type[Reason]) -> None:
    word = kind("of_tomorrow")
    assert (str(word), plain(word), word.is_known) == ("of_tomorrow", "of_tomorrow", False)
    assert word == kind("of_tomorrow")
    assert word not in tuple(kind)
    assert all(member.is_known for member in kind)


@pytest.mark.parametrize("word", ["", "Of Tomorrow", "9lives", "x" * 65, 7, None])
def test_what_is_no_word_is_no_word_of_a_later_version_either(word: Any) -> None:
    with pytest.raises(ValueError, match="is not a valid Reason"):
        Reason(word)
    with pytest.raises(CanonError):
        rebuild(Reason, word)


def test_a_reason_nobody_here_knows_is_for_the_ranger() -> None:
    assert Reason("of_tomorrow").outcome is Outcome.REFERRED
    assert {reason.outcome for reason in Reason} == set(Outcome)


def test_an_outcome_is_one_of_three_in_every_version() -> None:
    with pytest.raises(ValueError, match="perhaps"):
        Outcome("perhaps")


def test_an_entry_with_words_of_a_later_version_is_read_and_written_the_same() -> None:
    written = core_bytes(entry(LATER))
    again = read_core(written)
    assert core_bytes(again) == written
    assert isinstance(again.body, DecisionBody)
    assert (again.body.reason, again.body.source) == ("moon_pass", "drone")


def test_heads_let_in_for_a_reason_of_a_later_version_are_uses_and_are_counted() -> None:
    entries = [entry(LATER), entry(ActBody(act=ActKind("half_annul"), target=entry(LATER).id, place=HERE), 2)]
    assert [use.party.heads for use in uses_of(entries)] == [3]
    assert sum(row.persons for row in count(entries, RULES, By.DAY)) == 3


def test_a_verdict_for_a_reason_of_a_later_version_cannot_be_decided_again_here() -> None:
    assert replay(entry(LATER), LATER, RULES).undecidable is Undecidable.FACTS_UNREADABLE
