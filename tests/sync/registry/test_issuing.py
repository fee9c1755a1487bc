"""What is issued is believed at the gates, and what is revoked is known there."""

from collections.abc import Callable

import pytest

from kiosk.errors import UsageError
from kiosk.rules.codes import typed_code
from kiosk.rules.keyring import Ticket
from kiosk.rules.permit import Party, Permit, PermitStatus, permit_id
from kiosk.rules.personal import Personal, lookup_key_id
from kiosk.rules.tags import holder_tag, plate_tag
from kiosk.rules.ticket import Claims, Flag
from sync.protocol import ChangesPage, read
from sync.registry.issuing import IssuedTicket
from sync.registry.service import RegistryService
from sync.registry.wire import RegistryEnd
from tests.sync.registry.conftest import NOON

Issue = Callable[..., IssuedTicket]


def feed_of(end: RegistryEnd, service: RegistryService, park: int = 7) -> list[list[object]]:
    """Every row of the park's feed, page by page."""
    from sync.registry import feed

    with service.database.reading() as connection:
        after = feed.state(connection, park).cursor(0).token
    rows: list[list[object]] = []
    while True:
        page = read(ChangesPage, end.changes(park, after).data)
        rows += page.rows
        after = page.next
        if not page.more:
            return rows


def test_an_issued_ticket_opens_under_the_published_keys(service: RegistryService, ticket: Issue) -> None:
    issued = ticket(adults=2, children=1)
    opened = service.policy_set(7).keyring.open(issued.text)
    assert isinstance(opened, Ticket)
    assert opened.claims == issued.claims
    assert issued.code == typed_code(issued.claims.cti)
    assert issued.park_names.en == "Burabay"


def test_its_permit_is_the_newest_row_of_the_feed(service: RegistryService, end: RegistryEnd, ticket: Issue) -> None:
    issued = ticket(adults=2)
    assert Permit.from_row(feed_of(end, service)[-1]) == issued.permit
    assert issued.permit.id == permit_id(issued.claims.cti)


def test_many_tickets_of_one_order_are_all_different(service: RegistryService) -> None:
    issued = service.issue(park=7, product=2, nbf=NOON, exp=NOON + 3600, party=Party(adults=1), count=50)
    assert len({item.claims.cti for item in issued}) == 50


def test_a_training_ticket_is_marked_and_signed_by_a_key_of_its_own(service: RegistryService, ticket: Issue) -> None:
    issued = ticket(product=90)
    assert issued.claims.has(Flag.TRAINING)
    assert issued.kid != ticket(product=1).kid
    key = service.policy_set(7).keyring.get(issued.kid)
    assert key is not None
    assert key.products == {90}


def test_a_ticket_that_no_key_may_sign_is_not_issued(service: RegistryService) -> None:
    with pytest.raises(UsageError, match="too_long"):
        service.issue(park=7, product=20, nbf=NOON, exp=NOON + 3 * 365 * 86_400, party=Party(adults=1))


@pytest.mark.parametrize(("park", "product"), [(7, 999), (99, 1)])
def test_an_unknown_product_or_park_is_a_sentence(service: RegistryService, park: int, product: int) -> None:
    with pytest.raises(UsageError, match=r"product 999; it has 1, 2|no park 99"):
        service.issue(park=park, product=product, nbf=NOON, exp=NOON + 60, party=Party(adults=1))


def test_a_plate_is_on_the_ticket_as_a_keyed_tag_only(service: RegistryService) -> None:
    def car(plate: str | None) -> Claims:
        return service.issue(park=7, product=2, nbf=NOON, exp=NOON + 60, party=Party(adults=1), plate=plate)[0].claims

    claims = car("123 авс-01")
    key = service.folder.lookup_key(7)
    assert claims.plate_tag == plate_tag(claims.cti, "123ABC01", key)
    assert (claims.holder_tag, car(None).plate_tag) == (None, None)
    assert car(" - ").plate_tag is None


def test_a_holder_s_document_is_on_the_ticket_as_a_keyed_tag_only(service: RegistryService) -> None:
    holder = Personal(document="N 48-40217")
    (issued,) = service.issue(park=7, product=2, nbf=NOON, exp=NOON + 60, party=Party(adults=1), personal=holder)
    claims = issued.claims
    assert claims.holder_tag == holder_tag(claims.cti, "n4840217", service.folder.lookup_key(7))
    assert claims.plate_tag is None


def test_a_ticket_dated_back_into_another_key_s_season_bears_no_tag(service: RegistryService) -> None:
    first = service.folder.lookup_key(7)
    (service.folder.path / "keys" / "pepper-7.key").write_text(f"{bytes(32).hex()}\n", encoding="ascii")
    service.upgrade()
    published = service.policy_set(7)
    assert [season.id for season in published.seasons] == [lookup_key_id(first), published.lookup_key]
    assert [season.since for season in published.seasons] == [0, NOON]
    for issued_at, has_tag in ((NOON - 1, False), (NOON, True)):
        (issued,) = service.issue(
            park=7, product=2, nbf=NOON, exp=NOON + 60, party=Party(adults=1), plate="123ABC01", issued_at=issued_at
        )
        assert (issued.claims.plate_tag is not None) is has_tag
    service.publish_set(7)
    assert service.policy_set(7).seasons == published.seasons


def revoked_until(issued: IssuedTicket) -> int:
    """Nobody can show the ticket forty days after its end, on a whole day."""
    return -(-(issued.claims.exp + 40 * 86_400) // 86_400) * 86_400


@pytest.mark.parametrize("named_by", ["cti", "text", "code"])
def test_a_ticket_is_revoked_by_its_identity_its_text_or_its_code(
    service: RegistryService, end: RegistryEnd, ticket: Issue, named_by: str
) -> None:
    issued = ticket()
    name = {"cti": issued.claims.cti.hex(), "text": issued.text, "code": issued.code.lower()}[named_by]
    revoked = service.revoke(name, reason="refund")
    assert (revoked.park, revoked.seq) == (7, 1)
    rows = feed_of(end, service)
    assert rows[-2] == ["r", 1, issued.claims.cti[:8].hex(), "revoke", NOON, revoked_until(issued)]
    assert Permit.from_row(rows[-1]).status is PermitStatus.REVOKED


def test_revoking_twice_tells_the_gates_once(service: RegistryService, end: RegistryEnd, ticket: Issue) -> None:
    issued = ticket()
    service.revoke(issued.text, reason="refund")
    before = feed_of(end, service)
    assert service.revoke(issued.code, reason="again").was_so
    assert feed_of(end, service) == before


def test_a_ticket_of_somebody_else_is_not_revoked(service: RegistryService, ticket: Issue) -> None:
    with pytest.raises(UsageError, match="no ticket of this registry"):
        service.revoke(ticket().text[:-1] + "$", reason="x")
    with pytest.raises(UsageError, match="neither a ticket's text"):
        service.revoke("hello", reason="x")


def test_an_unknown_ticket_is_revoked_all_the_same_when_its_park_is_named(service: RegistryService) -> None:
    with pytest.raises(UsageError, match="name its park"):
        service.revoke("ab" * 16, reason="x")
    assert service.revoke("ab" * 16, reason="stolen", park=12).permit is None
