"""Counts as files."""

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from kiosk.errors import EnvironmentalError
from kiosk.export import COLUMNS, Completeness, Export, Format, as_csv, as_json, write
from kiosk.rules.statistics import By, CountRow, CountSource, Period
from kiosk.rules.words import Direction

ROW = CountRow(
    park=7,
    gate=2,
    local_date="2026-07-14",
    hour=None,
    category="adults",
    origin=None,
    vehicle_class="bus",
    product=12,
    direction=Direction.ENTRY,
    persons=5,
    visits=4,
    reentries=1,
    estimated=False,
    source=CountSource.SCAN,
)
HEADER = (
    "park,gate,local_date,hour,category,origin,vehicle_class,product,direction,persons,visits,reentries,"
    "estimated,source"
)
EXPORT = Export(
    park=7,
    by=By.DAY,
    period=Period(first=date(2026, 7, 14), last=date(2026, 7, 15)),
    completeness=(Completeness(gate=2, lane=1, until=1_784_055_600), Completeness(gate=3, lane=1, until=None)),
    software="0.1.0",
    rows=(ROW,),
)


def test_the_csv_header_is_the_public_one() -> None:
    assert ",".join(COLUMNS) == HEADER
    assert as_csv([]) == HEADER + "\n"


def test_a_row_is_one_line_with_empty_fields_where_nothing_is_known() -> None:
    assert as_csv([ROW]) == f"{HEADER}\n7,2,2026-07-14,,adults,,bus,12,entry,5,4,1,false,scan\n"


@pytest.mark.parametrize("evil", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_a_text_that_a_spreadsheet_would_run_is_disarmed(evil: str) -> None:
    line = as_csv([replace(ROW, vehicle_class=evil)]).split("\n", 1)[1]
    assert "'" + evil[0] in line


def test_the_json_says_what_it_covers_and_how_complete_it_is() -> None:
    document = json.loads(as_json(EXPORT))
    assert document["period"] == {"from": "2026-07-14", "to": "2026-07-15"}
    assert document["completeness"] == [
        {"gate": 2, "lane": 1, "until": "2026-07-14T19:00:00Z"},
        {"gate": 3, "lane": 1, "until": None},
    ]
    assert (document["rule_version"], document["software"]) == ("1", "0.1.0")
    assert document["rows"][0]["persons"] == 5
    assert list(document["rows"][0]) == list(COLUMNS)


def test_a_file_is_written_whole_with_plain_line_ends(tmp_path: Path) -> None:
    out = tmp_path / "counts.csv"
    write(EXPORT, Format.CSV, out)
    assert out.read_bytes() == as_csv([ROW]).encode()
    assert [path.name for path in tmp_path.iterdir()] == ["counts.csv"]


def test_a_path_that_cannot_be_written_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(EnvironmentalError, match="cannot be written"):
        write(EXPORT, Format.CSV, tmp_path / "file" / "counts.csv")
