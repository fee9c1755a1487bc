"""Where the databases' key is: a file, or a systemd credential; moving it from one to the other loses nothing."""

import secrets
from pathlib import Path

import pytest

from kiosk.errors import EnvironmentalError
from kiosk.store.home import Home
from kiosk.store.journal import Journal
from kiosk.store.keys import CREDENTIAL
from tests.support.memory import DEVICE, admitted, moment


@pytest.fixture
def credentials(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder in which systemd hands a service its credentials; empty still."""
    folder = tmp_path / "credentials"
    folder.mkdir()
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(folder))
    return folder


def written(home: Home) -> str:
    journal = Journal.open(home, DEVICE)
    with journal.writing():
        entry = journal.append(admitted(), moment(), bytes(32))
    journal.close()
    home.remember_key()
    return entry.id


def holds(home: Home, entry_id: str) -> bool:
    journal = Journal.open(home, DEVICE, readonly=True)
    try:
        return journal.get(entry_id) is not None
    finally:
        journal.close()


def test_a_credential_is_the_key_and_no_file_is_made(home: Home, credentials: Path) -> None:
    key = secrets.token_bytes(32)
    (credentials / CREDENTIAL).write_bytes(key)
    assert home.database_key() == key
    assert holds(home, written(home))
    assert not (home.keys / "database.key").exists()
    assert home.key_source() == "systemd credential qaqpa-database-key"


def test_a_service_with_other_credentials_uses_its_file(home: Home, credentials: Path) -> None:
    (credentials / "other").write_bytes(bytes(32))
    assert home.database_key() == (home.keys / "database.key").read_bytes()


def test_moving_the_key_into_a_credential_and_back_loses_nothing(home: Home, credentials: Path) -> None:
    entry = written(home)
    file = home.keys / "database.key"
    (credentials / CREDENTIAL).write_bytes(file.read_bytes())
    assert holds(home, entry)  # both are there
    file.unlink()
    assert holds(home, entry)
    second = written(home)
    file.write_bytes((credentials / CREDENTIAL).read_bytes())
    (credentials / CREDENTIAL).unlink()
    assert holds(home, entry)
    assert holds(home, second)


def test_a_credential_that_is_another_key_opens_nothing_and_touches_nothing(home: Home, credentials: Path) -> None:
    entry = written(home)
    (credentials / CREDENTIAL).write_bytes(secrets.token_bytes(32))
    before = home.journal_file.read_bytes()
    with pytest.raises(EnvironmentalError, match="two different keys"):
        Journal.open(home, DEVICE)
    moved = (home.keys / "database.key").rename(home.path / "moved.key")
    with pytest.raises(EnvironmentalError, match="not the key of"):
        Journal.open(home, DEVICE)
    assert home.journal_file.read_bytes() == before
    (credentials / CREDENTIAL).write_bytes(moved.read_bytes())
    assert holds(home, entry)


@pytest.mark.parametrize("bad", [b"", b"short", bytes(33)])
def test_a_credential_of_another_length_is_a_sentence(home: Home, credentials: Path, bad: bytes) -> None:
    (credentials / CREDENTIAL).write_bytes(bad)
    with pytest.raises(EnvironmentalError, match=f"holds {len(bad)} bytes, not 32"):
        home.database_key()


def test_a_command_by_hand_says_how_to_get_the_service_s_key(
    home: Home, credentials: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (credentials / CREDENTIAL).write_bytes(secrets.token_bytes(32))
    written(home)
    monkeypatch.delenv("CREDENTIALS_DIRECTORY")
    with pytest.raises(EnvironmentalError, match=r"systemd-run .*LoadCredentialEncrypted=qaqpa-database-key"):
        home.database_key()
    assert not (home.keys / "database.key").exists()


def test_a_folder_of_keys_that_others_can_read_is_shut_and_said(home: Home) -> None:
    written(home)
    home.device_key()
    assert (home.key_exposures(), home.mend_keys()) == ([], [])
    assert home.key_source().endswith("readable by its owner only")
    (home.keys / "database.key").chmod(0o644)
    assert home.key_exposures() == []  # nobody comes past the folder
    home.keys.chmod(0o755)
    assert len(home.key_exposures()) == 2
    assert "others can read" in home.key_source()
    told = home.mend_keys()
    assert [sentence.split(" (")[0] for sentence in told] == [
        f"Others could read {home.keys}",
        f"Others could read {home.keys / 'database.key'}",
    ]
    assert home.key_exposures() == []
    assert (home.keys / "database.key").stat().st_mode & 0o777 == 0o600


def test_a_damaged_note_of_the_key_keeps_nobody_out(home: Home) -> None:
    entry = written(home)
    (home.kiosk / "key.json").write_bytes(b"{")
    assert holds(home, entry)
