"""A data folder that is enrolled as a kiosk of the small park, without a registry at the other end."""

from pathlib import Path

from argon2 import PasswordHasher

from kiosk.rules.words import LaneDirection
from kiosk.staff import DevicePin
from kiosk.store.home import DeviceRecord, Home
from kiosk.store.journal import Journal
from kiosk.store.policies import Policies
from tests.support.park import NOON, PARK, SmallPark

DEVICE = 4711
PIN = "246813"
LOCAL_NOON = "2026-07-04T12:00"  # NOON as somebody in the park writes it
QUICK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


def enrolled_home(
    folder: Path,
    park: SmallPark,
    *,
    direction: LaneDirection = LaneDirection.BOTH,
    registry: str = "http://127.0.0.1:9",
    is_demo: bool = True,
) -> Home:
    """The folder as `qaqpa enrol` leaves it; as demo data it may be written under a given time."""
    home = Home(folder)
    home.save_device(
        DeviceRecord(
            device=DEVICE,
            park=PARK,
            gate=1,
            lane=1,
            direction=direction,
            registry=registry,
            root_sha256=bytes(32),
            enrolled_at=NOON - 86_400,
            poll_after_seconds=10,
        )
    )
    home.device_key()  # as enrolment makes it
    Policies(home).stage(park.set_bytes())
    Journal.open(home, DEVICE).close()
    DevicePin(verifier=home.kiosk / "pin.json", pepper=home.keys / "pin-pepper", hasher=QUICK).choose(PIN)
    if is_demo:
        home.demo_marker.touch()
    return home
