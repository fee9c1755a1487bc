"""What somebody who looks at a machine finds, and the machine that is looked at: one that a test made does as well."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from ui.display import display_trouble


class Mark(StrEnum):
    """How a part is."""

    OK = "ok"
    ATTENTION = "attention"
    """A gate can work so; somebody should see to it."""
    BAD = "bad"
    """A gate needs it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """One thing that was looked at, and what to do about it unless it is well."""

    part: str
    mark: Mark
    what: str
    cure: str = ""

    def as_dict(self) -> dict[str, str]:
        """The same as plain values, for JSON."""
        return {"part": self.part, "mark": str(self.mark), "what": self.what, "cure": self.cure}


def well(part: str, what: str, remark: str = "") -> Finding:
    """What is as it should be."""
    return Finding(part=part, mark=Mark.OK, what=what, cure=remark)


def amiss(part: str, what: str, cure: str) -> Finding:
    """What somebody should see to, while a gate can work."""
    return Finding(part=part, mark=Mark.ATTENTION, what=what, cure=cure)


def bad(part: str, what: str, cure: str) -> Finding:
    """What a gate cannot work with."""
    return Finding(part=part, mark=Mark.BAD, what=what, cure=cure)


def _answer(command: list[str]) -> str | None:
    """What a program prints, or None where it is not there or fails."""
    try:
        ended = subprocess.run(command, capture_output=True, text=True, timeout=10, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return None
    return ended.stdout if ended.returncode == 0 else None


@dataclass(frozen=True, kw_only=True, slots=True)
class Machine:
    """What is outside the program: the root of the kernel's files, and what other programs answer."""

    root: Path = Path("/")
    answer: Callable[[list[str]], str | None] = _answer
    find: Callable[[str], str | None] = shutil.which
    display: Callable[[], str | None] = display_trouble

    def read(self, path: str) -> str:
        """A file of the kernel's, empty where it is not there."""
        try:
            return (self.root / path.lstrip("/")).read_text(encoding="utf-8", errors="replace")
        except OSError:
            return ""

    def listed(self, pattern: str) -> list[Path]:
        """The files that there are of this pattern."""
        return sorted(self.root.glob(pattern.lstrip("/")))
