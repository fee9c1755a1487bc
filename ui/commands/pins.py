"""Asking for the device's PIN: at the terminal, or from $QAQPA_PIN where nobody sits at one."""

from __future__ import annotations

import os
import sys

import click

from kiosk.errors import UsageError
from kiosk.staff import DevicePin, require_shape

PIN_VARIABLE = "QAQPA_PIN"


def new_pin() -> str:
    """A PIN chosen now, typed twice; UsageError unless it is six digits both times."""
    given = os.environ.get(PIN_VARIABLE)
    if given is None:
        _require_terminal()
        given = click.prompt("Choose the device's PIN (6 digits)", hide_input=True, confirmation_prompt=True, err=True)
    require_shape(given)
    return str(given)


def ask_pin(pin: DevicePin, now: int, who: str = "") -> bool:
    """Whether the right PIN was given, by this person where several sign; what was wrong is said on standard error."""
    given = os.environ.get(PIN_VARIABLE)
    if given is None:
        _require_terminal()
        given = click.prompt(f"PIN of {who}" if who else "PIN", hide_input=True, err=True)
    answer = pin.check(str(given), now)
    if answer.is_right:
        return True
    if answer.locked_seconds:
        click.echo(f"The PIN is locked: try again in {answer.locked_seconds} seconds.", err=True)
    else:
        click.echo(f"That PIN is wrong; {answer.attempts_left} attempts are left.", err=True)
    return False


def _require_terminal() -> None:
    if not sys.stdin.isatty():
        raise UsageError(f"Nobody can be asked for the PIN here: set ${PIN_VARIABLE}")
