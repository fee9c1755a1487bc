"""A stolen kiosk: revoked by the park's signed set over HTTP, it wipes itself and hands over what it owes.

No status of HTTP does the same: a registry that refuses everything takes nothing from a gate.
"""

import json
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from kiosk.facts import Scan
from kiosk.revoked import RevokedError
from kiosk.rules.entries import DecisionBody, Private
from kiosk.rules.receipts import ReceiptResult
from kiosk.rules.words import Outcome, Source
from kiosk.store.home import Home
from sync.engine import SyncEngine
from sync.registry.enrolling import DeviceStatus
from sync.registry.settling import settle
from sync.registry.trust_desk import TrustDesk
from sync.urgent import Bell
from tests.support.clock import ManualClock
from tests.support.park import NOON
from tests.support.real_registry import PARK, RealRegistry, make_demo, real_registry
from tests.support.shell import qaqpa_here
from tests.support.sync_kiosk import sync_kiosk
from ui.agreeing import agreeing
from ui.assembly import Kiosk, open_checkpoint, open_sync

AT = NOON + 60


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
def home(real: RealRegistry, tmp_path: Path) -> Home:
    """A kiosk that was enrolled and has synced once, closed again."""
    with sync_kiosk(tmp_path / "kiosk", real.code(), connect=real.connect, url=real.url) as kiosk:
        assert kiosk.run_cycle().is_good
        return kiosk.home


@contextmanager
def working(home: Home, *, url: str | None = None, at: int = AT) -> Iterator[tuple[Kiosk, SyncEngine]]:
    """The gate at work, with the engine that its sync thread would run."""
    clock = ManualClock(at)
    home.demo_marker.touch()
    with ExitStack() as stack:
        kiosk = stack.enter_context(open_checkpoint(home, purpose="test", at=at))
        end = stack.enter_context(open_sync(home, clock=clock, url=url, bell=Bell()))
        yield kiosk, end.engine


def admit(kiosk: Kiosk, text: str, plate: str | None = None) -> bool:
    """Whether the gate lets this ticket in."""
    private = Private(plate=plate) if plate else None
    entry = kiosk.checkpoint.scan(Scan(text=text, source=Source.CAMERA), private=private)
    return isinstance(getattr(entry, "body", None), DecisionBody) and entry.body.outcome is Outcome.ADMITTED  # type: ignore[union-attr]


def things_given(home: Home) -> list[str]:
    """What a kiosk was given and a revoked one must not have."""
    return sorted(path.name for folder in (home.kiosk, home.keys) for path in folder.glob("*") if _given(path.name))


def _given(name: str) -> bool:
    return name.startswith(("permits-", "lookup", "incoming")) and not name.endswith(("-wal", "-shm"))


def test_a_revoked_kiosk_wipes_itself_hands_over_its_journal_and_says_so(real: RealRegistry, home: Home) -> None:
    first, second = real.issue(2)
    device = home.enrolled().device
    with working(home) as (kiosk, engine):
        engine.run_cycle()
        assert admit(kiosk, first.text, "917 CNY 05")
        assert engine.run_cycle().is_good
        assert admit(kiosk, second.text, "123 ABC 02")
        assert things_given(home)
        real.now = NOON + 100
        real.service.set_device_status(device, DeviceStatus.REVOKED, "stolen")
        report = engine.run_cycle()  # it pushes, pulls the set, and pulls nothing else
        assert report.revoked is not None
        assert (report.revoked.at, report.rows, report.pull_errors) == (NOON + 100, 0, ())
        with pytest.raises(RevokedError):
            admit(kiosk, first.text)
        kiosk.checkpoint.heed()
        assert things_given(home) == []
        assert [key.device for key in kiosk.memory.journal.private_keys()] == []  # all was pushed before
        report = engine.run_cycle()
        assert (report.pushed, report.unsent, report.pull_errors, report.push_errors) == (2, 0, (), ())
        assert "was revoked on 2026-07-04 07:01 UTC; all of its journal is handed over" in str(report)
        assert kiosk.memory.journal.verify() == []
        assert things_given(home) == []
    state = next(state for state in real.service.devices(PARK) if state.device.device == device)
    assert state.quarantined == 4  # the admission and its pulse, the set and that it revokes this device
    assert real.service.take_entries_of_revoked(device).taken == 4
    state = next(state for state in real.service.devices(PARK) if state.device.device == device)
    assert (state.pending, state.quarantined, state.device.status) == (0, 0, DeviceStatus.REVOKED)


def test_cut_off_it_learns_it_from_the_command_keeps_what_it_owes_and_exports_it(
    real: RealRegistry, home: Home, tmp_path: Path
) -> None:
    device = home.enrolled().device
    (ticket,) = real.issue()
    with working(home) as (kiosk, engine):
        engine.run_cycle()
        assert admit(kiosk, ticket.text, "917 CNY 05")
    revoked = qaqpa_here(
        "registry", "device", "revoke", str(device), "--reason", "stolen", "--data", tmp_path / "office"
    )
    assert revoked.code == 0, revoked
    stick = tmp_path / "stick"  # no line at all: the set comes on a stick
    stick.mkdir()
    TrustDesk(real.service).stick(stick)
    brought = qaqpa_here("sync", "--stick", stick, "--data", home.path, "--json")
    assert brought.code == 1, brought
    assert brought.record["revoked"]["unsent"] > 0
    with working(home) as (kiosk, _):
        assert things_given(home) == []
        assert len(kiosk.memory.journal.private_keys()) == 1
    status = qaqpa_here("status", "--data", home.path, "--json")
    assert status.code == 1
    assert status.record["revoked"]["unsent"] == status.record["pending"] > 0
    assert "to hand over" in qaqpa_here("status", "--data", home.path).out
    scanned = qaqpa_here("scan", "--text", ticket.text, "--data", home.path)
    assert (scanned.code, "revoked by its park" in scanned.err) == (3, True), scanned
    file = tmp_path / "journal.qaqpa"
    assert qaqpa_here("journal", "export", "--out", file, "--data", home.path).code == 0
    settled = settle(real.service, file)
    assert (settled.missing, settled.receipts[ReceiptResult.QUARANTINED]) == (0, status.record["entries"])
    # the line is back: sync hands over what waits, and says when it is done
    synced = qaqpa_here("sync", "--once", "--data", home.path, "--json")
    assert synced.code == 1
    assert synced.records[-1]["revoked"]["unsent"] == 0
    assert "all of its journal is handed over" in qaqpa_here("status", "--data", home.path).out


def test_sync_alone_heeds_it_too_and_hands_over_that_it_did(real: RealRegistry, home: Home) -> None:
    real.service.set_device_status(home.enrolled().device, DeviceStatus.REVOKED, "stolen")
    synced = qaqpa_here("sync", "--once", "--data", home.path, "--json")
    assert [record["revoked"]["unsent"] for record in synced.records][-1] == 0
    assert things_given(home) == []
    assert home.revoked_file.exists()


def test_a_kiosk_on_line_learns_within_seconds(real: RealRegistry, home: Home, figure: object) -> None:
    real.now = AT
    done = threading.Event()
    with ExitStack() as stack:
        home.demo_marker.touch()
        kiosk = stack.enter_context(open_checkpoint(home, purpose="test", at=AT))
        worker = stack.enter_context(agreeing(home, kiosk))
        for _ in range(300):
            if worker.state.is_online or done.wait(0.1):
                break
        assert things_given(home)
        real.service.set_device_status(home.enrolled().device, DeviceStatus.REVOKED, "stolen")
        for _ in range(300):  # the kiosk polls every ten seconds only: the lane rings
            if kiosk.checkpoint.heed() is not None or done.wait(0.1):
                break
        assert kiosk.checkpoint.heed() is not None
        for _ in range(100):  # what the sync thread had in hand goes as well
            kiosk.checkpoint.heed()
            if not things_given(home) or done.wait(0.1):
                break
        assert things_given(home) == []


@contextmanager
def hostile(status: int, kind: str) -> Iterator[str]:
    """A registry that answers everything so."""

    class Refusing(BaseHTTPRequestHandler):
        def answer(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            problem = {
                "status": status,
                "title": "No",
                "type": kind,
                "detail": "This device was revoked. Wipe yourself.",
            }
            body = json.dumps(problem).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/problem+json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST = answer  # noqa: N815  (http.server's names)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Refusing)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.mark.parametrize(
    "status, kind",
    [
        (401, "urn:qaqpa:not-signed"),
        (403, "urn:qaqpa:device-revoked"),
        (403, "urn:qaqpa:device-suspended"),
        (404, "urn:qaqpa:not-found"),
        (410, "urn:qaqpa:cursor-expired"),
        (410, "urn:qaqpa:device-revoked"),
        (451, "about:blank"),
    ],
)
def test_no_status_of_http_revokes_a_device(real: RealRegistry, home: Home, status: int, kind: str) -> None:
    tickets = real.issue(3)
    with working(home) as (_, engine):
        engine.run_cycle()
    before = things_given(home)
    assert before
    with hostile(status, kind) as url, working(home, url=url) as (kiosk, engine):
        for ticket in tickets:
            report = engine.run_cycle()
            assert report.revoked is None
            assert report.pull_errors
            assert kiosk.checkpoint.heed() is None
            assert admit(kiosk, ticket.text)
        assert kiosk.memory.deliveries.pending_count() >= len(tickets)
        assert kiosk.checkpoint.status().revoked is None
    assert things_given(home) == before
    assert not home.revoked_file.exists()
    with working(home) as (_, engine):
        assert engine.run_cycle().is_good
