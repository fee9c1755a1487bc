"""Scanners without hardware, to be plugged in and pulled: a pseudo-terminal, and a pipe of key events."""

from __future__ import annotations

import os
import time
import tty
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from kiosk.devices.us_keys import EV_KEY, EV_SYN, KEY_LEFTSHIFT, PRESSED, RELEASED, TABLE, pack_event

_CODES = {char: (code, place == 1) for code, both in reversed(TABLE.items()) for place, char in enumerate(both)}


class PtyPlug:
    """A serial scanner: what it says comes out of a pseudo-terminal that has a name in a folder of names."""

    def __init__(self, folder: Path, name: str = "usb-Scanner_1-if00") -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.path, self.name = folder / name, name
        self._master = -1

    def plug_in(self) -> None:
        """It is there."""
        self._master, slave = os.openpty()
        tty.setraw(slave)
        self.path.symlink_to(os.ttyname(slave))
        os.close(slave)

    def pull(self) -> None:
        """It is gone, with its name."""
        self.path.unlink()
        os.close(self._master)

    def say(self, sent: bytes) -> None:
        """It sends these bytes."""
        while sent:
            sent = sent[os.write(self._master, sent[:1024]) :]


class PipePlug:
    """A scanner that types: key events out of a pipe that has a name in a folder of names."""

    def __init__(self, folder: Path, name: str = "usb-Scanner_2-event-kbd") -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.path, self.name = folder / name, name
        self._end = -1

    def plug_in(self) -> None:
        """It is there."""
        os.mkfifo(self.path)
        # both ways: the other end need not be open yet, and what is typed waits in the pipe
        self._end = os.open(self.path, os.O_RDWR | os.O_CLOEXEC)

    def pull(self) -> None:
        """It is gone, with its name."""
        self.path.unlink()
        os.close(self._end)

    def say(self, sent: bytes) -> None:
        """It types these characters; what no key has is left out."""
        for char in sent.decode("latin-1"):
            if char in _CODES:
                self.events(keys_of(char))

    def events(self, sent: bytes) -> None:
        """It sends these events."""
        while sent:
            sent = sent[os.write(self._end, sent[:1024]) :]


Plug = PtyPlug | PipePlug


def keys_of(text: str, *, held: int | None = None) -> bytes:
    """The events of this text; a key may be held all the while."""
    sent = b"" if held is None else press(held)
    for char in text:
        code, is_shifted = _CODES[char]
        shift = press(KEY_LEFTSHIFT), release(KEY_LEFTSHIFT)
        sent += shift[0] + stroke(code) + shift[1] if is_shifted else stroke(code)
    return sent + (b"" if held is None else release(held))


def press(code: int) -> bytes:
    """A key goes down."""
    return pack_event(EV_KEY, code, PRESSED) + pack_event(EV_SYN, 0, 0)


def release(code: int) -> bytes:
    """A key comes up."""
    return pack_event(EV_KEY, code, RELEASED) + pack_event(EV_SYN, 0, 0)


def stroke(code: int) -> bytes:
    """A key goes down and up."""
    return press(code) + release(code)


@contextmanager
def plugged_in(plug: Plug) -> Iterator[Plug]:
    """It is there, until it has been pulled."""
    plug.plug_in()
    try:
        yield plug
    finally:
        if plug.path.exists():
            plug.pull()


def until(holds: Callable[[], bool], seconds: float = 20.0) -> None:
    """Wait for this, on a machine however busy."""
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "it did not come about in time"
        time.sleep(0.005)
