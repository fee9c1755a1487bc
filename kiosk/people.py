"""Who signs in at this device: each person of the signed list with their own PIN, chosen once by an activation code.

A PIN's verifier is argon2id over the PIN and a pepper held elsewhere on the device, and never leaves it. An attempt is
counted on disk before it is looked at (kiosk/store/pins.py), and pauses are those of kiosk/rules/lockout.py: neither a
kill nor a restart nor a clock buys a further guess. The list says who somebody is; this only says that it is them.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Self

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from kiosk.clock import uptime as uptime_now
from kiosk.errors import UsageError
from kiosk.rules.activation import Activation, is_code_of, read_activation
from kiosk.rules.lockout import Uptime, attempts_left, cleared, counted, pause_seconds
from kiosk.rules.pins import require_choice
from kiosk.rules.policy import StaffMember
from kiosk.staff import PinAnswer
from kiosk.store.files import make_file_once, make_folder, read_bytes
from kiosk.store.home import Home
from kiosk.store.pins import Pin, PinState, PinStore

_PEPPER_BYTES = 32
_NOTED_SECONDS = 5.0
"""A pause is written down again at the first look after so much of it: a restart begins with what was written."""


class NoActivationError(UsageError):
    """There is no code that this person could use here now; the text says why."""


class People:
    """The PINs of one device; safe to use from several threads and processes."""

    def __init__(
        self,
        *,
        store: PinStore,
        pepper: Path,
        device: int,
        hasher: PasswordHasher | None = None,
        is_code: Callable[[Activation, str], bool] = is_code_of,
        uptime: Callable[[], Uptime] = uptime_now,
    ) -> None:
        self._store, self._pepper, self._device = store, pepper, device
        self._hasher = hasher or PasswordHasher()
        self._is_code, self._uptime = is_code, uptime

    @classmethod
    def of(cls, home: Home, device: int) -> Self:
        """The people of the device in this data folder."""
        store = PinStore(pins=home.kiosk / "pins.json", tries=home.keys / "pin-tries.json")
        return cls(store=store, pepper=home.keys / "pin-pepper", device=device)

    def has_pin(self, member: StaffMember) -> bool:
        """Whether this person chose a PIN here, in the role they have now."""
        with self._opened() as state:
            return self._pin_of(state, member) is not None

    def left(self, member: StaffMember, *, by_code: bool = False) -> PinAnswer:
        """What is left before anybody tries: attempts, or seconds of a pause."""
        with self._opened() as state:
            return _answer(state, _key(member, by_code=by_code))

    def check(self, member: StaffMember, pin: str) -> PinAnswer | None:
        """Count an attempt, then say whether this is the person's PIN; None where they have none here."""
        with self._opened() as state:
            own, key = self._pin_of(state, member), _key(member)
            if own is None:
                return None
            if pause_seconds(state.tries, key):
                return _answer(state, key)
            trying = self._count(state, key)
            if not self._holds(own.verifier, self._peppered(member, pin)):
                return _answer(trying, key)
            self._store.write(replace(trying, tries=cleared(trying.tries, key)))
            return PinAnswer(is_right=True)

    def check_code(self, member: StaffMember, code: str, now: int) -> PinAnswer:
        """Count an attempt, then say whether this is the person's activation code; nothing is used up by it.

        UsageError for a slip of the finger, NoActivationError where no code could be good.
        """
        with self._opened() as state:
            return self._checked_code(state, member, read_activation(code), now)[1]

    def activate(self, member: StaffMember, code: str, pin: str, now: int) -> PinAnswer:
        """Count an attempt, and if the code is right make this the person's PIN; the code is used up then."""
        require_choice(pin)
        with self._opened() as state:
            checked, answer = self._checked_code(state, member, read_activation(code), now)
            if not answer.is_right or member.activation is None:
                return answer
            verifier = self._hasher.hash(self._peppered(member, pin, is_new=True))
            known = replace(
                checked,
                pins={**checked.pins, member.id: Pin(verifier=verifier, role=member.role)},
                used=checked.used | {member.activation.id},
                tries=cleared(checked.tries, _key(member)),
            )
            self._store.write(known)
            return answer

    def has_code(self, member: StaffMember, now: int) -> bool:
        """Whether there is a code that this person could use here now."""
        with self._opened() as state:
            return _why_no_code(state, member, self._device, now) is None

    def sweep(self, staff: Iterable[StaffMember]) -> int:
        """Forget the PINs of those who are no longer on the list in the role they had; how many these were."""
        members = {member.id: member.role for member in staff if member.id}
        with self._opened() as state:
            pins = {key: pin for key, pin in state.pins.items() if members.get(key) == pin.role}
            counts = {key: count for key, count in state.tries.counts.items() if key.partition(":")[2] in members}
            gone = len(state.pins) - len(pins)
            if gone or len(counts) < len(state.tries.counts):
                self._store.write(replace(state, pins=pins, tries=replace(state.tries, counts=counts)))
            return gone

    @contextmanager
    def _opened(self) -> Iterator[PinState]:
        with self._store.alone():
            uptime = self._uptime()
            state = self._store.read(uptime)
            if self._is_worth_noting(state, uptime):
                self._store.write(state)
            if state.pins and read_bytes(self._pepper) is None:
                state = replace(state, pins={})  # nothing fits them any more
            yield state

    def _is_worth_noting(self, state: PinState, uptime: Uptime) -> bool:
        is_pausing = state.tries.device_left or any(count.left for count in state.tries.counts.values())
        noted = self._store.noted
        return bool(is_pausing) and (noted.boot != uptime.boot or uptime.seconds - noted.seconds >= _NOTED_SECONDS)

    def _count(self, state: PinState, key: str) -> PinState:
        state = replace(state, tries=counted(state.tries, key))
        self._store.write(state, trying=key)
        return state

    def _checked_code(self, state: PinState, member: StaffMember, code: str, now: int) -> tuple[PinState, PinAnswer]:
        if why := _why_no_code(state, member, self._device, now):
            raise NoActivationError(why)
        assert member.activation is not None
        key = _key(member, by_code=True)
        if pause_seconds(state.tries, key):
            return state, _answer(state, key)
        state = self._count(state, key)
        if not self._is_code(member.activation, code):
            return state, _answer(state, key)
        state = replace(state, tries=cleared(state.tries, key))
        self._store.write(state)
        return state, PinAnswer(is_right=True)

    @staticmethod
    def _pin_of(state: PinState, member: StaffMember) -> Pin | None:
        """Of another role it is another's: whoever was made a senior is asked who they are once more."""
        pin = state.pins.get(member.id) if member.id else None
        return pin if pin is not None and pin.role == member.role else None

    def _holds(self, verifier: str, peppered: bytes) -> bool:
        try:
            return self._hasher.verify(verifier, peppered)
        except (VerificationError, InvalidHashError):
            return False

    def _peppered(self, member: StaffMember, pin: str, *, is_new: bool = False) -> bytes:
        pepper = read_bytes(self._pepper)
        if pepper is None and is_new:
            make_folder(self._pepper.parent)
            pepper = make_file_once(self._pepper, secrets.token_bytes(_PEPPER_BYTES))
        # with the id: a verifier that is moved to another person's place opens nothing there
        return hmac.digest(pepper or b"", f"{member.id}:{pin}".encode(), hashlib.sha256)


def _key(member: StaffMember, *, by_code: bool = False) -> str:
    """What is guessed at: a pause of the PIN leaves the way by a new code open, and the other way round."""
    return f"{'code' if by_code else 'pin'}:{member.id}"


def _answer(state: PinState, key: str) -> PinAnswer:
    pause = pause_seconds(state.tries, key)
    return PinAnswer(
        is_right=False, attempts_left=0 if pause else attempts_left(state.tries, key), locked_seconds=pause
    )


def _why_no_code(state: PinState, member: StaffMember, device: int, now: int) -> str | None:
    activation = member.activation
    if activation is None or not member.id:
        return f"There is no activation code for {member.name}: the registry makes one"
    if activation.device not in (None, device):
        return f"The activation code of {member.name} is for device {activation.device}, and this is device {device}"
    if now >= activation.until:
        return f"The activation code of {member.name} is no longer good: the registry makes a new one"
    if activation.id in state.used:
        return f"The activation code of {member.name} was used on this device: the registry makes a new one"
    return None
