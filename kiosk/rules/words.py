"""The closed sets of words: journal, wire, screen and JSON all use these and no others (admission table)."""

import re
from enum import StrEnum
from typing import Self

_WORD = re.compile(r"[a-z][a-z0-9_]{0,63}", re.ASCII)


class OpenWord(StrEnum):
    """A closed set whose later versions may have more words: one that is not known yet is kept as it was written.

    An entry or a set of a newer version stays readable so. Such a word is none of the members, and `is_known` says so.
    """

    @classmethod
    def _missing_(cls, value: object) -> Self | None:
        if not isinstance(value, str) or not _WORD.fullmatch(value):
            return None
        word = str.__new__(cls, value)
        word._name_ = word._value_ = value
        return word

    @property
    def is_known(self) -> bool:
        """Whether this version knows what the word means."""
        return self._value_ in type(self)._value2member_map_


class Outcome(StrEnum):
    """What a gate answers."""

    ADMITTED = "admitted"
    REFUSED = "refused"
    REFERRED = "referred"


class Reason(OpenWord):
    """Why it answers so; each has its sentence in Kazakh, Russian and English."""

    OK = "ok"
    WELCOME_BACK = "welcome_back"
    PARTIAL = "partial"
    FLAGGED_GATE = "flagged_gate"
    FLAGGED_REENTRY = "flagged_reentry"
    UNLISTED = "unlisted"
    UNCONFIRMED = "unconfirmed"
    PASS = "pass"  # noqa: S105  a word of the table, not a secret
    EXEMPT = "exempt"
    STAFF = "staff"
    OFFICIAL = "official"
    CLAIM = "claim"
    OVERRIDE = "override"
    EXIT = "exit"
    EXIT_UNKNOWN = "exit_unknown"
    TRAINING = "training"

    NOT_A_TICKET = "not_a_ticket"
    MALFORMED = "malformed"
    FORGED = "forged"
    WRONG_PARK = "wrong_park"
    WRONG_GATE = "wrong_gate"
    EXPIRED = "expired"
    NOT_YET = "not_yet"
    REVOKED = "revoked"
    ALREADY_USED = "already_used"
    USED_UP = "used_up"
    CLOSED = "closed"
    FULL = "full"
    OUTSIDE_HOURS = "outside_hours"
    TOO_LONG = "too_long"
    KEY_NOT_VALID = "key_not_valid"

    UNKNOWN_KEY = "unknown_key"
    UNKNOWN_PRODUCT = "unknown_product"
    UNKNOWN_FLAG = "unknown_flag"
    STALE_TRUST = "stale_trust"
    STALE_REVOCATIONS = "stale_revocations"
    CLOCK_SUSPECT = "clock_suspect"
    GUIDE_REQUIRED = "guide_required"
    HOLDER_CHECK = "holder_check"
    SEVERAL_MATCHES = "several_matches"
    TYPED_ONLY = "typed_only"
    DYNAMIC_REQUIRED = "dynamic_required"
    UNKNOWN_POLICY = "unknown_policy"
    NOT_LISTED = "not_listed"
    UNANSWERED = "unanswered"
    USES_UNKNOWN = "uses_unknown"
    CLAIM_OPEN = "claim_open"
    JOURNAL_FAILED = "journal_failed"

    @property
    def outcome(self) -> Outcome:
        """The one outcome this reason belongs to; what nobody here knows yet is for the ranger."""
        return _OUTCOMES.get(self, Outcome.REFERRED)


_ADMITTED_END, _REFUSED_END = Reason.TRAINING, Reason.KEY_NOT_VALID


def _outcomes() -> dict[Reason, Outcome]:
    order = list(Reason)
    admitted, refused = order.index(_ADMITTED_END), order.index(_REFUSED_END)
    return {
        reason: Outcome.ADMITTED if i <= admitted else Outcome.REFUSED if i <= refused else Outcome.REFERRED
        for i, reason in enumerate(order)
    }


_OUTCOMES = _outcomes()
NOT_RECREATION = frozenset({Reason.PASS, Reason.STAFF, Reason.OFFICIAL})
"""Admissions of people who are no visitors: counted as persons, under no quota, and due back at no hour."""


class Direction(StrEnum):
    """Which way somebody goes through a lane."""

    ENTRY = "entry"
    EXIT = "exit"


class LaneDirection(StrEnum):
    """Which ways a lane can be used; on a lane for both, the ranger's panel switches."""

    ENTRY = "entry"
    EXIT = "exit"
    BOTH = "both"


class ClockTrust(StrEnum):
    """What is known of the time at which something happened."""

    TRUSTED = "trusted"
    SUSPECT = "suspect"
    GIVEN = "given"


class Staleness(StrEnum):
    """How old the newest verified word from the registry is, in the policy's bands."""

    FRESH = "fresh"
    AGEING = "ageing"
    STALE = "stale"


class Source(OpenWord):
    """How a text reached the checkpoint."""

    CAMERA = "camera"
    SCANNER = "scanner"
    PICTURE = "picture"
    TEXT = "text"
    TYPED = "typed"
    RANGER = "ranger"
    """Nothing was read: a ranger let somebody in who needs no ticket."""


class Topic(StrEnum):
    """What a question is about."""

    HEADS = "heads"
    ACKNOWLEDGE = "acknowledge"
    GUIDE = "guide"
    HOLDER = "holder"
    SECOND_LOOK = "second_look"
    """Another of the staff looks too: nothing is typed but who it was."""


class ActKind(OpenWord):
    """What was done about an earlier entry."""

    PULSE = "pulse"
    POSITION = "position"
    ANNUL = "annul"
    OVERRIDE = "override"
    CORRECT = "correct"
    COMPLETE = "complete"
    """The form of an official entry was filled in afterwards."""
    BAGS = "bags"
    """Bags of waste that a clean-up day's party brought back."""
    OPEN = "open"
    """The barrier was opened by hand, without a scan: nobody is counted by it."""
    ACKNOWLEDGE = "acknowledge"
    """A ranger has seen to an alarm: the screen is open again."""
    ERASE = "erase"
    """What named a person was erased; what happened stays, and counts as it did."""
    LEFT = "left"
    """A ranger struck the party off: it is out, though nobody scanned its ticket."""
    LEADER_CALLED = "leader_called"
    CONTACT_CALLED = "contact_called"
    RESCUE_CALLED = "rescue_called"
    """The steps of asking after a party that has not come back."""


class EntryKind(StrEnum):
    """The kinds of entry, one chain for all."""

    DECISION = "decision"
    ACT = "act"
    SHIFT = "shift"
    ALARM = "alarm"
    TRUST = "trust"
    CHAIN = "chain"
    CLOCK = "clock"
    REPORT = "report"


class AlarmKind(OpenWord):
    """What a kiosk noticed by itself and rangers must hear of."""

    DOOR = "door"
    """The door of the kiosk was opened."""
    CABLE = "cable"
    """A cable was pulled."""
    TILT = "tilt"
    """The kiosk was moved or struck."""
    REFUSALS = "refusals"
    """Since a new set one reason refuses far more than it did a week ago."""
    TAILGATING = "tailgating"
    """More went through than was decided, by the barrier's own count."""
    KEPT_OPEN = "kept_open"
    """A ranger holds the barrier open, for a fire or a queue that would burst."""
    STILL_OPEN = "still_open"
    """It is held open still, and somebody should set it back."""
    SET_BACK = "set_back"
    """It works again as ever."""
    MOVED = "moved"
    """The disk is in another machine than before: it was moved after a repair, or copied."""
    DEVICE_REVOKED = "device_revoked"
    """The park has revoked this device: it decides nothing any more."""


class BarrierPosition(StrEnum):
    """Where the boom stands, as far as it can be read back."""

    OPEN = "open"
    CLOSED = "closed"
    HELD = "held"
    """Kept open by a person: a pulse changes nothing."""
    FAULTED = "faulted"


class Step(StrEnum):
    """What is to be done next about a party that should be back."""

    WAIT = "wait"
    CALL_LEADER = "call_leader"
    CALL_CONTACT = "call_contact"
    CALL_RESCUE = "call_rescue"
    RESCUE_CALLED = "rescue_called"


class VehicleClass(StrEnum):
    """What a party comes in, as tariffs have it: by seats."""

    PEDESTRIAN = "pedestrian"
    MOTORCYCLE = "motorcycle"
    CAR = "car"
    MINIBUS = "minibus"
    """Up to 16 seats."""
    TRUCK = "truck"
    BUS = "bus"
    """Up to 32 seats."""
    BUS_LARGE = "bus_large"
    """More than 32 seats."""


class ShiftKind(OpenWord):
    """The steps of a ranger's shift."""

    OPEN = "open"
    CLOSE = "close"
    COUNT = "count"
    """What the barrier's own counter shows, read while the shift goes on."""


class Incident(OpenWord):
    """What happened somewhere in the park, for whoever must go there."""

    WASTE_DUMP = "waste_dump"
    FIRE = "fire"
    INJURY = "injury"
    WILDLIFE = "wildlife"
    VANDALISM = "vandalism"
    POACHING = "poaching"
    BLOCKED_ROAD = "blocked_road"
    FLOOD = "flood"
    OTHER = "other"


class ReportKind(OpenWord):
    """What a person reports from the gate for the registry to know."""

    PERSON = "person"
    """Somebody is missing, or was found again."""
    INCIDENT = "incident"
    """Waste, fire, an injury, a struck animal: something happened somewhere in the park."""
    REISSUE = "reissue"
    """A lost ticket was let in on its permit: the registry is asked for a new one."""


class Whereabouts(OpenWord):
    """What a report of a person says of them."""

    MISSING = "missing"
    FOUND = "found"


class Fault(StrEnum):
    """What a ranger is told of the kiosk's memory, the gravest first."""

    DISK_FULL = "disk_full"
    DISK_READ_ONLY = "disk_read_only"
    DISK_FAILED = "disk_failed"
    JOURNAL_RENEWED = "journal_renewed"
    """The journal was damaged, missing or older than it was: a new chain was opened."""
    REPLICA_DAMAGED = "replica_damaged"
    """Tickets are decided on their signature alone until a new replica came."""
    DISK_MOVED = "disk_moved"
    """The disk is in another machine than before: moved after a repair, or copied."""


class ChainCause(OpenWord):
    """Why a device opened a further chain."""

    DAMAGED = "damaged"
    """The journal could not be read to its end; it was set aside."""
    MISSING = "missing"
    """The journal was not there any more."""
    OLDER = "older"
    """The journal lacked entries that had been written: an older copy was put back, or its end was cut off."""
    MOVED = "moved"
    """The disk is in another machine than before: it was moved, or copied."""
