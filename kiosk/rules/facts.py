"""What a verdict is decided from and what it may ask back: values that say what is known, and no rule.

An entry keeps the facts of its decision, so that it can be decided again: no ticket text, no names, no tags. What is in
them is gathered by `kiosk/facts.py`, and weighed by `kiosk/rules/admission.py`.
"""

from dataclasses import dataclass

from kiosk.rules.closures import Advisory
from kiosk.rules.entries import Place, Use
from kiosk.rules.moment import Moment
from kiosk.rules.permit import Party, Permit, permit_id
from kiosk.rules.quota import Tally
from kiosk.rules.revocation import Revocation
from kiosk.rules.special import Special
from kiosk.rules.spot_check import SpotCheck
from kiosk.rules.tags import Tag
from kiosk.rules.ticket import LATEST_TIME, Claims
from kiosk.rules.words import Reason, Source, Topic, VehicleClass


@dataclass(frozen=True, kw_only=True, slots=True)
class Answers:
    """What a visitor or ranger answered; nobody's name is here, only that one was given."""

    heads: int | None = None
    party: Party | None = None
    acknowledged: bool = False
    guide_named: bool = False
    guides: int = 0
    """How many were named, where more than one was."""
    vehicle_class: VehicleClass | None = None
    """As somebody saw it."""
    holder_seen: bool = False
    second_look: bool = False

    @property
    def wanted(self) -> int | None:
        """The heads asked for, however they were said."""
        return self.party.heads if self.party is not None else self.heads

    @property
    def guides_named(self) -> int:
        """How many guides were named."""
        return max(self.guides, int(self.guide_named))


NONE = Answers()


@dataclass(frozen=True, kw_only=True, slots=True)
class Rejection:
    """Why a text never became a ticket."""

    reason: Reason
    detail: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Facts:
    """All that a verdict depends on besides the policy set: no ticket text, no names, no tags."""

    moment: Moment
    place: Place
    source: Source
    rejection: Rejection | None = None
    claims: Claims | None = None
    kid: str | None = None
    permit: Permit | None = None
    matches: int = 1
    revocation: Revocation | None = None
    uses: tuple[Use, ...] = ()
    signed_at: int | None = None
    revocations_at: int | None = None
    uses_lost_at: int | None = None
    answers: Answers = NONE
    spot: SpotCheck | None = None
    special: Special | None = None
    tallies: tuple[Tally, ...] = ()
    """What this lane has counted of the quotas that the right falls under."""
    tallies_lost_at: int | None = None
    """Until when entries may be missing from these counts."""
    kept_open: bool = False
    """The barrier is held open: nobody is asked anything."""

    @property
    def right(self) -> "Right | None":
        """The right presented: the ticket's own claims, the replica's row, or what a ranger let in without either."""
        if self.claims is not None:
            return Right.of_claims(self.claims)
        if self.permit is not None:
            return Right.of_permit(self.permit, self.place.park)
        if self.special is None or self.special.has_permit:
            return None
        return Right.of_special(self.special, self.place.park)


@dataclass(frozen=True, kw_only=True, slots=True)
class Right:
    """What a visitor may do, whether a ticket or a row of the replica says so."""

    permit: bytes | None
    park: int
    product: int | None
    party: Party
    entries: int
    nbf: int
    exp: int
    gates: tuple[int, ...] | None
    ticket: bytes | None = None
    language: str | None = None

    @classmethod
    def of_claims(cls, claims: Claims) -> "Right":
        """The right a ticket carries."""
        return cls(
            permit=permit_id(claims.cti),
            park=claims.park,
            product=claims.product,
            party=claims.party,
            entries=claims.entries,
            nbf=claims.nbf,
            exp=claims.exp,
            gates=claims.gates,
            ticket=claims.cti,
            language=claims.language,
        )

    @classmethod
    def of_permit(cls, permit: Permit, park: int) -> "Right":
        """The right a row of this park's replica names."""
        return cls(
            permit=permit.id,
            park=park,
            product=permit.product,
            party=permit.party,
            entries=permit.entries,
            nbf=permit.nbf,
            exp=permit.exp,
            gates=permit.gates,
        )

    @classmethod
    def of_special(cls, special: Special, park: int) -> "Right":
        """The right of those who need no ticket: once, for as many as the ranger said, now."""
        party = special.party or Party()
        return cls(
            permit=None,
            park=park,
            product=special.product,
            party=party,
            entries=1,
            nbf=0,
            exp=LATEST_TIME,
            gates=None,
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Question:
    """What must be answered before anybody goes in; `problem` says why the last answer would not do."""

    topic: Topic
    right: Right
    left: Party
    problem: str | None = None
    most: int | None = None
    """Of a vehicle, how many heads may be said, whatever its ticket names; None: those that are left."""
    tags: tuple[Tag, ...] = ()
    """For a spot check: of what the ticket bears a tag that can be compared here."""
    warnings: tuple[Advisory, ...] = ()
    """What is to be acknowledged."""
