"""registry keys from a shell: what an officer does on the day a key changes, and on the day one leaks."""

import shutil
from pathlib import Path

import pytest

from tests.support.shell import Finished, qaqpa_here

FIELDS = {
    "kid", "status", "signs_from", "signs_until", "verifies_until", "products", "longest_validity_days", "listed",
}  # fmt: skip


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A demo registry that nobody writes to; tests take copies."""
    folder = tmp_path_factory.mktemp("made") / "registry"
    assert qaqpa_here("registry", "init", "--demo", "--data", folder).code == 0
    return folder


@pytest.fixture
def registry(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(made, tmp_path / "registry"))


def keys(folder: Path, *words: str | Path) -> Finished:
    return qaqpa_here("registry", "keys", *words, "--park", "7", "--data", folder, "--json")


def test_a_key_s_life_is_five_commands(registry: Path, tmp_path: Path) -> None:
    listed = keys(registry, "list")
    assert listed.code == 0
    assert [line["kid"] for line in listed.records] == ["0701", "07f1"]
    assert set(listed.records[0]) == FIELDS | {"alive"}
    assert listed.records[0]["alive"] > 100
    added = keys(registry, "add", "--days", "100", "--product", "1")
    assert (added.record["status"], added.record["products"], added.err) == ("active", [1], "")
    hasty = keys(registry, "add", "--from", "2026-01-01T00:00")
    assert hasty.record["signs_from"] == "2025-12-31T19:00:00Z"
    assert "less than 90 days" in hasty.err
    assert keys(registry, "retire", "0701").record["status"] == "verify-only"
    few = keys(registry, "list-only", "0701", "--issued-before", "2001-01-01T00:00")
    assert (few.record["status"], few.record["listed"]) == ("listed-only", 0)
    file = tmp_path / "allowed"
    file.write_text("ab" * 16 + "\n" + "CD" * 16 + "\n", encoding="ascii")
    assert keys(registry, "list-only", "0701", "--allow", file).record["listed"] == 2
    assert keys(registry, "list-only", "0701").record["listed"] == listed.records[0]["alive"]
    assert keys(registry, "revoke", "0701").record["status"] == "revoked"
    again = keys(registry, "retire", "0701")
    assert again.code == 2
    assert "revoked" in again.err


def test_what_is_wrong_is_a_sentence_and_changes_nothing(registry: Path, tmp_path: Path) -> None:
    file = tmp_path / "allowed"
    for text, said in (("hello\n", "'hello' is not a ticket's identity"), ("ü", "no list of identities")):
        file.write_text(text, encoding="utf-8")
        told = keys(registry, "list-only", "0701", "--allow", file)
        assert (told.code, said in told.err) == (2, True)
    both = keys(registry, "list-only", "0701", "--allow", file, "--issued-before", "2026-01-01")
    assert both.code == 2
    assert keys(registry, "list-only", "0701", "--allow", tmp_path / "none").code == 3
    for kid, said in (("7", "four hexadecimal"), ("ffff", "no issuer key ffff")):
        told = keys(registry, "revoke", kid)
        assert (told.code, said in told.err) == (2, True)
    assert keys(registry, "list").records[0]["status"] == "active"


def test_whoever_takes_the_last_key_away_is_told_that_nothing_can_be_sold(registry: Path) -> None:
    assert keys(registry, "retire", "07F1").err == ""
    assert "nothing can be sold" in keys(registry, "retire", "0701").err
