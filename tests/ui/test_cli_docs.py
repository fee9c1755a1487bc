"""The command line's page holds every command and option, and asking for help costs nothing."""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from kiosk.errors import BugError, BusyError, EnvironmentalError, UsageError
from kiosk.rules.entries import EntryKey
from tests.support.enrolled import enrolled_home
from tests.support.park import SmallPark
from tests.support.shell import ROOT, environment, qaqpa
from ui import cli

HEAVY = ("PySide6", "cv2", "fastapi", "numpy", "requests", "sqlalchemy", "sqlcipher3", "zxingcpp")
ON_EVERY_COMMAND = ("--data", "--json", "--debug", "--help")


def commands(command: click.Command = cli.qaqpa, path: str = "qaqpa") -> Iterator[tuple[str, click.Command]]:
    if not isinstance(command, click.Group):
        yield path, command
        return
    context = click.Context(command)
    for name in command.list_commands(context):
        inner = command.get_command(context, name)
        assert inner is not None
        yield from commands(inner, f"{path} {name}")


ALL = dict(commands())


def options_of(command: click.Command) -> set[str]:
    return {name for p in command.params if isinstance(p, click.Option) for name in p.opts if name.startswith("--")}


def test_every_command_of_the_slice_is_there() -> None:
    assert set(ALL) == {
        f"qaqpa {name}"
        for name in (
            "registry tls make", "registry tls renew", "registry tls status",
            "registry tls next", "registry tls switch",
            "registry unsold", "registry devices", "registry park staff",
            "registry device suspend", "registry device restore", "registry device revoke", "registry device take",
            "registry park activate", "staff list", "staff activate", "staff signin",
            "demo", "run", "scan", "decode", "verify", "registry init", "registry serve", "registry issue",
            "registry revoke", "registry restore", "registry erase", "registry enrol", "registry export", "enrol",
            "sync", "status", "find", "export", "override", "annul", "correct", "journal show", "journal verify",
            "journal purge", "journal erase", "journal replay", "journal export", "clock set", "registry settle",
            "inside", "left", "called", "price",
            "admit exempt", "admit resident", "admit staff", "admit official", "admit claim", "admit found",
            "admit event", "registry reissue", "registry claims", "registry tables show", "registry tables load",
            "registry tables back", "registry park add",
            "doctor", "bench decode", "bench gate", "bench ticket", "bench verdict",
            "registry keys list", "registry keys add", "registry keys retire",
            "gate keep-open", "gate normal", "registry quota list", "registry quota move",
            "registry trust key make", "registry trust key show", "registry trust begin", "registry trust sign",
            "registry trust publish", "registry trust keys prepare", "registry trust rotate root",
            "registry trust rotate targets", "registry trust rotate online", "registry trust rotate park",
            "registry trust park-key",
            "registry trust revoke", "registry trust stick", "registry trust status",
            "registry trust clock-is-right",
            "registry keys list-only", "registry keys revoke", "gate open", "shift open", "shift count",
            "shift page", "shift close", "shift paper", "alarm list", "alarm raise", "alarm acknowledge",
            "report incident", "report person", "registry reports", "scanner learn", "printer test",
        )
    }  # fmt: skip


@pytest.mark.parametrize("name", sorted(ALL))
def test_the_page_holds_the_command_with_each_of_its_options(name: str) -> None:
    page = (ROOT / "docs" / "COMMANDS.md").read_text()
    paragraphs = [part for part in page.split("\n\n") if f"`{name}" in part]
    assert paragraphs, f"{name} is not on the page"
    missing = options_of(ALL[name]) - set(ON_EVERY_COMMAND) - {"--database"}
    assert not {option for option in missing if not any(option in part for part in paragraphs)}


@pytest.mark.parametrize("name", sorted(ALL))
def test_every_command_has_an_example_and_the_options_of_all(name: str) -> None:
    command = ALL[name]
    assert (command.epilog or "").startswith(f"Example: {name}")
    assert (command.help or "").strip()
    assert {"--data", "--debug"} <= options_of(command)


def test_every_entry_id_of_an_example_is_one_that_the_program_takes() -> None:
    texts = [(ROOT / "docs" / name).read_text() for name in ("COMMANDS.md", "PROTOCOL.md")]
    texts += [command.epilog or "" for command in ALL.values()]
    ids = [found for text in texts for found in re.findall(r"\b[0-9A-Z]{20}\b", text)]
    assert len(ids) > 7
    assert [str(EntryKey.parse(one)) for one in ids] == ids


def test_help_says_what_each_command_does_and_lists_nothing_that_is_not_built() -> None:
    told = qaqpa("--help")
    assert told.code == 0
    for name in cli.COMMANDS:
        assert f"\n  {name} " in told.out
    assert not [word for word in ("xlsx", "parquet") if word in told.out]
    assert qaqpa("--version").out.startswith("qaqpa ")


def test_asking_for_help_loads_nothing_heavy() -> None:
    asking = f"""
import sys
from ui import cli
cli.main(["--help"])
for name in cli.COMMANDS:
    cli.main([name, "--help"])
loaded = sorted(set({HEAVY!r}) & set(sys.modules))
sys.exit(f"loaded: {{loaded}}" if loaded else 0)
"""
    told = subprocess.run(
        [sys.executable, "-c", asking], env=environment(), capture_output=True, text=True, check=False
    )
    assert told.returncode == 0, told.stderr


def test_a_kiosk_tells_how_it_is_without_loading_what_draws_pages(tmp_path: Path) -> None:
    home = enrolled_home(tmp_path / "data", SmallPark())
    asking = f"""
import sys
from ui import cli
code = cli.main(["status", "--data", {str(home.path)!r}])
sys.exit("fpdf was loaded" if "fpdf" in sys.modules else code)
"""
    told = subprocess.run(
        [sys.executable, "-c", asking], env=environment(), capture_output=True, text=True, check=False
    )
    assert "fpdf" not in told.stderr
    assert "park: 7" in told.stdout


@pytest.mark.parametrize(
    "error, code",
    [
        (UsageError("mend it"), 2),
        (EnvironmentalError("no disk"), 3),
        (BusyError("somebody else"), 3),
        (OSError(28, "No space left on device", "/data"), 3),
        (BugError("impossible"), 4),
        (RuntimeError("surprise"), 4),
        (KeyboardInterrupt(), 130),
    ],
)
def test_the_exit_code_says_whose_fault_it_was(
    error: BaseException, code: int, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    @click.command()
    def failing() -> None:
        raise error

    monkeypatch.setattr(cli.qaqpa, "get_command", lambda context, name: failing)
    assert cli.main(["failing"]) == code
    told = capfd.readouterr()
    assert told.out == ""
    (sentence,) = told.err.strip().splitlines()
    assert sentence.startswith("qaqpa: ")


def test_only_debug_shows_where_an_error_came_from(tmp_path: object) -> None:
    finished = subprocess.run(
        [sys.executable, "-m", "ui.cli", "status", "--debug", "--data", f"{tmp_path}/none"],
        env=environment(), capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert finished.returncode == 3
    assert "Traceback" in finished.stderr
    assert finished.stdout == ""
