"""registry quota: who may let in how many of a park's quotas, and moving a share from one gate to another."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ui.commands.books import database_option, opened
from ui.commands.common import EXIT_DONE, Output, every_command

if TYPE_CHECKING:
    from sync.registry.shares import ShareState

_PARK = click.option("--park", type=click.IntRange(min=1), required=True, help="The park's number.")
_GATE = click.IntRange(1, 32)


@click.group(epilog="Example: qaqpa registry quota list --park 7")
def quota() -> None:
    """See the shares of a park's quotas, and move them between gates."""


@quota.command("list", epilog="Example: qaqpa registry quota list --park 7")
@_PARK
@database_option
@every_command
def list_shares(park: int, database: str | None, folder: Path, output: Output) -> int:
    """Print each lane's share; one that waits for another gate to give says so."""
    with opened(folder, database) as service:
        service.settle_shares(park)
        states = service.shares(park)
    if not states:
        output.say(f"Park {park} has no quotas.")
    for state in states:
        output.result(_record(state), _line(state))
    return EXIT_DONE


@quota.command(epilog="Example: qaqpa registry quota move --park 7 --quota day --from-gate 1 --to-gate 2 --heads 10")
@_PARK
@click.option("--quota", "name", required=True, metavar="WORD", help="Which, by its word in the park's tables.")
@click.option("--from-gate", "giver", type=_GATE, required=True, help="The gate that gives.")
@click.option("--to-gate", "taker", type=_GATE, required=True, help="The gate that gets.")
@click.option("--heads", type=click.IntRange(min=1), required=True, metavar="N", help="How many.")
@database_option
@every_command
def move(
    park: int, name: str, giver: int, taker: int, heads: int, database: str | None, folder: Path, output: Output
) -> int:
    """Move heads of a quota: taken at once, and given when the gate that gives has said that it knows."""
    with opened(folder, database) as service:
        published = service.move_share(park, name, giver=giver, taker=taker, heads=heads)
        states = [state for state in service.shares(park) if state.quota == name]
    for state in states:
        output.result(_record(state), _line(state))
    if not all(state.is_settled for state in states):
        output.say(
            f"Version {published.version} of the set is published. Gate {taker} gets the rest when gate {giver} has "
            "synced and written down that it believes it."
        )
    return EXIT_DONE


def _record(state: ShareState) -> dict[str, Any]:
    return {
        "quota": state.quota,
        "gate": state.gate,
        "lane": state.lane,
        "wanted": state.wanted,
        "granted": state.granted,
        "held": state.held,
        "used": state.used,
        "settled": state.is_settled,
    }


def _line(state: ShareState) -> str:
    line = f"{state.quota}: gate {state.gate}, lane {state.lane}: {state.granted}"
    if state.granted != state.wanted:
        line += f" of {state.wanted}, which waits for other gates"
    if state.held > state.wanted:
        line += f"; may still let in {state.held}, until it has synced"
    return line
