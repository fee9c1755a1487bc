"""The settings: what is not there has a default, what is wrong is a sentence with its line."""

from datetime import time
from pathlib import Path

import pytest

from kiosk.body_config import BODY_SETTINGS, Night, NutAddress, PrinterKind, PrinterPlace, Switch
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
        lock_seconds = 90
        brightness_percent = 80
        night_percent = 20
        [registry]
        url = "https://registry.example"
        [printer]
        where = "tcp:192.168.7.20:9100"
        width_dots = 384
        cuts = false
        answers = false
        [sound]
        decibels = -6
        night_decibels = -18.5
        night = "22:00-07:00"
        [power]
        nut = "ups@127.0.0.1"
        battery = "BAT0"
        low_percent = 30
        [climate]
        sensor = "sht3x"
        coldest_celsius = -10
        hottest_celsius = 55
        [modem]
        interface = "wwan0"
        month_megabytes = 5000
        low_percent = 5
        [door]
        switch = "gpio:/dev/gpiochip0:17=0"
        tilt = "file:/sys/class/gpio/gpio18/value"
        """
    )
    config = read_config(tmp_path / "config.toml")
    assert config == Config(
        camera_source=CameraSource(kind=CameraKind.V4L2, where="usb-HD_Camera-video-index0"),
        scanner_source=ScannerSource(kind=ScannerKind.SERIAL, where="usb-Scanner-if00"),
        scanner_baud=115_200,
        barrier_pulse_milliseconds=1500,
        screen_fullscreen=False,
        screen_lock_seconds=90,
        registry_url="https://registry.example",
        printer=PrinterPlace(kind=PrinterKind.TCP, where="192.168.7.20:9100"),
        printer_width_dots=384,
        printer_cuts=False,
        printer_answers=False,
        sound_decibels=-6.0,
        sound_night_decibels=-18.5,
        night=Night(begins=time(22), ends=time(7)),
        screen_percent=80,
        screen_night_percent=20,
        power_nut=NutAddress(name="ups", host="127.0.0.1", port=3493),
        power_battery="BAT0",
        power_low_percent=30,
        climate_sensor="sht3x",
        climate_coldest_celsius=-10.0,
        climate_hottest_celsius=55.0,
        modem_interface="wwan0",
        modem_month_megabytes=5000,
        modem_low_percent=5,
        door_switch=Switch(path=Path("/dev/gpiochip0"), line=17, open_level=0),
        door_tilt=Switch(path=Path("/sys/class/gpio/gpio18/value"), open_level=1),
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
        ("[screen]\nlock_seconds = 5\n", "line 2: screen.lock_seconds must be a whole number"),
        ('[screen]\nfullscreen = "yes"\n', "line 2: screen.fullscreen must be true or false"),
        ('[registry]\nurl = "registry.example"\n', "line 2: registry.url must be an address"),
        ("[scren]\nfullscreen = true\n", "line 2: there is no setting 'scren.fullscreen'"),
        ('screen = { langage = "kk" }\n', "line 1: there is no setting 'screen.langage'"),
        ('printer.where = "tcp:192.168.1.9"\n', 'line 1: printer.where must be "tcp:ADDRESS:PORT"'),
        ('printer.where = "tcp:192.168.1.9:70000"\n', "line 1: printer.where must be"),
        ("[printer]\nwidth_dots = 512\n", "line 2: printer.width_dots must be 576 (paper of 80 mm)"),
        ('sound.night = "22:00-22:00"\n', "line 1: sound.night must be two different hours"),
        ('sound.night = "24:00-07:00"\n', "line 1: sound.night must be two different hours"),
        ("sound.decibels = 6\n", "line 1: sound.decibels must be a number of decibels from -60 to 0"),
        ("screen.night_percent = 0\n", "line 1: screen.night_percent must be a whole number of percent from 1"),
        ('power.nut = "127.0.0.1"\n', "line 1: power.nut must be a battery of a UPS server"),
        ('power.battery = "../BAT0"\n', "line 1: power.battery must be a name under /sys/class/power_supply"),
        ("climate.hottest_celsius = true\n", "line 1: climate.hottest_celsius must be a number of degrees"),
        ('modem.interface = "wwan0/.."\n', "line 1: modem.interface must be a network interface"),
        ('door.switch = "gpio17"\n', 'line 1: door.switch must be "gpio:/dev/gpiochip0:17"'),
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


def test_night_goes_over_midnight_and_ends_as_its_last_minute_does() -> None:
    night = Night(begins=time(22), ends=time(7))
    assert [night.covers(time(hour)) for hour in (21, 22, 0, 6, 7, 12)] == [False, True, True, True, False, False]
    assert Night(begins=time(13), ends=time(14)).covers(time(13, 59))
    assert not Night(begins=time(13), ends=time(14)).covers(time(14))


def test_every_setting_of_the_box_is_explained_with_an_example() -> None:
    page = (Path(__file__).parents[2] / "docs" / "DEVICES.md").read_text(encoding="utf-8")
    assert [name for name in BODY_SETTINGS if f"`{name}" not in page] == []
