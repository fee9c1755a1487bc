"""The registry as a process: it says where it listens, and ends on SIGTERM with everything kept."""

import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
import requests

from kiosk.errors import EnvironmentalError
from sync.client import HttpRegistry, device_signer
from sync.registry.service import RegistryService
from sync.registry.serving import RegistryServer
from sync.revocation_log import UrgentReply
from tests.support.shell import tied
from tests.sync.registry.conftest import Gate, HeldClock

PROGRAM = """
import sys
from pathlib import Path
from sync.registry.service import open_registry
from sync.registry.serving import serve
serve(open_registry(Path(sys.argv[1])), "127.0.0.1", 0, lambda url: print(url, flush=True))
"""


def test_a_served_registry_names_its_port_and_ends_on_sigterm(service: RegistryService) -> None:
    command = tied(sys.executable, "-c", PROGRAM, service.folder.path)
    root = Path(__file__).parents[3]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=root) as child:
        try:
            assert child.stdout is not None
            url = child.stdout.readline().strip()
            assert re.fullmatch(r"http://127\.0\.0\.1:[1-9]\d+", url)
            assert requests.get(f"{url}/v1/trust/metadata/1.root.json", timeout=20).json()["signed"]["_type"] == "root"
        finally:
            child.send_signal(signal.SIGTERM)
        assert child.wait(20) == 0
        assert child.stderr is not None
        assert "Traceback" not in child.stderr.read()


def test_a_port_that_is_taken_is_a_sentence(service: RegistryService) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(EnvironmentalError, match="cannot listen on"):
        RegistryServer(service, "127.0.0.1", taken.getsockname()[1])


def test_a_server_that_stops_lets_those_go_who_wait(
    service: RegistryService, gate_at: Callable[..., Gate], clock: HeldClock
) -> None:
    gate = gate_at()
    server = RegistryServer(service, "127.0.0.1", 0)
    server.start()
    with closing(HttpRegistry(server.url, signer=device_signer(gate.key, str(gate.device), clock))) as client:
        answers: list[UrgentReply] = []
        known = client.urgent(7, after=0, set_version=0, wait_seconds=0)

        def wait() -> None:
            answers.append(client.urgent(7, after=known.revocations, set_version=known.set, wait_seconds=20))

        waiting = threading.Thread(target=wait)
        waiting.start()
        time.sleep(1)
        began = time.monotonic()
        server.stop()
        waiting.join()
        assert time.monotonic() - began < 3
    assert answers == [known]
