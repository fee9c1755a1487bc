"""What entries and word from other gates amount to; an exit nobody could explain takes out who was inside."""

from dataclasses import replace
from typing import Any

import pytest

from kiosk.rules.entries import ActBody, Body, DecisionBody, Entry, EntryKey, Place, Use
from kiosk.rules.permit import Party
from kiosk.rules.standing import settled
from kiosk.rules.words import ActKind, ClockTrust, Direction, Outcome, Reason, Source
from tests.support.park import NOON, PARK

HOUR = 3600
PERMIT = b"p" * 16
FAMILY = Party(adults=2, children=1)
OUT = Place(park=PARK, gate=2, lane=1, direction=Direction.EXIT)
IN = replace(OUT, gate=1, direction=Direction.ENTRY)


def entry(n: int, body: Body, *, hours: int = 0) -> Entry:
    key = EntryKey(device=1, chain=1, n=n)
    return Entry(key=key, at=NOON + hours * HOUR, clock=ClockTrust.TRUSTED, policy=b"", body=body)


def decision(reason: Reason, place: Place, **changes: Any) -> DecisionBody:
    return DecisionBody(
        place=place,
        source=Source.CAMERA,
        outcome=Outcome.ADMITTED,
        reason=reason,
        permit=PERMIT,
        right=FAMILY,
        **changes,
    )


def unexplained(n: int = 1, *, hours: int = 1, said: object = None, permit: bytes | None = PERMIT) -> Entry:
    """An exit of which nobody was known to be inside; `said` is how many the ranger named."""
    answers = {} if said is None else {"answers": {"heads": said}}
    body = replace(decision(Reason.EXIT_UNKNOWN, OUT, facts=answers), permit=permit)
    return entry(n, body, hours=hours)


def came(n: int = 9, *, hours: int = 0, party: Party = FAMILY, number: int = 1) -> Entry:
    return entry(n, decision(Reason.OK, IN, party=party, entry_number=number), hours=hours)


def heard(
    *, hours: int = 0, party: Party = FAMILY, number: int = 1, way: Direction = Direction.ENTRY, name: str = ""
) -> Use:
    at = NOON + hours * HOUR
    entry_id = name or f"heard-{hours}-{way}"
    return Use(entry_id=entry_id, entry_number=number, party=party, gate=1, lane=1, direction=way, at=at)


def act(n: int, kind: ActKind, target: Entry, **changes: Any) -> Entry:
    return entry(n, ActBody(act=kind, target=target.id, place=OUT, **changes), hours=2)


def exits(uses: tuple[Use, ...]) -> list[Use]:
    return [use for use in uses if use.direction is Direction.EXIT]


def test_an_exit_that_nobody_could_explain_takes_out_who_is_known_by_now_to_have_been_inside() -> None:
    gone = unexplained()
    (found,) = exits(settled([gone], [heard(number=3)]))
    assert (found.entry_id, found.entry_number, found.party) == (gone.id, 3, FAMILY)
    assert (found.gate, found.lane, found.at) == (2, 1, NOON + HOUR)


def test_while_nobody_is_known_to_have_been_inside_it_moves_nobody() -> None:
    assert settled([unexplained()]) == ()
    assert exits(settled([unexplained(hours=1)], [heard(hours=2)])) == [], "they came after it"
    assert exits(settled([unexplained(hours=0)], [heard(hours=0, name="zzz")])) == [], "of one second the later name"
    assert settled([unexplained(permit=None)], [heard()]) == (heard(),), "whose it was nobody knows"


@pytest.mark.parametrize(
    "said, heads", [(None, 3), (1, 1), (2, 2), (5, 3), (0, 3), (-1, 3), (True, 3), ("2", 3), (1.5, 3)], ids=repr
)
def test_a_ranger_who_said_how_many_went_out_is_believed_up_to_those_inside(said: object, heads: int) -> None:
    (found,) = exits(settled([unexplained(said=said)], [heard()]))
    assert found.party == FAMILY.take(heads)


def test_answers_of_another_form_say_nothing() -> None:
    odd = entry(1, decision(Reason.EXIT_UNKNOWN, OUT, facts={"answers": ["heads", 1]}), hours=1)
    (found,) = exits(settled([odd], [heard()]))
    assert found.party == FAMILY


def test_two_of_them_go_out_one_after_the_other_the_older_first() -> None:
    first, second = unexplained(7, hours=1, said=1), unexplained(3, hours=2)
    found = exits(settled([second, first], [heard()]))
    assert [(use.entry_id, use.party.heads) for use in found] == [(first.id, 1), (second.id, 2)]
    third = unexplained(4, hours=3)
    assert len(exits(settled([second, first, third], [heard()]))) == 2, "nobody is left for a third"


def test_what_the_registry_tells_of_it_is_taken_as_it_is() -> None:
    gone = unexplained()
    told = heard(hours=1, party=Party(adults=1), way=Direction.EXIT, name=gone.id)
    later = unexplained(2, hours=2)
    found = exits(settled([gone, later], [heard(), told]))
    assert found[0] == told
    assert (found[1].entry_id, found[1].party.heads) == (later.id, 2), "and the ones after it are still worked out"


def test_what_is_told_back_of_an_own_entry_that_is_explained_is_not_heard_twice() -> None:
    mine = came()
    echoed = heard(party=Party(adults=9), name=mine.id)
    (found,) = settled([mine], [echoed])
    assert found.party == FAMILY


def test_an_annulled_one_moves_nobody_and_a_corrected_one_as_many_as_were_named() -> None:
    gone, other = unexplained(1), unexplained(2, hours=2)
    annulled = act(5, ActKind.ANNUL, gone)
    assert exits(settled([gone, annulled], [heard()])) == []
    (left,) = exits(settled([gone, other, annulled], [heard()]))
    assert left.entry_id == other.id
    corrected = act(6, ActKind.CORRECT, gone, party=Party(adults=1))
    (found,) = exits(settled([gone, corrected], [heard()]))
    assert (found.entry_id, found.party) == (gone.id, Party(adults=1))
    mine = came(8)
    elsewhere = act(7, ActKind.CORRECT, mine, party=Party(adults=1))
    assert [use.party.heads for use in settled([mine, elsewhere, gone])] == [1, 1]
    unknown = act(9, ActKind.ANNUL, came(30))
    assert len(exits(settled([gone, unknown], [heard()]))) == 1, "an act on another entry leaves it alone"


def test_they_come_oldest_first_and_of_one_second_by_name() -> None:
    uses = settled([came(9, hours=2)], [heard(hours=3), heard(hours=0), heard(hours=1)])
    assert [use.at for use in uses] == sorted(use.at for use in uses)
    twins = settled([], [heard(name="b"), heard(name="a")])
    assert [use.entry_id for use in twins] == ["a", "b"]


def test_who_is_inside_is_asked_in_the_order_of_time_however_the_word_came() -> None:
    gone = unexplained(hours=5, said=3)
    back = heard(hours=2, way=Direction.EXIT)
    again = heard(hours=3, party=Party(adults=1), name="again")
    (first, found) = exits(settled([gone], [again, back, heard(hours=1)]))
    assert (first.entry_id, found.entry_id, found.party) == (back.entry_id, gone.id, Party(adults=1))
