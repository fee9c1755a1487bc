"""Nobody is readable without the ticket in hand, and everybody is found by whoever holds the season's key."""

from dataclasses import replace
from itertools import combinations

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import assume, given
from hypothesis import strategies as st

from kiosk.rules.entries import DecisionBody, Place
from kiosk.rules.personal import (
    FORMS,
    LONGEST_VALUE,
    NONCE_BYTES,
    WORD_BYTES,
    LookUp,
    Personal,
    PersonalError,
    hashed_message,
    kept_at_admission,
    lookup_key_id,
    lookup_key_of,
    phone_form,
    plate_form,
    seal,
    search_text,
    search_words,
    unseal,
    word_for,
)
from kiosk.rules.ticket import Unreadable, read, sign
from kiosk.rules.words import Direction, Outcome, Reason, Source
from tests.support.park import SmallPark

KEY = bytes(range(32))
P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
SOMEBODY = Personal(
    name="Айдана Серікқызы",
    phone="+7 701 234 56 78",
    plate="123 ABC 02",
    document="N 12345678",
    contact="+7 702 000 00 00, Ержан",
    expected_return=1_783_191_600,
)

texts = st.text(st.characters(exclude_categories=["Cc", "Cs"]), min_size=1, max_size=LONGEST_VALUE).filter(str.strip)
maybe = st.none() | texts
people = st.builds(
    Personal,
    name=maybe,
    phone=maybe,
    plate=maybe,
    document=maybe,
    contact=maybe,
    expected_return=st.none() | st.integers(0, 2**53),
)
signatures = st.binary(min_size=64, max_size=64)
permits = st.binary(min_size=16, max_size=16)
nonces = st.binary(min_size=NONCE_BYTES, max_size=NONCE_BYTES)
numbers = st.from_regex(r"7[0-9]{9}", fullmatch=True)


# ---- sealing --------------------------------------------------------------------------------------------------------


@given(people, signatures, permits, nonces)
def test_what_is_sealed_comes_back_with_the_ticket(
    personal: Personal, signature: bytes, permit: bytes, nonce: bytes
) -> None:
    assert unseal(seal(personal, signature, permit, nonce), signature, permit) == personal


@given(people, signatures, permits, st.integers(0), st.integers(1, 255))
def test_a_changed_byte_anywhere_opens_nothing(
    personal: Personal, signature: bytes, permit: bytes, place: int, change: int
) -> None:
    sealed = bytearray(seal(personal, signature, permit, bytes(NONCE_BYTES)))
    sealed[place % len(sealed)] ^= change
    assert unseal(bytes(sealed), signature, permit) is None


@given(people, signatures, signatures, permits, permits)
def test_another_ticket_or_another_permit_opens_nothing(
    personal: Personal, signature: bytes, other: bytes, permit: bytes, elsewhere: bytes
) -> None:
    assume(signature[:32] != other[:32] and permit != elsewhere)
    sealed = seal(personal, signature, permit, bytes(NONCE_BYTES))
    assert unseal(sealed, other, permit) is None
    assert unseal(sealed, signature, elsewhere) is None


@given(st.binary(max_size=80), st.binary(max_size=80), permits)
def test_nothing_that_is_on_a_disk_is_an_exception(sealed: bytes, signature: bytes, permit: bytes) -> None:
    assert unseal(sealed, signature, permit) is None
    assert unseal(b"\x01" + sealed, signature, permit) is None


def test_both_forms_of_a_p256_signature_open_the_same_part() -> None:
    text = sign(SmallPark().claims(), "2607", ec.generate_private_key(ec.SECP256R1()))
    outer = read(text)
    assert not isinstance(outer, Unreadable)
    s = int.from_bytes(outer.signature[32:], "big")
    other = outer.signature[:32] + (P256_ORDER - s).to_bytes(32, "big")
    sealed = seal(SOMEBODY, outer.signature, bytes(16), bytes(NONCE_BYTES))
    assert other != outer.signature
    assert unseal(sealed, other, bytes(16)) == unseal(sealed, outer.signature, bytes(16)) == SOMEBODY


def test_the_length_of_what_is_sealed_does_not_tell_a_name() -> None:
    short, longer = (Personal(name=name) for name in ("Ян", "Константин"))
    assert len({len(seal(each, bytes(64), bytes(16), bytes(NONCE_BYTES))) for each in (short, longer)}) == 1


@pytest.mark.parametrize("value", ["", "  ", "x" * (LONGEST_VALUE + 1), "Ай\nдана", "\x1b[2J", "\ud800"])
@pytest.mark.parametrize("field", ["name", "phone", "plate", "document", "contact"])
def test_a_value_that_cannot_be_kept_is_named_by_its_field_and_never_shown(field: str, value: str) -> None:
    with pytest.raises(PersonalError) as caught:
        seal(replace(SOMEBODY, **{field: value}), bytes(64), bytes(16), bytes(NONCE_BYTES))  # type: ignore[arg-type]
    assert field in str(caught.value)
    assert not value.strip() or value not in str(caught.value)


def test_a_permit_without_anything_personal_has_nothing_to_seal() -> None:
    assert not Personal()
    assert Personal(expected_return=0)


# ---- looking up -----------------------------------------------------------------------------------------------------


def test_somebody_is_found_by_each_thing_that_was_said() -> None:
    words = search_words(SOMEBODY, KEY)
    assert list(words) == sorted(set(words))
    assert len(words) == 5  # two words of the name, telephone, plate, document; never the contact
    for kind, value in [
        (LookUp.NAME, "aidana"), (LookUp.NAME, "SERIKQYZY"), (LookUp.NAME, "Serikkyzy Aydana"),
        (LookUp.PHONE, "8 (701) 234-56-78"), (LookUp.PLATE, "123авс02"), (LookUp.DOCUMENT, "№12345678"),
    ]:  # fmt: skip
        found = word_for(kind, value, KEY)
        assert found
        assert set(found) <= set(words) or kind is LookUp.DOCUMENT
    assert search_text(words).split(" ") == [word.hex() for word in words]


def test_another_key_finds_nobody() -> None:
    assert not set(search_words(SOMEBODY, KEY)) & set(search_words(SOMEBODY, bytes(32)))


@given(numbers)
def test_a_number_of_kazakhstan_is_one_however_it_is_dialled(number: str) -> None:
    spaced = f"{number[:3]} {number[3:6]}-{number[6:8]}-{number[8:]}"
    forms = {phone_form(each) for each in (number, f"8{number}", f"+7{number}", f"8 ({spaced}", f"+7 {spaced}")}
    assert forms == {phone_form(f"007{number}")} == {phone_form(f"8107{number}")} == {(f"7{number}",)}


@pytest.mark.parametrize("number", ["+49 30 123456", "+998 90 123 45 67", "+84 912 345 678", "+1 212 555 0100", "112"])
def test_other_numbers_are_their_digits(number: str) -> None:
    assert phone_form(number) == ("".join(sign for sign in number if sign.isdigit()),)


def test_digits_of_other_scripts_are_digits() -> None:
    assert phone_form("٧٠١٢٣٤٥٦٧٨") == phone_form("７０１ ２３４５６７８") == ("77012345678",)


@pytest.mark.parametrize("plate", ["123 ABC 02", "123авс02", "123-АВС-02", "１２３abc02", "123·ABC·02"])
def test_a_plate_is_one_with_look_alikes_blanks_and_dots(plate: str) -> None:
    assert plate_form(plate) == ("123ABC02",)


@pytest.mark.parametrize("kind", LookUp)
def test_where_nothing_is_left_there_is_no_word(kind: LookUp) -> None:
    assert word_for(kind, " - ", KEY) == ()


@given(st.text(max_size=20), st.text(max_size=20))
def test_kinds_never_collide_by_construction(one: str, other: str) -> None:
    for first, second in combinations(LookUp, 2):
        assert hashed_message(first, one) != hashed_message(second, other)
        assert "\0" not in first.value


@given(st.sampled_from(list(LookUp)), st.text(max_size=60))
def test_any_value_gives_words_of_one_size(kind: LookUp, value: str) -> None:
    assert all(len(word) == WORD_BYTES for word in word_for(kind, value, KEY))
    assert len(word_for(kind, value, KEY)) == len(FORMS[kind](value))


def test_the_look_up_key_is_not_the_pepper_and_its_name_tells_nothing_of_it() -> None:
    key = lookup_key_of(bytes(32))
    assert key != bytes(32) != lookup_key_of(KEY)
    assert len(lookup_key_id(key)) == 8
    assert lookup_key_id(key) not in key.hex()


# ---- what stays at the gate -----------------------------------------------------------------------------------------

LET_IN = DecisionBody(
    place=Place(park=7, gate=1, lane=1, direction=Direction.ENTRY),
    source=Source.CAMERA,
    outcome=Outcome.ADMITTED,
    reason=Reason.OK,
)


def test_of_a_party_that_is_expected_back_the_contact_is_kept() -> None:
    kept = kept_at_admission(SOMEBODY, LET_IN)
    assert kept is not None
    assert (kept.contact, kept.expected_return) == (SOMEBODY.contact, SOMEBODY.expected_return)


@pytest.mark.parametrize(
    "personal, verdict",
    [
        (None, LET_IN),
        (replace(SOMEBODY, contact=None), LET_IN),
        (replace(SOMEBODY, expected_return=None), LET_IN),
        (SOMEBODY, replace(LET_IN, outcome=Outcome.REFUSED)),
        (SOMEBODY, replace(LET_IN, outcome=Outcome.REFERRED)),
        (SOMEBODY, replace(LET_IN, reason=Reason.TRAINING)),
        (SOMEBODY, replace(LET_IN, place=replace(LET_IN.place, direction=Direction.EXIT))),
    ],
    ids=["nothing opened", "no contact", "no return", "refused", "referred", "training", "going out"],
)
def test_of_anybody_else_nothing_is_kept(personal: Personal | None, verdict: DecisionBody) -> None:
    assert kept_at_admission(personal, verdict) is None
