"""A kiosk at work with a hardware scanner that is pulled and put back: no restart, no scan lost, no one twice."""

from __future__ import annotations

import json
import signal
import subprocess
import threading
import time
from collections.abc import Callable
from pathlib import Path
from queue import Empty, Queue
from typing import IO, Any

import pytest

from kiosk.rules.entries import DecisionBody
from kiosk.rules.words import Source
from tests.support.enrolled import enrolled_home
from tests.support.park import SmallPark
from tests.support.plugs import PipePlug, Plug, PtyPlug, until
from tests.support.shell import command, environment, tied
from ui.assembly import open_reader

NAMED_SECONDS = 10


class _Kiosk:
    """What a running kiosk prints, decision by decision, and what it logs."""

    def __init__(self, home: Path, log: Path) -> None:
        self._log = log
        words = tied(*command("run", "--data", home, "--headless", "--decisions"))
        self.running = subprocess.Popen(words, env=environment(), stdout=subprocess.PIPE, text=True)
        self._lines: Queue[str] = Queue()
        assert self.running.stdout is not None
        self._reading = threading.Thread(target=self._read, args=(self.running.stdout,), daemon=True)
        self._reading.start()

    def _read(self, lines: IO[str]) -> None:
        with lines:
            for line in lines:
                self._lines.put(line)

    def decision(self, seconds: float = 30) -> dict[str, Any]:
        try:
            found: dict[str, Any] = json.loads(self._lines.get(timeout=seconds))
        except Empty:
            pytest.fail(f"nothing was decided; the log says:\n{self._log.read_text()}")
        return found

    def end(self) -> int:
        """Told to end, it ends; its exit code."""
        self.running.send_signal(signal.SIGTERM)
        code = self.running.wait(30)
        self._reading.join()
        return code

    def says(self, words: str, times: int) -> Callable[[], bool]:
        return lambda: self._log.exists() and self._log.read_text().count(words) >= times


@pytest.mark.parametrize("way", ["serial", "evdev"])
def test_a_scanner_that_is_pulled_and_put_back_loses_no_scan_and_needs_no_restart(
    tmp_path: Path, way: str, size: Callable[[int, int], int], figure: Callable[[str], None]
) -> None:
    now = int(time.time())
    park = SmallPark(signed_at=now - 3600)
    home = enrolled_home(tmp_path / "home", park)
    plug: Plug = PtyPlug(tmp_path / "by-id") if way == "serial" else PipePlug(tmp_path / "by-id")
    home.config_file.write_text(f'[scanner]\nsource = "{way}:{plug.path}"\n', encoding="utf-8")
    turns = size(3, 100)
    tickets = [park.ticket(serial, iat=now - 7200, nbf=now - 3600, exp=now + 36_000) for serial in range(turns)]

    kiosk = _Kiosk(home.path, home.log_file)
    took: list[float] = []
    for turn, text in enumerate(tickets, start=1):
        began = time.monotonic()
        until(kiosk.says("The scanner is missing", turn), 60)
        took.append(time.monotonic() - began)
        began = time.monotonic()
        plug.plug_in()
        until(kiosk.says("The scanner works again", turn), 60)
        took.append(time.monotonic() - began)
        plug.say(f"{text}\r".encode())
        assert (kiosk.decision()["outcome"]) == "admitted"
        plug.say(f"\x11{turn}\x1b[A\r".encode())
        assert (kiosk.decision()["reason"]) == "not_a_ticket"
        plug.pull()
    assert kiosk.end() == 0

    with open_reader(home) as memory:
        decided = [entry.body for entry in memory.journal.between(0, 2**40) if isinstance(entry.body, DecisionBody)]
        assert memory.journal.verify() == []
    assert [body.source for body in decided] == [Source.SCANNER] * 2 * turns
    assert len({body.permit for body in decided if body.permit}) == turns
    figure(f"{turns} times pulled and put back, named or healed after {max(took[1:]):.1f} s at most")
    assert max(took[1:]) < NAMED_SECONDS  # the first is the kiosk's own start
