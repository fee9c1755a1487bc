"""What this machine lacks to be a kiosk, and how to get it. It looks at everything and changes nothing.

What stands outside the program (the kernel's files, other programs, the environment) is reached through a Machine, so
that a test can be a machine of its own.
"""

from __future__ import annotations

import grp
import importlib.metadata
import os
import pwd
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from statistics import median

import numpy as np
import numpy.typing as npt

from kiosk.config import CameraKind, Config, ConfigError, read_config
from kiosk.devices.engines import installed_engines
from kiosk.devices.health import HealthState
from kiosk.devices.noted import noted
from kiosk.devices.process_decoder import ProcessDecoder
from kiosk.errors import EnvironmentalError, QaqpaError
from kiosk.store.home import Home
from kiosk.store.preflight import preflight
from ui.assets import FONTS
from ui.display import display_trouble

RULES = "70-qaqpa.rules"
_PACKAGES = Path(__file__).resolve().parents[1] / "packaging" / "debian-packages.txt"
_FEWEST_PROCESSORS, _LEAST_MEMORY_BYTES = 2, 1_500_000_000
_FLUSHES, _SLOW_FLUSH_MS, _QUICK_FLUSH_MS = 25, 60.0, 0.02
_FORGETFUL = {"tmpfs", "ramfs", "overlay", "squashfs"}
_FAR = {"nfs", "nfs4", "cifs", "fuse.sshfs", "9p"}
_WITHOUT_JOURNAL = {"vfat", "exfat", "msdos"}
KAZAKH = "ӘәҒғҚқҢңӨөҰұҮүҺһІі"


class Mark(StrEnum):
    """How a part is."""

    OK = "ok"
    ATTENTION = "attention"
    """A gate can work so; somebody should see to it."""
    BAD = "bad"
    """A gate needs it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """One thing that was looked at, and what to do about it unless it is well."""

    part: str
    mark: Mark
    what: str
    cure: str = ""

    def as_dict(self) -> dict[str, str]:
        """The same as plain values, for JSON."""
        return {"part": self.part, "mark": str(self.mark), "what": self.what, "cure": self.cure}


def _well(part: str, what: str, remark: str = "") -> Finding:
    return Finding(part=part, mark=Mark.OK, what=what, cure=remark)


def _amiss(part: str, what: str, cure: str) -> Finding:
    return Finding(part=part, mark=Mark.ATTENTION, what=what, cure=cure)


def _bad(part: str, what: str, cure: str) -> Finding:
    return Finding(part=part, mark=Mark.BAD, what=what, cure=cure)


def _answer(command: list[str]) -> str | None:
    """What a program prints, or None where it is not there or fails."""
    try:
        ended = subprocess.run(command, capture_output=True, text=True, timeout=10, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return None
    return ended.stdout if ended.returncode == 0 else None


@dataclass(frozen=True, kw_only=True, slots=True)
class Machine:
    """What is outside the program: the root of the kernel's files, and what other programs answer."""

    root: Path = Path("/")
    answer: Callable[[list[str]], str | None] = _answer
    find: Callable[[str], str | None] = shutil.which
    display: Callable[[], str | None] = display_trouble
    environment: Mapping[str, str] = field(default_factory=lambda: os.environ)

    def read(self, path: str) -> str:
        """A file of the kernel's, empty where it is not there."""
        try:
            return (self.root / path.lstrip("/")).read_text(encoding="utf-8", errors="replace")
        except OSError:
            return ""

    def listed(self, pattern: str) -> list[Path]:
        """The files that there are of this pattern."""
        return sorted(self.root.glob(pattern.lstrip("/")))


Look = Callable[[Machine, Home, Config], Iterator[Finding]]


def findings(home: Home, machine: Machine | None = None) -> Iterator[Finding]:
    """Everything that was looked at, part after part; what cannot be looked at is a finding too."""
    machine = machine or Machine()
    config = Config()
    try:
        config = read_config(home.config_file)
    except (ConfigError, EnvironmentalError) as error:
        yield _bad("settings", str(error), "Correct the settings as it says")
    for look in LOOKS:
        try:
            yield from look(machine, home, config)
        except (QaqpaError, OSError) as error:
            part = look.__name__.strip("_")
            yield _amiss(part, f"could not be looked at: {error}", "Say it to the service")


def _python(machine: Machine, home: Home, config: Config) -> Iterator[Finding]:
    version = ".".join(map(str, sys.version_info[:3]))
    yield _well("python", f"Python {version}")
    missing = list(_missing_libraries())
    if missing:
        yield _bad(
            "libraries",
            f"not installed: {', '.join(missing)}",
            "Run `make install` again",
        )
    else:
        yield _well("libraries", "all that the program names are installed")


def _missing_libraries() -> Iterator[str]:
    try:
        wanted = importlib.metadata.requires("qaqpa") or []
    except importlib.metadata.PackageNotFoundError:  # run from a tree that nobody has installed
        wanted = []
    for requirement in wanted:
        if "platform_machine" in requirement and os.uname().machine not in requirement:
            continue
        name = re.split(r"[\s;<>=~!\[]", requirement, maxsplit=1)[0]
        try:
            importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            yield name


def _packages(machine: Machine, home: Home, config: Config) -> Iterator[Finding]:
    """Debian's packages of the list to run; what is installed otherwise cannot be seen here."""
    if machine.find("dpkg-query") is None or not _PACKAGES.exists():
        return
    wanted = [
        name
        for line in _PACKAGES.read_text(encoding="utf-8").partition("# --- to test")[0].splitlines()
        if (name := line.partition("#")[0].strip())
    ]
    known = machine.answer(["dpkg-query", "--show", "--showformat=${Package} ${db:Status-Status}\n"]) or ""
    installed = {line.split()[0] for line in known.splitlines() if line.endswith(" installed")}
    missing = [name for name in wanted if name not in installed]
    if missing:
        yield _amiss(
            "packages",
            f"Debian's packages are missing: {', '.join(missing)}",
            f"sudo apt-get install --no-install-recommends {' '.join(missing)}",
        )
    else:
        yield _well("packages", f"all {len(wanted)} of Debian's packages are installed")


def _machine(machine: Machine, home: Home, config: Config) -> Iterator[Finding]:
    processors = os.cpu_count() or 1
    memory = int(found[1]) * 1024 if (found := re.search(r"MemTotal:\s+(\d+) kB", machine.read("/proc/meminfo"))) else 0
    is_small = processors < _FEWEST_PROCESSORS or 0 < memory < _LEAST_MEMORY_BYTES
    what = f"{processors} processors, {memory / 1e9:.1f} GB of memory"
    if is_small:
        yield _amiss("machine", what, "Verdicts may take longer than promised: take one with two processors and 2 GB")
    else:
        yield _well("machine", what)


def _decoder(machine: Machine, home: Home, config: Config) -> Iterator[Finding]:
    names = [engine.name for engine in installed_engines()]
    cure = "sudo apt-get install libzbar0, and `make install` again"
    if not names:
        yield _bad("decoder", "no engine that reads codes is installed", cure)
        return
    with ProcessDecoder() as decoder:
        begun = time.monotonic()
        decoder.read(_blank())
        started = (time.monotonic() - begun) * 1000
        begins = bool(decoder.engines)
    if not begins:
        yield _bad("decoder", "its process does not begin", "Look into the log")
    elif len(names) < 2:
        yield _amiss("decoder", f"only {names[0]} reads codes", cure)
    else:
        yield _well("decoder", f"{' and '.join(names)} read codes, ready in {started:.0f} ms")


def _blank() -> npt.NDArray[np.uint8]:
    return np.full((240, 320, 3), 128, dtype=np.uint8)


def _fonts(machine: Machine, home: Home, config: Config) -> Iterator[Finding]:
    from PIL import ImageFont

    files = sorted(FONTS.glob("*.otf"))
    without = []
    for file in files:
        font = ImageFont.truetype(str(file), 40)
        nothing = font.getmask("\ufffe").getbbox(), bytes(font.getmask("\ufffe"))
        if any((font.getmask(letter).getbbox(), bytes(font.getmask(letter))) == nothing for letter in KAZAKH):
            without.append(file.name)
    if not files or without:
        what = f"no Kazakh letters in {', '.join(without)}" if without else "the program's fonts are missing"
        yield _bad("fonts", what, "Install the program again: its files are damaged")
    else:
        yield _well("fonts", f"{len(files)} fonts with all Kazakh letters")


def _display(machine: Machine, home: Home, config: Config) -> Iterator[Finding]:
    trouble = machine.display()
    if trouble:
        yield _amiss("display", trouble, "A gate needs a screen: see docs/DEVICES.md")
    else:
        yield _well("display", "a window can be opened")
    has_gpu = bool(machine.listed("/dev/dri/renderD*"))
    drawn = "a graphics processor is there and not used" if has_gpu else "no graphics processor is needed"
    yield _well("drawing", f"the screen is drawn in software; {drawn}")


def _disk(machine: Machine, home: Home, config: Config) -> Iterator[Finding]:
    folder = next(path for path in (home.kiosk, *home.kiosk.parents) if path.is_dir())
    kind = _file_system(machine, folder)
    if kind in _FORGETFUL | _FAR | _WITHOUT_JOURNAL:
        why = "forgets all at a power cut" if kind in _FORGETFUL else "may lose what was said to be written"
        say = _amiss if kind == "overlay" else _bad
        cure = "Keep the data folder (--data) on an ext4 of this machine's own disk"
        yield say("disk", f"{folder} lies on {kind}, which {why}", cure)
    taken = _flush_milliseconds(folder)
    figure = f"a flush of {folder} takes {taken:.2f} ms"
    if taken > _SLOW_FLUSH_MS:
        yield _amiss("flush", figure, "Every verdict waits for it: take an SSD, not a card")
    elif taken < _QUICK_FLUSH_MS:
        cure = "No disk is so quick: what says that it is written is perhaps not. Take a disk that flushes"
        yield _amiss("flush", figure, cure)
    else:
        yield _well("flush", figure)


def _file_system(machine: Machine, folder: Path) -> str:
    """The kind of the file system on which a folder lies: that of the longest mount point above it."""
    kind, longest = "", -1
    for line in machine.read("/proc/mounts").splitlines():
        _, point, name, *_ = (*line.split(), "", "", "")
        place = point.replace("\\040", " ")
        if folder.is_relative_to(place) and len(place) > longest:
            kind, longest = name, len(place)
    return kind


def _flush_milliseconds(folder: Path) -> float:
    """How long a page takes to be on the disk, the median of a few; the file is gone afterwards."""
    path = folder / f".flush-{os.getpid()}"
    taken = []
    file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    try:
        for _ in range(_FLUSHES):
            os.write(file, bytes(4096))
            begun = time.perf_counter()
            os.fdatasync(file)
            taken.append((time.perf_counter() - begun) * 1000)
    finally:
        os.close(file)
        path.unlink()
    return median(taken)


def _clock(machine: Machine, home: Home, config: Config) -> Iterator[Finding]:
    if not machine.listed("/dev/rtc*"):
        cure = "After a power cut the time is in doubt until the registry says it: add a clock with a battery"
        yield _amiss("clock", "this machine has no clock of its own", cure)
    told = machine.answer(["timedatectl", "show", "--property=NTPSynchronized", "--value"])
    is_set = (told or "").strip() == "yes" or bool(machine.listed("/run/systemd/timesync/synchronized"))
    if is_set:
        yield _well("time", "the time is set over the network")
    else:
        cure = "Not needed at a gate, whose registry signs the time; else: sudo timedatectl set-ntp true"
        yield _well("time", "nobody sets the time over the network", cure)


def _device_files(machine: Machine, home: Home, config: Config) -> Iterator[Finding]:
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
            yield _amiss(
                part,
                f"{closed[0]} cannot be opened by {user}",
                f"sudo cp packaging/udev/{RULES} /etc/udev/rules.d/, or: sudo usermod -aG {group} {user}",
            )
    if config.camera_source is None:
        yield _amiss(
            "camera",
            "the settings name no camera",
            'Write camera.source = "v4l2:NAME" with a name from /dev/v4l/by-id into config.toml; codes can be typed',
        )
    elif config.camera_source.kind is CameraKind.V4L2:
        name = config.camera_source.where
        there = [path.name for path in machine.listed("/dev/v4l/by-id/*")]
        is_there = name in there or (name.isdigit() and bool(machine.listed(f"/dev/video{name}")))
        if is_there:
            yield _well("camera", f"the camera {name} is there")
        else:
            yield _amiss(
                "camera", f"the camera {name} is not there", f"Plug it in; there are: {', '.join(there) or 'none'}"
            )
    if not machine.listed(f"/etc/udev/rules.d/{RULES}") and not machine.listed(f"/usr/lib/udev/rules.d/{RULES}"):
        yield _amiss(
            "udev",
            "the rules for the kiosk's devices are not installed",
            f"sudo groupadd -f qaqpa, sudo cp packaging/udev/{RULES} /etc/udev/rules.d/, sudo udevadm control --reload",
        )
    else:
        yield _well("udev", "the rules for the kiosk's devices are installed")


def _group_of(path: Path) -> str:
    try:
        return grp.getgrgid(path.stat().st_gid).gr_name
    except KeyError:
        return "root"


def _sound(machine: Machine, home: Home, config: Config) -> Iterator[Finding]:
    if machine.find("aplay") is None:
        cure = "sudo apt-get install alsa-utils; a gate works without sound"
        yield _amiss("sound", "there is no aplay", cure)
    elif not machine.read("/proc/asound/cards").strip() or "no soundcards" in machine.read("/proc/asound/cards"):
        cure = "Plug in a loudspeaker that the kernel knows; a gate works without sound"
        yield _amiss("sound", "there is no sound card", cure)
    else:
        yield _well("sound", "there is a sound card, and what plays on it")


def _folder(machine: Machine, home: Home, config: Config) -> Iterator[Finding]:
    try:
        warnings = preflight(home)
    except EnvironmentalError as error:
        for sentence in str(error).splitlines():
            yield _bad("folder", sentence, "Do as it says")
        return
    for sentence in warnings:
        yield _amiss("folder", sentence, "Do as it says")
    if home.device is None:
        yield _amiss("folder", f"{home.path} is no kiosk's yet", "qaqpa enrol URL CODE")
    elif not warnings:
        yield _well("folder", f"{home.path} is a kiosk's, and can be written")


def _devices(machine: Machine, home: Home, config: Config) -> Iterator[Finding]:
    devices = noted(home.devices_note)
    if devices is None:
        yield _well("devices", "no kiosk runs here now; one that does is asked for its devices")
        return
    for device in devices:
        is_well = device.state is HealthState.OK
        what = f"{device.state} for {device.since_seconds} s"
        yield _well(str(device.kind), what) if is_well else _amiss(str(device.kind), what, device.advice)


LOOKS: tuple[Look, ...] = (
    _python,
    _packages,
    _machine,
    _decoder,
    _fonts,
    _display,
    _disk,
    _clock,
    _device_files,
    _sound,
    _folder,
    _devices,
)
