"""Real processes of the program on the loopback: started, killed when a test says so, and never left behind."""

import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from tests.support.ports import reserved_port
from tests.support.shell import command, environment, tied

START_SECONDS = 60.0
STOP_SECONDS = 10.0


class Running:
    """One `qaqpa` command that runs until it is stopped; its messages are in `log`."""

    def __init__(self, arguments: Sequence[str | Path], log: Path) -> None:
        self.log = log
        with log.open("a", encoding="utf-8") as messages:
            self._process = subprocess.Popen(
                tied(*command(*arguments)),
                env=environment(),
                stdin=subprocess.DEVNULL,
                stdout=messages,
                stderr=messages,
                start_new_session=True,
            )

    @property
    def pid(self) -> int:
        """Its process number."""
        return self._process.pid

    @property
    def code(self) -> int | None:
        """Its exit code, None while it runs."""
        return self._process.poll()

    def kill(self) -> None:
        """End it as a power cut would, and wait until it is gone."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """Ask it to end, and insist after a while."""
        self._end(signal.SIGTERM)
        self._end(signal.SIGKILL)

    def _end(self, number: signal.Signals) -> None:
        if self._process.poll() is not None:
            return
        os.killpg(self._process.pid, number)
        try:
            self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            if number is signal.SIGKILL:
                raise


class RegistryProcess:
    """A registry on this port that can be killed and started again in the same place."""

    def __init__(self, data: Path, port: int) -> None:
        self._data, self._log = data, data.with_name(f"{data.name}.log")
        self._port = port
        self._running: Running | None = None

    @property
    def url(self) -> str:
        """Where it listens, before and after it was killed."""
        return f"http://127.0.0.1:{self._port}"

    def start(self) -> None:
        """Serve, and come back when it takes connections."""
        arguments = ("registry", "serve", "--port", str(self._port), "--data", self._data)
        self._running = Running(arguments, self._log)
        wait_for_port(self._running, self._port)

    def kill(self) -> None:
        """Cut it off in the middle of whatever it does."""
        if self._running is not None:
            self._running.kill()

    def stop(self) -> None:
        """End it in order."""
        if self._running is not None:
            self._running.stop()


@contextmanager
def served(data: Path) -> Iterator[RegistryProcess]:
    """The registry of this data folder, running; it is ended with the `with`."""
    # nobody may get its port while it is killed
    with reserved_port() as port:
        registry = RegistryProcess(data, port)
        try:
            registry.start()
            yield registry
        finally:
            registry.stop()


def wait_for_port(running: Running, port: int) -> None:
    """Come back when connections are taken; a process that ends instead fails the test with its own words."""
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until:
        assert running.code is None, running.log.read_text(encoding="utf-8")
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError(f"nothing listens on port {port}: {running.log.read_text(encoding='utf-8')}")
