"""`qaqpa run` with a barrier that is pulled out before the second visitor: nobody is lost, and nothing is restarted."""

from __future__ import annotations

import json
import subprocess
import threading
import time
from pathlib import Path

from kiosk.devices.generator import Scene, write_video
from kiosk.rules.words import ActKind
from tests.support.enrolled import enrolled_home
from tests.support.park import SmallPark
from tests.support.relay_server import RelayServer, relay_server
from tests.support.shell import command, environment
from tests.support.shell import qaqpa_here as qaqpa

VISITORS = 4


def _pull_after_the_first(relay: RelayServer, over: threading.Event) -> None:
    while relay.rises == 0 and not over.wait(0.005):
        pass
    time.sleep(0.1)  # its answer has gone out
    relay.stop()


def test_visitors_before_a_film_are_all_recorded_while_the_barrier_is_pulled_out(tmp_path: Path) -> None:
    now = int(time.time())
    park = SmallPark(signed_at=now - 3600)
    home = enrolled_home(tmp_path / "home", park)
    span = {"iat": now - 7200, "nbf": now - 3600, "exp": now + 36_000}
    scenes = [
        Scene(texts=(park.ticket(serial, **span),), frames=8, gap=12, seed=serial) for serial in range(1, VISITORS + 1)
    ]
    film = tmp_path / "film.avi"
    write_video(scenes, film)
    with relay_server() as relay:
        wiring = relay.wiring()
        settings = [f'camera.source = "video:{film}"', 'barrier.kind = "relay"', "barrier.pulse_milliseconds = 200"]
        settings += [
            f'barrier.{name} = "{value}"'
            for name, value in (("pulse_url", wiring.pulse_url), ("state_url", wiring.state_url), ("open", wiring.open))
        ]
        home.config_file.write_text("\n".join(settings), encoding="utf-8")
        over = threading.Event()
        pulling = threading.Thread(target=_pull_after_the_first, args=(relay, over), daemon=True)
        pulling.start()
        result = subprocess.run(
            command("run", "--data", home.path, "--headless", "--until-end", "--decisions"),
            env=environment(),
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        over.set()
        pulling.join(20)
        rises = relay.rises
    assert result.returncode == 0, result.stderr
    decisions = [json.loads(line) for line in result.stdout.splitlines()]
    assert [each["outcome"] for each in decisions] == ["admitted"] * VISITORS
    entries = qaqpa("journal", "show", "--data", home.path, "--json", "--limit", "50").records
    acts = [(each["act"], each["target"]) for each in entries if each["kind"] == "act"]
    assert {target for _, target in acts} == {each["entry_id"] for each in decisions}, (
        "each has its pulse or its want of one"
    )
    pulsed = [target for act, target in acts if act == ActKind.PULSE]
    assert decisions[0]["entry_id"] in pulsed
    assert len(pulsed) == len(set(pulsed)) <= rises
    assert ActKind.POSITION in {act for act, _ in acts}
    assert "by hand" in home.log_file.read_text()
