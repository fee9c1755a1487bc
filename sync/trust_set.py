"""The two signed files that a set travels in, and the one set that a kiosk makes of them.

`keys.json` is signed by the officers' offline key: whose tickets, registry and TLS are believed. `parks/N/set.json` is
signed by the park's own key: everything else. So a stolen park's key opens no gate to a ticket of the thief's.
"""

import json
from dataclasses import dataclass
from typing import Any

from cryptography import x509

from kiosk.rules.keyring import KeyStatus
from sync.errors import UntrustedError
from sync.trust_roles import KEYS_PATH, set_path

SCHEMA = 1


class TrustError(UntrustedError):
    """Signed data that must not be believed; what is believed stays as it is."""


class OlderError(TrustError):
    """Signed data that were newer once: an attack by a registry, and by a stick perhaps only an old stick."""


@dataclass(frozen=True, kw_only=True, slots=True)
class KeysFile:
    """What `keys.json` says."""

    version: int
    signed_at: int
    keys: tuple[dict[str, Any], ...]
    online_keys: tuple[dict[str, Any], ...]
    park_ca: tuple[str, ...]
    """Certificates in PEM, any of which may vouch for the registry's name."""

    @property
    def park_ca_pem(self) -> bytes:
        """The certificates as one file."""
        return "".join(f"{text.strip()}\n" for text in self.park_ca).encode()


def read_keys(data: bytes) -> KeysFile:
    """The file that these exact bytes are; TrustError where they are not one."""
    raw = _parsed(data, KEYS_PATH)
    try:
        keys = KeysFile(
            version=_whole(raw["version"]),
            signed_at=_whole(raw["signed_at"]),
            keys=tuple(_expect_parks(key) for key in raw["keys"]),
            online_keys=tuple(_expect_parks(key) for key in raw["online_keys"]),
            park_ca=tuple(raw.get("park_ca", [])),
        )
        for text in keys.park_ca:
            x509.load_pem_x509_certificate(text.encode())
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise TrustError(f"The signed {KEYS_PATH} cannot be followed: {error!r}") from error
    return keys


def version_of(data: bytes, name: str) -> int:
    """The version that a signed file gives itself."""
    version = _parsed(data, name).get("version")
    if type(version) is not int:
        raise TrustError(f"The signed {name} has no version.")
    return version


def composed(keys: bytes, park_set: bytes, park: int) -> bytes:
    """The exact bytes of the set that a kiosk of this park believes: both ends make the same ones of the same files."""
    try:
        return _composed(read_keys(keys), _parsed(park_set, set_path(park)), park)
    except (KeyError, TypeError, ValueError) as error:  # authentic is not well-formed
        raise TrustError(f"The signed set of park {park} cannot be put together: {error!r}") from error


def _composed(signed: KeysFile, raw: dict[str, Any], park: int) -> bytes:
    own = [key for key in signed.keys if _is_for(key, park)]
    taken = {str(key.get("kid")) for key in own}
    others: dict[str, dict[str, Any]] = {}
    for key in signed.keys:
        if not _is_for(key, park) and str(key.get("kid")) not in taken:
            others.setdefault(str(key.get("kid")), _of_another(key))
    whole = raw | {
        "keys_version": signed.version,
        "keys": [*own, *others.values()],
        "online_keys": [
            {"kid": key["kid"], "public_key": key["public_key"]} for key in signed.online_keys if _is_for(key, park)
        ],
    }
    return json.dumps(whole, ensure_ascii=False, separators=(",", ":")).encode()


def _is_for(key: dict[str, Any], park: int) -> bool:
    return not key["parks"] or park in key["parks"]


def _of_another(key: dict[str, Any]) -> dict[str, Any]:
    """A list of tickets is the affair of its own gates alone: here none of them opens anything."""
    is_listed = key.get("status") == KeyStatus.LISTED_ONLY.value
    return key | {"listed": []} | ({"status": KeyStatus.VERIFY_ONLY.value} if is_listed else {})


def _expect_parks(key: dict[str, Any]) -> dict[str, Any]:
    if not all(type(park) is int for park in key["parks"]):
        raise ValueError("parks: expected a list of numbers")
    return key


def _whole(value: object) -> int:
    if type(value) is not int or value < 0:
        raise ValueError(f"expected a whole number, got {value!r}")
    return value


def _parsed(data: bytes, name: str) -> dict[str, Any]:
    try:
        raw = json.loads(data.decode("utf-8"), object_pairs_hook=_no_duplicates)
    except (ValueError, RecursionError) as error:
        raise TrustError(f"The signed {name} is not JSON: {error}") from error
    if not isinstance(raw, dict):
        raise TrustError(f"The signed {name} is not a JSON object.")
    if raw.get("schema") != SCHEMA:
        raise TrustError(f"The signed {name} has schema {raw.get('schema')!r}; this program is too old for it.")
    return raw


def _no_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    result = dict(pairs)
    if len(result) != len(pairs):
        raise ValueError("a key stands twice in one object")
    return result
