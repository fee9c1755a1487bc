"""Who may act against the rules at this device: for now whoever knows the device's one PIN.

Its verifier (argon2id) and a pepper held elsewhere on the device never leave it. An attempt is counted on disk before
it is checked, so pulling the plug buys no further guess; five wrong ones lock for a minute.
"""

from __future__ import annotations

import fcntl
import hashlib
import hmac
import json
import os
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError, VerifyMismatchError

from kiosk.errors import EnvironmentalError, UsageError

ATTEMPTS = 5
LOCK_SECONDS = 60

_SHAPE = re.compile(r"[0-9]{6}", re.ASCII)
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

    @property
    def is_set(self) -> bool:
        """Whether a PIN was chosen on this device; there is no default one."""
        return self._verifier.exists()

    def choose(self, pin: str) -> None:
        """Make this the PIN from now on; UsageError unless it is six digits."""
        require_shape(pin)
        with _environment(self._verifier), self._alone():
            self._write(_State(verifier=self._hasher.hash(self._peppered(pin))))

    def check(self, pin: str, now: int) -> PinAnswer:
        """Count an attempt, then say whether the PIN is right; `now` in Unix seconds."""
        with _environment(self._verifier), self._alone():
            state = self._read()
            if state.locked_at is not None:
                # A clock set back must not unlock, and must not lock for longer than a minute either.
                locked_at = min(state.locked_at, now)
                if now - locked_at < LOCK_SECONDS:
                    self._write(replace(state, locked_at=locked_at))
                    return PinAnswer(is_right=False, attempts_left=0, locked_seconds=LOCK_SECONDS - (now - locked_at))
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
        if not self._pepper.exists():
            if self._verifier.exists():
                raise EnvironmentalError(f"{self._pepper} is gone, so no PIN can be checked: enrol this device again")
            self._pepper.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            _write_private(self._pepper, secrets.token_bytes(_PEPPER_BYTES))
        return hmac.digest(self._pepper.read_bytes(), pin.encode(), hashlib.sha256)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """One attempt at a time, whichever processes try: two at once would share one count."""
        self._verifier.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with self._verifier.with_suffix(".lock").open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield

    def _read(self) -> _State:
        try:
            raw = json.loads(self._verifier.read_bytes())
            state = _State(verifier=str(raw["verifier"]), wrong=int(raw["wrong"]), locked_at=raw["locked_at"])
        except FileNotFoundError:
            raise EnvironmentalError("No PIN was chosen on this device yet: `qaqpa enrol` asks for one") from None
        except (ValueError, KeyError, TypeError) as error:
            raise EnvironmentalError(f"{self._verifier} is damaged: enrol this device again") from error
        return state

    def _write(self, state: _State) -> None:
        _write_private(self._verifier, json.dumps(asdict(state)).encode())


def require_shape(pin: str) -> None:
    """Raise UsageError unless this could be a PIN."""
    if not _SHAPE.fullmatch(pin):
        raise UsageError("A PIN is six digits")


def _write_private(path: Path, data: bytes) -> None:
    """Leave the whole file, durable and for this user only, or what was there before."""
    beside = path.with_name(f".{path.name}.new")
    file = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
    try:
        os.write(file, data)
        os.fsync(file)
    finally:
        os.close(file)
    beside.replace(path)
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


@contextmanager
def _environment(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise EnvironmentalError(f"The PIN at {path} cannot be checked: {error.strerror}") from error
