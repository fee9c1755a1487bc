"""The settings: what is not there has a default, what is wrong is a sentence with its line."""

from pathlib import Path

import pytest

from kiosk.config import (
    CameraKind,
    CameraSource,
    Config,
    ConfigError,
    ScannerKind,
    ScannerSource,
    parse_camera_source,
    parse_config,
    read_config,
)
from kiosk.errors import UsageError

PATH = Path("config.toml")


def test_no_file_means_the_defaults(tmp_path: Path) -> None:
    assert read_config(tmp_path / "config.toml") == Config()


def test_every_setting_can_be_given(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text(
        """
        [camera]
        source = "v4l2:usb-HD_Camera-video-index0"
        [scanner]
        source = "serial:usb-Scanner-if00"
        baud = 115200
        [barrier]
        kind = "simulated"
        pulse_milliseconds = 1500
        [screen]
        fullscreen = false
        [registry]
        url = "https://registry.example"
        """
    )
    config = read_config(tmp_path / "config.toml")
    assert config == Config(
        camera_source=CameraSource(kind=CameraKind.V4L2, where="usb-HD_Camera-video-index0"),
        scanner_source=ScannerSource(kind=ScannerKind.SERIAL, where="usb-Scanner-if00"),
        scanner_baud=115_200,
        barrier_pulse_milliseconds=1500,
        screen_fullscreen=False,
        registry_url="https://registry.example",
    )


@pytest.mark.parametrize(
    "text, sentence",
    [
        ('[camera]\n\nsorce = "generator"\n', "line 3: there is no setting 'camera.sorce'"),
        ('camera.source = "webcam"\n', "line 1: camera.source must be"),
        ('[camera]\nsource = "generator:x"\n', "line 2: camera.source must be"),
        ('[camera]\nsource = "video:"\n', "line 2: camera.source must be"),
        ('scanner.source = "keyboard"\n', "line 1: scanner.source must be"),
        ('scanner.source = "wedge:x"\n', "line 1: scanner.source must be"),
        ('scanner.source = "serial:"\n', "line 1: scanner.source must be"),
        ('scanner.source = "evdev:../x"\n', "line 1: scanner.source must be"),
        ("[scanner]\nbaud = 9601\n", "line 2: scanner.baud must be one of 1200"),
        ("[barrier]\npulse_milliseconds = 0\n", "line 2: barrier.pulse_milliseconds must be a whole number"),
        ("[barrier]\npulse_milliseconds = true\n", "line 2: barrier.pulse_milliseconds must be a whole number"),
        ('# who\n[barrier]\n# what\nkind = "steam"\n', 'line 4: barrier.kind must be "simulated"'),
        ('[screen]\nfullscreen = "yes"\n', "line 2: screen.fullscreen must be true or false"),
        ('[registry]\nurl = "registry.example"\n', "line 2: registry.url must be an address"),
        ("[scren]\nfullscreen = true\n", "line 2: there is no setting 'scren.fullscreen'"),
        ('screen = { langage = "kk" }\n', "line 1: there is no setting 'screen.langage'"),
        ('"camera"."sorce" = "generator"\n', "line 1: there is no setting 'camera.sorce'"),
        ("[camera\n", "line 1"),
    ],
)
def test_a_wrong_setting_is_a_sentence_with_its_line(text: str, sentence: str) -> None:
    with pytest.raises(ConfigError) as caught:
        parse_config(text, PATH)
    assert sentence in str(caught.value)
    assert str(caught.value).startswith("config.toml")


def test_a_file_that_is_no_text_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(ConfigError, match="UTF-8"):
        read_config(tmp_path / "config.toml")


@pytest.mark.parametrize("text", ["generator", "video:/tmp/a:b.avi", "folder:pictures", "v4l2:usb-Camera"])
def test_a_camera_source_prints_as_it_is_written(text: str) -> None:
    assert str(parse_camera_source(text)) == text


@pytest.mark.parametrize(
    "text", ["wedge", "serial:usb-Scanner-if00", "serial:/dev/ttyS0", "evdev:usb-Scanner-event-kbd"]
)
def test_a_scanner_source_prints_as_it_is_written(text: str) -> None:
    assert str(parse_config(f'scanner.source = "{text}"', PATH).scanner_source) == text


def test_a_wrong_camera_source_says_what_may_stand_there() -> None:
    with pytest.raises(UsageError, match="generator"):
        parse_camera_source("webcam")
