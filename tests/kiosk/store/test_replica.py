"""The replica: installed whole, applied page by page, never wrong."""

import random
import resource
import shutil
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.errors import EnvironmentalError
from kiosk.rules.permit import Party, Permit, PermitStatus
from kiosk.rules.revocation import RevocationAction
from kiosk.store import driver, replica_schema_1
from kiosk.store import replica as module
from kiosk.store import replica_tables as tables
from kiosk.store.driver import DamagedError
from kiosk.store.home import Home
from kiosk.store.replica import NoReplicaError, ReplicaDamagedError, ReplicaReader, Replicas, Tally, build_snapshot
from kiosk.store.rows import RowError, read_rows
from tests.support.data import schema_1_home
from tests.support.memory import DEVICE, PARK, START, permit, permit_id_of, revocation, use
from tests.support.park import NOON, SmallPark, permit_of

PARK_OF_TICKETS = SmallPark()
CTI = bytes(range(16))
CODE = "U648SJSDVB"


@pytest.fixture
def replicas(home: Home) -> Iterator[Replicas]:
    """Sync's own replicas."""
    opened = Replicas(home)
    yield opened
    opened.close()


def snapshot(folder: Path, rows: list[list[object]], epoch: int = 1, cursor: str = "c0") -> Path:
    path = folder / f"snapshot-{epoch}-{cursor}.db"
    build_snapshot(path, PARK, epoch, cursor, rows)
    return path


def install(replicas: Replicas, folder: Path, rows: list[list[object]], epoch: int = 1, cursor: str = "c0") -> None:
    path = snapshot(folder, rows, epoch, cursor)
    replicas.install(path, park=PARK, epoch=epoch, cursor=cursor, signed_at=START)


def current(replicas: Replicas) -> ReplicaReader:
    reader = replicas.current()
    assert reader is not None
    return reader


def some(count: int) -> list[list[object]]:
    return [permit(number).row() for number in range(1, count + 1)]


def tally_of(*permits: Permit) -> Tally:
    return Tally(count=len(permits), checksum=sum(item.checksum_part() for item in permits) % 2**64)


def test_before_the_first_snapshot_there_is_no_replica(replicas: Replicas) -> None:
    assert replicas.current() is None
    with pytest.raises(NoReplicaError):
        replicas.apply([], "c1", START)


def test_everything_in_a_snapshot_can_be_looked_up(replicas: Replicas, tmp_path: Path) -> None:
    family = replace(permit(2), party=Party(adults=2, children=3), gates=None, status=PermitStatus.REVOKED, sealed=b"s")
    install(replicas, tmp_path, [permit(1).row(), family.row(), use(1), revocation(4, CTI)])
    reader = current(replicas)
    assert reader.find(permit_id_of(1), CODE) == permit(1)
    assert reader.find(permit_id_of(2), CODE) == family
    assert reader.find(permit_id_of(3), CODE) is None
    assert reader.by_code(CODE) == [permit(1), family]
    (only,) = reader.uses(permit_id_of(1))
    assert (only.gate, only.party, only.at) == (2, Party(adults=1), START)
    revoked = reader.revoked(CTI)
    assert revoked is not None
    assert revoked.is_in_force(START)
    assert reader.revoked(bytes(16)) is None
    assert (reader.park, reader.epoch, reader.cursor, reader.signed_at) == (PARK, 1, "c0", START)
    assert Tally(count=reader.count, checksum=reader.checksum()) == tally_of(permit(1), family)


def test_a_replica_on_the_disk_is_encrypted(home: Home, replicas: Replicas, tmp_path: Path) -> None:
    sealed = b"what nobody without the key may find on this disk"
    install(replicas, tmp_path, [replace(permit(1), sealed=sealed).row()])
    assert all(sealed not in path.read_bytes() for path in home.kiosk.iterdir() if path.is_file())


def test_the_uses_of_every_gate_are_told_whoever_reported_them(replicas: Replicas, tmp_path: Path) -> None:
    install(replicas, tmp_path, [use(1, device=DEVICE), use(1, device=8002)])
    assert len(current(replicas).uses(permit_id_of(1))) == 2


def test_a_page_adds_changes_and_deletes(replicas: Replicas, tmp_path: Path) -> None:
    install(replicas, tmp_path, some(3))
    changed = replace(permit(2), product=9)
    replicas.apply([changed.row(), ["x", permit_id_of(1).hex()], permit(4).row()], "c1", START + 10)
    reader = current(replicas)
    assert reader.find(permit_id_of(1), CODE) is None
    assert reader.find(permit_id_of(2), CODE) == changed
    assert (reader.cursor, reader.signed_at) == ("c1", START + 10)
    assert reader.meta.tally == reader.recount() == tally_of(changed, permit(3), permit(4))


def test_a_use_without_heads_takes_the_use_back(replicas: Replicas, tmp_path: Path) -> None:
    install(replicas, tmp_path, [use(1)])
    replicas.apply([use(1, adults=0)], "c1", START)
    assert current(replicas).uses(permit_id_of(1)) == []
    replicas.apply([use(1, adults=2)], "c2", START)
    assert [item.party for item in current(replicas).uses(permit_id_of(1))] == [Party(adults=2)]


def test_the_newest_row_of_the_log_holds_for_a_ticket(replicas: Replicas, tmp_path: Path) -> None:
    install(replicas, tmp_path, [revocation(1, CTI)])
    replicas.apply([revocation(3, CTI, "restore"), revocation(2, CTI)], "c1", START)
    revoked = current(replicas).revoked(CTI)
    assert revoked is not None
    assert (revoked.seq, revoked.action) == (3, RevocationAction.RESTORE)


def test_applying_a_page_twice_is_the_same_as_once(replicas: Replicas, tmp_path: Path) -> None:
    install(replicas, tmp_path, some(3))
    page = [permit(2, adults=5).row(), ["x", permit_id_of(3).hex()], ["x", permit_id_of(77).hex()], use(1)]
    replicas.apply(page, "c1", START)
    once = current(replicas).meta
    replicas.apply(page, "c1", START)
    assert current(replicas).meta == once
    assert current(replicas).recount() == once.tally


def test_an_older_signed_time_does_not_make_the_replica_older(replicas: Replicas, tmp_path: Path) -> None:
    install(replicas, tmp_path, [])
    replicas.apply([], "c1", START - 100)
    assert current(replicas).signed_at == START


CODES = (CODE, "2222222222")
words_of_a_permit = st.sets(st.sampled_from([f"{number:016x}" for number in (0, 1, 2**63, 2**64 - 1)]))
changes = st.tuples(
    st.integers(1, 8),
    st.one_of(
        st.sampled_from(["x with its code", "x without"]),
        st.tuples(st.sampled_from([1, 2, 127, 128]), words_of_a_permit, st.sampled_from([b"", b"sealed"])),
    ),
)


@given(pages=st.lists(st.lists(changes, max_size=12), max_size=6))
def test_any_changes_leave_exactly_the_live_permits_with_their_count_and_checksum(
    pages: list[list[tuple[int, str | tuple[int, set[str], bytes]]]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    database = driver.connect_plain(tmp_path_factory.mktemp("any") / "r.db", readonly=False)
    tables.make_tables(database, tables.Meta(park=PARK, epoch=1, cursor="c", signed_at=0, tally=Tally()))
    live: dict[int, Permit] = {}
    for page in pages:
        rows: list[list[object]] = []
        for number, change in page:
            code = CODES[number % 2]
            if isinstance(change, str):
                live.pop(number, None)
                rows.append(["x", permit_id_of(number).hex(), *([] if "without" in change else [code])])
            else:
                adults, words, sealed = change
                plain = permit(number, adults=adults, code=code)
                live[number] = replace(plain, search=" ".join(sorted(words)), sealed=sealed)
                rows.append(live[number].row())
        tables.write_rows(database, read_rows(rows))
    assert tables.read_meta(database).tally == tables.recount(database) == tally_of(*live.values())
    for code in CODES:
        expected = [item for _, item in sorted(live.items()) if item.code == code]
        assert tables.permits_by_code(database, code) == expected
    words = {word for item in live.values() for word in item.search.split()}
    for word in words | {"0000000000000000"}:
        expected = [item for item in live.values() if word in item.search.split()]
        found = tables.permits_by_search(database, bytes.fromhex(word))
        assert sorted(found, key=lambda item: item.id) == sorted(expected, key=lambda item: item.id)
    (kept,) = database.execute("SELECT count(*) FROM search").fetchone()
    assert kept == len({(word, item.code) for item in live.values() for word in item.search.split()})
    (kept,) = database.execute("SELECT count(*) FROM personal").fetchone()
    assert kept == sum(bool(item.search or item.sealed) for item in live.values())
    database.close()


@pytest.mark.parametrize("party", [Party(), Party(adults=127, other=127), Party(other=128), Party(adults=2**40)])
def test_any_party_is_kept_as_it_was(replicas: Replicas, tmp_path: Path, party: Party) -> None:
    told = replace(permit(1), party=party)
    install(replicas, tmp_path, [told.row()])
    assert current(replicas).find(permit_id_of(1), CODE) == told


def test_a_permit_is_found_by_the_keyed_hashes_of_what_is_personal_in_it(replicas: Replicas, tmp_path: Path) -> None:
    known = replace(permit(1), search="00000000000000aa ff00000000000000", sealed=b"sealed")
    install(replicas, tmp_path, [known.row(), permit(2).row()])
    assert current(replicas).by_search(bytes.fromhex("ff00000000000000")) == [known]
    assert current(replicas).by_search(bytes(8)) == []
    replicas.apply([permit(1).row()], "c1", START)
    assert current(replicas).by_search(bytes.fromhex("ff00000000000000")) == []


def test_whose_entries_are_to_be_erased_is_kept_with_the_newest_wish(replicas: Replicas, tmp_path: Path) -> None:
    one, other = permit_id_of(1), permit_id_of(2)
    install(replicas, tmp_path, [["e", one.hex(), 50], ["e", other.hex(), 20]])
    replicas.apply([["e", one.hex(), 10], ["e", other.hex(), 30, "more"]], "c1", START)
    assert current(replicas).erasures() == [(other, 30), (one, 50)]


def test_ten_thousand_permits_without_personal_parts_take_sixty_bytes_each(
    replicas: Replicas, tmp_path: Path, figure: Callable[[str], None]
) -> None:
    known = sorted((permit_of(PARK_OF_TICKETS.claims(serial)) for serial in range(10_000)), key=lambda item: item.code)
    install(replicas, tmp_path, [item.row() for item in known])
    each = current(replicas).path.stat().st_size / 10_000
    figure(f"{each:.1f} bytes a permit in a file of 10,000")
    assert each <= 60


def test_readers_take_the_new_file_at_their_next_look(home: Home, replicas: Replicas, tmp_path: Path) -> None:
    install(replicas, tmp_path, some(1))
    elsewhere = Replicas(home)
    before = current(elsewhere)
    assert current(elsewhere) is before
    install(replicas, tmp_path, some(2), epoch=2, cursor="d0")
    assert before.find(permit_id_of(1), CODE) is not None  # a scan that has begun ends on what it began with
    after = current(elsewhere)
    assert (after.count, after.epoch) == (2, 2)
    assert [path.name for path in home.kiosk.glob("permits-*.db")] == [after.path.name]
    elsewhere.close()


def test_a_command_beside_the_kiosk_reads_the_replica_without_touching_it(
    home: Home, replicas: Replicas, tmp_path: Path
) -> None:
    install(replicas, tmp_path, some(1))
    beside = Replicas(home, readonly=True)
    assert current(beside).count == 1
    replicas.apply(some(2), "c1", START)
    assert current(beside).count == 2
    beside.close()


def test_reading_a_folder_where_sync_never_ran_makes_no_file(home: Home) -> None:
    beside = Replicas(home, readonly=True)
    assert beside.current() is None
    assert not home.sync_file.exists()
    beside.close()


def test_a_snapshot_that_is_not_the_one_of_its_manifest_is_refused(replicas: Replicas, tmp_path: Path) -> None:
    path = snapshot(tmp_path, some(1))
    for wrong in ({"park": 8}, {"epoch": 2}, {"cursor": "c1"}):
        expected: dict[str, Any] = {"park": PARK, "epoch": 1, "cursor": "c0", "signed_at": START} | wrong
        with pytest.raises(DamagedError, match="not the snapshot that its manifest names"):
            replicas.install(path, **expected)
    assert replicas.current() is None


@pytest.mark.parametrize(
    "change",
    [
        "CREATE TRIGGER t AFTER INSERT ON permit BEGIN DELETE FROM revocation; END",
        "CREATE TABLE more (x TEXT)",
        "DROP INDEX used_permit",
        "PRAGMA user_version = 9",
        "DELETE FROM meta",
    ],
)
def test_a_snapshot_with_other_tables_is_refused(replicas: Replicas, tmp_path: Path, change: str) -> None:
    path = snapshot(tmp_path, some(1))
    database = driver.connect_plain(path, readonly=False)
    database.execute(change)
    database.close()
    with pytest.raises(EnvironmentalError):
        replicas.install(path, park=PARK, epoch=1, cursor="c0", signed_at=START)
    assert replicas.current() is None


def test_a_snapshot_whose_schema_is_no_text_is_a_damaged_one(replicas: Replicas, tmp_path: Path) -> None:
    install(replicas, tmp_path, some(2))
    before = current(replicas).meta
    path = snapshot(tmp_path, some(2), epoch=2)
    data = path.read_bytes()
    spoiled = data.replace(b"PRIMARY KEY (code, id)", b"PRIMARY \xa0EY (code, id)")  # which SQLite quotes
    assert spoiled != data
    path.write_bytes(spoiled)
    with pytest.raises(DamagedError, match="its schema is no text"):
        replicas.install(path, park=PARK, epoch=2, cursor="c0", signed_at=START)
    assert current(replicas).meta == before


def test_a_damaged_snapshot_changes_nothing(
    replicas: Replicas, tmp_path: Path, size: Callable[[int, int], int], figure: Callable[[str], None]
) -> None:
    install(replicas, tmp_path, some(2))
    before = current(replicas).meta
    whole = snapshot(tmp_path, some(200), epoch=2).read_bytes()
    draw = random.Random(7)
    files, refused = size(40, 2000), 0
    for _ in range(files):
        path = tmp_path / "damaged.db"
        data = bytearray(whole)
        data[draw.randrange(len(data))] ^= 1 << draw.randrange(8)
        path.write_bytes(data[: draw.choice([len(data), draw.randrange(len(data))])])
        try:
            replicas.install(path, park=PARK, epoch=2, cursor="c0", signed_at=START)
        except EnvironmentalError:
            refused += 1
            assert current(replicas).meta == before
        else:  # a flipped bit inside a value is for the file's signed hash to find, before it comes here
            install(replicas, tmp_path, some(2))
            before = current(replicas).meta
    figure(f"{files} damaged or cut snapshots: {refused} refused, 0 half installed")


class CrashError(Exception):
    """Stands for a power cut between two steps."""


def crash(*_: Any, **__: Any) -> None:
    raise CrashError


@pytest.mark.parametrize("step", ["_check_snapshot", "_encrypt", "sync_folder", "writing", "_sweep"])
def test_a_crash_during_an_installation_leaves_the_old_replica_or_the_new_one(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    replicas = Replicas(home)
    install(replicas, tmp_path, some(1))
    path = snapshot(tmp_path, some(2), cursor="c9")
    with monkeypatch.context() as patched:
        if step == "_sweep":
            patched.setattr(Replicas, step, crash)
        else:
            patched.setattr(driver if step == "writing" else module, step, crash)
        with pytest.raises(CrashError):
            replicas.install(path, park=PARK, epoch=1, cursor="c9", signed_at=START)
    # the process is gone, with its connections; the next one starts from the disk
    restarted = Replicas(home)
    assert current(restarted).count == (2 if step == "_sweep" else 1)
    install(restarted, tmp_path, some(3), cursor="c10")
    assert current(restarted).count == 3
    assert len(list(home.kiosk.glob("permits-*.db"))) == 1
    assert not list(home.kiosk.glob("*.part"))
    restarted.close()
    replicas.close()


@pytest.mark.parametrize("chunks", [0, 1, 2])
def test_a_page_that_was_cut_off_keeps_its_old_cursor_and_comes_again(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, chunks: int
) -> None:
    replicas = Replicas(home)
    install(replicas, tmp_path, some(10))
    page: list[list[object]] = [permit(number, adults=4).row() for number in range(1, 1401)]
    real, calls = tables.write_rows, iter(range(chunks))

    def cut_off(database: driver.Connection, rows: Any) -> None:
        real(database, rows)
        if next(calls, None) is None:
            raise CrashError

    with monkeypatch.context() as patched:
        patched.setattr(tables, "write_rows", cut_off)
        with pytest.raises(CrashError):
            replicas.apply(page, "c1", START + 9)
    restarted = Replicas(home)
    assert (current(restarted).cursor, current(restarted).signed_at) == ("c0", START)
    assert current(restarted).recount() == current(restarted).meta.tally
    restarted.apply(page, "c1", START + 9)
    assert (current(restarted).cursor, current(restarted).count) == ("c1", 1400)
    assert current(restarted).recount() == current(restarted).meta.tally
    restarted.close()
    replicas.close()


@pytest.mark.parametrize(
    "row",
    [
        [],
        "p",
        7,
        [7],
        ["p"],
        ["p", "zz"],
        ["x"],
        ["x", "AB"],
        ["u", permit_id_of(1).hex(), 1, [1]],
        [*use(1)[:3], [-1], *use(1)[4:]],
        [*use(1)[:3], [1.5], *use(1)[4:]],
        [*use(1)[:6], "sideways", *use(1)[7:]],
        [*use(1)[:8], "garbage"],
        ["r", 1, "00", "revoke", 1, 0],
        ["r", 1, "00" * 8, "burn", 1, 0],
        ["r", True, "00" * 8, "revoke", 1, 0],
        ["e", permit_id_of(1).hex()],
        ["e", "AB", 1],
        ["e", permit_id_of(1).hex(), -1],
        ["x", permit_id_of(1).hex(), "U648SJSDVC"],
        ["x", permit_id_of(1).hex(), 7],
        replace(permit(1), code="U648SJSDVC").row(),
        replace(permit(1), search="Aidana").row(),
        replace(permit(1), search="ff00000000000000 00000000000000aa").row(),
    ],
)
def test_a_page_with_a_row_that_is_none_is_refused_whole_and_by_its_path(
    replicas: Replicas, tmp_path: Path, row: object
) -> None:
    install(replicas, tmp_path, some(1))
    before = current(replicas).meta
    with pytest.raises(RowError, match=r"rows\[1\]"):
        replicas.apply([permit(5).row(), row], "c1", START)
    assert current(replicas).meta == before
    assert current(replicas).find(permit_id_of(5), CODE) is None


def test_kinds_and_fields_of_a_newer_registry_are_left_alone(replicas: Replicas, tmp_path: Path) -> None:
    install(replicas, tmp_path, [])
    newer = [["quota", 1, 2], [*permit(1).row(), "more"], [*use(1), "more"], [*revocation(1, CTI), "more"]]
    replicas.apply(newer, "c1", START)
    assert current(replicas).find(permit_id_of(1), CODE) == permit(1)


def test_a_replica_of_the_first_schema_is_taken_over_with_its_revocations_when_the_kiosk_starts(tmp_path: Path) -> None:
    home = schema_1_home(tmp_path)
    replicas = Replicas(home)
    reader = current(replicas)
    assert (reader.path.name, reader.count, reader.recount()) == ("permits-1-2.db", 39, reader.meta.tally)
    assert (reader.cursor, reader.signed_at, reader.park) == ("1", NOON, 7)
    known = permit_of(PARK_OF_TICKETS.claims(3))
    assert reader.find(known.id, known.code) == known
    with closing(driver.connect(reader.path, home.database_key(), readonly=True)) as database:
        (cti8,) = database.execute("SELECT cti8 FROM revocation").fetchone()
        assert database.execute("SELECT count(*) FROM used").fetchone() == (1,)
    assert reader.revoked(cti8 + bytes(8)) is not None
    assert [path.name for path in home.kiosk.glob("permits-*.db")] == ["permits-1-2.db"]
    replicas.apply([permit(5).row()], "2", NOON)
    assert current(replicas).count == 40
    replicas.close()


def test_a_replica_of_the_first_schema_is_left_to_the_kiosk_by_a_command_that_only_reads(tmp_path: Path) -> None:
    home = schema_1_home(tmp_path)
    beside = Replicas(home, readonly=True)
    with pytest.raises(EnvironmentalError, match="older version of this program"):
        beside.current()
    beside.close()


def test_a_replica_of_the_first_schema_that_cannot_be_taken_over_is_one_to_be_fetched_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = schema_1_home(tmp_path)
    with monkeypatch.context() as patched:
        patched.setattr(module, "_encrypt", no_room)
        replicas = Replicas(home)
    with pytest.raises(ReplicaDamagedError, match="older version"):
        replicas.current()
    replicas.close()
    again = Replicas(home)  # with room, it is
    assert current(again).count == 39
    again.close()


def no_room(*_: Any) -> None:
    raise EnvironmentalError("the disk is full; free some space")


def test_a_replica_of_a_newer_program_is_refused_by_name(home: Home, replicas: Replicas, tmp_path: Path) -> None:
    install(replicas, tmp_path, some(1))
    with closing(driver.connect(current(replicas).path, home.database_key())) as database:
        database.execute("PRAGMA user_version = 3")
    for readonly in (True, False):
        with (
            closing(Replicas(home, readonly=readonly)) as newer,
            pytest.raises(EnvironmentalError, match=r"permits-1-1.db was written for a newer version .*schema 3"),
        ):
            newer.current()


def test_a_snapshot_of_the_first_schema_is_taken_over(replicas: Replicas, tmp_path: Path) -> None:
    path = tmp_path / "old.db"
    with closing(driver.connect_plain(path, readonly=False)) as database:
        for statement in replica_schema_1.SCHEMA.split(";"):
            database.execute(statement)
        old = permit(1)
        values = (old.id, CODE, 1, old.nbf, old.exp, "[2]", 1, 0b101, "active", "", b"")
        database.execute(f"INSERT INTO permit VALUES ({', '.join('?' * 11)})", values)
        database.execute(
            "INSERT INTO permit VALUES (zeroblob(16), 'no code', 1, 1, 2, '[1]', 1, NULL, 'active', '', x'')"
        )
        database.execute("INSERT INTO revocation VALUES (1, ?, 'revoke', 1, 0)", (CTI[:8],))
        database.execute("INSERT INTO meta VALUES (1, ?, 1, 'c0', 0, 1, zeroblob(8))", (PARK,))
        database.execute("PRAGMA user_version = 1")
    replicas.install(path, park=PARK, epoch=1, cursor="c0", signed_at=START)
    assert current(replicas).find(permit_id_of(1), CODE) == old
    assert current(replicas).meta.tally == current(replicas).recount() == tally_of(old)
    assert current(replicas).revoked(CTI) is not None


def test_a_damaged_replica_raises_and_never_answers_differently(
    home: Home, tmp_path: Path, size: Callable[[int, int], int], figure: Callable[[str], None]
) -> None:
    replicas = Replicas(home)
    install(replicas, tmp_path, [*some(400), use(1), revocation(1, CTI)])
    path = current(replicas).path
    replicas.close()
    whole, draw = path.read_bytes(), random.Random(3)
    raised = 0
    files = size(60, 10_000)
    for _ in range(files):
        data = bytearray(whole)
        data[draw.randrange(len(data))] ^= 1 << draw.randrange(8)
        path.write_bytes(data)
        opened = Replicas(home)
        try:
            reader = current(opened)
            for number in (1, 77, 400):
                assert reader.find(permit_id_of(number), CODE) == permit(number)
            assert len(reader.by_code(CODE)) == 400
            assert len(reader.uses(permit_id_of(1))) == 1
            assert reader.revoked(CTI) is not None
            assert reader.recount() == reader.meta.tally
        except DamagedError:
            raised += 1
        finally:
            opened.close()
    figure(f"{files} files with a flipped bit: {raised} errors, {files - raised} without effect, 0 other answers")
    assert raised > files // 2


def test_a_damaged_place_that_a_scan_found_makes_sync_fetch_the_replica_anew(home: Home, tmp_path: Path) -> None:
    replicas = Replicas(home)
    install(replicas, tmp_path, some(2000))
    path = current(replicas).path
    replicas.close()
    data = bytearray(path.read_bytes())
    for place in range(12 * 4096, len(data), 4096):  # what sync itself reads stays whole
        data[place + 9] ^= 1
    path.write_bytes(data)
    gate, sync = Replicas(home), Replicas(home)
    meta = sync.meta()
    assert meta is not None
    assert meta.tally.count == 2000
    with pytest.raises(DamagedError):
        current(gate).recount()
    with pytest.raises(DamagedError, match="a scan found"):
        sync.meta()
    sync.forget()
    assert sync.meta() is None
    assert gate.current() is None
    assert not list(home.kiosk.glob("permits-*"))
    gate.close()
    sync.close()


def test_a_missing_replica_is_an_error_until_it_is_given_up_and_fetched_again(
    home: Home, replicas: Replicas, tmp_path: Path
) -> None:
    install(replicas, tmp_path, some(1))
    replicas.close()
    for path in home.kiosk.glob("permits-*"):
        path.unlink()
    restarted = Replicas(home)
    with pytest.raises(DamagedError, match="missing"):
        restarted.current()
    with pytest.raises(DamagedError):
        restarted.apply([], "c1", START)
    restarted.forget()
    assert restarted.current() is None
    install(restarted, tmp_path, some(2))
    assert current(restarted).count == 2
    restarted.close()


def test_an_installation_that_the_disk_has_no_room_for_leaves_nothing_behind(
    home: Home, replicas: Replicas, tmp_path: Path
) -> None:
    install(replicas, tmp_path, some(1))
    path = snapshot(tmp_path, some(3_000), cursor="c9")
    home.kiosk.joinpath("permits-1-2.db.part").touch()  # of a run that was killed
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, hard))
    try:
        for _ in range(2):
            with pytest.raises(EnvironmentalError):
                replicas.install(path, park=PARK, epoch=1, cursor="c9", signed_at=START)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert [item.name for item in home.kiosk.glob("permits-*.part*")] == []
    assert current(replicas).count == 1


def test_a_lost_sync_database_does_not_lose_the_replica(home: Home, tmp_path: Path) -> None:
    replicas = Replicas(home)
    install(replicas, tmp_path, some(2))
    replicas.close()
    for path in home.kiosk.glob("sync.db*"):
        path.unlink()
    restarted = Replicas(home)
    assert current(restarted).count == 2
    install(restarted, tmp_path, some(3), cursor="c5")
    assert current(restarted).count == 3
    restarted.close()


def test_a_replica_of_another_schema_is_refused_by_name(home: Home, tmp_path: Path) -> None:
    replicas = Replicas(home)
    install(replicas, tmp_path, some(1))
    path = current(replicas).path
    replicas.close()
    database = driver.connect(path, home.database_key())
    database.execute("PRAGMA user_version = 9")
    database.close()
    restarted = Replicas(home)
    with pytest.raises(EnvironmentalError, match=rf"{path.name}.*newer"):
        restarted.current()
    restarted.close()


def test_the_same_rows_always_make_the_same_snapshot(tmp_path: Path) -> None:
    first, second = snapshot(tmp_path, some(50)), tmp_path / "again.db"
    shutil.copy(first, second)
    assert snapshot(tmp_path, some(50)).read_bytes() == second.read_bytes()
