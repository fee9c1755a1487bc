"""Wrong enrolment codes: a second use is named at both ends, guessing is seen and bounded, honest ones come through."""

from collections.abc import Callable

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import insert

from kiosk.rules.words import LaneDirection
from sync.enrolment_code import EnrolmentCode
from sync.errors import RegistryRefusedError, RegistryUnavailableError
from sync.protocol import EnrolmentRequest, Registry
from sync.registry import database as db
from sync.registry.device_states import DeviceState
from sync.registry.enrolling import CODE_SECONDS, digest_of
from sync.registry.service import RegistryService, open_registry
from sync.registry.wire import RegistryEnd
from sync.registry.wrong_codes import A_MINUTE, BUCKETS, WrongCode
from sync.signing import public_half
from tests.sync.registry.conftest import HeldClock


def code(service: RegistryService) -> str:
    return EnrolmentCode.parse(service.enrol(7, 1, 1, LaneDirection.ENTRY).text).secret


def join(end: Registry, secret: str, key: Ed25519PrivateKey | None = None) -> int:
    made = public_half(key or Ed25519PrivateKey.generate())
    return end.enrol(EnrolmentRequest(code=secret, public_key=made, software="test")).device


def refused(end: Registry, secret: str) -> str:
    with pytest.raises(RegistryRefusedError) as caught:
        join(end, secret)
    return str(caught.value)


def state(service: RegistryService, device: int) -> DeviceState:
    return next(each for each in service.devices(7) if each.device.device == device)


def guesses() -> Callable[[int], str]:
    """Codes nobody made, all of one bucket."""
    found: dict[int, list[str]] = {}
    letters = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
    number = 0
    while not any(len(codes) > 3 * A_MINUTE for codes in found.values()):
        number += 1
        text = "".join(letters[number >> 5 * place & 31] for place in range(16))
        found.setdefault(int.from_bytes(digest_of(text)[:2], "big") % BUCKETS, []).append(text)
    codes = max(found.values(), key=len)
    return lambda n: codes[n]


def test_a_second_use_is_named_at_both_ends(end: RegistryEnd, service: RegistryService, clock: HeldClock) -> None:
    key, secret = Ed25519PrivateKey.generate(), code(service)
    device = join(end, secret, key)
    assert (state(service, device).code_tries, state(service, device).code_tried_at) == (0, None)
    clock.at += 60
    assert join(end, secret, key) == device  # a reply that got lost is no second use
    assert state(service, device).code_tries == 0
    said = refused(end, secret)
    assert "used already, by another machine" in said
    assert "ask the administrator for a new one" in said
    clock.at += 60
    refused(end, secret)
    assert (state(service, device).code_tries, state(service, device).code_tried_at) == (2, clock.at)
    assert service.wrong_codes() == {WrongCode.USED: 2}


def test_unknown_and_expired_codes_are_counted_by_the_day(
    end: RegistryEnd, service: RegistryService, clock: HeldClock
) -> None:
    late = code(service)
    clock.at += CODE_SECONDS
    assert "expired" in refused(end, late)
    for number in range(3):
        assert "unknown" in refused(end, f"{number:016d}")
    assert service.wrong_codes() == {WrongCode.EXPIRED: 1, WrongCode.UNKNOWN: 3}
    clock.at += 2 * 86_400
    assert service.wrong_codes() == {}


def test_a_bucket_takes_few_wrong_codes_a_minute_over_all_processes(
    end: RegistryEnd, service: RegistryService, clock: HeldClock
) -> None:
    guess = guesses()
    clock.at -= clock.at % 60
    other = open_registry(service.folder.path, now=clock)  # another process over the same database
    try:
        for number in range(A_MINUTE):
            refused((end, RegistryEnd(other))[number % 2], guess(number))
        for registry in (end, RegistryEnd(other)):
            clock.at += 10
            with pytest.raises(RegistryUnavailableError) as caught:
                join(registry, guess(A_MINUTE))
            assert (caught.value.status, caught.value.retry_after_seconds) == (429, 60 - clock.at % 60)
        assert service.wrong_codes() == {WrongCode.UNKNOWN: A_MINUTE}  # what is not looked at is not written either
        join(end, code(service))  # an honest code lies in another bucket, but for one in a thousand
        clock.at += 40
        assert "unknown" in refused(end, guess(A_MINUTE))
    finally:
        other.close()


def test_an_honest_code_in_a_full_bucket_waits_for_a_minute_at_most(
    end: RegistryEnd, service: RegistryService, clock: HeldClock
) -> None:
    clock.at -= clock.at % 60
    with service.database.writing() as connection:
        rows = [{"bucket": bucket, "minute": clock.at // 60, "wrong": A_MINUTE} for bucket in range(BUCKETS)]
        connection.execute(insert(db.wrong_code), rows)
    secret, key = code(service), Ed25519PrivateKey.generate()
    with pytest.raises(RegistryUnavailableError):
        join(end, secret, key)
    clock.at += 60
    assert join(end, secret, key)
    assert service.wrong_codes() == {}


def test_a_code_for_a_lane_that_has_a_kiosk_replaces_it(
    end: RegistryEnd, service: RegistryService, clock: HeldClock
) -> None:
    first = join(end, code(service))
    clock.at += 3600
    beside = join(end, EnrolmentCode.parse(service.enrol(7, 2, 1, LaneDirection.ENTRY).text).secret)
    second = join(end, code(service))
    assert [
        (state(service, each).device.word, state(service, each).device.replaced_by) for each in (first, second)
    ] == [
        ("replaced", second),
        ("active", None),
    ]
    assert state(service, beside).device.word == "active"
    assert state(service, first).device.replaced_at == clock.at
    third = join(end, code(service))
    assert [state(service, each).device.replaced_by for each in (first, second, third)] == [second, third, None]
