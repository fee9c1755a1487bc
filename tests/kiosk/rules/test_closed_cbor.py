import cbor2
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kiosk.rules.closed_cbor import MAXIMUM_DEPTH, CborError, CborFault, decode, encode, write_again

leaves = (
    st.integers(-(2**63), 2**64 - 1) | st.binary(max_size=8) | st.text(st.characters(max_codepoint=127), max_size=8)
)
keys = st.integers(-(2**63), 2**64 - 1) | st.binary(max_size=4) | st.text(st.characters(max_codepoint=127), max_size=4)


def nested(depth: int) -> st.SearchStrategy[object]:
    if depth == 0:
        return leaves
    inner = nested(depth - 1)
    return leaves | st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=3)


@given(nested(4))
def test_a_value_of_the_profile_has_one_spelling_that_reads_back(value: object) -> None:
    assert decode(encode(value)) == value
    assert write_again(decode(encode(value))) == encode(value)


def library(data: bytes) -> object:
    """What cbor2 makes of these bytes with all its strictness, written back and compared; None where it refuses."""
    try:
        value = cbor2.loads(data, max_depth=MAXIMUM_DEPTH, allow_indefinite=False, allow_duplicate_keys=False)
        return value if encode(value) == data else None
    except (CborError, cbor2.CBORDecodeError):
        return None


def check(data: bytes) -> None:
    try:
        value = decode(data)
    except CborError:
        # tags are cbor2's own, and two of them come back from it as plain integers
        assert library(data) is None or any(byte >> 5 == 6 for byte in data)
        return
    assert library(data) == value
    assert encode(value) == data


@given(st.binary(max_size=60))
@example(b"\x80")
def test_any_bytes_are_the_library_s_value_in_its_one_spelling_or_a_fault(data: bytes) -> None:
    check(data)


@given(nested(4), st.data())
def test_a_value_damaged_in_one_byte_is_another_value_or_a_fault(value: object, data: st.DataObject) -> None:
    spelt = bytearray(encode(value))
    place = data.draw(st.integers(0, len(spelt) - 1))
    spelt[place] = data.draw(st.integers(0, 255))
    check(bytes(spelt))


@given(nested(4), st.data())
def test_a_value_with_a_part_cut_out_or_put_in_is_another_value_or_a_fault(value: object, data: st.DataObject) -> None:
    spelt = bytearray(encode(value))
    start = data.draw(st.integers(0, len(spelt) - 1))
    part = data.draw(st.binary(max_size=4))
    check(bytes(spelt[:start] + part + spelt[start + data.draw(st.integers(0, 4)) :]))


OUTSIDE = {
    CborFault.CBOR: {
        "nothing at all": "",
        "an array cut short": "8201",
        "a byte string cut short": "43ffff",
        "an integer cut short": "18",
        "a map without its last value": "a101",
        "an array said to have 2^64-1 items": "9bffffffffffffffff",
        "a map said to have 2^60 pairs": "bb0fffffffffffffff",
        "a byte string said to have 2^64-1 bytes": "5bffffffffffffffff",
        "a text said to have 2^64-1 letters": "7bffffffffffffffff",
        "a break on its own": "ff",
        "a reserved length": "1c",
        "a reserved length of bytes": "5e",
        "a reserved tag": "dc",
        "a tag of indefinite length": "df",
        "a reserved simple value": "fc",
        "an integer of indefinite length": "1f",
    },
    CborFault.TRAILING: {
        "a second value behind": "0101",
        "a byte behind": "80f6",
    },
    CborFault.LONG_FORM: {
        "0 in two bytes": "1800",
        "23 in two": "1817",
        "255 in three": "1900ff",
        "65535 in five": "1a0000ffff",
        "2^32-1 in nine": "1b00000000ffffffff",
        "-1 in two": "3800",
        "a long length for one byte": "580101",
        "a long length for one letter": "780161",
        "a long length for one item": "980101",
        "a long length for one pair": "b8010102",
        "a key again in a second spelling": "a20102180103",
    },
    CborFault.KEY_ORDER: {
        "keys out of order": "a202010102",
        "a longer key before a shorter one": "a21818000000",
        "a negative key before a positive one": "a220000100",
    },
    CborFault.KEY_TWICE: {
        "a key twice": "a201020103",
        "a byte key twice": "a2416100416101",
    },
    CborFault.KEY_KIND: {
        "an array as a key": "a1810102",
        "a map as a key": "a1a1010203",
    },
    CborFault.INDEFINITE: {
        "an array of indefinite length": "9f01ff",
        "a map of indefinite length": "bf0102ff",
        "a byte string of indefinite length": "5f4101ff",
        "a text of indefinite length": "7f6161ff",
    },
    CborFault.DEPTH: {
        "five arrays deep": "818181818100",
        "five maps deep": "a101a101a101a101a10100",
        "an empty fifth array": "8181818180",
    },
    CborFault.TAG: {
        "a tagged date cut short": "c07430393230",
        "tag 1, a time": "c11a514b67b0",
        "tag 2, a big number": "c24101",
        "tag 3, a big negative number": "c34101",
        "tag 4, a decimal fraction": "c482200a",
        "tag 28, a shared value": "d81c80",
        "tag 29, a reference": "d81d00",
        "an array that holds itself": "d81c81d81d00",
        "tag 256, a table of texts": "d9010080",
        "tag 258, a set": "d901028101",
        "tag 18, COSE_Sign1": "d28440a04040",
        "tag 55799, CBOR itself": "d9d9f700",
        "the largest tag": "dbffffffffffffffff00",
        "a big number as a key": "a1c24101f6",
    },
    CborFault.SIMPLE: {
        "false": "f4",
        "true": "f5",
        "true in an array": "81f5",
        "true as a key": "a1f501",
        "false and 0, equal keys to Python": "a2f4010002",
        "null": "f6",
        "undefined": "f7",
        "a simple value": "f0",
        "a simple value of two bytes": "f820",
    },
    CborFault.FLOAT: {
        "a half float": "f90000",
        "a float that is whole": "fa3f800000",
        "not a number": "fb7ff8000000000000",
        "a float as a key": "a1f9000001",
    },
    CborFault.INTEGER: {
        "-2^64, below the range": "3bffffffffffffffff",
        "-2^63-1, just below the range": "3b8000000000000000",
    },
    CborFault.NOT_ASCII: {
        "a letter that is not ASCII": "62c3a9",
        "a text that is not UTF-8": "61ff",
        "a key that is not ASCII": "a162c3a901",
    },
}


@pytest.mark.parametrize(
    "spelling, fault",
    [pytest.param(spelling, fault, id=name) for fault, named in OUTSIDE.items() for name, spelling in named.items()],
)
def test_what_is_outside_the_profile_is_refused_and_says_in_which_way(spelling: str, fault: CborFault) -> None:
    with pytest.raises(CborError) as caught:
        decode(bytes.fromhex(spelling))
    assert caught.value.fault is fault


def test_every_way_to_be_outside_the_profile_has_its_example() -> None:
    # PROFILE is of values that cannot be written
    assert OUTSIDE.keys() | {CborFault.PROFILE} == set(CborFault)


def test_bytes_nested_a_hundred_thousand_deep_are_refused_at_the_fifth() -> None:
    for opening in (b"\x81", b"\xa1\x01"):
        with pytest.raises(CborError) as caught:
            decode(opening * 100_000)
        assert caught.value.fault is CborFault.DEPTH


def test_no_tag_gets_through_known_to_the_library_or_not() -> None:
    for tag in (*range(1200), 43000, 55799, 2**32, 2**64 - 1):
        for inside in (0, b"\1", "a", [], [0, 1], {1: 1}):
            with pytest.raises(CborError):
                decode(cbor2.dumps(cbor2.CBORTag(tag, inside)))


@pytest.mark.parametrize("value", [True, None, 1.0, "é", 2**64, -(2**63) - 1, (1,), {1.0: 1}, [[[[[1]]]]], object()])
def test_a_value_outside_the_profile_is_not_written(value: object) -> None:
    with pytest.raises(CborError) as caught:
        encode(value)
    assert caught.value.fault is CborFault.PROFILE


@pytest.mark.parametrize("value", [2**64 - 1, -(2**63), [[[[1]]]], {1: {2: {3: {4: b""}}}}])
def test_the_profile_reaches_exactly_to_its_edges(value: object) -> None:
    assert decode(encode(value)) == value
