import cbor2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.rules.closed_cbor import CborError, CborFault, decode, encode

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


@given(st.binary(max_size=60))
def test_all_bytes_are_a_value_in_its_one_spelling_or_a_fault(data: bytes) -> None:
    try:
        value = decode(data)
    except CborError:
        return
    assert encode(value) == data


@pytest.mark.parametrize(
    "spelling",
    [
        pytest.param("", id="nothing at all"),
        pytest.param("8201", id="an array cut short"),
        pytest.param("5803ffff", id="a byte string cut short"),
        pytest.param("9bffffffffffffffff", id="an array said to have 2^64-1 items"),
        pytest.param("bb0fffffffffffffff", id="a map said to have 2^60 pairs"),
        pytest.param("5bffffffffffffffff", id="a byte string said to have 2^64-1 bytes"),
        pytest.param("ff", id="a break on its own"),
        pytest.param("1c", id="a reserved length"),
        pytest.param("61ff", id="a text that is not UTF-8"),
        pytest.param("9f01ff", id="an array of indefinite length"),
        pytest.param("bf0102ff", id="a map of indefinite length"),
        pytest.param("5f4101ff", id="a byte string of indefinite length"),
        pytest.param("7f6161ff", id="a text of indefinite length"),
        pytest.param("a201020103", id="a key twice"),
        pytest.param("a20102180103", id="a key twice in two spellings"),
        pytest.param("a2f4010002", id="false and 0, equal keys to Python"),
        pytest.param("818181818100", id="five arrays deep"),
        pytest.param("a101a101a101a101a10100", id="five maps deep"),
        pytest.param("c07430393230", id="a tagged date cut short"),
        pytest.param("c11a514b67b0", id="tag 1, a time"),
        pytest.param("c24101", id="tag 2, which comes back as a plain 1"),
        pytest.param("c34101", id="tag 3, which comes back as a plain -2"),
        pytest.param("c482200a", id="tag 4, a decimal fraction"),
        pytest.param("d81c80", id="tag 28, a shared value"),
        pytest.param("d81d00", id="tag 29, a reference"),
        pytest.param("d81c81d81d00", id="an array that holds itself"),
        pytest.param("d9010080", id="tag 256, a table of texts"),
        pytest.param("d901028101", id="tag 258, a set"),
        pytest.param("d28440a04040", id="tag 18, COSE_Sign1"),
        pytest.param("d9d9f700", id="tag 55799, CBOR itself"),
        pytest.param("dbffffffffffffffff00", id="the largest tag"),
    ],
)
def test_what_the_decoder_must_stop_at_once_is_not_cbor_of_ours(spelling: str) -> None:
    with pytest.raises(CborError) as caught:
        decode(bytes.fromhex(spelling))
    assert caught.value.fault is CborFault.CBOR


@pytest.mark.parametrize(
    "spelling",
    [
        pytest.param("f4", id="false"),
        pytest.param("f5", id="true"),
        pytest.param("81f5", id="true in an array"),
        pytest.param("a1f501", id="true as a key"),
        pytest.param("f6", id="null"),
        pytest.param("f7", id="undefined"),
        pytest.param("f0", id="a simple value"),
        pytest.param("f820", id="a simple value of two bytes"),
        pytest.param("f90000", id="a half float"),
        pytest.param("fa3f800000", id="a float that is whole"),
        pytest.param("fb7ff8000000000000", id="not a number"),
        pytest.param("a1f9000001", id="a float as a key"),
        pytest.param("3bffffffffffffffff", id="-2^64, below the range"),
        pytest.param("3b8000000000000000", id="-2^63-1, just below the range"),
        pytest.param("62c3a9", id="a letter that is not ASCII"),
        pytest.param("a162c3a901", id="a key that is not ASCII"),
        pytest.param("a1810102", id="an array as a key"),
        pytest.param("a1a1010203", id="a map as a key"),
    ],
)
def test_what_the_profile_has_no_place_for_is_refused(spelling: str) -> None:
    with pytest.raises(CborError) as caught:
        decode(bytes.fromhex(spelling))
    assert caught.value.fault is CborFault.PROFILE


@pytest.mark.parametrize(
    "spelling",
    [
        pytest.param("1800", id="0 in two bytes"),
        pytest.param("1900ff", id="255 in three"),
        pytest.param("1a0000ffff", id="65535 in five"),
        pytest.param("1b00000000ffffffff", id="2^32-1 in nine"),
        pytest.param("3800", id="-1 in two"),
        pytest.param("580101", id="a long length for one byte"),
        pytest.param("980101", id="a long length for one item"),
        pytest.param("b8010102", id="a long length for one pair"),
        pytest.param("a202010102", id="keys out of order"),
        pytest.param("0101", id="a second value behind"),
        pytest.param("80f6", id="a byte behind"),
    ],
)
def test_a_second_spelling_of_a_value_is_refused(spelling: str) -> None:
    with pytest.raises(CborError) as caught:
        decode(bytes.fromhex(spelling))
    assert caught.value.fault is CborFault.NOT_DETERMINISTIC


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
