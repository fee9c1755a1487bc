"""Receipt paper: every letter is drawn, the code on it opens the gate, and nothing is cut off at an edge."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageFont

from kiosk.devices.decoder import CascadeDecoder
from kiosk.devices.paper_folder import NO_PAPER, UNPLUGGED
from kiosk.store.home import Home
from tests.support.enrolled import LOCAL_NOON, PIN, enrolled_home
from tests.support.park import SmallPark
from tests.support.receipt_printer import NetworkPrinter, PaperRoll, network_printer
from tests.support.shell import Finished
from tests.support.shell import qaqpa_here as qaqpa
from ui.assets import FONTS
from ui.sheets import Row, Section, Sheet, as_pdf, lines
from ui.strip import MARGIN, NARROW, WIDE, job_of, picture_of, raster, sheet_strip, wrapped
from ui.ticket_strip import trial_job, trial_strip

LETTERS = "ӘәҒғҚқҢңӨөҰұҮүҺһІі АБВГДЕЁЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯ абвгдеёжзийклмнопрстуфхцчшщъыьэюя ₸№…·«»–"
SHEET = Sheet(
    title="Ұ" * 40,
    under=("Қорғалжын қорығы, 1-жолақ", "x" * 200),
    sections=(
        Section(
            heading="Шешімдер",
            rows=(
                Row(label="Өткізілді", value="1 204"),
                Row(label="Екі жол" * 20, value="а" * 60, strong=True, tick=True, notes=("ң" * 90, "…NN8")),
                Row(label="", value="тек мәні"),
            ),
        ),
    ),
    signatures=("Тапсырды: Айгүл",),
)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return enrolled_home(tmp_path / "data", SmallPark())


@pytest.fixture
def far() -> Iterator[NetworkPrinter]:
    with network_printer(PaperRoll()) as printer:
        yield printer


def settings(home: Home, where: str, width: int = WIDE) -> None:
    home.config_file.write_text(f'[printer]\nwhere = "{where}"\nwidth_dots = {width}\n')


def run(home: Home, *words: str | Path) -> Finished:
    return qaqpa(*words, "--data", home.path, env={"QAQPA_PIN": PIN})


def codes(picture: Image.Image) -> list[str]:
    """What the gate's own camera reads of it, dot for dot."""
    decoder = CascadeDecoder()
    try:
        return decoder.read(np.asarray(picture.convert("L"), dtype=np.uint8))
    finally:
        decoder.close()


@pytest.mark.parametrize("name", ["Inter-Medium", "Inter-Bold", "InterDisplay-Bold"])
def test_no_letter_is_a_box(name: str) -> None:
    font = ImageFont.truetype(FONTS / f"{name}.otf", 40)
    missing = bytes(font.getmask("\uffff"))
    assert [letter for letter in LETTERS if letter != " " and bytes(font.getmask(letter)) == missing] == []


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_nothing_is_cut_off_at_an_edge_however_long_the_words(width: int) -> None:
    dots = np.asarray(sheet_strip(SHEET, width).convert("L"))
    assert dots.shape[1] == width
    assert set(np.unique(dots)) == {0, 255}
    edges = np.concatenate([dots[:, :MARGIN], dots[:, -MARGIN:]], axis=1)
    assert (edges == 255).all()
    assert (dots[:, MARGIN : width - MARGIN] == 0).any(axis=0).all(), "a rule goes from margin to margin"


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_the_trial_shows_its_code_and_its_letters_at_both_widths(width: int) -> None:
    assert codes(trial_strip(width)) == [f"QAQPA PRINTER TEST {width}"]
    assert trial_job(width).repeated.height > trial_job(width).raster.height


def test_lines_are_broken_at_blanks_and_never_lose_a_letter() -> None:
    font = ImageFont.truetype(FONTS / "Inter-Medium.otf", 24)
    text = "Кешке дейін Шарын шатқалында " + "ұзын" * 30
    broken = list(wrapped(text, font, 200))
    assert all(font.getlength(line) <= 200 for line in broken)
    assert "".join(broken).replace(" ", "") == text.replace(" ", "")


def test_a_raster_is_the_picture_and_back() -> None:
    picture = trial_strip(NARROW)
    assert picture_of(raster(picture)).tobytes() == picture.tobytes()
    assert raster(Image.new("1", (16, 1), 1)).rows == b"\0\0"


def test_a_sheet_says_the_same_in_a_terminal_on_a4_and_on_a_strip() -> None:
    told = lines(SHEET)
    assert told[6].startswith("  [ ] ! Екі жол")
    assert told[8] == "      …NN8"
    assert as_pdf([SHEET], "kk").startswith(b"%PDF")
    strip = sheet_strip(SHEET, NARROW)
    job = job_of("page", strip, "kk")
    assert picture_of(job.raster).tobytes() == strip.tobytes()
    assert job.repeated.rows.endswith(job.raster.rows)
    assert job.repeated.height > job.raster.height + 30


# ---- the commands ---------------------------------------------------------------------------------------------------


def test_who_is_inside_comes_out_of_the_printer_with_a_box_for_each_party(home: Home, far: NetworkPrinter) -> None:
    settings(home, f"tcp:127.0.0.1:{far.port}")
    told = run(home, "inside", "--print", "--language", "kk")
    assert (told.code, told.err.splitlines()[-1]) == (0, "Printed: list of those inside")
    [paper] = far.roll.cut
    assert paper.width == WIDE


def test_the_hand_over_page_is_printed_and_is_a_picture_too(home: Home, far: NetworkPrinter, tmp_path: Path) -> None:
    settings(home, f"tcp:127.0.0.1:{far.port}")
    assert run(home, "shift", "open").code in (0, 1)
    assert run(home, "shift", "page", "--print", "--strip", tmp_path / "page.png").code == 0
    assert run(home, "shift", "close", "--print").code == 0
    page, closed = far.roll.cut
    with Image.open(tmp_path / "page.png") as picture:
        assert picture.convert("L").tobytes() == page.convert("L").tobytes()
    assert closed.height == page.height


def test_a_printer_without_paper_is_a_sentence_and_ends_with_3(
    home: Home, far: NetworkPrinter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ui.commands.printing._PATIENCE_SECONDS", 0.1)
    far.roll.put_in_paper(rows=0)
    settings(home, f"tcp:127.0.0.1:{far.port}")
    told = run(home, "printer", "test")
    assert (told.code, told.out) == (3, "")
    assert "Not printed: trial. The printer has no paper: put in a roll" in told.err


def test_without_a_printer_it_is_said_before_anything_is_done(home: Home, tmp_path: Path) -> None:
    assert run(home, "shift", "open").code in (0, 1)
    told = run(home, "shift", "close", "--print")
    assert (told.code, "No printer is set" in told.err) == (2, True)
    assert run(home, "shift", "close", "--strip", tmp_path / "page.txt").code == 2
    assert run(home, "shift", "page", "--strip", tmp_path / "nowhere" / "page.png").code == 3
    assert run(home, "shift", "close", "--strip", tmp_path / "page.png").code == 0, "it was not closed before"


def test_a_simulated_printer_leaves_pictures_and_can_be_unplugged_by_a_file(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ui.commands.printing._PATIENCE_SECONDS", 0.1)
    paper = tmp_path / "paper"
    settings(home, f"folder:{paper}", NARROW)
    assert run(home, "printer", "test").code == 0
    assert run(home, "printer", "test").code == 0
    assert [path.name for path in sorted(paper.iterdir())] == ["strip-0001.png", "strip-0002.png"]
    with Image.open(paper / "strip-0002.png") as picture:
        assert codes(picture) == ["QAQPA PRINTER TEST 384"]
    (paper / NO_PAPER).touch()
    assert "no paper" in run(home, "printer", "test").err
    (paper / NO_PAPER).rename(paper / UNPLUGGED)
    assert "is unplugged" in run(home, "printer", "test").err


def test_a_claim_has_its_slip_on_receipt_paper(home: Home, tmp_path: Path) -> None:
    words = ("--receipt", "4471-0093", "--heads", "2", "--strip", tmp_path / "slip.png")
    home.save_lookup_key(SmallPark().season_key)
    told = run(home, "admit", "claim", *words, "--at", LOCAL_NOON)
    assert told.code in (0, 1), told.err
    with Image.open(tmp_path / "slip.png") as slip:
        assert slip.width == WIDE


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_a_ticket_from_a_receipt_printer_opens_the_gate(width: int, tmp_path: Path) -> None:
    registry = Home(tmp_path / "registry")
    assert qaqpa("registry", "init", "--demo", "--data", registry.path).code == 0
    with network_printer(PaperRoll(width_dots=width)) as far:
        settings(registry, f"tcp:127.0.0.1:{far.port}", width)
        today = datetime.now(tz=UTC).date()
        dates = ("--from", f"{today}", "--to", f"{today + timedelta(days=2)}", "--adults", "2", "--count", "2")
        asked = qaqpa(
            "registry", "issue", "--park", "7", "--product", "1", *dates, "--print", "--json", "--data", registry.path
        )
        assert asked.code == 0, asked.err
        lost = asked.records[0]["text"]
        again = qaqpa("registry", "reissue", lost, "--park", "7", "--print", "--json", "--data", registry.path)
        assert again.code == 0, again.err
    assert [codes(paper) for paper in far.roll.cut] == [[one["text"]] for one in (*asked.records, again.record)]
