"""A PostgreSQL server of the tests' own, from the machine's packages, on a free port and a folder that goes."""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.support.ports import reserved_port
from tests.support.shell import tied

_USER = "qaqpa"
_START_SECONDS = 60


def programs() -> Path | None:
    """Where the newest PostgreSQL's programs are; None where none is installed."""
    on_path = shutil.which("initdb")
    if on_path:
        return Path(on_path).parent
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    return found[-1].parent if found else None


@contextmanager
def postgresql() -> Iterator[str]:
    """The address of a fresh server, with a place for the name of a database: `….format("registry")`."""
    home = programs()
    assert home is not None
    folder = Path(tempfile.mkdtemp(prefix="qaqpa-pg-"))  # not pytest's: PostgreSQL's own user must get in
    user = _owner()
    try:
        if user is not None:
            os.chown(folder, pwd.getpwnam(user).pw_uid, -1)
        _run(home / "initdb", "-D", "data", "-A", "trust", "-U", _USER, "--no-sync", "-E", "UTF8", folder=folder)
        with reserved_port() as port, _started(home, folder, port):
            yield f"postgresql://{_USER}@127.0.0.1:{port}/{{}}"
    finally:
        shutil.rmtree(folder)


@contextmanager
def _started(home: Path, folder: Path, port: int) -> Iterator[None]:
    settings = ("listen_addresses=127.0.0.1", f"port={port}", "unix_socket_directories=", "fsync=off")
    words = [word for setting in settings for word in ("-c", setting)]
    with (folder / "log").open("wb") as log:
        # not by pg_ctl, which lets go of it: a run of tests that is killed takes its server along (SIGQUIT: at once)
        server = subprocess.Popen(
            tied(home / "postgres", "-D", "data", *words, by="QUIT"), cwd=folder, user=_owner(), stdout=log, stderr=log
        )
    try:
        until = time.monotonic() + _START_SECONDS
        while not _is_ready(folder / "data" / "postmaster.pid"):
            is_alive = server.poll() is None and time.monotonic() < until
            assert is_alive, (folder / "log").read_text(encoding="utf-8", errors="replace")
            time.sleep(0.1)
        yield
    finally:
        server.send_signal(signal.SIGQUIT)
        server.wait(_START_SECONDS)


def _is_ready(written: Path) -> bool:
    """Whether the server has written there that it takes connections, as pg_ctl looks for it."""
    try:
        return written.read_text(encoding="utf-8").splitlines()[-1].strip() == "ready"
    except (OSError, IndexError):
        return False


def _owner() -> str | None:
    """Whom to run it as: it refuses root."""
    return "postgres" if os.geteuid() == 0 else None


def _run(*command: object, folder: Path) -> None:
    subprocess.run(
        [str(word) for word in command], cwd=folder, user=_owner(), check=True, stdout=subprocess.DEVNULL, timeout=60
    )
