"""docs/ROLES.md shows the tables of the code, row by row."""

import re
from pathlib import Path

from kiosk.rules.lockout import ATTEMPTS, DAY, DEVICE_ATTEMPTS, DEVICE_PAUSES, HOUR, MINUTE, PERSON_PAUSES
from kiosk.rules.roles import MAY, Right, Role

PAGE = (Path(__file__).parents[2] / "docs" / "ROLES.md").read_text(encoding="utf-8")


def rows(first: str) -> list[list[str]]:
    """The rows of the table whose heading begins so."""
    table = PAGE[PAGE.index(f"| {first} |") :].partition("\n\n")[0]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines()]


def in_words(seconds: int) -> str:
    for unit, length in (("day", DAY), ("hour", HOUR), ("minute", MINUTE)):
        if seconds >= length:
            count = seconds // length
            return f"{count} {unit}{'' if count == 1 else 's'}"
    raise AssertionError(seconds)


def test_the_page_shows_who_may_do_what() -> None:
    heading, _, *told = rows("act")
    assert heading == ["act", *map(str, Role)]
    assert told == [[str(right), *("yes" if role in MAY[right] else "no" for role in Role)] for right in Right]


def test_the_page_shows_the_pauses() -> None:
    _, _, *told = rows("wrong ones in a row")
    assert [pause for _, pause in told] == [in_words(pause) for pause in PERSON_PAUSES]
    assert [int(re.match(r"\d+", wrong)[0]) for wrong, _ in told] == [  # type: ignore[index]
        ATTEMPTS * (place + 1) for place in range(len(PERSON_PAUSES))
    ]
    assert (DEVICE_ATTEMPTS, DEVICE_PAUSES) == (20, (MINUTE, 5 * MINUTE, 15 * MINUTE, HOUR))
    assert f"every {DEVICE_ATTEMPTS} wrong ones lock the device: 1 minute, 5, 15,\nthen 1 hour" in PAGE
