"""The registry's revocation log: batches that never change, a snapshot of them, and registries of before."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import MetaData, text

from kiosk.rules.permit import PermitStatus
from kiosk.rules.revocation import LogHead, Revocation, RevocationAction
from sync.protocol import Manifest, SignedBody, read
from sync.registry import database as db
from sync.registry import feed, revoking
from sync.registry.issuing import IssuedTicket
from sync.registry.service import RegistryService, open_registry
from sync.registry.wire import RegistryEnd
from sync.revocation_log import (
    FAR_ROWS,
    MOST_PAGE_BYTES,
    RevocationBatch,
    RevocationSnapshot,
    batch_hash,
    objection,
)
from sync.signing import SignatureKind, keys_by_id, public_half, verify_body
from tests.sync.registry.conftest import NOON, HeldClock

PARK = 7
DAY = 86_400
Issue = Callable[..., IssuedTicket]


def batches(end: RegistryEnd, service: RegistryService, after: int = 0) -> list[RevocationBatch]:
    """All batches after a row, each verified, signed and following the one before."""
    keys = keys_by_id([public_half(service.folder.online_key(PARK))])
    found, head, more = [], LogHead(), True
    while more:
        page = end.revocations(PARK, head.last)
        more = page.more
        for item in page.batches:
            verify_body(SignatureKind.REVOCATIONS, keys, item.signature, item.text.encode())
            batch = read(RevocationBatch, item.text.encode())
            assert objection(head, batch) is None
            head = LogHead(last=batch.last, hash=batch_hash(item.text.encode()))
            found.append(batch)
    return [batch for batch in found if batch.last > after]


def snapshot(end: RegistryEnd) -> RevocationSnapshot:
    return read(RevocationSnapshot, end.revocations_snapshot(PARK).data)


def rows(count: int, *, expires: int = 0) -> list[Revocation]:
    revoke = RevocationAction.REVOKE
    return [
        Revocation(seq=0, cti8=number.to_bytes(8, "big"), action=revoke, effective=NOON, expires=expires)
        for number in range(count)
    ]


def publish(service: RegistryService, count: int, *, expires: int = 0) -> None:
    with service.database.writing() as connection:
        revoking.publish(connection, service.folder, PARK, rows(count, expires=expires), reason="x", now=service.now())


def test_one_revocation_is_one_batch_and_many_are_few(service: RegistryService, end: RegistryEnd) -> None:
    publish(service, 1)
    publish(service, 2500)
    assert [len(batch.rows) for batch in batches(end, service)] == [1, 1000, 1000, 500]


def test_a_batch_never_changes(service: RegistryService, end: RegistryEnd, clock: HeldClock, ticket: Issue) -> None:
    service.revoke(ticket().text, reason="refund")
    before = end.revocations(PARK, 0)
    clock.at += 40 * DAY
    service.revoke(ticket(days=90).text, reason="refund")
    service.upgrade()
    assert end.revocations(PARK, 0).batches[:1] == before.batches


def test_a_page_is_no_longer_than_a_slow_line_can_bear(service: RegistryService, end: RegistryEnd) -> None:
    for _ in range(210):
        publish(service, 1)
    page = end.revocations(PARK, 0)
    assert (len(page.batches), page.more) == (200, True)
    publish(service, 5000)
    page = end.revocations(PARK, 210)
    assert page.more
    assert sum(len(item.text) for item in page.batches) < MOST_PAGE_BYTES
    assert len(batches(end, service)) == 215


def test_a_restored_ticket_is_active_again_and_the_gates_are_told(
    service: RegistryService, end: RegistryEnd, ticket: Issue
) -> None:
    issued = ticket()
    assert service.restore(issued.text, reason="x").was_so
    service.revoke(issued.text, reason="refund")
    assert not service.restore(issued.code, reason="a mistake").was_so
    assert service.restore(issued.text, reason="again").was_so
    with service.database.reading() as connection:
        page = feed.page(connection, PARK, feed.state(connection, PARK).cursor(0))
        row = connection.execute(db.permit.select().where(db.permit.c.id == issued.permit.id)).one()
    told = [row for row in page.rows if row[0] == "r"]
    assert [row[1:4] for row in told] == [
        [1, issued.claims.cti[:8].hex(), "revoke"],
        [2, issued.claims.cti[:8].hex(), "restore"],
    ]
    assert row.status == PermitStatus.ACTIVE
    assert [batch.rows[0][0] for batch in batches(end, service)] == [1, 2]
    assert not service.revoke(issued.text, reason="after all").was_so


def test_the_snapshot_leaves_out_what_is_over_and_keeps_what_was_restored(
    service: RegistryService, end: RegistryEnd, clock: HeldClock, ticket: Issue
) -> None:
    publish(service, 3, expires=NOON + DAY)
    lost, found = ticket(days=90), ticket(days=90)
    for issued in (lost, found):
        service.revoke(issued.text, reason="lost")
    service.restore(found.text, reason="found")
    clock.at += 2 * DAY
    folded = {row.cti8: row.action for row in snapshot(end).revocations()}
    assert folded == {
        lost.claims.cti[:8]: RevocationAction.REVOKE,
        found.claims.cti[:8]: RevocationAction.RESTORE,
    }


def test_the_snapshot_is_made_anew_after_a_month_or_far_behind(
    service: RegistryService, end: RegistryEnd, clock: HeldClock
) -> None:
    publish(service, 10)
    first = snapshot(end)
    publish(service, FAR_ROWS)
    clock.at += 29 * DAY
    assert snapshot(end) == first
    clock.at += DAY
    second = snapshot(end)
    assert (second.last, second.signed_at) == (10 + FAR_ROWS, clock.at)
    publish(service, FAR_ROWS + 1)
    assert snapshot(end).last == 2 * FAR_ROWS + 11


def test_a_snapshot_signed_by_an_earlier_key_is_made_anew(service: RegistryService, end: RegistryEnd) -> None:
    publish(service, 1)
    before = end.revocations_snapshot(PARK)
    (service.folder.path / "keys" / "online-7.key").write_text("ab" * 32 + "\n")
    after = end.revocations_snapshot(PARK)
    assert after.data == before.data
    assert after.signature != before.signature


def test_a_park_that_is_not_here_is_refused(end: RegistryEnd) -> None:
    for ask in (lambda: end.revocations(99, 0), lambda: end.revocations_snapshot(99)):
        with pytest.raises(Exception, match="no park 99"):
            ask()


# ---- registries of before -------------------------------------------------------------------------------------------


def without_a_log(service: RegistryService) -> None:
    """The database as the migration before left it, with all that it holds and that version had room for."""
    with service.database.writing() as connection:
        found = MetaData()
        found.reflect(connection)
        held = {table.name: connection.execute(table.select()).mappings().all() for table in found.sorted_tables}
        found.drop_all(connection)
        config = Config(attributes={"connection": connection})
        config.set_main_option("script_location", "sync.registry:migrations")
        command.upgrade(config, "0002")
        old = MetaData()
        old.reflect(connection)
        del held["alembic_version"]
        for table in old.sorted_tables:
            if rows := held.get(table.name):
                signed = {"signature": ""} if table.name == "published_set" else {}  # each set had its own then
                kept = [{name: row[name] for name in table.columns.keys() & row.keys()} | signed for row in rows]
                connection.execute(table.insert(), kept)


def test_what_was_revoked_before_there_was_a_log_is_signed_on_opening(tmp_path: Path) -> None:
    old = tmp_path / "old"
    shutil.copytree(Path(__file__).parents[2] / "data" / "schema-1" / "registry", old)
    for _ in range(2):  # the second time changes nothing
        service = open_registry(old, now=lambda: NOON + 3600)
        end = RegistryEnd(service, beside=lambda work: work())
        (batch,) = batches(end, service)
        assert (batch.first, batch.signed_at) == (1, NOON + 3600)
        body = end.manifest(PARK)
        assert isinstance(body, SignedBody)
        told = read(Manifest, body.data).revocations
        assert told is not None
        assert told.last == batch.last
        service.close()


def test_many_rows_of_before_are_cut_into_batches(service: RegistryService, end: RegistryEnd) -> None:
    publish(service, 2300)
    without_a_log(service)
    service.upgrade()
    assert [batch.last for batch in batches(end, service)] == [1000, 2000, 2300]
    publish(service, 1)
    assert batches(end, service)[-1].last == 2301


def test_what_goes_wrong_leaves_neither_a_row_nor_a_batch(service: RegistryService, end: RegistryEnd) -> None:
    (service.folder.path / "keys" / "online-7.key").rename(service.folder.path / "keys" / "away")
    with pytest.raises(Exception, match="restore its folder"):
        publish(service, 1)
    with service.database.reading() as connection:
        assert connection.execute(text("SELECT count(*) FROM revocation WHERE park_id = 7")).scalar() == 0
        assert feed.page(connection, PARK, feed.state(connection, PARK).cursor()).rows == ()
    assert end.revocations(PARK, 0).batches == ()
