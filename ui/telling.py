"""From the kiosk's facts to what a screen shows: names, times, numbers, no words yet. Nothing here needs Qt."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from kiosk.errors import BugError
from kiosk.rules.entries import ActBody, DecisionBody, Entry
from kiosk.rules.names import Names
from kiosk.rules.permit import Party
from kiosk.rules.policy import PolicySet
from kiosk.rules.words import ActKind, Direction, Outcome, Reason, Source
from ui.limit_words import cause_named, names_of, warnings_named, zones_named
from ui.sentences import FIRST_LANGUAGE, catalogue
from ui.words import Telling, local, moment

DEFAULT_OFFSET_MINUTES = 300


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    """Where this kiosk stands, as its head line says it."""

    park: Names | None = None
    gate_names: Names | None = None
    gate: int = 0
    lane: int = 0
    direction: Direction = Direction.ENTRY
    offset_minutes: int = DEFAULT_OFFSET_MINUTES


@dataclass(frozen=True, kw_only=True, slots=True)
class Verdict:
    """One decision as a screen shows it."""

    entry_id: str
    outcome: Outcome
    reason: Reason
    telling: Telling
    direction: Direction = Direction.ENTRY
    decided_at: int = 0
    party: Party = Party()
    right: Party = Party()
    left: int = 0
    until: int | None = None
    tail: str = ""
    language: str = ""
    check: str = ""
    """The id of the ranger's words for what exactly was found wrong with a ticket or its key."""
    is_sought: bool = False
    """Whether somebody of the party was reported missing: for the ranger."""


class Namer:
    """Looks up a gate's or a park's three names in the set that is in force."""

    def __init__(self, policies: PolicySet | None) -> None:
        self._set = policies

    def gate(self, number: int) -> Names:
        """The gate's own names, or its number in words."""
        own = next((gate.names for gate in self._set.gates if gate.gate == number), None) if self._set else None
        return own or Names(kk=f"{number}-қақпа", ru=f"КПП\u00a0{number}", en=f"Gate\u00a0{number}")

    def park(self, number: int) -> Names | None:
        """The park's names where the set knows them."""
        if self._set is None:
            return None
        return self._set.names if number == self._set.park else self._set.parks.get(number)

    def zones(self, numbers: Any) -> Names | None:
        """The zones of these numbers, one after the other."""
        return zones_named(numbers, self._set)


def verdict_of(entry: Entry, policies: PolicySet | None) -> Verdict:
    """A journalled decision, or a ranger's override of one, as a screen shows it."""
    offset = policies.policy.utc_offset_minutes if policies else DEFAULT_OFFSET_MINUTES
    match entry.body:
        case DecisionBody() as body:
            return _decision(entry, body, Namer(policies), offset)
        case ActBody(act=ActKind.OVERRIDE) as act:
            telling = Telling(reason=Reason.OVERRIDE, now=local(entry.at, offset), party=act.party)
            return Verdict(
                entry_id=entry.id,
                outcome=Outcome.ADMITTED,
                reason=Reason.OVERRIDE,
                telling=telling,
                direction=act.place.direction,
                decided_at=entry.at,
                party=act.party or Party(),
                right=act.right or Party(),
            )
        case _:
            raise BugError(f"{entry.id} is no decision to show")


def failure(reason: Reason, at: int, offset_minutes: int) -> Verdict:
    """A decision that never became an entry: the disk failed, or there are no rules to decide by."""
    telling = Telling(reason=reason, now=local(at, offset_minutes))
    return Verdict(entry_id="", outcome=reason.outcome, reason=reason, telling=telling, decided_at=at)


def _decision(entry: Entry, body: DecisionBody, names: Namer, offset: int) -> Verdict:
    details = body.details
    until = _whole(details, "until")
    gates = details.get("other_gates" if body.reason is Reason.FULL else "gates")
    gate = body.first_use.gate if body.first_use and body.reason in _USED else None
    if isinstance(gates, list) and gates:
        gate = gates[0]
    park = _whole(details, "park")
    telling = Telling(
        reason=body.reason,
        now=local(entry.at, offset),
        at=_local(_own_time(entry, body), offset),
        until=None if body.reason is Reason.CLOSED else _local(until, offset),
        party=body.party if body.party.heads else None,
        count=body.party.heads if body.reason is Reason.PARTIAL else _whole(details, "count"),
        left=_whole(details, "left") if body.reason is Reason.FULL else body.remaining,
        days=_whole(details, "days"),
        kind=_kind(body),
        gate=names.gate(gate) if gate is not None else None,
        lane=_lane(body),
        park=names.park(park) if park is not None else None,
        zone=names.zones(details.get("zones")),
        open=names.zones(details.get("open_zones")),
        cause=cause_named(details.get("cause")),
        authority=names_of(details.get("authority")),
        document=_text(details, "document"),
        closed=names.zones(_of_closed(details)),
        warning=warnings_named(details.get("warnings")),
    )
    return Verdict(
        entry_id=entry.id,
        outcome=body.outcome,
        reason=body.reason,
        telling=telling,
        direction=body.place.direction,
        decided_at=entry.at,
        party=body.party,
        right=body.right or Party(),
        left=body.remaining,
        until=until,
        tail=body.code_tail or "",
        language=_text(details, "language") or "",
        check=_check(details),
        is_sought="sought" in details,
    )


def sought_line(body: DecisionBody, at: int, policies: PolicySet | None, language: str) -> str:
    """What a ranger is told where somebody of the party was reported missing; empty where nobody was."""
    found = body.details.get("sought")
    since, gate = (_whole(found, "since"), _whole(found, "gate")) if isinstance(found, Mapping) else (None, None)
    if since is None or gate is None:
        return ""
    offset = policies.policy.utc_offset_minutes if policies else DEFAULT_OFFSET_MINUTES
    key = "sought.exit" if body.place.direction is Direction.EXIT else "sought.entry"
    when, place = moment(local(since, offset), local(at, offset), language), Namer(policies).gate(gate)
    return catalogue(language).filled(key, when=when, gate=place.in_language(language))


_USED = frozenset({Reason.ALREADY_USED, Reason.FLAGGED_REENTRY, Reason.USED_UP})
# Under which name a reason keeps the time it speaks of.
_TIMES = {
    Reason.EXPIRED: "until",
    Reason.NOT_YET: "from",
    Reason.REVOKED: "at",
    Reason.CLOSED: "until",
    Reason.FULL: "next",
    Reason.OUTSIDE_HOURS: "opens",
}


def _own_time(entry: Entry, body: DecisionBody) -> int | None:
    if body.reason in _USED:
        return body.first_use.at if body.first_use else None
    if body.reason is Reason.EXIT:
        return entry.at
    return _whole(body.details, _TIMES[body.reason]) if body.reason in _TIMES else None


def _lane(body: DecisionBody) -> int | None:
    """The lane of the first use, when it was at this very gate: else the gate's name says more."""
    first = body.first_use
    return first.lane if first and body.reason in _USED and first.gate == body.place.gate else None


def _kind(body: DecisionBody) -> str:
    if body.reason is Reason.NOT_A_TICKET:
        return _text(body.details, "check") or ""
    if body.reason is Reason.NOT_LISTED and body.source is Source.RANGER:
        return "plate"
    if body.reason is Reason.CLOSED:
        return "" if "until" in body.details else "open_ended"
    if body.reason is Reason.FULL:
        return "some" if body.details.get("left") else "one_out" if body.details.get("counts") == "inside" else ""
    # This kiosk shows no map yet, so it must not send anybody to one.
    return "no_map" if body.reason is Reason.WRONG_GATE else ""


def _of_closed(details: Mapping[str, Any]) -> Any:
    """The zones that are closed to somebody who goes in all the same."""
    closed = details.get("closed")
    return closed.get("zones") if isinstance(closed, Mapping) else None


def _check(details: Mapping[str, Any]) -> str:
    check, key = _text(details, "check"), _text(details, "key")
    named = f"check.key.{key}" if key else f"check.{check}"
    return named if named in catalogue(FIRST_LANGUAGE) else ""  # an older version's entry may have another word


def _local(at: int | None, offset: int) -> datetime | None:
    return local(at, offset) if at is not None else None


def _whole(details: Mapping[str, Any], name: str) -> int | None:
    value = details.get(name)
    return value if type(value) is int else None


def _text(details: Mapping[str, Any], name: str) -> str | None:
    value = details.get(name)
    return value if isinstance(value, str) else None
