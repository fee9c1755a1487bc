"""The keys of private parts: one a part, and forgetting it forgets the part in every copy."""

from pathlib import Path

import pytest

from kiosk.store.driver import DamagedError
from kiosk.store.vault import SLOT_BYTES, Vault


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    return Vault(tmp_path / "keys" / "private.keys")


def test_what_was_sealed_opens_again_for_whoever_has_the_keys(vault: Vault, tmp_path: Path) -> None:
    slot, sealed = vault.seal(b"123 ABC 02", b"entry 1")
    assert b"123 ABC 02" not in sealed
    assert Vault(tmp_path / "keys" / "private.keys").open(slot, sealed, b"entry 1") == b"123 ABC 02"


def test_a_part_opens_under_its_own_entry_only(vault: Vault) -> None:
    slot, sealed = vault.seal(b"A", b"entry 1")
    with pytest.raises(DamagedError):
        vault.open(slot, sealed, b"entry 2")


@pytest.mark.parametrize("place", [0, 11, 12, -1])
def test_a_changed_byte_opens_nothing(vault: Vault, place: int) -> None:
    slot, sealed = vault.seal(b"A", b"entry 1")
    changed = bytearray(sealed)
    changed[place] ^= 1
    with pytest.raises(DamagedError):
        vault.open(slot, bytes(changed), b"entry 1")


def test_no_two_parts_share_a_key_whoever_seals_them(vault: Vault, tmp_path: Path) -> None:
    other = Vault(tmp_path / "keys" / "private.keys")
    slots = [maker.seal(b"A", b"")[0] for _ in range(70) for maker in (vault, other)]
    assert len(set(slots)) == 140


def test_a_forgotten_key_opens_nothing_and_leaves_no_byte_of_itself(vault: Vault, tmp_path: Path) -> None:
    path = tmp_path / "keys" / "private.keys"
    kept, gone = vault.seal(b"A", b""), vault.seal(b"B", b"")
    before = path.read_bytes()
    vault.forget([gone[0]])
    assert vault.open(*gone, b"") is None
    assert vault.open(*kept, b"") == b"A"
    changed = [place for place, (old, new) in enumerate(zip(before, path.read_bytes(), strict=True)) if old != new]
    assert len({place // SLOT_BYTES for place in changed}) == 1


def test_all_keys_but_those_in_use_are_forgotten_and_new_ones_made(vault: Vault) -> None:
    kept, gone = vault.seal(b"A", b""), vault.seal(b"B", b"")
    vault.forget_all_but([kept[0]])
    assert vault.open(*gone, b"") is None
    assert vault.open(*kept, b"") == b"A"
    new = vault.seal(b"C", b"")
    assert new[0] > gone[0]
    assert vault.open(*new, b"") == b"C"


def test_a_vault_that_is_gone_opens_nothing_and_hinders_nobody(vault: Vault, tmp_path: Path) -> None:
    slot, sealed = vault.seal(b"A", b"")
    (tmp_path / "keys" / "private.keys").unlink()
    assert vault.open(slot, sealed, b"") is None
    vault.forget([slot])


def test_the_keys_are_for_their_owner_alone(vault: Vault, tmp_path: Path) -> None:
    vault.seal(b"A", b"")
    assert (tmp_path / "keys" / "private.keys").stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "keys").stat().st_mode & 0o777 == 0o700


def test_keys_that_a_power_cut_left_half_written_are_not_used(vault: Vault, tmp_path: Path) -> None:
    path = tmp_path / "keys" / "private.keys"
    first = vault.seal(b"A", b"")
    with path.open("ab") as file:
        file.write(b"half")
    again = Vault(path)
    later = again.seal(b"B", b"")
    assert later[0] > first[0] + 63
    assert again.open(*later, b"") == b"B"
    assert again.open(*first, b"") == b"A"
