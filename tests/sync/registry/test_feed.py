"""The feed: every change once, in one order, none missed by whoever follows it."""

import threading
from collections.abc import Callable, Iterator

import pytest

from kiosk.rules.permit import Party, Permit
from sync.errors import CursorExpiredError
from sync.protocol import ChangesPage, Manifest, SignedBody, read
from sync.registry import feed
from sync.registry.issuing import IssuedTicket
from sync.registry.service import RegistryService
from sync.registry.wire import RegistryEnd
from sync.signing import SignatureKind, keys_by_id, verify_body
from tests.sync.registry.conftest import NOON

Issue = Callable[..., IssuedTicket]


def state_of(service: RegistryService, park: int = 7) -> feed.FeedState:
    with service.database.reading() as connection:
        return feed.state(connection, park)


def follow(end: RegistryEnd, after: str, park: int = 7) -> Iterator[ChangesPage]:
    while True:
        page = read(ChangesPage, end.changes(park, after).data)
        yield page
        if not page.more:
            return
        after = page.next


def test_pages_join_without_a_gap_and_only_more_false_is_the_end(service: RegistryService) -> None:
    end = RegistryEnd(service, page_rows=100)
    state = state_of(service)
    pages = list(follow(end, state.cursor(0).token))
    assert [len(page.rows) for page in pages[:-1]] == [100] * (len(pages) - 1)
    assert sum(len(page.rows) for page in pages) == state.head == state.permits
    assert [page.more for page in pages] == [True] * (len(pages) - 1) + [False]


def test_count_and_checksum_are_those_of_the_rows(service: RegistryService, end: RegistryEnd, ticket: Issue) -> None:
    service.revoke(ticket(adults=1).text, reason="refund")
    ticket(adults=3)
    permits: dict[bytes, Permit] = {}
    *_, last = pages = list(follow(end, state_of(service).cursor(0).token))
    for row in (row for page in pages for row in page.rows if row[0] == "p"):
        permits[Permit.from_row(row).id] = Permit.from_row(row)
    assert last.permits == len(permits) == state_of(service).permits
    total = sum(permit.checksum_part() for permit in permits.values()) % 2**64
    assert last.checksum == total.to_bytes(8, "big")


def test_a_page_is_signed_by_an_online_key_of_the_set(service: RegistryService, end: RegistryEnd) -> None:
    body = end.changes(7, state_of(service).cursor().token)
    keys = keys_by_id(key.public_key for key in service.policy_set(7).online_keys)
    assert verify_body(SignatureKind.CHANGES, keys, body.signature, body.data)


@pytest.mark.parametrize("token", ["", "x", "!!!", "MS4x", "LTEuMQ", "MS4" * 60])
def test_a_token_that_is_none_is_a_cursor_that_expired(end: RegistryEnd, token: str) -> None:
    with pytest.raises(CursorExpiredError):
        end.changes(7, token)


def test_a_cursor_of_another_epoch_or_beyond_the_head_expired(service: RegistryService, end: RegistryEnd) -> None:
    state = state_of(service)
    for cursor in (feed.Cursor(epoch=state.epoch + 1, seq=1), feed.Cursor(epoch=state.epoch, seq=state.head + 1)):
        with pytest.raises(CursorExpiredError):
            end.changes(7, cursor.token)


def test_a_compacted_place_expired_and_the_manifest_says_from_where_to_go_on(
    service: RegistryService, end: RegistryEnd, ticket: Issue
) -> None:
    end.manifest(7)
    for _ in range(3):
        ticket()
    service.compact(7, keep_rows=2)
    state = state_of(service)
    assert state.oldest == state.head - 3, "never beyond what the newest snapshot covers"
    with pytest.raises(CursorExpiredError):
        end.changes(7, state.cursor(0).token)
    body = end.manifest(7)
    assert isinstance(body, SignedBody)
    manifest = read(Manifest, body.data)
    assert len(read(ChangesPage, end.changes(7, manifest.min).data).rows) == 3
    assert manifest.snapshot.cursor == manifest.min


def test_a_reader_beside_several_writers_misses_no_row(service: RegistryService, end: RegistryEnd) -> None:
    start = state_of(service)
    done = threading.Event()
    seen: list[str] = []

    def write() -> None:
        for _ in range(6):
            service.issue(park=7, product=1, nbf=NOON, exp=NOON + 60, party=Party(adults=1), count=2)

    def read_on() -> None:
        after, is_last = start.cursor().token, False
        while not is_last:
            is_last = done.is_set()
            for page in follow(end, after):
                seen.extend(row[1] for row in page.rows)
                after = page.next

    writers = [threading.Thread(target=write) for _ in range(3)]
    reader = threading.Thread(target=read_on)
    for thread in (reader, *writers):
        thread.start()
    for thread in writers:
        thread.join()
    done.set()
    reader.join()
    assert len(seen) == len(set(seen)) == 36


def test_the_parks_feeds_are_their_own(service: RegistryService, end: RegistryEnd, ticket: Issue) -> None:
    before = state_of(service, 12)
    ticket(park=7)
    assert state_of(service, 12) == before
