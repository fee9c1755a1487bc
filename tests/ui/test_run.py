"""`qaqpa run` before a film: a process of its own, real frames, real fingers, pictures of every page."""

import json
import subprocess
import time
from pathlib import Path

from PIL import Image

from kiosk.devices.generator import Scene, write_video
from kiosk.rules.codes import typed_code
from kiosk.rules.permit import Party
from tests.support.enrolled import PIN, enrolled_home
from tests.support.park import SmallPark
from tests.support.shell import command, environment


def test_visitors_before_a_film_are_decided_and_shown(tmp_path: Path) -> None:
    now = int(time.time())
    park = SmallPark(signed_at=now - 3600)
    home = enrolled_home(tmp_path / "home", park)
    span = {"iat": now - 7200, "nbf": now - 3600, "exp": now + 36_000}
    group = park.ticket(1, party=Party(adults=5, children=3), **span)
    expired = park.ticket(2, iat=now - 300_000, nbf=now - 200_000, exp=now - 100_000)
    family = park.ticket(3, **span)
    scenes = [Scene(texts=(text,), frames=8, gap=6, seed=place) for place, text in enumerate((group, expired, family))]
    film = tmp_path / "film.avi"
    places = write_video(scenes, film)
    touches = tmp_path / "touches.jsonl"
    lines = (
        {"frame": places[0][1] + 2, "touch": "heads", "heads": 5},
        {"frame": places[2][0] - 3, "touch": "language", "language": "ru"},
        {"frame": places[2][1] + 2, "touch": "direction", "direction": "exit", "pin": PIN},
        {"frame": places[2][1] + 3, "touch": "code", "code": typed_code(park.claims(3).cti)},
    )
    touches.write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    home.config_file.write_text(f"[camera]\nsource = {json.dumps(f'video:{film}')}\n", encoding="utf-8")

    arguments = ("--data", home.path, "--headless", "--until-end", "--decisions")
    result = subprocess.run(
        command("run", *arguments, "--touches", touches, "--screenshots", tmp_path / "pictures"),
        env=environment(),
        capture_output=True,
        text=True,
        timeout=90,
        check=False,
    )

    assert result.returncode == 0, result.stderr
    decisions = [json.loads(line) for line in result.stdout.splitlines()]
    assert [(d["reason"], d["admitted_now"], d["direction"]) for d in decisions] == [
        ("partial", 5, "entry"),
        ("expired", 0, "entry"),
        ("unlisted", 3, "entry"),
        ("exit_unknown", 0, "exit"),
    ]
    log = home.log_file.read_text()
    assert [line.rsplit("gate: ")[1] for line in log.splitlines() if " ui.gate: " in line] == [
        f"entry {d['entry_id']}: {d['direction']}, {d['outcome']}, {d['reason']}, {d['admitted_now']} heads"
        for d in decisions
    ]
    assert " sync.worker: sync: sent " in log
    for text in (group, expired, family):
        assert text[4:24] not in log
    assert typed_code(park.claims(3).cti) not in log

    assert [file.name for file in sorted((tmp_path / "pictures").iterdir())] == [
        "00-ready.png",
        "01-question-heads.png",
        "02-admitted-partial.png",
        "03-refused-expired.png",
        "04-admitted-unlisted.png",
        "05-admitted-exit-unknown.png",
    ]
    with Image.open(tmp_path / "pictures" / "03-refused-expired.png") as picture:
        assert picture.size == (1280, 800)
        assert picture.convert("RGB").getpixel((1200, 160)) in ((142, 26, 23), (126, 23, 20))


def test_a_folder_that_is_not_enrolled_says_how_to_enrol(tmp_path: Path) -> None:
    result = subprocess.run(
        command("run", "--data", tmp_path / "nothing", "--headless"),
        env=environment(),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert result.returncode == 3
    assert "enrol" in result.stderr
    assert "Traceback" not in result.stderr
