"""bench: every figure is there, measured by a run that is small enough for every day."""

import json
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from PIL import Image

from kiosk.rules.ticket import ED25519
from tests.support.pictures import blank, drawn_code
from tests.support.shell import qaqpa
from ui.bench_decode import Score
from ui.bench_ticket import Issuer, qr_versions


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


@pytest.mark.parametrize("peers", [True, False])
def test_a_bench_of_tickets_names_every_figure(peers: bool, tmp_path: Path) -> None:
    asked = () if peers else ("--peers", tmp_path / "none")
    told = qaqpa("bench", "ticket", "--tickets", "100", *asked, "--data", tmp_path / "data", "--json")
    assert told.code == 0, told.err
    figures = told.record
    assert figures["tickets"] == 100
    for kind in ("ed25519", "ed25519_phone_signed", "esp256", "esp256_phone_signed"):
        figure = figures[kind]
        # each is measured by itself: where others use the processor meanwhile, the part may come out above the whole
        assert figure["whole"]["p50_us"] > figure["parts_p50_us"]["signature"] / 2 > 0
        assert set(figure["parts_p50_us"]) == {"base45", "outer", "signature", "payload", "key"}
        assert 0.5 < figure["to_bare"] < 6  # what it is belongs into docs/PERFORMANCE.md: machines of tests are busy
        assert (figure["cwt"] is not None) is peers
    assert not (tmp_path / "data").exists()


def a_corpus(folder: Path, *rows: dict[str, Any]) -> Path:
    folder.mkdir()
    for row in rows:
        if row["drawn"]:
            Image.fromarray(drawn_code(row["drawn"])).save(folder / row["file"])
        else:
            blank(folder / row["file"])
    listed = ({"file": row["file"], "text": row["text"]} for row in rows)
    (folder / "manifest.jsonl").write_text("".join(f"{json.dumps(row)}\n" for row in listed), encoding="utf-8")
    return folder


@pytest.mark.parametrize("peers", [True, False])
def test_a_bench_of_decoding_counts_what_each_reader_read(peers: bool, tmp_path: Path) -> None:
    corpus = a_corpus(
        tmp_path / "corpus",
        {"file": "a.png", "drawn": "A TEXT\r\nOF TWO LINES", "text": "A TEXT\nOF TWO LINES\n"},
        {"file": "b.png", "drawn": "ANOTHER TEXT", "text": "as somebody listed it by mistake"},
        {"file": "c.png", "drawn": "", "text": "A TEXT THAT IS NOT THERE"},
        {"file": "d.png", "drawn": "", "text": None},
        {"file": "e.png", "drawn": "A TEXT THAT NOBODY LISTED", "text": None},
    )
    asked = () if peers else ("--peers", tmp_path / "none")
    told = qaqpa("bench", "decode", "--corpus", corpus, "--drawn", "10", *asked, "--json")
    assert told.code == 0, told.err
    figures = told.record
    photographs = figures["photographs"]
    assert (photographs["opencv"] is not None) is peers
    for name in ("cascade", "pyzbar", "zxing", *(["opencv"] if peers else [])):
        read = {key: photographs[name][key] for key in ("codes", "exact", "wrong", "without_code", "read_without_code")}
        assert read == {"codes": 3, "exact": 1, "wrong": 0, "without_code": 2, "read_without_code": 1}
    assert photographs["listed_otherwise"] == ["b.png", "e.png"]
    for drawn in (figures["drawn"]["3 px"], figures["drawn"]["4 px"]):
        assert drawn["cascade"]["codes"] == 10
        assert drawn["cascade"]["exact"] >= drawn["pyzbar"]["exact"]
        assert drawn["settings"]["blur"] > 0
    assert figures["empty"]["frames"] == 120


def test_a_text_that_only_one_library_reads_otherwise_is_wrong_and_its_picture_named() -> None:
    score = Score()
    score.take("A", ["B"], 1.0, name="a.png")
    score.take("A", ["A", "C"], 2.0, name="b.png")
    score.take("A", ["A", "C"], 3.0, name="c.png", agreed=frozenset({"C"}))
    report = score.report()
    assert (report["exact"], report["wrong"], report["wrong_files"]) == (2, 2, ["a.png", "b.png"])


@pytest.mark.parametrize(
    "manifest, code, sentence",
    [
        (None, 3, "manifest.jsonl cannot be read (No such file or directory): a corpus is a folder"),
        ("", 2, "lists no picture"),
        ('{"file": "a.png", "text": null}\n["a.png"]\n', 2, "line 2, is not of the form"),
        ('{"file": "a.png"}\n', 2, "line 1, is not of the form"),
        ('{"file": "gone.png", "text": "A"}\n', 3, "gone.png does not exist"),
    ],
)
def test_a_corpus_that_cannot_be_read_says_what_is_wrong(
    manifest: str | None, code: int, sentence: str, tmp_path: Path
) -> None:
    if manifest is not None:
        (tmp_path / "manifest.jsonl").write_text(manifest, encoding="utf-8")
    told = qaqpa("bench", "decode", "--corpus", tmp_path, "--drawn", "10")
    assert told.code == code
    assert sentence in told.err


def test_every_shape_of_ticket_fits_the_code_that_a_phone_shows_well() -> None:
    issuer = Issuer(kid="2607", alg=ED25519, private=Ed25519PrivateKey.generate())
    versions = qr_versions(issuer)
    assert max(map(int, versions["alone"])) == 9
    assert max(map(int, versions["phone_signed"])) == 12


def test_a_bench_that_finds_no_room_says_how_much_it_needs(tmp_path: Path) -> None:
    told = qaqpa("bench", "verdict", "--permits", str(10**12), "--data", tmp_path / "data")
    assert told.code == 3
    assert "MiB free and this takes" in told.err


def test_a_bench_of_a_gate_names_every_part_of_the_way_from_phone_to_decision(tmp_path: Path) -> None:
    told = qaqpa("bench", "gate", "--presentations", "10", "--data", tmp_path / "data", "--json")
    assert told.code == 0, told.err
    figures = told.record
    assert figures["presentations"] == 10
    assert figures["decided"] >= 8  # a machine of tests is busy, and a phone is held up for half a second
    assert list(figures["parts"]) == ["more_frames", "camera", "reading", "waiting", "deciding"]
    assert figures["parts"]["reading"]["p50_ms"] > 0
    assert figures["screen_frames_a_second"] > 0
    assert list((tmp_path / "data").iterdir()) == []
