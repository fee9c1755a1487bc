"""What an earlier kiosk left in a folder that is to be enrolled: it is named and never touched.

A new kiosk that began on an old one's journal or keys would write under one number what another signed. So whoever
enrols is told what is there, what is missing, and what to do with it.
"""

from kiosk.errors import UsageError
from kiosk.store.home import Home
from kiosk.store.mark import MarkFile


def expect_fresh(home: Home) -> None:
    """UsageError where this folder is a kiosk already, or it or its folder of keys holds one's remains."""
    already = home.device
    if already is not None:
        raise UsageError(
            f"{home.path} is already device {already.device} (park {already.park}, gate {already.gate}, lane "
            f"{already.lane}). A kiosk that moves gets a folder of its own: its journal belongs to this place."
        )
    if home.journal_file.exists():
        raise UsageError(
            f"{home.path} holds the journal of an earlier kiosk, and its device.json is missing: put that file back "
            f"from a backup, and the kiosk goes on. If there is none, keep {home.path} and {home.keys} for whoever "
            "settles its journal, and enrol in an empty folder with a new code. Nothing was changed"
        )
    if (device := MarkFile(home.mark_file).device()) is not None:
        raise UsageError(
            f"{home.keys} holds the keys of device {device}, and its data folder is gone: put {home.path} back from "
            f"a backup, and the kiosk goes on. If there is none, move {home.keys} away and keep it, for without it "
            "nothing of that kiosk can ever be read; then enrol with a new code. Nothing was changed"
        )
