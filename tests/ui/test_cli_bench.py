"""bench: every figure is there, measured by a run that is small enough for every day."""

from pathlib import Path

from tests.support.shell import qaqpa


def test_a_bench_names_every_figure_and_leaves_nothing_behind(tmp_path: Path) -> None:
    told = qaqpa(
        "bench", "verdict", "--permits", "2000", "--scans", "100", "--delta", "400", "--peers", tmp_path / "none",
        "--data", tmp_path / "data", "--json",
    )  # fmt: skip
    assert told.code == 0, told.err
    figures = told.record
    assert figures["permits"] == 2000
    assert 45 < figures["replica"]["bytes_per_permit"] < 80  # the few pages that every file has weigh on a small one
    assert figures["replica"]["bytes_per_permit_with_personal"] > 200
    assert figures["lookup"]["known"]["p50_us"] <= figures["lookup"]["known"]["p99_us"]
    scan = figures["scan"]["with_flush"]
    assert scan["verdict"]["p50_to_raw"] > 0
    assert scan["verdict"]["p50_us"] < scan["whole"]["p50_us"]  # the pulse's own entry comes after it
    assert figures["delta"]["with_flush"]["scans_during"]["whole"]["count"] > 0
    assert figures["memory"]["peak_bytes"] > 0
    assert figures["lmdb"] is None
    assert "building a snapshot" in told.err
    assert list((tmp_path / "data").iterdir()) == []


def test_a_bench_that_finds_no_room_says_how_much_it_needs(tmp_path: Path) -> None:
    told = qaqpa("bench", "verdict", "--permits", str(10**12), "--data", tmp_path / "data")
    assert told.code == 3
    assert "MiB free and this takes" in told.err
