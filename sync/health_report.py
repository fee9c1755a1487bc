"""How a kiosk's devices are, on the wire: words and figures, no sentences, and nothing about anybody.

The words are those of `kiosk/devices`. Whoever reads takes every word that looks like one: a newer kiosk may have
devices and problems that this program has never heard of. What a word means, and what to do, is said by who shows it.
"""

import re
from dataclasses import dataclass
from typing import Annotated, Any, Final

from pydantic import Field, PlainSerializer, PlainValidator, WithJsonSchema

from sync.fields import Whole

MOST_DEVICES: Final = 32
MOST_FIGURES: Final = 16
LARGEST_FIGURE: Final = 10**12
_WORD = r"^[a-z_]{1,40}$"
_WORD_OR_NONE = r"^[a-z_]{0,40}$"
_NAME = r"^[a-z0-9_]{1,40}$"

LONGEST_SECONDS: Final = 2**32 - 1
_LATEST = 253_402_300_799  # the last second of the year 9999: no later one can be shown as a date

Word = Annotated[str, Field(pattern=_WORD)]
Figure = tuple[str, float]
"""What a device measures, with the unit in its name: `battery_percent`."""


def is_word(text: str) -> bool:
    """Whether this may travel as the name of a kind, a state or a problem."""
    return re.fullmatch(_WORD, text) is not None


def is_figure(name: str, value: float) -> bool:
    """Whether this may travel as a figure: a plain name, and a number that is one."""
    return re.fullmatch(_NAME, name) is not None and -LARGEST_FIGURE <= value <= LARGEST_FIGURE


def _figures(raw: object) -> tuple[Figure, ...]:
    if not isinstance(raw, dict) or len(raw) > MOST_FIGURES:
        raise ValueError(f"expected at most {MOST_FIGURES} figures by their names")
    return tuple((str(name), _figure(str(name), value)) for name, value in raw.items())


def _figure(name: str, value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not is_figure(name, value):
        raise ValueError(f"expected a number under a plain name, got {value!r:.40} under {name[:40]!r}")
    return float(value)


_FIGURES_SCHEMA = {"type": "object", "maxProperties": MOST_FIGURES, "additionalProperties": {"type": "number"}}
Figures = Annotated[
    tuple[Figure, ...],
    PlainValidator(_figures),
    PlainSerializer(dict, return_type=dict[str, float]),
    WithJsonSchema(_FIGURES_SCHEMA),
]


@dataclass(frozen=True, kw_only=True, slots=True)
class DeviceHealth:
    """One device of a kiosk: how it is and for how long; `problem` is empty when all is well."""

    kind: Word
    state: Word
    problem: Annotated[str, Field(pattern=_WORD_OR_NONE)]
    since_seconds: Annotated[int, Field(ge=0, le=LONGEST_SECONDS)]
    figures: Figures = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class HealthReport:
    """`POST /v1/devices/{device}/health`: all devices of a kiosk as they were at this time of its own clock."""

    at: Annotated[int, Field(ge=0, le=_LATEST)]
    software: Annotated[str, Field(pattern=r"^[ -~]{1,100}$")]
    devices: Annotated[tuple[DeviceHealth, ...], Field(max_length=MOST_DEVICES)]


@dataclass(frozen=True, kw_only=True, slots=True)
class HealthHeard:
    """The registry has it, and since when by its own clock."""

    at: Whole
