"""A command changes one setting; what a person wrote beside it stays, and a kiosk always starts with the file."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from kiosk.config import ConfigError, read_config
from kiosk.config_writing import write_settings

SOURCE = "evdev:usb-Scanner-event-kbd"


@pytest.mark.parametrize(
    "before, after",
    [
        ("", f'[scanner]\nsource = "{SOURCE}"\n'),
        ('# the gate\n[camera]\nsource = "generator" # drawn\n', f'\n[scanner]\nsource = "{SOURCE}"\n'),
        ('[scanner] # old\nbaud = 1200\nsource = "wedge" # why\n', f'source = "{SOURCE}" # why\n'),
        (
            'scanner.baud = 1200\n[camera]\nsource = "generator"\n',
            f'scanner.baud = 1200\nscanner.source = "{SOURCE}"\n',
        ),
        ("screen.fullscreen = false", f'screen.fullscreen = false\n[scanner]\nsource = "{SOURCE}"\n'),
        ("[screen]\nfullscreen = false\n", f'\n[scanner]\nsource = "{SOURCE}"\n'),
    ],
)
def test_all_else_stays_as_it_was_written(tmp_path: Path, before: str, after: str) -> None:
    file = tmp_path / "config.toml"
    file.write_text(before)
    write_settings(file, "scanner", {"source": SOURCE})
    written = file.read_text()
    assert after in written
    assert [line for line in before.splitlines() if 'source = "wedge"' not in line] == [
        line for line in written.splitlines() if line in before.splitlines()
    ]
    assert str(read_config(file).scanner_source) == SOURCE


def test_the_file_keeps_its_mode_and_a_new_one_can_be_read(tmp_path: Path) -> None:
    file = tmp_path / "new" / "config.toml"
    write_settings(file, "scanner", {"source": SOURCE, "baud": 1200})
    assert file.stat().st_mode & 0o777 == 0o644
    file.chmod(0o640)
    write_settings(file, "scanner", {"source": "wedge"})
    assert file.stat().st_mode & 0o777 == 0o640
    assert read_config(file).scanner_baud == 1200
    assert list(file.parent.iterdir()) == [file]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may write for somebody else")
def test_a_file_of_the_kiosks_own_user_stays_that_users(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.touch()
    os.chown(file, 12345, 12345)
    write_settings(file, "scanner", {"source": SOURCE})
    assert (file.stat().st_uid, file.stat().st_gid) == (12345, 12345)


@pytest.mark.parametrize("wrong", ["[scanner\n", 'camera.source = "webcam"\n'])
def test_a_file_that_is_wrong_already_is_left_and_said_to_be(tmp_path: Path, wrong: str) -> None:
    file = tmp_path / "config.toml"
    file.write_text(wrong)
    with pytest.raises(ConfigError, match="line 1"):
        write_settings(file, "scanner", {"source": SOURCE})
    assert file.read_text() == wrong


def test_a_value_no_kiosk_would_take_is_not_written(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    with pytest.raises(ConfigError, match=r"scanner\.source"):
        write_settings(file, "scanner", {"source": "nothing"})
    assert not file.exists()
