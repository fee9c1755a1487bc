"""Asking for the passphrase of a key: at the terminal, twice for a new one, or from a variable."""

from __future__ import annotations

import os
import sys

import click

from kiosk.errors import UsageError

TRUST_VARIABLE = "QAQPA_TRUST_PASSPHRASE"
PARK_VARIABLE = "QAQPA_PARK_PASSPHRASE"


def new_passphrase(whose: str, variable: str = TRUST_VARIABLE) -> str:
    """A passphrase chosen now, typed twice."""
    given = os.environ.get(variable)
    if given is None:
        _require_terminal(variable)
        given = click.prompt(f"New passphrase of {whose}", hide_input=True, confirmation_prompt=True, err=True)
    return str(given)


def ask_passphrase(whose: str, variable: str = TRUST_VARIABLE) -> str:
    """The passphrase of a key that is there."""
    given = os.environ.get(variable)
    if given is None:
        _require_terminal(variable)
        given = click.prompt(f"Passphrase of {whose}", hide_input=True, err=True)
    return str(given)


def can_ask(variable: str) -> bool:
    """Whether a passphrase could be had at all."""
    return variable in os.environ or sys.stdin.isatty()


def _require_terminal(variable: str) -> None:
    if not sys.stdin.isatty():
        raise UsageError(f"Nobody can be asked for the passphrase here: set ${variable}")
