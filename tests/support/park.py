"""A small real park: one issuer key, four products, tickets that verify."""

import hashlib
import json
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from kiosk.rules.codes import typed_code
from kiosk.rules.permit import Party, Permit, PermitStatus, permit_id
from kiosk.rules.personal import lookup_key_id, lookup_key_of
from kiosk.rules.policy import PolicySet, read_policy_set
from kiosk.rules.tags import holder_tag, plate_tag
from kiosk.rules.ticket import ED25519, Claims, sign
from sync.trust_set import composed

PARK, OTHER_PARK = 7, 12
DAY_TICKET, SLOT, FREE_REENTRY, HIGH_RISK, CHECKED, VEHICLE, FREE_VEHICLE = 1, 2, 3, 4, 5, 7, 8
PASS, STAFF_CARD, CLEAN_UP = 30, 35, 40
UTC_OFFSET = 300 * 60
NOON = 1_783_148_400  # 4 July 2026, 12:00 in the park
KID = "2607"
PLATE, DOCUMENT = "917 CNY 05", "N 4840217"


def names(word: str) -> dict[str, str]:
    """One name in three languages."""
    return {"kk": f"{word} kk", "ru": f"{word} ru", "en": word}


@dataclass
class SmallPark:
    """Makes the signed set of a park and tickets under its key; every figure can be changed."""

    version: int = 1
    signed_at: int = NOON - 3600
    policy: dict[str, Any] = field(default_factory=dict)
    tables: dict[str, Any] = field(default_factory=dict)
    seed: bytes = bytes(range(32))
    key_fields: dict[str, Any] = field(default_factory=dict)
    online_seed: bytes = bytes(reversed(range(32)))
    park: int = PARK
    pepper: bytes = b"pepper of the small park 0123456"
    former: tuple[str, ...] = ()
    """The look-up keys of the seasons before, by their ids."""
    seasons_since: tuple[int, ...] = (0,)
    staff: list[dict[str, Any]] = field(default_factory=list)
    keys_version: int = 1
    park_ca: list[str] = field(default_factory=list)
    revoked_devices: list[dict[str, Any]] = field(default_factory=list)

    @property
    def issuer(self) -> Ed25519PrivateKey:
        """The issuer's private key."""
        return Ed25519PrivateKey.from_private_bytes(self.seed)

    @property
    def online(self) -> Ed25519PrivateKey:
        """The registry's online private key."""
        return Ed25519PrivateKey.from_private_bytes(self.online_seed)

    def set_bytes(self) -> bytes:
        """The exact bytes of the set that a kiosk believes."""
        return composed(self.keys_file(), self.park_file(), self.park)

    def keys_file(self) -> bytes:
        """The exact bytes of the keys, as officers sign them."""
        online = self.online.public_key().public_bytes_raw()
        key: dict[str, Any] = {
            "kid": KID,
            "alg": ED25519,
            "public_key": self.issuer.public_key().public_bytes_raw().hex(),
            "sign_not_before": NOON - 365 * 86_400,
            "sign_expires": NOON + 365 * 86_400,
            "verify_until": NOON + 730 * 86_400,
            "parks": [],
            "products": [],
            "longest_validity_seconds": 40 * 86_400,
            "status": "active",
            "listed": [],
        }
        content = {
            "schema": 1,
            "version": self.keys_version,
            "signed_at": self.signed_at,
            "keys": [key | self.key_fields],
            "online_keys": [
                {"kid": hashlib.sha256(online).hexdigest()[:8], "public_key": online.hex(), "parks": [self.park]}
            ],
            "park_ca": self.park_ca,
        }
        return json.dumps(content, ensure_ascii=False, sort_keys=True).encode()

    def park_file(self) -> bytes:
        """The exact bytes of all else, as the park signs it."""
        lanes = [{"lane": 1, "direction": "both"}, {"lane": 2, "direction": "entry"}]
        products: list[dict[str, Any]] = [
            {"product": DAY_TICKET, "names": names("Day ticket"), "kind": "day"},
            {"product": SLOT, "names": names("Slot"), "kind": "slot"},
            {"product": FREE_REENTRY, "names": names("Free re-entry"), "kind": "day", "reentry": "free"},
            {"product": HIGH_RISK, "names": names("High risk"), "kind": "day", "risk": "high"},
            {"product": CHECKED, "names": names("Checked"), "kind": "day", "check_holder": "rule"},
            {"product": PASS, "names": names("Pass"), "kind": "pass"},
            {"product": STAFF_CARD, "names": names("Staff card"), "kind": "staff"},
            {"product": CLEAN_UP, "names": names("Clean-up day"), "kind": "event"},
            {"product": VEHICLE, "names": names("Car"), "kind": "day", "vehicle_class": "car"},
            {"product": FREE_VEHICLE, "names": names("Bus"), "vehicle_class": "bus_large", "reentry": "free"},
        ]
        content = {
            "schema": 1,
            "park": self.park,
            "version": self.version,
            "signed_at": self.signed_at,
            "names": names("Burabay"),
            "gates": [{"gate": gate, "names": names(f"Gate {gate}"), "lanes": lanes} for gate in (1, 2, 3)],
            "products": products,
            "policy": self.policy,
            "staff": self.staff,
            "tables": self.tables,
            "lookup_key": lookup_key_id(self.season_key),
            "seasons": [
                {"id": key, "since": since}
                for key, since in zip((*self.former, lookup_key_id(self.season_key)), self.seasons_since, strict=True)
            ],
            "revoked_devices": self.revoked_devices,
            "parks": {str(OTHER_PARK): names("Altyn-Emel")},
        }
        return json.dumps(content, ensure_ascii=False, sort_keys=True).encode()

    def set(self) -> PolicySet:
        """The parsed set."""
        return read_policy_set(self.set_bytes())

    def claims(self, serial: int = 1, **changes: Any) -> Claims:
        """What a day ticket for two adults and a child on the day of NOON says."""
        midnight = NOON - 12 * 3600
        fields: dict[str, Any] = {
            "cti": hashlib.sha256(serial.to_bytes(8, "big")).digest()[:16],
            "park": self.park,
            "product": DAY_TICKET,
            "party": Party(adults=2, children=1),
            "entries": 1,
            "iat": midnight - 86_400,
            "nbf": midnight,
            "exp": midnight + 86_400,
        }
        return Claims(**(fields | changes))

    @property
    def season_key(self) -> bytes:
        """The key of the season's look-ups and tags."""
        return lookup_key_of(self.pepper)

    def tagged(self, serial: int = 1, *, plate: str = PLATE, document: str = DOCUMENT, **changes: Any) -> str:
        """The text of a ticket that bears the tags of this plate and document."""
        cti, key = self.claims(serial).cti, self.season_key
        tags = {"plate_tag": plate_tag(cti, plate, key), "holder_tag": holder_tag(cti, document, key)}
        return self.ticket(serial, **(tags | changes))

    def ticket(self, serial: int = 1, **changes: Any) -> str:
        """The text of such a ticket."""
        return sign(self.claims(serial, **changes), KID, self.issuer)


def permit_of(claims: Claims, status: PermitStatus = PermitStatus.ACTIVE) -> Permit:
    """The replica's row of a ticket."""
    return Permit(
        id=permit_id(claims.cti),
        code=typed_code(claims.cti),
        product=claims.product,
        nbf=claims.nbf,
        exp=claims.exp,
        party=claims.party,
        entries=claims.entries,
        gates=claims.gates,
        status=status,
    )
