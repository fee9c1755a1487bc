"""The counts of both ends at the end of the demo: the kiosk's by its own command, the registry's over HTTP."""

from __future__ import annotations

import http.client
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from urllib.parse import urlencode

from kiosk.errors import EnvironmentalError
from kiosk.store.home import Home
from ui.demo_children import Children

_EXPORT_SECONDS = 60.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """The gate whose visitors are counted."""

    park: int
    gate: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Counts:
    """The two files, as text."""

    kiosk: str
    registry: str

    @property
    def agree(self) -> bool:
        """Whether they are the same, byte for byte."""
        return self.kiosk == self.registry


def kiosk_counts(children: Children, home: Home, first: date, last: date) -> str:
    """The gate's own file, by `qaqpa export`."""
    path = home.path / "kiosk-counts.csv"
    days = ("--from", first.isoformat(), "--to", last.isoformat(), "--by", "hour")
    log = home.path / "export.log"
    child = children.start("export", ("export", *days, "--out", path, "--data", home.path), log)
    if child.wait(_EXPORT_SECONDS) != 0:
        raise child.failure()
    return path.read_text(encoding="utf-8")


def registry_counts(place: Place, port: int, token: str, folder: Path, first: date, last: date) -> str:
    """The registry's file for that gate, as an administrator's program gets it; kept beside the kiosk's."""
    query = urlencode({"from": first.isoformat(), "to": last.isoformat(), "by": "hour", "gate": place.gate})
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request(
            "GET", f"/v1/parks/{place.park}/counts?{query}", headers={"Authorization": f"Bearer {token}"}
        )
        response = connection.getresponse()
        text = response.read().decode("utf-8")
    except (OSError, http.client.HTTPException) as error:
        raise EnvironmentalError(f"The registry gave no counts: {error}") from error
    finally:
        connection.close()
    if response.status != http.HTTPStatus.OK:
        raise EnvironmentalError(f"The registry gave no counts: {response.status} {text}")
    (folder / "registry-counts.csv").write_text(text, encoding="utf-8")
    return text
