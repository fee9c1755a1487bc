"""Everything that can be wrong with a device, by the words the screens translate: how bad it is, and what to do.

One table for all, so that a screen, `qaqpa status` and the registry say the same. A device may give a better advice
(which port, which address) with its own health; the word stays.
"""

from __future__ import annotations

from enum import StrEnum


class HealthState(StrEnum):
    """The four states every device knows."""

    OK = "ok"
    DEGRADED = "degraded"
    """It works, worse than it should."""
    MISSING = "missing"
    """It is not there; it is taken back as soon as it is plugged in again."""
    FAULTED = "faulted"
    """It is there and does not work."""


OK, DEGRADED, MISSING, FAULTED = HealthState


class Problem(StrEnum):
    """What can be wrong, named by device and trouble."""

    NONE = ""
    CAMERA_MISSING = "camera_missing"
    CAMERA_SILENT = "camera_silent"
    CAMERA_BROKEN = "camera_broken"
    CAMERA_FROZEN = "camera_frozen"
    CAMERA_DARK = "camera_dark"
    DECODER_RESTARTING = "decoder_restarting"
    DECODER_ENGINE_OUT = "decoder_engine_out"
    BARRIER_MISSING = "barrier_missing"
    BARRIER_FAULTED = "barrier_faulted"
    BARRIER_STAYS_OPEN = "barrier_stays_open"
    BARRIER_DOES_NOT_TURN = "barrier_does_not_turn"
    SCANNER_MISSING = "scanner_missing"
    SCANNER_FAULTED = "scanner_faulted"
    SCANNER_FLOODING = "scanner_flooding"
    PRINTER_MISSING = "printer_missing"
    PRINTER_NO_PAPER = "printer_no_paper"
    PRINTER_PAPER_LOW = "printer_paper_low"
    PRINTER_COVER_OPEN = "printer_cover_open"
    PRINTER_FAULTED = "printer_faulted"
    SOUND_MISSING = "sound_missing"
    SOUND_FAULTED = "sound_faulted"
    SCREEN_MISSING = "screen_missing"
    SCREEN_FAULTED = "screen_faulted"
    POWER_MISSING = "power_missing"
    POWER_ON_BATTERY = "power_on_battery"
    POWER_BATTERY_LOW = "power_battery_low"
    CLIMATE_MISSING = "climate_missing"
    CLIMATE_COLD = "climate_cold"
    CLIMATE_HOT = "climate_hot"
    MODEM_MISSING = "modem_missing"
    MODEM_NO_SIGNAL = "modem_no_signal"
    MODEM_DATA_LOW = "modem_data_low"
    DOOR_MISSING = "door_missing"
    DOOR_OPEN = "door_open"
    DOOR_TILTED = "door_tilted"
    REGISTRY_NOT_BELIEVED = "registry_not_believed"
    REGISTRY_UNPROVEN = "registry_unproven"
    REGISTRY_STICK_OLD = "registry_stick_old"
    REGISTRY_PORTAL = "registry_portal"


PROBLEMS: dict[Problem, tuple[HealthState, str]] = {
    Problem.NONE: (OK, ""),
    Problem.CAMERA_MISSING: (MISSING, "The camera is not there: plug it in. Scanner and typed code still work"),
    Problem.CAMERA_SILENT: (FAULTED, "The camera gives no picture: unplug it and plug it in again"),
    Problem.CAMERA_BROKEN: (FAULTED, "The camera stopped: restart the kiosk. The typed code still works"),
    Problem.CAMERA_FROZEN: (DEGRADED, "The camera's picture stands still: unplug it and plug it in again"),
    Problem.CAMERA_DARK: (DEGRADED, "The camera sees too little: wipe the lens or switch on the lamp"),
    Problem.DECODER_RESTARTING: (DEGRADED, "The reader of codes starts anew: wait a second, or type the code"),
    Problem.DECODER_ENGINE_OUT: (
        DEGRADED,
        "One engine that reads codes is left out for a minute: codes read more slowly",
    ),
    Problem.BARRIER_MISSING: (
        MISSING,
        "The barrier does not answer: open it by hand, and see its power and its cable",
    ),
    Problem.BARRIER_FAULTED: (FAULTED, "The barrier answers and does not work: open it by hand and call the service"),
    Problem.BARRIER_STAYS_OPEN: (
        DEGRADED,
        "The barrier stands open and nobody opened it: see what is in its way, or close it by hand",
    ),
    Problem.BARRIER_DOES_NOT_TURN: (
        DEGRADED,
        "Several visitors were let in and the turnstile did not turn: see whether it is stuck, or its contact",
    ),
    Problem.SCANNER_MISSING: (MISSING, "The scanner is not there: plug it in. Camera and typed code still work"),
    Problem.SCANNER_FAULTED: (FAULTED, "The scanner cannot be opened: unplug it and plug it in again"),
    Problem.SCANNER_FLOODING: (
        DEGRADED,
        "The scanner sends without end, and some of it is left out: unplug it, or reset it by the code of its manual",
    ),
    Problem.PRINTER_MISSING: (
        MISSING,
        "The printer is not there: switch it on and see its cable. Tickets are scanned as ever",
    ),
    Problem.PRINTER_NO_PAPER: (
        FAULTED,
        "The printer has no paper: put in a roll. What waits is then printed by itself",
    ),
    Problem.PRINTER_PAPER_LOW: (DEGRADED, "The printer's roll ends soon: have a new one at hand"),
    Problem.PRINTER_COVER_OPEN: (
        FAULTED,
        "The printer's cover is open: close it. What waits is then printed by itself",
    ),
    Problem.PRINTER_FAULTED: (FAULTED, "The printer does not print: free its knife, then switch it off and on"),
    Problem.SOUND_MISSING: (MISSING, "There is no sound: the screen says everything. See the loudspeaker's cable"),
    Problem.SOUND_FAULTED: (FAULTED, "The loudspeaker takes no tone: the screen says everything. Restart the machine"),
    Problem.SCREEN_MISSING: (MISSING, "No brightness can be set: the screen has no backlight that this machine knows"),
    Problem.SCREEN_FAULTED: (FAULTED, "The screen's brightness cannot be set: the kiosk may not write it"),
    Problem.POWER_MISSING: (MISSING, "Nobody knows of mains and battery: see the cable between battery and machine"),
    Problem.POWER_ON_BATTERY: (
        DEGRADED,
        "The mains are gone, and the battery carries on: see the fuse, save the battery",
    ),
    Problem.POWER_BATTERY_LOW: (
        DEGRADED,
        "The battery is nearly empty: print who is inside and have paper ready before the machine stops",
    ),
    Problem.CLIMATE_MISSING: (MISSING, "Nobody knows how warm it is in the box: see the sensor's cable"),
    Problem.CLIMATE_COLD: (DEGRADED, "It is too cold in the box: close it and switch on its heating"),
    Problem.CLIMATE_HOT: (DEGRADED, "It is too hot in the box: free its vents and give it shade"),
    Problem.MODEM_MISSING: (MISSING, "The modem is not there: plug it in. Tickets are scanned as ever"),
    Problem.MODEM_NO_SIGNAL: (DEGRADED, "The modem has no network: see its aerial. Tickets are scanned as ever"),
    Problem.MODEM_DATA_LOW: (DEGRADED, "The month's data are nearly used up: ask for more, or bring a stick"),
    Problem.DOOR_MISSING: (MISSING, "The switch of the box's door cannot be read: see its cable"),
    Problem.DOOR_OPEN: (DEGRADED, "The box's door is open: close it, and see who opened it"),
    Problem.DOOR_TILTED: (DEGRADED, "The kiosk stands askew or was struck: see that it is fixed"),
    Problem.REGISTRY_NOT_BELIEVED: (
        FAULTED,
        "What the registry or a stick sends is not believed: the rules of before hold. Go on, and tell the office",
    ),
    Problem.REGISTRY_UNPROVEN: (
        FAULTED,
        "The registry could not prove who it is: see the clock. If that is right, use another network; tell the office",
    ),
    Problem.REGISTRY_STICK_OLD: (
        DEGRADED,
        "The stick is older than what is here, and nothing of it was taken: take it out, and have it written anew",
    ),
    Problem.REGISTRY_PORTAL: (
        DEGRADED,
        "A page asks for a log-in before this network lets anybody through: use another. Tickets are scanned as ever",
    ),
}
"""The state it puts the device in, and what is wrong and what to do."""
