"""A revoked ticket at a gate: whichever copy of the list is sound refuses it, and an old list says that it is old."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.facts import Scan
from kiosk.rules.entries import DecisionBody, Entry
from kiosk.rules.replay import Replay, replay
from kiosk.rules.revocation import LogHead, Revocation, RevocationAction
from kiosk.rules.words import Outcome, Reason, Source
from kiosk.store.revocations import RevocationLog
from tests.support.gate import Gate, gate
from tests.support.park import HIGH_RISK, NOON, PARK, SmallPark

DAY = 86_400
HEAD = LogHead(last=9, hash=b"h" * 32)
SEASON = SmallPark(policy={"revocations_stale_after_days": 3}, key_fields={"longest_validity_seconds": 400 * DAY})


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Gate]:
    with gate(tmp_path / "gate", SEASON) as made:
        yield made


@pytest.fixture
def log(here: Gate) -> Iterator[RevocationLog]:
    with RevocationLog(here.home, PARK) as log:
        yield log


def row(serial: int, seq: int, action: RevocationAction = RevocationAction.REVOKE) -> Revocation:
    return Revocation(seq=seq, cti8=SEASON.claims(serial).cti[:8], action=action, effective=NOON - 600)


def fed(serial: int, seq: int, action: str = "revoke") -> list[object]:
    return ["r", seq, SEASON.claims(serial).cti[:8].hex(), action, NOON - 600, 0]


def verdict(here: Gate, text: str) -> DecisionBody:
    entry = here.checkpoint.scan(Scan(text=text, source=Source.CAMERA))
    assert isinstance(entry, Entry)
    assert isinstance(entry.body, DecisionBody)
    assert replay(entry, entry.body, SEASON.set()) == Replay()
    return entry.body


def damage(path: Path) -> None:
    """Every page of a file, and its log with it."""
    path.with_name(path.name + "-wal").unlink(missing_ok=True)
    data = bytearray(path.read_bytes())
    data[99::1000] = bytes(byte ^ 1 for byte in data[99::1000])
    path.write_bytes(data)


def test_the_log_refuses_where_there_is_no_replica_and_where_it_is_damaged(here: Gate, log: RevocationLog) -> None:
    log.add([row(1, 9)], HEAD, NOON)
    assert verdict(here, SEASON.ticket(1)).reason is Reason.REVOKED
    here.know(*(SEASON.claims(serial) for serial in range(40)))
    (path,) = here.home.kiosk.glob("permits-*.db")
    here.replicas.close()
    damage(path)
    with gate(here.home.path, SEASON) as again:
        assert verdict(again, SEASON.ticket(1)).reason is Reason.REVOKED
        assert verdict(again, SEASON.ticket(2)).reason is Reason.UNLISTED


def test_the_replica_refuses_where_the_log_is_damaged_and_the_list_has_no_age(here: Gate, log: RevocationLog) -> None:
    log.add([row(1, 9)], HEAD, NOON)
    log.close()
    here.know(SEASON.claims(1), SEASON.claims(2), fed(1, 9))
    damage(here.home.revocations_file)
    assert verdict(here, SEASON.ticket(1)).reason is Reason.REVOKED
    assert verdict(here, SEASON.ticket(2)).reason is Reason.OK
    referred = verdict(here, SEASON.ticket(3, product=HIGH_RISK))
    assert (referred.outcome, referred.reason) == (Outcome.REFERRED, Reason.STALE_REVOCATIONS)
    assert "days" not in referred.details
    assert here.checkpoint.status().revocations_at is None
    with RevocationLog(here.home, PARK) as anew:
        assert anew.state().was_damaged
        assert verdict(here, SEASON.ticket(4, product=HIGH_RISK)).reason is Reason.STALE_REVOCATIONS
        anew.add([row(1, 9)], HEAD, NOON)
        assert verdict(here, SEASON.ticket(5, product=HIGH_RISK)).outcome is Outcome.ADMITTED


def test_of_the_two_copies_the_one_that_knows_more_decides(here: Gate, log: RevocationLog) -> None:
    log.add([row(1, 7), row(2, 8, RevocationAction.RESTORE), row(3, 9)], HEAD, NOON)
    claims = [SEASON.claims(serial) for serial in (1, 2, 3)]
    here.know(*claims, fed(1, 10, "restore"), fed(2, 6), fed(3, 9))
    assert [verdict(here, SEASON.ticket(serial)).reason for serial in (1, 2, 3)] == [
        Reason.OK,
        Reason.OK,
        Reason.REVOKED,
    ]


def test_a_list_is_too_old_from_the_second_on_that_the_policy_says(here: Gate, log: RevocationLog) -> None:
    log.add([row(1, 9)], HEAD, NOON)
    season = {"iat": NOON - DAY, "nbf": NOON - DAY, "exp": NOON + 30 * DAY}
    here.clock.at = NOON + 3 * DAY
    assert not here.checkpoint.status().are_revocations_stale
    assert verdict(here, SEASON.ticket(2, product=HIGH_RISK, **season)).outcome is Outcome.ADMITTED
    here.clock.at += 1
    assert here.checkpoint.status().are_revocations_stale
    referred = verdict(here, SEASON.ticket(3, product=HIGH_RISK, **season))
    assert (referred.reason, referred.details["days"]) == (Reason.STALE_REVOCATIONS, 3)
    assert verdict(here, SEASON.ticket(4, **season)).outcome is Outcome.ADMITTED  # an ordinary product
    log.nothing_new(here.clock.at - 60)
    assert verdict(here, SEASON.ticket(5, product=HIGH_RISK, **season)).outcome is Outcome.ADMITTED


def test_a_kiosk_that_was_updated_without_a_network_goes_by_its_replica_s_list(here: Gate) -> None:
    here.know(SEASON.claims(1), SEASON.claims(2), fed(1, 1))
    here.deliveries.signed(NOON - 3600)
    assert here.checkpoint.status().revocations_at == NOON - 3600
    assert verdict(here, SEASON.ticket(1)).reason is Reason.REVOKED
    assert verdict(here, SEASON.ticket(2, product=HIGH_RISK)).outcome is Outcome.ADMITTED
