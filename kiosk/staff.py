"""The one PIN of a device, for a park whose staff list has no activation codes yet; after that it opens nothing.

Its verifier (argon2id) and a pepper held elsewhere on the device never leave it. An attempt is counted on disk before
it is checked, so pulling the plug buys no further guess; five wrong ones lock for a minute.
"""

from __future__ import annotations

import fcntl
import hashlib
import hmac
import json
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Self

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError, VerifyMismatchError

from kiosk.errors import EnvironmentalError
from kiosk.rules.pins import require_choice
from kiosk.store.files import make_file_once, make_folder, read_bytes, replace_file, told
from kiosk.store.home import Home

ATTEMPTS = 5
LOCK_SECONDS = 60

_PEPPER_BYTES = 32


@dataclass(frozen=True, kw_only=True, slots=True)
class PinAnswer:
    """Whether a PIN was right, and if not what is left: attempts, or seconds until the next one."""

    is_right: bool
    attempts_left: int = ATTEMPTS
    locked_seconds: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class _State:
    verifier: str
    wrong: int = 0
    locked_at: int | None = None
    schema: int = 1


class DevicePin:
    """The PIN of one device, its verifier in one file and its pepper in another."""

    def __init__(self, *, verifier: Path, pepper: Path, hasher: PasswordHasher | None = None) -> None:
        self._verifier = verifier
        self._pepper = pepper
        self._hasher = hasher or PasswordHasher()

    @classmethod
    def of(cls, home: Home) -> Self:
        """The PIN of the device in this data folder."""
        return cls(verifier=home.kiosk / "pin.json", pepper=home.keys / "pin-pepper")

    @property
    def is_set(self) -> bool:
        """Whether a PIN was chosen on this device; there is no default one."""
        return self._verifier.exists()

    def choose(self, pin: str) -> None:
        """Make this the PIN from now on; UsageError unless it is six digits that not everybody would try first."""
        require_choice(pin)
        with told(self._verifier), self._alone():
            self._write(_State(verifier=self._hasher.hash(self._peppered(pin))))

    def left(self, now: int) -> PinAnswer:
        """What is left before anybody tries: attempts, or seconds of a lock that a restart has not ended."""
        with told(self._verifier), self._alone():
            state = self._read()
            locked = _locked_seconds(state, now)
            spent = state.wrong if state.locked_at is None or locked else 0
            return PinAnswer(is_right=False, attempts_left=max(0, ATTEMPTS - spent), locked_seconds=locked)

    def check(self, pin: str, now: int) -> PinAnswer:
        """Count an attempt, then say whether the PIN is right; `now` in Unix seconds."""
        with told(self._verifier), self._alone():
            state = self._read()
            if state.locked_at is not None:
                if locked := _locked_seconds(state, now):
                    self._write(replace(state, locked_at=min(state.locked_at, now)))
                    return PinAnswer(is_right=False, attempts_left=0, locked_seconds=locked)
                state = replace(state, wrong=0, locked_at=None)
            wrong = state.wrong + 1
            self._write(replace(state, wrong=wrong, locked_at=now if wrong >= ATTEMPTS else None))
            if self._holds(state.verifier, pin):
                self._write(replace(state, wrong=0, locked_at=None))
                return PinAnswer(is_right=True)
            locked = LOCK_SECONDS if wrong >= ATTEMPTS else 0
            return PinAnswer(is_right=False, attempts_left=ATTEMPTS - wrong, locked_seconds=locked)

    def _holds(self, verifier: str, pin: str) -> bool:
        try:
            return self._hasher.verify(verifier, self._peppered(pin))
        except VerifyMismatchError:
            return False
        except (InvalidHashError, VerificationError) as error:
            raise EnvironmentalError(f"{self._verifier} is damaged: enrol this device again") from error

    def _peppered(self, pin: str) -> bytes:
        pepper = read_bytes(self._pepper)
        if pepper is None:
            if self._verifier.exists():
                raise EnvironmentalError(f"{self._pepper} is gone, so no PIN can be checked: enrol this device again")
            make_folder(self._pepper.parent)
            pepper = make_file_once(self._pepper, secrets.token_bytes(_PEPPER_BYTES))
        return hmac.digest(pepper, pin.encode(), hashlib.sha256)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """One attempt at a time, whichever processes try: two at once would share one count."""
        make_folder(self._verifier.parent)
        with self._verifier.with_suffix(".lock").open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield

    def _read(self) -> _State:
        data = read_bytes(self._verifier)
        if data is None:
            raise EnvironmentalError("No PIN was chosen on this device yet: `qaqpa enrol` asks for one")
        try:
            raw = json.loads(data)
            state = _State(verifier=str(raw["verifier"]), wrong=int(raw["wrong"]), locked_at=raw["locked_at"])
        except (ValueError, KeyError, TypeError) as error:
            raise EnvironmentalError(f"{self._verifier} is damaged: enrol this device again") from error
        return state

    def _write(self, state: _State) -> None:
        replace_file(self._verifier, json.dumps(asdict(state)).encode())


def _locked_seconds(state: _State, now: int) -> int:
    """A clock set back must not unlock, and must not lock for longer than a minute either."""
    if state.locked_at is None:
        return 0
    return max(0, LOCK_SECONDS - (now - min(state.locked_at, now)))
