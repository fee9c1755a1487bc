"""A contact speaks while the kiosk runs: written down, the screen locked, until a ranger has seen to it."""

from pathlib import Path

from kiosk.alarms import alarms
from kiosk.rules.words import AlarmKind
from kiosk.tamper import ContactFolder
from tests.support.enrolled import enrolled_home
from tests.support.park import NOON, SmallPark
from ui.assembly import open_checkpoint
from ui.gate import KioskGate


def test_a_contact_locks_the_screen_until_a_ranger_has_seen_to_it(tmp_path: Path) -> None:
    home = enrolled_home(tmp_path / "data", SmallPark())
    contacts = ContactFolder(home.contacts)
    with open_checkpoint(home, purpose="test", at=NOON) as kiosk:
        gate = KioskGate(kiosk, worker=None)
        assert gate.seen().alarm == ""
        for kind in (AlarmKind.TILT, AlarmKind.DOOR):
            contacts.raise_(kind)
        seen = gate.seen()
        assert seen.alarm == "door"
        assert contacts.waiting() == ()
        contacts.raise_(AlarmKind.DOOR)  # it chatters: no second entry while the first is open
        assert gate.seen().alarm_id == seen.alarm_id
        gate.act("acknowledge", seen.alarm_id, "no_trace", 0, "")
        assert gate.seen().alarm == "tilt"
        gate.act("acknowledge", gate.seen().alarm_id, "no_trace", 0, "")
        assert gate.seen().alarm == ""
        assert [alarm.seen_to_by for alarm in alarms(kiosk.memory.journal)] == ["device", "device"]
        contacts.raise_(AlarmKind.DOOR)
        assert gate.seen().alarm == "door"


def test_a_barrier_held_open_is_an_alarm_that_setting_it_back_settles_and_that_locks_nothing(tmp_path: Path) -> None:
    home = enrolled_home(tmp_path / "data", SmallPark())
    with open_checkpoint(home, purpose="test", at=NOON) as kiosk:
        gate = KioskGate(kiosk, worker=None)
        gate.act("keep_open", "", "a fire", 0, "")
        (alarm,) = alarms(kiosk.memory.journal)
        assert (alarm.kind, alarm.is_open, alarm.locks, gate.seen().alarm) == (AlarmKind.KEPT_OPEN, True, False, "")
        gate.act("set_back", "", "over", 0, "")
        (alarm,) = alarms(kiosk.memory.journal)
        assert (alarm.is_open, alarm.seen_to_by) == (False, "device")
