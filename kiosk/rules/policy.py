"""What a park has decided, as one signed, versioned set: names, gates, keys, products, policy.

The set is data; a new park or a new figure needs no code. Its digest, SHA-256 of the exact signed bytes, goes
into every entry, so any verdict can be decided again from what was in force then.
"""

import hashlib
import json
from dataclasses import dataclass, field, fields
from enum import StrEnum
from typing import Any

from kiosk.rules.activation import Activation
from kiosk.rules.canon import CanonError, rebuild
from kiosk.rules.keyring import Keyring, KeyringError
from kiosk.rules.names import Names
from kiosk.rules.tables import NO_TABLES, Tables, read_tables
from kiosk.rules.tags import Season
from kiosk.rules.words import LaneDirection, Staleness

SCHEMA = 1
DAY_SECONDS = 86_400
_LARGEST_FIGURE = 2**31 - 1
_X25519_BYTES = 32
_MOST_REVOKED = 5_000
_LARGEST_DEVICE, _LARGEST_TIME = 2**32 - 1, 2**53 - 1
_OFFSETS = (-1440, 1440)


class PolicyError(ValueError):
    """The bytes are not a set this program can follow; the text names the place."""


class ProductKind(StrEnum):
    """What sort of right a product sells."""

    DAY = "day"
    SLOT = "slot"
    PASS = "pass"  # noqa: S105  a word of the set, not a secret
    STAFF = "staff"
    EVENT = "event"


class Reentry(StrEnum):
    """What a second presentation on one day may do when no exit was recorded."""

    EXIT_ONLY = "exit_only"
    FREE = "free"


class WrongGate(StrEnum):
    """What a gate does with a ticket of another gate of the same park."""

    FLAG = "flag"
    REFUSE = "refuse"
    ADMIT = "admit"


class ClaimPolicy(StrEnum):
    """What "paid but no ticket" may do."""

    ADMIT = "admit"
    REFER = "refer"


class TypedCode(StrEnum):
    """What a typed code alone may do."""

    REFER = "refer"
    ADMIT = "admit"


_PRODUCT_WORDS = {"kind": frozenset(map(str, ProductKind)), "reentry": frozenset(map(str, Reentry))}


@dataclass(frozen=True, kw_only=True, slots=True)
class Lane:
    """One lane of a gate."""

    lane: int
    direction: LaneDirection


@dataclass(frozen=True, kw_only=True, slots=True)
class Gate:
    """One gate of the park, numbered 1 to 32."""

    gate: int
    names: Names
    lanes: tuple[Lane, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Product:
    """A kind of ticket and what it allows."""

    product: int
    names: Names
    kind: ProductKind = ProductKind.DAY
    vehicle_class: str | None = None
    reentry: Reentry = Reentry.EXIT_ONLY
    unconfirmed: str = "strict"
    risk: str = "normal"
    check_holder: str = "no"
    price: str | None = None
    zones: tuple[int, ...] = ()
    """The zones of the park that it is good for; none named: all of them."""

    @property
    def is_high_risk(self) -> bool:
        """Whether stale data alone must send its holder to the ranger."""
        return self.risk == "high"

    @property
    def checks_holder(self) -> bool:
        """Whether some visits are checked by plate or document; so too by a word that a newer registry sends."""
        return self.check_holder != "no"


@dataclass(frozen=True, kw_only=True, slots=True)
class Policy:
    """The park's numbers, under the names of the admission page, with its defaults."""

    ask_above_heads: int = 6
    reentry_seconds: int = 900
    grace_before_seconds: int = 900
    grace_after_seconds: int = 7200
    wrong_gate: WrongGate = WrongGate.FLAG
    typed_code_alone: TypedCode = TypedCode.REFER
    ageing_after_days: int = 7
    stale_after_days: int = 30
    revocations_stale_after_days: int = 30
    stale_products: str = "high_risk"
    utc_offset_minutes: int = 300
    skew_seconds: int = 300
    claim_timeout_milliseconds: int = 250
    overdue_after_minutes: int = 180
    contact_after_minutes: int = 420
    contact_keep_days: int = 2
    entries_keep_days: int = 30
    holder_check_percent: int = 10
    fast_lanes: tuple[tuple[int, ...], ...] = ()
    """Lanes, each as gate and lane, on which nobody is asked how many go in or whether a warning was seen."""
    keep_open_reminder_minutes: int = 15
    claims: ClaimPolicy = ClaimPolicy.REFER
    overrides_per_day: int = 0
    """As many as are usual at a gate, 0 for no figure: shown beside the day's count, never a limit."""

    def local_day(self, at: int) -> int:
        """The park's own day, counted from 1970-01-01, at this Unix second."""
        return (at + self.utc_offset_minutes * 60) // DAY_SECONDS

    def staleness(self, now: int, signed_at: int | None) -> Staleness:
        """The band of data whose newest verified signature is from signed_at; none at all is stale."""
        if signed_at is None:
            return Staleness.STALE
        age_days = (now - signed_at) / DAY_SECONDS
        if age_days <= self.ageing_after_days:
            return Staleness.FRESH
        return Staleness.AGEING if age_days <= self.stale_after_days else Staleness.STALE

    def are_revocations_stale(self, now: int, heard_at: int | None) -> bool:
        """Whether a revocation list that was last known to be whole at heard_at is older than the park allows."""
        return heard_at is None or now - heard_at > self.revocations_stale_after_days * DAY_SECONDS


@dataclass(frozen=True, kw_only=True, slots=True)
class OnlineKey:
    """A key the registry signs manifests, changes and snapshots with."""

    kid: str
    public_key: bytes


@dataclass(frozen=True, kw_only=True, slots=True)
class StaffMember:
    """A person who may act at a gate, as the park's list says."""

    name: str
    role: str
    """A word of kiosk/rules/roles.py, or of a newer registry."""
    id: str = ""
    """What a PIN on a device belongs to: another one once the role is another, or the person came back."""
    activation: Activation | None = None
    """By what this person first signs in at a device."""


@dataclass(frozen=True, kw_only=True, slots=True)
class RevokedDevice:
    """A device that the park believes no more, and since which Unix second: it decides nothing from then on."""

    device: int
    at: int


@dataclass(frozen=True, kw_only=True, slots=True)
class PolicySet:
    """All that a park has signed, parsed once."""

    park: int
    version: int
    signed_at: int
    names: Names
    gates: tuple[Gate, ...]
    keyring: Keyring
    online_keys: tuple[OnlineKey, ...]
    products: dict[int, Product]
    policy: Policy
    staff: tuple[StaffMember, ...] = ()
    parks: dict[int, Names] = field(default_factory=dict)
    lookup_key: str | None = None  # the id of the look-up key in force, never the key
    seasons: tuple[Season, ...] = ()
    """Since when which look-up key is in force, rising: a ticket's tags go by the one it was signed under."""
    handover_key: bytes | None = None
    """X25519: what only the registry may read is sealed to it."""
    revoked_devices: tuple[RevokedDevice, ...] = ()
    tables: Tables = NO_TABLES
    keys_version: int = 0
    """The version of the signed list of keys that was put into this set."""
    digest: bytes = b""

    @property
    def has_activations(self) -> bool:
        """Whether each person signs in for themselves; until then there is the one PIN of the device."""
        return any(member.activation is not None for member in self.staff)

    def member(self, name: str) -> StaffMember | None:
        """The person of this name on the staff list."""
        return next((member for member in self.staff if member.name == name), None)

    def product_of(self, number: int | None) -> Product | None:
        """The product of this number, if the set knows it."""
        return self.products.get(number) if number is not None else None

    def revoked(self, device: int) -> RevokedDevice | None:
        """What the park says of this device, if it has revoked it."""
        return next((item for item in self.revoked_devices if item.device == device), None)

    def gate_name(self, gate: int, language: str) -> str:
        """The gate's name, or its number where the set does not know it."""
        return next((g.names.in_language(language) for g in self.gates if g.gate == gate), str(gate))

    def park_name(self, park: int, language: str) -> str:
        """This or a neighbouring park's name, or its number where the set does not know it."""
        names = self.names if park == self.park else self.parks.get(park)
        return names.in_language(language) if names else str(park)


def read_policy_set(data: bytes) -> PolicySet:
    """The set that these exact bytes are; PolicyError with the path where they are not one."""
    raw = _parse(data)
    if raw.get("schema") != SCHEMA:
        raise PolicyError(f"schema {raw.get('schema')!r} is not {SCHEMA}: this program is too old for the set")
    try:
        products = rebuild(_Products, {"products": _followable(raw["products"])}).products
        return PolicySet(
            **{name: rebuild(_One, {"value": raw[name]}, name).value for name in ("park", "version", "signed_at")},
            names=rebuild(Names, raw["names"], "names"),
            gates=rebuild(_Gates, {"gates": raw["gates"]}).gates,
            keyring=Keyring.from_json(raw["keys"]),
            online_keys=tuple(_online_key(item) for item in raw["online_keys"]),
            products={product.product: product for product in products},
            policy=_policy(raw["policy"]),
            staff=rebuild(_Staff, {"staff": raw.get("staff", [])}).staff,
            parks={int(number): rebuild(Names, names, "parks") for number, names in raw.get("parks", {}).items()},
            lookup_key=rebuild(_LookUp, {"lookup_key": raw.get("lookup_key")}).lookup_key,
            seasons=_seasons(raw),
            handover_key=_handover_key(raw.get("handover_key")),
            revoked_devices=_revoked_devices(raw.get("revoked_devices", [])),
            tables=read_tables(raw.get("tables")),
            keys_version=rebuild(_One, {"value": raw.get("keys_version", 0)}, "keys_version").value,
            digest=hashlib.sha256(data).digest(),
        )
    except (CanonError, KeyringError) as error:
        raise PolicyError(str(error)) from error
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise PolicyError(f"not a policy set: {error!r}") from error


@dataclass(frozen=True, kw_only=True, slots=True)
class _One:
    value: int


@dataclass(frozen=True, kw_only=True, slots=True)
class _LookUp:
    lookup_key: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class _Seasons:
    seasons: tuple[Season, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class _Gates:
    gates: tuple[Gate, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class _Products:
    products: tuple[Product, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class _Revoked:
    revoked_devices: tuple[RevokedDevice, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class _Staff:
    staff: tuple[StaffMember, ...]


def _parse(data: bytes) -> dict[str, Any]:
    try:
        raw = json.loads(data, object_pairs_hook=_no_duplicates)
    except (ValueError, RecursionError) as error:
        raise PolicyError(f"not JSON: {error}") from error
    if not isinstance(raw, dict):
        raise PolicyError("not a JSON object")
    if not _is_text(raw):
        raise PolicyError("a half of a surrogate pair is no character: no screen, file or journal could hold the name")
    return raw


def _is_text(raw: dict[str, Any]) -> bool:
    try:
        json.dumps(raw, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return False
    return True


def _no_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    result = dict(pairs)
    if len(result) != len(pairs):
        raise PolicyError("a key stands twice in one object")
    return result


def _followable(raw: Any) -> Any:
    """The products without those that a newer registry puts in words unknown here, which no gate may guess at.

    Their tickets are referred, and all else of the set, closures among it, is in force.
    """
    return [item for item in raw if not _has_new_word(item)] if isinstance(raw, list) else raw


def _has_new_word(product: Any) -> bool:
    given = product if isinstance(product, dict) else {}
    return any(isinstance(word := given.get(name), str) and word not in known for name, known in _PRODUCT_WORDS.items())


def _policy(raw: dict[str, Any]) -> Policy:
    known = {item.name for item in fields(Policy)}
    policy = rebuild(Policy, {name: value for name, value in raw.items() if name in known}, "policy")
    for name in sorted(known):
        value = getattr(policy, name)
        smallest, largest = _OFFSETS if name == "utc_offset_minutes" else (0, _LARGEST_FIGURE)
        if isinstance(value, int) and not smallest <= value <= largest:
            raise PolicyError(f"policy.{name}: expected {smallest} to {largest}, got {value}")
    return policy


def _seasons(raw: dict[str, Any]) -> tuple[Season, ...]:
    seasons = rebuild(_Seasons, {"seasons": raw.get("seasons", [])}).seasons
    times = [season.since for season in seasons]
    if times != sorted(set(times)):
        raise PolicyError("seasons: expected rising times")
    key = raw.get("lookup_key")
    return seasons or ((Season(id=key, since=0),) if key else ())


def _revoked_devices(raw: Any) -> tuple[RevokedDevice, ...]:
    """Read strictly: what cannot be read of it must not leave a stolen device believed, nor a sound one revoked."""
    found = rebuild(_Revoked, {"revoked_devices": raw}, "set").revoked_devices
    if len(found) > _MOST_REVOKED:
        raise PolicyError(f"revoked_devices: expected at most {_MOST_REVOKED}, got {len(found)}")
    if len({item.device for item in found}) != len(found):
        raise PolicyError("revoked_devices: a device stands there twice")
    for place, item in enumerate(found):
        if not (1 <= item.device <= _LARGEST_DEVICE and 0 <= item.at <= _LARGEST_TIME):
            raise PolicyError(f"revoked_devices[{place}]: expected a device and a time, got {item.device}, {item.at}")
    return found


def _online_key(raw: dict[str, Any]) -> OnlineKey:
    return OnlineKey(kid=str(raw["kid"]), public_key=bytes.fromhex(raw["public_key"]))


def _handover_key(raw: Any) -> bytes | None:
    if raw is None:
        return None
    key = bytes.fromhex(raw)
    if len(key) != _X25519_BYTES:
        raise ValueError(f"handover_key: expected {_X25519_BYTES} bytes, got {len(key)}")
    return key
