"""`qaqpa run` itself, camera, screen and all, killed before a film of visitors and started again."""

import json
import random
import subprocess
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from kiosk.devices.generator import Scene, write_video
from kiosk.rules.entries import ActBody, DecisionBody, Entry
from kiosk.rules.words import ActKind, Outcome
from tests.support.enrolled import enrolled_home
from tests.support.park import SmallPark
from tests.support.shell import command, environment, tied
from ui.assembly import open_reader

VISITORS = 5
SEED = 2026


def test_every_visitor_of_a_film_is_let_in_once_however_often_the_kiosk_is_killed(
    tmp_path: Path, size: Callable[[int, int], int], figure: Callable[[str], None]
) -> None:
    now = int(time.time())
    park = SmallPark(signed_at=now - 3600)
    home = enrolled_home(tmp_path / "home", park)
    tickets = [park.ticket(serial, iat=now - 7200, nbf=now - 3600, exp=now + 36_000) for serial in range(VISITORS)]
    film = tmp_path / "film.avi"
    write_video([Scene(texts=(text,), frames=8, gap=6, seed=place) for place, text in enumerate(tickets)], film)
    home.config_file.write_text(f"[camera]\nsource = {json.dumps(f'video:{film}')}\n", encoding="utf-8")
    run = tied(*command("run", "--data", home.path, "--headless", "--until-end", "--decisions"))

    chance, printed = random.Random(SEED), list[str]()
    kills = size(3, 40)
    for _ in range(kills):
        with subprocess.Popen(run, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as kiosk:
            time.sleep(chance.uniform(0.5, 4.0))
            kiosk.kill()
            printed += (kiosk.stdout.read() if kiosk.stdout else b"").decode().splitlines()
        with open_reader(home) as memory:
            assert memory.journal.verify() == []
    last = subprocess.run(run, env=environment(), capture_output=True, text=True, timeout=90, check=False)
    assert last.returncode == 0, last.stderr

    with open_reader(home) as memory:
        entries = list(memory.journal.between(0, 2**40))
        assert memory.journal.verify() == []
    admitted = {entry.id: _admitted_permit(entry) for entry in entries if _admitted_permit(entry)}
    assert sorted(Counter(admitted.values()).values()) == [1] * VISITORS
    acts = (entry.body for entry in entries if isinstance(entry.body, ActBody))
    assert {act.target for act in acts if act.act is ActKind.PULSE} == admitted.keys()
    figure(f"{kills} kills, {len(printed)} decisions printed, {VISITORS} of {VISITORS} visitors let in once")
    known = {entry.id for entry in entries}
    assert all(json.loads(line)["entry_id"] in known for line in printed if line.endswith("}"))


def _admitted_permit(entry: Entry) -> bytes | None:
    match entry.body:
        case DecisionBody(outcome=Outcome.ADMITTED, permit=permit):
            return permit
        case _:
            return None
