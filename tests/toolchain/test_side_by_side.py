"""A run of tests, tried on small ones: side by side nothing it prints is lost, and nothing may be left running."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.support.left_running import MARK

TOP = Path(__file__).parents[2]
SIDE_BY_SIDE = ("--numprocesses", "2", "--dist", "loadfile")
# what it logs has no UTF-8
MEASURING = """
import logging
def test_measures(figure):
    figure("{figure}")
    logging.getLogger().warning(chr(0xD800))
"""
# its child ends, so only the mark that a grandchild inherits tells of it
LEAVING = """
import subprocess
def test_leaves():
    subprocess.run(["sh", "-c", "sleep 30 >/dev/null 2>&1 &"], check=True)
"""
SKIPPING = """
import pytest
def test_skips(size):
    pytest.skip("no disk here")
"""


def run(folder: Path, tests: Mapping[str, str], *words: str, torture: str = "0") -> tuple[int, str]:
    """These files of tests under the project's own conftest and settings, in a tree of their own."""
    for name in ("pyproject.toml", "tests/conftest.py", "tests/support"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).symlink_to(TOP / name)
    for name, text in tests.items():
        (folder / "tests" / f"test_{name}.py").write_text(text, encoding="utf-8")
    told = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *words],
        cwd=folder,
        env={name: value for name, value in os.environ.items() if name != MARK} | {"QAQPA_TORTURE": torture},
        capture_output=True,
        text=True,
        check=False,
    )
    return told.returncode, told.stdout + told.stderr


@pytest.mark.parametrize("words", [(), SIDE_BY_SIDE], ids=["in one process", "in two"])
def test_what_was_measured_is_printed_once_and_what_was_left_running_is_named(
    tmp_path: Path, words: tuple[str, ...]
) -> None:
    figures = {name: MEASURING.format(figure=f"{name} kills") for name in ("two", "ten")}
    code, told = run(tmp_path, {**figures, "leaving": LEAVING}, *words)
    (left,) = re.findall(r"^(\d+): sleep 30$", told, re.MULTILINE)
    os.kill(int(left), signal.SIGKILL)
    assert "3 passed" in told
    assert code == pytest.ExitCode.TESTS_FAILED
    assert re.findall(r"^test_measures: (.*)$", told, re.MULTILINE) == ["ten kills", "two kills"]


def test_a_torture_run_that_skips_fails_and_names_it_side_by_side_too(tmp_path: Path) -> None:
    code, told = run(tmp_path, {"skipping": SKIPPING}, *SIDE_BY_SIDE, torture="1")
    assert code == pytest.ExitCode.TESTS_FAILED
    assert "tests/test_skipping.py::test_skips" in told.partition("these parts could not run")[2]
