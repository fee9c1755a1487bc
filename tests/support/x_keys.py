"""An X server of its own without a screen, and a keyboard before it that types as a scanner does, through XTEST."""

from __future__ import annotations

import ctypes
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.support.shell import tied

_SHIFT, _CTRL, _RETURN = 0xFFE1, 0xFFE3, 0xFF0D
_SHIFTED = dict(zip('$%*+:!"', "458=;1'", strict=True))


@contextmanager
def x_server() -> Iterator[str]:
    """The name of a display; the test is left out where there is no Xvfb."""
    if shutil.which("Xvfb") is None:
        pytest.skip("there is no Xvfb")
    ready, told = os.pipe()
    words = ["Xvfb", "-displayfd", str(told), "-screen", "0", "1280x800x24", "-nolisten", "tcp"]
    with subprocess.Popen(tied(*words), pass_fds=[told], stderr=subprocess.DEVNULL) as server:
        os.close(told)
        with os.fdopen(ready) as line:
            number = line.readline().strip()
        try:
            yield f":{number}"
        finally:
            server.terminate()


class XKeyboard:
    """Presses real keys of a display, whatever its layout makes of them."""

    def __init__(self, display: str) -> None:
        try:
            self._x, self._test = ctypes.CDLL("libX11.so.6"), ctypes.CDLL("libXtst.so.6")
        except OSError as error:
            pytest.skip(f"XTEST is not there: {error}")
        self._x.XOpenDisplay.restype = ctypes.c_void_p
        self._x.XKeysymToKeycode.argtypes = [ctypes.c_void_p, ctypes.c_ulong]
        self._display = ctypes.c_void_p(self._x.XOpenDisplay(display.encode()))
        letters = "abcdefghijklmnopqrstuvwxyz0123456789-=;'./, "
        self._codes = {letter: self._code(ord(letter)) for letter in letters} | {"\r": self._code(_RETURN)}
        self._shift, self._ctrl = self._code(_SHIFT), self._code(_CTRL)

    def scan(self, text: str, seconds: float) -> None:
        """Type this, a key every so many seconds by the server's own time, and wait until it is typed."""
        half = round(500 * seconds)
        for letter in text:
            plain = _SHIFTED.get(letter, letter.lower())
            is_shifted = plain != letter
            if is_shifted:
                self._press(self._shift, down=True)
            self._press(self._codes[plain], down=True, after=half)
            self._press(self._codes[plain], down=False, after=half)
            if is_shifted:
                self._press(self._shift, down=False)
        self._x.XSync(self._display, 0)

    def with_ctrl(self, text: str, seconds: float) -> None:
        """Type this with Ctrl held."""
        self._press(self._ctrl, down=True)
        self.scan(text, seconds)
        self._press(self._ctrl, down=False)

    def close(self) -> None:
        """Leave the display."""
        self._x.XCloseDisplay(self._display)

    def _code(self, symbol: int) -> int:
        return int(self._x.XKeysymToKeycode(self._display, symbol))

    def _press(self, code: int, *, down: bool, after: int = 0) -> None:
        self._test.XTestFakeKeyEvent(self._display, code, int(down), after)
