"""The key that a kiosk leaves for its registry: sealed, made anew when either key changes, and never in the way."""

from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from kiosk.rules.policy import PolicySet
from kiosk.store.home import Home
from kiosk.store.recovery import SealedForAnotherError, leave_recovery_key, open_recovery_key
from tests.support.mounts import read_only
from tests.support.park import SmallPark

OURS, ANOTHER = X25519PrivateKey.generate(), X25519PrivateKey.generate()


def policy(private: X25519PrivateKey = OURS) -> PolicySet:
    return replace(SmallPark().set(), handover_key=private.public_key().public_bytes_raw())


def test_only_the_registry_opens_the_key_that_is_left_for_it(home: Home) -> None:
    leave_recovery_key(home, policy())
    key = home.database_key()
    assert open_recovery_key(home, OURS) == key
    assert key.hex() not in home.recovery_file.read_text()
    assert home.recovery_file.stat().st_mode & 0o777 == 0o600
    with pytest.raises(SealedForAnotherError, match="another registry"):
        open_recovery_key(home, ANOTHER)


def test_it_is_written_once_and_anew_when_a_key_changes_or_it_is_damaged(home: Home) -> None:
    leave_recovery_key(home, policy())
    first = home.recovery_file.read_bytes()
    leave_recovery_key(home, policy())
    assert home.recovery_file.read_bytes() == first
    leave_recovery_key(home, policy(ANOTHER))
    assert open_recovery_key(home, ANOTHER) == home.database_key()
    for damage in (b"", b"[]", b"{", first[:40]):
        home.recovery_file.write_bytes(damage)
        with pytest.raises(SealedForAnotherError):
            open_recovery_key(home, OURS)
        leave_recovery_key(home, policy())
        assert open_recovery_key(home, OURS) == home.database_key()
    moved = Home(home.path, database_key=bytes(32))  # another database key
    leave_recovery_key(moved, policy())
    assert open_recovery_key(home, OURS) == bytes(32)


def test_a_sealed_part_that_was_changed_opens_nothing(home: Home) -> None:
    leave_recovery_key(home, policy())
    text = home.recovery_file.read_text()
    place = text.index('"sealed": "') + 40
    home.recovery_file.write_text(text[:place] + ("0" if text[place] != "0" else "1") + text[place + 1 :])
    with pytest.raises(SealedForAnotherError, match="damaged"):
        open_recovery_key(home, OURS)


def test_without_a_hand_over_key_or_without_a_disk_nothing_is_left_and_nothing_stops(home: Home) -> None:
    for none in (None, SmallPark().set()):
        leave_recovery_key(home, none)
    assert not home.recovery_file.exists()
    assert open_recovery_key(home, OURS) is None
    home.database_key()
    with read_only(home.kiosk):
        leave_recovery_key(home, policy())
    assert not home.recovery_file.exists()
