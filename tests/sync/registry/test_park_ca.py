"""The park's own authority: what it signs, for how long, who can read its key, and that it is never made twice."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec

from kiosk.errors import EnvironmentalError, UsageError
from sync.registry.folder import RegistryFolder
from sync.registry.park_ca import ParkCa, ServedCertificate
from tests.sync.registry.conftest import NOON

DAY = 86_400


@pytest.fixture
def authority(tmp_path: Path) -> ParkCa:
    """That of a registry's folder, not yet made."""
    folder = RegistryFolder(tmp_path / "registry")
    folder.make()
    return ParkCa(folder)


def read(path: Path) -> x509.Certificate:
    return x509.load_pem_x509_certificate(path.read_bytes())


def test_an_authority_is_a_p256_key_for_ten_years_that_signs_servers_only(authority: ParkCa) -> None:
    state = authority.make(["registry.example.kz", "10.0.0.5"], NOON)
    ca, server = read(authority.certificate_file), read(authority.server_file)
    assert isinstance(ca.public_key(), ec.EllipticCurvePublicKey)
    limits = ca.extensions.get_extension_for_class(x509.BasicConstraints)
    assert (limits.critical, limits.value.ca, limits.value.path_length) == (True, True, 0)
    assert (ca.not_valid_after_utc - datetime.fromtimestamp(NOON, UTC)).days == 3652
    server.verify_directly_issued_by(ca)
    assert not server.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    assert state.server.hosts == ("registry.example.kz", "10.0.0.5")
    assert (state.server.ends - NOON) // DAY == 398
    assert authority.certificates() == (authority.certificate_file.read_text(),)


def test_its_keys_are_for_their_owner_alone(authority: ParkCa) -> None:
    authority.make(["localhost"], NOON)
    for name in ("park-ca.key", "tls.pem"):
        assert (authority.server_file.with_name(name).stat().st_mode & 0o777) == 0o600
    assert authority.server_file.parent.stat().st_mode & 0o777 == 0o700


def test_it_is_made_once_and_renewed_for_the_same_hosts_with_a_new_key(authority: ParkCa) -> None:
    first = authority.make(["localhost", "::1"], NOON)
    again = authority.make(["localhost", "::1"], NOON + DAY)
    renewed = authority.renew(NOON + 300 * DAY)
    assert first.authority == again.authority == renewed.authority
    assert len({state.server.sha256 for state in (first, again, renewed)}) == 3
    assert renewed.server.hosts == ("localhost", "::1")
    assert authority.renew(NOON, ["other.example.kz"]).server.hosts == ("other.example.kz",)


def test_an_authority_is_followed_by_another_in_two_steps(authority: ParkCa) -> None:
    first = authority.make(["localhost"], NOON)
    waiting = authority.make_next(NOON)
    assert waiting.following is not None
    assert (waiting.authority, waiting.server) == (first.authority, first.server)
    assert len(authority.certificates()) == 2
    with pytest.raises(UsageError, match="there already"):
        authority.make_next(NOON)
    after = authority.switch(NOON)
    assert (after.authority, after.following) == (waiting.following, None)
    read(authority.server_file).verify_directly_issued_by(read(authority.certificate_file))
    assert after.server.hosts == ("localhost",)
    assert len(authority.certificates()) == 1
    with pytest.raises(UsageError, match="no next authority"):
        authority.switch(NOON)


def test_a_switch_that_was_cut_off_is_done_again(authority: ParkCa) -> None:
    authority.make(["localhost"], NOON)
    authority.make_next(NOON)
    keys = authority.server_file.parent
    (keys / "park-ca.key").write_bytes((keys / "park-ca-next.key").read_bytes())
    with pytest.raises(EnvironmentalError, match="tls switch"):
        authority.renew(NOON)
    authority.switch(NOON)
    read(authority.server_file).verify_directly_issued_by(read(authority.certificate_file))


def test_a_certificate_never_outlives_its_authority(authority: ParkCa) -> None:
    state = authority.make(["localhost"], NOON)
    late = state.authority.ends - 100 * DAY
    assert authority.renew(late).server.ends <= state.authority.ends
    with pytest.raises(EnvironmentalError, match="ran out"):
        authority.renew(state.authority.ends)


def test_it_is_due_a_month_before_its_end(authority: ParkCa) -> None:
    server = authority.make(["localhost"], NOON).server
    assert not server.is_due(NOON + 367 * DAY)
    assert server.is_due(NOON + 369 * DAY)


@pytest.mark.parametrize("host", ["", "https://x.kz", "a b", "-x.kz", "x/y", "*.example.kz", "x" * 64, "x:443", "a..b"])
def test_what_is_no_name_of_a_server_is_a_sentence(authority: ParkCa, host: str) -> None:
    with pytest.raises(UsageError, match="no name of a server"):
        authority.make([host], NOON)
    assert not authority.certificate_file.exists()


def test_what_is_missing_or_damaged_is_said_and_not_made_over(authority: ParkCa) -> None:
    with pytest.raises(EnvironmentalError, match="tls make"):
        authority.state()
    authority.make(["localhost"], NOON)
    key = authority.server_file.with_name("park-ca.key")
    key.write_text("damaged")
    with pytest.raises(EnvironmentalError, match="restore it from a backup"):
        authority.renew(NOON)
    key.unlink()
    with pytest.raises(EnvironmentalError, match="restore it from a backup"):
        authority.make(["localhost"], NOON)
    authority.server_file.write_text("damaged")
    with pytest.raises(EnvironmentalError, match="cannot be used"):
        ServedCertificate(authority.server_file)
    with pytest.raises(EnvironmentalError, match="holds no certificate"):
        authority.state()
