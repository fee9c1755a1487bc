"""Visitor counts as files: CSV and JSON. Everything here is an aggregate; no ticket, permit or entry id gets in."""

from __future__ import annotations

import csv
import io
import json
import os
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from kiosk.errors import EnvironmentalError
from kiosk.rules.events import EventRow
from kiosk.rules.statistics import RULE_VERSION, By, CountRow, Period

COLUMNS = tuple(field.name for field in fields(CountRow))
EVENT_COLUMNS = tuple(field.name for field in fields(EventRow))

# A spreadsheet runs a cell that begins so as a formula (OWASP, CSV injection).
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")


class Format(StrEnum):
    """The forms in which counts can be written."""

    CSV = "csv"
    JSON = "json"


class Table(StrEnum):
    """Which of the tables a CSV file holds: the counts have a header that others read, so the events have their own."""

    COUNTS = "counts"
    EVENTS = "events"


@dataclass(frozen=True, kw_only=True, slots=True)
class Completeness:
    """From and up to when the entries of one kiosk are in the counts; until is None where nothing of it is there.

    `since` is None where nothing was let go or lost: then they are there from the first.
    """

    gate: int
    lane: int
    until: int | None
    since: int | None = None
    is_missed: bool = False
    """Whether another kiosk stands in its place, and what it did not send is still on its disk."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Export:
    """Counts with what a reader must know to trust them."""

    park: int
    by: By
    period: Period
    completeness: tuple[Completeness, ...]
    software: str
    rows: tuple[CountRow, ...]
    events: tuple[EventRow, ...] = ()


def as_csv(rows: Sequence[CountRow | EventRow], columns: Sequence[str] = COLUMNS) -> str:
    """The rows under the public header of their table; equal rows are equal bytes."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    for row in rows:
        writer.writerow([_cell(getattr(row, name)) for name in columns])
    return text.getvalue()


def as_json_object(export: Export) -> dict[str, Any]:
    """The export as one JSON object: what it covers, how far it is complete, and the rows."""
    return {
        "park": export.park,
        "by": export.by.value,
        "period": {"from": export.period.first.isoformat(), "to": export.period.last.isoformat()},
        "completeness": [
            {"gate": item.gate, "lane": item.lane, "until": None if item.until is None else iso(item.until)}
            | ({} if item.since is None else {"since": iso(item.since)})
            | ({"missed": True} if item.is_missed else {})
            for item in export.completeness
        ],
        "rule_version": RULE_VERSION,
        "software": export.software,
        "rows": [{name: getattr(row, name) for name in COLUMNS} for row in export.rows],
        "events": [{name: getattr(row, name) for name in EVENT_COLUMNS} for row in export.events],
    }


def as_json(export: Export) -> str:
    """The same object as the text of a file."""
    return json.dumps(as_json_object(export), ensure_ascii=False, indent=1) + "\n"


def render(export: Export, form: Format, table: Table = Table.COUNTS) -> str:
    """The export in one of the forms; a CSV file holds one table of it."""
    match form:
        case Format.CSV if table is Table.EVENTS:
            return as_csv(export.events, EVENT_COLUMNS)
        case Format.CSV:
            return as_csv(export.rows)
        case Format.JSON:
            return as_json(export)


def write(export: Export, form: Format, path: Path, table: Table = Table.COUNTS) -> None:
    """Leave the whole file at the path, or what was there before: never half of it."""
    try:
        with tempfile.NamedTemporaryFile(
            "w", encoding="utf-8", newline="", dir=path.parent, prefix=f".{path.name}.", delete=False
        ) as file:
            beside = Path(file.name)
            try:
                file.write(render(export, form, table))
                file.flush()
                os.fsync(file.fileno())
                beside.chmod(0o644)
                beside.replace(path)
            except BaseException:
                beside.unlink(missing_ok=True)
                raise
    except OSError as error:
        raise EnvironmentalError(f"{path} cannot be written: {error.strerror}") from error


def iso(at: int) -> str:
    """A Unix second as ISO 8601 in UTC, with the letter Z."""
    return datetime.fromtimestamp(at, tz=UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _cell(value: object) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case str() if value.startswith(_FORMULA_STARTS):
            return f"'{value}"
        case _:
            return str(value)
