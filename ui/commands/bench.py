"""bench: measure this machine with the product's own code, in a scratch folder that is gone afterwards."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import click

from ui.commands.common import EXIT_DONE, Output, every_command

_PEERS = Path(__file__).resolve().parents[2] / ".venv-peers" / "bin" / "python"
_Command = Callable[..., int]


def _peers(library: str) -> Callable[[_Command], _Command]:
    """The option that names the Python in which this library is measured beside the program."""
    return click.option(
        "--peers",
        type=click.Path(path_type=Path, dir_okay=False),
        envvar="QAQPA_PEERS",
        default=_PEERS,
        show_default="the one that `make peers` makes",
        help=f"A Python that has {library}, to compare with.",
    )


@click.group(epilog="Example: qaqpa bench verdict --permits 100000")
def bench() -> None:
    """Measure how fast and how large things are here."""


@bench.command(epilog="Example: qaqpa bench verdict --permits 10000000 --json")
@click.option("--permits", type=click.IntRange(1_000), default=1_000_000, show_default=True, help="How many permits.")
@click.option(
    "--scans", type=click.IntRange(100), default=2_000, show_default=True, help="How many scans of each kind."
)
@click.option("--delta", type=click.IntRange(100), default=200_000, show_default=True, help="How many changed rows.")
@_peers("LMDB")
@every_command
def verdict(permits: int, scans: int, delta: int, peers: Path, folder: Path, output: Output) -> int:
    """Measure look-up, scan, delta and sizes at a number of permits; needs no kiosk and touches none."""
    from kiosk.store.files import make_folder
    from ui.bench_verdict import Plan, VerdictBench

    plan = Plan(permits=permits, scans=scans, delta=delta, peer=peers if peers.exists() else None)
    make_folder(folder)
    with tempfile.TemporaryDirectory(prefix="bench-", dir=folder) as scratch:
        figures = VerdictBench(Path(scratch), plan, output.say).run()
    figures["machine"] = _machine()
    output.result(figures, _lines(figures))
    return EXIT_DONE


@bench.command(epilog="Example: qaqpa bench ticket --json")
@click.option("--tickets", type=click.IntRange(100), default=5_000, show_default=True, help="How many of each key.")
@_peers("cwt")
@every_command
def ticket(tickets: int, peers: Path, folder: Path, output: Output) -> int:
    """Measure what a verify takes of a processor beside a bare signature, and the sizes of QR codes."""
    from ui.bench_ticket import TicketBench

    figures = TicketBench(tickets, peers if peers.exists() else None, output.say).run()
    figures["machine"] = _machine()
    output.result(figures, _lines(figures))
    return EXIT_DONE


@bench.command(epilog="Example: qaqpa bench decode --corpus photographs --json")
@click.option(
    "--corpus",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="FOLDER",
    help="Photographs, listed with their texts in FOLDER/manifest.jsonl.",
)
@click.option("--drawn", type=click.IntRange(10), default=400, show_default=True, help="How many phones are drawn.")
@_peers("OpenCV")
@every_command
def decode(corpus: Path | None, drawn: int, peers: Path, folder: Path, output: Output) -> int:
    """Measure how many QR codes are read, and at what cost, beside each engine alone."""
    from ui.bench_decode import DecodeBench

    figures = DecodeBench(corpus, drawn, peers if peers.exists() else None, output.say).run()
    figures["machine"] = _machine()
    output.result(figures, _lines(figures))
    return EXIT_DONE


@bench.command(epilog="Example: qaqpa bench gate --json")
@click.option(
    "--presentations", type=click.IntRange(10), default=200, show_default=True, help="How many tickets are held up."
)
@click.option("--seed", type=int, default=1, show_default=True, help="Which hands, in which light.")
@every_command
def gate(presentations: int, seed: int, folder: Path, output: Output) -> int:
    """Measure from a phone before the camera to the durable decision, with the screen moving meanwhile."""
    from kiosk.store.files import make_folder
    from ui.bench_gate import GateBench

    make_folder(folder)
    with tempfile.TemporaryDirectory(prefix="bench-", dir=folder) as scratch:
        figures = GateBench(Path(scratch), presentations, output.say, seed=seed).run()
    figures["machine"] = _machine()
    output.result(figures, _lines(figures))
    return EXIT_DONE


def _machine() -> dict[str, Any]:
    from kiosk.store.driver import library_versions

    load = os.getloadavg()[0]
    return {
        "processors": os.cpu_count(),
        "load": round(load, 2),
        "python": sys.version.split()[0],
        **library_versions(),
    }


def _lines(figures: dict[str, Any]) -> Iterator[str]:
    """Every figure with the path that it has in the JSON."""

    def walk(path: str, value: Any) -> Iterator[str]:
        if isinstance(value, dict) and not any(isinstance(item, dict) for item in value.values()):
            yield f"{path}: " + ", ".join(f"{name} {_shown(item)}" for name, item in value.items())
        elif isinstance(value, dict):
            for name, item in value.items():
                yield from walk(f"{path}.{name}" if path else name, item)
        else:
            yield f"{path}: {'not measured' if value is None else _shown(value)}"

    yield from walk("", figures)


def _shown(value: object) -> str:
    return f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else str(value)
