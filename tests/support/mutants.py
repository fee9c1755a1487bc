"""Mutants of the rules: mutmut works in a copy of what their tests need, and this reads what became of each.

The copy is laid out as mutmut wants it: it puts the changed package before the installed one on Python's path. A mutant
counts as killed when a test fails or never ends; what no test reaches has survived.
"""

import json
import random
import re
import shutil
import subprocess
import sys
import tomllib
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

TOP = Path(__file__).parents[2]
DATA = Path("sync/registry/published_tariffs.json")  # what the tests of tariffs hold their amounts against
RULES = "kiosk/rules"
TESTS = "tests/kiosk/rules"
EQUIVALENT = TOP / "tests" / "toolchain" / "equivalent_mutants.toml"
# where the tests of a module are not in the file that bears its name alone
_VERDICTS = tuple(f"{TESTS}/test_{name}.py" for name in ("admission", "limits", "special", "parties", "edges"))
FURTHER_TESTS = {
    "moment": ("tests/kiosk/test_clock.py",),
    "admission": _VERDICTS[1:],
    "objections": _VERDICTS,
    "case": _VERDICTS,
    "limits": (f"{TESTS}/test_limit_edges.py", f"{TESTS}/test_quota.py", f"{TESTS}/test_running.py"),
    "quota": (f"{TESTS}/test_running.py", f"{TESTS}/test_limits.py"),
    "running": (f"{TESTS}/test_quota.py", f"{TESTS}/test_limits.py"),
    "passages": (f"{TESTS}/test_quota.py",),
    "standing": (f"{TESTS}/test_settled.py", f"{TESTS}/test_admission.py"),
}
_KILLED = frozenset({"killed", "timeout", "segfault"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    """One line of a module before and after."""

    module: str
    was: str
    becomes: str


@dataclass(kw_only=True, slots=True)
class Tally:
    """What became of a module's mutants."""

    killed: int = 0
    equivalent: list[Change] = field(default_factory=list)
    survived: list[str] = field(default_factory=list)

    @property
    def share(self) -> float:
        """Killed of all that could be; a module without any is as good as it can be."""
        return self.killed / max(1, self.killed + len(self.survived)) if self.survived else 1.0


def modules() -> list[str]:
    """The modules that the project's settings name, as far as they are there."""
    settings = tomllib.loads((TOP / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["mutmut"]
    return [Path(name).stem for name in settings["only_mutate"] if (TOP / name).exists()]


def known_equivalents() -> dict[Change, str]:
    """The mutants that nothing could tell from the original, each with why."""
    listed = tomllib.loads(EQUIVALENT.read_text(encoding="utf-8"))["equivalent"]
    return {Change(module=item["module"], was=item["was"], becomes=item["becomes"]): item["why"] for item in listed}


class Survey:
    """A copy of the tree in which mutants of these modules are tried by the modules' own tests."""

    def __init__(self, folder: Path, *names: str) -> None:
        self._folder, self._names = folder, names
        for part in ("kiosk", "tests/support", "tests/data", "tests/kiosk"):
            shutil.copytree(TOP / part, folder / part, ignore=shutil.ignore_patterns("__pycache__"))
        shutil.copy(TOP / "tests" / "conftest.py", folder / "tests")
        (folder / DATA).parent.mkdir(parents=True)
        shutil.copy(TOP / DATA, folder / DATA)
        self._configure()

    @property
    def tests(self) -> list[str]:
        """The files of tests that are tried, those of the modules' names and what else is theirs."""
        named = [path for name in self._names for path in sorted((self._folder / TESTS).glob(f"test_{name}*.py"))]
        further = [other for name in self._names for other in FURTHER_TESTS.get(name, ())]
        return [str(path.relative_to(self._folder)) for path in named] + further

    def remove(self, test: str, file: str) -> None:
        """Take a test away, in the copy."""
        path = self._folder / TESTS / file
        text = path.read_text(encoding="utf-8")
        assert f"def {test}(" in text
        path.write_text(text.replace(f"def {test}(", f"def not_a_{test}("), encoding="utf-8")

    def run(self, sample: int | None = None) -> dict[str, Tally]:
        """Try all mutants, or so many of them that are drawn by lot, the same each time."""
        if sample is None:
            self._mutmut("run", "--max-children", "2")
        else:
            # the first of each function; all mutants are made by it, and their names known
            self._mutmut("run", "--max-children", "2", *(f"kiosk.rules.{name}.*__mutmut_1" for name in self._names))
            drawn = random.Random(20260704).sample(self._all(), sample)
            self._mutmut("run", "--max-children", "2", *drawn)
        return self._tallies()

    def _tallies(self) -> dict[str, Tally]:
        known = known_equivalents()
        tallies: dict[str, Tally] = defaultdict(Tally)
        for mutant, status in self._results():
            module = mutant.split(".")[2]
            if status in _KILLED:
                tallies[module].killed += 1
            elif status != "not checked":
                change = self._change(mutant)
                if change in known:
                    tallies[module].equivalent.append(change)
                else:
                    tallies[module].survived.append(f"{mutant}: {change.was}  ->  {change.becomes}")
        return dict(tallies)

    def _results(self) -> list[tuple[str, str]]:
        lines = self._mutmut("results", "--all", "true").splitlines()
        pairs = (line.strip().rpartition(": ") for line in lines if ": " in line)
        return [(mutant, status) for mutant, _, status in pairs]

    def _all(self) -> list[str]:
        return sorted(mutant for mutant, _ in self._results())

    def _change(self, mutant: str) -> Change:
        shown = self._mutmut("show", mutant).splitlines()
        lines = {
            sign: [line[1:].strip() for line in shown if re.match(rf"\{sign}(?!\{sign}\{sign})", line)] for sign in "-+"
        }
        return Change(module=mutant.split(".")[2], was=" ".join(lines["-"]), becomes=" ".join(lines["+"]))

    def _mutmut(self, *words: str) -> str:
        command = [sys.executable, "-m", "mutmut", *words]
        ended = subprocess.run(command, cwd=self._folder, capture_output=True, check=False)
        text = ended.stdout.decode(errors="replace")
        if ended.returncode:
            pytest.fail(
                f"mutmut {words[0]} ended with {ended.returncode}:\n{text[-3000:]}{ended.stderr.decode()[-2000:]}"
            )
        return text

    def _configure(self) -> None:
        """The project's own settings, with the modules and tests of this survey in place of all."""
        text = (TOP / "pyproject.toml").read_text(encoding="utf-8")
        wanted: Sequence[str] = [f"{RULES}/{name}.py" for name in self._names]
        text = re.sub(
            r"(?s)^only_mutate = \[.*?^\]", f"only_mutate = {json.dumps(wanted)}", text, count=1, flags=re.MULTILINE
        )
        text = text.replace(
            "[tool.mutmut]", f"[tool.mutmut]\npytest_add_cli_args_test_selection = {json.dumps(self.tests)}"
        )
        (self._folder / "pyproject.toml").write_text(text, encoding="utf-8")
