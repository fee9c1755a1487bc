import gzip
import random
from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.rules.revocation import LogHead, Revocation, RevocationAction
from sync.protocol import MessageError, UnknownSchemaError, read, write
from sync.revocation_log import RevocationBatch, RevocationSnapshot, batch_hash, batch_of, objection, snapshot_of
from tests.support.park import NOON

DAY = 86_400
HEAD = LogHead(last=4, hash=b"h" * 32)


def row(seq: int, of: int = 0, action: RevocationAction = RevocationAction.REVOKE, expires: int = 0) -> Revocation:
    cti8 = random.Random(of or seq).randbytes(8)
    return Revocation(seq=seq, cti8=cti8, action=action, effective=NOON + seq, expires=expires)


def batch(*rows: Revocation, head: LogHead = HEAD) -> RevocationBatch:
    return batch_of(7, head, rows, NOON)


@pytest.mark.parametrize(
    ("came", "told"),
    [
        (batch(row(5), row(6)), "nothing"),
        (replace(batch(row(5), row(6)), before=b"x" * 32), "its past was rewritten"),
        (replace(batch(row(7), row(8)), first=7, last=8), "rows 5 to 6 are missing"),
        (replace(batch(row(4), row(5)), first=4, last=5), "it goes back"),
        (replace(batch(row(5), row(6)), last=9), "does not hold these rows"),
        (batch(row(5), row(7)), "does not hold these rows"),
    ],
)
def test_only_the_next_batch_follows(came: RevocationBatch, told: str) -> None:
    assert told in (objection(HEAD, came) or "nothing")


def test_a_batch_and_a_snapshot_are_read_as_they_were_written() -> None:
    made = batch(row(5), row(6, action=RevocationAction.RESTORE))
    assert read(RevocationBatch, write(made)) == made
    assert made.revocations() == [row(5), row(6, action=RevocationAction.RESTORE)]
    folded = snapshot_of(7, LogHead(last=6, hash=batch_hash(write(made))), made.revocations(), NOON)
    assert read(RevocationSnapshot, write(folded)) == folded


def test_a_newer_major_version_is_told_as_such() -> None:
    with pytest.raises(UnknownSchemaError):
        read(RevocationBatch, write(replace(batch(row(5)), schema=2)))


@pytest.mark.parametrize("bad", [b'"revoke"', b"9007199254740993"])
def test_a_row_that_is_none_is_refused(bad: bytes) -> None:
    data = write(batch(row(5))).replace(b'"revoke"', b'"burn"' if bad == b'"revoke"' else bad)
    with pytest.raises(MessageError):
        read(RevocationBatch, data)


rows_of_a_log = st.lists(
    st.tuples(st.integers(1, 5), st.sampled_from(RevocationAction), st.sampled_from([0, NOON - 1, NOON + DAY])),
    max_size=20,
)


@given(rows_of_a_log)
def test_a_snapshot_holds_the_newest_row_of_each_ticket_that_may_still_come(
    made: list[tuple[int, RevocationAction, int]],
) -> None:
    log = [row(seq, of, action, expires) for seq, (of, action, expires) in enumerate(made, start=1)]
    last = {each.cti8: each for each in log}
    folded = list(snapshot_of(7, LogHead(last=len(log), hash=bytes(32)), log, NOON).revocations())
    assert {each.cti8: each for each in folded} == {
        cti8: each for cti8, each in last.items() if each.expires != NOON - 1
    }


def test_columns_that_do_not_belong_together_are_no_rows() -> None:
    folded = snapshot_of(7, LogHead(last=2, hash=bytes(32)), [row(1), row(2)], NOON)
    for bad in (
        replace(folded, cti8=folded.cti8[:-1]),
        replace(folded, seq=[1]),
        replace(folded, seq=[1, 0]),
        replace(folded, seq=[1, 9]),
        replace(folded, effective=[1, -2]),
        replace(folded, expires=[]),
    ):
        with pytest.raises(ValueError, match=r"order|shorter|longer"):
            list(bad.revocations())


def test_ten_thousand_revocations_are_little_more_than_a_hundred_kilobytes(figure: Callable[[str], None]) -> None:
    chance, at, log = random.Random(7), NOON, []
    for seq in range(1, 10_001):
        at += chance.randrange(6000)
        ends = (at // DAY + 41 + chance.choice([0, 1, 1, 2, 3, 7, 30])) * DAY
        log.append(
            Revocation(
                seq=seq,
                cti8=chance.randbytes(8),
                action=RevocationAction.REVOKE,
                effective=at,
                expires=ends,
            )
        )
    data = write(snapshot_of(7, LogHead(last=10_000, hash=bytes(32)), log, NOON))
    packed = len(gzip.compress(data, mtime=0))
    one = write(batch_of(7, LogHead(last=10_000, hash=chance.randbytes(32)), [replace(log[-1], seq=10_001)], at))
    figure(
        f"snapshot of 10,000: {packed / 1000:.0f} kB packed (80 kB of it the prefixes alone), "
        f"{len(data) / 1000:.0f} kB unpacked; a batch of one: {len(one)} bytes and 137 of signature"
    )
    assert packed < 125_000
    assert len(one) < 300
