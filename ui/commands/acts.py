"""override, annul, correct, gate open: a ranger's acts; each asks for the PIN and a reason, and is an entry itself."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kiosk.errors import UsageError
from kiosk.rules.roles import Right
from ui.commands.common import DEVICE, EXIT_DONE, EXIT_NO, Function, Output, by_option, every_command
from ui.commands.heads import HEADS, Heads

if TYPE_CHECKING:
    from kiosk.rules.entries import Entry
    from kiosk.rules.permit import Party
    from ui.assembly import Kiosk


def act_options(function: Function) -> Function:
    """The entry, --reason, --by and the options of every command."""
    reason = click.option("--reason", required=True, metavar="TEXT", help="Why; kept in the entry's erasable part.")
    entry = click.argument("entry", metavar="ENTRY")
    return entry(reason(by_option(every_command(function))))


@click.command(epilog='Example: qaqpa override 007M4G80040000000010 --reason "paid at the other gate"')
@click.option("--heads", type=HEADS, help="How many go in (default: the ticket's whole party).")
@act_options
def override(entry: str, heads: Heads | None, reason: str, by: str, folder: Path, output: Output) -> int:
    """Let in whom the rules refused or referred; it counts, and the barrier opens."""

    def act(kiosk: Kiosk, name: str) -> Entry:
        party = heads.of(_right_of(kiosk, entry)) if heads else None
        return kiosk.checkpoint.acts.override(entry, reason=reason, by=name, party=party)

    return do_act(folder, output, Right.OVERRIDE, by, reason, act)


@click.command(epilog='Example: qaqpa annul 007M4G80040000000010 --reason "the turnstile did not turn"')
@act_options
def annul(entry: str, reason: str, by: str, folder: Path, output: Output) -> int:
    """Take an entry back: it stays readable and counts for nothing any more."""

    def act(kiosk: Kiosk, name: str) -> Entry:
        return kiosk.checkpoint.acts.annul(entry, reason=reason, by=name)

    return do_act(folder, output, Right.ANNUL, by, reason, act)


@click.command(epilog='Example: qaqpa correct 007M4G80040000000010 --heads 10+2 --reason "two stayed behind"')
@click.option("--heads", type=HEADS, required=True, help="How many really went: 12, or by category 10+2.")
@act_options
def correct(entry: str, heads: Heads, reason: str, by: str, folder: Path, output: Output) -> int:
    """Say how many of a party really went through."""

    def act(kiosk: Kiosk, name: str) -> Entry:
        party = heads.of(_right_of(kiosk, entry))
        return kiosk.checkpoint.acts.correct(entry, party=party, reason=reason, by=name)

    return do_act(folder, output, Right.CORRECT, by, reason, act)


@click.command("open", epilog='Example: qaqpa gate open --reason "a tractor of the park"')
@click.option("--entry", metavar="ENTRY", help="The entry that it is about: one whose pulse the barrier did not take.")
@click.option("--reason", required=True, metavar="TEXT", help="Why; kept in the entry's erasable part.")
@by_option
@every_command
def open_(entry: str | None, reason: str, by: str, folder: Path, output: Output) -> int:
    """Open the barrier by hand, without a scan; it counts nobody, and stands among the day's overrides."""

    def act(kiosk: Kiosk, name: str) -> Entry:
        return kiosk.checkpoint.acts.open_by_hand(reason=reason, by=name, about=entry)

    return do_act(folder, output, Right.OPEN, by, reason, act, told="gate open")


def do_act(
    folder: Path, output: Output, right: Right, by: str, reason: str, act: Callable[[Kiosk, str], Entry], told: str = ""
) -> int:
    """Have somebody sign who may do it, do one act, and print its entry with the day's overrides."""
    from kiosk.rules.policy import Policy
    from kiosk.store.home import Home
    from ui.assembly import open_checkpoint
    from ui.commands.pins import signs
    from ui.decision_json import entry_json
    from ui.overrides import OverridesToday

    if not reason.strip():
        raise UsageError("An act needs a reason: say it with --reason")
    purpose = told or str(right)
    with open_checkpoint(Home(folder), purpose=purpose) as kiosk:
        name = staff_name(kiosk, by)
        if not signs(kiosk.memory, name, right, kiosk.clock.now().now):
            return EXIT_NO
        entry = act(kiosk, name)
        policy = kiosk.policies.current()
        today = OverridesToday(kiosk.memory.journal).today(entry.at, policy.policy if policy else Policy())
        record = entry_json(entry) | {"overrides_today": today.as_dict()}
        output.result(record, [f"{purpose}: written down as {entry.id}", today.line()])
        return EXIT_DONE


def staff_name(kiosk: Kiosk, by: str) -> str:
    """The name an act is done under: the device's own, or one of the park's list."""
    policy = kiosk.policies.current()
    known = [member.name for member in policy.staff] if policy else []
    if by != DEVICE and by not in known:
        raise UsageError(f"{by!r} is not on the park's staff list: {', '.join(known) or 'nobody is'}")
    return by


def unsigned_name(kiosk: Kiosk, by: str) -> str:
    """The name of an act that asks for no PIN: where each person signs for themselves, nobody's but the device's."""
    policy = kiosk.policies.current()
    if by != DEVICE and policy is not None and policy.has_activations:
        raise UsageError(
            "In this park each person signs for themselves, and this asks for nobody's PIN: leave --by away, and it is "
            "written down under the device"
        )
    return staff_name(kiosk, by)


def _right_of(kiosk: Kiosk, entry_id: str) -> Party | None:
    from kiosk.rules.entries import ActBody, DecisionBody

    entry = kiosk.memory.journal.get(entry_id)
    return entry.body.right if entry is not None and isinstance(entry.body, DecisionBody | ActBody) else None
