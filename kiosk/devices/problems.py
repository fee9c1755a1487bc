"""Everything that can be wrong with a device, by the words the screens translate: how bad it is, and what to do.

One table for all, so that a screen, `qaqpa status` and the registry say the same. A device may give a better advice
(which port, which address) with its own health; the word stays.
"""

from __future__ import annotations

from enum import StrEnum

OK, DEGRADED, MISSING, FAULTED = "ok", "degraded", "missing", "faulted"


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
    SOUND_MISSING = "sound_missing"


PROBLEMS: dict[Problem, tuple[str, str]] = {
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
    Problem.SOUND_MISSING: (MISSING, "There is no sound: the screen says everything. See the loudspeaker's cable"),
}
"""The state it puts the device in (a word of HealthState), and what is wrong and what to do."""
