"""The roll of a gate's devices: each is tended on a thread of its own, and one call says how all of them are.

A device that hangs keeps only its own thread. What is wrong goes to the log once when it begins and once when it ends.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterable, Mapping

from kiosk.devices.health import Device, DeviceKind, Health
from kiosk.devices.problems import Problem

TEND_SECONDS = 1.0
CLOSE_SECONDS = 3.0
_log = logging.getLogger(__name__)


class Lent:
    """A device that is tended with the others and let go by whoever lent it: a scan under way may still need it."""

    def __init__(self, device: Device) -> None:
        self._device = device

    @property
    def kind(self) -> DeviceKind:
        """What it is."""
        return self._device.kind

    def health(self) -> Health:
        """Say how it is now."""
        return self._device.health()

    def tend(self) -> None:
        """Notice that it went away, and take it back."""
        self._device.tend()

    def close(self) -> None:
        """It is not ours to let go."""


class Roll:
    """All devices of one gate, whose `close()` lets each of them go."""

    def __init__(
        self, devices: Iterable[Device] = (), *, note: Callable[[Mapping[DeviceKind, Health]], None] | None = None
    ) -> None:
        self._devices = {device.kind: device for device in devices}
        self._note = note
        self._is_started = False
        self._closed = threading.Event()
        self._told: dict[DeviceKind, str] = {}
        self._lock = threading.Lock()
        self._threads: list[threading.Thread] = []

    def add(self, device: Device) -> None:
        """Take a device in, in place of another of its kind; one that comes after the start is tended as well."""
        with self._lock:
            self._devices[device.kind] = device
            if self._is_started and not self._closed.is_set():
                self._start(device)

    def start(self) -> None:
        """Begin to tend them."""
        with self._lock:
            self._is_started = True
            for device in self._devices.values():
                self._start(device)
            if self._note is not None:
                self._begin(threading.Thread(target=self._write, name="roll", daemon=True))

    def health(self) -> dict[DeviceKind, Health]:
        """How each of them is, in the order of DeviceKind; never waits for a device."""
        with self._lock:
            devices = dict(self._devices)
        return {kind: devices[kind].health() for kind in DeviceKind if kind in devices}

    def close(self) -> None:
        """Let all devices go; one that hangs is left alone after a few seconds."""
        self._closed.set()
        with self._lock:
            devices, threads = list(self._devices.values()), list(self._threads)
        # daemons, as all threads here: one that hangs must not keep the program from ending
        closings = {
            device.kind: threading.Thread(target=self._let_go, args=(device,), name=f"close-{device.kind}", daemon=True)
            for device in devices
        }
        until = time.monotonic() + CLOSE_SECONDS
        for thread in closings.values():
            thread.start()
        for thread in (*closings.values(), *threads):
            thread.join(max(0.0, until - time.monotonic()))
        for kind, thread in closings.items():
            if thread.is_alive():
                _log.warning("The %s hangs, and is left alone", kind)

    def _let_go(self, device: Device) -> None:
        try:
            device.close()
        except Exception as error:  # noqa: BLE001  each of the others is let go all the same
            _log.warning("The %s could not be let go in order: %r", device.kind, error)

    def _start(self, device: Device) -> None:
        self._begin(threading.Thread(target=self._tend, args=(device,), name=f"tend-{device.kind}", daemon=True))

    def _begin(self, thread: threading.Thread) -> None:
        self._threads.append(thread)
        thread.start()

    def _write(self) -> None:
        """Leave word of how all of them are, again and again; a disk that takes none is somebody else's alarm."""
        assert self._note is not None
        while not self._closed.is_set():
            try:
                self._note(self.health())
            except OSError as error:
                _log.debug("How the devices are could not be noted: %s", error.strerror)
            except Exception:  # noqa: BLE001  the devices are tended all the same
                _log.exception("How the devices are could not be noted")
            self._closed.wait(TEND_SECONDS)

    def _tend(self, device: Device) -> None:
        while not self._closed.is_set():
            try:
                device.tend()
                self._tell(device)
            except Exception:  # noqa: BLE001  a mistake in a driver must not leave its device untended for good
                _log.exception("The %s could not be tended", device.kind)
            self._closed.wait(TEND_SECONDS)

    def _tell(self, device: Device) -> None:
        health = device.health()
        before = self._told.get(device.kind, "")
        self._told[device.kind] = health.problem
        if health.problem == before:
            return
        if health.problem == Problem.NONE:
            _log.info("The %s works again", device.kind)
        else:
            _log.warning("The %s is %s: %s", device.kind, health.state, health.advice)
