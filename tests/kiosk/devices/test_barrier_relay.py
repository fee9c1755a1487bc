"""A relay over HTTP, and everything that a cheap one may do instead of answering."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from kiosk.devices.barrier_relay import RelayBoard
from kiosk.devices.boards import BoardError
from kiosk.devices.problems import Problem
from tests.support.relay_server import INPUTS, RelayServer, relay_server


@pytest.fixture
def relay() -> Iterator[RelayServer]:
    with relay_server() as made:
        yield made


def test_the_request_says_how_long_and_the_answer_where_things_stand(relay: RelayServer) -> None:
    board = RelayBoard(relay.wiring(**INPUTS, inverted=("closed",)))
    board.pulse(1500, 5)
    assert relay.asked == ["/on?toggle_after=1.5"]
    reading = board.read(5)
    assert (reading.output, reading.opened, reading.closed) == (True, False, True)
    relay.levels["turned"] = relay.levels["loop"] = True
    assert (board.read(5).turns, board.read(5).crossings) == (1, 0)
    board.release()


def test_an_answer_that_never_comes_is_given_up_in_time_and_is_doubtful(relay: RelayServer) -> None:
    relay.answer = "hang"
    begun = time.monotonic()
    with pytest.raises(BoardError, match="does not answer") as said:
        RelayBoard(relay.wiring()).pulse(500, 0.5)
    assert time.monotonic() - begun < 5
    assert (said.value.is_doubtful, said.value.problem) == (True, Problem.BARRIER_MISSING)
    assert relay.rises == 1, "never asked twice"


def test_an_answer_that_comes_drop_by_drop_is_given_up_in_time(relay: RelayServer) -> None:
    relay.state_answer = relay.answer = "drip"
    begun = time.monotonic()
    with pytest.raises(BoardError) as said:
        RelayBoard(relay.wiring()).read(0.5)
    assert said.value.problem is Problem.BARRIER_MISSING
    RelayBoard(relay.wiring()).pulse(500, 0.5)  # it had said yes before it began to drip
    assert time.monotonic() - begun < 10
    assert relay.rises == 1


def test_a_body_without_end_is_not_read_to_its_end(relay: RelayServer) -> None:
    relay.state_answer = "endless"
    with pytest.raises(BoardError) as said:
        RelayBoard(relay.wiring()).read(5)
    assert said.value.problem is Problem.BARRIER_FAULTED


@pytest.mark.parametrize("how, is_doubtful", [("500", True), ("404", False), ("301", False)])
def test_a_relay_that_says_no_is_believed_and_nobody_is_followed(
    relay: RelayServer, how: str, is_doubtful: bool
) -> None:
    relay.answer = how
    with pytest.raises(BoardError, match=how) as said:
        RelayBoard(relay.wiring()).pulse(500, 5)
    assert said.value.is_doubtful is is_doubtful
    assert len(relay.asked) == 1


@pytest.mark.parametrize("how, problem", [("garbage", Problem.BARRIER_FAULTED), ("cut", Problem.BARRIER_MISSING)])
def test_a_state_that_cannot_be_read_is_no_state(relay: RelayServer, how: str, problem: Problem) -> None:
    relay.state_answer = how
    with pytest.raises(BoardError) as said:
        RelayBoard(relay.wiring()).read(5)
    assert said.value.problem is problem


def test_a_pulse_that_was_answered_with_nonsense_was_taken_all_the_same(relay: RelayServer) -> None:
    relay.answer = "garbage"
    RelayBoard(relay.wiring()).pulse(500, 5)
    assert relay.rises == 1


def test_a_state_without_the_key_names_the_setting(relay: RelayServer) -> None:
    with pytest.raises(BoardError, match=r"'input:9.state' \(barrier.opened\)"):
        RelayBoard(relay.wiring(opened="input:9.state")).read(5)


def test_a_relay_that_is_not_there_took_no_pulse_for_certain(relay: RelayServer) -> None:
    relay.stop()
    with pytest.raises(BoardError, match="is not there") as said:
        RelayBoard(relay.wiring()).pulse(500, 5)
    assert not said.value.is_doubtful


def test_nothing_of_the_environment_stands_between_us_and_the_relay(
    relay: RelayServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    RelayBoard(relay.wiring()).pulse(500, 5)
    assert relay.rises == 1


def test_what_holds_for_ever_is_let_go_after_a_crash_and_what_is_renewed_need_not_be(relay: RelayServer) -> None:
    RelayBoard(relay.wiring(**relay.hold_urls(renewed=False))).lower(5)
    assert relay.asked == ["/off"]
    board = RelayBoard(relay.wiring(**relay.hold_urls(renewed=True)))
    board.lower(5)
    board.hold(held=True, within=5)
    assert relay.asked == ["/off", "/on?toggle_after=10"]
    with pytest.raises(BoardError, match=r"barrier\.hold_url"):
        RelayBoard(relay.wiring()).hold(held=True, within=5)
