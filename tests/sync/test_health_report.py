"""The report of a kiosk's devices: every word of ours may travel, strange ones too, and nothing else."""

import json
from dataclasses import replace
from typing import Any

import pytest

from kiosk.devices.health import DeviceKind, HealthState
from kiosk.devices.problems import Problem
from sync.health_report import DeviceHealth, HealthReport, is_word
from sync.protocol import MessageError, read, write

LAMP = DeviceHealth(kind="lamp", state="dim", problem="lamp_old", since_seconds=5, figures=(("lumen", 3.0),))
REPORT = HealthReport(at=1, software="qaqpa 9.9", devices=(LAMP,))


def told(**changes: Any) -> bytes:
    """The report with its device's members changed."""
    raw = json.loads(write(REPORT))
    raw["devices"][0] |= changes
    return json.dumps(raw).encode()


@pytest.mark.parametrize("word", [*DeviceKind, *HealthState, *(problem for problem in Problem if problem)])
def test_every_word_of_the_health_model_may_travel(word: str) -> None:
    assert is_word(word)


def test_words_of_a_newer_kiosk_are_read_and_written_as_they_came() -> None:
    assert read(HealthReport, write(REPORT)) == REPORT
    assert read(HealthReport, told(colour="blue")) == REPORT


def test_a_whole_number_is_a_figure_too() -> None:
    assert read(HealthReport, told(figures={"lumen": 3})) == REPORT


@pytest.mark.parametrize(
    "changes",
    [
        {"kind": ""},
        {"kind": "Lamp"},
        {"kind": "lamp\n"},
        {"state": "a" * 41},
        {"problem": "Ask Saule, 8 701 555 01 99"},
        {"problem": None},
        {"since_seconds": -1},
        {"since_seconds": 2**32},
        {"figures": {str(number): 1 for number in range(17)}},
        {"figures": {"lumen": "3"}},
        {"figures": {"lumen": True}},
        {"figures": {"lumen": None}},
        {"figures": {"lumen": 10**400}},
        {"figures": {"lumen": -(10**13)}},
        {"figures": {"A lamp": 3}},
        {"figures": [["lumen", 3]]},
        {"figures": None},
    ],
)
def test_what_is_no_short_word_and_no_figure_is_refused_by_its_path(changes: dict[str, Any]) -> None:
    (name,) = changes
    with pytest.raises(MessageError, match=name):
        read(HealthReport, told(**changes))


def test_a_time_that_no_date_can_show_is_refused() -> None:
    for at in (-1, 2**53):
        with pytest.raises(MessageError, match="'at'"):
            read(HealthReport, write(replace(REPORT, at=at)))


def test_a_program_s_name_is_one_plain_line() -> None:
    for software in ("", "qaqpa\x1b[2J", "x" * 101):
        with pytest.raises(MessageError, match="software"):
            read(HealthReport, write(replace(REPORT, software=software)))


def test_more_devices_than_any_gate_has_are_refused() -> None:
    assert len(read(HealthReport, write(replace(REPORT, devices=(LAMP,) * 32))).devices) == 32
    with pytest.raises(MessageError, match="devices"):
        read(HealthReport, write(replace(REPORT, devices=(LAMP,) * 33)))
