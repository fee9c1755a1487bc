"""Personal data is not found where it must not be: in no raw byte of a kiosk's folder, its logs, exports and backups.

Before the purge it is found only by who holds DIR.keys too. After the purge, or an erasure on request, it is not found
even so, nor in the backups of the folder that were made before.
"""

import base64
import logging
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest

from kiosk.facts import Scan
from kiosk.rules.entries import DecisionBody, Entry, Private, core_bytes
from kiosk.rules.permit import Party
from kiosk.rules.personal import Personal
from kiosk.rules.words import Outcome, Source
from kiosk.store.home import Home
from kiosk.store.vault import Vault
from sync.client import device_signer
from sync.enrolment import enrol
from sync.registry.issuing import IssuedTicket
from tests.support import canary
from tests.support.clock import ManualClock
from tests.support.crashing_kiosk import CrashingKiosk, copy_home
from tests.support.park import NOON
from tests.support.real_registry import PARK, RealRegistry, make_demo, real_registry
from tests.support.shell import command, environment

DAY = 86_400
ISSUED = {
    "the holder's name": "Zhanariya Canarykyzy",
    "the telephone": "+77015557391",
    "the document": "CNRY4840217",
    "the contact": "Canaryatau Birdsong",
}
SCANNED = {
    "the plate": "917CNY05",
    "the guide": "Guide Canariensis",
    "the document a ranger wrote": "cnry 484-0217",
    "the name a ranger wrote": "Serinuskyzy Aviana",
    "the reason": "because of Passeriform Oblast",
    "the contact a ranger wrote": "+77773339911",
    "the reason of an act": "Goldfinchuly was mistaken",
}
EVERYTHING = ISSUED | SCANNED
# what a kiosk may know with all its keys: what a ranger wrote, and at an admission the contact
KEPT = SCANNED | {"the contact": ISSUED["the contact"]}


@dataclass
class Scene:
    """A registry with a kiosk that let a party in and wrote down who they were."""

    registry: RealRegistry
    kiosk: CrashingKiosk
    clock: ManualClock
    ticket: IssuedTicket
    entry: Entry
    outside: Path
    """Logs, exports and whatever else leaves the kiosk."""
    backups: list[Path]

    def cycle(self) -> None:
        """Both ends agree."""
        self.registry.now = self.clock.at
        report = self.kiosk.engine.run_cycle()
        assert not report.has_failed, str(report)

    def tidy(self) -> None:
        """What need not be kept goes, to the last step."""
        for _ in range(1000):
            if not self.kiosk.checkpoint.tidy():
                return
        pytest.fail("it never comes to an end")

    def places(self) -> tuple[Path, ...]:
        """All that a thief without the keys may carry away."""
        return (self.kiosk.home.path, self.outside, *self.backups)

    def keys(self) -> Path:
        """What such a thief does not have."""
        return self.kiosk.home.keys


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_demo(tmp_path_factory.mktemp("demo") / "registry")


@pytest.fixture(scope="module")
def seen(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    """Only to be looked at: what commands print and write about it lies beside it."""
    with _scene(template, tmp_path_factory.mktemp("seen")) as scene:
        _leave_traces(scene.kiosk.home, scene.outside)
        yield scene


@pytest.fixture
def scene(template: Path, tmp_path: Path) -> Iterator[Scene]:
    with _scene(template, tmp_path) as scene:
        yield scene


@contextmanager
def _scene(template: Path, tmp_path: Path) -> Iterator[Scene]:
    outside = tmp_path / "outside"
    outside.mkdir()
    with _logged(outside / "kiosk.log"), real_registry(template, tmp_path / "registry") as registry:
        clock, home = ManualClock(NOON), Home(tmp_path / "data")
        (ticket,) = registry.service.issue(
            park=PARK,
            product=1,
            nbf=NOON - DAY // 2,
            exp=NOON + DAY,
            party=Party(adults=2),
            issued_at=NOON - DAY,
            plate=SCANNED["the plate"],
            personal=Personal(
                name=ISSUED["the holder's name"],
                phone=ISSUED["the telephone"],
                document=ISSUED["the document"],
                contact=ISSUED["the contact"],
                expected_return=NOON + 6 * 3600,
            ),
        )
        other = registry.issue()[0]
        registry.build_snapshot()
        record = enrol(
            home, registry.url, registry.code(), software="test", now=lambda: clock.at, connect=registry.connect
        ).record
        client = registry.connect(registry.url, device_signer(home.device_key(), str(record.device), lambda: clock.at))
        kiosk = CrashingKiosk(home, clock=clock, registry=client)
        kiosk.open()
        try:
            kiosk.engine.run_cycle()
            entry = _let_in(kiosk, ticket.text, SCANNED["the document a ranger wrote"])
            mistaken = _let_in(kiosk, other.text, SCANNED["the name a ranger wrote"])
            kiosk.checkpoint.acts.annul(mistaken.id, reason=SCANNED["the reason of an act"], by="r1")
            made = Scene(
                registry=registry,
                kiosk=kiosk,
                clock=clock,
                ticket=ticket,
                entry=entry,
                outside=outside,
                backups=[_backup(home, tmp_path / "before-sync")],
            )
            made.cycle()
            made.backups.append(_backup(home, tmp_path / "after-sync"))
            yield made
        finally:
            kiosk.close()


def test_before_the_purge_nothing_is_found_without_the_keys(seen: Scene) -> None:
    assert canary.raw(EVERYTHING, *seen.places()) == []


def test_before_the_purge_the_keys_open_what_was_written_down_and_nothing_else(seen: Scene) -> None:
    found = canary.with_keys(EVERYTHING, seen.keys(), *seen.places())
    assert {hit.partition(" as ")[0] for hit in found} == KEPT.keys()
    # only where the journal itself opens them: not in any page
    assert [hit for hit in found if hit.endswith("decrypted")] == []


def test_after_the_purge_nothing_is_found_with_the_keys_not_even_in_older_backups(scene: Scene) -> None:
    _purge(scene)
    assert canary.raw(EVERYTHING, *scene.places()) == []
    assert canary.with_keys(EVERYTHING, scene.keys(), *scene.places()) == []


def test_who_asks_to_be_forgotten_is_forgotten_in_older_backups_too(scene: Scene) -> None:
    scene.registry.service.erase(scene.ticket.text, reason="asked for")
    scene.cycle()
    scene.tidy()
    asked = {name: word for name, word in EVERYTHING.items() if name != "the reason of an act"}
    found = canary.with_keys(asked, scene.keys(), *scene.places())
    # the other party on the same day had not asked
    assert [hit for hit in found if scene.entry.id in hit or scene.ticket.permit.id.hex() in hit] == []
    assert canary.with_keys(ISSUED, scene.keys(), *scene.places()) == []
    entry = scene.kiosk.journal.get(scene.entry.id)
    assert entry is not None
    assert isinstance(entry.body, DecisionBody)
    assert entry.body.party.heads == 2


def test_no_entry_of_the_journal_holds_a_tag_of_the_ticket(seen: Scene) -> None:
    claims = seen.ticket.claims
    assert claims.plate_tag is not None
    assert claims.holder_tag is not None
    compared = seen.entry.body.facts["spot"] if isinstance(seen.entry.body, DecisionBody) else {}
    assert (compared["plate"], compared["holder"]) == ("matches", "matches")
    for entry in seen.kiosk.journal.between(0, 2**40):
        core = core_bytes(entry)
        assert b"plate_tag" not in core
        assert b"holder_tag" not in core
        assert b"\x43" + claims.plate_tag not in core
        assert b"\x42" + claims.holder_tag not in core


def test_the_registry_keeps_no_holder_in_its_raw_bytes(seen: Scene) -> None:
    folder = seen.registry.service.folder.path
    unpacked = [path for path in folder.rglob("*.zst") if path.is_file()]
    assert unpacked
    assert canary.raw(ISSUED, folder) == []


# ---- the rig can fail ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le", "utf-16-be"])
def test_a_word_is_found_in_every_form(encoding: str, tmp_path: Path) -> None:
    word = ISSUED["the holder's name"]
    data = f"ab{word.upper()}cd".encode(encoding)
    for form in (data, data.hex().encode(), base64.b64encode(data), base64.b64encode(b"x" + data)):
        (tmp_path / "file").write_bytes(b"\0" * 7 + form)
        assert canary.raw(ISSUED, tmp_path)


def test_the_pages_of_all_databases_are_really_decrypted(seen: Scene) -> None:
    known = {"a word of every journal": "admitted", "a table of sync.db": "queued_next", "of a replica": "checksum"}
    found = canary.with_keys(known, seen.keys(), seen.kiosk.home.path)
    assert {hit.partition(" as ")[0] for hit in found if hit.endswith("decrypted")} == known.keys()


def test_the_rig_finds_a_purge_that_leaves_the_keys_of_the_parts(scene: Scene) -> None:
    with patch.object(Vault, "forget", lambda *_: None):
        _purge(scene)
    found = canary.with_keys(EVERYTHING, scene.keys(), *scene.backups)
    assert {hit.partition(" as ")[0] for hit in found} == KEPT.keys()


def _purge(scene: Scene) -> None:
    scene.clock.at += 60 * DAY
    scene.cycle()
    scene.tidy()
    scene.cycle()


def _let_in(kiosk: CrashingKiosk, text: str, shown: str) -> Entry:
    written = Private(
        plate=SCANNED["the plate"],
        guide=SCANNED["the guide"],
        holder=shown,
        reason=SCANNED["the reason"],
        contact=SCANNED["the contact a ranger wrote"],
    )
    entry = kiosk.checkpoint.scan(Scan(text=text, source=Source.CAMERA), private=written)
    assert isinstance(entry, Entry)
    assert isinstance(entry.body, DecisionBody)
    assert entry.body.outcome is Outcome.ADMITTED
    return entry


def _backup(home: Home, to: Path) -> Path:
    copy_home(home, Home(to))
    shutil.rmtree(Home(to).keys)  # whoever backs the keys up with the data has no backup but a second kiosk
    return to


def _leave_traces(home: Home, outside: Path) -> None:
    """What commands print and write, beside the running kiosk."""
    days = ["--from", "2026-07-01", "--to", "2026-07-31"]
    commands: list[list[Any]] = [
        ["export", "--data", home.path, *days, "--out", outside / "july.csv"],
        ["export", "--data", home.path, *days, "--out", outside / "july.json"],
        ["status", "--data", home.path],
        ["journal", "verify", "--data", home.path],
        ["journal", "replay", "--data", home.path],
        ["journal", "export", "--data", home.path, "--out", outside / "hand-over"],
    ]
    for number, words in enumerate(commands):
        ended = subprocess.run(
            command(*words), env=environment(), capture_output=True, check=False, timeout=60, cwd=outside
        )
        (outside / f"printed-{number}").write_bytes(ended.stdout + ended.stderr)
        assert ended.returncode in (0, 1), ended.stderr.decode()  # 1: the machine's clock is far from the scene's


@contextmanager
def _logged(path: Path) -> Iterator[None]:
    handler = logging.FileHandler(path)
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    try:
        yield
    finally:
        root.removeHandler(handler)
        root.setLevel(level)
        handler.close()
