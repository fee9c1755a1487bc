"""The demo's camera: the visitors drawn into a video, and beside it who they were, what fingers did and what is due.

The kiosk gets the video and the touches; the other two files are for people and for the comparison at the end.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kiosk.devices.generator import Scene, write_video
from kiosk.errors import EnvironmentalError
from ui.demo_cast import FRAMES_A_SECOND, Script, Visitor
from ui.demo_tickets import Wallet


@dataclass(frozen=True, kw_only=True, slots=True)
class Files:
    """What the demo leaves in its folder."""

    folder: Path

    @property
    def video(self) -> Path:
        """What the camera sees."""
        return self.folder / "video.avi"

    @property
    def touches(self) -> Path:
        """What fingers do on the screen, each at a frame of the video."""
        return self.folder / "touches.jsonl"

    @property
    def scenes(self) -> Path:
        """Who comes and what they show, for people."""
        return self.folder / "scenes.jsonl"

    @property
    def expected(self) -> Path:
        """What should be decided, for the comparison."""
        return self.folder / "expected.jsonl"


@dataclass(frozen=True, kw_only=True, slots=True)
class Shot:
    """Where in the video one visitor is; `until` is the first frame that is no longer theirs."""

    number: int
    visitor: Visitor
    first: int
    last: int
    until: int


def shoot(
    script: Script, wallet: Wallet, files: Files, *, slow: bool, progress: Callable[[int, int], None]
) -> list[Shot]:
    """Draw the video and write the files beside it; `slow` leaves a person time to read."""
    scenes = [
        visitor.scene(number, wallet.texts[visitor.shows], wallet.codes.get(visitor.shows, ""), slow=slow)
        for number, visitor in enumerate(script.filmed, start=1)
    ]
    places = write_video(scenes, files.video, FRAMES_A_SECOND, progress)
    shots = [
        Shot(number=number, visitor=visitor, first=first, last=last, until=last + 1 + scene.gap)
        for number, (visitor, scene, (first, last)) in enumerate(
            zip(script.filmed, scenes, places, strict=True), start=1
        )
    ]
    _write(files.scenes, (_scene_line(shot, scene) for shot, scene in zip(shots, scenes, strict=True)))
    _write(files.touches, (line for shot in shots for line in _touch_lines(shot, wallet)))
    _write(files.expected, (_expected_line(number, who) for number, who in enumerate(script.expected, start=1)))
    return shots


def _scene_line(shot: Shot, scene: Scene) -> dict[str, Any]:
    return {
        "visitor": shot.number,
        "who": shot.visitor.who,
        "shows": shot.visitor.shows,
        "first_frame": shot.first,
        "last_frame": shot.last,
        "carrier": scene.carrier.value,
        "inverted": scene.inverted,
        "pixels_per_module": scene.pixels_per_module,
        "tilt_degrees": scene.tilt_degrees,
        "blur": scene.blur,
        "noise": scene.noise,
        "brightness": scene.brightness,
        "damage": scene.damage,
    }


def _touch_lines(shot: Shot, wallet: Wallet) -> list[dict[str, Any]]:
    # Before: in the last empty frame. After: in an empty frame too, when the code has long been read.
    before, after = max(0, shot.first - 1), (shot.last + shot.until) // 2
    return [
        *(touch.line(before, wallet.codes) for touch in shot.visitor.before),
        *(touch.line(after, wallet.codes) for touch in shot.visitor.after),
    ]


def _expected_line(number: int, visitor: Visitor) -> dict[str, Any]:
    return {
        "visitor": number,
        "who": visitor.who,
        "decisions": [
            {
                "outcome": each.reason.outcome.value,
                "reason": each.reason.value,
                "admitted_now": each.admitted_now,
                "remaining": each.remaining,
            }
            for each in visitor.expects
        ],
    }


def _write(path: Path, lines: Iterable[dict[str, Any]]) -> None:
    try:
        path.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines), encoding="utf-8")
    except OSError as error:
        raise EnvironmentalError(f"{path} cannot be written: {error.strerror}") from error
