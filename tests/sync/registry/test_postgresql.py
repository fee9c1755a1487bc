"""The registry over PostgreSQL, where writers run side by side: the same answers, and no word lost between two."""

import hashlib
import json
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import date
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import create_engine, text

from kiosk.errors import BugError
from kiosk.rules.entries import Private
from kiosk.rules.machine import Machine, MarkKind, mark_of
from kiosk.rules.permit import Permit
from kiosk.rules.policy import DAY_SECONDS
from kiosk.rules.receipts import ReceiptResult
from kiosk.rules.revocation import RevocationAction
from sync.errors import RegistryRefusedError
from sync.health_report import HealthReport
from sync.machine_report import MachineReport
from sync.protocol import ChangesPage, EnrolmentRequest, Manifest, SignedBody, read
from sync.registry import enrolling, erasing, feed, health, intake, issuing, publishing, revoking, uses
from sync.registry.counts import counts
from sync.registry.database import Database, metadata
from sync.registry.folder import RegistryFolder
from sync.registry.housekeeping import Housekeeper, Round
from sync.registry.service import RegistryService, init_registry
from sync.registry.trust_ceremony import RootChange
from sync.registry.trust_desk import TrustDesk
from sync.registry.trust_follow import follow
from sync.registry.wire import RegistryEnd
from sync.registry.wrong_codes import WrongCode
from sync.revocation_log import RevocationSnapshot
from sync.signing import public_half
from tests.support.officers import Officers
from tests.support.postgresql import postgresql, programs
from tests.sync.registry.conftest import NOON, Gate, HeldClock, sent
from tests.sync.registry.test_revoking import batches, without_a_log

pytestmark = pytest.mark.skipif(programs() is None, reason="Debian's package postgresql is not installed")
PARK = 7


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with postgresql() as found:
        yield found


@pytest.fixture(scope="module")
def template(address: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A demo registry's folder; its database is `made`."""
    _make(address, "made")
    path = tmp_path_factory.mktemp("postgresql") / "registry"
    init_registry(path, address.format("made"), is_demo=True, now=HeldClock(NOON)).close()
    return path


@pytest.fixture
def service(
    address: str, template: Path, clock: HeldClock, request: pytest.FixtureRequest
) -> Iterator[RegistryService]:
    name = f"copy_{hashlib.sha256(request.node.name.encode()).hexdigest()[:16]}"
    _make(address, name, "TEMPLATE made STRATEGY file_copy")
    service = RegistryService(Database(address.format(name)), RegistryFolder(template), now=clock)
    yield service
    service.close()


def _make(address: str, name: str, how: str = "") -> None:
    engine = create_engine(address.format("postgres").replace("://", "+psycopg://"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name} {how}"))
    engine.dispose()


def _beside(work: Callable[[], object]) -> threading.Thread:
    """Let this begin in another thread and come as far as it can."""
    thread = threading.Thread(target=work)
    thread.start()
    time.sleep(0.3)
    return thread


def test_the_migrations_make_exactly_the_tables_of_the_code(service: RegistryService) -> None:
    service.upgrade()
    with service.database.reading() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []


def test_a_kiosk_fetches_hands_over_and_is_counted(
    service: RegistryService,
    end: RegistryEnd,
    gate_at: Callable[..., Gate],
    ticket: Callable[..., issuing.IssuedTicket],
) -> None:
    gate, issued = gate_at(gate=3), ticket(adults=2)
    body = end.manifest(PARK)
    assert isinstance(body, SignedBody)
    manifest = read(Manifest, body.data)
    with end.snapshot(manifest.snapshot) as download:
        assert b"".join(download.chunks)
    gate.annul(gate.admit(issued))
    gate.admit(issued, at=NOON + 60)
    assert {receipt.result for receipt in gate.push().receipts} == {ReceiptResult.ACCEPTED}
    assert {receipt.result for receipt in gate.push().receipts} == {ReceiptResult.DUPLICATE}
    (row,) = counts(service, PARK, first=date(2026, 7, 5), last=date(2026, 7, 5), gate=3).rows
    assert (row.persons, row.visits) == (2, 2)
    page = read(ChangesPage, end.changes(PARK, manifest.head).data)
    assert (page.rows[-1][0], page.permits) == ("u", manifest.permits)


def test_two_gates_that_report_one_ticket_at_the_same_moment_are_one_conflict(
    service: RegistryService,
    end: RegistryEnd,
    gate_at: Callable[..., Gate],
    ticket: Callable[..., issuing.IssuedTicket],
) -> None:
    here, there, issued = gate_at(gate=3), gate_at(gate=4), ticket(adults=2)
    first, second = here.admit(issued), there.admit(issued, at=NOON + 60)
    policy = service.policy_set(PARK)
    with service.database.writing() as connection:
        device = enrolling.find(connection, here.device)
        assert device is not None
        taken = intake.take(connection, device, [sent(first)], NOON, kept_from=0)
        uses.refresh(connection, policy, taken.permits, NOON)
        other = _beside(lambda: there.push(second))
    other.join()
    assert [conflict.entry_id for conflict in service.conflicts(PARK)] == [second.id]


def test_private_parts_go_after_their_time(
    service: RegistryService,
    end: RegistryEnd,
    gate_at: Callable[..., Gate],
    ticket: Callable[..., issuing.IssuedTicket],
    clock: HeldClock,
) -> None:
    gate = gate_at(gate=3)
    gate.admit(ticket(), private=Private(plate="777QAU02"))
    gate.push()
    service.set_device_status(gate.device, enrolling.DeviceStatus.SUSPENDED, "looked at")
    gate.push(gate.admit(ticket(), private=Private(plate="777QAU02")))
    clock.at = NOON + 30 * DAY_SECONDS + 1
    keeper = Housekeeper(end)
    assert keeper.tidy().private_parts == 2
    assert keeper.tidy() == Round()
    with service.database.reading() as connection:
        dump = connection.execute(text("SELECT private FROM entry UNION ALL SELECT item FROM quarantine")).scalars()
        assert b"777QAU02".hex() not in "".join(str(value) + bytes(value or b"").hex() for value in dump)


def test_a_ticket_revoked_twice_at_the_same_moment_leaves_count_and_checksum_true(
    service: RegistryService, ticket: Callable[..., issuing.IssuedTicket]
) -> None:
    issued = ticket(adults=2)
    keys = service.policy_set(PARK).keyring
    with service.database.writing() as connection:
        revoking.change(connection, service.folder, keys, issued.text, RevocationAction.REVOKE, reason="lost", now=NOON)
        other = _beside(lambda: service.revoke(issued.text, reason="lost"))
    other.join()
    with service.database.reading() as connection:
        state = feed.state(connection, PARK)
        permits = [
            feed.permit_of(row)
            for row in connection.execute(text("SELECT * FROM permit WHERE park_id = 7 AND is_live = 1"))
        ]
        seqs = connection.execute(text("SELECT seq FROM revocation WHERE park_id = 7 AND reason = 'lost'")).all()
    assert (state.permits, state.checksum) == (len(permits), sum(map(Permit.checksum_part, permits)) % 2**64)
    assert len(seqs) == 1


def test_what_was_revoked_before_there_was_a_log_is_signed_on_opening(
    service: RegistryService, end: RegistryEnd, ticket: Callable[..., issuing.IssuedTicket]
) -> None:
    for _ in range(3):
        service.revoke(ticket(adults=2).text, reason="lost")
    without_a_log(service)
    service.upgrade()
    (batch,) = batches(end, service)
    assert len(batch.rows) == 3
    service.upgrade()
    assert batches(end, service) == [batch]


def test_tickets_revoked_at_the_same_moment_stand_in_one_chain_without_a_gap(
    service: RegistryService, end: RegistryEnd, ticket: Callable[..., issuing.IssuedTicket]
) -> None:
    texts = [ticket(adults=2).text for _ in range(8)]
    threads = [threading.Thread(target=service.revoke, args=(text,), kwargs={"reason": "x"}) for text in texts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [batch.last for batch in batches(end, service)] == list(range(1, 9))
    assert len(list(read(RevocationSnapshot, end.revocations_snapshot(PARK).data).revocations())) == 8


def test_an_entry_that_comes_in_while_its_person_is_erased_loses_its_private_part(
    service: RegistryService, gate_at: Callable[..., Gate], ticket: Callable[..., issuing.IssuedTicket]
) -> None:
    gate, issued = gate_at(gate=3), ticket(adults=2)
    gate.push(gate.admit(issued, private=Private(plate="777QAU02")))
    gate.admit(issued, at=NOON + 3600, private=Private(plate="777QAU02"))
    with service.database.writing() as connection:
        erased = erasing.erase(connection, service.policy_set(PARK).keyring, issued.text, reason="asked", now=NOON)
        other = _beside(lambda: gate.push(gate.entries[1]))  # it cannot see the erasure yet
    other.join()
    assert (erased.entries, erased.was_erased) == (1, False)
    with service.database.reading() as connection:
        rows = connection.execute(text("SELECT private, salt FROM entry WHERE park_id = 7")).all()
    assert [tuple(row) for row in rows] == [(None, None)] * 2
    assert service.erase(gate.entries[1].id, reason="again").was_erased


def test_reports_of_a_kiosk_that_come_at_the_same_moment_leave_one(
    service: RegistryService, end: RegistryEnd, gate_at: Callable[..., Gate]
) -> None:
    gate = gate_at(gate=3)
    told = HealthReport(at=NOON, software="qaqpa test", devices=())
    with service.database.writing() as connection:
        device = enrolling.find(connection, gate.device)
        assert device is not None
        health.keep(connection, device, told, NOON)
        other = _beside(lambda: end.report_health(gate.device, told))  # it cannot see the first one yet
    other.join()
    (state,) = service.devices(PARK)
    assert state.told == health.HeardHealth(received_at=NOON, report=told)


def test_what_this_database_cannot_hold_is_our_fault_and_not_the_environments(service: RegistryService) -> None:
    # as 503 with Retry-After a kiosk would hold back all its entries because of one
    with pytest.raises(BugError, match="cannot hold"), service.database.writing() as connection:
        connection.execute(text("INSERT INTO device_number VALUES (1, 99999999999, 1)"))


def test_many_kiosks_at_once_lose_and_double_nothing(
    service: RegistryService, gate_at: Callable[..., Gate], ticket: Callable[..., issuing.IssuedTicket]
) -> None:
    gates = [gate_at(gate=number) for number in (1, 2, 3, 4, 5)]
    copied = ticket(adults=1)
    for place, gate in enumerate(gates):
        for _ in range(5):
            gate.admit(ticket(adults=1))
        gate.admit(copied, at=NOON + place)
    threads = [threading.Thread(target=gate.push) for gate in gates]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(1 for _ in service.entries(PARK, None, 0, 2**40)) == 30
    assert len(service.conflicts(PARK)) == 4


def test_wrong_codes_tried_side_by_side_are_all_counted(service: RegistryService) -> None:
    ends = [RegistryEnd(service) for _ in range(4)]
    key = public_half(Ed25519PrivateKey.generate())

    def guess(number: int) -> None:
        for again in range(5):
            request = EnrolmentRequest(code=f"{number:08d}{again:08d}", public_key=key, software="test")
            with pytest.raises(RegistryRefusedError):
                ends[number].enrol(request)

    threads = [threading.Thread(target=guess, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert service.wrong_codes() == {WrongCode.UNKNOWN: 20}


def test_a_second_machine_suspends_a_device_and_restoring_it_accepts_that_machine(service: RegistryService) -> None:
    end = RegistryEnd(service)
    gate = Gate(end, service, PARK, 1)

    def told(serial: str) -> str:
        marks = frozenset({mark_of(MarkKind.BOARD, serial, gate.device)})
        end.report_machine(gate.device, MachineReport.of(Machine(marks=marks)))
        return service.devices(PARK)[0].device.word

    assert [told("A"), told("A"), told("B")] == ["active", "active", "suspended"]
    service.set_device_status(gate.device, enrolling.DeviceStatus.ACTIVE, "moved")
    assert [told("B"), told("A")] == ["active", "suspended"]
    assert service.set_device_status(gate.device, enrolling.DeviceStatus.REVOKED, "stolen").set_version is not None
    assert service.policy_set(PARK).revoked(gate.device) is not None


def test_sets_of_two_parks_published_side_by_side_are_both_in_the_signed_data(
    service: RegistryService, end: RegistryEnd
) -> None:
    """Snapshot and timestamp are of all parks: whoever comes second waits, and builds upon the first."""
    root = end.trust_file("metadata/1.root.json")
    assert root is not None
    faults: list[Exception] = []

    def publish(park: int) -> None:
        try:
            for _ in range(5):
                service.publish_set(park)
        except Exception as error:  # noqa: BLE001  (told below, in the test's own thread)
            faults.append(error)

    threads = [threading.Thread(target=publish, args=(park,)) for park in (7, 12, 7, 12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    found = follow(end.trust_file, root, [7, 12], NOON)
    for park in (7, 12):
        assert json.loads(found[f"parks/{park}/set.json"])["version"] == service.policy_set(park).version == 11


def test_a_set_is_not_in_the_signed_data_before_it_is_committed(service: RegistryService, end: RegistryEnd) -> None:
    before = end.trust_file("metadata/timestamp.json")
    with suppress(RuntimeError), service.database.writing() as connection:
        publishing.publish_set(connection, service.folder, PARK, NOON)
        assert end.trust_file("metadata/timestamp.json") == before
        raise RuntimeError
    assert end.trust_file("metadata/timestamp.json") == before
    assert service.policy_set(PARK).version == 1


def test_officers_take_over_a_trial(
    service: RegistryService, end: RegistryEnd, template: Path, tmp_path: Path, clock: HeldClock
) -> None:
    shutil.copytree(template, tmp_path / "registry")  # its keys are moved
    service.folder = RegistryFolder(tmp_path / "registry")
    officers, root = Officers(TrustDesk(service), tmp_path / "sticks"), end.trust_file("metadata/1.root.json")
    assert root is not None
    change = RootChange(roots=[each.half for each in officers.roots], targets=officers.targets.half)
    path = officers.written(officers.desk.rotate(change))
    for officer in (*officers.roots[:2], officers.targets):
        officer.sign(path)
    assert officers.desk.take_in(path).root == 2
    clock.at += DAY_SECONDS
    assert json.loads(follow(end.trust_file, root, [7, 12], clock.at)["keys.json"])["version"] == 2
    assert officers.desk.state().is_good
