"""Tickets on paper and on a phone: the printed code is the exact text, and the words are those of the language page."""

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image

from kiosk.errors import EnvironmentalError, UsageError
from kiosk.rules.permit import Party
from sync.registry.issuing import IssuedTicket
from sync.registry.paper import modules, write
from sync.registry.paper_words import dates, grouped, party_line, said
from sync.registry.service import RegistryService
from tests.sync.registry.conftest import NOON

Issue = Callable[..., IssuedTicket]


def pages(path: Path) -> list[Image.Image]:
    """The pages of a PDF as a printer of 150 dots an inch would draw them."""
    command = ["pdftoppm", "-r", "150", "-gray", "-png", str(path), str(path.with_suffix(""))]
    subprocess.run(command, check=True, timeout=60)
    return [Image.open(page) for page in sorted(path.parent.glob(f"{path.stem}-*.png"))]


def codes_in(picture: Image.Image) -> list[zxingcpp.Barcode]:
    """The QR codes of a picture: asked for every kind of code, a reader now and then sees one in a ticket's modules."""
    return list(zxingcpp.read_barcodes(picture, formats=zxingcpp.BarcodeFormat.QRCodeModel2))


def words_of(path: Path) -> str:
    """The text of a PDF."""
    return subprocess.run(["pdftotext", str(path), "-"], check=True, timeout=60, capture_output=True, text=True).stdout


def test_each_printed_page_decodes_to_the_exact_text(service: RegistryService, tmp_path: Path) -> None:
    issued = service.issue(
        park=7, product=12, nbf=NOON, exp=NOON + 2 * 86_400, party=Party(adults=2, children=3), entries=3, count=2
    )
    write(issued, tmp_path / "tickets.pdf")
    read = [[code.text for code in codes_in(page)] for page in pages(tmp_path / "tickets.pdf")]
    assert read == [[item.text] for item in issued]


def test_the_printed_code_is_at_least_35_millimetres_wide(ticket: Issue, tmp_path: Path) -> None:
    write([ticket()], tmp_path / "ticket.pdf")
    (page,) = pages(tmp_path / "ticket.pdf")
    corners = codes_in(page)[0].position
    assert (corners.top_right.x - corners.top_left.x) / 150 * 25.4 >= 35


def test_the_page_says_all_in_three_languages(ticket: Issue, tmp_path: Path) -> None:
    issued = ticket(adults=2, children=1)
    write([issued], tmp_path / "ticket.pdf")
    text = " ".join(words_of(tmp_path / "ticket.pdf").split())
    for expected in (
        "«Бурабай» ұлттық паркі", "Национальный парк «Бурабай»", "Burabay National Park",
        "2 ересек, 1 бала", "2 взрослых, 1 ребёнок", "2 adults, 1 child",
        "2026 жылғы 5 шілде, 08:00–20:00", "5 июля 2026 г., 08:00–20:00", "5 July 2026, 08:00–20:00",
        "Күндік билет, бір адамға", "Билет на день, на человека", "Day ticket, per person",
    ):  # fmt: skip
        assert expected in text, expected
    assert issued.code in text.replace(" ", "")


def test_a_test_ticket_says_so_in_three_languages(ticket: Issue, tmp_path: Path) -> None:
    write([ticket(product=90)], tmp_path / "ticket.pdf")
    text = words_of(tmp_path / "ticket.pdf")
    assert all(word in text for word in ("СЫНАҚ билеті", "ТЕСТОВЫЙ билет", "TEST ticket"))


@pytest.mark.parametrize("language", [None, "kk", "ru", "en"])
def test_the_picture_decodes_to_the_exact_text(service: RegistryService, tmp_path: Path, language: str | None) -> None:
    party = Party(adults=10, children=4, preferential=2, preschool=1)
    (issued,) = service.issue(park=7, product=4, nbf=NOON, exp=NOON + 60, party=party, language=language)
    write([issued], tmp_path / "ticket.png")
    with Image.open(tmp_path / "ticket.png") as picture:
        assert [code.text for code in codes_in(picture)] == [issued.text]
        assert picture.width == (len(modules(issued.text)) + 8) * 12


def test_a_text_file_has_a_ticket_a_line(service: RegistryService, tmp_path: Path) -> None:
    issued = service.issue(park=7, product=1, nbf=NOON, exp=NOON + 60, party=Party(adults=1), count=3)
    write(issued, tmp_path / "tickets.txt")
    assert (tmp_path / "tickets.txt").read_text() == "".join(f"{item.text}\n" for item in issued)


def test_a_code_is_at_most_version_9_at_level_m(service: RegistryService) -> None:
    party = Party(adults=48, children=20, preferential=5, preschool=3, other=2)
    most = service.issue(
        park=7, product=2, nbf=NOON, exp=NOON + 3 * 86_400, party=party, entries=3, gates=(1, 2, 3, 4, 5), flags=4,
        language="kk", plate="123ABC01",
    )[0]  # fmt: skip
    assert len(modules(most.text)) <= 17 + 4 * 9


def test_a_wrong_ending_or_place_is_a_sentence(service: RegistryService, ticket: Issue, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"\.txt, \.png or \.pdf"):
        write([ticket()], tmp_path / "ticket.docx")
    with pytest.raises(UsageError, match="holds one ticket"):
        write([ticket(), ticket()], tmp_path / "ticket.png")
    with pytest.raises(EnvironmentalError, match="cannot be written"):
        write([ticket()], tmp_path / "no" / "ticket.txt")


def test_russian_numbers_take_their_three_forms() -> None:
    said_of = {count: party_line(Party(children=count), "ru") for count in (1, 2, 5, 11, 12, 21, 22, 111, 114)}
    assert {count: line.split("\u00a0")[1] for count, line in said_of.items()} == {
        1: "ребёнок", 2: "ребёнка", 5: "детей", 11: "детей", 12: "детей", 21: "ребёнок", 22: "ребёнка",
        111: "детей", 114: "детей",
    }  # fmt: skip
    assert party_line(Party(adults=1, children=1), "en") == "1\u00a0adult, 1\u00a0child"
    assert party_line(Party(adults=21), "kk") == "21\u00a0ересек"


def test_midnight_is_the_end_of_the_day_before(service: RegistryService) -> None:
    midnight = NOON + 12 * 3600
    assert dates(NOON, midnight, 300, "en") == ("5\u00a0July 2026, 12:00–24:00",)
    first, last = dates(NOON, midnight + 86_400, 300, "ru")
    assert (first, last) == (
        "Действует с 5\u00a0июля 2026\u00a0г., 12:00",
        "Действует до 6\u00a0июля 2026\u00a0г., 24:00",
    )


def test_gates_entries_and_a_guide_stand_on_the_ticket_only_where_they_bind(service: RegistryService) -> None:
    span = NOON, NOON + 3600
    plain = service.issue(park=7, product=1, nbf=span[0], exp=span[1], party=Party(adults=1))[0]
    assert said(plain, "ru").more == ()
    bound = service.issue(
        park=7, product=1, nbf=span[0], exp=span[1], party=Party(adults=1), gates=(1, 2), entries=0, flags=4
    )[0]
    assert said(bound, "ru").more == (
        "Число входов: без ограничения",
        "КПП: Щучинск, Акылбай",
        "На этом маршруте нужен гид или проводник.",
    )
    assert grouped("ABCDEFGHJK") == "ABC\u00a0DEF\u00a0GHJK"
