"""The two libraries that read QR codes, behind one shape. A native library's complaint about a picture stays here."""

from __future__ import annotations

import importlib
import logging
from dataclasses import dataclass
from types import ModuleType
from typing import Any, Protocol, TypeAlias

import numpy as np
import numpy.typing as npt

Luma: TypeAlias = npt.NDArray[np.uint8]
"""Height × width, brightness only."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True, slots=True)
class Box:
    """Where a symbol was located, in pixels of the scanned picture."""

    left: int
    top: int
    right: int
    bottom: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Reading:
    """What one look of one engine found."""

    texts: tuple[str, ...] = ()
    decoded: tuple[Box, ...] = ()
    """Where the texts stand, as far as the engine tells."""
    undecoded: tuple[Box, ...] = ()


class Engine(Protocol):
    """One library that reads QR codes from a brightness plane and never raises."""

    name: str
    locates: bool
    """Whether it tells where a symbol is that it could not decode, and reads light codes on dark."""

    def scan(self, luma: Luma, *, hard: bool) -> Reading:
        """Look once; with `hard` spend more time on it."""
        ...


class ZxingEngine:
    """zxing-cpp: QR codes of model 2 only, because plain `QRCode` also returns Micro QR and rMQR."""

    name = "zxing-cpp"
    locates = True

    def __init__(self) -> None:
        self._zxing: ModuleType = importlib.import_module("zxingcpp")

    def scan(self, luma: Luma, *, hard: bool) -> Reading:
        """Read what is in view; `hard` also tries harder where time allows."""
        zxing = self._zxing
        binarizers = [zxing.Binarizer.LocalAverage]
        if hard:
            binarizers.append(zxing.Binarizer.GlobalHistogram)
        reading = Reading()
        for binarizer in binarizers:
            reading = self._scan(luma, binarizer, rotate=hard)
            if reading.texts:
                break
        return reading

    def _scan(self, luma: Luma, binarizer: object, *, rotate: bool) -> Reading:
        zxing = self._zxing
        try:
            symbols = zxing.read_barcodes(
                luma,
                formats=zxing.BarcodeFormat.QRCodeModel2,
                try_rotate=rotate,
                return_errors=True,
                text_mode=zxing.TextMode.Plain,
                binarizer=binarizer,
            )
            texts = tuple(_text(symbol.bytes, symbol.text) for symbol in symbols if symbol.valid)
            decoded = tuple(_box(symbol.position) for symbol in symbols if symbol.valid)
            undecoded = tuple(_box(symbol.position) for symbol in symbols if not symbol.valid)
        except Exception as error:  # noqa: BLE001  whatever a native library says of a picture, the gate goes on
            _log.warning("zxing-cpp gave up on a frame: %s", type(error).__name__)
            return Reading()
        return Reading(texts=tuple(text for text in texts if text), decoded=decoded, undecoded=undecoded)


class ZbarEngine:
    """zbar through pyzbar: QR only, which is three times as quick as all symbologies."""

    name = "zbar"
    locates = False

    def __init__(self) -> None:
        self._pyzbar: ModuleType = importlib.import_module("pyzbar.pyzbar")

    def scan(self, luma: Luma, *, hard: bool) -> Reading:
        """Read what is in view; zbar has one way of looking, whether `hard` or not."""
        try:
            symbols = self._pyzbar.decode(luma, symbols=[self._pyzbar.ZBarSymbol.QRCODE])
            texts = tuple(_text(symbol.data, "") for symbol in symbols)
        except Exception as error:  # noqa: BLE001  pyzbar raises ValueError on a structured-append symbol
            _log.warning("zbar gave up on a frame: %s", type(error).__name__)
            return Reading()
        return Reading(texts=tuple(text for text in texts if text))


def installed_engines() -> tuple[Engine, ...]:
    """Return the engines whose libraries this machine has, the better one first."""
    engines: list[Engine] = []
    for make in (ZxingEngine, ZbarEngine):
        try:
            engines.append(make())
        except ImportError as error:
            _log.info("%s is not installed: %s", make.name, error)
    return tuple(engines)


def _text(data: bytes, guess: str) -> str:
    """Decode as UTF-8 (a ticket is plain ASCII), else take the engine's guess of a charset, else mark what is lost."""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return guess or data.decode("utf-8", errors="replace")


def _box(position: Any) -> Box:
    corners = (position.top_left, position.top_right, position.bottom_right, position.bottom_left)
    across = [int(corner.x) for corner in corners]
    down = [int(corner.y) for corner in corners]
    return Box(left=min(across), top=min(down), right=max(across), bottom=max(down))
