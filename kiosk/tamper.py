"""The senses that notice tampering: an opened door, a pulled cable, a kiosk that is struck. Each contact is one file.

Whatever reads the contacts (a small service at a GPIO port, or a person who tries it) leaves a file named after the
kind in a folder; it is taken up within a second and goes only once the alarm is written down.
"""

from pathlib import Path

from kiosk.rules.words import AlarmKind
from kiosk.store.files import PRIVATE_FILE, make_folder, told

CONTACTS = (AlarmKind.DOOR, AlarmKind.CABLE, AlarmKind.TILT)


class ContactFolder:
    """The folder in which contacts leave their files."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def raise_(self, kind: AlarmKind) -> None:
        """Leave what a contact leaves."""
        make_folder(self._folder)
        with told(self._folder):
            (self._folder / str(kind)).touch(mode=PRIVATE_FILE)

    def waiting(self) -> tuple[AlarmKind, ...]:
        """The contacts that have spoken and are not settled, the gravest first; a file of another name is none."""
        with told(self._folder):
            if not self._folder.is_dir():
                return ()
            names = {path.name for path in self._folder.iterdir()}
        return tuple(kind for kind in CONTACTS if str(kind) in names)

    def settle(self, kind: AlarmKind) -> None:
        """It is written down: the file may go."""
        with told(self._folder):
            (self._folder / str(kind)).unlink(missing_ok=True)
