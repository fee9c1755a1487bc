"""Who signs an act at the terminal: the one PIN of the device, or each person of the park's list with their own.

Where nobody sits at one, $QAQPA_PIN holds the PIN, $QAQPA_SECOND_PIN that of the second of two who sign, and
$QAQPA_ACTIVATION an activation code.
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import click

from kiosk.errors import UsageError
from kiosk.rules.pins import require_choice
from ui.commands.common import DEVICE

if TYPE_CHECKING:
    from kiosk.rules.policy import PolicySet, StaffMember
    from kiosk.rules.roles import Right
    from kiosk.staff import DevicePin, PinAnswer
    from ui.assembly import Memory

PIN_VARIABLE = "QAQPA_PIN"
SECOND_VARIABLE = "QAQPA_SECOND_PIN"
CODE_VARIABLE = "QAQPA_ACTIVATION"


def new_pin(whose: str = "the device's PIN") -> str:
    """A PIN chosen now, typed twice, asked for until it can be one; one of the environment may be a UsageError."""
    given = os.environ.get(PIN_VARIABLE)
    if given is not None:
        require_choice(given)
        return given
    _expect_terminal()
    while True:
        typed = str(click.prompt(f"Choose {whose} (6 digits)", hide_input=True, confirmation_prompt=True, err=True))
        try:
            require_choice(typed)
        except UsageError as error:
            click.echo(f"{error}.", err=True)
        else:
            return typed


def expect_pin() -> None:
    """UsageError where no PIN could be chosen: nobody can be asked, or what is given is none to choose."""
    given = os.environ.get(PIN_VARIABLE)
    if given is not None:
        require_choice(given)
    else:
        _expect_terminal()


def own_pin(name: str) -> str:
    """A person's PIN chosen now."""
    return new_pin(f"the PIN of {name}")


def ask_code(name: str) -> str:
    """The activation code that this person was given."""
    return _asked(CODE_VARIABLE, f"Activation code of {name}", hide_input=False)


def signs(memory: Memory, by: str, right: Right, now: int, *, is_second: bool = False, names: bool = False) -> bool:
    """Whether this person may do this and has signed for it; what was wrong is said on standard error.

    `is_second`: of two who sign, the second; `names`: say whose PIN is asked for also where there is only the device's.
    """
    from kiosk.staff import DevicePin

    policy = memory.policies.current()
    if policy is None or not policy.has_activations:
        return ask_pin(DevicePin.of(memory.home), now, by if names else "")
    member = listed(policy, by)
    if why := denied(member, right):
        click.echo(why, err=True)
        return False
    return _signs_in(memory, member, SECOND_VARIABLE if is_second else PIN_VARIABLE)


def signs_in(memory: Memory, member: StaffMember) -> bool:
    """Whether this person's own PIN was given."""
    return _signs_in(memory, member, PIN_VARIABLE)


def listed(policy: PolicySet, name: str) -> StaffMember:
    """The person of this name; UsageError for nobody and for the device, which signs for nobody here."""
    if name == DEVICE:
        raise UsageError("In this park each person signs for themselves: say who, with --by NAME")
    member = policy.member(name)
    if member is None:
        known = ", ".join(one.name for one in policy.staff) or "nobody is"
        raise UsageError(f"{name!r} is not on the park's staff list: {known}")
    return member


def denied(member: StaffMember, right: Right) -> str:
    """Why this person may not do this, and who may; empty where they may."""
    from kiosk.rules.roles import MAY, may

    if may(member.role, right):
        return ""
    return f"{member.name} is listed as {member.role}, and this is for {' or '.join(MAY[right])}: ask one of them"


def ask_pin(pin: DevicePin, now: int, who: str = "") -> bool:
    """Whether the right PIN was given, by this person where several sign; what was wrong is said on standard error."""
    return _told(pin.check(_asked(PIN_VARIABLE, f"PIN of {who}" if who else "PIN"), now))


def _signs_in(memory: Memory, member: StaffMember, variable: str) -> bool:
    from kiosk.people import People

    people = People.of(memory.home, memory.record.device)
    if not people.has_pin(member):
        click.echo(
            f"{member.name} has no PIN on this device yet: `qaqpa staff activate` takes the activation code", err=True
        )
        return False
    answer = people.check(member, _asked(variable, f"PIN of {member.name}"))
    return answer is not None and _told(answer)


def _told(answer: PinAnswer) -> bool:
    if answer.is_right:
        return True
    if answer.locked_seconds:
        click.echo(f"The PIN is locked: try again in {answer.locked_seconds} seconds.", err=True)
    else:
        click.echo(f"That PIN is wrong; {answer.attempts_left} attempts are left.", err=True)
    return False


def _asked(variable: str, prompt: str, *, hide_input: bool = True) -> str:
    given = os.environ.get(variable)
    if given is None:
        _expect_terminal(variable)
        given = click.prompt(prompt, hide_input=hide_input, err=True)
    return str(given)


def _expect_terminal(variable: str = PIN_VARIABLE) -> None:
    if not sys.stdin.isatty():
        raise UsageError(f"Nobody can be asked for it here: set ${variable}")
