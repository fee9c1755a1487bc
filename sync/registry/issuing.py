"""Issuing: a permit in the table, the signed ticket that names it, and the rows that tell the gates."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.engine import Connection, Row

from kiosk.errors import UsageError
from kiosk.rules import keyring, ticket
from kiosk.rules.codes import typed_code
from kiosk.rules.names import Names
from kiosk.rules.permit import Party, Permit, PermitStatus, permit_id
from kiosk.rules.personal import NOBODY, NONCE_BYTES, Personal, PersonalError, seal, search_text, search_words
from kiosk.rules.policy import DAY_SECONDS
from kiosk.rules.tags import holder_tag, plate_tag
from sync.registry import database as db
from sync.registry import feed
from sync.registry.folder import RegistryFolder
from sync.registry.issuer_keys import issuer_key
from sync.registry.publishing import season_since


@dataclass(frozen=True, kw_only=True, slots=True)
class Order:
    """What somebody bought; times in Unix seconds, `issued_at` the present time unless given."""

    park: int
    product: int
    nbf: int
    exp: int
    party: Party
    entries: int = 1
    gates: tuple[int, ...] | None = None
    flags: int | None = None  # None = those of the product
    language: str | None = None
    plate: str | None = None
    personal: Personal = NOBODY  # but for the plate, which the ticket bears a tag of too
    issued_at: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class IssuedTicket:
    """A ticket as it is handed over: its text for the QR code, its typed code, and the names to print with it."""

    text: str
    code: str
    kid: str
    claims: ticket.Claims
    park_names: Names
    product_names: Names
    gate_names: tuple[Names, ...] = ()  # of the gates it is bound to; none means all
    utc_offset_minutes: int = 300
    search: str = ""
    sealed: bytes = b""

    @property
    def permit(self) -> Permit:
        """The right it names, as the gates learn of it."""
        return Permit(
            id=permit_id(self.claims.cti),
            code=self.code,
            product=self.claims.product,
            nbf=self.claims.nbf,
            exp=self.claims.exp,
            party=self.claims.party,
            entries=self.claims.entries,
            gates=self.claims.gates,
            status=PermitStatus.ACTIVE,
            search=self.search,
            sealed=self.sealed,
        )


class Issuer:
    """Issues tickets of one park with the keys in the folder; reads the park's data once."""

    def __init__(self, connection: Connection, folder: RegistryFolder, park: int) -> None:
        self._connection, self._folder, self._park = connection, folder, park
        row = connection.execute(select(db.park).where(db.park.c.park_id == park)).one_or_none()
        if row is None:
            raise UsageError(f"There is no park {park} in this registry.")
        self._names = Names(**row.names)
        self._offset = int(row.policy.get("utc_offset_minutes", 300))
        self._products = {item.product: item for item in self._all(db.product)}
        self._gates = {item.gate: Names(**item.names) for item in self._all(db.gate)}
        self._keys = [issuer_key(item) for item in self._all(db.issuer_key)]
        self._season_since = season_since(connection, park)

    def issue(self, order: Order, count: int, now: int) -> list[IssuedTicket]:
        """That many tickets of one order, their permits stored and on the feed."""
        issued = [self.sign(order, now) for _ in range(count)]
        self.store(issued)
        return issued

    def store(self, issued: Sequence[IssuedTicket]) -> None:
        """Put the permits of these tickets into the table and on the feed."""
        values = [self._values(item) for item in issued]
        if values:
            self._connection.execute(insert(db.permit), values)
            feed.put_permits(self._connection, self._park, new=[item.permit for item in issued])

    def sign(self, order: Order, now: int) -> IssuedTicket:
        """A ticket under a new identity; nothing is stored yet."""
        cti = secrets.token_bytes(ticket.CTI_BYTES)
        product = self._products.get(order.product)
        if product is None:
            known = ", ".join(str(number) for number in sorted(self._products))
            raise UsageError(f"Park {self._park} sells no product {order.product}; it has {known}.")
        for gate in order.gates or ():
            if gate not in self._gates:
                raise UsageError(f"Park {self._park} has no gate {gate}.")
        claims = ticket.Claims(
            cti=cti,
            park=order.park,
            product=order.product,
            party=order.party,
            entries=order.entries,
            iat=now if order.issued_at is None else order.issued_at,
            nbf=order.nbf,
            exp=order.exp,
            gates=order.gates,
            flags=product.ticket_flags if order.flags is None else order.flags,
            language=order.language,
            **self._tags(cti, order, now if order.issued_at is None else order.issued_at),
        )
        key = self._key_for(claims, now)
        try:
            text = ticket.sign(claims, key.kid, self._folder.issuer_key(self._park, key.kid))
        except ticket.TicketError as error:
            raise UsageError(f"This ticket cannot be issued: {error}.") from error
        return IssuedTicket(
            text=text,
            code=typed_code(cti),
            kid=key.kid,
            claims=claims,
            park_names=self._names,
            product_names=Names(**product.names),
            gate_names=tuple(self._gates[gate] for gate in order.gates or ()),
            utc_offset_minutes=self._offset,
            **self._private_fields(order, text, permit_id(cti)),
        )

    def _private_fields(self, order: Order, text: str, permit: bytes) -> dict[str, Any]:
        """What the permit's row holds of a person: words to find it by, and a part that its ticket alone opens."""
        personal = replace(order.personal, plate=order.plate)
        if not personal:
            return {}
        if personal.expected_return is not None and personal.expected_return < order.nbf:
            raise UsageError("The party would be expected back before its ticket begins.")
        signed = ticket.read(text)
        assert isinstance(signed, ticket.SignedTicket)
        try:
            sealed = seal(personal, signed.signature, permit, secrets.token_bytes(NONCE_BYTES))
        except PersonalError as error:
            raise UsageError(f"This ticket cannot be issued: {error}.") from error
        words = search_words(personal, self._folder.lookup_key(self._park))
        return {"search": search_text(words), "sealed": sealed}

    def _key_for(self, claims: ticket.Claims, now: int) -> keyring.IssuerKey:
        """The key a kiosk will believe for these claims; one made for few products goes before one for many."""
        objections = [_objection(key, claims, now) for key in self._keys]
        fitting = [key for key, objection in zip(self._keys, objections, strict=True) if objection is None]
        if not fitting:
            why = ", ".join(sorted({objection for objection in objections if objection})) or "there is none"
            raise UsageError(f"No issuer key of park {self._park} may sign this ticket: {why}.")
        return min(fitting, key=lambda key: (len(key.products) or 2**31, key.sign_expires))

    def _tags(self, cti: bytes, order: Order, issued_at: int) -> dict[str, bytes | None]:
        """The tags for a person at a gate to check; none on a ticket that is dated back into another key's season."""
        document = order.personal.document
        if issued_at < self._season_since or (order.plate is None and document is None):
            return {}
        key = self._folder.lookup_key(self._park)
        return {
            "plate_tag": plate_tag(cti, order.plate, key) if order.plate else None,
            "holder_tag": holder_tag(cti, document, key) if document else None,
        }

    def _values(self, item: IssuedTicket) -> dict[str, Any]:
        right = item.permit
        return {
            "park_id": self._park,
            "id": right.id,
            "cti": item.claims.cti,
            "code": right.code,
            "product": right.product,
            "nbf": right.nbf,
            "exp": right.exp,
            "party": list(right.party.trimmed()),
            "entries": right.entries,
            "gates": None if right.gates is None else list(right.gates),
            "status": right.status.value,
            "search": right.search,
            "sealed": right.sealed,
            "kid": item.kid,
            "plate_tag": item.claims.plate_tag,
            "issued_at": item.claims.iat,
            "is_live": 1,
        }

    def _all(self, table: Any) -> Sequence[Row[Any]]:
        return self._connection.execute(select(table).where(table.c.park_id == self._park)).all()


def _objection(key: keyring.IssuerKey, claims: ticket.Claims, now: int) -> str | None:
    """Why this key may not sign such a ticket now: what a kiosk would object to at any time of its life, too."""
    if key.status is not keyring.KeyStatus.ACTIVE:
        return key.status.value
    objection = keyring.key_objection(key, claims, now)
    if objection is not None:
        return objection[1].value
    # the day is for the grace that a park gives
    return keyring.KeyDetail.PAST_VERIFY_UNTIL.value if claims.exp + DAY_SECONDS > key.verify_until else None
