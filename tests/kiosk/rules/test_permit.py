import hashlib

import cbor2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.rules.permit import CATEGORIES, Party, Permit, PermitError, PermitStatus, permit_id

parties = st.builds(Party.of, st.lists(st.integers(0, 500), max_size=len(CATEGORIES)))
permits = st.builds(
    Permit,
    id=st.binary(min_size=16, max_size=16),
    code=st.text("23456789ABCDEFGHJKLMNPQRSTUVWXYZ", min_size=10, max_size=10),
    product=st.integers(0, 2**40),
    nbf=st.integers(0, 2**32 - 1),
    exp=st.integers(0, 2**32 - 1),
    party=parties,
    entries=st.integers(0, 400),
    gates=st.none() | st.sets(st.integers(1, 32), min_size=1).map(lambda gates: tuple(sorted(gates))),
    status=st.sampled_from(PermitStatus),
    search=st.text(max_size=20),
    sealed=st.binary(max_size=20),
)
PERMIT = Permit(
    id=bytes(range(16)),
    code="U648SJSDVB",
    product=12,
    nbf=1782864000,
    exp=1783123200,
    party=Party(adults=2, children=3),
    entries=3,
    gates=(1, 4),
    status=PermitStatus.ACTIVE,
)


def test_a_party_counts_its_heads_by_category() -> None:
    party = Party(adults=2, preschool=1)
    assert party.heads == 3
    assert party.counts() == (2, 0, 0, 1, 0)
    assert party.trimmed() == (2, 0, 0, 1)
    assert party.as_dict() == {"adults": 2, "preschool": 1}
    assert Party.of([2, 0, 0, 1]) == party


@given(parties, parties)
def test_what_is_added_can_be_taken_away_again(one: Party, other: Party) -> None:
    assert one + other - other == one
    assert (one + other).heads == one.heads + other.heads


def test_a_party_never_has_fewer_than_no_people() -> None:
    with pytest.raises(ValueError, match="children"):
        Party(adults=5) - Party(children=1)
    with pytest.raises(ValueError, match="adults"):
        Party(adults=True)
    with pytest.raises(ValueError, match="at most 5"):
        Party.of([1, 1, 1, 1, 1, 1])


@given(parties, st.integers(0, 3000))
def test_heads_are_taken_in_the_ticket_s_order(party: Party, heads: int) -> None:
    taken = party.take(heads)
    assert taken.heads == min(heads, party.heads)
    left = party - taken
    first_left = next((place for place, count in enumerate(left.counts()) if count), len(CATEGORIES))
    assert all(count == 0 for count in taken.counts()[first_left + 1 :])


def test_ten_of_twelve_adults_and_two_children_are_ten_adults() -> None:
    assert Party(adults=12, children=2).take(10) == Party(adults=10)
    assert Party(adults=1, children=5).take(3) == Party(adults=1, children=2)
    with pytest.raises(ValueError, match="zero or more"):
        Party(adults=1).take(-1)


def test_the_permit_id_is_the_first_half_of_a_digest_of_the_ticket_id() -> None:
    cti = bytes.fromhex("737ce60fccf9da889f4605c0a20479b5")
    assert permit_id(cti) == hashlib.sha256(b"qaqpa permit" + cti).digest()[:16]


def test_a_permit_travels_as_an_array_that_begins_with_its_kind() -> None:
    assert PERMIT.row() == [
        "p", "000102030405060708090a0b0c0d0e0f", "U648SJSDVB", 12, 1782864000, 1783123200, [2, 3], 3, [1, 4],
        "active", "", "",
    ]  # fmt: skip


@given(permits)
def test_a_permit_that_travelled_is_the_same_permit(permit: Permit) -> None:
    assert Permit.from_row(permit.row()) == permit
    assert Permit.from_row([*permit.row(), "of a newer registry"]) == permit


@given(permits)
def test_the_checksum_is_over_the_row_as_deterministic_cbor(permit: Permit) -> None:
    digest = hashlib.sha256(cbor2.dumps(permit.row(), canonical=True)).digest()
    assert permit.checksum_part() == int.from_bytes(digest[:8], "big")


@pytest.mark.parametrize(
    "place, value",
    [
        (1, "0001"),
        (1, "000102030405060708090A0B0C0D0E0F"),
        (1, 7),
        (2, None),
        (3, -1),
        (3, True),
        (3, 2**63),
        (4, "1782864000"),
        (5, 1.5),
        (6, [1, 2, 3, 4, 5, 6]),
        (6, [1, -2]),
        (6, {"adults": 2}),
        (7, None),
        (8, []),
        (8, [4, 1]),
        (8, [1, 1]),
        (8, [0]),
        (8, [33]),
        (8, 5),
        (9, "unheard of"),
        (9, []),
        (10, None),
        (11, "zz"),
    ],
)
def test_a_row_with_a_wrong_field_names_its_place(place: int, value: object) -> None:
    row = PERMIT.row()
    row[place] = value
    with pytest.raises(PermitError, match=rf"rows\[4\]\[{place}\]"):
        Permit.from_row(row, "rows[4]")


@pytest.mark.parametrize("row", [[], ["p"], ["x", *PERMIT.row()[1:]], PERMIT.row()[:-1], "p" * 12])
def test_what_is_not_a_permit_row_is_not_read_as_one(row: list[object]) -> None:
    with pytest.raises(PermitError, match="permit row"):
        Permit.from_row(row)
