"""The page on which a person says who they are: names and roles of the park's signed list. It decides nothing."""

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtQml import QmlElement

from ui.persons import Person
from ui.qt import Property

QML_IMPORT_NAME = "Qaqpa"
QML_IMPORT_MAJOR_VERSION = 1

NAMES_SHOWN = 8


@QmlElement
class SigningModel(QObject):
    """The names of the page that is shown, each with its role."""

    changed = Signal()
    picked = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._people: tuple[Person, ...] = ()
        self._first = 0

    def show(self, people: tuple[Person, ...]) -> None:
        """Show the first of these."""
        self._people, self._first = people, 0
        self.changed.emit()

    @Property("QVariantList", notify=changed)
    def people(self) -> list[dict[str, str]]:
        """The persons of the page."""
        shown = self._people[self._first : self._first + NAMES_SHOWN]
        return [{"name": person.name, "role": person.role} for person in shown]

    @Property(bool, notify=changed)
    def hasMore(self) -> bool:
        """Whether they need more than one page."""
        return len(self._people) > NAMES_SHOWN

    @Slot()
    def more(self) -> None:
        """The next page, and after the last the first."""
        self._first = (self._first + NAMES_SHOWN) % (-(-len(self._people) // NAMES_SHOWN) * NAMES_SHOWN)
        self.changed.emit()

    @Slot(str)
    def pick(self, name: str) -> None:
        """That is me."""
        if name in [person.name for person in self._people]:
            self.picked.emit(name)
