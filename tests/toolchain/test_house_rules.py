"""The rules of the house hold because something checks them; here the checks themselves are tried."""

import re
import shutil
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest

from tests.support.longest import LONGEST_FIRST

TOP = Path(__file__).parents[2]
SCRIPTS = Path(sysconfig.get_path("scripts"))
PROGRAM = ("kiosk", "sync", "ui")


def copy_of_the_program(into: Path) -> Path:
    for name in (*PROGRAM, "assets", "requirements"):
        shutil.copytree(TOP / name, into / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "LICENSE", "README.md"):
        if (TOP / name).exists():
            shutil.copy(TOP / name, into / name)
    return into


@pytest.mark.parametrize("lock", sorted((TOP / "requirements").glob("*.txt")), ids=lambda path: path.name)
def test_a_lock_names_every_package_with_a_hash_and_no_address(lock: Path) -> None:
    text = lock.read_text(encoding="utf-8")
    packages = [line for line in text.splitlines() if re.match(r"[a-z0-9]", line)]
    assert packages
    assert all("==" in line and line.endswith("\\") for line in packages), "a package without its hash"
    assert not re.search(r"://|--(?:index|find-links|trusted|extra)|^-[ef]|(?<=\s)/\w", text, re.MULTILINE)


def test_two_locks_of_one_environment_never_ask_for_two_releases_of_one_package() -> None:
    wanted: dict[str, set[str]] = {}
    for lock in (TOP / "requirements").glob("*.txt"):
        if lock.name == "peers.txt":  # has an environment of its own
            continue
        for name, rest in re.findall(r"^([a-z0-9-]+)==(.*) \\$", lock.read_text(encoding="utf-8"), re.MULTILINE):
            if ";" not in rest:
                wanted.setdefault(name, set()).add(rest)
    assert {name: releases for name, releases in wanted.items() if len(releases) > 1} == {}


def test_every_test_file_that_is_to_begin_first_is_there_and_named_once() -> None:
    assert [name for name in LONGEST_FIRST if not (TOP / name).is_file()] == []
    assert len(set(LONGEST_FIRST)) == len(LONGEST_FIRST)


def test_the_folder_packaging_never_shadows_the_library_of_that_name() -> None:
    assert not list((TOP / "packaging").rglob("__init__.py"))


@pytest.mark.parametrize(
    ("intruder", "code", "contract"),
    [
        ("kiosk/rules/intruder.py", "import os", "The rules know no clock"),
        ("kiosk/rules/intruder.py", "import kiosk.devices", "Inside the kiosk everything points at the rules"),
        ("kiosk/intruder.py", "import sync", "Arrows point at the kiosk"),
        ("kiosk/intruder.py", "import PySide6.QtCore", "Qt lives in ui"),
        ("sync/intruder.py", "import requests", "HTTP requests leave through sync.transport"),
        ("ui/intruder.py", "import sqlite3", "SQLite lives in kiosk.store"),
        ("ui/intruder.py", "import sqlalchemy", "The registry's database and service live in sync.registry"),
        ("ui/intruder.py", "import cv2", "Pictures are read in kiosk.devices"),
        ("ui/intruder.py", "import tomlkit", "Settings are written by kiosk.config_writing"),
        ("ui/intruder.py", "import serial", "Scanners on a serial line are read in kiosk.devices.serial_scanner"),
    ],
)
def test_an_import_across_the_house_breaks_its_contract(
    tmp_path: Path, intruder: str, code: str, contract: str
) -> None:
    shutil.copy(TOP / "pyproject.toml", tmp_path)
    for package in (*PROGRAM, "kiosk/rules", "kiosk/devices"):
        (tmp_path / package).mkdir()
        (tmp_path / package / "__init__.py").touch()
    (tmp_path / intruder).write_text(f"{code}\n", encoding="utf-8")
    result = subprocess.run(
        [SCRIPTS / "lint-imports", "--no-logo", "--no-cache"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert result.returncode == 1
    assert re.search(rf"^{re.escape(contract)}.* BROKEN", result.stdout, re.MULTILINE), result.stdout


def test_the_built_wheel_holds_everything_the_program_reads(tmp_path: Path) -> None:
    source = copy_of_the_program(tmp_path / "source")
    command = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet", "wheel"]
    command += ["--no-deps", "--no-index", "--no-build-isolation", "--wheel-dir", str(tmp_path), str(source)]
    subprocess.run(command, check=True, capture_output=True)
    [wheel] = tmp_path.glob("qaqpa-*.whl")
    held = set(zipfile.ZipFile(wheel).namelist())
    wanted = {
        path.relative_to(TOP).as_posix()
        for top in (*PROGRAM, "assets")
        for path in (TOP / top).rglob("*")
        if path.is_file() and path.suffix != ".pyc" and "__pycache__" not in path.parts
    }
    assert wanted - held == set()
    assert {name.split("/")[0] for name in held} - {*PROGRAM, "assets"} == {wheel.name.split("-py3")[0] + ".dist-info"}
