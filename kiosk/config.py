"""The settings of one device, DIR/config.toml: a wrong or unknown one is a sentence with its line, never a guess."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

from kiosk.body_config import BODY_SETTINGS, BodyConfig
from kiosk.errors import EnvironmentalError, UsageError
from kiosk.setting_values import WrongValueError, flag, one_of, whole
from kiosk.wiring import WIRING_SETTINGS, BarrierKind, Wiring, check

LANGUAGES = ("kk", "ru", "en")
LONGEST_PULSE_MILLISECONDS = 60_000
LONGEST_PAPER_MINUTES = 1440
LONGEST_LOCK_SECONDS = 3600
BAUDS = (1200, 2400, 4800, 9600, 19_200, 38_400, 57_600, 115_200)


class ConfigError(UsageError):
    """A setting is wrong or unknown; the text names the file, the line and what may stand there."""


class CameraKind(StrEnum):
    """Where frames come from."""

    V4L2 = "v4l2"
    VIDEO = "video"
    FOLDER = "folder"
    GENERATOR = "generator"


@dataclass(frozen=True, kw_only=True, slots=True)
class CameraSource:
    """A kind of camera, with the device name or path it needs; the generator needs none."""

    kind: CameraKind
    where: str = ""

    def __str__(self) -> str:
        return f"{self.kind}:{self.where}" if self.where else str(self.kind)


class ScannerKind(StrEnum):
    """By what way a hardware scanner's texts come."""

    SERIAL = "serial"
    EVDEV = "evdev"
    WEDGE = "wedge"


@dataclass(frozen=True, kw_only=True, slots=True)
class ScannerSource:
    """A kind of scanner, with the name or path of its device; the wedge types before whatever window there is."""

    kind: ScannerKind
    where: str = ""

    def __str__(self) -> str:
        return f"{self.kind}:{self.where}" if self.where else str(self.kind)


@dataclass(frozen=True, kw_only=True, slots=True)
class Config(BodyConfig):
    """The settings, each with the default of a device nobody has configured; no camera still takes typed codes."""

    camera_source: CameraSource | None = None
    scanner_source: ScannerSource | None = None
    scanner_baud: int = 9600
    barrier: BarrierKind = BarrierKind.SIMULATED
    barrier_pulse_milliseconds: int = 1000
    wiring: Wiring = field(default_factory=Wiring)
    """What else is set of the barrier."""
    screen_fullscreen: bool = True
    screen_lock_seconds: int = 60
    registry_url: str | None = None
    registry_stick: Path | None = None
    paper_folder: Path | None = None
    paper_minutes: int = 5
    path: Path | None = field(default=None, compare=False)


def read_config(path: Path) -> Config:
    """The settings in this file; the defaults where there is no file."""
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return Config()
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path} is not UTF-8 text: save it as UTF-8") from error
    except OSError as error:
        raise EnvironmentalError(f"{path} cannot be read: {error.strerror}") from error
    return parse_config(text, path)


def parse_config(text: str, path: Path) -> Config:
    """The settings in this text, which stands in this file."""
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{path} is not TOML: {error}") from error
    found: dict[str, object] = {}
    wired: dict[str, Any] = {}
    for name, value in _flat(raw):
        if name not in _SETTINGS:
            raise ConfigError(
                f"{path}, line {_line_of(name, text)}: there is no setting {name!r}; there are {', '.join(_SETTINGS)}"
            )
        field_name, read = _SETTINGS[name]
        try:
            (wired if name.removeprefix("barrier.") in WIRING_SETTINGS else found)[field_name] = read(value)
        except WrongValueError as error:
            raise ConfigError(f"{path}, line {_line_of(name, text)}: {name} must be {error}, not {value!r}") from None
    config = Config(path=path, wiring=Wiring(**wired), **found)  # type: ignore[arg-type]
    try:
        check(config.barrier, config.wiring)
    except WrongValueError as error:
        named = re.search(r"barrier\.[a-z_]+", str(error))
        raise ConfigError(f"{path}, line {_line_of(named[0] if named else 'barrier', text)}: {error}") from None
    return config


def parse_camera_source(text: str) -> CameraSource:
    """The camera source as it is written in the file and on the command line; UsageError says what may stand there."""
    try:
        return _camera(text)
    except WrongValueError as error:
        raise UsageError(f"A camera source must be {error}, not {text!r}") from None


def _flat(table: Mapping[str, object], before: str = "") -> list[tuple[str, object]]:
    found: list[tuple[str, object]] = []
    for name, value in table.items():
        found += _flat(value, f"{before}{name}.") if isinstance(value, dict) else [(before + name, value)]
    return found


def _line_of(name: str, text: str) -> int:
    """The line a setting stands on: tomllib does not tell, so tables and keys are followed as they are written."""
    table = ""
    for number, line in enumerate(text.splitlines(), start=1):
        if heading := re.match(r"\s*\[+\s*([^\]]+?)\s*\]", line):
            table = _bare(heading[1]) + "."
        elif key := re.match(r"\s*([^=#]+?)\s*=", line):
            written = table + _bare(key[1])
            if name == written or name.startswith(written + "."):
                return number
    return 1


def _bare(key: str) -> str:
    return ".".join(part.strip().strip("\"'") for part in key.split("."))


def _camera(value: object) -> CameraSource:
    expected = '"v4l2:NAME" (from /dev/v4l/by-id), "video:FILE", "folder:PATH" or "generator"'
    kind, colon, where = value.partition(":") if isinstance(value, str) else ("", "", "")
    if kind not in tuple(CameraKind):
        raise WrongValueError(expected)
    needs_place = CameraKind(kind) is not CameraKind.GENERATOR
    if bool(colon) is not needs_place or bool(where) is not needs_place:
        raise WrongValueError(expected)
    return CameraSource(kind=CameraKind(kind), where=where)


def _scanner(value: object) -> ScannerSource:
    expected = '"serial:NAME" (from /dev/serial/by-id), "evdev:NAME" (from /dev/input/by-id) or "wedge"'
    kind, colon, where = value.partition(":") if isinstance(value, str) else ("", "", "")
    if kind not in tuple(ScannerKind):
        raise WrongValueError(expected)
    needs_place = ScannerKind(kind) is not ScannerKind.WEDGE
    is_name = "/" not in where or where.startswith("/")
    if bool(colon) is not needs_place or bool(where) is not needs_place or not is_name:
        raise WrongValueError(expected)
    return ScannerSource(kind=ScannerKind(kind), where=where)


def _baud(value: object) -> int:
    if type(value) is not int or value not in BAUDS:
        raise WrongValueError(f"one of {', '.join(map(str, BAUDS))}")
    return value


def _barrier(value: object) -> BarrierKind:
    return BarrierKind(one_of(*BarrierKind)(value))


def _folder(value: object) -> Path:
    if not isinstance(value, str) or not value.startswith("/"):
        raise WrongValueError('a whole path such as "/media/stick"')
    return Path(value)


def _url(value: object) -> str:
    if not isinstance(value, str) or not re.match(r"https?://[^\s/]+", value):
        raise WrongValueError('an address such as "https://registry.example"')
    return value


_SETTINGS: dict[str, tuple[str, Callable[[object], object]]] = {
    "camera.source": ("camera_source", _camera),
    "scanner.source": ("scanner_source", _scanner),
    "scanner.baud": ("scanner_baud", _baud),
    "barrier.kind": ("barrier", _barrier),
    "barrier.pulse_milliseconds": ("barrier_pulse_milliseconds", whole(1, LONGEST_PULSE_MILLISECONDS, "milliseconds")),
    "screen.fullscreen": ("screen_fullscreen", flag),
    "screen.lock_seconds": ("screen_lock_seconds", whole(10, LONGEST_LOCK_SECONDS, "seconds")),
    "registry.url": ("registry_url", _url),
    "registry.stick": ("registry_stick", _folder),
    "paper.folder": ("paper_folder", _folder),
    "paper.minutes": ("paper_minutes", whole(1, LONGEST_PAPER_MINUTES, "minutes")),
    **BODY_SETTINGS,
    **{f"barrier.{name}": (name, read) for name, read in WIRING_SETTINGS.items()},
}
