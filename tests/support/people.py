"""Persons of a signed list, with codes that are known and digests that are quick: for tests, never for a kiosk."""

from pathlib import Path
from typing import Any

from argon2 import PasswordHasher

from kiosk.people import People
from kiosk.rules.activation import Activation, code_of, verifier_of
from kiosk.rules.lockout import Uptime
from kiosk.rules.policy import StaffMember
from kiosk.store.pins import PinStore

QUICK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
LATER = 4_000_000_000
DEVICE = 4711
AIGUL, ASKAR, DINA = "Aigul Bekova", "Askar Omarov", "Dina Serik"
_ROLES = {AIGUL: "ranger", ASKAR: "senior", DINA: "administrator"}


def code(number: int) -> str:
    """The activation code of this number, as it is printed."""
    return code_of(number)


def activation(number: int, *, until: int = LATER, device: int | None = None) -> Activation:
    """What the list holds of it."""
    salt = f"{number:032x}"
    return Activation(salt=salt, verifier=verifier_of(code(number).replace("-", ""), salt), until=until, device=device)


def member(name: str = AIGUL, number: int | None = 1, role: str | None = None, **changes: Any) -> StaffMember:
    """A person with the code of this number; None for one without."""
    given = activation(number, **changes) if number is not None else None
    return StaffMember(name=name, role=role or _ROLES[name], id=f"id of {name}", activation=given)


def listed(*members: StaffMember) -> list[dict[str, Any]]:
    """The list as a set holds it."""
    from kiosk.rules.canon import plain

    return [plain(member) for member in members]


class Boot:
    """The uptime of a machine, as a test wants it."""

    def __init__(self) -> None:
        self.boots, self.seconds = 1, 100.0

    def __call__(self) -> Uptime:
        """This boot, so old."""
        return Uptime(boot=f"boot {self.boots}", seconds=self.seconds)

    def wait(self, seconds: float) -> None:
        """Time passes."""
        self.seconds += seconds

    def restart(self, seconds: float = 20.0) -> None:
        """The power goes and comes."""
        self.boots, self.seconds = self.boots + 1, seconds


def people_in(
    folder: Path, uptime: Boot | None = None, *, hasher: PasswordHasher = QUICK, device: int = DEVICE
) -> People:
    """The people of a device in this data folder, with its keys beside it."""
    keys = folder.with_name(folder.name + ".keys")
    store = PinStore(pins=folder / "kiosk" / "pins.json", tries=keys / "pin-tries.json")
    return People(store=store, pepper=keys / "pin-pepper", device=device, hasher=hasher, uptime=uptime or Boot())
