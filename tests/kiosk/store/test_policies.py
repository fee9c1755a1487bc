"""The signed sets: swapped whole, found by digest, kept for sixty days."""

import hashlib
from pathlib import Path

import pytest

from kiosk.errors import EnvironmentalError
from kiosk.store import policies as module
from kiosk.store.driver import DamagedError
from kiosk.store.files import replace_file
from kiosk.store.home import Home
from kiosk.store.policies import Policies
from tests.support.park import SmallPark

DAY = 86_400


def park_set(version: int, park: int = 7) -> bytes:
    return SmallPark(version=version, park=park).set_bytes()


def version_of(policies: Policies) -> int | None:
    current = policies.current()
    return None if current is None else current.version


def test_before_the_first_set_there_is_none(home: Home) -> None:
    assert Policies(home).current() is None
    assert not home.trust.exists()


def test_a_staged_set_is_current_for_everyone_at_once(home: Home) -> None:
    reader, writer = Policies(home), Policies(home)
    writer.stage(park_set(1))
    assert version_of(reader) == 1
    writer.stage(park_set(2))
    assert version_of(reader) == 2
    assert reader.current() is reader.current()  # parsed once


def test_an_earlier_set_is_found_by_its_digest_as_it_came(home: Home) -> None:
    policies = Policies(home)
    policies.stage(park_set(1))
    policies.stage(park_set(2))
    digest = hashlib.sha256(park_set(1)).digest()
    old = policies.get(digest)
    assert old is not None
    assert (old.version, old.digest) == (1, digest)
    assert policies.get(bytes(32)) is None


def test_a_lower_version_changes_nothing_and_another_park_starts_anew(home: Home) -> None:
    policies = Policies(home)
    policies.stage(park_set(5))
    with pytest.raises(EnvironmentalError, match=r"version 4 .* older than version 5"):
        policies.stage(park_set(4))
    assert version_of(policies) == 5
    policies.stage(park_set(1, park=8))
    assert version_of(policies) == 1


def test_what_is_no_set_changes_nothing(home: Home) -> None:
    policies = Policies(home)
    policies.stage(park_set(1))
    with pytest.raises(EnvironmentalError, match="cannot be followed"):
        policies.stage(b"{}")
    assert version_of(policies) == 1


@pytest.mark.parametrize("at_write", [1, 2])
def test_a_crash_while_staging_leaves_the_old_set_in_force(
    home: Home, monkeypatch: pytest.MonkeyPatch, at_write: int
) -> None:
    Policies(home).stage(park_set(1))
    writes = iter(range(1, 9))

    def cut_off(path: Path, data: bytes) -> None:
        if next(writes) == at_write:
            raise InterruptedError
        replace_file(path, data)

    with monkeypatch.context() as patched:
        patched.setattr(module, "replace_file", cut_off)
        with pytest.raises(InterruptedError):
            Policies(home).stage(park_set(2))
    assert version_of(Policies(home)) == 1
    Policies(home).stage(park_set(2))
    assert version_of(Policies(home)) == 2


def test_a_set_is_kept_for_sixty_days_after_it_was_replaced(home: Home) -> None:
    policies, start = Policies(home), 1_783_148_400
    digests = [policies.stage(park_set(version), at=start + day * DAY).digest for version, day in KEPT]
    assert [policies.get(digest) is not None for digest in digests] == [False, True, True, True]
    assert len(list(home.trust.iterdir())) == 3 + 1


KEPT = [(1, 0), (2, 1), (3, 50), (4, 100)]  # version, and the day on which it replaced the one before


@pytest.mark.parametrize("file", ["set", "staged.json"])
def test_a_damaged_file_is_a_sentence_and_not_a_set(home: Home, file: str) -> None:
    digest = Policies(home).stage(park_set(1)).digest
    path = home.trust / (f"{digest.hex()}.json" if file == "set" else file)
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    policies = Policies(home)
    with pytest.raises(DamagedError, match="connect the kiosk to the registry"):
        policies.current()
    policies.stage(park_set(1))  # and the registry cures it
    assert version_of(policies) == 1


def test_a_missing_set_is_a_sentence(home: Home) -> None:
    digest = Policies(home).stage(park_set(1)).digest
    (home.trust / f"{digest.hex()}.json").unlink()
    with pytest.raises(DamagedError, match="missing"):
        Policies(home).current()


def test_the_pointer_is_read_again_only_when_it_is_another_file(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = SmallPark(), SmallPark(version=2)
    scanning, syncing = Policies(home), Policies(home)
    for park in (first, second):
        syncing.stage(park.set_bytes())
    seen = scanning.current()
    assert seen is not None
    assert seen.version == 2
    with monkeypatch.context() as patch:
        patch.setattr(module, "read_bytes", None)  # nothing changed, so nothing is read
        assert scanning.current() is seen
    syncing.stage(SmallPark(version=3).set_bytes())
    assert (now := scanning.current()) is not None
    assert now.version == 3
    (home.trust / "staged.json").write_bytes(b"{}")  # in place, as nobody here writes it
    with pytest.raises(DamagedError):
        scanning.current()
    (home.trust / "staged.json").unlink()
    assert scanning.current() is None
