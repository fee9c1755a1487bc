"""Who comes to the demo's gate, what they hold up, and what should be answered. Nothing here knows how it is decided.

A visitor names a ticket of the wallet (`ui/demo_tickets.py`); the expectation is written down by hand, so that the
kiosk is held to it and never asked for it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from kiosk.devices.carriers import CarrierKind
from kiosk.devices.generator import Scene
from kiosk.rules.words import Direction, Reason
from sync.registry.service import RegistryService

FRAMES_A_SECOND = 15.0
FRAMES, GAP = 12, 6
SLOW_FRAMES, SLOW_GAP = 18, 32
"""Before a person's eyes: time to read each verdict."""
UNREADABLE = 0.4
PIN = "246810"
"""Of the demo's device only; every other one is chosen by its ranger."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Touch:
    """What a finger does on the screen; the fields are those of a line of touches.jsonl, without its frame."""

    touch: str
    heads: int | None = None
    code_of: str | None = None
    """The ticket whose typed code is entered."""
    direction: Direction | None = None
    language: str | None = None

    def line(self, frame: int, codes: dict[str, str]) -> dict[str, Any]:
        """The touch as it stands in the file."""
        line: dict[str, Any] = {"frame": frame, "touch": self.touch}
        if self.heads is not None:
            line["heads"] = self.heads
        if self.code_of is not None:
            line["code"] = codes[self.code_of]
        if self.direction is not None:
            line |= {"direction": self.direction.value, "pin": PIN}
        if self.language is not None:
            line["language"] = self.language
        return line


@dataclass(frozen=True, kw_only=True, slots=True)
class Expected:
    """One decision that should be made while a visitor is there."""

    reason: Reason
    admitted_now: int = 0
    remaining: int | None = None
    """None where it is of no interest."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Visitor:
    """One visitor before the camera."""

    who: str
    shows: str
    """A ticket of the wallet."""
    expects: tuple[Expected, ...]
    paper: bool = False
    inverted: bool = False
    pixels_per_module: float = 4.2
    tilt_degrees: float = 10.0
    blur: float = 0.7
    noise: float = 5.0
    brightness: float = 1.0
    damage: float = 0.0
    caption: str = "Бурабай · Burabay"
    before: tuple[Touch, ...] = ()
    """Done in the empty frames before the visitor comes."""
    after: tuple[Touch, ...] = ()
    """Done when the visitor has shown what there is to show."""

    def scene(self, number: int, text: str, code: str, *, slow: bool) -> Scene:
        """The visitor as the camera sees them; `number` is their place in the queue."""
        return Scene(
            texts=(text,),
            code=code,
            caption=self.caption,
            carrier=CarrierKind.PAPER if self.paper else CarrierKind.PHONE,
            pixels_per_module=self.pixels_per_module,
            tilt_degrees=self.tilt_degrees,
            blur=self.blur,
            noise=self.noise,
            brightness=self.brightness,
            inverted=self.inverted,
            damage=self.damage,
            frames=SLOW_FRAMES if slow else FRAMES,
            gap=SLOW_GAP if slow else GAP,
            seed=number,
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Script:
    """What is filmed, what should happen, and what happens at the registry before the kiosk's last contact."""

    filmed: Sequence[Visitor]
    expected: Sequence[Visitor]
    before_contact: Callable[[RegistryService], None] | None = None
    """What else the registry's people do when the tickets are sold and the kiosk has not yet asked."""


def _one(reason: Reason, heads: int = 0, remaining: int | None = None) -> tuple[Expected, ...]:
    return (Expected(reason=reason, admitted_now=heads, remaining=remaining),)


VISITORS: tuple[Visitor, ...] = (
    Visitor(who="a family of three, phone", shows="family", expects=_one(Reason.OK, 3, 0)),
    Visitor(
        who="a group of eight: five are here, paper",
        shows="group",
        expects=_one(Reason.PARTIAL, 5, 3),
        paper=True,
        after=(Touch(touch="heads", heads=5),),
    ),
    Visitor(
        who="a couple, a crumpled sheet of paper",
        shows="couple",
        expects=_one(Reason.OK, 2, 0),
        paper=True,
        pixels_per_module=3.6,
        tilt_degrees=17,
    ),
    Visitor(
        who="a ticket of two days ago, paper", shows="expired", expects=_one(Reason.EXPIRED), paper=True, brightness=0.8
    ),
    Visitor(
        who="a ticket for in two days, phone",
        shows="not_yet",
        expects=_one(Reason.NOT_YET),
        pixels_per_module=5.5,
        blur=1.0,
    ),
    Visitor(
        who="a copy of the family's ticket, phone",
        shows="family",
        expects=_one(Reason.ALREADY_USED),
        inverted=True,
    ),
    Visitor(
        who="the group's other three, the same paper",
        shows="group",
        expects=_one(Reason.OK, 3, 0),
        paper=True,
        pixels_per_module=3.4,
    ),
    Visitor(who="a refunded ticket, phone", shows="revoked", expects=_one(Reason.REVOKED), noise=8),
    Visitor(
        who="a ticket of another park, phone",
        shows="other_park",
        expects=_one(Reason.WRONG_PARK),
        caption="Алтынемел · Altyn-Emel",
    ),
    Visitor(
        who="a ticket for another gate, phone",
        shows="other_gate",
        expects=_one(Reason.FLAGGED_GATE, 2, 0),
        tilt_degrees=18,
    ),
    Visitor(who="a ticket with one byte altered, phone", shows="altered", expects=_one(Reason.FORGED)),
    Visitor(
        who="a ticket signed by a stranger, paper",
        shows="foreign",
        expects=_one(Reason.FORGED),
        paper=True,
        brightness=0.75,
        noise=7,
    ),
    Visitor(who="bought minutes ago, phone", shows="minutes_ago", expects=_one(Reason.UNLISTED, 2, 0), blur=1.1),
    Visitor(
        who="some other QR code, paper",
        shows="garbage",
        expects=_one(Reason.NOT_A_TICKET),
        paper=True,
        caption="Шайхана «Көкше»",
    ),
    Visitor(
        who="a payment code, phone",
        shows="payment",
        expects=_one(Reason.NOT_A_TICKET),
        pixels_per_module=5.0,
        noise=7,
        caption="Төлем · Payment",
    ),
    Visitor(
        who="two students, a phone in dark mode",
        shows="students",
        expects=_one(Reason.OK, 2, 0),
        inverted=True,
        pixels_per_module=3.8,
    ),
    Visitor(
        who="the family leaves, phone",
        shows="family",
        expects=_one(Reason.EXIT, 3),
        before=(Touch(touch="direction", direction=Direction.EXIT),),
    ),
    Visitor(who="the couple leaves, paper", shows="couple", expects=_one(Reason.EXIT, 2), paper=True),
    Visitor(
        who="pensioners, paper",
        shows="pensioners",
        expects=_one(Reason.OK, 2, 0),
        paper=True,
        tilt_degrees=14,
        before=(Touch(touch="direction", direction=Direction.ENTRY),),
    ),
    Visitor(
        who="a cracked phone, so its code is typed",
        shows="cracked",
        expects=_one(Reason.TYPED_ONLY),
        damage=UNREADABLE,
        after=(Touch(touch="code", code_of="cracked"),),
    ),
    Visitor(who="the family comes back the same day, phone", shows="family", expects=_one(Reason.WELCOME_BACK, 3, 0)),
    Visitor(
        who="a Russian-speaking pair, phone",
        shows="russian",
        expects=_one(Reason.OK, 2, 0),
        brightness=1.1,
        before=(Touch(touch="language", language="ru"),),
    ),
    Visitor(
        who="the group's sheet a third time", shows="group", expects=_one(Reason.ALREADY_USED), paper=True, blur=0.9
    ),
    Visitor(who="the ranger's training ticket, phone", shows="training", expects=_one(Reason.TRAINING, 1)),
    Visitor(
        who="also bought minutes ago, paper",
        shows="minutes_ago_too",
        expects=_one(Reason.UNLISTED, 4, 0),
        paper=True,
        pixels_per_module=3.2,
    ),
    Visitor(who="one last hiker, phone", shows="hiker", expects=_one(Reason.OK, 1, 0), inverted=True, tilt_degrees=16),
)
DEMO = Script(filmed=VISITORS, expected=VISITORS)
