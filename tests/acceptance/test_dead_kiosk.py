"""A kiosk dies with entries that nobody has; its export or its disk is settled elsewhere, and every one counts."""

import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest

from kiosk.errors import BusyError, EnvironmentalError, UsageError
from kiosk.rules.entries import Private
from kiosk.rules.receipts import ReceiptResult
from kiosk.store.home import Home
from kiosk.store.journal import Journal
from sync.exporting import export
from sync.handover import Handover, HandoverError
from sync.registry.service import init_registry
from sync.registry.settling import settle
from tests.support.park import NOON
from tests.support.real_registry import PARK, RealRegistry, make_demo, real_registry
from tests.support.shell import qaqpa_here
from tests.support.sync_kiosk import SyncKiosk, sync_kiosk

SENT, UNSENT = 450, 150


@pytest.fixture(scope="session")
def demo_registry(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A demo registry's folder that nobody writes to."""
    return make_demo(tmp_path_factory.mktemp("demo") / "registry")


@pytest.fixture
def real(demo_registry: Path, tmp_path: Path) -> Iterator[RealRegistry]:
    """The registry, in a data folder of its own."""
    with real_registry(demo_registry, tmp_path / "office" / "registry") as registry:
        yield registry


@pytest.fixture
def dying(real: RealRegistry, tmp_path: Path) -> Iterator[SyncKiosk]:
    """A kiosk that has sent some entries and written others since; its last set came with a hand-over key."""
    with ExitStack() as stack:
        kiosk = stack.enter_context(sync_kiosk(tmp_path / "kiosk", real.code(), connect=real.connect, url=real.url))
        kiosk.write(SENT)
        real.publish_set()
        assert kiosk.run_cycle().is_good
        assert kiosk.deliveries.pending_count() == 0
        kiosk.write(UNSENT)
        yield kiosk


def disk_of(kiosk: SyncKiosk, to: Path, *, with_keys: bool = True) -> Path:
    """What is on the disk at this moment, power gone: databases that nobody closed."""
    assert (kiosk.home.kiosk / "journal.db-wal").stat().st_size > 0
    shutil.copytree(kiosk.home.path, to)
    if with_keys:
        shutil.copytree(kiosk.home.keys, to.with_name(to.name + ".keys"))
    return to


def exported(kiosk: SyncKiosk, to: Path) -> Path:
    policy = kiosk.policies.current()
    assert policy is not None
    export(kiosk.home, kiosk.record, policy, to, software="qaqpa test", told=lambda done, total: None)
    return to


def all_held(real: RealRegistry, kiosk: SyncKiosk) -> bool:
    (state,) = [state for state in real.service.devices(PARK) if state.device.device == kiosk.record.device]
    head = kiosk.journal.head()
    whole = (state.chain, state.n, state.pending, state.quarantined) == (head.chain, head.n, 0, 0)
    return whole and real.held() == kiosk.journal.count()


@pytest.mark.parametrize("way", ["export", "disk with its keys", "disk without keys"])
def test_a_dead_kiosk_is_settled_and_the_registry_has_every_entry_once(
    way: str, real: RealRegistry, dying: SyncKiosk, tmp_path: Path
) -> None:
    total = dying.journal.count()
    if way == "export":
        path = exported(dying, tmp_path / "gate.qaqpa")
    else:
        path = disk_of(dying, tmp_path / "elsewhere" / "disk", with_keys=way == "disk with its keys")
    before = {item: item.read_bytes() for item in path.rglob("*") if item.is_file()}
    assert real.held() == total - UNSENT
    told: list[int] = []
    settled = settle(real.service, path, lambda done, _: told.append(done))
    assert settled.receipts == {ReceiptResult.DUPLICATE: total - UNSENT, ReceiptResult.ACCEPTED: UNSENT}
    assert (settled.entries, settled.is_good, told[-1]) == (total, True, total)
    assert all_held(real, dying)
    again = settle(real.service, path)
    assert again.receipts == {ReceiptResult.DUPLICATE: total}
    assert all_held(real, dying)
    assert {item: item.read_bytes() for item in path.rglob("*") if item.is_file()} == before  # evidence
    assert not list(real.service.folder.path.glob(".settling-*"))
    assert dying.run_cycle().is_good  # were it alive after all, nothing is counted twice
    assert all_held(real, dying)


def test_both_commands_say_what_they_did(real: RealRegistry, dying: SyncKiosk, tmp_path: Path) -> None:
    out = tmp_path / "gate.qaqpa"
    told = qaqpa_here("journal", "export", "--data", dying.home.path, "--out", out, "--json")
    head, total = dying.journal.head(), dying.journal.count()
    assert told.code == 0, told.err
    assert told.record == {
        "file": str(out), "park": PARK, "device": dying.record.device, "entries": total, "pending": UNSENT,
        "head": {"chain": head.chain, "n": head.n, "hash": head.hash.hex()}, "missing": 0, "cut_short": False,
    }  # fmt: skip
    settled = qaqpa_here("registry", "settle", out, "--data", tmp_path / "office", "--json")
    assert (settled.code, settled.record["receipts"]) == (0, {"accepted": UNSENT, "duplicate": total - UNSENT})
    assert all_held(real, dying)
    missing = qaqpa_here("registry", "settle", tmp_path / "nothing", "--data", tmp_path / "office")
    assert (missing.code, missing.out) == (3, "")


def test_an_export_shows_nobody_what_is_in_it_and_takes_private_parts_along(
    real: RealRegistry, dying: SyncKiosk, tmp_path: Path
) -> None:
    with dying.journal.writing():
        body = dying.journal.latest(1)[0].body
        moment = dying.clock.now()
        entry = dying.journal.append(body, moment, bytes(32), Private(holder="CANARY Aidana"))
    path = exported(dying, tmp_path / "gate.qaqpa")
    assert b"CANARY" not in path.read_bytes()
    assert path.stat().st_mode & 0o777 == 0o600
    sent = [item for batch in Handover.open(path).batches(real.service.folder.handover_key(PARK)) for item in batch]
    assert [item.id for item in sent if item.private and b"CANARY" in item.private] == [entry.id]


@pytest.mark.parametrize(
    "damage", ["a changed byte", "a lost end", "a changed header", "a lost block", "empty", "text"]
)
def test_a_file_that_was_changed_is_taken_not_at_all(
    damage: str, real: RealRegistry, dying: SyncKiosk, tmp_path: Path
) -> None:
    path = exported(dying, tmp_path / "gate.qaqpa")
    data, held = path.read_bytes(), real.held()
    changed = {
        "a changed byte": data[:-5000] + bytes([data[-5000] ^ 1]) + data[-4999:],
        "a lost end": data[: len(data) // 2],
        "a changed header": data.replace(b'"missing":0', b'"missing":1'),
        "a lost block": data[:2000] + data[-68:],
        "empty": b"",
        "text": b"QAQPA-HANDOVER 1\n[]\n",
    }[damage]
    assert changed != data
    path.write_bytes(changed)
    with pytest.raises(HandoverError):
        settle(real.service, path)
    assert real.held() == held


def test_what_another_registry_should_settle_is_said(real: RealRegistry, dying: SyncKiosk, tmp_path: Path) -> None:
    export_file, disk = exported(dying, tmp_path / "gate.qaqpa"), disk_of(dying, tmp_path / "disk", with_keys=False)
    other = init_registry(tmp_path / "other", is_demo=True, now=lambda: NOON)
    try:
        for path in (export_file, disk):
            with pytest.raises(UsageError, match="never enrolled"):
                settle(other, path)
    finally:
        other.close()
    real.service.folder._file(f"handover-{PARK}").unlink()  # the same numbers, another key
    with pytest.raises(UsageError, match="hand-over key of another registry"):
        settle(real.service, export_file)
    with pytest.raises(EnvironmentalError, match="another registry"):
        settle(real.service, disk)
    (disk / "kiosk" / "recovery.key").unlink()
    with pytest.raises(EnvironmentalError, match="folder of keys beside it"):
        settle(real.service, disk)


def test_a_kiosk_that_still_runs_is_left_alone(real: RealRegistry, dying: SyncKiosk) -> None:
    with dying.home.lock("run"), pytest.raises(BusyError, match="kiosk that runs"):
        settle(real.service, dying.home.path)


def test_a_journal_of_which_nothing_can_be_read_is_said(real: RealRegistry, dying: SyncKiosk, tmp_path: Path) -> None:
    disk = disk_of(dying, tmp_path / "disk")
    (disk / "kiosk" / "journal.db").write_bytes(bytes(8192))
    (disk / "kiosk" / "journal.db-wal").unlink()
    with pytest.raises(EnvironmentalError, match=r"journal\.db is damaged from its beginning"):
        settle(real.service, disk)


def test_a_damaged_journal_is_exported_as_far_as_it_can_be_read(
    real: RealRegistry, dying: SyncKiosk, tmp_path: Path
) -> None:
    disk = disk_of(dying, tmp_path / "disk")
    home = Home(disk)
    Journal.open(home, dying.record.device).close()  # the WAL goes into the file
    size = home.journal_file.stat().st_size
    with home.journal_file.open("r+b") as file:
        file.seek(size // 2 // 4096 * 4096 + 100)
        file.write(b"a bad sector")
    settled = settle(real.service, disk)
    total = dying.journal.count()
    assert 0 < settled.missing < 40 or settled.entries == total  # one page, or one of an index only
    assert settled.entries + settled.missing == total
    told = qaqpa_here("journal", "export", "--data", disk, "--out", tmp_path / "part.qaqpa", "--json")
    # the registry's copy was carried over first, which also finds what a page before the damage leads to
    assert settled.entries - 2 <= told.record["entries"] <= settled.entries
    assert told.record["entries"] + told.record["missing"] == total
    assert told.code == (1 if settled.missing else 0)


def test_a_kiosk_without_a_hand_over_key_says_where_to_get_one(real: RealRegistry, dying: SyncKiosk) -> None:
    policy = dying.policies.current()
    assert policy is not None
    with pytest.raises(EnvironmentalError, match="hand-over key yet"):
        export(
            dying.home,
            dying.record,
            replace(policy, handover_key=None),
            Path("never"),
            software="",
            told=lambda *_: None,
        )


def test_a_stranger_s_file_is_known_before_any_of_it_is_unpacked(
    real: RealRegistry, dying: SyncKiosk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = exported(dying, tmp_path / "gate.qaqpa")
    data = bytearray(path.read_bytes())
    data[-1] ^= 1  # the end of its signature
    path.write_bytes(data)
    monkeypatch.setattr(Handover, "batches", lambda *_: pytest.fail("it was unpacked"))
    with pytest.raises(HandoverError, match="was changed"):
        settle(real.service, path)


def test_a_journal_that_the_device_never_signed_is_nobody_s(
    real: RealRegistry, dying: SyncKiosk, tmp_path: Path
) -> None:
    disk = disk_of(dying, tmp_path / "disk")
    home = Home(disk)
    (home.keys / "device.pem").unlink()
    assert settle(real.service, disk).is_good  # signed, though its key is gone
    journal = Journal.open(home, dying.record.device)
    journal._database.execute("UPDATE head SET signature = zeroblob(64)")
    journal.close()
    (home.keys / "device.pem").unlink(missing_ok=True)
    with pytest.raises(UsageError, match="signed by device"):
        settle(real.service, disk)
