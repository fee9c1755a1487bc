"""What every command shares: exit codes, the options --data, --json and --debug, lines of output, and given times."""

from __future__ import annotations

import importlib
import json
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from kiosk.errors import UsageError

if TYPE_CHECKING:
    from kiosk.rules.policy import PolicySet

EXIT_DONE, EXIT_NO, EXIT_USAGE, EXIT_ENVIRONMENT, EXIT_BUG = range(5)
LANGUAGES = ("kk", "ru", "en")
DEVICE = "device"
"""Who acts where nobody is named: whoever knows the PIN of this device."""

Function = TypeVar("Function", bound=Callable[..., Any])
Item = TypeVar("Item")


@dataclass(slots=True)
class Invocation:
    """One run of the program: what its options say about the run itself."""

    debug: bool = False


@dataclass(frozen=True, slots=True)
class Lazy:
    """A command that is imported when it is run: `module:name`, and its one line in the list."""

    target: str
    line: str


class LazyGroup(click.Group):
    """A group that lists its commands without importing them."""

    def __init__(self, *args: Any, commands_by_name: Mapping[str, Lazy], **options: Any) -> None:
        super().__init__(*args, **options)
        self._lazy = commands_by_name

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names in the order a newcomer meets them."""
        return list(self._lazy)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of this name, imported now."""
        if cmd_name not in self._lazy:
            return None
        module, _, name = self._lazy[cmd_name].target.partition(":")
        command: click.Command = getattr(importlib.import_module(module), name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list under `Commands`, from the lines alone."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, lazy.line) for name, lazy in self._lazy.items()])


class Output:
    """Where results go: one JSON object a line under --json, lines for people otherwise. Messages go to stderr."""

    def __init__(self, *, as_json: bool) -> None:
        self.as_json = as_json

    def result(self, record: Mapping[str, Any], text: str | Iterable[str] | None = None) -> None:
        """Print one result; `text` is what a person reads instead, a line or several."""
        if self.as_json:
            click.echo(_json_line(record))
        elif text is not None:
            for line in [text] if isinstance(text, str) else text:
                click.echo(line)

    def say(self, sentence: str) -> None:
        """Tell a person something that is no result."""
        click.echo(sentence, err=True)


def _json_line(record: Mapping[str, Any]) -> bytes:
    """One line of UTF-8, whatever the terminal's own charset."""
    try:
        return json.dumps(record, ensure_ascii=False).encode()
    except UnicodeEncodeError:  # a file name that is no Unicode: JSON can still name it by escapes
        return json.dumps(record).encode()


def data_option(function: Function) -> Function:
    """--data DIR."""
    return click.option(
        "--data",
        "folder",
        type=click.Path(path_type=Path, file_okay=True, dir_okay=True),
        envvar="QAQPA_DATA",
        default=_default_folder,
        metavar="DIR",
        help="The data folder (default: $QAQPA_DATA, else the platform's data folder).",
    )(function)


def json_option(function: Function) -> Function:
    """--json, handed on as `output`."""

    def make(ctx: click.Context, parameter: click.Parameter, value: bool) -> Output:
        return Output(as_json=value)

    return click.option(
        "--json", "output", is_flag=True, callback=make, help="Print one JSON object a line on standard output."
    )(function)


def debug_option(function: Function) -> Function:
    """--debug, kept by the invocation."""

    def remember(ctx: click.Context, parameter: click.Parameter, value: bool) -> None:
        if value and isinstance(ctx.obj, Invocation):
            ctx.obj.debug = True

    return click.option(
        "--debug",
        is_flag=True,
        expose_value=False,
        is_eager=True,
        callback=remember,
        help="Show where in the program an error came from.",
    )(function)


def every_command(function: Function) -> Function:
    """The options of every command."""
    return data_option(json_option(debug_option(function)))


def language_option(function: Function) -> Function:
    """--language, of the sentences for people."""
    return click.option(
        "--language",
        type=click.Choice(LANGUAGES),
        default="en",
        show_default=True,
        help="The language of the sentences a visitor would read.",
    )(function)


def by_option(function: Function) -> Function:
    """--by, the name under which an entry is written."""
    return click.option(
        "--by", default=DEVICE, show_default=True, metavar="NAME", help="Who; a name of the park's list."
    )(function)


class TimeType(click.ParamType[datetime]):
    """ISO 8601; without an offset it is the park's local time, which only the park's policy knows."""

    name = "TIME"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        """The time as it was written, with or without an offset."""
        if isinstance(value, datetime):
            return value
        try:
            return datetime.fromisoformat(value)
        except ValueError:
            self.fail(f"{value!r} is not a time: write it as 2026-07-14T09:30 or 2026-07-14T04:30:00Z", param, ctx)


class DayType(click.ParamType[date]):
    """A local date."""

    name = "DAY"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """The date as it was written."""
        if isinstance(value, date):
            return value
        try:
            return date.fromisoformat(value)
        except ValueError:
            self.fail(f"{value!r} is not a day: write it as 2026-07-14", param, ctx)


TIME = TimeType()
DAY = DayType()


def progress(items: Iterable[Item]) -> Iterator[Item]:
    """The same items; a line on standard error counts them while they take long, if a person looks at it."""
    if not sys.stderr.isatty() or sys.stdout.isatty():  # on one screen with the results it would only be in their way
        yield from items
        return
    with click.progressbar(items, file=sys.stderr, show_eta=False) as counted:
        yield from counted


def unix(time: datetime, utc_offset_minutes: int) -> int:
    """A given time in whole Unix seconds; one without an offset is in the park's local time."""
    aware = time if time.tzinfo else time.replace(tzinfo=timezone(timedelta(minutes=utc_offset_minutes)))
    seconds = int(aware.timestamp())
    if seconds < 0:
        raise UsageError(f"{time.isoformat()} is before 1970: give a time of this age")
    return seconds


def park_seconds(time: datetime, policy: PolicySet | None) -> int:
    """A given time in whole Unix seconds, by the clock of the park whose set this is."""
    from kiosk.rules.policy import Policy

    return unix(time, (policy.policy if policy else Policy()).utc_offset_minutes)


def _default_folder() -> str:
    import platformdirs

    return platformdirs.user_data_dir("qaqpa", appauthor=False)
