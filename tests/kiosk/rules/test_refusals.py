"""A jump of refusals after a new set: what counts as one, and where to look."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.rules.refusals import NOT_OF_A_SET, Answers, Jump, jumps, row_of, table_of
from kiosk.rules.words import Outcome, Reason

CLOSED, HOURS = Reason.CLOSED, Reason.OUTSIDE_HOURS


def answers(all_: int, **refused: int) -> Answers:
    return Answers(all=all_, refused={Reason(word): count for word, count in refused.items()})


@pytest.mark.parametrize(
    "now, before, jumped",
    [
        pytest.param(answers(100, closed=10), answers(100), True, id="never before"),
        pytest.param(answers(9, closed=9), answers(100), False, id="too few to say"),
        pytest.param(answers(100, closed=30), answers(100, closed=10), False, id="just three times"),
        pytest.param(answers(100, closed=31), answers(100, closed=10), True, id="more than three times"),
        pytest.param(answers(200, closed=31), answers(100, closed=10), False, id="on a day twice as busy"),
        pytest.param(answers(20, closed=10), answers(0), True, id="half, where nobody came a week ago"),
        pytest.param(answers(21, closed=10), answers(0), False, id="less than half, where nobody came"),
        pytest.param(answers(101, closed=50), answers(0), False, id="just less than half"),
    ],
)
def test_a_share_of_more_than_three_times_last_week_s_is_a_jump(now: Answers, before: Answers, jumped: bool) -> None:
    found = jumps(now, before)
    before_closed = before.refused.get(CLOSED, 0)
    expected = Jump(reason=CLOSED, now=now.refused[CLOSED], of=now.all, before=before_closed, before_of=before.all)
    assert found == ((expected,) if jumped else ())


def test_the_most_frequent_is_told_first_and_what_no_set_brings_about_is_never_told() -> None:
    now = answers(500, closed=40, outside_hours=60, full=40, not_a_ticket=90, unanswered=50)
    assert [jump.reason for jump in jumps(now, answers(500))] == [HOURS, CLOSED, Reason.FULL]


def test_a_reason_leads_to_its_part_of_the_set_and_a_used_ticket_to_none() -> None:
    assert (table_of(CLOSED), table_of(HOURS), table_of(Reason.FULL)) == ("closures", "hours", "quotas")
    assert table_of(Reason.ALREADY_USED) is None
    assert all(reason.outcome is not Outcome.ADMITTED for reason in Reason if table_of(reason))


def test_the_row_is_the_one_that_most_answers_name() -> None:
    first: dict[str, Any] = {"document": "12-3", "zone": 2, "until": 5, "authority": {"kk": "a"}}
    second = {"document": "12-4"}
    assert row_of([second, first, {"until": 9}, first]) == "document=12-3 zone=2"
    assert row_of([second, first, second]) == "document=12-4"
    assert row_of([second, first]) == "document=12-3 zone=2"
    assert row_of([{"until": 9}, {}]) is None
    assert row_of([]) is None


COUNTS = st.dictionaries(st.sampled_from(list(Reason)), st.integers(0, 500))


@given(now=COUNTS, before=COUNTS, others=st.integers(0, 500))
def test_a_jump_is_always_of_a_reason_that_refuses_and_is_frequent(
    now: dict[Reason, int], before: dict[Reason, int], others: int
) -> None:
    today = Answers(all=sum(now.values()) + others, refused=now)
    last_week = Answers(all=sum(before.values()) + others, refused=before)
    for jump in jumps(today, last_week):
        assert jump.now >= 10
        assert jump.reason not in NOT_OF_A_SET
        assert (jump.now, jump.before) == (now[jump.reason], before.get(jump.reason, 0))
    assert jumps(last_week, last_week) == () or last_week.all == 0
