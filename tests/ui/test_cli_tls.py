"""`qaqpa registry tls` and `serve --tls`, as an administrator types them."""

import json
import signal
import subprocess
from pathlib import Path

import pytest
import requests

from tests.support.shell import command, environment, qaqpa_here, tied


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A registry's data folder without parks."""
    path = tmp_path_factory.mktemp("tls")
    assert qaqpa_here("registry", "init", "--data", path).code == 0
    return path


def test_a_certificate_is_made_shown_and_renewed(folder: Path) -> None:
    made = qaqpa_here(
        "registry", "tls", "make", "--host", "localhost", "--host", "127.0.0.1", "--data", folder, "--json"
    )
    assert (made.code, made.record["server"]["hosts"]) == (0, ["localhost", "127.0.0.1"])
    shown = qaqpa_here("registry", "tls", "status", "--data", folder, "--json")
    assert (shown.code, shown.record) == (0, made.record)
    renewed = qaqpa_here("registry", "tls", "renew", "--data", folder, "--json").record
    assert renewed["authority"] == made.record["authority"]
    assert renewed["server"]["sha256"] != made.record["server"]["sha256"]
    said = qaqpa_here("registry", "tls", "status", "--data", folder).out
    assert "the server: localhost, 127.0.0.1, until 20" in said


def test_what_is_missing_is_a_sentence(tmp_path: Path, folder: Path) -> None:
    for arguments in (("make", "--host", "localhost"), ("status",), ("renew",)):
        told = qaqpa_here("registry", "tls", *arguments, "--data", tmp_path)
        assert told.code == 3
        assert "qaqpa registry init" in told.err
    told = qaqpa_here("registry", "tls", "make", "--host", "https://x", "--data", folder)
    assert told.code == 2
    assert qaqpa_here("registry", "init", "--data", tmp_path).code == 0
    told = qaqpa_here("registry", "serve", "--tls", "--port", "0", "--data", tmp_path)
    assert told.code == 3
    assert "qaqpa registry tls make" in told.err


def test_the_registry_serves_https_by_it(folder: Path) -> None:
    words = ("registry", "tls", "make", "--host", "localhost", "--data", folder)
    assert qaqpa_here(*words).code == 0
    process = subprocess.Popen(
        tied(*command("registry", "serve", "--tls", "--port", "0", "--data", folder, "--json")),
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=environment(),
        text=True,
    )
    assert process.stdout is not None
    try:
        url = json.loads(process.stdout.readline())["url"]
        assert url.startswith("https://127.0.0.1:")
        by_name = url.replace("127.0.0.1", "localhost")
        pinned = str(folder / "registry" / "keys" / "park-ca.pem")
        assert requests.get(f"{by_name}/docs", verify=pinned, timeout=20).status_code == 200
        with pytest.raises(requests.exceptions.SSLError):
            requests.get(f"{by_name}/docs", timeout=20)
    finally:
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=20) == 0
        process.stdout.close()


def test_no_authority_follows_that_officers_have_not_signed_for(tmp_path: Path) -> None:
    """Else no kiosk would know its registry any more, and every gate would need a stick."""

    def tls(*arguments: str) -> tuple[int, str]:
        told = qaqpa_here("registry", "tls", *arguments, "--data", tmp_path)
        return told.code, told.err

    assert qaqpa_here("registry", "init", "--data", tmp_path).code == 0  # without any root: nobody has signed
    assert tls("make", "--host", "localhost")[0] == 0
    assert tls("next")[0] == 0
    code, said = tls("switch")
    assert code == 2
    assert "No officer has signed" in said
    assert qaqpa_here("registry", "trust", "begin", "--all-here", "--data", tmp_path).code == 0
    assert tls("switch")[0] == 0
