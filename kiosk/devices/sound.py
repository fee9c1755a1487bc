"""The checkpoint's voice: short tones, each known by its rhythm alone. A machine without audio is not an error."""

from __future__ import annotations

import logging
import shutil
import subprocess
import tempfile
import threading
import time
import wave
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import Protocol

import numpy as np
import numpy.typing as npt

from kiosk.devices.health import Bearing, DeviceKind, Health
from kiosk.devices.problems import Problem

RATE = 44_100
CARDS = Path("/sys/class/sound")
_log = logging.getLogger(__name__)


class Cue(StrEnum):
    """What there is to hear."""

    ADMITTED = "admitted"
    REFUSED = "refused"
    REFERRED = "referred"
    """Also a question, and, at the ranger's side, a call."""
    KEY = "key"


C5, G5, E4_FLAT, G4, A4, SILENCE = 523.25, 783.99, 311.13, 392.00, 440.00, 0.0
NOTES: dict[Cue, tuple[tuple[float, int], ...]] = {
    Cue.ADMITTED: ((C5, 90), (G5, 160)),
    Cue.REFUSED: ((E4_FLAT, 140), (SILENCE, 80), (E4_FLAT, 140)),
    Cue.REFERRED: ((G4, 80), (G4, 80), (A4, 80)),
    Cue.KEY: ((1800.0, 12),),
}
"""Hertz and milliseconds of each note."""


class Sound(Protocol):
    """Whatever can be heard at the gate."""

    def play(self, cue: Cue) -> None:
        """Start the cue and return at once, whether it can be heard or not."""
        ...


class SilentSound:
    """No sound; it remembers what would have been heard."""

    def __init__(self) -> None:
        self.played: list[Cue] = []

    def play(self, cue: Cue) -> None:
        """Remember the cue."""
        self.played.append(cue)


class AplaySound:
    """Tones through ALSA's `aplay`, drawn once into a folder of their own; a new cue cuts off the one before.

    `is_night` is asked at each cue, which is then played with so many decibels.
    """

    kind = DeviceKind.SOUND

    def __init__(
        self,
        *,
        decibels: float = 0.0,
        night_decibels: float | None = None,
        is_night: Callable[[], bool] = lambda: False,
        player: str = "aplay",
        cards: Path = CARDS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="qaqpa-sound-")
        self._name, self._player = player, shutil.which(player)
        self._cards, self._is_night = cards, is_night
        self._playing: subprocess.Popen[bytes] | None = None
        self._is_refused = False
        self._lock = threading.Lock()
        self._bearing = Bearing(clock)
        by_night = decibels if night_decibels is None else night_decibels
        for cue in Cue:
            _write_wav(self._file(cue), tone(cue, decibels=decibels))
            _write_wav(self._file(cue, is_night=True), tone(cue, decibels=by_night))
        _write_wav(self._silence, np.zeros(RATE // 20, dtype=np.int16))

    @property
    def available(self) -> bool:
        """Whether there is a player on this machine."""
        return self._player is not None

    def health(self) -> Health:
        """Say how it is now; never waits for the card."""
        return self._bearing.health()

    def tend(self) -> None:
        """See whether there is a player and a card, and whether the last cue was taken."""
        self._player = shutil.which(self._name)
        if self._player is None:
            self._bearing.tell(Problem.SOUND_MISSING, f"There is no sound without {self._name}: install alsa-utils")
        elif not any(self._cards.glob("pcmC*D*p")):
            self._bearing.tell(Problem.SOUND_MISSING)
        elif self._was_refused() and not self._takes_silence(self._player):
            self._bearing.tell(Problem.SOUND_FAULTED)
        else:
            self._bearing.tell(Problem.NONE)

    def play(self, cue: Cue) -> None:
        """Start the cue and return at once, whether it can be heard or not."""
        if self._player is None:
            return
        with self._lock:
            self._hush()
            try:
                self._playing = subprocess.Popen(
                    [self._player, "-q", str(self._file(cue, is_night=self._is_night()))],
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,
                )
            except OSError as error:
                _log.info("No sound: %s", error.strerror)

    def close(self) -> None:
        """Fall silent and leave nothing behind."""
        with self._lock:
            self._hush()
        self._folder.cleanup()

    def _was_refused(self) -> bool:
        """Whether the player gave up on a cue by itself; one that was cut off says nothing."""
        with self._lock:
            if self._playing is not None and (code := self._playing.poll()) is not None:
                self._is_refused, self._playing = code != 0, None
            return self._is_refused

    def _takes_silence(self, player: str) -> bool:
        """Try again with what nobody hears."""
        try:
            code = subprocess.run(
                [player, "-q", str(self._silence)],
                check=False,
                timeout=3,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            ).returncode
        except (OSError, subprocess.TimeoutExpired):
            code = -1
        with self._lock:
            self._is_refused = code != 0
        return code == 0

    def _hush(self) -> None:
        if self._playing is not None:
            if self._playing.poll() is None:
                self._playing.terminate()
            self._playing.wait()
            self._playing = None

    @property
    def _silence(self) -> Path:
        return Path(self._folder.name) / "silence.wav"

    def _file(self, cue: Cue, *, is_night: bool = False) -> Path:
        return Path(self._folder.name) / f"{cue}{'-night' if is_night else ''}.wav"


def tone(cue: Cue, *, decibels: float = 0.0) -> npt.NDArray[np.int16]:
    """Return the cue's samples: plucked notes, whose overtones die away faster than the note itself."""
    parts = [_pluck(hertz, milliseconds) for hertz, milliseconds in NOTES[cue]]
    loudness = 0.6 * 10 ** (decibels / 20)
    return np.asarray(np.clip(np.concatenate(parts) * loudness, -1, 1) * 32_767, dtype=np.int16)


def _pluck(hertz: float, milliseconds: int) -> npt.NDArray[np.float64]:
    seconds = np.arange(round(RATE * milliseconds / 1000)) / RATE
    if hertz == SILENCE:
        return np.zeros_like(seconds)
    length = milliseconds / 1000
    note = np.zeros_like(seconds)
    for overtone in range(1, 6):
        fades = np.exp(-seconds * (2.2 + 1.6 * overtone) / length)
        note += np.sin(2 * np.pi * hertz * overtone * seconds) * fades / overtone**1.4
    edge = min(len(seconds) // 4, RATE // 500)  # 2 ms up and down, or the speaker clicks
    ramp = np.linspace(0, 1, edge)
    note[:edge] *= ramp
    note[len(note) - edge :] *= ramp[::-1]
    return note / max(1e-9, float(np.abs(note).max()))


def _write_wav(path: Path, samples: npt.NDArray[np.int16]) -> None:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(samples.astype("<i2").tobytes())
