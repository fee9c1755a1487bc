"""A certificate held against the kiosk's own time: refused when it is out of date at every time that it may be now."""

from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from kiosk.clock import SystemClock
from kiosk.rules.moment import Floor, Moment
from kiosk.rules.ticket import LATEST_TIME
from sync.errors import UnreachableError
from sync.network_state import NetworkState
from sync.tls import CertificateTimeError, expect_in_date, pinned_context
from tests.support.clock import TwoHands
from tests.support.hostile_server import Authority
from tests.support.park import NOON

DAY = 86_400
DECADE = 3650 * DAY


@pytest.fixture
def certificate(tmp_path: Path) -> bytes:
    """One that is good for two days about noon."""
    Authority.new(NOON).context(tmp_path / "server.pem", NOON - DAY, NOON + DAY)
    return x509.load_pem_x509_certificate((tmp_path / "server.pem").read_bytes()).public_bytes(Encoding.DER)


@pytest.mark.parametrize(
    ("moment", "state"),
    [
        (Moment.at(NOON), None),
        (Moment.at(NOON + DAY), None),
        (Moment.at(NOON + DAY + 1), NetworkState.CERTIFICATE_EXPIRED),
        (Moment.at(NOON - DAY - 1), NetworkState.CERTIFICATE_NOT_YET_VALID),
        (Moment.between(NOON - DECADE, LATEST_TIME, NOON + DECADE), None),
        (Moment.between(NOON + 2 * DAY, LATEST_TIME, NOON + DECADE), NetworkState.CERTIFICATE_EXPIRED),
        (Moment.between(NOON - DECADE, NOON - 2 * DAY, NOON - DECADE), NetworkState.CERTIFICATE_NOT_YET_VALID),
    ],
)
def test_only_what_cannot_be_good_now_is_refused(
    certificate: bytes, moment: Moment, state: NetworkState | None
) -> None:
    found = None
    try:
        expect_in_date(certificate, moment)
    except CertificateTimeError as error:
        found = error.state
    assert found is state


def test_a_wall_clock_that_came_up_weeks_ahead_makes_no_good_certificate_a_bad_one(certificate: bytes) -> None:
    hands = TwoHands(NOON + 80 * DAY)
    clock = SystemClock(Floor(trusted=NOON, signed=NOON), wall=hands.wall, monotonic=hands.monotonic)
    with pytest.raises(CertificateTimeError):
        expect_in_date(certificate, clock.now())
    expect_in_date(certificate, clock.proven())
    clock.signed(NOON + 80 * DAY, is_live=True)
    with pytest.raises(CertificateTimeError) as refused:
        expect_in_date(certificate, clock.proven())
    assert "ran out on 2026-07-05, and here it is 2026-09-22" in refused.value.sentence


@pytest.mark.parametrize("shown", [None, b"", b"no certificate"])
def test_what_is_no_certificate_is_refused(shown: bytes | None) -> None:
    with pytest.raises(CertificateTimeError) as refused:
        expect_in_date(shown, Moment.at(NOON))
    assert refused.value.state is NetworkState.CERTIFICATE_REFUSED


@pytest.mark.parametrize("data", [None, b"", b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"])
def test_an_authority_that_cannot_be_read_is_a_sentence(tmp_path: Path, data: bytes | None) -> None:
    if data is not None:
        (tmp_path / "ca.pem").write_bytes(data)
    with pytest.raises(UnreachableError, match="cannot be read") as refused:
        pinned_context(tmp_path / "ca.pem")
    assert refused.value.state is NetworkState.NO_PARK_CA
