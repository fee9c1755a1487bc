"""Files of released formats, kept in tests/data to be opened for ever."""

import shutil
from pathlib import Path

from kiosk.store.home import Home

DATA = Path(__file__).parent.parent / "data"


def schema_1_home(folder: Path) -> Home:
    """A copy of what a kiosk of the first schema left."""
    for name in ("data", "data.keys"):
        shutil.copytree(DATA / "schema-1" / name, folder / name)
        (folder / name).chmod(0o700)
    return Home(folder / "data")
