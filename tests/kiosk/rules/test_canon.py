"""Values to bytes and back: one spelling for each value, and a path for what is none."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import cbor2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.rules.canon import CanonError, pack, plain, rebuild, unpack


class Colour(StrEnum):
    RED = "red"


@dataclass(frozen=True, kw_only=True, slots=True)
class Leaf:
    size: int
    colour: Colour = Colour.RED
    note: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Tree:
    leaves: tuple[Leaf, ...] = ()
    marks: frozenset[int] = frozenset()
    by_name: dict[str, Leaf] = field(default_factory=dict)
    anything: dict[str, Any] = field(default_factory=dict)
    tag: bytes = b""
    crown: Leaf | None = None


TREE = Tree(
    leaves=(Leaf(size=1), Leaf(size=2, note="ҚазАқша")),
    marks=frozenset({3, 1, 2}),
    by_name={"a": Leaf(size=4)},
    anything={"list": [1, None, {"x": b"y"}], "flag": True},
    tag=b"\x00\xff",
    crown=Leaf(size=9),
)


def test_a_value_comes_back_from_its_bytes() -> None:
    assert unpack(Tree, pack(TREE)) == TREE
    assert unpack(Tree, pack(Tree())) == Tree()


def test_equal_values_have_equal_bytes_whatever_order_they_were_made_in() -> None:
    there = Tree(marks=frozenset({1, 9, 5}), anything={"b": 1, "a": 2})
    back = Tree(marks=frozenset({5, 9, 1}), anything={"a": 2, "b": 1})
    assert pack(there) == pack(back)


def test_what_is_none_is_left_out_and_what_is_unknown_is_ignored() -> None:
    assert "note" not in plain(Leaf(size=1))
    assert rebuild(Leaf, {"size": 1, "of_a_newer_version": [1, 2]}) == Leaf(size=1)
    assert rebuild(Leaf, {"size": 1, "note": None}) == Leaf(size=1)


@pytest.mark.parametrize(
    "raw, path",
    [
        ({}, "Leaf.size is missing"),
        ({"size": "1"}, "Leaf.size: expected int, got str"),
        ({"size": True}, "Leaf.size: expected int, got bool"),
        ({"size": 1.0}, "Leaf.size: expected int, got float"),
        ({"size": 1, "colour": "blue"}, "Leaf.colour"),
        ({"size": 1, "colour": 7}, "Leaf.colour: expected str, got int"),
        ([], "Leaf: expected dict, got list"),
    ],
)
def test_what_is_not_the_value_is_named_by_its_path(raw: object, path: str) -> None:
    with pytest.raises(CanonError, match=path):
        rebuild(Leaf, raw)


@pytest.mark.parametrize(
    "raw, path",
    [
        ({"leaves": [{"size": 1}, 5]}, r"Tree.leaves\[1\]: expected dict"),
        ({"marks": 5}, "Tree.marks: expected list"),
        ({"by_name": {"a": 5}}, "Tree.by_name.a: expected dict"),
        ({"anything": 5}, "Tree.anything: expected dict"),
        ({"crown": 5}, "Tree.crown: expected dict"),
    ],
)
def test_a_path_leads_into_what_is_nested(raw: object, path: str) -> None:
    with pytest.raises(CanonError, match=path):
        rebuild(Tree, raw)


@pytest.mark.parametrize("data", [b"", b"\x5f", b"\xff", b"\xa1", b"\x81" * 100_000])
def test_bytes_that_are_no_value_are_said(data: bytes) -> None:
    with pytest.raises(CanonError):
        unpack(Leaf, data)


PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**64), 2**64 - 1) | st.text() | st.binary(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(PLAIN)
def test_bytes_are_those_of_the_canonical_encoder(value: object) -> None:
    assert pack(value) == cbor2.dumps(value, canonical=True)


def test_a_tree_has_the_bytes_of_the_canonical_encoder() -> None:
    assert pack(TREE) == cbor2.dumps(plain(TREE), canonical=True)


def test_what_has_several_spellings_is_never_written() -> None:
    with pytest.raises(CanonError, match="a float has no one spelling"):
        pack(Tree(anything={"price": 1.5}))
