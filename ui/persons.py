"""Who signs in at a screen: the persons of the park's list, or whoever knows the one PIN of the device. Nothing is Qt.

Asked on a thread of its own, beside the checkpoint's: a hash takes a tenth of a second, and no scan waits for it.
"""

from dataclasses import dataclass
from typing import Protocol

from kiosk.clock import Clock
from kiosk.errors import UsageError
from kiosk.people import People
from kiosk.rules.policy import PolicySet, StaffMember
from kiosk.rules.roles import MAY, Right, may
from kiosk.staff import DevicePin, PinAnswer
from kiosk.store.home import Home


@dataclass(frozen=True, kw_only=True, slots=True)
class Person:
    """Somebody of the list who signs in for themselves."""

    name: str
    role: str


class Persons(Protocol):
    """What a screen asks about those who sign in; from any thread."""

    def check_pin(self, pin: str, who: str = "") -> PinAnswer | None:
        """Whether it is this person's PIN, or the device's; None when none is set."""
        ...

    def pin_left(self, who: str = "") -> PinAnswer | None:
        """Attempts or seconds that are left before this person tries; None when no PIN is set."""
        ...

    def check_code(self, code: str, who: str) -> PinAnswer:
        """Whether it is this person's activation code; UsageError where none could be."""
        ...

    def activate(self, code: str, pin: str, who: str) -> PinAnswer:
        """Make this the person's PIN, by their code; UsageError for a PIN or a code that is none."""
        ...

    def sweep(self) -> None:
        """Forget the PINs of those who left the list, and note what is left of pauses."""
        ...


class KioskPersons:
    """The persons of a real kiosk, as the set says that was in force at the last look."""

    def __init__(self, home: Home, device: int, clock: Clock) -> None:
        self._pin, self._people, self._clock = DevicePin.of(home), People.of(home, device), clock
        self._policy: PolicySet | None = None

    def listen(self, policy: PolicySet | None) -> None:
        """Go by this set from now on."""
        self._policy = policy

    def names(self) -> tuple[str, ...]:
        """Who may say that an act is theirs, where the one PIN of the device is asked for."""
        policy = self._policy
        return () if policy is None or policy.has_activations else tuple(member.name for member in policy.staff)

    def people(self) -> tuple[Person, ...]:
        """Who signs in for themselves; nobody where the device's PIN is asked for."""
        policy = self._policy
        if policy is None or not policy.has_activations:
            return ()
        return tuple(Person(name=member.name, role=member.role) for member in policy.staff)

    def check_pin(self, pin: str, who: str = "") -> PinAnswer | None:
        """Whether it is this person's PIN, or the device's; None when none is set."""
        if self._are_persons():
            member = self._member(who)
            return self._people.check(member, pin) if member else None
        return self._pin.check(pin, self._clock.now().now) if self._pin.is_set else None

    def pin_left(self, who: str = "") -> PinAnswer | None:
        """Attempts or seconds that are left before this person tries; None when no PIN is set."""
        if self._are_persons():
            member = self._member(who)
            return self._people.left(member) if member and self._people.has_pin(member) else None
        return self._pin.left(self._clock.now().now) if self._pin.is_set else None

    def check_code(self, code: str, who: str) -> PinAnswer:
        """Whether it is this person's activation code; UsageError where none could be."""
        return self._people.check_code(self._expect_member(who), code, self._clock.now().now)

    def activate(self, code: str, pin: str, who: str) -> PinAnswer:
        """Make this the person's PIN, by their code; UsageError for a PIN or a code that is none."""
        return self._people.activate(self._expect_member(who), code, pin, self._clock.now().now)

    def sweep(self) -> None:
        """Forget the PINs of those who left the list, and note what is left of pauses."""
        if self._policy is not None:
            self._people.sweep(self._policy.staff)

    def expect(self, by: str, right: Right) -> None:
        """UsageError unless this person may do this; by the device's PIN everything may be done."""
        if not self._are_persons():
            return
        member = self._expect_member(by)
        if not may(member.role, right):
            raise UsageError(f"{by} is listed as {member.role}, and this is for {' or '.join(MAY[right])}")

    def _are_persons(self) -> bool:
        return self._policy is not None and self._policy.has_activations

    def _member(self, name: str) -> StaffMember | None:
        return self._policy.member(name) if self._policy else None

    def _expect_member(self, name: str) -> StaffMember:
        member = self._member(name)
        if member is None:
            raise UsageError(f"{name!r} is not on the park's staff list")
        return member
