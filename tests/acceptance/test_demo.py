"""The demo: what the kiosk answers follows from what is held before its camera, and from whose keys it believes."""

import json
import signal
import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, insert, select

from kiosk.devices.guard import SAME_CODE_SECONDS
from kiosk.errors import UsageError
from kiosk.store.home import Home
from sync.registry import database as db
from sync.registry.publishing import publish_set
from sync.registry.service import RegistryService
from tests.support.shell import command, environment, tied
from ui.commands.common import Output
from ui.demo import run_demo
from ui.demo_cast import FRAMES, FRAMES_A_SECOND, GAP, UNREADABLE, VISITORS, Script, Visitor
from ui.demo_tickets import PARK

ISSUER = "0701"
NAMED = {visitor.shows: visitor for visitor in reversed(VISITORS)}
COPY = next(visitor for visitor in VISITORS if visitor.who.startswith("a copy"))
FEW: tuple[Visitor, ...] = (
    NAMED["family"],
    NAMED["couple"],
    NAMED["expired"],
    NAMED["other_park"],
    COPY,
    NAMED["altered"],
    NAMED["minutes_ago"],
    NAMED["training"],
)
ANSWERS = ["ok", "ok", "expired", "wrong_park", "already_used", "forged", "unlisted", "training"]


def play(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], script: Script
) -> tuple[int, list[dict[str, Any]], dict[str, Any]]:
    """Run the demo; its exit code, the decisions it printed, and its conclusion."""
    code = run_demo(
        Home(tmp_path / "data"),
        headless=True,
        keep=False,
        output=Output(as_json=True),
        script=script,
        pictures=tmp_path / "pictures",
    )
    *decisions, conclusion = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    return code, decisions, conclusion


def reasons(decisions: Sequence[dict[str, Any]]) -> list[str]:
    """The printed reasons, in their order."""
    return [decision["reason"] for decision in decisions]


def test_the_demo_ends_well_when_all_is_as_expected(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, decisions, conclusion = play(tmp_path, capsys, Script(filmed=FEW, expected=FEW))
    assert reasons(decisions) == ANSWERS
    assert conclusion == {"visitors": len(FEW), "differences": [], "counts_agree": True}
    assert code == 0
    left = sorted(path.stem for path in (tmp_path / "pictures").glob("*.png"))
    for answer in ANSWERS:  # a picture of the screen for each
        assert any(name.endswith(answer.replace("_", "-")) for name in left), (answer, left)


def test_two_visitors_swapped_and_a_code_damaged_change_exactly_their_decisions(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    filmed = [*FEW]
    filmed[1], filmed[2] = filmed[2], filmed[1]
    filmed[6] = replace(filmed[6], damage=UNREADABLE)
    code, decisions, conclusion = play(tmp_path, capsys, Script(filmed=filmed, expected=FEW))
    assert reasons(decisions) == ["ok", "expired", "ok", "wrong_park", "already_used", "forged", "training"]
    assert code == 1
    second, third, seventh = conclusion["differences"]
    assert second.startswith("visitor 2 ")
    assert second.endswith("expected admitted ok 2 now, 0 left, but it was refused expired")
    assert third.startswith("visitor 3 ")
    assert third.endswith("expected refused expired, but it was admitted ok 2 now")
    assert seventh.startswith("visitor 7 ")
    assert seventh.endswith("expected admitted unlisted 2 now, 0 left, but it was no decision")
    assert conclusion["counts_agree"]


def test_without_the_issuers_key_its_tickets_are_referred_and_no_others(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    script = Script(filmed=FEW, expected=FEW, before_contact=publish_without_the_issuers_key)
    code, decisions, conclusion = play(tmp_path, capsys, script)
    unknown = ["unknown_key"]
    assert reasons(decisions) == [*unknown * 3, "wrong_park", *unknown * 3, "training"]
    assert code == 1
    assert len(conclusion["differences"]) == 6


def publish_without_the_issuers_key(service: RegistryService) -> None:
    """The office goes on signing with the key, but the park's set does not name it."""
    table = db.issuer_key
    this = table.c.park_id == PARK, table.c.kid == ISSUER
    with service.database.writing() as connection:
        row = dict(connection.execute(select(table).where(*this)).mappings().one())
        connection.execute(delete(table).where(*this))
        publish_set(connection, service.folder, PARK, service.now())
        connection.execute(insert(table).values(**row))


def test_no_visitor_of_the_full_demo_comes_back_while_their_code_still_counts_as_held_up() -> None:
    seen: dict[str, int] = {}
    for place, visitor in enumerate(VISITORS):
        first = place * (FRAMES + GAP)
        assert first - seen.get(visitor.shows, -1000) > SAME_CODE_SECONDS * FRAMES_A_SECOND, visitor.who
        seen[visitor.shows] = first + FRAMES
    assert len(VISITORS) >= 20


def test_the_demo_deletes_no_folder_but_its_own(tmp_path: Path) -> None:
    kept = tmp_path / "demo" / "thesis.txt"
    kept.parent.mkdir()
    kept.write_text("mine")
    with pytest.raises(UsageError, match="holds no file DEMO"):
        run_demo(Home(tmp_path), headless=True, keep=False)
    assert kept.read_text() == "mine"


def test_a_demo_that_is_told_to_end_leaves_nothing_running(tmp_path: Path) -> None:
    with subprocess.Popen(
        tied(*command("demo", "--headless", "--data", tmp_path)),
        env=environment(),
        cwd=tmp_path,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    ) as demo:
        assert demo.stderr is not None
        try:
            assert within(60.0, lambda: commands_naming(tmp_path) == {"demo", "registry"})
            demo.send_signal(signal.SIGTERM)
            rest = demo.stderr.read()
            assert demo.wait(30) == 130, rest
            assert "Traceback" not in rest
        finally:
            demo.kill()
    assert within(10.0, lambda: commands_naming(tmp_path) == set())


def commands_naming(folder: Path) -> set[str]:
    """Which commands of the program run now with this data folder or one in it."""
    found = set()
    for entry in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            words = entry.read_bytes().decode(errors="replace").split("\0")
        except OSError:  # ended meanwhile
            continue
        if "ui.cli" in words and any(word.startswith(str(folder)) for word in words):
            found.add(words[words.index("ui.cli") + 1])
    return found


def within(seconds: float, holds: Callable[[], bool]) -> bool:
    """Whether it comes true within that time."""
    until = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > until:
            return False
        time.sleep(0.05)
    return True
