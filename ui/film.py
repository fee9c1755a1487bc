"""A film shown to the eye step by step: a frame is passed on once all that came before it is settled on the screen."""

import threading
from collections import deque
from collections.abc import Callable, Iterator
from typing import Self

from kiosk.devices.frames import Frame, FrameSource
from ui.fingers import Touch

_PATIENCE_SECONDS = 30.0


class SteppedSource:
    """Frames of another source, held back while a scan or a finger before them is not done. For the eye's thread."""

    def __init__(
        self,
        source: FrameSource,
        touches: list[Touch],
        *,
        on_first: Callable[[Frame], None],
        on_touch: Callable[[Touch], None],
    ) -> None:
        self.live = source.live
        self._on_first = on_first
        self._source = source
        self._touches = deque(touches)
        self._on_touch = on_touch
        self.frame = 0
        """The frame that the eye, or a finger, has come to."""
        self._settled = threading.Event()
        self._settled.set()

    def hold(self) -> None:
        """Pass on no frame until `release`."""
        self._settled.clear()

    def release(self) -> None:
        """What was going on is on the screen."""
        self._settled.set()

    def wait(self) -> None:
        """Wait for `release`, but not for ever."""
        self._settled.wait(_PATIENCE_SECONDS)

    def frames(self) -> Iterator[Frame]:
        """Every frame in order, fingers first; then the fingers that are left."""
        for place, frame in enumerate(self._source.frames()):
            if place == 0:
                self.hold()
                self._on_first(frame)
                self.wait()
            self._touch_until(frame.number)
            self.frame = frame.number
            yield frame
        self._touch_until(None)

    def trouble(self) -> str:
        """What keeps the other source from giving frames."""
        return self._source.trouble()

    def reopen(self) -> None:
        """Do nothing: a film has no device."""

    def close(self) -> None:
        """End `frames()`."""
        self._source.close()
        self.release()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.close()

    def _touch_until(self, frame: int | None) -> None:
        while self._touches and (frame is None or self._touches[0].frame <= frame):
            self.hold()
            touch = self._touches.popleft()
            self.frame = touch.frame
            self._on_touch(touch)
            self.wait()
