"""The perfect modules: every branch of them is run by the tests that belong to them. The list only grows.

They run a second time for it, in a process of their own with coverage; hypothesis draws the same there every time.
"""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

TOP = Path(__file__).parents[2]
RULES = "kiosk/rules"
TESTS = ("tests/kiosk/rules", "tests/kiosk/test_clock.py")
PERFECT = frozenset(
    f"{RULES}/{name}.py"
    for name in (
        "activation", "acts", "admission", "base45_text", "canon", "case", "closed_cbor", "closures", "codes", "dusk",
        "edges", "entries", "events", "exemption", "facts", "handover", "keyring", "limits", "local_days", "lockout",
        "machine", "moment", "names", "objections", "opening", "parties", "passages", "permit", "personal", "pins",
        "plates", "policy", "presence", "quota", "readiness", "receipts", "refusals", "replay", "revocation", "roles",
        "running", "sought", "special", "spelling", "spot_check", "standing", "statistics", "table_faults", "tables",
        "tags", "tariff", "ticket", "trace", "words",
    )
)  # fmt: skip
# the one test that asks for codes of numbers that are none
CODES = "tests/kiosk/rules/test_codes.py"
OF_NUMBERS = "test_only_45_bits_are_the_number_of_a_code"
EXCUSES = re.compile(r"pragma:\s*no\s*(cover|branch|mutate)")


def test_every_module_of_the_rules_is_on_the_list() -> None:
    there = {str(path.relative_to(TOP)) for path in (TOP / RULES).glob("*.py") if path.stem != "__init__"}
    assert there == PERFECT


def test_no_rule_excuses_itself_from_being_tested() -> None:
    excused = [path for path in (TOP / RULES).rglob("*.py") if EXCUSES.search(path.read_text(encoding="utf-8"))]
    assert excused == []


@pytest.mark.timeout(900)  # all tests of the rules again, with coverage, beside whatever else runs
def test_every_branch_of_the_perfect_modules_is_run_by_their_own_tests(tmp_path: Path) -> None:
    covered = coverage_of(tmp_path, *TESTS)
    assert {name: lacks for name in sorted(PERFECT) if (lacks := missing(covered[name]))} == {}


def test_the_check_finds_a_branch_that_is_not_run(tmp_path: Path) -> None:
    covered = coverage_of(tmp_path, CODES, "--deselect", f"{CODES}::{OF_NUMBERS}")
    assert missing(covered[f"{RULES}/codes.py"])


def coverage_of(folder: Path, *tests: str) -> dict[str, Any]:
    """What of the rules these tests run, file by file."""
    data, report = folder / "coverage", folder / "coverage.json"
    run = ["run", "--rcfile=/dev/null", f"--data-file={data}", "--branch", f"--source={RULES}", "-m", "pytest"]
    plain = ("-q", "-p", "no:randomly", "-p", "no:cacheprovider")
    words = (*plain, "--hypothesis-profile=few", "--hypothesis-seed=0", *tests)
    ended = subprocess.run([sys.executable, "-m", "coverage", *run, *words], cwd=TOP, capture_output=True, check=False)
    if ended.returncode:
        pytest.fail(ended.stdout.decode()[-2000:])
    written = ["json", "--rcfile=/dev/null", f"--data-file={data}", "-o", str(report), "-q"]
    subprocess.run([sys.executable, "-m", "coverage", *written], cwd=TOP, check=True, capture_output=True)
    files: dict[str, Any] = json.loads(report.read_text(encoding="utf-8"))["files"]
    return files


def missing(file: dict[str, Any]) -> list[str]:
    """The lines and branches that no test ran."""
    lines = [f"line {line}" for line in file["missing_lines"]]
    return lines + [f"from {begin} to {end}" for begin, end in file["missing_branches"]]
