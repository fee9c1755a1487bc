"""What was said about a holder is sealed as it is issued, and stands in clear nowhere in the registry."""

import logging
from dataclasses import replace
from pathlib import Path

import pytest
import zstandard
from sqlalchemy import select

from kiosk.errors import UsageError
from kiosk.rules.keyring import Ticket
from kiosk.rules.permit import Party, Permit
from kiosk.rules.personal import LookUp, Personal, lookup_key_of, unseal, word_for
from sync.registry import database as db
from sync.registry import feed
from sync.registry.issuing import IssuedTicket
from sync.registry.service import RegistryService
from sync.registry.wire import RegistryEnd
from tests.sync.registry.conftest import NOON
from tests.sync.registry.test_issuing import feed_of

PLATE = "777 ҚӘУ 02"
HOLDER = Personal(
    name="Қанағат Шыңғысқызы",
    phone="+7 701 555 01 99",
    document="KZ00998877",
    contact="Ержан, 8 702 555 02 88",
    expected_return=NOON + 3 * 86_400,
)
CLEAR = [PLATE, HOLDER.name, HOLDER.phone, HOLDER.document, HOLDER.contact, "Шыңғысқызы", "555 01 99"]


def issue(
    service: RegistryService, personal: Personal = HOLDER, plate: str | None = PLATE, count: int = 1
) -> IssuedTicket:
    """The last of so many tickets for this holder."""
    right = {"park": 7, "product": 2, "nbf": NOON, "exp": NOON + 86_400, "party": Party(adults=2)}
    return service.issue(**right, plate=plate, personal=personal, count=count)[-1]  # type: ignore[arg-type]


def test_the_ticket_in_hand_opens_what_was_said(service: RegistryService, end: RegistryEnd) -> None:
    issued = issue(service)
    permit = Permit.from_row(feed_of(end, service)[-1])
    opened = service.policy_set(7).keyring.open(issued.text)
    assert isinstance(opened, Ticket)
    assert unseal(permit.sealed, opened.signature, permit.id) == replace(HOLDER, plate=PLATE)
    other = service.policy_set(7).keyring.open(issue(service).text)
    assert isinstance(other, Ticket)
    assert unseal(permit.sealed, other.signature, permit.id) is None


def test_the_words_of_a_permit_find_it_under_the_key_that_devices_get(service: RegistryService) -> None:
    words = issue(service).permit.search.split(" ")
    key = lookup_key_of(service.folder.season_pepper(7))
    given = {LookUp.NAME: "Kanagat", LookUp.PHONE: "87015550199", LookUp.DOCUMENT: "kz 0099 8877", LookUp.PLATE: PLATE}
    for kind, value in given.items():
        (word,) = word_for(kind, value, key)
        assert word.hex() in words
    assert words == sorted(set(words))


def test_a_ticket_without_a_holder_has_nothing_to_seal(service: RegistryService) -> None:
    permit = issue(service, Personal(), plate=None).permit
    assert (permit.search, permit.sealed) == ("", b"")


def test_tickets_of_one_order_are_sealed_each_for_itself(service: RegistryService, end: RegistryEnd) -> None:
    issue(service, count=3)
    rows = [Permit.from_row(row) for row in feed_of(end, service)[-3:]]
    assert len({row.sealed for row in rows}) == 3
    assert len({row.search for row in rows}) == 1


def test_count_and_checksum_stay_true(service: RegistryService) -> None:
    issue(service, count=3)
    with service.database.reading() as connection:
        state = feed.state(connection, 7)
        live = connection.execute(select(db.permit).where(db.permit.c.park_id == 7, db.permit.c.is_live == 1)).all()
    assert state.checksum == sum(feed.permit_of(row).checksum_part() for row in live) % 2**64
    assert state.permits == len(live)


def test_of_a_permit_that_ended_long_ago_nothing_personal_is_left(service: RegistryService) -> None:
    issued = issue(service)
    with service.database.writing() as connection:
        assert feed.drop_expired(connection, 7, NOON + 90 * 86_400)
        row = connection.execute(select(db.permit).where(db.permit.c.id == issued.permit.id)).one()
    assert (row.is_live, row.search, row.sealed) == (0, "", b"")


@pytest.mark.parametrize(
    "personal, said",
    [
        (replace(HOLDER, name="x" * 201), "'name'"),
        (replace(HOLDER, phone=" "), "'phone'"),
        (replace(HOLDER, expected_return=NOON - 1), "before its ticket begins"),
    ],
)
def test_what_cannot_be_kept_is_a_sentence_that_shows_no_value(
    service: RegistryService, personal: Personal, said: str
) -> None:
    with pytest.raises(UsageError, match=said) as caught:
        issue(service, personal)
    assert "xxx" not in str(caught.value)


def test_no_clear_value_stands_in_any_byte_of_the_registry(
    service: RegistryService, end: RegistryEnd, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        issue(service)
        end.manifest(7)
        with service.database.reading() as connection:
            end.changes(7, feed.state(connection, 7).cursor(0).token)
    held = contents(service.folder.path)
    assert sum(1 for name in held if ".db.zst" in name) == 1
    for clear in filter(None, CLEAR):
        for form in forms(clear):
            assert not [name for name, data in held.items() if form in data]
            assert form.decode("utf-8", "replace") not in caplog.text
    # the search would find it if it were there
    (tmp_path / "registry" / "planted.txt").write_text(PLATE)
    assert any(PLATE.encode() in data for data in contents(service.folder.path).values())


def forms(text: str) -> list[bytes]:
    """The text as databases and JSON may hold it."""
    utf8 = text.encode()
    return [utf8, utf8.hex().encode(), text.encode("utf-16-le"), text.encode("ascii", "backslashreplace")]


def contents(folder: Path) -> dict[str, bytes]:
    """Every file of a folder, what is packed unpacked."""
    found = {}
    for path in folder.rglob("*"):
        if path.is_file() and path.parent.name != "keys":
            data = path.read_bytes()
            found[str(path)] = zstandard.decompress(data, 2**28) if path.suffix == ".zst" else data
    return found
