"""The staff list at a registry: replaced as a whole, with codes that are told once and ids that never come back."""

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from kiosk.errors import UsageError
from kiosk.people import People
from kiosk.rules.activation import CODE_LETTERS, read_activation
from kiosk.rules.policy import StaffMember
from sync.registry import database as db
from sync.registry.parks import add
from sync.registry.service import RegistryService
from sync.registry.staffing import Wanted, activate, set_staff
from tests.support.people import AIGUL, ASKAR, people_in
from tests.sync.registry.test_parks import PARK, put

PIN = "246813"
LISTED: list[dict[str, Any]] = [{"name": AIGUL, "role": "ranger"}, {"name": ASKAR, "role": "senior"}]


@pytest.fixture
def park(service: RegistryService) -> RegistryService:
    """A registry with the made-up park and two persons at its gates."""
    put(service, PARK | {"staff": LISTED})
    return service


def listed(service: RegistryService, staff: list[dict[str, Any]], *, back_to_device_pin: bool = True) -> None:
    with service.database.writing() as connection:
        set_staff(connection, service.folder, 41, staff, service.now(), back_to_device_pin=back_to_device_pin)


def code_for(service: RegistryService, name: str = AIGUL, *, device: int | None = None, hours: int = 72) -> str:
    with service.database.writing() as connection:
        wanted = Wanted(name=name, until=service.now() + hours * 3600, device=device)
        return activate(connection, service.folder, 41, wanted, service.now())[0]


def person(service: RegistryService, name: str = AIGUL) -> StaffMember:
    found = service.policy_set(41).member(name)
    assert found is not None
    return found


def gate(tmp_path: Path) -> People:
    return people_in(tmp_path / "gate")


def test_the_staff_list_travels_in_the_set_and_is_replaced_as_a_whole(park: RegistryService) -> None:
    assert [member.name for member in park.policy_set(41).staff] == [AIGUL, ASKAR]
    listed(park, LISTED[:1])
    policy = park.policy_set(41)
    assert (policy.version, len(policy.staff), policy.has_activations) == (2, 1, False)


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ([*LISTED, LISTED[0]], "stands twice"),
        ([{"name": " ", "role": "ranger"}], "is no name"),
        ([{"name": "device", "role": "ranger"}], "is no name"),
        ([{"name": "A", "role": "director"}], "'director' is no role: there are ranger, senior, administrator"),
        ([{"name": 7, "role": "ranger"}], "no staff list"),
        ({"staff": []}, "no staff list"),
    ],
)
def test_a_list_that_no_gate_could_follow_is_refused_and_the_old_one_stays(
    park: RegistryService, wrong: Any, sentence: str
) -> None:
    with pytest.raises(UsageError, match=sentence):
        listed(park, wrong)
    assert len(park.policy_set(41).staff) == 2


def test_only_a_park_of_this_registry_has_a_list(service: RegistryService) -> None:
    with pytest.raises(UsageError, match="no park 99"), service.database.writing() as connection:
        set_staff(connection, service.folder, 99, LISTED, service.now())


def test_a_code_is_told_once_and_the_signed_set_holds_nothing_to_guess_from(park: RegistryService) -> None:
    code = code_for(park)
    assert len(read_activation(code)) == CODE_LETTERS
    with park.database.reading() as connection:
        published = b"".join(connection.execute(select(db.published_set.c.data)).scalars())
    assert code.encode() not in published
    assert read_activation(code).encode() not in published
    assert park.policy_set(41).has_activations
    assert person(park, ASKAR).activation is None


def test_the_code_of_the_set_lets_its_person_choose_a_pin(park: RegistryService, tmp_path: Path) -> None:
    code, people = code_for(park), gate(tmp_path)
    assert people.activate(person(park), code, PIN, park.now()).is_right
    answer = people.check(person(park), PIN)
    assert answer is not None
    assert answer.is_right


def test_a_new_code_takes_the_place_of_the_old_one_and_pins_go_on(park: RegistryService, tmp_path: Path) -> None:
    old, people = code_for(park), gate(tmp_path)
    people.activate(person(park), old, PIN, park.now())
    new = code_for(park)
    assert people.has_pin(person(park))
    assert not people.check_code(person(park), old, park.now()).is_right
    assert people.activate(person(park), new, "918273", park.now()).is_right


def test_who_stays_on_the_list_stays_who_they_are(park: RegistryService, tmp_path: Path) -> None:
    code, people = code_for(park), gate(tmp_path)
    people.activate(person(park), code, PIN, park.now())
    listed(park, [*LISTED, {"name": "Dina Serik", "role": "administrator"}])
    assert people.has_pin(person(park))
    assert park.policy_set(41).has_activations


@pytest.mark.parametrize("between", [[LISTED[1]], [{"name": AIGUL, "role": "senior"}, LISTED[1]]])
def test_who_left_or_had_another_role_comes_back_as_somebody_else(
    park: RegistryService, tmp_path: Path, between: list[dict[str, Any]]
) -> None:
    code, people = code_for(park), gate(tmp_path)
    people.activate(person(park), code, PIN, park.now())
    listed(park, between)
    listed(park, LISTED)
    assert person(park).activation is None
    assert not people.has_pin(person(park))
    code_for(park)
    assert not people.has_pin(person(park))
    assert not people.check_code(person(park), code, park.now()).is_right


@pytest.mark.parametrize("after", [[LISTED[1]], [{"name": AIGUL, "role": "senior"}, LISTED[1]], []])
def test_a_list_that_loses_the_last_code_must_be_asked_for(park: RegistryService, after: list[dict[str, Any]]) -> None:
    listed(park, LISTED, back_to_device_pin=False)  # nobody has a code yet
    code_for(park)
    before = park.policy_set(41).digest
    with pytest.raises(UsageError, match="--back-to-device-pin"):
        listed(park, after, back_to_device_pin=False)
    assert park.policy_set(41).digest == before
    code_for(park, ASKAR)
    listed(park, [LISTED[1]], back_to_device_pin=False)
    assert park.policy_set(41).has_activations
    listed(park, [])
    assert not park.policy_set(41).has_activations


def test_what_no_code_can_be_made_for_is_a_sentence(park: RegistryService) -> None:
    with pytest.raises(UsageError, match="'Nobody' is not on the staff list of park 41: Aigul Bekova, Askar Omarov"):
        code_for(park, "Nobody")
    with pytest.raises(UsageError, match="That time is over"):
        code_for(park, hours=0)


def test_no_code_comes_with_a_file(park: RegistryService) -> None:
    code_for(park)
    smuggled = {"name": "Dina Serik", "role": "senior", "id": "1", "activation": {"salt": "0" * 32}}
    listed(park, [smuggled])
    assert (person(park, "Dina Serik").id, person(park, "Dina Serik").activation) == ("", None)
    with park.database.writing() as connection:
        add(connection, park.folder, PARK | {"park": 42, "staff": [smuggled]}, park.now())
    (member,) = park.policy_set(42).staff
    assert (member.id, member.activation) == ("", None)
