"""A question before an admission: how many of the party, a warning seen, which guide or plate. It decides nothing."""

from dataclasses import dataclass, replace

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtQml import QmlElement

from kiosk.rules.entries import Private
from kiosk.rules.names import Names
from kiosk.rules.permit import CATEGORIES, Party
from kiosk.rules.tags import Tag
from kiosk.rules.words import Topic
from ui.qt import Property

QML_IMPORT_NAME = "Qaqpa"
QML_IMPORT_MAJOR_VERSION = 1


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """What is asked."""

    topic: Topic
    total: int = 0
    left: Party = Party()
    start: Party | None = None
    """The answer until somebody changes it; None: all that are left."""
    advisory: Names | None = None
    """What is to be acknowledged, in each language."""
    tail: str = ""
    leaving: bool = False
    tag: Tag | None = None
    """What a spot check asks for: the plate, where the ticket bears a tag of it."""


@QmlElement
class QuestionModel(QObject):
    """The question page's facts and the answer as it grows under the visitor's finger."""

    changed = Signal()
    answerChanged = Signal()
    confirmed = Signal()
    cancelled = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._asked = Asked(topic=Topic.HEADS)
        self._counts = [0] * len(CATEGORIES)
        self._typed = ""

    def ask(self, asked: Asked) -> None:
        """Ask this; all that are left is the answer until somebody changes it."""
        self._asked = asked
        self._counts = list((asked.left if asked.start is None else asked.start).counts())
        self._typed = ""
        self.changed.emit()
        self.answerChanged.emit()

    @property
    def party(self) -> Party:
        """The answer by category."""
        return Party.of(self._counts)

    def seen(self, private: Private) -> Private:
        """The same with what was typed, as the plate or the document that a spot check asked for."""
        words = self._typed.strip()
        return replace(private, plate=words) if self._asked.tag is Tag.PLATE else replace(private, holder=words)

    @Property(str, notify=changed)
    def topic(self) -> str:
        """heads, acknowledge, guide, holder or second_look."""
        return str(self._asked.topic)

    @Property(int, notify=changed)
    def total(self) -> int:
        """Heads of the whole party."""
        return self._asked.total

    @Property(int, notify=changed)
    def left(self) -> int:
        """Heads that may still go through."""
        return self._asked.left.heads

    @Property(str, notify=changed)
    def tail(self) -> str:
        """The last letters of the ticket's code."""
        return self._asked.tail

    @Slot(str, result=str)
    def advisoryIn(self, language: str) -> str:
        """The warning that is to be acknowledged."""
        return self._asked.advisory.in_language(language) if self._asked.advisory else ""

    @Property(bool, notify=changed)
    def leaving(self) -> bool:
        """Whether the party is on its way out."""
        return self._asked.leaving

    @Property("QStringList", notify=changed)
    def categories(self) -> list[str]:
        """The categories of which somebody is left."""
        return [name for name, count in self._asked.left.as_dict().items() if count]

    @Property(str, notify=changed)
    def tag(self) -> str:
        """plate or holder, for a spot check."""
        return str(self._asked.tag or "")

    @Property(int, notify=answerChanged)
    def heads(self) -> int:
        """How many go through now."""
        return sum(self._counts)

    @Property("QVariantList", notify=answerChanged)
    def counts(self) -> list[int]:
        """The answer in the order of all categories."""
        return list(self._counts)

    @Property(str, notify=answerChanged)
    def typed(self) -> str:
        """The guide's name, the plate or the document's number, as typed."""
        return self._typed

    @typed.setter  # type: ignore[no-redef]
    def typed(self, words: str) -> None:
        if words != self._typed:
            self._typed = words
            self.answerChanged.emit()

    @Slot(str, result=int)
    def chosen(self, category: str) -> int:
        """How many of this category."""
        return self._counts[CATEGORIES.index(category)]

    @Slot(str, result=int)
    def leftOf(self, category: str) -> int:
        """How many of this category are left."""
        return self._asked.left.counts()[CATEGORIES.index(category)]

    @Slot(str, int)
    def change(self, category: str, step: int) -> None:
        """One more or one fewer of a category, within what is left."""
        place = CATEGORIES.index(category)
        self._counts[place] = min(max(self._counts[place] + step, 0), self._asked.left.counts()[place])
        self.answerChanged.emit()

    @Slot(int)
    def changeHeads(self, step: int) -> None:
        """One more or one fewer in all: heads come in the ticket's order and go in the opposite one."""
        left = self._asked.left.counts()
        places = range(len(CATEGORIES)) if step > 0 else reversed(range(len(CATEGORIES)))
        for place in places:
            if 0 <= self._counts[place] + step <= left[place]:
                self._counts[place] += step
                break
        self.answerChanged.emit()
