"""One setting written into DIR/config.toml by a command: all else in the file stays as a person wrote it, comments too.

The file is there whole or as it was, stays its owner's, and is never left in a state that a kiosk would not start with.
"""

from __future__ import annotations

import contextlib
import os
import tempfile
from pathlib import Path

import tomlkit

from kiosk.config import parse_config, read_config
from kiosk.store.files import make_folder, sync_folder, told

_OPEN_TO_READ = 0o644


def write_settings(path: Path, table: str, values: dict[str, str | int]) -> None:
    """Set these names of this table; ConfigError where the file is wrong already, EnvironmentalError for the disk."""
    read_config(path)
    with told(path):
        before = path.read_text(encoding="utf-8") if path.exists() else ""
    document = tomlkit.parse(before)
    settings = document.setdefault(table, tomlkit.table())
    for name, value in values.items():
        settings[name] = value
    after = tomlkit.dumps(document)
    parse_config(after, path)
    if not path.parent.exists():
        make_folder(path.parent)
    with told(path):
        _replace(path, after)


def _replace(path: Path, text: str) -> None:
    like = path.stat() if path.exists() else path.parent.stat()
    mode = like.st_mode & 0o777 if path.exists() else _OPEN_TO_READ
    descriptor, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    beside = Path(name)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fchmod(descriptor, mode)
            with contextlib.suppress(PermissionError):  # only root may give a file back to the kiosk's own user
                os.fchown(descriptor, like.st_uid, like.st_gid)
            os.fsync(descriptor)
        beside.replace(path)
    except OSError:
        beside.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)
