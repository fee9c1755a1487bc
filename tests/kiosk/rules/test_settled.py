"""What entries and the word of other gates amount to: each use once, and exits that nobody could explain settled."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.rules.entries import ActBody, Body, DecisionBody, Entry, EntryKey, Place, Use
from kiosk.rules.permit import Party
from kiosk.rules.standing import inside, settled
from kiosk.rules.words import ActKind, ClockTrust, Direction, Reason, Source
from tests.support.park import NOON, PARK

HOUR, DAY = 3600, 86_400
PERMIT = b"p" * 16
FAMILY = Party(adults=2, children=1)
IN, OUT = Direction.ENTRY, Direction.EXIT


def entry(n: int, body: Body, at: int, device: int) -> Entry:
    key = EntryKey(device=device, chain=1, n=n)
    return Entry(key=key, at=at, clock=ClockTrust.TRUSTED, policy=bytes(32), body=body)


def came(n: int = 1, at: int = NOON, number: int = 1, party: Party = FAMILY, **fields: Any) -> Entry:
    """A scan by which a party came in, by lane 3 of gate 2, or as the fields have it."""
    values: dict[str, Any] = {
        "place": Place(park=PARK, gate=2, lane=3, direction=IN), "source": Source.CAMERA, "reason": Reason.OK,
        "permit": PERMIT, "entry_number": number, "party": party,
    } | fields  # fmt: skip
    return entry(n, DecisionBody(outcome=values["reason"].outcome, **values), at, device=1)


def went(n: int = 2, at: int = NOON + HOUR, answers: Any = None, **fields: Any) -> Entry:
    """An exit by lane 5 of gate 4, where nobody was known to be inside."""
    unexplained: dict[str, Any] = {
        "place": Place(park=PARK, gate=4, lane=5, direction=OUT), "reason": Reason.EXIT_UNKNOWN, "party": Party(),
        "entry_number": None, "facts": {} if answers is None else {"answers": answers},
    }  # fmt: skip
    return came(n, at, **unexplained | fields)


def act(n: int, kind: ActKind, target: Entry, party: Party | None = None) -> Entry:
    place = Place(park=PARK, gate=4, lane=5, direction=OUT)
    return entry(n, ActBody(act=kind, target=target.id, place=place, permit=PERMIT, party=party), NOON + DAY, device=1)


def heard(n: int, heads: int = 3, at: int = NOON, way: Direction = IN, number: int = 1, device: int = 9) -> Use:
    entry_id = str(EntryKey(device=device, chain=1, n=n))
    party = Party(adults=heads)
    return Use(entry_id=entry_id, entry_number=number, party=party, gate=7, lane=1, direction=way, at=at)


def told(uses: tuple[Use, ...]) -> list[tuple[str, int, Party]]:
    return [(use.direction.value, use.entry_number, use.party) for use in uses]


# ---- each use once --------------------------------------------------------------------------------------------------


def test_own_entries_and_what_was_heard_are_one_list_oldest_first() -> None:
    own = [came(1, NOON + 2 * HOUR), came(2, NOON)]
    uses = settled(own, [heard(2, 1, NOON + 3 * HOUR), heard(1, 2, NOON + HOUR)])
    assert [(use.at - NOON) // HOUR for use in uses] == [0, 1, 2, 3]
    assert [use.entry_id for use in settled((), [heard(2), heard(1)])] == [heard(1).entry_id, heard(2).entry_id]
    assert settled(iter(own), iter([heard(1)])) == settled(own, [heard(1)])
    assert settled(()) == ()


def test_what_is_told_back_of_an_own_entry_counts_as_this_gate_has_it() -> None:
    own, gone = came(1), came(2, NOON + 1)
    annulled = act(3, ActKind.ANNUL, gone)
    told_back = [heard(n, 9, device=1) for n in (1, 2)]
    assert told(settled([own, gone, annulled], told_back)) == [("entry", 1, FAMILY)]


# ---- an exit that nobody could explain ------------------------------------------------------------------------------


def test_an_unexplained_exit_takes_out_who_was_inside_then_at_its_own_gate_and_time() -> None:
    exit_ = went()
    gone = settled([came(number=2), exit_])[-1]
    assert gone == Use(entry_id=exit_.id, entry_number=2, party=FAMILY, gate=4, lane=5, direction=OUT, at=exit_.at)
    elsewhere = settled([exit_], [heard(1, 4)])[-1]
    assert (elsewhere.entry_number, elsewhere.party) == (1, Party(adults=4))


def test_it_takes_out_nobody_where_nobody_was_inside_by_then() -> None:
    assert settled([went()]) == ()
    assert told(settled([went()], [heard(1, at=NOON + 2 * HOUR)])) == [("entry", 1, Party(adults=3))]
    out = [heard(1), heard(2, at=NOON + 1, way=OUT)]
    assert len(settled([went()], out)) == 2


def test_of_two_of_one_second_the_id_says_which_was_first() -> None:
    exit_ = went(at=NOON)
    before, after = heard(1, 1, device=0), heard(2, 2)
    assert before.entry_id < exit_.id < after.entry_id
    uses = settled([exit_], [after, before])
    assert [(use.entry_id, use.party.heads) for use in uses] == [
        (before.entry_id, 1),
        (exit_.id, 1),
        (after.entry_id, 2),
    ]


def test_who_was_inside_before_it_is_weighed_in_the_order_of_time_whoever_told_of_it_first() -> None:
    moves = [heard(1, 1, NOON, OUT), heard(2, 2, NOON + 1), heard(3, 1, NOON + 2, OUT)]
    assert settled([went()], moves) == settled([went()], reversed(moves))
    children = came(1, NOON + 2, party=Party(children=2))
    uses = settled([children, came(3, NOON + 1, party=Party(adults=1)), went(4)], [heard(9, 1, NOON + 3, OUT)])
    assert uses[-1].party == Party(children=2)


ANSWERS = [
    (None, 3),
    ({}, 3),
    ({"heads": 1}, 1),
    ({"heads": 2}, 2),
    ({"heads": 3}, 3),
    ({"heads": 4}, 3),
    ({"heads": 0}, 3),
    ({"heads": -1}, 3),
    ({"heads": True}, 3),
    ({"heads": "2"}, 3),
    (7, 3),
    ([("heads", 1)], 3),
    ({"party": {"adults": 1, "children": 1}}, 2),
    ({"party": {"adults": 1}, "heads": 3}, 1),
    ({"party": {"adults": -1}}, 3),
    ({"acknowledged": True, "heads": 1}, 1),
]


@pytest.mark.parametrize("answers, heads", ANSWERS)
def test_it_takes_out_as_many_as_were_said_in_whatever_words_or_all(answers: Any, heads: int) -> None:
    uses = settled([came(), went(answers=answers)])
    assert told(uses) == [("entry", 1, FAMILY), ("exit", 1, FAMILY.take(heads))]


def test_it_ends_the_newest_entry_number_with_anybody_inside_and_no_other() -> None:
    days = [came(1, NOON, number=1), came(2, NOON + DAY, number=2, party=Party(children=2))]
    uses = settled([*days, went(3, NOON + DAY + HOUR)])
    assert told(uses)[-1] == ("exit", 2, Party(children=2))
    again = settled([*days, went(3, NOON + DAY + HOUR), went(4, NOON + DAY + 2 * HOUR)])
    assert told(again)[-1] == ("exit", 1, FAMILY)


def test_two_of_them_are_settled_in_the_order_of_time_whichever_was_written_first() -> None:
    late, early = went(2, NOON + 2 * HOUR), went(3, NOON + HOUR, answers={"heads": 1})
    uses = settled([came(), late, early])
    assert [(use.entry_id, use.party) for use in uses[1:]] == [
        (early.id, Party(adults=1)),
        (late.id, Party(adults=1, children=1)),
    ]


def test_an_annulled_one_took_out_nobody_and_what_else_is_annulled_leaves_it() -> None:
    exit_, other = went(), came(3, NOON + 1)
    assert told(settled([came(), exit_, act(4, ActKind.ANNUL, exit_)])) == [("entry", 1, FAMILY)]
    assert len(settled([came(), exit_, other, act(4, ActKind.ANNUL, other)])) == 2
    assert told(settled([came(), exit_, act(4, ActKind.PULSE, exit_)]))[-1] == ("exit", 1, FAMILY)


def test_a_corrected_one_took_out_as_many_as_the_correction_says() -> None:
    exit_, coming = went(answers={"heads": 3}), came()
    for party, heads in ((Party(adults=1), 1), (Party(children=2), 2), (Party(adults=9), 3), (Party(), 3)):
        uses = settled([coming, exit_, act(4, ActKind.CORRECT, exit_, party)])
        assert told(uses)[-1] == ("exit", 1, FAMILY.take(heads))
    corrected = settled([coming, exit_, act(4, ActKind.CORRECT, coming, Party(adults=1))])
    assert told(corrected) == [("entry", 1, Party(adults=1)), ("exit", 1, Party(adults=1))]
    said_nothing = settled([coming, exit_, act(4, ActKind.CORRECT, exit_)])
    assert told(said_nothing)[-1] == ("exit", 1, FAMILY)


def test_what_the_registry_made_of_it_stands_and_the_next_one_is_settled_after_it() -> None:
    first, second = went(2), went(3, NOON + 2 * HOUR)
    word = heard(2, 1, first.at, OUT, device=1)
    assert word.entry_id == first.id
    uses = settled([came(), first, second], [word])
    assert told(uses) == [
        ("entry", 1, FAMILY),
        ("exit", 1, Party(adults=1)),
        ("exit", 1, Party(adults=1, children=1)),
    ]


def test_a_party_without_a_permit_is_nobodys_exit() -> None:
    assert told(settled([came(), went(permit=None)])) == [("entry", 1, FAMILY)]


steps = st.lists(st.tuples(st.sampled_from(("in", "out")), st.integers(0, 4)), max_size=8)


@given(steps)
def test_unexplained_exits_leave_as_many_inside_as_counting_one_by_one_does(moves: list[tuple[str, int]]) -> None:
    """Fingers: each that comes in is put down, each exit takes away the said number, or all, of those there are."""
    entries, fingers = [], 0
    for n, (way, heads) in enumerate(moves, start=1):
        if way == "in":
            entries.append(came(n, NOON + n, party=Party(adults=heads)))
            fingers += heads
        else:
            entries.append(went(n, NOON + n, {"heads": heads} if heads else None))
            fingers -= min(heads or fingers, fingers)
    there = inside(settled(entries))
    assert (there.party.heads if there else 0) == fingers
