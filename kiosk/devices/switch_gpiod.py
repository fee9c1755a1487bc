"""A switch on a GPIO line of this machine, through libgpiod 2.

The line is pulled up: a contact to ground that is closed reads 0, and a wire that somebody cut reads as an open door.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, Protocol

import gpiod
from gpiod.line import Bias, Direction, Value

from kiosk.devices.door import SwitchUnreadError


class Request(Protocol):
    """What is used of gpiod.LineRequest."""

    def get_value(self, line: int) -> Value:
        """The level of one line."""
        ...

    def release(self) -> None:
        """Give the line back."""
        ...


def _ask(path: str, config: dict[int, gpiod.LineSettings]) -> Request:
    request: Any = gpiod.request_lines(path, consumer="qaqpa door", config=config)  # type: ignore[arg-type]
    return request  # type: ignore[no-any-return]


class GpioSwitch:
    """One line as an input; it is asked for anew when its chip went away and came back."""

    def __init__(
        self,
        chip: Path,
        line: int,
        *,
        open_level: int = 1,
        ask: Callable[[str, dict[int, gpiod.LineSettings]], Request] = _ask,
    ) -> None:
        self._chip, self._line, self._open_level, self._ask = chip, line, open_level, ask
        self._request: Request | None = None

    def is_open(self) -> bool:
        """Whether it is open now, or SwitchUnreadError."""
        try:
            if self._request is None:
                settings = gpiod.LineSettings(direction=Direction.INPUT, bias=Bias.PULL_UP)
                self._request = self._ask(str(self._chip), {self._line: settings})
            level = 1 if self._request.get_value(self._line) is Value.ACTIVE else 0
        except (OSError, ValueError) as error:
            self.close()
            reason = error.strerror if isinstance(error, OSError) else str(error)
            raise SwitchUnreadError(f"Line {self._line} of {self._chip} cannot be read ({reason})") from error
        return level == self._open_level

    def close(self) -> None:
        """Give the line back."""
        request, self._request = self._request, None
        if request is not None:
            with suppress(OSError):  # the chip was pulled out: there is nothing to give back
                request.release()
