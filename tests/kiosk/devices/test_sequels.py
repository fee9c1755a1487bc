"""What comes of a pulse: told once, only where the contacts really say so."""

from kiosk.devices.sequels import Came, Sequel, Sequels


def told(sequels: Sequels) -> list[tuple[str, Came]]:
    return [(each.cause, each.came) for each in sequels.told]


def test_who_does_not_turn_in_time_is_told_until_it_is_settled() -> None:
    sequels = Sequels(8)
    sequels.given("A", 100)
    sequels.seen(turns=0, is_open=True, now=108)
    assert told(sequels) == []
    sequels.seen(turns=0, is_open=False, now=108.1)
    assert told(sequels) == [("A", Came.NOT_TURNED)]
    sequels.settle(Sequel(cause="A", came=Came.NOT_TURNED))
    sequels.settle(Sequel(cause="A", came=Came.NOT_TURNED))
    assert told(sequels) == []


def test_one_who_turns_is_the_one_who_waited_longest() -> None:
    sequels = Sequels(8)
    sequels.given("A", 100)
    sequels.given("B", 101)
    sequels.seen(turns=1, is_open=False, now=102)
    sequels.seen(turns=0, is_open=False, now=120)
    assert told(sequels) == [("B", Came.NOT_TURNED)]


def test_without_a_contact_nobody_is_said_not_to_have_turned() -> None:
    sequels = Sequels(None)
    sequels.given("A", 100)
    sequels.seen(turns=0, is_open=False, now=1000)
    assert told(sequels) == []


def test_of_contacts_that_could_not_be_read_nothing_is_said() -> None:
    sequels = Sequels(8)
    sequels.given("A", 100)
    sequels.lost()
    sequels.seen(turns=0, is_open=False, now=1000)
    assert told(sequels) == []


def test_three_in_a_row_are_a_turnstile_that_is_stuck_until_somebody_turns() -> None:
    sequels = Sequels(8)
    for at in (100, 200, 300):
        assert not sequels.is_stuck
        sequels.given(f"E{at}", at)
        sequels.seen(turns=0, is_open=False, now=at + 9)
    assert sequels.is_stuck
    sequels.seen(turns=1, is_open=False, now=400)
    assert not sequels.is_stuck


def test_a_doubtful_pulse_opened_if_the_way_opens_afterwards() -> None:
    sequels = Sequels(None)
    sequels.doubted("A", 110)
    sequels.seen(turns=0, is_open=False, now=101)
    sequels.seen(turns=0, is_open=True, now=102)
    sequels.seen(turns=0, is_open=True, now=103)
    assert told(sequels) == [("A", Came.OPENED)]


def test_a_way_that_stood_open_before_is_no_sign() -> None:
    sequels = Sequels(None)
    sequels.seen(turns=0, is_open=True, now=99)
    sequels.doubted("A", 110)
    sequels.seen(turns=0, is_open=True, now=101)
    assert told(sequels) == []


def test_what_opens_after_a_later_pulse_or_too_late_is_no_sign() -> None:
    sequels = Sequels(None)
    sequels.doubted("A", 110)
    sequels.given("B", 105)
    sequels.seen(turns=0, is_open=True, now=106)
    sequels.seen(turns=0, is_open=False, now=107)
    sequels.doubted("C", 117)
    sequels.seen(turns=0, is_open=True, now=118)
    sequels.seen(turns=0, is_open=False, now=119)
    sequels.doubted("D", 130)
    sequels.refused()
    sequels.seen(turns=0, is_open=True, now=120)
    assert told(sequels) == []


def test_one_who_turns_is_a_sign_only_if_nobody_else_was_let_through() -> None:
    sequels = Sequels(8)
    sequels.given("A", 100)
    sequels.doubted("B", 110)
    sequels.seen(turns=1, is_open=False, now=101)
    assert told(sequels) == []
    sequels.seen(turns=1, is_open=False, now=102)
    assert told(sequels) == [("B", Came.OPENED)]
    sequels.seen(turns=0, is_open=False, now=120)
    assert told(sequels) == [("B", Came.OPENED)]


def test_a_doubtful_pulse_that_opened_is_waited_for_to_turn_like_any_other() -> None:
    sequels = Sequels(8)
    sequels.doubted("A", 110)
    sequels.seen(turns=0, is_open=True, now=101)
    sequels.seen(turns=0, is_open=False, now=110)
    assert told(sequels) == [("A", Came.OPENED), ("A", Came.NOT_TURNED)]
