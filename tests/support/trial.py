"""One text tried in earnest: opened, decided at a gate, asked of `qaqpa verify`, and timed."""

import time
from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from kiosk.rules.admission import decide
from kiosk.rules.entries import DecisionBody, Place
from kiosk.rules.facts import Facts, Rejection
from kiosk.rules.keyring import Keyring, Rejected
from kiosk.rules.moment import Moment
from kiosk.rules.names import Names
from kiosk.rules.policy import Policy, PolicySet, Product
from kiosk.rules.words import Direction, Outcome, Reason, Source
from tests.support.forging import Valid, ring
from tests.support.tickets import CLAIMS
from ui.commands.tickets import checker

NOON = CLAIMS.nbf + 43_200
LONGEST_NS = 5_000_000
_AGAIN = 10
_APART_SECONDS = 0.05
_HERE = Place(park=CLAIMS.park, gate=1, lane=1, direction=Direction.ENTRY)
_NAMES = Names(kk="Парк", ru="Парк", en="Park")
_REJECTED = frozenset({Reason.NOT_A_TICKET, Reason.MALFORMED, Reason.FORGED, Reason.UNKNOWN_KEY})


@dataclass
class Trial:
    """A gate and what came of every text that was held before it."""

    keyring: Keyring = field(default_factory=ring)
    texts: int = 0
    reasons: Counter[str] = field(default_factory=Counter)
    admitted: list[str] = field(default_factory=list)
    uncaught: list[str] = field(default_factory=list)
    unexplained: list[str] = field(default_factory=list)
    slow: list[str] = field(default_factory=list)
    slowest_ns: int = 0
    twins: int = 0

    def __post_init__(self) -> None:
        self._set = PolicySet(
            park=CLAIMS.park,
            version=1,
            signed_at=NOON,
            names=_NAMES,
            gates=(),
            keyring=self.keyring,
            online_keys=(),
            products={CLAIMS.product: Product(product=CLAIMS.product, names=_NAMES)},
            policy=Policy(ask_above_heads=100),
        )
        self._check = checker(self.keyring, CLAIMS.park, 1, datetime.fromtimestamp(NOON, UTC))

    @property
    def faults(self) -> list[str]:
        """What must not be, each with the text that did it."""
        named = (("admitted", self.admitted), ("uncaught", self.uncaught), ("no reason", self.unexplained))
        return [f"{name}: {text}" for name, texts in (*named, ("over 5 ms", self.slow)) for text in texts]

    def hold(self, text: str, valid: Valid) -> None:
        """Show the gate a text that was grown from this ticket; it must not be let in unless it is that ticket."""
        self.texts += 1
        try:
            begun = time.thread_time_ns()
            body = self.decide(text)
            spent = time.thread_time_ns() - begun
            answer = self._check(text)
        except Exception as error:  # noqa: BLE001  that there is none is what is shown
            self.uncaught.append(f"{error!r} by {text!r}")
            return
        self._weigh(text, spent)
        self.reasons[body.reason] += 1
        if text == valid.text:
            return
        if text == valid.twin:  # another text of the same identity, so no second use
            self.twins += 1
            if body.ticket != valid.claims.cti:
                self.admitted.append(f"another identity: {text!r}")
            return
        if body.outcome is Outcome.ADMITTED or answer["valid"]:
            self.admitted.append(f"{body.reason} {text!r}")
        if answer["reason"] != body.reason or body.reason not in _REJECTED or not body.details.get("check"):
            self.unexplained.append(f"{answer['reason']}, {body.reason} {body.details} {text!r}")

    def decide(self, text: str) -> DecisionBody:
        """What the gate answers."""
        opened = self.keyring.open(text)
        facts = Facts(moment=Moment.at(NOON), place=_HERE, source=Source.CAMERA, signed_at=NOON)
        if isinstance(opened, Rejected):
            facts = replace(facts, rejection=Rejection(reason=opened.reason, detail=opened.detail))
        else:
            facts = replace(facts, claims=opened.claims, kid=opened.key.kid)
        body = decide(facts, self._set)
        assert isinstance(body, DecisionBody)
        return body

    def _weigh(self, text: str, spent: int) -> None:
        # A pause of the garbage collector, a page fault or a processor that a virtual machine was not given is not the
        # text's: what the text itself takes, it takes each time.
        for _ in range(_AGAIN):
            if spent <= LONGEST_NS:
                break
            time.sleep(_APART_SECONDS)
            begun = time.thread_time_ns()
            self.decide(text)
            spent = min(spent, time.thread_time_ns() - begun)
        self.slowest_ns = max(self.slowest_ns, spent)
        if spent > LONGEST_NS:
            self.slow.append(f"{spent / 1e6:.1f} ms by {text!r}")

    def told(self) -> str:
        """The trial in one line."""
        reasons = ", ".join(f"{reason} {count:,}" for reason, count in sorted(self.reasons.items()))
        return (
            f"{self.texts:,} texts: {len(self.admitted)} admitted, {len(self.uncaught)} uncaught, {self.twins:,} "
            f"second signatures of the same identity, longest {self.slowest_ns / 1e6:.2f} ms of processor; {reasons}"
        )
