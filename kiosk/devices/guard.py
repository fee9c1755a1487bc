"""One visitor, one scan: the same code seen again within three seconds is the same scan. It sits in the camera and
scanner input, one per lane, and asks no clock: the time is the input's own. Camera and scanner ask it on their threads.
"""

from __future__ import annotations

from collections.abc import Sequence
from threading import RLock

SAME_CODE_SECONDS = 3.0
SETTLE_SECONDS = 0.5


class SameCodeGuard:
    """Tell a new code from one still held up, counted from when it was last seen."""

    def __init__(self, *, seconds: float = SAME_CODE_SECONDS, settle_seconds: float = SETTLE_SECONDS) -> None:
        self._seconds = seconds
        self._settle_seconds = settle_seconds
        self._seen: dict[str, float] = {}
        self._crowd: frozenset[str] = frozenset()
        self._crowd_at = float("-inf")
        self._lock = RLock()

    def fresh(self, text: str, at: float) -> bool:
        """Say whether this is a new scan, and remember that the code was seen now."""
        with self._lock:
            before = self._seen.get(text)
            self._seen[text] = at
            # A time that jumps back is another video: only nearness counts, in either direction.
            fresh = before is None or abs(at - before) >= self._seconds
            if fresh:
                self._forget(at)
            return fresh

    def view(self, texts: Sequence[str], at: float) -> list[str]:
        """Return what of one frame is to be passed on: nothing, one new code, or all of several in view.

        Several different codes are passed on together once, so that one can be asked for, and none of them counts as
        scanned: whichever stays alone in view for half a second is then taken.
        """
        with self._lock:
            return self._view(list(dict.fromkeys(texts)), at)

    def _view(self, different: list[str], at: float) -> list[str]:
        match different:
            case []:
                return []
            case [text]:
                waiting = text in self._crowd and text not in self._seen
                if waiting and abs(at - self._crowd_at) < self._settle_seconds:
                    return []
                return [text] if self.fresh(text, at) else []
            case _:
                return self._view_of_several(different, at)

    def _view_of_several(self, texts: list[str], at: float) -> list[str]:
        scanned = [text for text in texts if self._is_scanned(text, at)]
        for text in scanned:
            self._seen[text] = at
        if len(scanned) == len(texts):
            return []
        for text in texts:
            if text not in scanned:
                self._seen.pop(text, None)
        crowd = frozenset(texts)
        asked = crowd == self._crowd and abs(at - self._crowd_at) < self._seconds
        self._crowd, self._crowd_at = crowd, at
        return [] if asked else texts

    def _is_scanned(self, text: str, at: float) -> bool:
        before = self._seen.get(text)
        return before is not None and abs(at - before) < self._seconds

    def _forget(self, at: float) -> None:
        """Drop what is long past: a lane sees thousands of codes a day, and the guard is no register of them."""
        self._seen = {text: seen for text, seen in self._seen.items() if abs(at - seen) < self._seconds}
