"""The revocation log on its way into a kiosk: what follows is added, what does not changes nothing and is an alarm."""

import random
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from unittest.mock import patch

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import example, given, settings
from hypothesis import strategies as st

from kiosk.errors import BugError, EnvironmentalError
from kiosk.rules.revocation import LogHead, Revocation, RevocationAction
from kiosk.store.driver import DamagedError
from kiosk.store.policies import Policies
from kiosk.store.revocations import RevocationLog
from sync.errors import CutOffError, RegistryRefusedError, RegistryUnavailableError, UnreadableReplyError
from sync.protocol import Download, Manifest, NotModified, SignedBody, read, write
from sync.report import Report
from sync.revocation_log import MOST_BATCH_ROWS, RevocationsPage, SignedText, batch_of
from sync.signing import SignatureKind, sign_body
from tests.support.bad_registry import BadRegistry, failing
from tests.support.park import NOON, SmallPark, permit_of
from tests.support.registry_simulator import RegistrySimulator
from tests.support.sync_kiosk import SyncKiosk, opened, sync_kiosk

OpenKiosk = Callable[..., SyncKiosk]
REVOKE, RESTORE = RevocationAction.REVOKE, RevocationAction.RESTORE


def cti(number: int) -> bytes:
    return SmallPark().claims(number).cti


def is_revoked(kiosk: SyncKiosk, number: int) -> bool:
    """By the kiosk's own copy of the log, whatever the replica says."""
    row = kiosk.revocations.find(cti(number))
    return row is not None and row.is_in_force(2**40)


def revoke(registry: RegistrySimulator, number: int, action: RevocationAction = REVOKE) -> Revocation:
    return registry.revoke(cti(number), action)


def row_of(registry: RegistrySimulator, number: int) -> Revocation:
    """A revocation of the ticket of this number, as the row of this number."""
    return Revocation(seq=number, cti8=cti(number)[:8], action=REVOKE, effective=registry.now)


def signed(
    batch: Any, key: Ed25519PrivateKey | None = None, kind: SignatureKind = SignatureKind.REVOCATIONS
) -> SignedText:
    data = write(batch)
    return SignedText(text=data.decode(), signature=sign_body(kind, key or SmallPark().online, data))


def answering(*batches: SignedText) -> Callable[..., RevocationsPage]:
    return lambda good, park, after: RevocationsPage(park=park, after=after, more=False, batches=batches)


@pytest.fixture
def informed(registry: RegistrySimulator, kiosk: SyncKiosk) -> SyncKiosk:
    """A kiosk that knows of two revocations."""
    revoke(registry, 1)
    revoke(registry, 2)
    assert kiosk.run_cycle().is_good
    return kiosk


def through(kiosk: SyncKiosk, registry: RegistrySimulator, **on: Callable[..., Any]) -> Report:
    """One cycle over a registry that misbehaves so."""
    kiosk.engine_for(BadRegistry(registry, on=on))
    return kiosk.run_cycle()


# ---- what follows is added ------------------------------------------------------------------------------------------


def test_a_cycle_brings_the_log_and_says_as_of_when(registry: RegistrySimulator, kiosk: SyncKiosk) -> None:
    revoke(registry, 1)
    registry.now += 60
    assert kiosk.run_cycle().is_good
    state = kiosk.revocations.state()
    assert (state.head, state.signed_at) == (registry.log_head, registry.now)
    assert [is_revoked(kiosk, number) for number in (1, 2)] == [True, False]


def test_nothing_new_costs_no_request_and_makes_the_list_young(
    registry: RegistrySimulator, informed: SyncKiosk
) -> None:
    line = BadRegistry(registry)
    informed.engine_for(line)
    registry.now += 3600
    assert informed.run_cycle().is_good
    assert "revocations" not in line.asked
    assert informed.revocations.state().signed_at == registry.now


def test_a_ticket_that_is_restored_is_no_longer_revoked(registry: RegistrySimulator, informed: SyncKiosk) -> None:
    revoke(registry, 1, RESTORE)
    assert informed.run_cycle().is_good
    assert [is_revoked(informed, number) for number in (1, 2)] == [False, True]


def test_a_log_of_many_pages_is_read_to_its_end(registry: RegistrySimulator, kiosk: SyncKiosk) -> None:
    registry.page_rows = 3
    for number in range(1, 12):
        revoke(registry, number)
    assert kiosk.run_cycle().is_good
    assert kiosk.revocations.state().head == registry.log_head


def test_a_new_kiosk_begins_with_the_snapshot_where_the_log_is_long(
    registry: RegistrySimulator, kiosk: SyncKiosk
) -> None:
    registry.publish(*(row_of(registry, number) for number in range(1, 701)))
    registry.snapshot_log()
    revoke(registry, 800)
    line = BadRegistry(registry)
    kiosk.engine_for(line)
    assert kiosk.run_cycle().is_good
    assert line.asked.count("revocations_snapshot") == 1
    assert kiosk.revocations.state().head == registry.log_head
    assert (is_revoked(kiosk, 1), is_revoked(kiosk, 800)) == (True, True)


def test_a_kiosk_far_behind_first_sees_that_its_own_log_is_a_part_of_the_registry_s(
    registry: RegistrySimulator, informed: SyncKiosk
) -> None:
    for number in range(3, 6):
        revoke(registry, number)
    registry.publish(*(row_of(registry, number) for number in range(6, 1006)))
    registry.publish(*(row_of(registry, number) for number in range(1006, 2006)))
    registry.page_rows = 1
    line = BadRegistry(registry)
    informed.engine_for(line)
    assert informed.run_cycle().is_good
    assert line.asked.index("revocations") < line.asked.index("revocations_snapshot")
    assert line.asked.count("revocations") == 1
    assert informed.revocations.state().head == registry.log_head


def test_a_registry_of_a_version_without_a_log_still_revokes_through_the_replica(
    registry: RegistrySimulator, kiosk: SyncKiosk
) -> None:
    registry.keeps_log = False
    revoke(registry, 1)
    line = BadRegistry(registry)
    kiosk.engine_for(line)
    assert kiosk.run_cycle().is_good
    assert "revocations" not in line.asked
    assert not kiosk.revocations.state().is_own
    replica = kiosk.replicas.current()
    assert replica is not None
    assert replica.revoked(cti(1)) is not None


def test_a_registry_that_names_its_log_no_more_is_an_alarm(registry: RegistrySimulator, informed: SyncKiosk) -> None:
    registry.keeps_log = False
    registry.now += 600
    report = informed.run_cycle()
    assert "does not name its revocation log any more" in report.alarms[0]
    assert informed.revocations.state().signed_at == NOON


# ---- what does not follow -------------------------------------------------------------------------------------------


def follows(registry: RegistrySimulator, *, first: int = 3, **changes: Any) -> Any:
    """The batch that could come next, changed."""
    row = replace(row_of(registry, 9), seq=first)
    head = LogHead(last=first - 1, hash=registry.log_head.hash)
    return replace(batch_of(7, head, [row], registry.now), **changes)


STRANGER = Ed25519PrivateKey.from_private_bytes(b"s" * 32)


@pytest.mark.parametrize(
    ("made", "told"),
    [
        (lambda registry: signed(follows(registry, first=5)), "rows 3 to 4 are missing"),
        (lambda registry: signed(follows(registry, first=2)), "it goes back"),
        (lambda registry: signed(follows(registry, before=b"x" * 32)), "its past was rewritten"),
        (lambda registry: signed(follows(registry, park=12)), "of park 12 to a kiosk of park 7"),
        (lambda registry: signed(follows(registry), STRANGER), "which is not believed here"),
        (lambda registry: signed(follows(registry), kind=SignatureKind.CHANGES), "does not fit its bytes"),
        (lambda registry: replace(signed(follows(registry)), text="{}"), "does not fit its bytes"),
        (lambda registry: replace(signed(follows(registry)), text="\ud800"), "does not fit its bytes"),
        (lambda registry: signed(follows(registry, schema=2)), "too old for the registry"),
    ],
)
def test_a_batch_that_does_not_follow_changes_nothing_and_is_an_alarm_that_names_it(
    registry: RegistrySimulator,
    informed: SyncKiosk,
    made: Callable[[RegistrySimulator], SignedText],
    told: str,
) -> None:
    before = informed.revocations.state()
    bad = made(registry)
    revoke(registry, 3)
    registry.now += 60
    report = through(informed, registry, revocations=answering(bad))
    assert [told in alarm for alarm in report.alarms] == [True]
    assert not report.has_failed  # the rest of the cycle went its way
    assert informed.revocations.state() == before
    assert [is_revoked(informed, number) for number in (1, 2, 9)] == [True, True, False]
    replica = informed.replicas.current()
    assert replica is not None
    assert replica.revoked(cti(3)) is not None  # the feed's copy came


def test_a_batch_too_long_or_cut_changes_nothing(registry: RegistrySimulator, informed: SyncKiosk) -> None:
    before = informed.revocations.state()
    rows = [row_of(registry, number) for number in range(3, 4 + MOST_BATCH_ROWS)]
    huge = signed(batch_of(7, registry.log_head, rows, registry.now))
    revoke(registry, 3)
    report = through(informed, registry, revocations=answering(huge))
    assert "not a RevocationBatch" in report.pull_errors[0]
    cut = replace(signed(follows(registry)), text=write(follows(registry)).decode()[:-1])
    report = through(informed, registry, revocations=answering(cut))
    assert "does not fit its bytes" in report.alarms[0]
    assert informed.revocations.state() == before


def test_a_registry_restored_from_a_backup_lets_nobody_in_again(
    registry: RegistrySimulator, informed: SyncKiosk
) -> None:
    del registry.log_batches[1:], registry.log[1:]
    registry.now += 600
    report = informed.run_cycle()
    assert "ends at row 1, and row 2 is known here: was it restored from a backup?" in report.alarms[0]
    revoke(registry, 3)  # under a number that was given before
    registry.now += 600
    assert "was rewritten" in informed.run_cycle().alarms[0]
    revoke(registry, 4)
    registry.now += 600
    assert "its past was rewritten" in informed.run_cycle().alarms[0]
    assert is_revoked(informed, 2)
    assert informed.revocations.state().signed_at == NOON  # the list grows old, and by policy says so
    replica = informed.replicas.current()
    assert replica is not None
    assert replica.revoked(cti(4)) is not None


def test_a_manifest_played_again_removes_nothing_and_alarms_nobody(
    registry: RegistrySimulator, kiosk: SyncKiosk
) -> None:
    revoke(registry, 1)
    old = registry.manifest(7)
    registry.now += 120
    revoke(registry, 2)
    kiosk.run_cycle()
    state = kiosk.revocations.state()
    report = through(kiosk, registry, manifest=lambda good, park, etag: old)
    assert report.alarms == ()
    assert kiosk.revocations.state() == state
    assert is_revoked(kiosk, 2)


def test_a_page_or_a_snapshot_played_again_changes_nothing(registry: RegistrySimulator, kiosk: SyncKiosk) -> None:
    revoke(registry, 1)
    page, snapshot = registry.revocations(7, 0), registry.revocations_snapshot(7)
    revoke(registry, 2)
    kiosk.run_cycle()
    revoke(registry, 3)
    report = through(
        kiosk,
        registry,
        revocations=lambda good, park, after: replace(page, after=after),
        revocations_snapshot=lambda good, park: snapshot,
    )
    assert "it goes back" in report.alarms[0]
    assert [is_revoked(kiosk, number) for number in (1, 2, 3)] == [True, True, False]


@pytest.mark.parametrize(
    "error",
    [
        CutOffError("The connection broke."),
        RegistryRefusedError("No.", status=404),
        RegistryUnavailableError("Later.", status=503, retry_after_seconds=90),
        UnreadableReplyError("That is none."),
    ],
)
def test_a_log_that_cannot_be_had_keeps_nothing_else_out(
    registry: RegistrySimulator, kiosk: SyncKiosk, error: Exception
) -> None:
    revoke(registry, 1)
    report = through(kiosk, registry, revocations=failing(error))
    assert (report.snapshot_installed, report.has_failed, str(error) in report.pull_errors) == (True, True, True)
    assert report.retry_after_seconds == getattr(error, "retry_after_seconds", None)


def test_a_mistake_of_ours_in_the_log_escapes_only_after_everything_else_came(
    registry: RegistrySimulator, kiosk: SyncKiosk
) -> None:
    revoke(registry, 1)
    with patch.object(RevocationLog, "add", side_effect=TypeError("ours")), pytest.raises(BugError, match="ours"):
        kiosk.run_cycle()
    replica = kiosk.replicas.current()
    assert replica is not None
    assert replica.revoked(cti(1)) is not None


@pytest.mark.parametrize("broken", ["manifest", "snapshot", "changes", "lookup_key"])
def test_data_that_cannot_be_had_keeps_no_revocation_out(
    registry: RegistrySimulator, informed: SyncKiosk, broken: str
) -> None:
    revoke(registry, 3)
    informed.replicas.forget()
    report = through(informed, registry, **{broken: failing(UnreadableReplyError("That is none."))})
    assert is_revoked(informed, 3)
    assert not report.is_good or broken == "lookup_key"


def test_a_page_that_never_ends_before_its_time_is_left_for_later(
    registry: RegistrySimulator, informed: SyncKiosk
) -> None:
    revoke(registry, 3)
    report = through(informed, registry, revocations=answering())
    assert "end at row 2, before their end" in report.pull_errors[0]


def test_a_damaged_list_is_fetched_again_and_its_age_is_unknown_meanwhile(
    registry: RegistrySimulator, informed: SyncKiosk
) -> None:
    path = informed.home.revocations_file
    path.with_name("revocations.db.doubt").touch()
    report = through(informed, registry, revocations=failing(UnreadableReplyError("That is none.")))
    assert "damaged; it is fetched again" in report.alarms[0]
    state = informed.revocations.state()
    assert (state.signed_at, state.is_own) == (None, True)
    informed.engine_for(registry)
    assert informed.run_cycle().is_good
    assert [is_revoked(informed, number) for number in (1, 2)] == [True, True]
    assert informed.revocations.state().signed_at == registry.now


def test_damage_that_a_cycle_meets_is_mended_in_the_next(registry: RegistrySimulator, informed: SyncKiosk) -> None:
    with patch.object(RevocationLog, "add", side_effect=DamagedError("revocations.db is damaged")):
        revoke(registry, 3)
        report = informed.run_cycle()
    assert (len(report.alarms), report.rows) == (1, 1)  # the feed's own row came
    assert informed.revocations.state().was_damaged
    assert informed.run_cycle().is_good
    assert [is_revoked(informed, number) for number in (1, 2, 3)] == [True, True, True]


def test_a_list_that_can_be_neither_read_nor_made_anew_keeps_nothing_else_out(
    registry: RegistrySimulator, informed: SyncKiosk
) -> None:
    revoke(registry, 3)
    informed.home.revocations_file.with_name("revocations.db.doubt").touch()
    with patch.object(RevocationLog, "_opened", side_effect=EnvironmentalError("the disk is full")):
        report = informed.run_cycle()
    assert (report.pull_errors, report.rows) == (("the disk is full",), 1)
    assert not informed.run_cycle().pull_errors
    assert is_revoked(informed, 3)


def test_a_damaged_set_costs_no_list(registry: RegistrySimulator, informed: SyncKiosk) -> None:
    revoke(registry, 3)
    (path,) = informed.home.trust.glob("[0-9a-f]*.json")
    informed.bell.ring()
    with patch.object(Policies, "current", side_effect=DamagedError(f"{path} is damaged")):
        informed.run_cycle()
    assert not informed.revocations.state().was_damaged
    assert informed.run_cycle().is_good
    assert is_revoked(informed, 3)


def test_a_restart_goes_on_where_the_log_was(registry: RegistrySimulator, informed: SyncKiosk) -> None:
    revoke(registry, 3)
    line = BadRegistry(registry)
    with opened(informed.home, line, informed.clock) as again:
        assert again.bell.known.revocations == 2
        assert again.run_cycle().is_good
        assert again.bell.known.revocations == 3
    assert is_revoked(informed, 3)


# ---- what rings in between ------------------------------------------------------------------------------------------


def test_a_revocation_goes_between_two_pages_of_changes(registry: RegistrySimulator, kiosk: SyncKiosk) -> None:
    kiosk.run_cycle()
    registry.page_rows = 2
    registry.put(*(permit_of(registry.park.claims(serial)) for serial in range(200, 210)))
    seen: list[bool] = []

    def changes(good: RegistrySimulator, park: int, after: str) -> SignedBody:
        seen.append(is_revoked(kiosk, 1))
        if len(seen) == 2:
            good.revoke(cti(1), feeds=False)
            kiosk.bell.ring()
        return good.changes(park, after)

    assert through(kiosk, registry, changes=changes).is_good
    assert seen == [False, False, True, True, True]


def test_a_revocation_goes_between_two_parts_of_a_snapshot(registry: RegistrySimulator, kiosk: SyncKiosk) -> None:
    chance = random.Random(3)
    registry.put(*(permit_of(registry.park.claims(chance.randrange(2**60))) for _ in range(2000)))
    registry.build_snapshot()
    offsets: list[int] = []
    seen: list[bool] = []

    def revoke_and_ring() -> None:
        registry.revoke(cti(1), feeds=False)
        kiosk.bell.ring()

    def snapshot(good: RegistrySimulator, ref: Any, offset: int) -> Any:
        offsets.append(offset)
        seen.append(is_revoked(kiosk, 1))
        whole = good.snapshot(ref, offset)
        return whole if offset else _ringing(whole, revoke_and_ring)

    assert through(kiosk, registry, snapshot=snapshot).snapshot_installed
    assert (seen, offsets[0]) == ([False, True], 0)
    assert 0 < offsets[1] < len(registry.snapshot_file)


def _ringing(whole: Any, ring: Callable[[], object]) -> Any:
    class Ringing:
        def __enter__(self) -> Download:
            download: Download = whole.__enter__()

            def chunks() -> Any:
                for place, chunk in enumerate(download.chunks):
                    if place == 5:
                        ring()
                    yield chunk

            return replace(download, chunks=chunks())

        def __exit__(self, *given: object) -> None:
            whole.__exit__(*given)

    return Ringing()


def test_a_revocation_does_not_wait_for_a_day_s_entries(registry: RegistrySimulator, informed: SyncKiosk) -> None:
    informed.write(1200)
    seen: list[bool] = []

    def push(good: RegistrySimulator, device: int, entries: Any) -> Any:
        seen.append(is_revoked(informed, 3))
        if len(seen) == 2:
            revoke(good, 3)
            informed.bell.ring()
        return good.push(device, entries)

    through(informed, registry, push=push)
    assert seen[:3] == [False, False, True]


# ---- whatever comes in whatever order -------------------------------------------------------------------------------

steps = st.lists(
    st.one_of(
        st.tuples(st.just("revoke"), st.integers(1, 4)),
        st.tuples(st.just("restore"), st.integers(1, 4)),
        st.tuples(st.sampled_from(["cycle", "keep", "replay", "snapshot", "backup"]), st.integers(0, 5)),
    ),
    max_size=25,
)


@settings(max_examples=30)
@given(steps)
@example([("revoke", 1), ("cycle", 0), ("backup", 0), ("cycle", 0)])
def test_whatever_comes_in_whatever_order_the_highest_number_holds(
    tmp_path_factory: pytest.TempPathFactory, made: list[tuple[str, int]]
) -> None:
    registry = RegistrySimulator()
    with sync_kiosk(tmp_path_factory.mktemp("kiosk") / "k", registry.code(), connect=lambda *_given: registry) as kiosk:
        kept: list[tuple[SignedBody, RevocationsPage, SignedBody]] = []
        ever: dict[bytes, Revocation] = {}
        for what, number in made:
            registry.now += 61  # a log that was put back within the minute is not known from an answer that is late
            _do(what, number, registry, kiosk, kept)
            for ticket in range(1, 5):
                row = kiosk.revocations.find(cti(ticket))
                known = ever.get(cti(ticket))
                assert row is not None or known is None
                if row is not None:
                    assert known is None or row.seq >= known.seq
                    ever[cti(ticket)] = row


def _do(what: str, number: int, registry: RegistrySimulator, kiosk: SyncKiosk, kept: list[Any]) -> None:
    match what:
        case "revoke" | "restore":
            registry.revoke(cti(number), RevocationAction(what))
        case "keep":
            manifest = registry.manifest(7)
            assert not isinstance(manifest, NotModified)
            kept.append((manifest, registry.revocations(7, 0), registry.revocations_snapshot(7)))
        case "snapshot":
            registry.snapshot_log()
        case "backup" if registry.log_batches:
            del registry.log_batches[number:], registry.log[number:]
        case "replay" if kept:
            manifest, page, snapshot = kept[number % len(kept)]
            through(
                kiosk,
                registry,
                manifest=lambda good, park, etag: manifest,
                revocations=lambda good, park, after: replace(page, after=after),
                revocations_snapshot=lambda good, park: snapshot,
            )
            kiosk.engine_for(registry)
        case "cycle":
            report = kiosk.run_cycle()
            if not report.alarms and not report.pull_errors:
                body = registry.manifest(7)
                assert not isinstance(body, NotModified)
                told = read(Manifest, body.data).revocations
                assert told is not None
                head = kiosk.revocations.state().head
                # one that knows less and was signed in the same seconds may be an earlier one: nothing is said of it
                assert head == told.head or head.last > told.head.last
                _expect_all(registry, kiosk)
        case _:
            pass


def _expect_all(registry: RegistrySimulator, kiosk: SyncKiosk) -> None:
    """After a good cycle every ticket stands as the registry's own log says."""
    for ticket in range(1, 5):
        rows = [row for row in registry.log if row.cti8 == cti(ticket)[:8]]
        row = kiosk.revocations.find(cti(ticket))
        assert (row is not None and row.action is REVOKE) == bool(rows and rows[-1].action is REVOKE)
