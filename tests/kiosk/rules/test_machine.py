"""When two looks at a machine are of one machine, and what its marks tell of it."""

import hashlib

import pytest

from kiosk.rules.machine import MARK_BYTES, Machine, MachineMark, MarkKind, mark_of

DEVICE = 4711


def machine(**values: str) -> Machine:
    kinds = {name: MarkKind(name.rstrip("2")) for name in values}
    return Machine(marks=frozenset(mark_of(kinds[name], value, DEVICE) for name, value in values.items()))


WHOLE = machine(board="A1", network="aa:bb", system="id")


@pytest.mark.parametrize(
    "other, is_same",
    [
        (WHOLE, True),
        (machine(board="A1", network="cc:dd", system="id"), True),  # another network card
        (machine(board="B2", network="aa:bb", system="id"), True),  # another board, and the card went with the disk
        (machine(board="A1", system="other"), True),  # installed anew
        (machine(network="aa:bb", network2="cc:dd"), True),  # a card more
        (machine(board="B2", network="cc:dd", system="id"), False),  # a copied disk takes the system's id with it
        (machine(board="B2", system="other"), False),
        (machine(system="id"), True),  # the box cannot be read any more
        (machine(system="other"), False),
        (Machine(), True),  # nothing is known, so nothing is said
    ],
)
def test_the_box_decides_and_the_system_s_id_only_where_the_box_is_not_known(other: Machine, is_same: bool) -> None:
    assert WHOLE.is_same(other) is is_same
    assert other.is_same(WHOLE) is is_same


def test_a_mark_tells_devices_apart_and_spells_nothing() -> None:
    mark = mark_of(MarkKind.BOARD, " AB-12 \n", DEVICE)
    digest = hashlib.sha256(b"qaqpa machine 1\n\x00\x00\x12\x67\nboard\nab-12").digest()  # as docs/PROTOCOL.md says
    assert mark == MachineMark(kind=MarkKind.BOARD, hash=digest[:8])
    assert mark == mark_of(MarkKind.BOARD, "ab-12", DEVICE)
    assert mark.hash != mark_of(MarkKind.BOARD, "ab-12", DEVICE + 1).hash
    assert mark.hash != mark_of(MarkKind.SYSTEM, "ab-12", DEVICE).hash
    assert (len(mark.hash), b"ab-12" in mark.hash) == (MARK_BYTES, False)
