import shutil
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from kiosk.errors import BugError, EnvironmentalError
from kiosk.rules.receipts import Receipt, ReceiptResult
from kiosk.store.home import Home
from kiosk.store.right_of_way import RightOfWay
from sync.errors import (
    CaptivePortalError,
    CutOffError,
    RegistryRefusedError,
    RegistryUnavailableError,
    SyncError,
    UnreachableError,
    UnreadableReplyError,
)
from sync.protocol import ChainHead, PushReply, SentEntry
from tests.support.bad_registry import BadRegistry, failing
from tests.support.park import NOON, permit_of
from tests.support.registry_simulator import RegistrySimulator
from tests.support.sync_kiosk import SyncKiosk, opened

OpenKiosk = Callable[..., SyncKiosk]
UNWELL = RegistryUnavailableError("The registry cannot answer now (500).", status=500)
REVOKED = ["r", 1, "00" * 8, "revoke", 1, 2]


def refuse(poison: set[str], error: Exception) -> Callable[..., PushReply]:
    """Refuses every batch that holds one of these entries."""

    def push(good: RegistrySimulator, device: int, entries: Sequence[SentEntry]) -> PushReply:
        if poison & {entry.id for entry in entries}:
            raise error
        return good.push(device, entries)

    return push


def test_all_entries_arrive_in_batches_of_at_most_500(registry: RegistrySimulator, open_kiosk: OpenKiosk) -> None:
    sizes: list[int] = []

    def push(good: RegistrySimulator, device: int, entries: Sequence[SentEntry]) -> PushReply:
        sizes.append(len(entries))
        return good.push(device, entries)

    kiosk = open_kiosk(registry, BadRegistry(registry, on={"push": push}))
    kiosk.write(1203)
    report = kiosk.run_cycle()
    assert report.is_good
    assert sizes == [0, 500, 500, 204]  # first how far the registry is; one more opens the chain
    assert report.receipts == {ReceiptResult.ACCEPTED: 1204}
    assert kiosk.deliveries.pending_count() == 0


def test_a_scan_goes_before_each_step_of_a_batch(registry: RegistrySimulator, open_kiosk: OpenKiosk) -> None:
    class Counted(RightOfWay):
        asked = 0

        def give_way(self) -> None:
            self.asked += 1

    kiosk = open_kiosk(registry)
    way = kiosk.deliveries.right_of_way = Counted()
    kiosk.engine_for(registry)
    kiosk.run_cycle()
    kiosk.write(499)  # and the opening of the chain
    before = way.asked
    assert kiosk.run_cycle().pushed == 500
    read, then_chosen_sent_heard_noted = 20, 4
    assert way.asked - before >= read + then_chosen_sent_heard_noted


@pytest.mark.parametrize(
    "error",
    [
        UNWELL,
        UnreachableError("gone"),
        CutOffError("broke"),
        CaptivePortalError("a page"),
        UnreadableReplyError("junk"),
        RegistryRefusedError("no", status=403),
        RegistryRefusedError("no", status=400),
    ],
)
def test_a_registry_that_fails_every_push_still_delivers_revocations(
    registry: RegistrySimulator, open_kiosk: OpenKiosk, error: SyncError
) -> None:
    kiosk = open_kiosk(registry, BadRegistry(registry, on={"push": failing(error)}))
    kiosk.write(20)
    kiosk.run_cycle()
    registry.add(REVOKED)
    report = kiosk.run_cycle()
    assert str(error) in " ".join(report.push_errors)
    assert report.pull_errors == ()
    replica = kiosk.replicas.current()
    assert replica is not None
    assert replica.revoked(bytes(16)) is not None
    assert kiosk.deliveries.pending_count() == 21


@pytest.mark.parametrize("name", ["trust_file", "manifest", "changes", "snapshot"])
def test_a_registry_that_delivers_nothing_still_takes_entries(
    registry: RegistrySimulator, open_kiosk: OpenKiosk, name: str
) -> None:
    kiosk = open_kiosk(registry, BadRegistry(registry, on={name: failing(UNWELL)}))
    kiosk.write(20)
    report = kiosk.run_cycle()
    assert kiosk.deliveries.pending_count() == 0
    assert report.push_errors == ()
    assert report.pull_errors == (str(UNWELL),)


def test_a_mistake_of_ours_in_one_half_escapes_only_after_the_other_half_ran(
    registry: RegistrySimulator, open_kiosk: OpenKiosk
) -> None:
    kiosk = open_kiosk(registry, BadRegistry(registry, on={"push": failing(ZeroDivisionError("ours"))}))
    kiosk.write(1)
    with pytest.raises(BugError, match="ZeroDivisionError"):
        kiosk.run_cycle()
    assert kiosk.replicas.current() is not None


def test_a_full_disk_at_the_end_of_a_cycle_is_told_and_does_not_escape(
    kiosk: SyncKiosk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(at: int, *, is_sure: bool) -> None:
        raise EnvironmentalError("sync.db: the disk is full")

    monkeypatch.setattr(kiosk.deliveries, "contacted", full)
    report = kiosk.run_cycle()
    assert report.has_failed
    assert report.pull_errors == ("sync.db: the disk is full",)


def test_a_registry_that_answers_without_receipts_is_not_asked_for_every_entry_alone(
    registry: RegistrySimulator, open_kiosk: OpenKiosk
) -> None:
    asked: list[int] = []

    def push(good: RegistrySimulator, device: int, entries: Sequence[SentEntry]) -> PushReply:
        asked.append(len(entries))
        return PushReply(receipts=())

    kiosk = open_kiosk(registry, BadRegistry(registry, on={"push": push}))
    kiosk.write(3000)
    registry.add(REVOKED)
    report = kiosk.run_cycle()
    assert len(asked) <= 13
    assert report.has_failed
    assert kiosk.deliveries.pending_count() == 3001
    assert report.pull_errors == ()


def test_a_head_that_this_journal_does_not_have_is_an_alarm_and_no_witness(
    registry: RegistrySimulator, open_kiosk: OpenKiosk
) -> None:
    def push(good: RegistrySimulator, device: int, entries: Sequence[SentEntry]) -> PushReply:
        reply = good.push(device, entries)
        return replace(reply, head=ChainHead(chain=1, n=2, hash=bytes(32)))

    kiosk = open_kiosk(registry)
    kiosk.write(3)
    kiosk.run_cycle()
    witnessed = kiosk.deliveries.witnessed()
    kiosk.engine_for(BadRegistry(registry, on={"push": push}))
    kiosk.write(1)
    report = kiosk.run_cycle()
    assert "differs" in " ".join(report.alarms)
    assert kiosk.deliveries.witnessed() == witnessed


def test_no_connection_counts_no_attempts_and_is_told_once(registry: RegistrySimulator, open_kiosk: OpenKiosk) -> None:
    away = {name: failing(UnreachableError("There is no connection.")) for name in ("push", "trust_file", "manifest")}
    bad = BadRegistry(registry, on=away)
    kiosk = open_kiosk(registry, bad)
    kiosk.write(700)
    report = kiosk.run_cycle()
    assert (report.has_contact, bad.asked.count("push")) == (False, 1)
    assert report.push_errors == ("There is no connection.",)
    assert kiosk.deliveries.last_contact() is None


@pytest.mark.parametrize(
    "error",
    [
        RegistryRefusedError("bad", status=400),
        RegistryRefusedError("large", status=413),
        UnreadableReplyError("junk"),
        UNWELL,
    ],
)
def test_one_entry_it_cannot_read_first_in_the_queue_holds_up_no_other(
    registry: RegistrySimulator, open_kiosk: OpenKiosk, error: SyncError
) -> None:
    bad = BadRegistry(registry)
    kiosk = open_kiosk(registry, bad)
    poison = kiosk.write(1203)[0].id
    bad.on["push"] = refuse({poison}, error)
    report = kiosk.run_cycle()
    assert len(registry.entries) == 1203
    assert [str(entry.key) for entry in kiosk.deliveries.pending(500)] == [poison]
    assert any(poison in sentence for sentence in report.stuck)
    assert (report.has_failed, report.is_good) == (False, False)


def test_new_entries_never_wait_behind_a_poisonous_one(registry: RegistrySimulator, open_kiosk: OpenKiosk) -> None:
    bad = BadRegistry(registry)
    kiosk = open_kiosk(registry, bad)
    poison = kiosk.write(300)[100].id
    bad.on["push"] = refuse({poison}, RegistryRefusedError("bad", status=400))
    kiosk.run_cycle()
    kiosk.write(40)
    bad.asked.clear()
    kiosk.run_cycle()
    assert [str(entry.key) for entry in kiosk.deliveries.pending(500)] == [poison]
    assert bad.asked.count("push") == 2  # the new ones, then the bad one alone


def test_a_registry_that_recovers_takes_the_poisonous_entry_too(
    registry: RegistrySimulator, open_kiosk: OpenKiosk
) -> None:
    bad = BadRegistry(registry)
    kiosk = open_kiosk(registry, bad)
    poison = kiosk.write(30)[0].id
    bad.on["push"] = refuse({poison}, RegistryRefusedError("bad", status=400))
    kiosk.run_cycle()
    bad.on.clear()
    assert kiosk.run_cycle().is_good
    assert kiosk.deliveries.pending_count() == 0


def test_an_entry_that_the_registry_quarantines_is_told_and_not_sent_again(
    registry: RegistrySimulator, open_kiosk: OpenKiosk
) -> None:
    def push(good: RegistrySimulator, device: int, entries: Sequence[SentEntry]) -> PushReply:
        spoilt = [replace(entry, core=b"\xff") if place == 3 else entry for place, entry in enumerate(entries)]
        return good.push(device, spoilt)

    kiosk = open_kiosk(registry, BadRegistry(registry, on={"push": push}))
    kiosk.write(9)
    report = kiosk.run_cycle()
    assert report.receipts == {ReceiptResult.ACCEPTED: 9, ReceiptResult.QUARANTINED: 1}
    assert [receipt.result for receipt in report.flagged] == [ReceiptResult.QUARANTINED]
    assert kiosk.deliveries.pending_count() == 0
    assert kiosk.journal.count() == 10


def test_a_reply_lost_after_the_commit_ends_in_duplicates_and_nothing_twice(
    registry: RegistrySimulator, open_kiosk: OpenKiosk
) -> None:
    def push(good: RegistrySimulator, device: int, entries: Sequence[SentEntry]) -> PushReply:
        good.push(device, entries)
        raise CutOffError("The connection to the registry broke.")

    bad = BadRegistry(registry, on={"push": push})
    kiosk = open_kiosk(registry, bad)
    kiosk.write(600)
    kiosk.run_cycle()
    bad.on.clear()
    report = kiosk.run_cycle()
    assert report.is_good
    assert sum(report.receipts.values()) == 601
    assert report.receipts[ReceiptResult.DUPLICATE] >= 500
    assert len(registry.entries) == 601


def test_half_a_batch_acknowledged_settles_that_half_only(registry: RegistrySimulator, open_kiosk: OpenKiosk) -> None:
    def push(good: RegistrySimulator, device: int, entries: Sequence[SentEntry]) -> PushReply:
        return good.push(device, entries[: len(entries) // 2])

    bad = BadRegistry(registry, on={"push": push})
    kiosk = open_kiosk(registry, bad)
    kiosk.write(99)
    report = kiosk.run_cycle()
    assert 50 <= report.pushed < 100
    assert kiosk.deliveries.pending_count() == 100 - report.pushed
    bad.on.clear()
    assert kiosk.run_cycle().is_good
    assert kiosk.deliveries.pending_count() == 0


def test_receipts_for_entries_that_were_not_sent_settle_nothing(
    registry: RegistrySimulator, open_kiosk: OpenKiosk
) -> None:
    bad = BadRegistry(registry)
    kiosk = open_kiosk(registry, bad)
    foreign = [Receipt(id="0" * 20, result=ReceiptResult.ACCEPTED), Receipt(id="junk", result=ReceiptResult.ACCEPTED)]
    bad.on["push"] = lambda *_given: PushReply(receipts=tuple(foreign))
    kiosk.write(3)
    report = kiosk.run_cycle()
    assert (report.pushed, kiosk.deliveries.pending_count()) == (0, 4)


def test_retry_after_reaches_the_report(registry: RegistrySimulator, open_kiosk: OpenKiosk) -> None:
    busy = RegistryUnavailableError("busy", status=503, retry_after_seconds=77)
    bad = BadRegistry(registry, on={"push": failing(busy)})
    kiosk = open_kiosk(registry, bad)
    kiosk.write(1)
    report = kiosk.run_cycle()
    assert report.retry_after_seconds == 77
    assert bad.asked.count("push") == 1


def test_a_cycle_with_nothing_new_asks_three_small_questions(
    registry: RegistrySimulator, open_kiosk: OpenKiosk
) -> None:
    bad = BadRegistry(registry)
    kiosk = open_kiosk(registry, bad)
    kiosk.run_cycle()
    bad.asked.clear()
    assert kiosk.run_cycle().is_good
    assert bad.asked == ["trust_file", "manifest", "changes"]


def test_new_permits_are_there_after_one_cycle(registry: RegistrySimulator, kiosk: SyncKiosk) -> None:
    kiosk.run_cycle()
    fresh = permit_of(registry.park.claims(500))
    registry.put(fresh)
    registry.drop(permit_of(registry.park.claims(7)).id)
    report = kiosk.run_cycle()
    replica = kiosk.replicas.current()
    assert replica is not None
    assert replica.find(fresh.id, fresh.code) == fresh
    dropped = permit_of(registry.park.claims(7))
    assert replica.find(dropped.id, dropped.code) is None
    assert (report.rows, report.is_good) == (2, True)


def test_everything_verified_feeds_the_clock(registry: RegistrySimulator, kiosk: SyncKiosk) -> None:
    registry.now += 1234
    kiosk.run_cycle()
    assert set(kiosk.clock.signed_times) == {NOON, registry.now}  # the set and its keys, and all else
    # only the manifest was made for whoever asks now; a set may be a year old
    assert set(kiosk.clock.live_times) == {registry.now}
    assert kiosk.deliveries.signed_at() == registry.now


def test_what_was_told_back_counts_once_the_feed_of_a_new_snapshot_was_read_to_its_end(
    registry: RegistrySimulator, open_kiosk: OpenKiosk
) -> None:
    kiosk = open_kiosk(registry, BadRegistry(registry, on={"changes": failing(UNWELL)}))
    kiosk.write(3)
    kiosk.run_cycle()
    assert kiosk.replicas.current() is not None
    assert kiosk.deliveries.witnessed() is not None
    assert not kiosk.deliveries.has_heard()
    kiosk.engine_for(registry).run_cycle()
    assert kiosk.deliveries.has_heard()


def test_a_folder_put_back_from_a_backup_with_its_keys_gives_no_id_twice(
    registry: RegistrySimulator, open_kiosk: OpenKiosk, tmp_path: Path
) -> None:
    kiosk = open_kiosk(registry)
    kiosk.write(3)
    kiosk.run_cycle()
    old = Home(tmp_path / "backup")
    shutil.copytree(kiosk.home.path, old.path)
    shutil.copytree(kiosk.home.keys, old.keys)
    newer = kiosk.write(4)
    kiosk.run_cycle()
    with opened(old, registry, kiosk.clock) as restored:
        report = restored.run_cycle()
        assert any("was cut short" in alarm for alarm in report.alarms)
        head = restored.deliveries.witnessed()
        assert head is not None
        assert head.n == newer[-1].key.n
        restored.journal.expect(head)
        (entry,) = restored.write(1)
        assert entry.key.chain == 2
        report = restored.run_cycle()
        assert (report.pushed, report.flagged, report.alarms) == (2, (), ())
