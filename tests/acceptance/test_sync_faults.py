"""A kiosk and the real registry over HTTP, with everything between them that goes wrong in a year."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest
import requests

from kiosk.checkpoint import Checkpoint
from kiosk.devices.barrier import SimulatedBarrier
from kiosk.facts import Scan
from kiosk.rules.entries import DecisionBody, Entry
from kiosk.rules.receipts import ReceiptResult
from kiosk.rules.words import Outcome, Reason, Source
from sync.client import HttpRegistry, device_signer
from sync.protocol import EntriesBatch, PushReply, SentEntry, read
from sync.registry.issuing import IssuedTicket
from sync.transport import Limits
from tests.support.bad_registry import BadRegistry
from tests.support.fault_proxy import Line, bad_line
from tests.support.real_registry import RealRegistry, make_demo, real_registry
from tests.support.scripted_server import Reply, Request, serve
from tests.support.sync_kiosk import SyncKiosk, sync_kiosk

DAY_SECONDS = 86_400
QUICK = Limits(connect_seconds=2, silence_seconds=5, total_seconds=20, download_seconds=20)
Verdict = tuple[Outcome, Reason] | None


@pytest.fixture(scope="session")
def demo_registry(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A demo registry's folder that nobody writes to."""
    return make_demo(tmp_path_factory.mktemp("demo") / "registry")


@pytest.fixture
def real(demo_registry: Path, tmp_path: Path) -> Iterator[RealRegistry]:
    """The real service."""
    with real_registry(demo_registry, tmp_path / "registry") as registry:
        yield registry


@pytest.fixture
def kiosk_over(tmp_path: Path, real: RealRegistry) -> Iterator[Callable[[str], SyncKiosk]]:
    """Enrols a kiosk at the registry and lets it reach it by another address from then on."""
    with ExitStack() as stack:

        def enrolled(address: str) -> SyncKiosk:
            kiosk = stack.enter_context(sync_kiosk(tmp_path / "kiosk", real.code(), connect=real.connect, url=real.url))
            client = client_of(kiosk, address)
            stack.callback(client.close)
            kiosk.engine_for(client)
            return kiosk

        yield enrolled


def client_of(kiosk: SyncKiosk, address: str) -> HttpRegistry:
    signer = device_signer(kiosk.home.device_key(), str(kiosk.record.device), lambda: kiosk.clock.at)
    return HttpRegistry(address, signer=signer, limits=QUICK)


def checkpoint_of(kiosk: SyncKiosk) -> Checkpoint:
    return Checkpoint(
        record=kiosk.record,
        journal=kiosk.journal,
        replicas=kiosk.replicas,
        revocations=kiosk.revocations,
        policies=kiosk.policies,
        deliveries=kiosk.deliveries,
        clock=kiosk.clock,
        barrier=SimulatedBarrier(log=kiosk.home.kiosk / "barrier.log"),
    )


def verdicts(checkpoint: Checkpoint, texts: list[str]) -> list[Verdict]:
    """What the gate would answer to each, nothing recorded."""
    answers = [checkpoint.information(Scan(text=text, source=Source.CAMERA)) for text in texts]
    return [(answer.outcome, answer.reason) if isinstance(answer, DecisionBody) else None for answer in answers]


def has_revoked(kiosk: SyncKiosk, ticket: IssuedTicket) -> bool:
    replica = kiosk.replicas.current()
    return replica is not None and replica.revoked(ticket.claims.cti) is not None


# ---- cut off for a week ---------------------------------------------------------------------------------------------


def test_a_kiosk_cut_off_for_a_week_decides_as_before_and_settles_all_in_one_cycle(
    real: RealRegistry, kiosk_over: Callable[[str], SyncKiosk]
) -> None:
    with bad_line(real.server_port) as (address, line):
        kiosk = kiosk_over(address)
        good, revoked, later = real.issue(3)
        real.service.revoke(revoked.text, reason="refund")
        assert kiosk.run_cycle().is_good
        checkpoint = checkpoint_of(kiosk)
        texts = [good.text, revoked.text, later.text, good.text[:-1] + "0", "https://pay.example.kz/42"]
        before = verdicts(checkpoint, texts)
        assert before[0] == (Outcome.ADMITTED, Reason.OK)
        assert before[1] == (Outcome.REFUSED, Reason.REVOKED)

        line.is_down = True
        line.hang_up()
        versions = []
        for day in range(1, 8):
            kiosk.clock.at += DAY_SECONDS - 3600  # a week to the hour: the policy calls older data ageing
            real.now += DAY_SECONDS - 3600
            kiosk.write(4995 // 7 + (1 if day == 7 else 0))
            bought_today = checkpoint.scan(Scan(text=real.issue()[0].text, source=Source.CAMERA))
            assert isinstance(bought_today, Entry)
            assert isinstance(bought_today.body, DecisionBody)
            assert bought_today.body.reason is Reason.UNLISTED
            if day in {2, 4, 6}:
                versions.append(real.publish_set())
            if day == 5:
                real.service.revoke(later.text, reason="refund")
                real.put(40)
                real.build_snapshot()
                real.compact()
                real.put(3)
            assert verdicts(checkpoint, texts) == before
            report = kiosk.run_cycle()
            assert (report.has_contact, bool(report.push_errors), bool(report.pull_errors)) == (False, True, True)
        waiting = kiosk.deliveries.pending_count()
        assert waiting >= 5000

        line.mend()
        report = kiosk.run_cycle()
        assert report.is_good, str(report)
        assert (report.pushed, report.snapshot_installed, report.set_version) == (waiting, True, versions[-1])
        assert kiosk.deliveries.pending_count() == 0
        assert real.held() == kiosk.journal.count()
        assert verdicts(checkpoint, [later.text]) == [(Outcome.REFUSED, Reason.REVOKED)]
        assert checkpoint.status().policy_version == versions[-1]
        assert kiosk.run_cycle().is_good


# ---- the two halves -------------------------------------------------------------------------------------------------


def relay(real: RealRegistry, push: Callable[[Request], Reply | None]) -> Callable[[Request], Reply]:
    """Something before the registry, a proxy with a mind of its own, that answers some pushes itself."""
    passed = ("Qaqpa-Signature", "ETag", "Content-Range", "Content-Type")

    def script(request: Request) -> Reply:
        own = push(request) if request.path.endswith("/entries") else None
        if own is not None:
            return own
        asked = {name: value for name, value in request.headers.items() if name not in {"host", "content-length"}}
        with requests.request(
            request.method, real.url + request.path, headers=asked, data=request.body, timeout=20
        ) as answer:
            headers = {name: answer.headers[name] for name in passed if name in answer.headers}
            kind = headers.pop("Content-Type", "")
            return Reply(body=answer.content, status=answer.status_code, content_type=kind, headers=headers)

    return script


def test_a_registry_that_fails_every_push_still_delivers_revocations(
    real: RealRegistry, kiosk_over: Callable[[str], SyncKiosk]
) -> None:
    with serve(relay(real, lambda _request: Reply(body=b"down", status=500, content_type="text/plain"))) as address:
        kiosk = kiosk_over(address)
        kiosk.write(800)
        kiosk.run_cycle()
        ticket = real.issue(1)[0]
        real.service.revoke(ticket.text, reason="refund")
        report = kiosk.run_cycle()
    assert has_revoked(kiosk, ticket)
    assert report.push_errors
    assert report.pull_errors == ()
    assert kiosk.deliveries.pending_count() == 801
    assert real.held() == 0


@pytest.mark.parametrize("status", [400, 500])
def test_one_entry_it_cannot_read_holds_up_no_other(
    real: RealRegistry, kiosk_over: Callable[[str], SyncKiosk], status: int
) -> None:
    poison: set[str] = set()

    def refuse(request: Request) -> Reply | None:
        batch = read(EntriesBatch, request.body)
        hit = poison & {entry.id for entry in batch.entries}
        return Reply(body=b"", status=status, content_type="text/plain") if hit else None

    with serve(relay(real, refuse)) as address:
        kiosk = kiosk_over(address)
        entries = kiosk.write(1000)
        poison |= {entries[0].id, entries[600].id}
        report = kiosk.run_cycle()
        if status == 500:  # a registry in trouble is asked three times in a row and no more
            for _ in range(12):
                report = kiosk.run_cycle()
    assert {str(entry.key) for entry in kiosk.deliveries.pending(500)} == poison
    assert real.held() == 999
    assert any(name in " ".join(report.stuck) for name in poison)


def test_an_entry_that_is_spoilt_on_this_disk_is_quarantined_and_all_others_arrive(
    real: RealRegistry, kiosk_over: Callable[[str], SyncKiosk]
) -> None:
    def spoil_the_fifth(good: HttpRegistry, device: int, entries: Sequence[SentEntry]) -> PushReply:
        return good.push(device, [replace(e, core=b"\xff" + e.core) if n == 4 else e for n, e in enumerate(entries)])

    kiosk = kiosk_over(real.url)
    kiosk.write(30)
    client = client_of(kiosk, real.url)
    report = kiosk.engine_for(BadRegistry(client, on={"push": spoil_the_fifth})).run_cycle()
    client.close()
    assert report.pushed == 31
    assert [receipt.result for receipt in report.flagged] == [ReceiptResult.QUARANTINED]
    assert (real.held(), real.service.devices(7)[0].quarantined) == (30, 1)
    assert kiosk.deliveries.pending_count() == 0


# ---- the line -------------------------------------------------------------------------------------------------------


def test_a_line_that_cuts_every_answer_somewhere_loses_and_doubles_nothing(
    real: RealRegistry, kiosk_over: Callable[[str], SyncKiosk]
) -> None:
    with bad_line(real.server_port) as (address, line):
        kiosk = kiosk_over(address)
        kiosk.write(60)
        for place in range(0, 3000, 250):
            line.cut_after = place
            report = kiosk.run_cycle()
            kiosk.write(1)
            assert not report.is_good
        line.mend()
        assert kiosk.run_cycle().is_good
    assert kiosk.deliveries.pending_count() == 0
    assert real.held() == kiosk.journal.count()


@pytest.mark.parametrize("place", [700, 1000, 2000])
def test_a_line_that_changes_a_byte_never_makes_the_kiosk_believe_it(
    real: RealRegistry, kiosk_over: Callable[[str], SyncKiosk], place: int
) -> None:
    def corrupt(line: Line) -> None:
        line.corrupt_at = place
        line.hang_up()

    with bad_line(real.server_port) as (address, line):
        kiosk = kiosk_over(address)
        assert kiosk.run_cycle().is_good
        permits = real.put(200)
        corrupt(line)
        for _ in range(3):
            kiosk.run_cycle()
        line.mend()
        line.hang_up()
        kiosk.run_cycle()
        report = kiosk.run_cycle()
        assert report.is_good, str(report)
    replica = kiosk.replicas.current()
    assert replica is not None
    assert [replica.find(permit.id, permit.code) for permit in permits] == permits
    assert (replica.count, replica.checksum()) == (replica.recount().count, replica.recount().checksum)
