"""Spot checks: which visits a ranger is asked to look at, and what came of comparing plate and document.

A product that is checked "by rule" asks at the share of visits that the park's policy says, drawn for ticket and local
day, and at every third use of a day. Where nothing could be compared nobody is asked, and nobody is refused.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from kiosk.rules.entries import Use
from kiosk.rules.plates import is_foreign
from kiosk.rules.policy import Policy
from kiosk.rules.tags import Tag, TagState, holder_state, plate_state, spot_draw
from kiosk.rules.ticket import Claims
from kiosk.rules.words import Direction

USES_BEFORE_A_CHECK = 2


@dataclass(frozen=True, kw_only=True, slots=True)
class SpotCheck:
    """What a gate knows of the tags of one ticket, in words: no value, and no tag."""

    plate: TagState | None = None
    holder: TagState | None = None
    draw: int | None = None  # below 100, of this ticket and day; None without the season's key
    foreign: bool | None = None  # the plate that was seen is of another country; None for one of this, or none

    def which(self, state: TagState) -> tuple[Tag, ...]:
        """The tags in this state."""
        states = ((Tag.PLATE, self.plate), (Tag.HOLDER, self.holder))
        return tuple(tag for tag, found in states if found is state)

    @property
    def told(self) -> dict[str, str]:
        """What was compared and how it came out, as the details of a decision say it."""
        return {tag.value: state.value for state in TagState if state is not TagState.OPEN for tag in self.which(state)}

    @property
    def is_open(self) -> bool:
        """Whether something could still be compared and nothing has been found right."""
        return bool(self.which(TagState.OPEN)) and not self.which(TagState.MATCHES)


def spot_check(
    claims: Claims, *, plate: str | None, document: str | None, season_key: bytes | None, local_day: int
) -> SpotCheck | None:
    """The tags of a ticket beside what was seen; None where there is nothing to say of them."""
    check = SpotCheck(
        plate=plate_state(claims, plate, season_key),
        holder=holder_state(claims, document, season_key),
        draw=spot_draw(claims.cti, local_day, season_key) if season_key and _bears_a_tag(claims) else None,
        foreign=(is_foreign(plate) or None) if plate else None,
    )
    return check if check != SpotCheck() else None


def is_picked(check: SpotCheck, uses: Sequence[Use], policy: Policy, at: int) -> bool:
    """Whether this visit, under a product that is checked by rule, is one of those that the ranger looks at."""
    today = policy.local_day(at)
    entries = sum(use.direction is Direction.ENTRY and policy.local_day(use.at) == today for use in uses)
    return entries >= USES_BEFORE_A_CHECK or (check.draw is not None and check.draw < policy.holder_check_percent)


def _bears_a_tag(claims: Claims) -> bool:
    return claims.plate_tag is not None or claims.holder_tag is not None
