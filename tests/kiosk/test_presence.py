"""Who is inside, as a gate knows it from its own journal and the registry's word, and what its rangers do about it."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from kiosk.errors import UsageError
from kiosk.facts import Scan
from kiosk.presence import Presence, completed, everybody, visit_at
from kiosk.rules.entries import ActBody, DecisionBody, Entry, EntryKey
from kiosk.rules.facts import Answers
from kiosk.rules.permit import Party
from kiosk.rules.words import ActKind, Direction, Reason, Source
from kiosk.store.driver import DamagedError
from tests.support.gate import DEVICE, Gate, gate
from tests.support.park import DAY_TICKET, NOON, SmallPark, permit_of

ELSEWHERE = 5000
PARK = SmallPark()


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Gate]:
    with gate(tmp_path / "gate") as made:
        yield made


def scan(here: Gate, serial: int = 1, way: Direction = Direction.ENTRY, **answers: Any) -> Entry:
    here.clock.at += 60
    here.checkpoint.turn(way)
    entry = here.checkpoint.scan(Scan(text=PARK.ticket(serial), source=Source.CAMERA), Answers(**answers))
    assert isinstance(entry, Entry)
    return entry


def told(serial: int, n: int, party: list[int], way: str = "entry", at: int = NOON) -> list[object]:
    """A use at another gate, as the registry tells it."""
    key = EntryKey(device=ELSEWHERE, chain=1, n=n)
    return ["u", permit_of(PARK.claims(serial)).id.hex(), 1, party, 2, 1, way, at, str(key)]


def heads(here: Gate) -> int:
    return sum(visit.heads for visit in everybody(here.journal, here.replicas))


def test_who_is_inside_is_what_came_in_less_what_went_out(here: Gate) -> None:
    here.know(PARK.claims(1), PARK.claims(2))
    assert heads(here) == 0
    scan(here, 1)
    scan(here, 2, heads=2)
    scan(here, 1, Direction.EXIT, heads=1)
    scan(here, 2)  # the rest of the second party
    scan(here, 2)  # refused
    assert heads(here) == 5
    (first, second) = everybody(here.journal, here.replicas)
    assert (first.heads, second.heads) == (2, 3)
    assert first.product == DAY_TICKET


def test_other_gates_are_heard_and_their_people_may_leave_here(here: Gate) -> None:
    here.know(PARK.claims(1), PARK.claims(2), told(1, 1, [2, 1]), told(2, 2, [2]))
    assert heads(here) == 5
    assert scan(here, 1, Direction.EXIT).body.reason is Reason.EXIT  # type: ignore[union-attr]
    (there,) = everybody(here.journal, here.replicas)
    assert (there.entry_id, there.permit, there.product) == (None, permit_of(PARK.claims(2)).id, None)
    policy = here.checkpoint.believe()
    (known,) = completed([there], here.replicas, here.revocations, policy, here.clock.at)
    assert (known.product, known.until, known.right) == (DAY_TICKET, NOON + 12 * 3600, Party(adults=2, children=1))


def test_an_exit_of_a_party_not_heard_of_yet_settles_itself_when_it_is(here: Gate) -> None:
    here.know(PARK.claims(1))
    exit_ = scan(here, 1, Direction.EXIT)
    assert isinstance(exit_.body, DecisionBody)
    assert exit_.body.reason is Reason.EXIT_UNKNOWN
    here.replicas.apply([told(1, 1, [2, 1], at=NOON - 3600)], "2", NOON)
    assert heads(here) == 0
    assert scan(here, 1).body.reason is Reason.WELCOME_BACK  # type: ignore[union-attr]
    assert heads(here) == 3


def test_it_is_kept_up_to_date_slice_by_slice_and_agrees_with_all_read_anew(here: Gate) -> None:
    here.know(*(PARK.claims(serial) for serial in range(1, 9)), told(7, 1, [2]))
    running = Presence(here.journal, here.replicas)
    steps: list[Any] = [
        lambda: scan(here, 1),
        lambda: scan(here, 2),
        lambda: here.checkpoint.acts.annul(scan(here, 3).id, reason="test", by="device"),
        lambda: scan(here, 1, Direction.EXIT),
        lambda: here.replicas.apply([told(2, 2, [1], "exit", NOON + 600), told(5, 3, [1])], "2", NOON),
        lambda: here.replicas.apply([told(5, 3, []), told(8, 4, [3])], "3", NOON),
        lambda: here.checkpoint.acts.correct(scan(here, 4).id, party=Party(adults=1), reason="test", by="device"),
        lambda: here.know(PARK.claims(1), told(6, 9, [1, 1]), cursor="9"),
        lambda: scan(here, 2, Direction.EXIT),
    ]
    for step in steps:
        step()
        while running.read_on(2):
            pass
        assert running.is_complete
        assert running.visits == everybody(here.journal, here.replicas)
        assert not running.read_on(2)
    assert running.visits


def test_what_another_gate_took_back_of_a_party_that_is_out_is_seen_when_all_is_read_again(
    here: Gate, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kiosk.presence._CHANGES_BEFORE_ANEW", 2)
    here.know(PARK.claims(1), told(1, 1, [2]), told(1, 2, [2], "exit", NOON + 1))
    running = Presence(here.journal, here.replicas)
    while running.read_on():
        pass
    assert not running.visits
    for cursor in ("2", "3", "4", "5"):
        here.replicas.apply([told(1, 2, [], "exit", NOON + 1)], cursor, NOON)
        while running.read_on():
            pass
    assert [visit.heads for visit in running.visits] == [2]


def test_a_ranger_strikes_off_a_party_or_a_part_of_it(here: Gate) -> None:
    here.know(PARK.claims(1))
    admitted = scan(here)
    some = here.checkpoint.acts.strike_off(admitted.id, reason="seen", by="device", party=Party(adults=1))
    assert isinstance(some.body, ActBody)
    assert (some.body.act, some.body.place.direction) == (ActKind.LEFT, Direction.EXIT)
    assert heads(here) == 2
    gone = here.checkpoint.acts.strike_off(admitted.id, reason="seen", by="device")
    assert heads(here) == 0
    with pytest.raises(UsageError, match="Nobody of"):
        here.checkpoint.acts.strike_off(admitted.id, reason="seen", by="device")
    here.checkpoint.acts.annul(gone.id, reason="it was another car", by="device")
    assert heads(here) == 2
    with pytest.raises(UsageError, match=r"2 of .* are inside"):
        here.checkpoint.acts.strike_off(admitted.id, reason="seen", by="device", party=Party(adults=3))
    assert scan(here, way=Direction.EXIT, heads=2).body.reason is Reason.EXIT  # type: ignore[union-attr]
    with pytest.raises(UsageError, match="nobody to ask after"):
        here.checkpoint.acts.called(admitted.id, ActKind.LEADER_CALLED, reason="no answer", by="device")


def test_only_an_admission_is_struck_off_or_asked_after(here: Gate) -> None:
    here.know(PARK.claims(1))
    first = scan(here)
    refused = scan(here)
    with pytest.raises(UsageError, match="Nobody of"):
        here.checkpoint.acts.strike_off(refused.id, reason="seen", by="device")
    with pytest.raises(UsageError, match="no entry"):
        here.checkpoint.acts.called(str(replace(first.key, n=9999)), ActKind.LEADER_CALLED, reason="x", by="device")


def test_each_call_about_a_party_is_an_entry_that_points_to_its_admission(here: Gate) -> None:
    here.know(PARK.claims(1))
    admitted = scan(here)
    call = here.checkpoint.acts.called(admitted.id, ActKind.CONTACT_CALLED, reason="+7 701 … no answer", by="Айгүл")
    assert isinstance(call.body, ActBody)
    assert call.body.target == admitted.id
    (visit,) = everybody(here.journal, here.replicas)
    assert [(done.act, done.by) for done in visit.calls] == [(ActKind.CONTACT_CALLED, "Айгүл")]
    assert heads(here) == 3


def test_people_let_in_without_a_readable_ticket_are_inside_until_struck_off(here: Gate) -> None:
    refused = here.checkpoint.scan(Scan(text="no ticket at all", source=Source.CAMERA))
    assert isinstance(refused, Entry)
    over = here.checkpoint.acts.override(refused.id, reason="paid in cash", by="device", party=Party(adults=4))
    running = Presence(here.journal, here.replicas)
    while running.read_on():
        pass
    assert [(visit.heads, visit.permit, visit.entry_id) for visit in running.visits] == [(4, None, over.id)]
    gone = here.checkpoint.acts.strike_off(over.id, reason="seen", by="device")
    while running.read_on():
        pass
    assert running.visits == everybody(here.journal, here.replicas)
    assert not running.visits
    here.checkpoint.acts.annul(gone.id, reason="not they", by="device")
    while running.read_on():
        pass
    assert [visit.heads for visit in running.visits] == [4]
    assert running.visits == everybody(here.journal, here.replicas)


def test_a_ticket_revoked_while_its_party_is_inside_is_marked(here: Gate) -> None:
    claims = PARK.claims(1)
    here.know(claims, ["r", 1, claims.cti[:8].hex(), "revoke", NOON + 3600, 0])
    scan(here)
    visits, policy = everybody(here.journal, here.replicas), here.checkpoint.believe()
    marks = [
        [visit.revoked_at for visit in completed(visits, here.replicas, here.revocations, policy, at)]
        for at in (NOON + 3599, NOON + 3600)
    ]
    assert marks == [[None], [NOON + 3600]]


def test_with_a_damaged_replica_those_who_came_in_here_are_still_known(
    here: Gate, monkeypatch: pytest.MonkeyPatch
) -> None:
    here.know(PARK.claims(1), told(2, 1, [2]))
    admitted = scan(here)

    def damaged(*_: object) -> Any:
        raise DamagedError("permits-1-1.db is damaged")

    for broken in ("kiosk.store.replica_reader.ReplicaReader.uses", "kiosk.store.replica_reader.ReplicaReader.cursor"):
        monkeypatch.setattr(broken, property(damaged) if broken.endswith("cursor") else damaged)
    assert heads(here) == 3
    monkeypatch.setattr(here.replicas, "current", damaged)
    visits, policy = everybody(here.journal, here.replicas), here.checkpoint.believe()
    assert [visit.heads for visit in visits] == [3]
    assert visit_at(admitted, here.journal, here.replicas).heads == 3
    assert completed(visits, here.replicas, here.revocations, policy, NOON) == visits


def test_reading_who_is_inside_writes_nothing_and_leaves_pulses_out(here: Gate) -> None:
    here.know(PARK.claims(1))
    scan(here)
    before = here.journal.head()
    heads(here)
    assert here.journal.head() == before
    kinds = [key.n for key, _ in here.journal.movers(EntryKey(device=0, chain=0, n=0), 99)]
    pulses = [entry.key.n for entry in here.journal.newest_of_all_kinds(99) if "pulse" in repr(entry.body)]
    assert kinds
    assert pulses
    assert not set(kinds) & set(pulses)
    assert here.journal.device == DEVICE
