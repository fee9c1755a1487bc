"""The life of an issuer key in the registry: what is listed of a leaked one, and how large such a set may be."""

import time
from collections.abc import Callable

import pytest

from kiosk.errors import UsageError
from kiosk.rules.keyring import KeyStatus
from kiosk.rules.permit import Party
from kiosk.rules.policy import DAY_SECONDS, read_policy_set
from sync.registry import issuer_keys
from sync.registry.issuer_keys import MOST_LISTED, NextKey
from sync.registry.issuing import IssuedTicket
from sync.registry.service import RegistryService
from sync.registry.wire import RegistryEnd
from sync.transport import Limits
from tests.support.pulled import pulled_bytes
from tests.sync.registry.conftest import NOON

OLD, NEIGHBOURS = "0701", "0c01"
Issue = Callable[..., IssuedTicket]


def issue(service: RegistryService, end: int, issued_at: int | None = None) -> bytes:
    (issued,) = service.issue(park=7, product=1, nbf=end - 60, exp=end, party=Party(adults=1), issued_at=issued_at)
    assert issued.kid == OLD
    return issued.claims.cti


def test_what_is_listed_is_what_was_issued_here_and_is_still_alive(service: RegistryService) -> None:
    before = service.list_issuer_key(7, OLD, issued_before=0)
    assert not before.listed
    with service.database.reading() as connection:
        of_demo = issuer_keys.alive_tickets(connection, 7, OLD, NOON)
    assert of_demo
    assert service.list_issuer_key(7, OLD).listed == of_demo


def test_the_dead_and_the_revoked_are_not_listed_to_the_second(service: RegistryService) -> None:
    dead, alive = issue(service, NOON - DAY_SECONDS), issue(service, NOON - DAY_SECONDS + 1)
    revoked, late = issue(service, NOON + 60), issue(service, NOON + 60, issued_at=NOON - 5)
    service.revoke(revoked.hex(), reason="refund")
    listed = service.list_issuer_key(7, OLD).listed
    assert alive in listed
    assert late in listed
    assert not {dead, revoked} & listed
    listed = service.list_issuer_key(7, OLD, issued_before=NOON - 5).listed
    assert not {alive, late} & listed
    assert late in service.list_issuer_key(7, OLD, issued_before=NOON - 4).listed


def test_every_park_s_set_has_the_change_and_only_the_own_one_has_the_list(service: RegistryService) -> None:
    versions = [service.policy_set(park).version for park in (7, 12)]
    service.list_issuer_key(7, OLD)
    own, neighbours = (service.policy_set(park).keyring.get(OLD) for park in (7, 12))
    assert own is not None
    assert neighbours is not None
    assert (own.status, neighbours.status) == (KeyStatus.LISTED_ONLY, KeyStatus.VERIFY_ONLY)
    assert own.listed
    assert not neighbours.listed
    assert neighbours.parks == {7}  # so it opens nothing there: what it signs is of another park
    assert [service.policy_set(park).version for park in (7, 12)] == [version + 1 for version in versions]
    service.revoke_issuer_key(7, OLD)
    again = service.policy_set(12).keyring.get(OLD)
    assert again is not None
    assert again.status is KeyStatus.REVOKED


def test_a_ticket_that_its_key_would_not_outlive_is_not_sold(service: RegistryService) -> None:
    key = next(state.key for state in service.key_states(7) if state.key.kid == OLD)
    for late, is_sold in ((DAY_SECONDS, True), (DAY_SECONDS - 1, False)):
        end = key.verify_until - late
        if is_sold:
            issue(service, end)
            continue
        with pytest.raises(UsageError, match="past_verify_until"):
            issue(service, end)


def test_a_new_key_verifies_until_the_last_ticket_it_may_sign_has_ended(service: RegistryService) -> None:
    key = service.add_issuer_key(7, NextKey(sign_not_before=NOON, signs_days=10, longest_days=5, products=(1,)))
    assert key.sign_expires == NOON + 10 * DAY_SECONDS
    assert key.verify_until >= key.sign_expires + 5 * DAY_SECONDS
    (issued,) = service.issue(park=7, product=1, nbf=NOON, exp=NOON + 60, party=Party(adults=1))
    assert issued.kid == key.kid  # one made for few products goes before one for many
    for park, products, said in ((7, (999,), "product 999"), (99, (), "no park 99")):
        with pytest.raises(UsageError, match=said):
            service.add_issuer_key(park, NextKey(sign_not_before=NOON, products=products))


def test_a_key_that_is_not_there_is_a_sentence(service: RegistryService) -> None:
    for kid in ("ffff", NEIGHBOURS):
        with pytest.raises(UsageError, match=f"no issuer key {kid}"):
            service.retire_issuer_key(7, kid)


def test_a_list_that_no_kiosk_could_fetch_is_refused_and_changes_nothing(service: RegistryService) -> None:
    too_many = frozenset(number.to_bytes(16, "big") for number in range(MOST_LISTED + 1))
    version = service.policy_set(7).version
    with pytest.raises(UsageError, match="--issued-before"):
        service.list_issuer_key(7, OLD, allowed=too_many)
    with pytest.raises(UsageError, match="32 hexadecimal"):
        service.list_issuer_key(7, OLD, allowed=frozenset({bytes(8)}))
    assert service.policy_set(7).version == version


def test_a_long_list_still_fits_into_a_reply_and_is_read_quickly(
    service: RegistryService, end: RegistryEnd, size: Callable[[int, int], int], figure: Callable[[str], None]
) -> None:
    count = size(20_000, MOST_LISTED)
    service.list_issuer_key(7, OLD, allowed=frozenset(number.to_bytes(16, "big") for number in range(count)))
    data = pulled_bytes(end, 7, service.now())
    assert len(data) < Limits().body_bytes
    began = time.monotonic()
    key = read_policy_set(data).keyring.get(OLD)
    took = time.monotonic() - began
    assert key is not None
    assert len(key.listed) == count
    figure(f"{count} listed tickets: a set of {len(data) / 1e6:.1f} MB, read in {took * 1000:.0f} ms")
