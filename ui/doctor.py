"""What this machine lacks to be a kiosk, and how to get it. It looks at everything and changes nothing."""

from __future__ import annotations

import importlib.metadata
import os
import re
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median

import numpy as np
import numpy.typing as npt

from kiosk.config import Config, ConfigError, read_config
from kiosk.devices.engines import installed_engines
from kiosk.devices.process_decoder import ProcessDecoder
from kiosk.errors import EnvironmentalError, QaqpaError
from kiosk.store.home import Home
from kiosk.store.preflight import preflight
from ui import doctor_devices as devices
from ui.assets import FONTS
from ui.findings import Finding, Machine, amiss, bad, well

_PACKAGES = Path(__file__).resolve().parents[1] / "packaging" / "debian-packages.txt"
_FEWEST_PROCESSORS, _LEAST_MEMORY_BYTES = 2, 1_500_000_000
_FLUSHES, _SLOW_FLUSH_MS, _QUICK_FLUSH_MS = 25, 60.0, 0.02
_FORGETFUL = {"tmpfs", "ramfs", "overlay", "squashfs"}
_FAR = {"nfs", "nfs4", "cifs", "fuse.sshfs", "9p"}
_WITHOUT_JOURNAL = {"vfat", "exfat", "msdos"}
KAZAKH = "ӘәҒғҚқҢңӨөҰұҮүҺһІі"


Look = Callable[[Machine, Home, Config], Iterator[Finding]]


def findings(home: Home, machine: Machine | None = None) -> Iterator[Finding]:
    """Everything that was looked at, part after part; what cannot be looked at is a finding too."""
    machine = machine or Machine()
    config = Config()
    try:
        config = read_config(home.config_file)
    except (ConfigError, EnvironmentalError) as error:
        yield bad("settings", str(error), "Correct the settings as it says")
    for look in LOOKS:
        try:
            yield from look(machine, home, config)
        except (QaqpaError, OSError) as error:
            part = look.__name__.strip("_")
            yield amiss(part, f"could not be looked at: {error}", "Say it to the service")


def _python(machine: Machine, home: Home, config: Config) -> Iterator[Finding]:
    version = ".".join(map(str, sys.version_info[:3]))
    yield well("python", f"Python {version}")
    missing = list(_missing_libraries())
    if missing:
        yield bad(
            "libraries",
            f"not installed: {', '.join(missing)}",
            "Run `make install` again",
        )
    else:
        yield well("libraries", "all that the program names are installed")


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
        yield amiss(
            "packages",
            f"Debian's packages are missing: {', '.join(missing)}",
            f"sudo apt-get install --no-install-recommends {' '.join(missing)}",
        )
    else:
        yield well("packages", f"all {len(wanted)} of Debian's packages are installed")


def _machine(machine: Machine, home: Home, config: Config) -> Iterator[Finding]:
    processors = os.cpu_count() or 1
    memory = int(found[1]) * 1024 if (found := re.search(r"MemTotal:\s+(\d+) kB", machine.read("/proc/meminfo"))) else 0
    is_small = processors < _FEWEST_PROCESSORS or 0 < memory < _LEAST_MEMORY_BYTES
    what = f"{processors} processors, {memory / 1e9:.1f} GB of memory"
    if is_small:
        yield amiss("machine", what, "Verdicts may take longer than promised: take one with two processors and 2 GB")
    else:
        yield well("machine", what)


def _decoder(machine: Machine, home: Home, config: Config) -> Iterator[Finding]:
    names = [engine.name for engine in installed_engines()]
    cure = "sudo apt-get install libzbar0, and `make install` again"
    if not names:
        yield bad("decoder", "no engine that reads codes is installed", cure)
        return
    with ProcessDecoder() as decoder:
        begun = time.monotonic()
        decoder.read(_blank())
        started = (time.monotonic() - begun) * 1000
        begins = bool(decoder.engines)
    if not begins:
        yield bad("decoder", "its process does not begin", "Look into the log")
    elif len(names) < 2:
        yield amiss("decoder", f"only {names[0]} reads codes", cure)
    else:
        yield well("decoder", f"{' and '.join(names)} read codes, ready in {started:.0f} ms")


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
        yield bad("fonts", what, "Install the program again: its files are damaged")
    else:
        yield well("fonts", f"{len(files)} fonts with all Kazakh letters")


def _display(machine: Machine, home: Home, config: Config) -> Iterator[Finding]:
    trouble = machine.display()
    if trouble:
        yield amiss("display", trouble, "A gate needs a screen: see docs/DEVICES.md")
    else:
        yield well("display", "a window can be opened")
    has_gpu = bool(machine.listed("/dev/dri/renderD*"))
    drawn = "a graphics processor is there and not used" if has_gpu else "no graphics processor is needed"
    yield well("drawing", f"the screen is drawn in software; {drawn}")


def _disk(machine: Machine, home: Home, config: Config) -> Iterator[Finding]:
    folder = next(path for path in (home.kiosk, *home.kiosk.parents) if path.is_dir())
    kind = _file_system(machine, folder)
    if kind in _FORGETFUL | _FAR | _WITHOUT_JOURNAL:
        why = "forgets all at a power cut" if kind in _FORGETFUL else "may lose what was said to be written"
        say = amiss if kind == "overlay" else bad
        cure = "Keep the data folder (--data) on an ext4 of this machine's own disk"
        yield say("disk", f"{folder} lies on {kind}, which {why}", cure)
    taken = _flush_milliseconds(folder)
    figure = f"a flush of {folder} takes {taken:.2f} ms"
    if taken > _SLOW_FLUSH_MS:
        yield amiss("flush", figure, "Every verdict waits for it: take an SSD, not a card")
    elif taken < _QUICK_FLUSH_MS:
        cure = "No disk is so quick: what says that it is written is perhaps not. Take a disk that flushes"
        yield amiss("flush", figure, cure)
    else:
        yield well("flush", figure)


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
        yield amiss("clock", "this machine has no clock of its own", cure)
    told = machine.answer(["timedatectl", "show", "--property=NTPSynchronized", "--value"])
    is_set = (told or "").strip() == "yes" or bool(machine.listed("/run/systemd/timesync/synchronized"))
    if is_set:
        yield well("time", "the time is set over the network")
    else:
        cure = "Not needed at a gate, whose registry signs the time; else: sudo timedatectl set-ntp true"
        yield well("time", "nobody sets the time over the network", cure)


def _folder(machine: Machine, home: Home, config: Config) -> Iterator[Finding]:
    try:
        warnings = preflight(home)
    except EnvironmentalError as error:
        for sentence in str(error).splitlines():
            yield bad("folder", sentence, "Do as it says")
        return
    for sentence in warnings:
        yield amiss("folder", sentence, "Do as it says")
    if home.device is None:
        yield amiss("folder", f"{home.path} is no kiosk's yet", "qaqpa enrol URL CODE")
    elif not warnings:
        yield well("folder", f"{home.path} is a kiosk's, and can be written")


LOOKS: tuple[Look, ...] = (
    _python,
    _packages,
    _machine,
    _decoder,
    _fonts,
    _display,
    _disk,
    _clock,
    devices.device_files,
    devices.udev_rules,
    devices.camera,
    devices.scanner,
    devices.sound,
    _folder,
    devices.running_devices,
)
