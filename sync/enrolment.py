"""First contact: a folder becomes a kiosk of a park. The secret leaves only after the park has proved who it is."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from kiosk.store.home import DeviceRecord, Home
from kiosk.store.leftovers import expect_fresh
from kiosk.store.policies import Policies
from sync.client import HttpRegistry, device_signer
from sync.enrolment_code import EnrolmentCode
from sync.errors import UnreadableReplyError, UntrustedError
from sync.protocol import Enrolled, EnrolmentRequest, Registry, Scope, SignedBody
from sync.signing import key_id, public_half
from sync.transport import Limits, Signer, checked_base
from sync.trust import VerifiedSet, verified_set

Connect = Callable[[str, Signer | None], Registry]


@dataclass(frozen=True, kw_only=True, slots=True)
class Enrolment:
    """What a folder has become: its record and the set by which it will decide."""

    record: DeviceRecord
    set: VerifiedSet


def http_registry(
    url: str, signer: Signer | None, *, limits: Limits | None = None, ca_file: Path | None = None
) -> Registry:
    """The registry at this address, over HTTP."""
    return HttpRegistry(url, signer=signer, limits=limits, ca_file=ca_file)


def enrol(
    home: Home, url: str, code: str, *, software: str, now: Callable[[], int], connect: Connect = http_registry
) -> Enrolment:
    """Make this folder the kiosk that the code was given for; a folder that is one already is left as it is.

    A reply that got lost is asked for again with the same code: the registry knows the device by its key.
    """
    expect_fresh(home)
    parsed, address = EnrolmentCode.parse(code), checked_base(url)
    stranger = connect(address, None)
    scope = _scope_of(stranger, parsed)
    believed = _set_of(stranger, scope)
    home.prepare()
    key = home.device_key()
    public_key = public_half(key)
    registry = connect(address, device_signer(key, key_id(public_key), now))
    enrolled = registry.enrol(EnrolmentRequest(code=parsed.secret, public_key=public_key, software=software))
    if enrolled.park != scope.park:
        raise UntrustedError(
            f"The registry put this kiosk into park {enrolled.park}; its code is of park {scope.park}."
        )
    record = _record(enrolled, address, scope.set_key, now())
    # the set first: a folder with a record but without a set could decide nothing
    Policies(home).stage(believed.data, bytes.fromhex(believed.signature.split()[-1]))
    home.save_device(record)
    return Enrolment(record=record, set=believed)


def _scope_of(registry: Registry, code: EnrolmentCode) -> Scope:
    fitting = [scope for scope in registry.scopes().scopes if code.fits(scope.set_key)]
    if not fitting:
        raise UntrustedError(
            "No park of this registry belongs to the enrolment code: is the address right, and the code?"
        )
    return fitting[0]


def _set_of(registry: Registry, scope: Scope) -> VerifiedSet:
    body = registry.trust(scope.park)
    if not isinstance(body, SignedBody):
        raise UnreadableReplyError("The registry sent no set.")
    return verified_set(body, park=scope.park, set_key=scope.set_key, believed=None)


def _record(enrolled: Enrolled, address: str, set_key: bytes, at: int) -> DeviceRecord:
    return DeviceRecord(
        device=enrolled.device,
        park=enrolled.park,
        gate=enrolled.gate,
        lane=enrolled.lane,
        direction=enrolled.direction,
        registry=address,
        set_key=set_key,
        enrolled_at=at,
        poll_after_seconds=enrolled.poll_after_seconds,
    )
