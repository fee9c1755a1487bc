"""The senses that notice tampering: an opened door, a pulled cable, a kiosk that is struck. Each contact is one file.

Whatever reads the contacts (a small service at a GPIO port, or a person who tries it) leaves a file named after the
kind in a folder; it is taken up within a second and goes only once the alarm is written down.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kiosk.errors import EnvironmentalError
from kiosk.rules.words import AlarmKind

CONTACTS = (AlarmKind.DOOR, AlarmKind.CABLE, AlarmKind.TILT)


class ContactFolder:
    """The folder in which contacts leave their files."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def raise_(self, kind: AlarmKind) -> None:
        """Leave what a contact leaves."""
        with self._told():
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            (self._folder / str(kind)).touch(mode=0o600)

    def waiting(self) -> tuple[AlarmKind, ...]:
        """The contacts that have spoken and are not settled, the gravest first; a file of another name is none."""
        with self._told():
            names = {path.name for path in self._folder.iterdir()} if self._folder.is_dir() else set()
        return tuple(kind for kind in CONTACTS if str(kind) in names)

    def settle(self, kind: AlarmKind) -> None:
        """It is written down: the file may go."""
        with self._told():
            (self._folder / str(kind)).unlink(missing_ok=True)

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise EnvironmentalError(f"{self._folder}: {error.strerror or error}") from error
