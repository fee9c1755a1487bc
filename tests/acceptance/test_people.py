"""From the office to the gate: a list, a code, a PIN, an act in a person's name, and the end of it when they leave."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.store.home import Home
from tests.support.people import AIGUL, ASKAR
from tests.support.shell import Finished, qaqpa_here
from tests.ui.test_cli_registry import code, enrol, served

LISTED = [{"name": AIGUL, "role": "ranger"}, {"name": ASKAR, "role": "senior"}]
PIN, DEVICE_PIN = "582914", "246813"


@pytest.fixture(scope="module")
def registry(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A demo registry that nobody is listed at."""
    folder = tmp_path_factory.mktemp("registry")
    assert qaqpa_here("registry", "init", "--demo", "--data", folder).code == 0
    return folder


@pytest.fixture(scope="module")
def url(registry: Path) -> Iterator[str]:
    with served(registry) as address:
        yield address


def publish(registry: Path, staff: list[dict[str, str]], *options: str) -> int:
    file = registry / "staff.json"
    file.write_text(json.dumps(staff), encoding="utf-8")
    return qaqpa_here("registry", "park", "staff", file, "--park", "7", *options, "--data", registry).code


def activate(registry: Path, name: str, *options: str) -> str:
    told = qaqpa_here(
        "registry", "park", "activate", "--park", "7", "--name", name, *options, "--data", registry, "--json"
    )
    assert told.record | {"code": "", "version": 0, "until": ""} == {
        "park": 7, "version": 0, "name": name, "code": "", "until": "", "device": told.record["device"],
    }  # fmt: skip
    text: str = told.record["code"]
    return text


def open_gate(kiosk: Path, name: str, pin: str) -> Finished:
    words = ("gate", "open", "--reason", "a tractor", "--by", name)
    return qaqpa_here(*words, "--data", kiosk, "--json", env={"QAQPA_PIN": pin})


def test_a_person_is_listed_activated_acts_and_is_gone_with_the_list(registry: Path, url: str, tmp_path: Path) -> None:
    assert publish(registry, [], "--back-to-device-pin") == 0  # whoever another test gave a code is somebody else
    assert publish(registry, LISTED) == 0
    given = activate(registry, AIGUL)
    kiosk = tmp_path / "kiosk"
    assert enrol(kiosk, url, code(registry), DEVICE_PIN).code == 0
    assert not (Home(kiosk).kiosk / "pin.json").exists()  # no PIN of the device where nobody could use it
    env = {"QAQPA_ACTIVATION": given, "QAQPA_PIN": PIN}
    assert qaqpa_here("staff", "activate", AIGUL, "--data", kiosk, "--json", env=env).record["role"] == "ranger"
    assert open_gate(kiosk, AIGUL, PIN).record["by"] == AIGUL
    assert open_gate(kiosk, AIGUL, DEVICE_PIN).code == 1
    assert qaqpa_here("clock", "set", "2099-01-01T10:00", "--by", AIGUL, "--data", kiosk, env=env).code == 1
    # nobody would have a code then, and the device's PIN would open everything again: that must be asked for
    assert publish(registry, LISTED[1:]) == 2
    assert publish(registry, LISTED[1:], "--back-to-device-pin") == 0
    assert qaqpa_here("sync", "--once", "--data", kiosk).code == 0
    assert open_gate(kiosk, AIGUL, PIN).code == 2
    # back on the list, and somebody else: neither the PIN nor the code of then is good
    assert publish(registry, LISTED) == 0
    activate(registry, ASKAR)
    qaqpa_here("sync", "--once", "--data", kiosk)
    assert open_gate(kiosk, AIGUL, PIN).code == 1
    told = qaqpa_here("staff", "activate", AIGUL, "--data", kiosk, env=env)
    assert (told.code, "no activation code" in told.err) == (2, True)


def test_a_code_for_one_device_is_good_there_only(registry: Path, url: str, tmp_path: Path) -> None:
    assert publish(registry, LISTED) == 0
    numbers = [enrol(tmp_path / name, url, code(registry, gate=2), PIN).record["device"] for name in ("a", "b")]
    given = activate(registry, ASKAR, "--device", str(numbers[1]), "--hours", "2")
    env = {"QAQPA_ACTIVATION": given, "QAQPA_PIN": PIN}
    told = []
    for name in ("a", "b"):
        qaqpa_here("sync", "--once", "--data", tmp_path / name)
        told.append(qaqpa_here("staff", "activate", ASKAR, "--data", tmp_path / name, "--json", env=env))
    assert (told[0].code, f"is for device {numbers[1]}" in told[0].err) == (2, True)
    assert told[1].record == {"name": ASKAR, "role": "senior"}


def test_what_no_code_can_be_made_for_is_a_sentence(registry: Path) -> None:
    told = qaqpa_here("registry", "park", "activate", "--park", "7", "--name", "Nobody", "--data", registry)
    assert (told.code, "is not on the staff list of park 7" in told.err) == (2, True)
