"""A folder shaped like /sys, as far as a box has devices in it."""

from __future__ import annotations

import shutil
from pathlib import Path

BATTERY = {"type": "Battery", "present": "1", "status": "Discharging", "capacity": "76", "scope": "System"}
MAINS = {"type": "Mains", "online": "1"}


class SysFolder:
    """Devices come and go as folders of one-line files."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def put(self, device: str, **words: object) -> Path:
        """Plug it in, or change what it says."""
        folder = self.root / device
        folder.mkdir(parents=True, exist_ok=True)
        for name, word in words.items():
            (folder / name).write_text(f"{word}\n", encoding="ascii")
        return folder

    def pull(self, device: str) -> None:
        shutil.rmtree(self.root / device)

    def battery(self, **words: object) -> Path:
        return self.put("class/power_supply/BAT0", **(BATTERY | words))

    def mains(self, online: int = 1) -> Path:
        return self.put("class/power_supply/AC", **(MAINS | {"online": online}))
