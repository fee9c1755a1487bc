"""The tickets that the demo's visitors hold: bought at the registry like any other, and a few that nobody ever sold."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

import base45
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from kiosk.rules.permit import Party
from kiosk.rules.policy import DAY_SECONDS, Policy
from kiosk.rules.ticket import CTI_BYTES, PREFIX, sign
from sync.registry.issuing import IssuedTicket
from sync.registry.service import RegistryService

PARK, GATE, LANE = 7, 3, 1
OTHER_PARK, OTHER_GATE = 12, 1
_DAY_TICKET, _GROUP_TICKET, _TEST_TICKET = 1, 5, 90


@dataclass(frozen=True, kw_only=True, slots=True)
class Purchase:
    """What one visitor bought, and for which day, counted from today."""

    name: str
    party: Party
    day: int = 0
    park: int = PARK
    product: int = _DAY_TICKET
    gates: tuple[int, ...] | None = None
    language: str = "kk"


BOUGHT: tuple[Purchase, ...] = (
    Purchase(name="family", party=Party(adults=2, children=1)),
    Purchase(name="group", party=Party(adults=6, children=2), product=_GROUP_TICKET, language="en"),
    Purchase(name="couple", party=Party(adults=2), language="ru"),
    Purchase(name="expired", party=Party(adults=1), day=-2, language="ru"),
    Purchase(name="not_yet", party=Party(adults=2), day=2),
    Purchase(name="revoked", party=Party(adults=2), language="en"),
    Purchase(name="other_park", party=Party(adults=2), park=OTHER_PARK, language="en"),
    Purchase(name="other_gate", party=Party(adults=2), gates=(OTHER_GATE,)),
    Purchase(name="students", party=Party(adults=2)),
    Purchase(name="pensioners", party=Party(preferential=2)),
    Purchase(name="cracked", party=Party(adults=1), language="en"),
    Purchase(name="russian", party=Party(adults=1, children=1), language="ru"),
    Purchase(name="training", party=Party(adults=1), product=_TEST_TICKET, language="en"),
    Purchase(name="hiker", party=Party(adults=1), language="en"),
)
"""On sale before the kiosk's last contact with the registry: its replica knows them."""

BOUGHT_LATE: tuple[Purchase, ...] = (
    Purchase(name="minutes_ago", party=Party(adults=2), language="ru"),
    Purchase(name="minutes_ago_too", party=Party(adults=2, children=2)),
)
"""Bought after it: the kiosk has never heard of them."""

REVOKED = "revoked"
_NEVER_SOLD = {
    "garbage": "Шайхана «Көкше» · 42 · plov, lagman, tea · open till late",
    "payment": "https://pay.kaspi.kz/pay/qaqpademo42",
}


@dataclass(slots=True)
class Wallet:
    """Every code that is held up in the demo, by its name: the text of the QR code, and the code printed below it."""

    texts: dict[str, str] = field(default_factory=dict)
    codes: dict[str, str] = field(default_factory=dict)

    def put(self, name: str, ticket: IssuedTicket) -> None:
        """Keep a ticket that was bought."""
        self.texts[name], self.codes[name] = ticket.text, ticket.code


def buy(service: RegistryService, wallet: Wallet, purchases: Iterable[Purchase], now: int) -> None:
    """Buy these tickets, as an office or a web shop would."""
    for purchase in purchases:
        start = _midnight(service.policy_set(purchase.park).policy, now) + purchase.day * DAY_SECONDS
        (ticket,) = service.issue(
            park=purchase.park,
            product=purchase.product,
            # the whole day, so that the demo shows the same at any hour
            nbf=start,
            exp=start + DAY_SECONDS - 60,
            party=purchase.party,
            gates=purchase.gates,
            language=purchase.language,
            # nobody buys a ticket for a day that is over
            issued_at=now if purchase.day >= 0 else start,
        )
        wallet.put(purchase.name, ticket)
        if purchase.name == "students":
            wallet.texts |= _forgeries(ticket)


def never_sold() -> dict[str, str]:
    """What people hold up by mistake."""
    return dict(_NEVER_SOLD)


def seconds_to_midnight(policy: Policy, now: int) -> int:
    """How long the park's day still lasts: a copy is only a copy on the same day."""
    return _midnight(policy, now) + DAY_SECONDS - now


def _forgeries(genuine: IssuedTicket) -> dict[str, str]:
    """One byte of a genuine ticket changed; and the same right, written anew and signed with a stranger's key."""
    data = bytearray(base45.b45decode(genuine.text[len(PREFIX) :]))
    data[-1] ^= 1  # in the signature: the ticket reads well and does not hold
    altered = PREFIX + base45.b45encode(bytes(data)).decode("ascii")
    claims = replace(genuine.claims, cti=secrets.token_bytes(CTI_BYTES))
    foreign = sign(claims, genuine.kid, Ed25519PrivateKey.generate())
    return {"altered": altered, "foreign": foreign}


def _midnight(policy: Policy, now: int) -> int:
    offset = policy.utc_offset_minutes * 60
    return (now + offset) // DAY_SECONDS * DAY_SECONDS - offset
