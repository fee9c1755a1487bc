"""docs/THREATS.md: each threat has a control and a test, and each test named there exists."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "THREATS.md").read_text(encoding="utf-8")
ROWS = [line for line in PAGE.splitlines() if line.startswith("| ") and not line.startswith(("| threat", "|---"))]
NAMED = re.findall(r"`(tests/[a-z_/0-9]+\.py)::(test_[a-z_0-9]+)`", PAGE)


def test_there_are_threats_of_every_kind() -> None:
    assert len(ROWS) > 40
    assert len(re.findall(r"^## ", PAGE, re.MULTILINE)) >= 5


@pytest.mark.parametrize("row", ROWS, ids=[row[2:50] for row in ROWS])
def test_each_threat_has_a_control_and_a_test(row: str) -> None:
    threat, control, tests = (cell.strip() for cell in row.strip("|").split(" | "))
    assert threat
    assert control
    assert tests.startswith("`tests/")


@pytest.mark.parametrize("file", sorted({file for file, _name in NAMED}))
def test_each_test_that_is_named_exists(file: str) -> None:
    tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
    found = {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
    assert {name for path, name in NAMED if path == file} <= found
