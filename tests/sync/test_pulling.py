import hashlib
import resource
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import zstandard
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from kiosk.store.driver import DamagedError
from kiosk.store.policies import Policies
from kiosk.store.replica import Meta
from sync.errors import CutOffError
from sync.protocol import ChangesPage, Download, Manifest, SignedBody, SnapshotRef, read, write
from sync.signing import SignatureKind, sign_body
from sync.snapshot import ROOM_FOR_THE_JOURNAL_BYTES
from tests.support.bad_registry import BadRegistry
from tests.support.park import NOON, SmallPark, permit_of
from tests.support.registry_simulator import RegistrySimulator
from tests.support.sync_kiosk import SyncKiosk, opened
from tests.support.trust_repository import TrustRepository
from ui.assembly import open_sync

OpenKiosk = Callable[..., SyncKiosk]


def meta(kiosk: SyncKiosk) -> Meta:
    replica = kiosk.replicas.current()
    assert replica is not None
    return replica.meta


def agrees(kiosk: SyncKiosk, registry: RegistrySimulator) -> bool:
    """Whether the replica is the registry's own state, counted from its rows."""
    replica = kiosk.replicas.current()
    assert replica is not None
    tally = replica.recount()
    return (tally.count, tally.checksum) == (len(registry.permits), registry.checksum()) and (
        replica.cursor == registry.cursor(len(registry.feed))
    )


def resigned(registry: RegistrySimulator, kind: SignatureKind, body: SignedBody, **changes: Any) -> SignedBody:
    """The same message with fields changed, honestly signed."""
    cls: Any = Manifest if kind is SignatureKind.MANIFEST else ChangesPage
    data = write(replace(read(cls, body.data), **changes))
    return SignedBody(data=data, signature=sign_body(kind, registry.park.online, data), etag='"x"')


def change_page(registry: RegistrySimulator, **changes: Any) -> Callable[..., SignedBody]:
    return lambda good, park, after: resigned(registry, SignatureKind.CHANGES, good.changes(park, after), **changes)


# ---- pages and cursors ----------------------------------------------------------------------------------------------


def test_a_short_page_is_not_the_end(registry: RegistrySimulator, kiosk: SyncKiosk) -> None:
    kiosk.run_cycle()
    registry.page_rows = 3
    registry.put(*[permit_of(registry.park.claims(serial)) for serial in range(200, 220)])
    report = kiosk.run_cycle()
    assert report.pages == 7
    assert agrees(kiosk, registry)


def test_an_empty_page_that_promises_more_is_not_the_end(registry: RegistrySimulator, open_kiosk: OpenKiosk) -> None:
    bad = BadRegistry(registry)
    kiosk = open_kiosk(registry, bad)
    kiosk.run_cycle()
    registry.put(permit_of(registry.park.claims(200)))
    first = registry.cursor(100)

    def changes(good: RegistrySimulator, park: int, after: str) -> SignedBody:
        if after == first:
            return resigned(
                registry, SignatureKind.CHANGES, good.changes(park, after), rows=[], next=first + "a", more=True,
                permits=None, checksum=None,
            )  # fmt: skip
        return resigned(registry, SignatureKind.CHANGES, good.changes(park, first), after=after)

    bad.on["changes"] = changes
    assert kiosk.run_cycle().is_good
    assert agrees(kiosk, registry)


def test_the_cursor_is_never_saved_before_its_rows(registry: RegistrySimulator, open_kiosk: OpenKiosk) -> None:
    bad = BadRegistry(registry)
    kiosk = open_kiosk(registry, bad)
    kiosk.run_cycle()
    registry.page_rows = 10
    registry.put(*[permit_of(registry.park.claims(serial)) for serial in range(200, 250)])
    broken_at = registry.cursor(130)

    def changes(good: RegistrySimulator, park: int, after: str) -> SignedBody:
        if after == broken_at:
            raise CutOffError("The connection to the registry broke.")
        return good.changes(park, after)

    bad.on["changes"] = changes
    report = kiosk.run_cycle()
    assert report.pull_errors == ("The connection to the registry broke.",)
    assert (meta(kiosk).cursor, meta(kiosk).tally.count) == (broken_at, 130)
    bad.on.clear()
    assert kiosk.run_cycle().rows == 20
    assert agrees(kiosk, registry)


def test_a_page_with_one_row_that_is_none_changes_nothing(registry: RegistrySimulator, open_kiosk: OpenKiosk) -> None:
    bad = BadRegistry(registry)
    kiosk = open_kiosk(registry, bad)
    kiosk.run_cycle()
    before = meta(kiosk)
    good_row = permit_of(registry.park.claims(300)).row()
    bad.on["changes"] = change_page(registry, rows=[good_row, ["p", "not hexadecimal"]], next="41.101")
    report = kiosk.run_cycle()
    assert "rows[1]" in report.pull_errors[0]
    assert meta(kiosk) == before


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"more": True, "permits": None}, "leads nowhere"),
        ({"after": "41.7"}, "another cursor"),
        ({"park": 8}, "park 8"),
    ],
)
def test_a_signed_page_that_is_not_the_one_asked_for_changes_nothing(
    registry: RegistrySimulator, open_kiosk: OpenKiosk, changes: dict[str, Any], said: str
) -> None:
    bad = BadRegistry(registry)
    kiosk = open_kiosk(registry, bad)
    kiosk.run_cycle()
    before = meta(kiosk)
    bad.on["changes"] = change_page(registry, **changes)
    report = kiosk.run_cycle()
    assert said in " ".join((*report.pull_errors, *report.alarms))
    assert meta(kiosk) == before


@pytest.mark.parametrize("name", ["manifest", "changes"])
def test_one_changed_byte_in_a_signed_message_changes_nothing_and_is_an_alarm(
    registry: RegistrySimulator, open_kiosk: OpenKiosk, name: str
) -> None:
    bad = BadRegistry(registry)
    kiosk = open_kiosk(registry, bad)
    kiosk.run_cycle()
    before = meta(kiosk)
    registry.now += 3600
    registry.put(permit_of(registry.park.claims(200)))

    def spoilt(good: RegistrySimulator, *given: Any) -> SignedBody:
        body: SignedBody = getattr(good, name)(*given)
        return replace(body, data=body.data.replace(b'"park":7', b'"park":9'))

    bad.on[name] = spoilt
    report = kiosk.run_cycle()
    assert "signature" in report.alarms[0]
    assert meta(kiosk) == before


def test_a_message_signed_by_a_key_outside_the_set_changes_nothing(
    registry: RegistrySimulator, open_kiosk: OpenKiosk
) -> None:
    bad = BadRegistry(registry)
    kiosk = open_kiosk(registry, bad)
    kiosk.run_cycle()
    before = meta(kiosk)
    registry.put(permit_of(registry.park.claims(200)))
    thief = Ed25519PrivateKey.generate()

    def stolen(good: RegistrySimulator, park: int, after: str) -> SignedBody:
        body = good.changes(park, after)
        return replace(body, signature=sign_body(SignatureKind.CHANGES, thief, body.data))

    bad.on["changes"] = stolen
    assert "not believed here" in kiosk.run_cycle().alarms[0]
    assert meta(kiosk) == before


# ---- cursors that expire, epochs that change ------------------------------------------------------------------------


def test_an_expired_cursor_is_cured_by_a_snapshot_in_the_same_cycle(
    registry: RegistrySimulator, kiosk: SyncKiosk
) -> None:
    kiosk.run_cycle()
    registry.put(*[permit_of(registry.park.claims(serial)) for serial in range(200, 240)])
    registry.drop(permit_of(registry.park.claims(1)).id)  # its tombstone is compacted away
    registry.build_snapshot()
    registry.compact()
    registry.put(permit_of(registry.park.claims(300)))
    report = kiosk.run_cycle()
    assert report.is_good
    assert report.snapshot_installed
    assert agrees(kiosk, registry)


def test_a_cursor_that_expires_between_two_pages_is_cured_in_the_same_cycle(
    registry: RegistrySimulator, open_kiosk: OpenKiosk
) -> None:
    bad = BadRegistry(registry)
    kiosk = open_kiosk(registry, bad)
    kiosk.run_cycle()
    registry.page_rows = 10
    registry.put(*[permit_of(registry.park.claims(serial)) for serial in range(200, 240)])

    def changes(good: RegistrySimulator, park: int, after: str) -> SignedBody:
        if after == good.cursor(120) and not good.oldest:
            good.build_snapshot()
            good.compact()
        return good.changes(park, after)

    bad.on["changes"] = changes
    report = kiosk.run_cycle()
    assert (report.is_good, report.snapshot_installed) == (True, True)
    assert agrees(kiosk, registry)


def test_an_epoch_that_changes_while_paging_starts_anew_in_the_same_cycle(
    registry: RegistrySimulator, open_kiosk: OpenKiosk
) -> None:
    bad = BadRegistry(registry)
    kiosk = open_kiosk(registry, bad)
    kiosk.run_cycle()
    registry.page_rows = 10
    registry.put(*[permit_of(registry.park.claims(serial)) for serial in range(200, 240)])

    def changes(good: RegistrySimulator, park: int, after: str) -> SignedBody:
        if after == "41.120":
            good.start_epoch()
        return good.changes(park, after)

    bad.on["changes"] = changes
    report = kiosk.run_cycle()
    assert (report.is_good, meta(kiosk).epoch) == (True, 42)
    assert agrees(kiosk, registry)


def test_an_old_manifest_played_again_is_an_alarm_and_brings_no_old_snapshot_back(
    registry: RegistrySimulator, open_kiosk: OpenKiosk
) -> None:
    bad = BadRegistry(registry)
    kiosk = open_kiosk(registry, bad)
    kiosk.run_cycle()
    old = registry.manifest(7)
    registry.now += 86_400
    registry.put(permit_of(registry.park.claims(200)))
    assert kiosk.run_cycle().is_good
    before = meta(kiosk)
    bad.on["manifest"] = lambda *_given: old
    report = kiosk.engine_for(bad).run_cycle()
    assert "86400 s older" in report.alarms[0]
    assert meta(kiosk) == before


def test_an_old_manifest_is_known_as_such_even_when_sync_db_was_lost(
    registry: RegistrySimulator, open_kiosk: OpenKiosk
) -> None:
    bad = BadRegistry(registry)
    kiosk = open_kiosk(registry, bad)
    kiosk.run_cycle()
    old = registry.manifest(7)
    registry.now += 86_400
    assert kiosk.run_cycle().is_good
    for part in kiosk.home.kiosk.glob("sync.db*"):
        part.unlink()
    bad.on["manifest"] = lambda *_given: old
    with opened(kiosk.home, bad, kiosk.clock) as again:
        assert "86400 s older" in again.run_cycle().alarms[0]


def test_a_manifest_of_an_unknown_major_version_is_an_alarm_and_scanning_goes_on(
    registry: RegistrySimulator, open_kiosk: OpenKiosk
) -> None:
    bad = BadRegistry(registry)
    kiosk = open_kiosk(registry, bad)
    kiosk.run_cycle()
    before = meta(kiosk)
    bad.on["manifest"] = lambda good, park, etag: resigned(
        registry, SignatureKind.MANIFEST, good.manifest(park), schema=2
    )
    report = kiosk.run_cycle()
    assert "too old for the registry" in report.alarms[0]
    assert meta(kiosk) == before


# ---- comparing both ends --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("counts_on_last_page", [True, False])
def test_a_missed_row_is_found_reported_and_cured_by_a_new_snapshot(
    registry: RegistrySimulator, kiosk: SyncKiosk, counts_on_last_page: bool
) -> None:
    registry.counts_on_last_page = counts_on_last_page
    kiosk.run_cycle()
    missed = permit_of(registry.park.claims(400))
    registry.permits[missed.id] = missed  # and no row in the feed
    registry.put(permit_of(registry.park.claims(401)))
    registry.now += 700
    report = kiosk.run_cycle()
    assert "102" in report.alarms[0]
    assert not report.snapshot_installed
    registry.build_snapshot()
    report = kiosk.run_cycle()
    assert (report.is_good, report.snapshot_installed) == (True, True)
    assert agrees(kiosk, registry)


def test_a_snapshot_that_cures_nothing_is_not_fetched_again_and_again(
    registry: RegistrySimulator, open_kiosk: OpenKiosk
) -> None:
    bad = BadRegistry(registry)
    kiosk = open_kiosk(registry, bad)
    bad.on["changes"] = lambda good, park, after: resigned(
        registry, SignatureKind.CHANGES, good.changes(park, after), permits=7
    )
    for _ in range(4):
        assert kiosk.run_cycle().alarms
    assert bad.asked.count("snapshot") <= 2


def test_a_damaged_set_is_replaced_by_the_registry_s(registry: RegistrySimulator, kiosk: SyncKiosk) -> None:
    assert kiosk.run_cycle().is_good
    believed = kiosk.policies.current()
    assert believed is not None
    (file,) = kiosk.home.trust.glob(f"{believed.digest.hex()}.json")
    file.write_bytes(file.read_bytes()[:-9])
    restarted = Policies(kiosk.home)
    with pytest.raises(DamagedError):
        restarted.current()
    kiosk.policies._current = None
    assert kiosk.run_cycle().is_good
    cured = restarted.current()
    assert cured is not None
    assert cured.digest == believed.digest


def test_a_damaged_replica_is_replaced_by_a_fresh_one(registry: RegistrySimulator, kiosk: SyncKiosk) -> None:
    kiosk.run_cycle()
    replica = kiosk.replicas.current()
    assert replica is not None
    path = replica.path
    kiosk.replicas.close()
    path.write_bytes(b"\0" * path.stat().st_size)
    path.with_name(path.name + "-wal").unlink(missing_ok=True)
    with opened(kiosk.home, registry, kiosk.clock) as again:
        reports = [again.run_cycle(), again.run_cycle()]
        assert reports[-1].is_good
        assert agrees(again, registry)


# ---- the snapshot file ----------------------------------------------------------------------------------------------


def cut_after(count: int) -> Callable[..., Any]:
    """Downloads that break off after this many bytes of each attempt."""

    @contextmanager
    def snapshot(good: RegistrySimulator, ref: SnapshotRef, offset: int) -> Iterator[Download]:
        def chunks() -> Iterator[bytes]:
            yield good.snapshot_file[offset : offset + count]
            raise CutOffError("The connection to the registry broke.")

        yield Download(offset=offset, chunks=chunks())

    return snapshot


def test_a_snapshot_that_breaks_off_is_continued_even_after_a_restart(
    registry: RegistrySimulator, open_kiosk: OpenKiosk
) -> None:
    bad = BadRegistry(registry, on={"snapshot": cut_after(1500)})
    kiosk = open_kiosk(registry, bad)
    offsets: list[int] = []
    for _ in range(2):
        assert kiosk.run_cycle().pull_errors == ("The connection to the registry broke.",)
    with opened(kiosk.home, bad, kiosk.clock) as again:

        def watched(good: RegistrySimulator, ref: SnapshotRef, offset: int) -> Any:
            offsets.append(offset)
            return good.snapshot(ref, offset)

        bad.on["snapshot"] = watched
        assert again.run_cycle().is_good
        assert agrees(again, registry)
    assert offsets == [3000]
    assert list((kiosk.home.kiosk / "incoming").iterdir()) == []


def test_a_disk_that_fills_up_while_a_snapshot_comes_in_is_given_its_room_back(
    registry: RegistrySimulator, kiosk: SyncKiosk
) -> None:
    registry.put(*[permit_of(registry.park.claims(serial)) for serial in range(1000, 3000)])
    registry.build_snapshot()
    packed = len(registry.snapshot_file)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    # first the packed file does not fit, then the unpacked one
    for most in (packed // 2, packed + 10_000):
        resource.setrlimit(resource.RLIMIT_FSIZE, (most, hard))
        try:
            report = kiosk.run_cycle()
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        assert "cannot be kept" in report.pull_errors[0]
        left = sum(path.stat().st_size for path in (kiosk.home.kiosk / "incoming").iterdir())
        assert left == (0 if most < packed else packed), "what came in whole is not fetched twice"
    assert kiosk.run_cycle().is_good
    assert agrees(kiosk, registry)


def test_a_snapshot_that_would_leave_the_journal_no_room_is_not_unpacked(
    registry: RegistrySimulator, kiosk: SyncKiosk, monkeypatch: pytest.MonkeyPatch
) -> None:
    registry.put(*[permit_of(registry.park.claims(serial)) for serial in range(1000, 3000)])
    registry.build_snapshot()
    free = ROOM_FOR_THE_JOURNAL_BYTES + len(registry.snapshot_file) + 1000
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: SimpleNamespace(free=free))
    report = kiosk.run_cycle()
    assert "needs" in report.pull_errors[0]
    assert kiosk.replicas.current() is None
    assert [path.suffix for path in (kiosk.home.kiosk / "incoming").iterdir()] == [".part"]


def test_a_registry_that_cannot_continue_sends_the_file_from_its_beginning(
    registry: RegistrySimulator, open_kiosk: OpenKiosk
) -> None:
    bad = BadRegistry(registry, on={"snapshot": cut_after(1500)})
    kiosk = open_kiosk(registry, bad)
    kiosk.run_cycle()
    bad.on["snapshot"] = lambda good, ref, offset: good.snapshot(ref, 0)
    assert kiosk.run_cycle().is_good
    assert agrees(kiosk, registry)


def test_a_snapshot_with_one_changed_byte_is_never_unpacked(registry: RegistrySimulator, open_kiosk: OpenKiosk) -> None:
    @contextmanager
    def spoilt(good: RegistrySimulator, ref: SnapshotRef, offset: int) -> Iterator[Download]:
        data = bytearray(good.snapshot_file)
        data[len(data) // 2] ^= 1
        yield Download(offset=0, chunks=iter([bytes(data)]))

    bad = BadRegistry(registry, on={"snapshot": spoilt})
    kiosk = open_kiosk(registry, bad)
    report = kiosk.run_cycle()
    assert "hash" in report.alarms[0]
    assert kiosk.replicas.current() is None
    assert list((kiosk.home.kiosk / "incoming").iterdir()) == []
    bad.on.clear()
    assert kiosk.run_cycle().is_good


def test_a_snapshot_without_end_is_cut_at_the_promised_size(registry: RegistrySimulator, open_kiosk: OpenKiosk) -> None:
    @contextmanager
    def endless(good: RegistrySimulator, ref: SnapshotRef, offset: int) -> Iterator[Download]:
        def chunks() -> Iterator[bytes]:
            while True:
                yield bytes(65536)

        yield Download(offset=0, chunks=chunks())

    kiosk = open_kiosk(registry, BadRegistry(registry, on={"snapshot": endless}))
    assert "longer than" in kiosk.run_cycle().alarms[0]


@pytest.mark.parametrize(
    ("file", "said"),
    [
        (zstandard.compress(bytes(32 << 20)), "unpacks to more"),
        (b"no zstd at all", "cannot be unpacked"),
        (zstandard.compress(b"no database at all"), "snapshot"),
    ],
    ids=["bomb", "not zstd", "not a database"],
)
def test_a_signed_snapshot_that_is_junk_installs_nothing(
    registry: RegistrySimulator, kiosk: SyncKiosk, file: bytes, said: str
) -> None:
    registry.build_snapshot()
    registry.snapshot_file = file
    report = kiosk.run_cycle()
    assert said in " ".join((*report.alarms, *report.pull_errors))
    assert kiosk.replicas.current() is None


def test_a_snapshot_replaced_while_it_came_in_is_left_for_the_new_one(
    registry: RegistrySimulator, open_kiosk: OpenKiosk
) -> None:
    bad = BadRegistry(registry, on={"snapshot": cut_after(1500)})
    kiosk = open_kiosk(registry, bad)
    kiosk.run_cycle()
    registry.put(permit_of(registry.park.claims(200)))
    registry.build_snapshot()
    bad.on.clear()
    assert kiosk.run_cycle().is_good
    assert agrees(kiosk, registry)


# ---- the set --------------------------------------------------------------------------------------------------------


def test_signed_data_that_must_not_be_believed_keep_nothing_else_out(
    registry: RegistrySimulator, open_kiosk: OpenKiosk
) -> None:
    bad = BadRegistry(registry)
    kiosk = open_kiosk(registry, bad)
    assert kiosk.run_cycle().is_good
    believed, before = kiosk.policies.current(), meta(kiosk)
    thief = TrustRepository(NOON, name="thief")
    thief.versions = {"timestamp": 40, "snapshot": 40, "targets": 40, "park-7": 40}
    thief.publish(registry.park.keys_file(), {7: SmallPark(version=4).park_file()})
    bad.on["trust_file"] = lambda _good, path: thief.trust_file(path)
    registry.put(permit_of(registry.park.claims(200)))
    kiosk.clock.signed_times.clear()
    report = kiosk.run_cycle()
    assert "lack signatures" in report.alarms[0]
    assert kiosk.policies.current() == believed
    assert report.rows == 1  # data signed by the believed keys still arrives
    assert meta(kiosk) != before


def test_a_newer_set_is_staged_and_its_online_keys_count_at_once(registry: RegistrySimulator, kiosk: SyncKiosk) -> None:
    kiosk.run_cycle()
    registry.park = SmallPark(version=2, keys_version=2, online_seed=bytes(32), signed_at=registry.now)
    registry.put(permit_of(registry.park.claims(200)))
    report = kiosk.run_cycle()
    assert (report.is_good, report.set_version) == (True, 2)
    current = kiosk.policies.current()
    assert current is not None
    assert current.digest == hashlib.sha256(registry.park.set_bytes()).digest()
    assert agrees(kiosk, registry)


def test_a_stick_that_is_dying_is_a_sentence_and_no_mistake(kiosk: SyncKiosk, tmp_path: Path) -> None:
    stick = tmp_path / "stick"
    stick.write_text("no folder")  # what is below it cannot be looked at
    kiosk.engine._stick = stick
    assert kiosk.run_cycle().is_good

    class Dying(type(stick)):  # type: ignore[misc]
        def exists(self, **_options: object) -> bool:
            raise OSError(5, "Input/output error")

    kiosk.engine._stick = Dying(stick)
    report = kiosk.run_cycle()
    assert "Input/output error" in report.alarms[0]
    assert report.has_contact


def test_a_damaged_set_keeps_neither_the_kiosk_nor_its_cure_from_starting(
    registry: RegistrySimulator, kiosk: SyncKiosk
) -> None:
    kiosk.run_cycle()
    for name in ("staged.json", *(path.name for path in kiosk.home.trust.glob("[0-9a-f]*.json"))):
        whole = (kiosk.home.trust / name).read_bytes()
        (kiosk.home.trust / name).write_bytes(b"{")
        with open_sync(kiosk.home, clock=kiosk.clock, url="http://127.0.0.1:9") as end:
            assert end.memory.floor().signed > 0
        assert kiosk.engine_for(registry).run_cycle().is_good
        assert kiosk.policies.current() is not None
        (kiosk.home.trust / name).write_bytes(whole)
