"""A park's own key: sealed, it never lies in clear again; lost or forgotten, it is replaced; others do not wait."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from kiosk.errors import EnvironmentalError, QaqpaError, UsageError
from sync.registry import folder as folders
from sync.registry import publishing, trust_store
from sync.registry.folder import RegistryFolder, SealedKeyError
from sync.registry.service import RegistryService
from sync.registry.trust_desk import TrustDesk
from sync.registry.wire import RegistryEnd
from tests.sync.registry.conftest import HeldClock

DAY = 86_400
FIRST, SECOND = "another horse entirely", "a third horse came along"


def file_of(service: RegistryService, name: str) -> Path:
    return service.folder.path / "keys" / f"{name}.key"


def asking(service: RegistryService, *given: str) -> list[str]:
    """Let the folder ask somebody who gives these answers in turn; what they were asked."""
    asked: list[str] = []

    def told(what: str) -> str:
        asked.append(what)
        return given[min(len(asked), len(given)) - 1]

    service.folder = RegistryFolder(service.folder.path, told)
    return asked


def timestamp(service: RegistryService) -> dict[str, int]:
    with service.database.reading() as connection:
        data = trust_store.newest(connection, "timestamp")
    assert data is not None
    signed: dict[str, int] = json.loads(data)["signed"]
    return signed


def test_the_next_key_of_a_sealed_one_is_never_in_clear(service: RegistryService) -> None:
    service.folder.seal_set_key(7, FIRST)

    def nobody(_what: str) -> str:
        assert not file_of(service, "set-7-next").exists()
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        service.folder.make_next_set_key(7, nobody)
    with pytest.raises(SealedKeyError, match="QAQPA_PARK_PASSPHRASE"):
        service.folder.make_next_set_key(7)
    with pytest.raises(UsageError, match="at least 12"):
        service.folder.make_next_set_key(7, lambda _what: "short")
    assert not file_of(service, "set-7-next").exists()
    service.folder.make_next_set_key(7, lambda _what: SECOND)
    assert file_of(service, "set-7-next").read_text().startswith("{")


def test_sealing_seals_the_key_that_waits_as_well(service: RegistryService) -> None:
    TrustDesk(service).next_park_key(7)
    service.folder.seal_set_key(7, FIRST)
    service.publish_set(7)  # a trial: the next key is in force with it
    TrustDesk(service).settle()
    assert file_of(service, "set-7").read_text().startswith("{")
    TrustDesk(service).next_park_key(7, lambda _what: FIRST)
    service.folder.unseal_set_key(7)
    assert not file_of(service, "set-7-next").read_text().startswith("{")


def test_what_was_in_clear_is_overwritten_when_it_is_sealed(
    service: RegistryService, monkeypatch: pytest.MonkeyPatch
) -> None:
    clear, held = file_of(service, "set-7").read_bytes(), file_of(service, "set-7").open("rb")
    service.folder.seal_set_key(7, FIRST)
    with held:
        assert held.read() == bytes(len(clear))
    assert [path.name for path in file_of(service, "set-7").parent.glob("set-7*")] == ["set-7.key"]
    service.folder.unseal_set_key(7)
    with monkeypatch.context() as patch:  # a crash with the sealed key in its place
        patch.setattr(folders, "shred", lambda _path: False)
        service.folder.seal_set_key(7, FIRST)
    TrustDesk(service).settle()
    assert [path.name for path in file_of(service, "set-7").parent.glob("set-7*")] == ["set-7.key"]


@pytest.mark.parametrize("is_lost", [True, False])
def test_a_lost_or_forgotten_key_is_replaced(service: RegistryService, end: RegistryEnd, is_lost: bool) -> None:
    service.folder.seal_set_key(7, FIRST)
    if is_lost:
        file_of(service, "set-7").unlink()
    asked = asking(service, SECOND)  # nobody knows the first one any more
    with pytest.raises(QaqpaError):
        service.publish_set(7)
    TrustDesk(service).next_park_key(7, lambda _what: SECOND)
    version = service.publish_set(7).version
    TrustDesk(service).settle()
    assert service.publish_set(7).version == version + 1
    assert not file_of(service, "set-7-next").exists()
    assert len(asked) == (0 if is_lost else 1)


@pytest.mark.parametrize(
    "harm",
    [
        lambda path: path.unlink(),
        lambda path: path.write_text("not a key"),
        lambda path: path.write_text('{"schema": 9}'),
        lambda path: path.write_text(64 * "7" + "\n"),
    ],
)
def test_one_parks_key_holds_up_neither_the_timestamp_nor_the_other_parks(
    service: RegistryService, end: RegistryEnd, clock: HeldClock, harm: Callable[[Path], object]
) -> None:
    harm(file_of(service, "set-7"))
    clock.at += 390 * DAY
    with service.database.reading() as connection:
        before = [trust_store.version(connection, f"park-{park}") for park in (7, 12)]
    end.renew_trust()
    assert timestamp(service)["signed_at"] == clock.at
    with service.database.reading() as connection:
        after = [trust_store.version(connection, f"park-{park}") for park in (7, 12)]
    assert after == [before[0], before[1] + 1]


def settled(service: RegistryService) -> object:
    """What a push of entries does with the park's set when it has something to say."""
    with service.database.writing() as connection:
        return publishing._is_shut(connection, service.folder, 7, service.now())


def test_news_wait_while_a_key_is_not_to_be_had_and_nobody_is_asked_while_it_serves(service: RegistryService) -> None:
    service.folder.seal_set_key(7, FIRST)
    asked = asking(service, FIRST)
    assert TrustDesk(service).open_park_keys() == []
    assert asked == ["the set key of park 7"]
    assert settled(service) is False
    # somebody seals it anew beside the server that runs
    other = RegistryFolder(service.folder.path, lambda _what: FIRST)
    other.seal_set_key(7, SECOND)
    assert settled(service) is True
    with pytest.raises(EnvironmentalError):
        service.publish_set(7)
    other.seal_set_key(7, FIRST)
    assert settled(service) is False
    # and lets another key follow
    other.make_next_set_key(7, lambda _what: SECOND)
    assert settled(service) is True  # a trial would name it at once
    assert asked == ["the set key of park 7"]


def test_a_wrong_passphrase_ends_a_server_before_it_starts(service: RegistryService) -> None:
    service.folder.seal_set_key(7, FIRST)
    asking(service, SECOND)
    with pytest.raises(UsageError, match="not the passphrase"):
        TrustDesk(service).open_park_keys()
    service.folder.make_next_set_key(7, lambda _what: SECOND)
    assert TrustDesk(service).open_park_keys() == [7]  # it was forgotten, and the next one is on its way


def test_news_wait_for_the_online_key_as_well(service: RegistryService) -> None:
    assert settled(service) is False
    file_of(service, "trust-online").unlink()
    assert settled(service) is True
