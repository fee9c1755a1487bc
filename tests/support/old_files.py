"""The files of a kiosk as a released schema left them: copied out of tests/data, never opened where they lie."""

import shutil
from pathlib import Path

from kiosk.store.home import Home
from tests.support.shell import ROOT

OLD_DEVICE = 4711


def schema_1_home(folder: Path) -> Home:
    """A copy of tests/data/schema-1 in this folder, with its keys beside it."""
    kept = ROOT / "tests" / "data" / "schema-1"
    shutil.copytree(kept / "data", folder)
    shutil.copytree(kept / "data.keys", folder.with_name(folder.name + ".keys"))
    home = Home(folder)
    home.keys.chmod(0o700)
    (home.keys / "database.key").chmod(0o600)  # as git has it, others may read it
    return home
