"""decode and verify from a shell, with the inputs people really give."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.export import iso
from tests.support.pictures import blank, drawn
from tests.support.shell import Forbidden, qaqpa
from tests.support.tickets import CLAIMS, KEY, KID, TEXT

VALID_AT = "2026-07-02T12:00"  # the park's local time, inside the vector's window


@pytest.fixture
def keys(tmp_path: Path) -> Path:
    path = tmp_path / "keys.json"
    path.write_text(json.dumps([KEY.as_json()]))
    return path


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    return drawn(tmp_path / "ticket.png", TEXT)


@pytest.fixture
def forbidden(tmp_path: Path) -> Iterator[Forbidden]:
    with Forbidden.under(tmp_path) as folder:
        yield folder


# ---- decode ---------------------------------------------------------------------------------------------------------


def test_decode_prints_the_text_of_a_picture(picture: Path) -> None:
    told = qaqpa("decode", picture, "--json")
    assert told.code == 0
    assert (told.record["file"], told.record["texts"]) == (str(picture), [TEXT])
    assert told.record["milliseconds"] > 0
    assert qaqpa("decode", picture).out == TEXT + "\n"


def test_decode_says_what_is_wrong_with_each_file_and_ends_with_the_worst(picture: Path, tmp_path: Path) -> None:
    truncated, empty, text = tmp_path / "truncated.png", tmp_path / "empty.png", tmp_path / "notes.txt"
    truncated.write_bytes(picture.read_bytes()[:300])
    empty.touch()
    text.write_text(TEXT)
    files = (picture, blank(tmp_path / "blank.png"), text, truncated, empty)
    told = qaqpa("decode", *files, "--json")
    assert [record.get("error") for record in told.records] == [None, "no_code", *["not_a_picture"] * 3]
    assert told.code == 2
    assert len(told.err.splitlines()) == 4


@pytest.mark.parametrize("name", ["missing.png", "file/below.png"])
def test_decode_blames_the_environment_for_a_file_it_cannot_open(tmp_path: Path, name: str) -> None:
    (tmp_path / "file").touch()
    told = qaqpa("decode", tmp_path / name, "--json")
    assert (told.code, told.record["error"]) == (3, "unreadable")
    assert told.err.count("\n") == 1


def test_decode_blames_the_environment_for_a_folder_it_may_not_read(forbidden: Forbidden, picture: Path) -> None:
    told = qaqpa("decode", forbidden.holding(picture), "--json", before=forbidden.before)
    assert (told.code, told.record["error"]) == (3, "unreadable")
    assert "may not be read" in told.err


def test_decode_takes_the_answer_no_for_a_picture_without_a_code(tmp_path: Path) -> None:
    told = qaqpa("decode", blank(tmp_path / "blank.png"))
    assert (told.code, told.out) == (1, "")
    assert "no QR code" in told.err


# ---- verify ---------------------------------------------------------------------------------------------------------


def test_verify_accepts_the_published_ticket(keys: Path) -> None:
    told = qaqpa("verify", TEXT, "--keys", keys, "--park", "7", "--at", VALID_AT, "--json")
    assert told.code == 0
    assert told.record == {"valid": True, "reason": "ok", "claims": {"kid": KID, **CLAIMS.as_dict()}}


@pytest.mark.parametrize(
    "options, reason",
    [
        (("--park", "8", "--at", VALID_AT), "wrong_park"),
        (("--park", "7", "--at", "2026-06-30T00:00"), "not_yet"),
        (("--park", "7", "--at", "2026-07-04T00:05Z"), "expired"),
        (("--park", "7", "--at", "2030-01-01"), "key_not_valid"),
    ],
)
def test_verify_says_why_a_genuine_ticket_does_not_hold(keys: Path, options: tuple[str, ...], reason: str) -> None:
    told = qaqpa("verify", TEXT, "--keys", keys, *options, "--json")
    assert (told.code, told.record["valid"], told.record["reason"]) == (1, False, reason)
    assert told.record["claims"]["cti"] == CLAIMS.cti.hex()


def test_the_skew_is_allowed_and_no_grace(keys: Path) -> None:
    late, later = (iso(CLAIMS.exp + seconds) for seconds in (299, 300))
    assert qaqpa("verify", TEXT, "--keys", keys, "--park", "7", "--at", late).code == 0
    assert qaqpa("verify", TEXT, "--keys", keys, "--park", "7", "--at", later).code == 1


def test_verify_reads_texts_from_standard_input_and_answers_line_by_line(keys: Path) -> None:
    damaged = TEXT[:-1] + ("A" if TEXT[-1] != "A" else "B")
    lines = [TEXT, damaged, "https://pay.example/x", "", "\ud800".encode("utf-8", "surrogatepass").decode("latin-1")]
    told = qaqpa(
        "verify", "-", "--keys", keys, "--park", "7", "--at", VALID_AT, "--json", given="\n".join(lines) + "\n"
    )
    assert told.code == 1
    assert [record["valid"] for record in told.records] == [True, False, False, False, False]
    assert told.records[1]["reason"] in ("forged", "malformed")
    assert {record["reason"] for record in told.records[2:]} == {"not_a_ticket"}


def test_verify_gives_a_long_code_and_a_file_name_an_answer_and_not_an_error(keys: Path, picture: Path) -> None:
    told = qaqpa("verify", "KP1:" + "A" * 3000, picture, "x" * 3000, "--keys", keys, "--park", "7", "--json")
    assert told.code == 1
    assert [record["reason"] for record in told.records] == ["malformed", "not_a_ticket", "not_a_ticket"]
    assert "is a file" in told.err


@pytest.mark.parametrize(
    "content, code",
    [(b"", 2), (b"[", 2), (b"{}", 2), (b'[{"kid": "0001"}]', 2), (b"\xff\xfe", 2), (b"[" * 100_000, 2), (None, 3)],
)
def test_a_wrong_key_list_is_a_sentence(tmp_path: Path, content: bytes | None, code: int) -> None:
    path = tmp_path / "keys.json"
    if content is not None:
        path.write_bytes(content)
    told = qaqpa("verify", TEXT, "--keys", path, "--park", "7", "--json")
    assert (told.code, told.out) == (code, "")
    assert str(path) in told.err


@pytest.mark.parametrize("arguments", [("verify",), ("verify", "x"), ("decode",), ("nothing",), ("decode", "--what")])
def test_wrong_usage_ends_with_two(arguments: tuple[str, ...]) -> None:
    told = qaqpa(*arguments)
    assert (told.code, told.out) == (2, "")
    assert told.err
