"""The gate behind the screen, in a park whose people sign in for themselves: PINs, roles, and a list that changes."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.errors import UsageError
from kiosk.rules.acts import is_against_the_rules
from kiosk.rules.entries import ActBody
from kiosk.shift import Shifts
from kiosk.store.policies import Policies
from tests.support.enrolled import PIN as DEVICE_PIN
from tests.support.enrolled import enrolled_home
from tests.support.park import NOON, SmallPark
from tests.support.people import AIGUL, ASKAR, DINA, code, listed, member
from ui.assembly import Kiosk, open_checkpoint
from ui.gate import KioskGate
from ui.persons import Person

PIN = "582914"


@pytest.fixture
def park() -> SmallPark:
    return SmallPark(staff=listed(member(AIGUL, 1), member(ASKAR, 2), member(DINA, 3)))


@pytest.fixture
def kiosk(tmp_path: Path, park: SmallPark) -> Iterator[Kiosk]:
    with open_checkpoint(enrolled_home(tmp_path / "data", park), purpose="test", at=NOON) as here:
        yield here


@pytest.fixture
def gate(kiosk: Kiosk) -> KioskGate:
    """A gate at which Aigul has chosen her PIN."""
    here = KioskGate(kiosk, worker=None)
    assert here.persons.activate(code(1), PIN, AIGUL).is_right
    return here


def publish(kiosk: Kiosk, park: SmallPark, *staff: object) -> None:
    park.version += 1
    park.staff = list(staff)  # type: ignore[arg-type]
    Policies(kiosk.memory.home).stage(park.set_bytes())
    kiosk.checkpoint.believe()


def test_the_screen_is_told_who_may_sign_in_and_nobody_picks_a_name_afterwards(gate: KioskGate) -> None:
    seen = gate.seen()
    assert seen.staff == ()
    assert seen.people[0] == Person(name=AIGUL, role="ranger")
    assert [person.role for person in seen.people] == ["ranger", "senior", "administrator"]


def test_a_person_s_own_pin_is_right_and_the_device_s_is_nobody_s(gate: KioskGate) -> None:
    answer = gate.persons.check_pin(PIN, AIGUL)
    assert answer is not None
    assert answer.is_right
    assert gate.persons.check_pin(DEVICE_PIN) is None
    assert gate.persons.check_pin(DEVICE_PIN, "Nobody") is None
    assert gate.persons.pin_left(ASKAR) is None
    left = gate.persons.pin_left(AIGUL)
    assert left is not None
    assert left.attempts_left == 5
    with pytest.raises(UsageError, match="not on the park's staff list"):
        gate.persons.check_code(code(1), "Nobody")
    assert gate.persons.check_code(code(2), ASKAR).is_right


def test_an_act_is_done_only_by_a_name_of_the_list_in_a_role_that_may(gate: KioskGate, kiosk: Kiosk) -> None:
    for by, sentence in ((DINA, "is listed as administrator"), ("", "'device' is not on"), ("Nobody", "is not on")):
        with pytest.raises(UsageError, match=sentence):
            gate.act("keep_open", "", "a fire", 0, by)
    with pytest.raises(UsageError, match="this is for senior or administrator"):
        gate.set_time(NOON + 3600, AIGUL)
    gate.act("keep_open", "", "a fire", 0, AIGUL)
    assert gate.queue()[0].kept_open_since == NOON


def test_a_right_that_a_new_set_took_away_is_gone_at_once(gate: KioskGate, kiosk: Kiosk, park: SmallPark) -> None:
    assert gate.seen().people[0].role == "ranger"
    publish(kiosk, park, *listed(member(AIGUL, 1, role="administrator"), member(ASKAR, 2)))
    with pytest.raises(UsageError, match="is listed as administrator"):
        gate.act("keep_open", "", "a fire", 0, AIGUL)
    publish(kiosk, park, *listed(member(ASKAR, 2)))
    with pytest.raises(UsageError, match="is not on the park's staff list"):
        gate.act("keep_open", "", "a fire", 0, AIGUL)
    assert gate.seen().people == (Person(name=ASKAR, role="senior"),)
    assert is_remembered(kiosk)
    gate.persons.sweep()
    assert not is_remembered(kiosk)


def is_remembered(kiosk: Kiosk) -> bool:
    return member(AIGUL).id in (kiosk.memory.home.kiosk / "pins.json").read_text()


def test_while_no_code_was_made_the_device_s_pin_is_asked_for_and_names_are_picked(tmp_path: Path) -> None:
    park = SmallPark(staff=[{"name": AIGUL, "role": "ranger"}])
    with open_checkpoint(enrolled_home(tmp_path / "data", park), purpose="test", at=NOON) as kiosk:
        gate = KioskGate(kiosk, worker=None)
        assert (gate.seen().staff, gate.seen().people) == ((AIGUL,), ())
        answer = gate.persons.check_pin(DEVICE_PIN)
        assert answer is not None
        assert answer.is_right
        assert gate.persons.pin_left() is not None
        gate.act("keep_open", "", "a fire", 0, AIGUL)


def test_the_screen_is_told_whether_a_shift_goes_on(gate: KioskGate, kiosk: Kiosk) -> None:
    memory, policy = kiosk.memory, kiosk.policies.current()
    assert policy is not None
    shifts = Shifts(checkpoint=kiosk.checkpoint, journal=memory.journal, replicas=memory.replicas, policy=policy)
    assert not gate.seen().has_shift
    shifts.open(by=AIGUL)
    assert gate.seen().has_shift
    shifts.close(by=AIGUL, relieved_by=None, page=shifts.page(kiosk.checkpoint.status(), NOON))
    assert not gate.seen().has_shift


def test_an_entry_names_the_person_and_its_set_their_role(gate: KioskGate, kiosk: Kiosk, park: SmallPark) -> None:
    kiosk.checkpoint.acts.open_by_hand(reason="a tractor", by=AIGUL)
    entry = next(entry for entry in kiosk.memory.journal.newest_of_all_kinds(5) if is_against_the_rules(entry))
    assert isinstance(entry.body, ActBody)
    publish(kiosk, park, *listed(member(ASKAR, 2)))
    policy = kiosk.policies.get(entry.policy)
    assert policy is not None
    known = policy.member(entry.body.by or "")
    assert known is not None
    assert known.role == "ranger"
