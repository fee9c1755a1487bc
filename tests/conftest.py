"""What every test gets: a Qt without a screen, a seeded Hypothesis, and the size the run was asked for.

`make test` runs every test at its sample size; `make torture` sets QAQPA_TORTURE=1 and runs those that have a full size
at that size. There a skipped test is a figure nobody measured, so it fails the run.
"""

import os
import uuid
from collections.abc import Callable, Generator
from typing import TYPE_CHECKING, Any, TypeVar

import pytest
from hypothesis import HealthCheck, Phase, settings

from tests.support.left_running import MARK, left_running
from tests.support.longest import LONGEST_FIRST

# Before anything imports Qt: no window may appear, and what is drawn must be the same on every machine.
os.environ["QT_QPA_PLATFORM"] = "offscreen"
os.environ["QT_QUICK_BACKEND"] = "software"
os.environ.setdefault("QT_SCALE_FACTOR", "1")

if TYPE_CHECKING:
    from PySide6.QtGui import QGuiApplication

Amount = TypeVar("Amount")

TORTURE = os.environ.get("QAQPA_TORTURE") == "1"
_FIGURE = "figure"
_FIGURES: list[str] = []

# No deadline: two shared cores make single examples slow for reasons that are not the code's.
settings.register_profile("local", deadline=None, suppress_health_check=[HealthCheck.too_slow])
# CI repeats the same examples, so that a red run is about the change that was made.
settings.register_profile("ci", parent=settings.get_profile("local"), derandomize=True, print_blob=True)
# Where it is only asked which branches are run: one that only a rare draw reaches deserves a test of its own.
settings.register_profile("few", parent=settings.get_profile("local"), max_examples=20)
# Where a changed rule is to be noticed, and not explained: shrinking what noticed it takes ten times as long.
settings.register_profile(
    "mutants", parent=settings.get_profile("local"), phases=(Phase.explicit, Phase.generate), database=None
)
settings.load_profile("ci" if os.environ.get("CI") else "local")


@pytest.fixture(scope="session")
def size() -> Callable[[Amount, Amount], Amount]:
    """`size(20, 1000)`: the first in `make test`, the second in `make torture`. Marks its test `torture`."""
    return lambda sample, full: full if TORTURE else sample


@pytest.fixture
def figure(request: pytest.FixtureRequest) -> Callable[[str], None]:
    """`figure("210 kills, 0 faults")`: what a run has measured, printed at its end."""
    # on the test's report, which reaches the process that prints also where the test ran in another one
    properties = request.node.user_properties
    return lambda text: properties.append((_FIGURE, f"{request.node.name}: {text}"))


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Take down the figures of a test that is over."""
    if report.when == "teardown":
        _FIGURES.extend(str(text) for name, text in report.user_properties if name == _FIGURE)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the figures that were measured."""
    if _FIGURES:
        terminalreporter.section("measured")
        for text in sorted(_FIGURES):
            terminalreporter.line(text)


@pytest.fixture(scope="session")
def qapp_cls() -> "type[QGuiApplication]":
    """QML needs no widgets; the kiosk itself runs on the same class."""
    from PySide6.QtGui import QGuiApplication

    return QGuiApplication


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark what has two sizes, leave out what only the full size can afford, and let long files begin first."""
    left_out = []
    for item in items:
        if "size" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.torture)
        if not TORTURE and item.get_closest_marker("only_full"):
            left_out.append(item)
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in left_out]
    if hasattr(config, "workerinput"):  # one of several processes, which are given file after file in this order
        place = {config.rootpath / name: number for number, name in enumerate(LONGEST_FIRST)}
        items.sort(key=lambda item: place.get(item.path, len(place)))


class _Unmeasured:
    """Counts the tests of a torture run that were skipped."""

    def __init__(self) -> None:
        self.skipped: list[str] = []

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.skipped:
            self.skipped.append(report.nodeid)

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        if self.skipped and session.exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        if self.skipped:
            terminalreporter.section("torture: these parts could not run, so their figures are not reached", red=True)
            for nodeid in self.skipped:
                terminalreporter.line(nodeid)


class _LeftRunning:
    """Fails a run that leaves a process behind."""

    def __init__(self) -> None:
        self._mark = uuid.uuid4().hex
        os.environ[MARK] = self._mark
        self._left: list[str] = []

    @pytest.hookimpl(trylast=True)  # when the processes that ran the tests have ended
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        self._left = left_running(self._mark)
        if self._left and session.exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        if self._left:
            terminalreporter.section("the tests have left these running", red=True)
            for process in self._left:
                terminalreporter.line(process)


def pytest_configure(config: pytest.Config) -> None:
    """Watch for what is left running, and in a torture run for what was skipped."""
    if TORTURE:
        config.pluginmanager.register(_Unmeasured())
    if MARK not in os.environ:  # the outermost run, whether it runs the tests itself or has processes for it
        config.pluginmanager.register(_LeftRunning())


@pytest.hookimpl(wrapper=True)
def pytest_report_to_serializable() -> Generator[None, Any, Any]:
    """Side by side a report travels as UTF-8, which half of a surrogate pair, as a test may log, is not."""
    return _encodable((yield))


def _encodable(value: Any) -> Any:
    match value:
        case str():
            return value.encode(errors="backslashreplace").decode()
        case dict():
            return {name: _encodable(item) for name, item in value.items()}
        case list() | tuple():
            return type(value)(_encodable(item) for item in value)
        case _:
            return value
