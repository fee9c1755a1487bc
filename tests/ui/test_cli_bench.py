"""bench: every figure is there, measured by a run that is small enough for every day."""

from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from kiosk.rules.ticket import ED25519
from tests.support.shell import qaqpa
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


def test_every_shape_of_ticket_fits_the_code_that_a_phone_shows_well() -> None:
    issuer = Issuer(kid="2607", alg=ED25519, private=Ed25519PrivateKey.generate())
    versions = qr_versions(issuer)
    assert max(map(int, versions["alone"])) == 9
    assert max(map(int, versions["phone_signed"])) == 12


def test_a_bench_that_finds_no_room_says_how_much_it_needs(tmp_path: Path) -> None:
    told = qaqpa("bench", "verdict", "--permits", str(10**12), "--data", tmp_path / "data")
    assert told.code == 3
    assert "MiB free and this takes" in told.err
