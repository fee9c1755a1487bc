from hypothesis import given
from hypothesis import strategies as st

from kiosk.rules.revocation import Revocation, RevocationAction, newest

REVOKE, RESTORE = RevocationAction.REVOKE, RevocationAction.RESTORE


def row(seq: int = 1, action: RevocationAction = REVOKE, *, effective: int = 100, expires: int = 0) -> Revocation:
    return Revocation(seq=seq, cti8=b"12345678", action=action, effective=effective, expires=expires)


def test_a_revocation_is_in_force_from_its_first_second_until_before_its_last() -> None:
    short = row(effective=100, expires=200)
    assert [short.is_in_force(at) for at in (99, 100, 199, 200)] == [False, True, True, False]
    assert row(effective=100).is_in_force(2**40)
    assert not row(action=RESTORE).is_in_force(150)


def test_each_field_of_a_row_is_in_the_checksum_of_a_list() -> None:
    rows = [row(), row(2), row(action=RESTORE), row(effective=101), row(expires=200)]
    rows.append(Revocation(seq=1, cti8=b"12345679", action=REVOKE, effective=100))
    assert len({each.part() for each in rows}) == len(rows)
    # kept by kiosks beside what they hold: another figure would make every one of them fetch its list again
    assert row().part() == 0x989D8DCA137493E3


def test_of_two_copies_the_higher_number_holds_and_of_one_number_the_stricter() -> None:
    assert newest(None, None) is None
    assert newest(row(3), None) == row(3)
    assert newest(row(3), row(4, RESTORE)) == row(4, RESTORE)
    assert newest(row(4), row(3, RESTORE)) == row(4)
    # a registry that was restored from a backup gave one number twice
    assert newest(row(4, RESTORE), row(4)) == newest(row(4), row(4, RESTORE)) == row(4)


@given(st.lists(st.builds(row, st.integers(1, 9), st.sampled_from(RevocationAction)), min_size=1))
def test_what_holds_depends_on_no_order(rows: list[Revocation]) -> None:
    found = newest(*rows)
    assert found == newest(*reversed(rows))
    assert found is not None
    assert found.seq == max(each.seq for each in rows)
