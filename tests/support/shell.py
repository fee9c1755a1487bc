"""The command line as a shell sees it: a process of its own, its exit code, and what it wrote where."""

import io
import json
import os
import pty
import shutil
import subprocess
import sys
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, redirect_stderr, redirect_stdout, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self
from unittest import mock

import pytest

from ui import cli

# Ends a program with whoever started it: a run of tests that is killed can stop nothing any more.
_TIED = ("setpriv", "--pdeathsig") if shutil.which("setpriv") else ()
ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, kw_only=True, slots=True)
class Finished:
    """A command that has ended."""

    code: int
    out: str
    err: str

    @property
    def records(self) -> list[dict[str, Any]]:
        """Standard output as JSON, one object a line; anything else there fails the test."""
        records = [json.loads(line) for line in self.out.splitlines()]
        assert all(isinstance(record, dict) for record in records)
        return records

    @property
    def record(self) -> dict[str, Any]:
        """The one JSON object on standard output."""
        (record,) = self.records
        return record


@dataclass(frozen=True, kw_only=True, slots=True)
class Forbidden:
    """A folder that the command may not read; `before` starts it as somebody for whom that is so."""

    path: Path
    before: Sequence[str]

    @classmethod
    @contextmanager
    def under(cls, parent: Path) -> Iterator[Self]:
        """The folder, until it must be cleaned away again; the test is left out where no such user can be had."""
        path = parent / "forbidden"
        path.mkdir()
        try:
            yield cls(path=path, before=_as_nobody())
        finally:
            path.chmod(0o700)

    def holding(self, file: Path) -> Path:
        """The place of a copy of this file in the folder, which is shut from now on."""
        inside = self.path / file.name
        shutil.copy(file, inside)
        self.path.chmod(0)
        return inside


def _as_nobody() -> Sequence[str]:
    if os.geteuid() != 0:
        return ()
    # The superuser may read everything, so the command runs as the user nobody.
    words = ("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--")
    if shutil.which("setpriv") is None:
        pytest.skip("the superuser may read every folder, and there is no setpriv to be somebody else")
    if subprocess.run([*words, *command("--version")], env=environment(), capture_output=True, check=False).returncode:
        pytest.skip("the superuser may read every folder, and no other user may run this program")
    return words


def qaqpa(
    *arguments: str | Path,
    given: str | bytes = b"",
    env: Mapping[str, str] | None = None,
    before: Sequence[str] = (),
    seconds: float = 60,
) -> Finished:
    """Run one command to its end; a traceback among its messages fails the test."""
    finished = subprocess.run(
        [*before, *command(*arguments)],
        input=given.encode() if isinstance(given, str) else given,
        capture_output=True,
        timeout=seconds,
        env=environment(env),
        check=False,
    )
    result = Finished(code=finished.returncode, out=finished.stdout.decode(), err=finished.stderr.decode())
    assert "Traceback" not in result.err, result.err
    return result


def qaqpa_here(*arguments: str | Path, env: Mapping[str, str] | None = None) -> Finished:
    """Run one command to its end in this process: what it says and how it ends, without the second of a start."""
    out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True) for _ in range(2))
    with (
        warnings.catch_warnings(),
        mock.patch.dict(os.environ, environment(env), clear=True),
        redirect_stdout(out),
        redirect_stderr(err),
    ):
        code = cli.main([str(word) for word in arguments])
    said = [stream.buffer.getvalue().decode() for stream in (out, err)]
    return Finished(code=code, out=said[0], err=said[1])


def at_a_terminal(arguments: list[str], *typed: str) -> tuple[int, str]:
    """The exit code and what the screen showed, when somebody typed one of these at each question."""
    child, terminal = pty.fork()
    if child == 0:
        os.execve(arguments[0], arguments, environment())
    shown, left = "", list(typed)
    with suppress(OSError):  # the terminal ends with the program
        while data := os.read(terminal, 1000):
            shown += data.decode()
            if left and shown.endswith(": "):
                os.write(terminal, f"{left.pop(0)}\n".encode())
    os.close(terminal)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), shown


def command(*arguments: str | Path) -> list[str]:
    """The program and its arguments, as a list to start."""
    return [sys.executable, "-m", "ui.cli", *map(str, arguments)]


def tied(*words: str | Path, by: str = "KILL") -> list[str]:
    """This command line for what runs on beside a test: it ends, by this signal, with the thread that started it."""
    return [*((*_TIED, by, "--") if _TIED else ()), *map(str, words)]


def environment(more: Mapping[str, str] | None = None) -> dict[str, str]:
    """This process's environment without what would point a command at a developer's own data."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("QAQPA_")}
    return {**kept, "PYTHONPATH": str(ROOT), **(more or {})}
