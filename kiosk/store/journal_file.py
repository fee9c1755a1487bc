"""The file journal.db as it is read: one connection, what is damage in it, and its sealed parts opened.

A reader beside the one that writes follows it when a damaged journal was set aside and a new file took its place.
"""

import os
from contextlib import suppress
from pathlib import Path
from typing import Any

from kiosk.errors import EnvironmentalError
from kiosk.rules.entries import EntryKey
from kiosk.store import driver
from kiosk.store.driver import Connection, DamagedError
from kiosk.store.files import PRIVATE_FILE
from kiosk.store.home import Home
from kiosk.store.journal_schema import bound_to, steps
from kiosk.store.vault import Vault

NAME = "journal.db"
SALT_BYTES = 16


class JournalFile:
    """journal.db through one connection, which one thread uses at a time."""

    def __init__(self, database: Connection, home: Home, device: int, *, follows: bool) -> None:
        self._database = database
        self._home, self._path = home, home.journal_file
        self._device = device
        self._vault = Vault(home.vault_file)
        self._follows = follows
        # the first look of one that follows opens anew: the file may have moved
        self._inode: int | None = None if follows else _inode(self._path)

    def close(self) -> None:
        """Give the file back."""
        self._database.close()

    @property
    def device(self) -> int:
        """The device whose chain this journal continues."""
        return self._device

    def doubt(self) -> None:
        """Let whoever writes this journal know that it is damaged where no scan looks."""
        with suppress(OSError):
            self._home.doubt_file.touch(PRIVATE_FILE)

    # ---- look-ups of a scan -----------------------------------------------------------------------------------------

    # ---- inside ------------------------------------------------------------------------------------------------------

    def _rows(self, query: str, *values: object) -> list[Any]:
        if self._follows:
            self._follow()
        try:
            with driver.guarded(NAME):
                return self._database.execute(query, values).fetchall()
        except DamagedError:
            self._inode = None  # a connection that met one such page gives wrong ones afterwards: see _follow()
            raise

    def _follow(self) -> None:
        """Open the file anew when another one took its name, and after damage."""
        inode = _inode(self._path)
        if inode is None or inode == self._inode:
            return
        database = open_readonly(self._home)
        with suppress(driver.Error):
            self._database.close()
        self._database, self._inode = database, inode

    def _hidden(self, key: EntryKey, slot: int | None, sealed: bytes | None) -> bytes | None:
        """Salt and private part, where there is one and its key was not forgotten."""
        if slot is None or sealed is None:
            return None
        try:
            return self._vault.open(slot, sealed, bound_to(key.device, key.chain, key.n))
        except DamagedError:
            return None  # the entry counts all the same; the audit names it


def open_readonly(home: Home) -> Connection:
    """The file beside the one that writes, or alone; a sentence where an older program left it."""
    database = driver.connect(home.journal_file, home.database_key(), readonly=True)
    try:
        known = steps(Vault(home.vault_file))
        version = driver.check_version(database, known, NAME)
        if version < len(known):
            raise EnvironmentalError(
                f"{NAME} is of an older version of this program (schema {version}): it is brought up to date when the "
                "kiosk starts, or by any command that writes, such as `qaqpa journal purge`"
            )
    except BaseException:
        database.close()
        raise
    return database


def _inode(path: Path) -> int | None:
    try:
        return os.stat(path).st_ino  # noqa: PTH116  (asked before every look-up of a reader)
    except OSError:
        return None
