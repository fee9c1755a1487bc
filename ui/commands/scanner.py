"""scanner: find out which device the scanner is, whether tickets come through it, and write that into the settings."""

from __future__ import annotations

import contextlib
import os
import select
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kiosk.config import BAUDS
from ui.commands.common import EXIT_DONE, EXIT_NO, Output, every_command

if TYPE_CHECKING:
    from kiosk.devices.listening import Listening, Spoken
    from kiosk.devices.trial_scan import Trial

_LOOK_SECONDS = 0.25
_DEVICE_FIRST_SECONDS = 1.0
"""A scanner that types into the terminal is better read as a device, if it can be: so long it has for that."""
_FEWEST = 8
"""A shorter text is a person's typing, or a modem's chatter."""


@click.group(epilog="Example: qaqpa scanner learn")
def scanner() -> None:
    """Make a hardware scanner known to this kiosk."""


@scanner.command(epilog="Example: qaqpa scanner learn --seconds 120")
@click.option("--seconds", type=click.IntRange(1, 3600), default=60, show_default=True, help="How long to wait for it.")
@click.option(
    "--baud", type=click.Choice([str(baud) for baud in BAUDS]), default="9600", show_default=True,
    help="The speed of a scanner on a real serial line; USB has none.",
)  # fmt: skip
@click.option(
    "--devices", type=click.Path(path_type=Path), default="/dev", show_default=True, metavar="DIR",
    help="Where serial/by-id and input/by-id are.",
)  # fmt: skip
@every_command
def learn(seconds: int, baud: str, devices: Path, folder: Path, output: Output) -> int:
    """Show a test code, learn which device reads it and how well, and write scanner.source into config.toml."""
    from kiosk.config import read_config
    from kiosk.devices.listening import Listening
    from kiosk.store.home import Home

    file = Home(folder).config_file
    read_config(file)  # what is wrong with it is said before anybody walks to the scanner
    _show_code(output)
    with closing(Listening(baud=int(baud), devices=devices)) as listening, _terminal() as terminal:
        heard = _hear(listening, terminal, seconds, output)
    if heard is None:
        sentence = (
            f"No scanner sent the test code within {seconds} seconds: see that it is plugged in and reads QR codes"
        )
        return _told(output, file, sentence)
    if not heard.trial.is_good:
        return _told(output, file, f"{heard.spoken.source}: {heard.trial.sentence}", heard)
    _write(file, heard, int(baud))
    return _told(output, file, heard.trial.sentence, heard)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Heard:
    spoken: Spoken
    trial: Trial


class _Terminal:
    """What is typed into the terminal, by a scanner too: unseen, and never left for the shell to run."""

    def __init__(self, file: int | None) -> None:
        self._file = file
        self._begun = b""

    def lines(self) -> list[bytes]:
        """The whole lines of now."""
        if self._file is None or not select.select([self._file], [], [], 0)[0]:
            return []
        chunk = os.read(self._file, 4096)
        if not chunk:
            self._file = None  # it is closed
        *lines, self._begun = (self._begun + chunk).split(b"\n")
        return [line for line in (line.strip(b"\r") for line in lines) if line]


@contextlib.contextmanager
def _terminal() -> Iterator[_Terminal]:
    """The terminal without its echo, if there is one."""
    import termios

    if not sys.stdin.isatty():
        yield _Terminal(None)
        return
    file = sys.stdin.fileno()
    before = termios.tcgetattr(file)
    quiet = termios.tcgetattr(file)
    quiet[3] &= ~termios.ECHO
    termios.tcsetattr(file, termios.TCSANOW, quiet)
    try:
        yield _Terminal(file)
    finally:
        termios.tcflush(file, termios.TCIFLUSH)
        termios.tcsetattr(file, termios.TCSANOW, before)


def _hear(listening: Listening, terminal: _Terminal, seconds: int, output: Output) -> _Heard | None:
    """Whoever sent the test code, however turned; a device rather than the terminal it types into as well."""
    from kiosk.devices.trial_scan import Finding, tried

    end = time.monotonic() + seconds
    typed: _Heard | None = None
    while time.monotonic() < end:
        for change in listening.look():
            there = "There is" if change.is_there else "Unplugged"
            output.say(change.trouble or f"{there}: {change.source}")
        for spoken in [*listening.listen(_LOOK_SECONDS), *_typed(terminal)]:
            trial = tried(spoken.framed)
            if trial.finding is not Finding.OTHER and spoken.source.where:
                return _Heard(spoken=spoken, trial=trial)
            if trial.finding is not Finding.OTHER and typed is None:
                typed = _Heard(spoken=spoken, trial=trial)
                end = min(end, time.monotonic() + _DEVICE_FIRST_SECONDS)
            elif trial.finding is Finding.OTHER and len(spoken.framed.raw) >= _FEWEST:
                output.say(f"{spoken.source}: {trial.sentence}")
    return typed


def _typed(terminal: _Terminal) -> list[Spoken]:
    from kiosk.config import ScannerKind, ScannerSource
    from kiosk.devices.framing import Framed
    from kiosk.devices.listening import Spoken

    source = ScannerSource(kind=ScannerKind.WEDGE)
    return [Spoken(source=source, framed=Framed(raw=line, is_ended=True)) for line in terminal.lines()]


def _write(file: Path, heard: _Heard, baud: int) -> None:
    from kiosk.config import ScannerKind, read_config
    from kiosk.config_writing import write_settings

    source = heard.spoken.source
    values: dict[str, str | int] = {"source": str(source)}
    if source.kind is ScannerKind.SERIAL and baud != read_config(file).scanner_baud:
        values["baud"] = baud
    write_settings(file, "scanner", values)


def _told(output: Output, file: Path, sentence: str, heard: _Heard | None = None) -> int:
    is_written = heard is not None and heard.trial.is_good
    source = None if heard is None else str(heard.spoken.source)
    record = {
        "source": source,
        "finding": None if heard is None else str(heard.trial.finding),
        "advice": sentence,
        "written": str(file) if is_written else None,
    }
    lines = (
        [f"The scanner is {source}; {file} says so now. A kiosk that runs has to be started anew."]
        if is_written
        else []
    )
    output.result(record, [*lines, *([f"{sentence}."] if sentence else [])])
    return EXIT_DONE if is_written else EXIT_NO


def _show_code(output: Output) -> None:
    """The test code in half blocks, dark on light whatever the terminal's colours are."""
    from kiosk.devices.carriers import code_modules
    from kiosk.devices.trial_scan import TEST_TEXT

    dark = code_modules(TEST_TEXT) < 128
    ink, end = ("\x1b[38;5;16;48;5;231m", "\x1b[0m") if sys.stderr.isatty() else ("", "")
    blocks = " ▄▀█"
    for row in range(0, dark.shape[0], 2):
        below = dark[row + 1] if row + 1 < dark.shape[0] else [False] * dark.shape[1]
        line = "".join(blocks[2 * upper + lower] for upper, lower in zip(dark[row], below, strict=True))
        output.say(f"{ink}{line}{end}")
    output.say("Hold this code before the scanner, from the screen or from a photograph of it. Waiting …")
