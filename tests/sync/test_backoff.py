import random

import pytest

from kiosk.errors import BugError
from sync.backoff import TRANSITIONS, Backoff, Delays, Event, State, after


def failing(times: int, **given: object) -> Backoff:
    backoff = Backoff(rng=random.Random(1), **given)  # type: ignore[arg-type]
    for _ in range(times):
        backoff.happen(Event.DUE)
        backoff.happen(Event.FAILED)
    return backoff


def test_what_is_not_in_the_table_cannot_happen() -> None:
    for state in State:
        for event in Event:
            if (state, event) in TRANSITIONS:
                assert after(state, event) in State
            else:
                with pytest.raises(BugError):
                    after(state, event)


def test_every_state_can_be_stopped_and_nothing_leaves_it() -> None:
    assert all(after(state, Event.STOP) is State.STOPPED for state in State)
    assert {to for (state, _), to in TRANSITIONS.items() if state is State.STOPPED} == {State.STOPPED}


def test_on_line_the_next_cycle_comes_after_the_poll_interval() -> None:
    backoff = Backoff(rng=random.Random(1))
    backoff.happen(Event.DUE)
    backoff.happen(Event.SUCCEEDED)
    assert all(9 <= backoff.delay_seconds(poll_after_seconds=10) <= 11 for _ in range(100))


def test_delays_grow_to_a_cap_and_are_spread_over_their_whole_range() -> None:
    ceilings = [max(failing(times).delay_seconds(poll_after_seconds=10) for _ in range(1)) for times in range(1, 12)]
    assert all(0 <= delay <= 60 for delay in ceilings)
    backoff = failing(20)
    drawn = sorted(backoff.delay_seconds(poll_after_seconds=10) for _ in range(1000))
    assert drawn[0] < 3
    assert drawn[-1] > 57
    assert 27 < sum(drawn) / len(drawn) < 33


def test_one_success_forgets_all_failures() -> None:
    backoff = failing(9)
    assert backoff.failures == 9
    backoff.happen(Event.DUE)
    backoff.happen(Event.SUCCEEDED)
    assert (backoff.failures, backoff.state) == (0, State.WAITING)


@pytest.mark.parametrize(("asked", "least", "most"), [(30, 30, 32), (10**6, 900, 902), (-5, 0, 2), (0, 0, 2)])
def test_the_registrys_wish_is_obeyed_within_bounds(asked: int, least: float, most: float) -> None:
    backoff = failing(1)
    for _ in range(50):
        assert least <= backoff.delay_seconds(poll_after_seconds=10, retry_after_seconds=asked) <= most


def test_the_poll_interval_is_taken_within_bounds() -> None:
    backoff = Backoff(delays=Delays(poll_spread=0))
    assert backoff.delay_seconds(poll_after_seconds=0) == 1
    assert backoff.delay_seconds(poll_after_seconds=10**9) == 3600


def test_a_wake_during_a_cycle_that_fails_does_not_hammer() -> None:
    backoff = Backoff()
    backoff.happen(Event.DUE)
    backoff.happen(Event.WOKEN)
    assert backoff.happen(Event.FAILED) is State.BACKING_OFF


def test_a_wake_during_a_cycle_runs_another_one_after_it() -> None:
    backoff = Backoff()
    backoff.happen(Event.DUE)
    backoff.happen(Event.WOKEN)
    assert backoff.happen(Event.SUCCEEDED) is State.RUNNING
