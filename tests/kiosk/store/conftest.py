"""Each test gets a data folder of its own, and the journal in it is closed afterwards."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.store.home import Home
from kiosk.store.journal import Journal
from tests.support.memory import DEVICE, enrolled_home


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """An enrolled kiosk's data folder."""
    return enrolled_home(tmp_path)


@pytest.fixture
def journal(home: Home) -> Iterator[Journal]:
    """Its journal, open for writing."""
    opened = Journal.open(home, DEVICE)
    yield opened
    opened.close()
