"""The note of how the line is: written when the word changes, and never in anybody's way."""

from pathlib import Path

import pytest

from sync.network_note import NetworkNote, leave_note, read_note
from sync.network_state import NetworkState


def test_a_word_keeps_the_time_since_when_it_is_so(tmp_path: Path) -> None:
    path = tmp_path / "network.json"
    assert read_note(path) is None
    leave_note(path, NetworkState.CUT_OFF, "It broke.", 100)
    leave_note(path, NetworkState.CUT_OFF, "It broke elsewhere.", 200)
    assert read_note(path) == NetworkNote(state=NetworkState.CUT_OFF, said="It broke elsewhere.", since=100)
    leave_note(path, NetworkState.OK, "", 300)
    assert read_note(path) == NetworkNote(state=NetworkState.OK, said="", since=300)


def test_the_same_word_again_writes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "network.json"
    leave_note(path, NetworkState.OK, "", 100)
    before = path.stat()
    leave_note(path, NetworkState.OK, "", 200)
    assert path.stat() == before


@pytest.mark.parametrize("data", [b"", b"{", b"[]", b'{"state": "weather", "said": "", "since": 1}', b"\xff", b"null"])
def test_a_note_that_cannot_be_read_is_none(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "network.json"
    path.write_bytes(data)
    assert read_note(path) is None
    leave_note(path, NetworkState.OK, "", 100)
    assert read_note(path) is not None


def test_one_that_cannot_be_written_is_no_error(tmp_path: Path) -> None:
    leave_note(tmp_path / "nowhere" / "network.json", NetworkState.OK, "", 100)
