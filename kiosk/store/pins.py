"""Where a device keeps its persons' PINs and the count of guesses: two files in two folders that fit together.

`DIR/kiosk/pins.json` has the verifiers and which guess is under way, `DIR.keys/pin-tries.json` the counts. Both bear
one serial, which rises with every guess. The first is written before the second, and both before the guess is looked
at. So after a crash the first is at most one ahead, and says what is then to be counted. Whatever else is found, one of
them missing, damaged or replaced by an older copy, means that nobody has a PIN here; the counts stay. Which activation
codes were used stands in both.
"""

import fcntl
import json
import math
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import TypeVar

from kiosk.rules.canon import CanonError, rebuild
from kiosk.rules.lockout import Count, Tries, Uptime, counted, waited
from kiosk.store.files import make_folder, read_bytes, replace_file, told

_SCHEMA = 1
_LONGEST = 10 * 86_400.0
Kind = TypeVar("Kind")


@dataclass(frozen=True, kw_only=True, slots=True)
class Pin:
    """The verifier of one person's PIN, and the role in which it was chosen."""

    verifier: str
    role: str


@dataclass(frozen=True, kw_only=True, slots=True)
class PinState:
    """All that a device remembers of PINs, by the ids of the staff list."""

    pins: Mapping[str, Pin] = field(default_factory=dict)
    used: frozenset[str] = frozenset()
    """Activation codes that were used here, by their ids."""
    tries: Tries = field(default_factory=Tries)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Pins:
    serial: int
    pins: dict[str, Pin]
    used: tuple[str, ...]
    trying: str
    schema: int


@dataclass(frozen=True, kw_only=True, slots=True)
class _Counts:
    serial: int
    counts: dict[str, Count]
    device_left: float
    boot: str
    seconds: float
    used: tuple[str, ...]
    schema: int

    @property
    def tries(self) -> Tries:
        return Tries(counts=self.counts, device_left=self.device_left, boot=self.boot, seconds=self.seconds)


class PinStore:
    """The two files of one device; every reading and writing is done inside `alone`."""

    def __init__(self, *, pins: Path, tries: Path) -> None:
        self._pins, self._tries = pins, tries
        self._serial = 0
        self._noted = Tries()

    @property
    def noted(self) -> Tries:
        """The counts as they stand on the disk."""
        return self._noted

    @contextmanager
    def alone(self) -> Iterator[None]:
        """One process and one thread at a time, so that two guesses never share one count."""
        make_folder(self._pins.parent)
        make_folder(self._tries.parent)
        with told(self._tries), self._tries.with_suffix(".lock").open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield

    def read(self, uptime: Uptime) -> PinState:
        """What is remembered, as of now; a guess that a crash cut off is counted, on the disk too."""
        pins, counts = _parsed(self._pins, _Pins), _parsed(self._tries, _Counts)
        self._serial = max(found.serial if found else 0 for found in (pins, counts))
        used = frozenset(pins.used if pins else ()) | frozenset(counts.used if counts else ())
        self._noted = counts.tries if counts else Tries()
        tries = waited(self._noted, uptime)
        if pins is None or counts is None or pins.serial - counts.serial not in (0, 1):
            return PinState(used=used, tries=tries)
        state = PinState(pins=pins.pins, used=used, tries=tries)
        if pins.serial == counts.serial:
            return state
        if pins.trying:
            state = replace(state, tries=counted(tries, pins.trying))
        # on the disk too, or its pause would begin again with every look; under the serial that the first file has,
        # so that a crash here leaves what the last one left
        self._put_counts(state)
        return state

    def write(self, state: PinState, *, trying: str = "") -> None:
        """Put this on the disk before anything else is done; `trying` is what is about to be guessed at."""
        self._serial += 1
        pins = {key: asdict(pin) for key, pin in state.pins.items()}
        _put(self._pins, {**self._common(state), "pins": pins, "trying": trying})
        self._put_counts(state)

    def _put_counts(self, state: PinState) -> None:
        _put(self._tries, {**self._common(state), **asdict(state.tries)})
        self._noted = state.tries

    def _common(self, state: PinState) -> dict[str, object]:
        return {"schema": _SCHEMA, "serial": self._serial, "used": sorted(state.used)}


def _put(path: Path, record: Mapping[str, object]) -> None:
    replace_file(path, json.dumps(record).encode())


def _parsed(path: Path, kind: type[Kind]) -> Kind | None:
    """What is in this file; None for no file and for one that was never written here."""
    data = read_bytes(path)
    if data is None:
        return None
    try:
        found = rebuild(kind, json.loads(data))
    except (CanonError, ValueError, RecursionError):
        return None
    if isinstance(found, _Counts) and not _are_seconds(found):
        return None
    return found if getattr(found, "schema", None) == _SCHEMA else None


def _are_seconds(found: _Counts) -> bool:
    lefts = [found.device_left, *(count.left for count in found.counts.values())]
    has_counts = all(count.wrong >= 0 for count in found.counts.values())
    return has_counts and math.isfinite(found.seconds) and all(0 <= left <= _LONGEST for left in lefts)
