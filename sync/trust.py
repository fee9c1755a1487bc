"""The park's policy set on its way in: fetched, verified, and only then staged. It never goes back nor changes half.

First form: one JSON file signed by the park's set key, whose hash the enrolment code carried. What comes later replaces
how the set travels, not what it is.
"""

from dataclasses import dataclass

from kiosk.rules.policy import PolicyError, PolicySet, read_policy_set
from sync.errors import UntrustedError
from sync.protocol import SignedBody
from sync.signing import SignatureKind, keys_by_id, verify_body


class TrustError(UntrustedError):
    """A set that must not be believed; what is believed stays as it is."""


@dataclass(frozen=True, kw_only=True, slots=True)
class VerifiedSet:
    """A set with the exact bytes and the signature by which it was verified."""

    set: PolicySet
    data: bytes
    signature: str


def verified_set(body: SignedBody, *, park: int, set_key: bytes, believed: PolicySet | None) -> VerifiedSet:
    """The set these bytes are, if this park's set key signed it and it is not older than the believed one.

    The same version must be the same bytes: two different sets under one number would let somebody choose.
    """
    verify_body(SignatureKind.SET, keys_by_id([set_key]), body.signature, body.data)
    try:
        fresh = read_policy_set(body.data)
    except PolicyError as error:
        raise TrustError(f"The registry's set is signed but cannot be followed: {error}") from error
    if fresh.park != park:
        raise TrustError(f"The registry sent the set of park {fresh.park} to a kiosk of park {park}.")
    if believed is not None and fresh.version < believed.version:
        raise TrustError(
            f"The registry sent version {fresh.version} of the set; version {believed.version} is believed."
        )
    if believed is not None and fresh.version == believed.version and fresh.digest != believed.digest:
        raise TrustError(f"The registry sent another set under the same version {fresh.version}.")
    return VerifiedSet(set=fresh, data=body.data, signature=body.signature or "")
