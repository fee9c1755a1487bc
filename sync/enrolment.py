"""First contact: a folder becomes a kiosk of a park. The secret leaves only after the registry has proved who it is.

The code names the registry's newest root by its hash. What follows from that root names the certificates that may vouch
for the registry's address, and only over a connection that these vouch for is the secret sent.
"""

import hashlib
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, overload
from urllib.parse import urlsplit

from kiosk.clock import GivenClock
from kiosk.rules.policy import PolicySet
from kiosk.store.files import make_folder, replace_file
from kiosk.store.home import DeviceRecord, Home
from kiosk.store.leftovers import expect_fresh
from kiosk.store.policies import Policies
from sync.client import FirstRegistry, HttpRegistry, device_signer
from sync.enrolment_code import EnrolmentCode
from sync.errors import UntrustedError
from sync.protocol import Enrolled, EnrolmentRequest, Registry
from sync.signing import key_id, public_half
from sync.transport import Signer, checked_base
from sync.trust import Chain, TrustSource, first_chain, refreshed
from sync.trust_roles import KEYS_PATH
from sync.trust_set import read_keys
from sync.trust_update import TrustUpdate


class Connect(Protocol):
    """How a registry is reached: as nobody at first contact, and signed from then on, over pinned certificates."""

    @overload
    def __call__(self, url: str, signer: None, /) -> TrustSource: ...

    @overload
    def __call__(self, url: str, signer: Signer, ca_file: Path | None, /) -> Registry: ...


@dataclass(frozen=True, kw_only=True, slots=True)
class Enrolment:
    """What a folder has become: its record and the set by which it will decide."""

    record: DeviceRecord
    set: PolicySet


@overload
def http_registry(url: str, signer: None, /) -> TrustSource: ...


@overload
def http_registry(url: str, signer: Signer, ca_file: Path | None, /) -> Registry: ...


def http_registry(url: str, signer: Signer | None, ca_file: Path | None = None, /) -> TrustSource | Registry:
    """The registry at this address, over HTTP."""
    return FirstRegistry(url) if signer is None else HttpRegistry(url, signer=signer, ca_file=ca_file)


def enrol(
    home: Home, url: str, code: str, *, software: str, now: Callable[[], int], connect: Connect = http_registry
) -> Enrolment:
    """Make this folder the kiosk that the code was given for; a folder that is one already is left as it is.

    A reply that got lost is asked for again with the same code: the registry knows the device by its key.
    """
    expect_fresh(home)
    parsed, address = EnrolmentCode.parse(code), checked_base(url)
    root, chain = _proved(connect(address, None), parsed, now())
    home.prepare()
    shutil.rmtree(home.trust, ignore_errors=True)  # of an enrolment that broke off: it belongs to no device
    ca_file = _pinned(home, chain, address)
    key = home.device_key()
    public_key = public_half(key)
    registry = connect(address, device_signer(key, key_id(public_key), now), ca_file)
    enrolled = registry.enrol(EnrolmentRequest(code=parsed.secret, public_key=public_key, software=software))
    record = _record(enrolled, address, hashlib.sha256(root).digest(), now())
    # the set first: a folder with a record but without a set could decide nothing
    believed = _believed(home, registry, record, chain, now())
    home.save_device(record)
    return Enrolment(record=record, set=believed)


def _proved(registry: TrustSource, code: EnrolmentCode, now: int) -> tuple[bytes, Chain]:
    """The root that the code names, if it is there, and the keys that follow from it; nothing was sent yet."""
    first = first_chain(registry, code.fits)
    return first.metadata["root.json"], refreshed(registry, first, park=None, now=now)


def _pinned(home: Home, chain: Chain, address: str) -> Path | None:
    """The file of the certificates that must vouch for the registry; none is needed where it is this very machine."""
    pem = read_keys(chain.targets[KEYS_PATH]).park_ca_pem
    if not pem:
        if urlsplit(address).scheme == "https":
            raise UntrustedError(
                "The registry's signed data name no certificate of the park, so its address cannot be proved: officers "
                "publish one with `qaqpa registry trust`."
            )
        return None
    make_folder(home.trust)
    replace_file(home.park_ca_file, pem)
    return home.park_ca_file


def _believed(home: Home, registry: TrustSource, record: DeviceRecord, chain: Chain, now: int) -> PolicySet:
    """The set of the park that the registry put this kiosk into, by the same checks as ever after."""
    policies = Policies(home)
    update = TrustUpdate(
        home=home,
        policies=policies,
        clock=GivenClock(now),
        park=record.park,
        root_sha256=record.root_sha256,
        floor=lambda: None,
    )
    update.take(refreshed(registry, chain, park=record.park, now=now), None)
    believed = policies.current()
    assert believed is not None
    return believed


def _record(enrolled: Enrolled, address: str, root_sha256: bytes, at: int) -> DeviceRecord:
    return DeviceRecord(
        device=enrolled.device,
        park=enrolled.park,
        gate=enrolled.gate,
        lane=enrolled.lane,
        direction=enrolled.direction,
        registry=address,
        root_sha256=root_sha256,
        enrolled_at=at,
        poll_after_seconds=enrolled.poll_after_seconds,
    )
