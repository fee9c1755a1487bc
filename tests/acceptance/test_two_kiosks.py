"""One park, one registry, two kiosks, each a process of its own: a gate decides alone, and they agree later."""

import csv
import io
import shutil
import subprocess
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any, TypeVar

import cv2
import pytest

from kiosk.clock import machine_seconds
from kiosk.devices.frames import read_picture
from kiosk.devices.generator import photograph
from kiosk.rules.policy import DAY_SECONDS
from tests.support.processes import RegistryProcess, served
from tests.support.shell import Finished, qaqpa
from ui.words import local

Result = TypeVar("Result")

PARK = 7
OFFSET_MINUTES = 300
PIN = {"QAQPA_PIN": "135790"}
A_DAY_MUST_LAST_SECONDS = 150


@dataclass
class Park:
    """The registry and its two kiosks, and what an office and the visitors do."""

    folder: Path
    registry: RegistryProcess
    today: date

    @property
    def books(self) -> Path:
        """The registry's data folder."""
        return self.folder / "registry"

    def sell(self, name: str, *heads: str) -> Path:
        """A ticket on paper, bought for today: the page a printer would print, as a picture."""
        page = self.folder / f"{name}.pdf"
        day = self.today.isoformat()
        what = ("--park", str(PARK), "--product", "1", "--from", day, "--to", day, "--out", page)
        _done(qaqpa("registry", "issue", *what, *heads, "--data", self.books))
        picture = page.with_suffix("")
        subprocess.run(["pdftoppm", "-r", "150", "-png", "-singlefile", page, picture], check=True)
        return picture.with_suffix(".png")

    def kiosk(self, name: str, gate: int, direction: str) -> Path:
        """A machine that was made the kiosk of lane 1 of a gate, and has all that the registry knew then."""
        data = self.folder / name
        place = ("--park", str(PARK), "--gate", str(gate), "--lane", "1", "--direction", direction)
        code = _done(qaqpa("registry", "enrol", *place, "--data", self.books, "--json")).record["code"]
        _done(qaqpa("enrol", self.registry.url, code, "--data", data, env=PIN))
        sync(data)
        return data

    def csv(self, data: Path, *options: str) -> bytes:
        """The counts around today, as a file."""
        out = self.folder / f"{'-'.join((data.name, *options)).replace('--', '')}.csv"
        days = ("--from", str(self.today - timedelta(1)), "--to", str(self.today + timedelta(1)), "--by", "hour")
        words = ("registry", "export", "--park", str(PARK)) if data == self.books else ("export",)
        _done(qaqpa(*words, *days, *options, "--out", out, "--data", data))
        return out.read_bytes()


@pytest.fixture
def park(tmp_path: Path) -> Any:
    if shutil.which("pdftoppm") is None:
        pytest.fail("pdftoppm is missing: apt-get install poppler-utils")
    _wait_past_midnight()
    books = tmp_path / "registry"
    _done(qaqpa("registry", "init", "--demo", "--data", books))
    with served(books) as registry:
        yield Park(folder=tmp_path, registry=registry, today=local(machine_seconds(), OFFSET_MINUTES).date())


def shown(page: Path, seed: int) -> Path:
    """The printed page as a gate's camera sees it in a visitor's hand."""
    photo = page.with_name(f"{page.stem}-seen-{seed}.jpg")
    cv2.imwrite(str(photo), photograph(read_picture(page), seed=seed))
    return photo


def scan(data: Path, *arguments: str | Path) -> dict[str, Any]:
    """What the kiosk answers."""
    return qaqpa("scan", *arguments, "--data", data, "--json").record


def sync(data: Path) -> dict[str, Any]:
    """One cycle that went well."""
    return _done(qaqpa("sync", "--once", "--data", data, "--json")).record


def verify(data: Path) -> None:
    """The journal's chain holds from its first entry to its last."""
    _done(qaqpa("journal", "verify", "--data", data))


def both(one: Callable[[], Result], other: Callable[[], Result]) -> tuple[Result, Result]:
    """What two commands give that have nothing to do with each other and may run side by side."""
    with ThreadPoolExecutor(max_workers=2) as pool:
        first, second = pool.submit(one), pool.submit(other)
        return first.result(), second.result()


def gist(decision: dict[str, Any]) -> tuple[str, str, int]:
    """The three words of a decision a barrier goes by."""
    return decision["outcome"], decision["reason"], decision["admitted_now"]


def figures(file: bytes, direction: str = "entry") -> dict[str, int]:
    """Sums over all rows of one direction."""
    rows = [row for row in csv.DictReader(io.StringIO(file.decode())) if row["direction"] == direction]
    return {name: sum(int(row[name]) for row in rows) for name in ("persons", "visits", "reentries")}


def test_two_gates_decide_alone_and_agree_when_the_registry_is_back(park: Park) -> None:
    family, couple = both(
        lambda: park.sell("family", "--adults", "2", "--children", "1"), lambda: park.sell("couple", "--adults", "2")
    )
    a, b = both(lambda: park.kiosk("a", 1, "entry"), lambda: park.kiosk("b", 2, "both"))
    late = park.sell("late", "--adults", "4")  # sold after the last contact of both

    first = scan(a, shown(family, 1))
    assert gist(first) == ("admitted", "ok", 3)

    park.registry.kill()

    assert gist(scan(b, shown(late, 2))) == ("admitted", "unlisted", 4)

    copy = scan(a, shown(family, 3))
    assert gist(copy) == ("refused", "already_used", 0)
    assert copy["first_use"] == {"at": first["decided_at"], "gate": 1, "lane": 1}

    # the couple's ticket at one gate and its copy at the other: neither can know of the other
    assert gist(scan(a, shown(couple, 4))) == ("admitted", "ok", 2)
    assert gist(scan(b, shown(couple, 5))) == ("admitted", "ok", 2)
    assert qaqpa("sync", "--once", "--data", b).code == 3

    park.registry.start()
    sync(a)
    sync(b)

    there = scan(b, shown(family, 6))
    assert gist(there) == ("refused", "already_used", 0)
    assert there["first_use"] == {"at": first["decided_at"], "gate": 1, "lane": 1}

    # the family leaves by the other gate and comes back through it
    assert gist(scan(b, shown(family, 7), "--direction", "exit")) == ("admitted", "exit", 3)
    assert gist(scan(b, shown(family, 8))) == ("admitted", "welcome_back", 3)
    sync(b)

    of_a, of_b = both(lambda: park.csv(a), lambda: park.csv(b))
    held_of_a, held_of_b = both(
        lambda: park.csv(park.books, "--gate", "1"), lambda: park.csv(park.books, "--gate", "2")
    )
    assert (of_a, of_b) == (held_of_a, held_of_b)
    assert figures(of_a) == {"persons": 5, "visits": 5, "reentries": 0}
    assert figures(of_b) == {"persons": 9, "visits": 6, "reentries": 3}
    # persons are the sum of both gates; the family and the couple used both gates and are one visit each
    whole = park.csv(park.books)
    assert figures(whole) == {"persons": 14, "visits": 9, "reentries": 5}
    assert figures(whole, "exit")["persons"] == 3
    both(lambda: verify(a), lambda: verify(b))


def _done(finished: Finished) -> Finished:
    assert finished.code == 0, finished.err
    return finished


def _wait_past_midnight() -> None:
    """A copy is a copy on one day: a test that begins just before the park's midnight waits until it is over."""
    left = DAY_SECONDS - (machine_seconds() + OFFSET_MINUTES * 60) % DAY_SECONDS
    if left < A_DAY_MUST_LAST_SECONDS:
        time.sleep(left + 1)
