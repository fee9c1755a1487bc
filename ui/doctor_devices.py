"""The devices of this machine, as far as they can be found without opening one: see ui/doctor.py."""

from __future__ import annotations

import grp
import os
import pwd
from collections.abc import Iterator
from pathlib import Path

from kiosk.config import CameraKind, Config, ScannerKind
from kiosk.devices.health import HealthState
from kiosk.devices.noted import noted
from kiosk.store.home import Home
from ui.findings import Finding, Machine, amiss, well

RULES = "70-qaqpa.rules"


def device_files(machine: Machine, home: Home, config: Config) -> Iterator[Finding]:
    """Whether the kiosk's user may open what is plugged in, and whether the rules are there that see to it."""
    user = pwd.getpwuid(os.geteuid()).pw_name
    plugged = {
        "camera": "/dev/video*",
        "serial": "/dev/tty[AU][CS][MB]*",
        "input": "/dev/input/event*",
        "gpio": "/dev/gpiochip*",
        "printer": "/dev/usb/lp*",
    }
    for part, pattern in plugged.items():
        closed = [path for path in machine.listed(pattern) if not os.access(path, os.R_OK | os.W_OK)]
        if closed:
            group = _group_of(closed[0])
            yield amiss(
                part,
                f"{closed[0]} cannot be opened by {user}",
                f"sudo cp packaging/udev/{RULES} /etc/udev/rules.d/, or: sudo usermod -aG {group} {user}",
            )


def udev_rules(machine: Machine, home: Home, config: Config) -> Iterator[Finding]:
    """Whether the rules are installed by which the kiosk's user may open its devices."""
    if not machine.listed(f"/etc/udev/rules.d/{RULES}") and not machine.listed(f"/usr/lib/udev/rules.d/{RULES}"):
        yield amiss(
            "udev",
            "the rules for the kiosk's devices are not installed",
            f"sudo groupadd -f qaqpa, sudo cp packaging/udev/{RULES} /etc/udev/rules.d/, sudo udevadm control --reload",
        )
    else:
        yield well("udev", "the rules for the kiosk's devices are installed")


def camera(machine: Machine, home: Home, config: Config) -> Iterator[Finding]:
    """Whether the settings name a camera, and whether it is there."""
    if config.camera_source is None:
        yield amiss(
            "camera",
            "the settings name no camera",
            'Write camera.source = "v4l2:NAME" with a name from /dev/v4l/by-id into config.toml; codes can be typed',
        )
    elif config.camera_source.kind is CameraKind.V4L2:
        name = config.camera_source.where
        there = [path.name for path in machine.listed("/dev/v4l/by-id/*")]
        is_there = name in there or (name.isdigit() and bool(machine.listed(f"/dev/video{name}")))
        if is_there:
            yield well("camera", f"the camera {name} is there")
        else:
            yield amiss(
                "camera", f"the camera {name} is not there", f"Plug it in; there are: {', '.join(there) or 'none'}"
            )


def scanner(machine: Machine, home: Home, config: Config) -> Iterator[Finding]:
    """Whether the scanner that the settings name is there."""
    source = config.scanner_source
    if source is None or source.kind is ScannerKind.WEDGE:
        return
    folder = "/dev/serial/by-id" if source.kind is ScannerKind.SERIAL else "/dev/input/by-id"
    path = source.where if source.where.startswith("/") else f"{folder}/{source.where}"
    if machine.listed(path):
        yield well("scanner", f"the scanner {source.where} is there")
    else:
        yield amiss(
            "scanner", f"the scanner {source.where} is not there", "Plug it in, or find it: qaqpa scanner learn"
        )


def _group_of(path: Path) -> str:
    try:
        return grp.getgrgid(path.stat().st_gid).gr_name
    except KeyError:
        return "root"


def sound(machine: Machine, home: Home, config: Config) -> Iterator[Finding]:
    """Whether tones can be heard; a gate works without."""
    if machine.find("aplay") is None:
        cure = "sudo apt-get install alsa-utils; a gate works without sound"
        yield amiss("sound", "there is no aplay", cure)
    elif not machine.read("/proc/asound/cards").strip() or "no soundcards" in machine.read("/proc/asound/cards"):
        cure = "Plug in a loudspeaker that the kernel knows; a gate works without sound"
        yield amiss("sound", "there is no sound card", cure)
    else:
        yield well("sound", "there is a sound card, and what plays on it")


def running_devices(machine: Machine, home: Home, config: Config) -> Iterator[Finding]:
    """The devices of a kiosk that runs here, as it notes them."""
    devices = noted(home.devices_note)
    if devices is None:
        yield well("devices", "no kiosk runs here now; one that does is asked for its devices")
        return
    for device in devices:
        is_well = device.state is HealthState.OK
        what = f"{device.state} for {device.since_seconds} s"
        yield well(str(device.kind), what) if is_well else amiss(str(device.kind), what, device.advice)
