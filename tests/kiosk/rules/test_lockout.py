"""Lockout: pauses grow, nothing but waiting ends them, and waiting is never longer than the table says."""

import pytest

from kiosk.rules.lockout import (
    ATTEMPTS,
    DEVICE_ATTEMPTS,
    DEVICE_PAUSES,
    PERSON_PAUSES,
    Tries,
    Uptime,
    attempts_left,
    cleared,
    counted,
    pause_seconds,
    waited,
)


def at(seconds: float, boot: str = "one") -> Uptime:
    return Uptime(boot=boot, seconds=seconds)


def wrong(tries: Tries, times: int, key: str = "a") -> Tries:
    for _ in range(times):
        tries = counted(tries, key)
    return tries


def test_nobody_waits_before_anybody_was_wrong() -> None:
    assert pause_seconds(Tries(), "a") == 0
    assert attempts_left(Tries(), "a") == ATTEMPTS
    assert Tries().wrong == 0


def test_the_pauses_grow_to_a_day_and_stay_there() -> None:
    tries, seen = Tries(boot="one"), []
    for _ in range(8):
        tries = wrong(tries, ATTEMPTS)
        seen.append(tries.counts["a"].left)
        tries = waited(tries, at(tries.seconds + 2 * 86_400))
    assert seen == [*map(float, PERSON_PAUSES), 86_400.0, 86_400.0]


def test_four_wrong_ones_cost_nothing_yet() -> None:
    tries = wrong(Tries(), ATTEMPTS - 1)
    assert (pause_seconds(tries, "a"), attempts_left(tries, "a")) == (0, 1)


def test_a_right_one_makes_the_person_s_wrong_ones_good_and_nobody_else_s() -> None:
    tries = wrong(wrong(Tries(), 4, "a"), 3, "b")
    tries = cleared(counted(tries, "a"), "a")
    assert (tries.wrong, attempts_left(tries, "a"), attempts_left(tries, "b")) == (3, 5, 2)
    assert pause_seconds(tries, "a") == 0


def test_walking_along_the_list_ends_in_a_pause_for_everybody_that_grows_to_an_hour() -> None:
    tries, seen = Tries(boot="one"), []
    for person in range(25 * 4):
        tries = counted(tries, f"person {person}")
        if left := pause_seconds(tries, "somebody else"):
            seen.append(left)
            tries = waited(tries, at(tries.seconds + left))
    assert seen == [*DEVICE_PAUSES, DEVICE_PAUSES[-1]]


def test_the_attempts_left_are_those_of_whichever_pause_comes_first() -> None:
    tries = Tries()
    for person in range(DEVICE_ATTEMPTS - 2):
        tries = counted(tries, f"person {person}")
    assert attempts_left(tries, "a") == 2


def test_a_pause_runs_out_second_by_second_in_one_boot() -> None:
    tries = wrong(waited(Tries(), at(100)), ATTEMPTS)
    assert pause_seconds(waited(tries, at(100.2)), "a") == 60
    assert pause_seconds(waited(tries, at(159.5)), "a") == 1
    assert pause_seconds(waited(tries, at(160)), "a") == 0


@pytest.mark.parametrize("seconds", [0.0, 50.0, 100.0, 10**9])
def test_another_boot_begins_with_what_was_left_however_long_it_has_lasted(seconds: float) -> None:
    tries = waited(wrong(waited(Tries(), at(100)), ATTEMPTS), at(120))
    again = waited(tries, at(seconds, "two"))
    assert pause_seconds(again, "a") == 40
    assert pause_seconds(waited(again, at(seconds + 40, "two")), "a") == 0


def test_an_uptime_that_goes_back_in_one_boot_shortens_nothing() -> None:
    tries = wrong(waited(Tries(), at(100)), ATTEMPTS)
    assert pause_seconds(waited(tries, at(0)), "a") == 60


def test_a_pause_of_everybody_outlasts_a_wrong_one_that_began_none() -> None:
    tries = counted(Tries(device_left=30.0), "a")
    assert pause_seconds(tries, "b") == 30
