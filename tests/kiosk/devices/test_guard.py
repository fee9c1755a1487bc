from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from kiosk.devices.guard import SameCodeGuard


def test_a_code_held_up_for_ten_seconds_is_one_scan() -> None:
    guard = SameCodeGuard()
    assert [guard.fresh("A", tenth / 10) for tenth in range(100)] == [True] + [False] * 99


def test_the_three_seconds_count_from_when_the_code_was_last_seen() -> None:
    guard = SameCodeGuard()
    assert guard.fresh("A", 0.0)
    assert not guard.fresh("A", 2.0)
    assert not guard.fresh("A", 4.9)
    assert guard.fresh("A", 7.9)


def test_two_visitors_in_turn_are_two_scans() -> None:
    guard = SameCodeGuard()
    assert guard.view(["A"], 0.0) == ["A"]
    assert guard.view([], 0.5) == []
    assert guard.view(["B"], 1.0) == ["B"]
    assert guard.view(["A"], 2.0) == []


def test_a_time_that_starts_again_is_another_video_and_its_codes_are_new() -> None:
    guard = SameCodeGuard()
    assert guard.fresh("A", 500.0)
    assert guard.fresh("A", 1.0)


def test_two_codes_in_view_are_passed_on_together_once() -> None:
    guard = SameCodeGuard()
    assert guard.view(["A", "B"], 0.0) == ["A", "B"]
    assert guard.view(["B", "A"], 0.1) == []
    assert guard.view(["A", "A", "B"], 0.2) == []


def test_one_of_two_codes_that_flickers_is_not_taken_silently() -> None:
    guard = SameCodeGuard()
    guard.view(["A", "B"], 0.0)
    assert guard.view(["A"], 0.1) == []
    assert guard.view(["A", "B"], 0.2) == []
    assert guard.view(["B"], 0.3) == []


def test_the_code_that_stays_alone_after_two_is_taken() -> None:
    guard = SameCodeGuard()
    guard.view(["A", "B"], 0.0)
    assert guard.view(["B"], 0.2) == []
    assert guard.view(["B"], 0.6) == ["B"]
    assert guard.view(["B"], 0.7) == []


def test_a_code_already_scanned_stays_scanned_when_another_comes_beside_it() -> None:
    guard = SameCodeGuard()
    assert guard.view(["A"], 0.0) == ["A"]
    assert guard.view(["A", "B"], 1.0) == ["A", "B"]
    assert guard.view(["A"], 2.0) == []
    assert guard.view(["B"], 2.1) == ["B"]


def test_the_guard_forgets_what_is_past() -> None:
    guard = SameCodeGuard()
    for number in range(1000):
        guard.fresh(str(number), number * 1.0)
    assert len(guard._seen) < 10


def test_of_a_camera_and_scanners_that_see_a_code_at_once_one_takes_it() -> None:
    guard = SameCodeGuard()
    together = Barrier(4)

    def look(_: int) -> list[bool]:
        together.wait()
        return [guard.fresh(str(code), 1.0) for code in range(500)]

    with ThreadPoolExecutor(4) as lookers:
        fresh = list(lookers.map(look, range(4)))
    assert [sum(of_one) for of_one in zip(*fresh, strict=True)] == [1] * 500
