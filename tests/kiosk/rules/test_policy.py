"""The park's signed set: what it says, and what is refused as none."""

import json
from dataclasses import replace
from typing import Any

import pytest

from kiosk.rules.activation import Activation
from kiosk.rules.policy import Policy, PolicyError, RevokedDevice, StaffMember, read_policy_set
from kiosk.rules.tables import NO_TABLES
from kiosk.rules.words import Staleness
from tests.support.park import NOON, OTHER_PARK, PARK, SmallPark

DAY = 86_400
SET = SmallPark().set()


def changed(**changes: Any) -> bytes:
    return json.dumps(json.loads(SmallPark().set_bytes()) | changes).encode()


def test_names_are_told_in_the_language_asked_for_and_in_kazakh_otherwise() -> None:
    assert [SET.gate_name(2, language) for language in ("kk", "ru", "en", "fr")] == [
        "Gate 2 kk", "Gate 2 ru", "Gate 2", "Gate 2 kk",
    ]  # fmt: skip


def test_a_gate_or_park_the_set_does_not_know_is_told_by_its_number() -> None:
    assert (SET.gate_name(31, "en"), SET.park_name(99, "en")) == ("31", "99")
    assert (SET.park_name(PARK, "en"), SET.park_name(OTHER_PARK, "en")) == ("Burabay", "Altyn-Emel")


@pytest.mark.parametrize(
    "age, band",
    [
        (-60, Staleness.FRESH),
        (7 * DAY, Staleness.FRESH),
        (7 * DAY + 1, Staleness.AGEING),
        (30 * DAY, Staleness.AGEING),
        (30 * DAY + 1, Staleness.STALE),
    ],
)
def test_the_bands_of_staleness_are_exact_to_the_second(age: int, band: Staleness) -> None:
    assert Policy().staleness(NOON, NOON - age) is band


def test_a_kiosk_that_never_heard_a_signature_is_stale() -> None:
    assert Policy().staleness(NOON, None) is Staleness.STALE


def test_the_local_day_begins_at_the_park_s_midnight() -> None:
    midnight = NOON - 12 * 3600
    assert Policy().local_day(midnight) == Policy().local_day(midnight - 1) + 1


def test_a_set_without_tables_has_none_and_tables_of_a_newer_registry_are_left_alone() -> None:
    assert read_policy_set(changed()).tables == NO_TABLES
    assert read_policy_set(changed(tables={"moods": [{"of": "the lake"}]})).tables == NO_TABLES


def test_tables_that_are_none_are_refused_with_their_path() -> None:
    with pytest.raises(PolicyError, match="tables"):
        read_policy_set(changed(tables=[1]))


def test_what_a_newer_registry_adds_is_left_alone() -> None:
    assert read_policy_set(changed(later=[1], policy={"of_next_year": 5, "reentry_seconds": 60})).policy == Policy(
        reentry_seconds=60
    )


@pytest.mark.parametrize("word", ["kind", "reentry"])
def test_a_product_described_by_a_word_of_a_newer_registry_is_unknown_and_the_rest_of_the_set_holds(word: str) -> None:
    raw = json.loads(SmallPark().set_bytes())
    first, *others = raw["products"]
    authority = {"kk": "a", "ru": "b", "en": "c"}
    closure = {"cause": "fire", "authority": authority, "document": "12", "since": NOON}
    newer = changed(products=[first | {word: "lease"}, *others], tables={"closures": [closure]})
    read = read_policy_set(newer)
    assert read.product_of(first["product"]) is None
    assert sorted(read.products) == sorted(other["product"] for other in others)
    assert [each.document for each in read.tables.closures] == ["12"]


@pytest.mark.parametrize(
    "products, words",
    [
        ({}, r"products: expected list"),
        (["day"], r"products\[0\]: expected dict"),
        ([{"product": 1, "names": {"kk": "a", "ru": "b", "en": "c"}, "kind": 7}], r"products\[0\].kind: expected str"),
    ],
)
def test_products_that_are_none_are_no_newer_words(products: Any, words: str) -> None:
    with pytest.raises(PolicyError, match=words):
        read_policy_set(changed(products=products))


@pytest.mark.parametrize(
    "data, words",
    [
        (b"", "not JSON"),
        (b"\xff", "not JSON"),
        (b"[" * 100_000, "not JSON"),
        (b"[]", "not a JSON object"),
        (b'{"schema": 1, "schema": 1}', "twice"),
        (b"{}", "schema None"),
        (changed(schema=2), "too old"),
        (changed(version=True), "version"),
        (changed(version=1e400), "version"),
        (changed(park="7"), "park"),
        (changed(gates={}), "gates"),
        (changed(names={"kk": "a", "ru": "b"}), "names.en"),
        (changed(keys=[{}]), "keys"),
        (changed(online_keys=[{"kid": "1"}]), "not a policy set"),
        (changed(online_keys=[{"kid": "1", "public_key": "xyz"}]), "not a policy set"),
        (changed(policy={"skew_seconds": "300"}), "policy.skew_seconds"),
        (changed(policy={"wrong_gate": "perhaps"}), "policy.wrong_gate"),
        (changed(policy=[]), "not a policy set"),
        (changed(parks={"x": {"kk": "a", "ru": "a", "en": "a"}}), "not a policy set"),
        (changed(staff=[{"name": "caf\udce9", "role": "ranger"}]), "no character"),
        (changed(policy={"utc_offset_minutes": 10**9}), "utc_offset_minutes"),
        (changed(policy={"skew_seconds": -1}), "skew_seconds"),
    ],
)
def test_what_is_no_set_is_refused_whole_with_the_place(data: bytes, words: str) -> None:
    with pytest.raises(PolicyError, match=words):
        read_policy_set(data)


def test_a_set_may_name_a_hand_over_key_and_an_older_one_names_none() -> None:
    raw = json.loads(SmallPark().set_bytes())
    assert read_policy_set(json.dumps(raw).encode()).handover_key is None
    assert read_policy_set(json.dumps(raw | {"handover_key": bytes(32).hex()}).encode()).handover_key == bytes(32)
    for bad in ("00", "zz", 7, bytes(33).hex()):
        with pytest.raises(PolicyError):
            read_policy_set(json.dumps(raw | {"handover_key": bad}).encode())


def test_a_set_says_since_when_each_key_of_a_season_is_in_force() -> None:
    seasons = [{"id": "a", "since": 0}, {"id": "b", "since": 5}]
    assert [(each.id, each.since) for each in read_policy_set(changed(seasons=seasons)).seasons] == [("a", 0), ("b", 5)]
    assert [each.since for each in read_policy_set(changed(seasons=[], lookup_key="c0ffee00")).seasons] == [0]
    assert read_policy_set(changed(seasons=[], lookup_key=None)).seasons == ()
    for wrong in (seasons[::-1], [seasons[0], seasons[0]]):
        with pytest.raises(PolicyError, match="seasons: expected rising times"):
            read_policy_set(changed(seasons=wrong))


def test_a_product_that_is_checked_by_a_word_unknown_here_is_checked() -> None:
    product = read_policy_set(changed()).products[1]
    assert not product.checks_holder
    assert replace(product, check_holder="rule").checks_holder
    assert replace(product, check_holder="always").checks_holder


def test_a_set_says_which_devices_are_believed_no_more_and_since_when() -> None:
    found = read_policy_set(changed(revoked_devices=[{"device": 4711, "at": NOON}, {"device": 2**32 - 1, "at": 0}]))
    assert found.revoked(4711) == RevokedDevice(device=4711, at=NOON)
    assert (found.revoked(4712), SET.revoked(4711)) == (None, None)
    without = json.loads(SmallPark().set_bytes())
    del without["revoked_devices"]
    assert read_policy_set(json.dumps(without).encode()).revoked_devices == ()  # a set of an older registry


@pytest.mark.parametrize(
    "revoked, words",
    [
        (None, "revoked_devices"),
        ([4711], "revoked_devices[0]"),
        ([{"device": 4711}], "at"),
        ([{"device": "4711", "at": 1}], "device"),
        ([{"device": True, "at": 1}], "device"),
        ([{"device": 4711, "at": 1.5}], "at"),
        ([{"device": 0, "at": 1}], "revoked_devices[0]"),
        ([{"device": 2**32, "at": 1}], "revoked_devices[0]"),
        ([{"device": 1, "at": -1}], "revoked_devices[0]"),
        ([{"device": 4711, "at": 1}, {"device": 4711, "at": 2}], "twice"),
        ([{"device": device, "at": 1} for device in range(1, 5_002)], "at most 5000"),
    ],
)
def test_a_list_of_revoked_devices_that_cannot_be_read_makes_no_set(revoked: Any, words: str) -> None:
    with pytest.raises(PolicyError) as caught:
        read_policy_set(changed(revoked_devices=revoked))
    assert words in str(caught.value)


def test_persons_sign_for_themselves_once_the_list_has_a_code() -> None:
    without = SmallPark(staff=[{"name": "A", "role": "ranger"}, {"name": "B", "role": "director"}]).set()
    assert not without.has_activations
    assert (without.member("B"), without.member("C")) == (StaffMember(name="B", role="director"), None)
    code = {"salt": "0" * 32, "verifier": "0" * 64, "until": 5, "device": 4, "of tomorrow": 1}
    given = SmallPark(staff=[{"name": "A", "role": "ranger", "id": "1", "activation": code}]).set()
    assert given.has_activations
    known = given.member("A")
    assert known is not None
    assert (known.id, known.activation) == (
        "1", Activation(salt="0" * 32, verifier="0" * 64, until=5, device=4)
    )  # fmt: skip


def test_a_code_that_is_none_is_a_set_that_nobody_can_follow() -> None:
    staff = [{"name": "A", "role": "ranger", "activation": {"salt": "x", "verifier": "0" * 64, "until": 5}}]
    with pytest.raises(PolicyError, match=r"staff\[0\].activation: salt: expected 32 small hexadecimal digits"):
        SmallPark(staff=staff).set()
