"""The line to the registry among the devices: who answers is told, and that nobody answers is no trouble."""

import pytest

from kiosk.devices.problems import Problem
from sync.line import RegistryLine
from sync.network_state import NetworkState
from sync.report import Report


def line_with(report: Report | None) -> RegistryLine:
    line = RegistryLine(lambda: report, clock=lambda: 5.0)
    line.tend()
    return line


@pytest.mark.parametrize(
    ("state", "problem"),
    [
        (None, Problem.NONE),
        (NetworkState.OK, Problem.NONE),
        (NetworkState.NO_CONNECTION, Problem.NONE),
        (NetworkState.CUT_OFF, Problem.NONE),
        (NetworkState.REGISTRY_UNAVAILABLE, Problem.NONE),
        (NetworkState.CERTIFICATE_EXPIRED, Problem.REGISTRY_UNPROVEN),
        (NetworkState.CERTIFICATE_OF_ANOTHER_CA, Problem.REGISTRY_UNPROVEN),
        (NetworkState.CAPTIVE_PORTAL, Problem.REGISTRY_PORTAL),
        (NetworkState.REDIRECTED, Problem.REGISTRY_PORTAL),
        (NetworkState.NOT_BELIEVED, Problem.REGISTRY_NOT_BELIEVED),
    ],
)
def test_only_somebody_else_at_the_other_end_is_a_trouble(state: NetworkState | None, problem: Problem) -> None:
    health = line_with(Report(started_at=0, network_state=state, pull_errors=("said so",))).health()
    assert health.problem == problem
    assert health.advice == ("said so" if problem else "")


def test_an_alarm_is_told_in_its_own_words_and_goes_when_it_is_over() -> None:
    reports = [Report(started_at=0, alarms=("older than what was believed",)), Report(started_at=1)]
    line = RegistryLine(lambda: reports[0], clock=lambda: 5.0)
    line.tend()
    assert (line.health().problem, line.health().advice) == (
        Problem.REGISTRY_NOT_BELIEVED,
        "older than what was believed",
    )
    reports.pop(0)
    line.tend()
    assert line.health().problem == Problem.NONE


def test_before_the_first_cycle_nothing_is_wrong() -> None:
    assert line_with(None).health().problem == Problem.NONE
