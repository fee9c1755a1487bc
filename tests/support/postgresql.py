"""A PostgreSQL server of the tests' own, from the machine's packages, on a free port and a folder that goes."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.support.ports import reserved_port

_USER = "qaqpa"


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
        with reserved_port() as port:
            wanted = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c fsync=off"
            _run(home / "pg_ctl", "-D", "data", "-w", "-l", "log", "-o", wanted, "start", folder=folder)
            try:
                yield f"postgresql://{_USER}@127.0.0.1:{port}/{{}}"
            finally:
                _run(home / "pg_ctl", "-D", "data", "-m", "immediate", "stop", folder=folder)
    finally:
        shutil.rmtree(folder)


def _owner() -> str | None:
    """Whom to run it as: it refuses root."""
    return "postgres" if os.geteuid() == 0 else None


def _run(*command: object, folder: Path) -> None:
    subprocess.run(
        [str(word) for word in command], cwd=folder, user=_owner(), check=True, stdout=subprocess.DEVNULL, timeout=60
    )
