"""`Words` inside QML: decisions, places, dates and numbers told in a language, by the same code as the command line.

It remembers nothing.
"""

from PySide6.QtCore import QObject, Slot
from PySide6.QtQml import QmlNamedElement, QmlSingleton

from kiosk.rules.permit import Party
from kiosk.rules.roles import role_of
from ui import words
from ui.sentences import catalogue
from ui.telling import Standing
from ui.words import Telling

QML_IMPORT_NAME = "Qaqpa"
QML_IMPORT_MAJOR_VERSION = 1


@QmlNamedElement("Words")
@QmlSingleton
class Wording(QObject):  # type: ignore[operator]  # the stub of the decorator above lacks its call
    """Decisions, places, dates and numbers in a language; it remembers nothing."""

    @Slot(str, result=str)
    def languageName(self, language: str) -> str:
        """The language named in itself."""
        return catalogue("kk").text(f"lang.{language}")

    @Slot(str, "QVariant", result=str)
    def parkName(self, language: str, place: Standing) -> str:
        """The park's name for the head line."""
        if place.park is None:
            return catalogue(language).text("park.fallback")
        return place.park.in_language(language)

    @Slot(str, "QVariant", result=str)
    def gateName(self, language: str, place: Standing) -> str:
        """The gate this kiosk stands at."""
        if place.gate_names is not None:
            return place.gate_names.in_language(language)
        return catalogue(language).filled("gate.name", gate=str(place.gate))

    @Slot(str, "QVariant", result=str)
    def placeLine(self, language: str, place: Standing) -> str:
        """Gate and direction."""
        spoken = catalogue(language)
        way = spoken.text(f"direction.{place.direction}")
        return spoken.filled("dot", first=self.gateName(language, place), second=way)

    @Slot(str, "QVariant", result=str)
    def laneLine(self, language: str, place: Standing) -> str:
        """Gate, lane and direction, for the ranger."""
        spoken = catalogue(language)
        lane = spoken.filled("lane.name", lane=str(place.lane))
        way = spoken.text(f"direction.{place.direction}")
        return " · ".join((self.gateName(language, place), lane, way))

    @Slot(str, "QVariant", result=str)
    def directionLine(self, language: str, place: Standing) -> str:
        """Which way the lane runs now."""
        spoken = catalogue(language)
        return spoken.filled("ranger.direction", direction=spoken.text(f"direction.{place.direction}"))

    @Slot("QVariant", float, result=str)
    def time(self, place: Standing, at: float) -> str:
        """The park's local time."""
        return words.time(words.local(at, place.offset_minutes))

    @Slot(str, "QVariant", float, result=str)
    def headerDate(self, language: str, place: Standing, at: float) -> str:
        """Today, with the day of the week."""
        return words.header_date(words.local(at, place.offset_minutes), language)

    @Slot(str, "QVariant", float, float, result=str)
    def until(self, language: str, place: Standing, at: float, now: float) -> str:
        """The end of something, as a time or with its date."""
        offset = place.offset_minutes
        return words.until(words.local(at, offset), words.local(now, offset), language)

    @Slot(str, "QVariant", result=str)
    def what(self, language: str, telling: Telling) -> str:
        """What happened and why."""
        return words.tell(telling, language).what

    @Slot(str, "QVariant", result=str)
    def next(self, language: str, telling: Telling) -> str:
        """What to do next."""
        return words.tell(telling, language).next

    @Slot(str, "QVariant", result=str)
    def party(self, language: str, party: Party) -> str:
        """Who it is, by category."""
        return words.party_line(party, language)

    @Slot(str, float, result=str)
    def age(self, language: str, seconds: float) -> str:
        """How old the data is; a negative age means none was ever received."""
        return words.age(seconds if seconds >= 0 else None, language)

    @Slot(str, float, result=str)
    def ago(self, language: str, seconds: float) -> str:
        """How long ago the last exchange was; negative means never."""
        return words.age(seconds if seconds >= 0 else None, language, family="ago")

    @Slot(str, str, result=str)
    def roleName(self, language: str, role: str) -> str:
        """What a person is at a gate; a role that nobody knows here is a ranger's."""
        return catalogue(language).text(f"role.{role_of(role)}")

    @Slot(str, int, result=str)
    def pause(self, language: str, seconds: int) -> str:
        """How long nobody may try again, in the unit in which people would say it."""
        for unit, length in ((".hours", 3600), (".minutes", 60)):
            if seconds > 2 * length:
                return catalogue(language).filled(f"pin.locked{unit}", count=str(-(-seconds // length)))
        return catalogue(language).filled("pin.locked", count=str(seconds))

    @Slot(str, str, "QVariantMap", result=str)
    def fill(self, language: str, key: str, values: dict[str, object]) -> str:
        """A sentence of the catalogue with its placeholders filled in by QML."""
        return catalogue(language).filled(key, **{name: _shown(value) for name, value in values.items()})


def _shown(value: object) -> str:
    # A whole number comes out of JavaScript as a float.
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
