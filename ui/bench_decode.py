"""How many codes are read, and what that takes of a processor: our cascade beside each engine alone, in one run.

Photographs come from a folder with a `manifest.jsonl` that says what each holds; a hand before a camera is drawn. A
text is exact when it is the photograph's own to the letter, line ends and blanks at its ends aside. Any other is wrong,
unless zxing-cpp and zbar both read it: then the list is mistaken, or has one of several codes, and the file is named.
"""

from __future__ import annotations

import json
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from statistics import mean, median
from typing import Any

from kiosk.devices.decoder import CascadeDecoder, luma_of, soft_double
from kiosk.devices.engines import Engine, ZbarEngine, ZxingEngine
from kiosk.devices.frames import Image, read_picture
from kiosk.devices.generator import Scene, render_scene
from kiosk.errors import EnvironmentalError, UsageError

MANIFEST = "manifest.jsonl"
_ROW = '{"file": "a.png", "text": "what its code says"}'
# A code of a ticket's length, as a phone shows it; light that makes zxing-cpp alone read some and miss some.
LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
DRAWN = {
    3: Scene(texts=(), pixels_per_module=3.0, blur=1.0, noise=12.0),
    4: Scene(texts=(), pixels_per_module=4.0, blur=1.4, noise=12.0),
}
_SETTINGS = ("blur", "noise", "tilt_degrees", "brightness", "glare")
_STILL = 6
"""Which frame of a scene is looked at: the phone has come in and is held, as still as hands are."""
_PEER = Path(__file__).with_name("bench_peer_opencv.py")


@dataclass(frozen=True, kw_only=True, slots=True)
class Photograph:
    """A picture and the text of its code; None where there is none."""

    path: Path
    text: str | None


@dataclass(slots=True)
class Score:
    """What one reader made of pictures."""

    codes: int = 0
    exact: int = 0
    wrong: list[str] = field(default_factory=list)
    """The pictures of which a text was read that they do not hold."""
    without_code: int = 0
    read_without_code: int = 0
    milliseconds: list[float] = field(default_factory=list)

    def take(
        self,
        expected: str | None,
        texts: Sequence[str],
        milliseconds: float,
        *,
        name: str = "",
        agreed: frozenset[str] = frozenset(),
    ) -> None:
        """Count one picture of this name, of which two libraries agreed on these texts."""
        found = {_plain(text) for text in texts}
        self.milliseconds.append(milliseconds)
        if expected is None:
            self.without_code += 1
            self.read_without_code += bool(found)
            return
        self.codes += 1
        self.exact += _plain(expected) in found
        if found - {_plain(expected)} - agreed:
            self.wrong.append(name)

    def report(self) -> dict[str, Any]:
        """The counts, and milliseconds of a processor a picture."""
        taken = sorted(self.milliseconds)
        return {
            "codes": self.codes,
            "exact": self.exact,
            "share": round(self.exact / max(1, self.codes), 4),
            "wrong": len(self.wrong),
            "wrong_files": self.wrong,
            "without_code": self.without_code,
            "read_without_code": self.read_without_code,
            "median_ms": round(median(taken), 2),
            "p95_ms": round(taken[int(len(taken) * 0.95)], 2),
        }


Reader = Callable[[Image], Sequence[str]]


class DecodeBench:
    """One run over photographs, drawn hands and empty frames; each picture is read by all, one after the other."""

    def __init__(self, corpus: Path | None, drawn: int, peer: Path | None, tell: Callable[[str], None]) -> None:
        self._photographs = read_manifest(corpus) if corpus is not None else []
        self._drawn, self._peer, self._tell = drawn, peer, tell

    def run(self) -> dict[str, Any]:
        """All figures; `photographs` only where there is a corpus, `opencv` only where the peers are installed."""
        figures: dict[str, Any] = {}
        if self._photographs:
            figures["photographs"] = self._read_photographs()
        figures["drawn"] = {f"{pixels} px": self._read_drawn(scene) for pixels, scene in DRAWN.items()}
        figures["empty"] = self._read_empty()
        return figures

    def _read_photographs(self) -> dict[str, Any]:
        self._tell(f"reading {len(self._photographs)} photographs")
        readers: dict[str, Callable[[], Reader]] = {
            "cascade": lambda: CascadeDecoder(thorough=True).read,
            "pyzbar": lambda: _alone(ZbarEngine()),
            "zxing": lambda: _alone(ZxingEngine()),
        }
        scores = {name: Score() for name in readers}
        in_agreement = []
        for place, photograph in enumerate(self._photographs):
            image = read_picture(photograph.path)
            read = {name: _timed(make(), image) for name, make in readers.items()}
            agreed = _agreed(image)
            in_agreement.append(agreed)
            for name, (texts, milliseconds) in read.items():
                scores[name].take(photograph.text, texts, milliseconds, name=photograph.path.name, agreed=agreed)
            if place % 20 == 19:
                self._tell(f"  {place + 1} of {len(self._photographs)}")
        otherwise = [
            photograph.path.name
            for photograph, agreed in zip(self._photographs, in_agreement, strict=True)
            if agreed - {_plain(photograph.text or "")}
        ]
        reports: dict[str, Any] = {name: score.report() for name, score in scores.items()}
        return reports | {"opencv": self._read_by_opencv(in_agreement), "listed_otherwise": otherwise}

    def _read_by_opencv(self, in_agreement: Sequence[frozenset[str]]) -> dict[str, Any] | None:
        if self._peer is None:
            return None
        self._tell("the same photographs by OpenCV's own detector")
        paths = "\n".join(str(photograph.path.resolve()) for photograph in self._photographs)
        ended = subprocess.run([self._peer, _PEER], input=paths, capture_output=True, text=True, check=False)
        if ended.returncode:
            raise EnvironmentalError(f"OpenCV could not be measured: {ended.stderr.strip().splitlines()[-1:]}")
        score, version = Score(), ""
        lines = ended.stdout.splitlines()
        for photograph, agreed, line in zip(self._photographs, in_agreement, lines, strict=True):
            told = json.loads(line)
            name, taken = photograph.path.name, told["milliseconds"]
            score.take(photograph.text, told["texts"], taken, name=name, agreed=agreed)
            version = told["version"]
        return score.report() | {"version": version}

    def _read_drawn(self, scene: Scene) -> dict[str, Any]:
        """Hands that hold a phone, one frame of each; the cascade is one camera's, frame after frame."""
        self._tell(f"reading {self._drawn} drawn phones at {scene.pixels_per_module:g} px a module")
        readers: dict[str, Reader] = {
            "cascade": CascadeDecoder(clock=lambda: 0.0).read,
            "pyzbar": _alone(ZbarEngine()),
            "zxing": _alone(ZxingEngine(), hard=False),
        }
        scores = {name: Score() for name in readers}
        for text, image in _phones(scene, self._drawn):
            for name, reader in readers.items():
                scores[name].take(text, *_timed(reader, image))
        reports: dict[str, Any] = {name: score.report() for name, score in scores.items()}
        missed = {name: score.codes - score.exact for name, score in scores.items()}
        return reports | {
            "misses_to_zxing": round(missed["cascade"] / max(1, missed["zxing"]), 3),
            "pyzbar_to_cascade": round(scores["pyzbar"].exact / max(1, scores["cascade"].exact), 3),
            "settings": {name: getattr(scene, name) for name in _SETTINGS},
        }

    def _read_empty(self) -> dict[str, Any]:
        """Frames of a gate before which nobody shows a code: most of what a camera ever sees."""
        self._tell("looking at empty frames")
        decoder = CascadeDecoder()
        scenes = [Scene(texts=(), frames=16, gap=4, seed=seed) for seed in range(6)]
        taken = sorted(_timed(decoder.read, image)[1] for scene in scenes for image in render_scene(scene))
        return {
            "frames": len(taken),
            "mean_ms": round(mean(taken), 2),
            "p95_ms": round(taken[len(taken) * 95 // 100], 2),
        }


def read_manifest(corpus: Path) -> list[Photograph]:
    """The photographs of a folder; UsageError says what is wrong with its list."""
    path = corpus / MANIFEST
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise EnvironmentalError(
            f"{path} cannot be read ({error.strerror}): a corpus is a folder of pictures and a {MANIFEST} with a line "
            f"for each: {_ROW}, or null where it has no code"
        ) from error
    found = []
    for number, line in enumerate(lines, start=1):
        try:
            row = json.loads(line)
            found.append(Photograph(path=corpus / str(row["file"]), text=row["text"]))
        except (ValueError, KeyError, TypeError) as error:
            raise UsageError(f'{path}, line {number}, is not of the form {{"file": "a.png", "text": "…"}}') from error
    if not found:
        raise UsageError(f"{path} lists no picture")
    return found


def _phones(scene: Scene, count: int) -> Iterator[tuple[str, Image]]:
    for seed in range(count):
        text = "KP1:" + "".join(LETTERS[(seed * 31 + place * place * 7 + place) % len(LETTERS)] for place in range(236))
        frames = render_scene(replace(scene, texts=(text,), frames=12, gap=0, seed=seed))
        yield text, next(frame for number, frame in enumerate(frames) if number == _STILL)


def _agreed(image: Image) -> frozenset[str]:
    """The texts that two libraries, which share no code, both read: of the picture, or of it enlarged and softened."""
    agreed: set[str] = set()
    luma, engines = luma_of(image), (ZxingEngine(), ZbarEngine())
    for look in () if luma is None else (luma, soft_double(luma)):
        one, other = ({_plain(text) for text in engine.scan(look, hard=True).texts} for engine in engines)
        agreed |= one & other
    return frozenset(agreed)


def _alone(engine: Engine, *, hard: bool = True) -> Reader:
    def read(image: Image) -> Sequence[str]:
        luma = luma_of(image)
        return engine.scan(luma, hard=hard).texts if luma is not None else ()

    return read


def _timed(reader: Reader, image: Image) -> tuple[Sequence[str], float]:
    """What it reads, and the milliseconds that all threads of this process took for it."""
    begun = time.process_time()
    texts = reader(image)
    return texts, (time.process_time() - begun) * 1000


def _plain(text: str) -> str:
    return text.replace("\r\n", "\n").strip()
