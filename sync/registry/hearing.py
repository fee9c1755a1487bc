"""Whose requests are heard: signed by a device (RFC 9421), made just now, and for the first time.

The body is read before anybody is believed, so it is bounded, in size and in time; when it began to come in counts.
"""

import asyncio
from typing import Annotated

from fastapi import Depends, Request

from kiosk.errors import EnvironmentalError
from sync.errors import RegistryRefusedError
from sync.protocol import ProblemKind
from sync.registry.enrolling import Device, DeviceStatus
from sync.registry.service import RegistryService
from sync.registry.wire import RegistryEnd
from sync.request_guard import ARRIVAL_SECONDS, RequestGuard, Whose
from sync.signing import SignatureError, verify_request

LARGEST_BODY_BYTES = 8 * 1024 * 1024


async def _arrived(request: Request) -> int:
    """When the request began to come in, by the registry's clock: its body may take minutes."""
    service: RegistryService = request.app.state.service
    return service.now()


async def _body(request: Request) -> bytes:
    """The request's body, as long as it is not larger, and takes no longer, than any honest one."""
    body = bytearray()
    try:
        async with asyncio.timeout(ARRIVAL_SECONDS):
            async for piece in request.stream():
                body += piece
                if len(body) > LARGEST_BODY_BYTES:
                    sentence = f"A request has at most {LARGEST_BODY_BYTES} bytes."
                    raise RegistryRefusedError(sentence, status=413, kind=ProblemKind.TOO_LARGE)
    except TimeoutError as error:
        sentence = f"A request is here within {ARRIVAL_SECONDS} s."
        raise RegistryRefusedError(sentence, status=408, kind=ProblemKind.OTHER) from error
    return bytes(body)


Arrived = Annotated[int, Depends(_arrived)]
Body = Annotated[bytes, Depends(_body)]


def _end(request: Request) -> RegistryEnd:
    end: RegistryEnd = request.app.state.end
    return end


End = Annotated[RegistryEnd, Depends(_end)]


def _guard(request: Request) -> RequestGuard:
    guard: RequestGuard = request.app.state.guard
    return guard


Guard = Annotated[RequestGuard, Depends(_guard)]


# in this order: the time is taken before the body is waited for
def _heard(request: Request, arrived: Arrived, body: Body, end: End, guard: Guard) -> Device:
    """The device that signed this request, just now and for the first time, whatever became of it since."""
    found: list[Device] = []
    faults: list[EnvironmentalError] = []

    def public_key_of(name: str) -> bytes | None:
        if not (name.isascii() and name.isdigit() and len(name) <= 10):
            return None
        try:
            found.extend(device for device in [end.device(int(name))] if device)
        except EnvironmentalError as error:
            faults.append(error)  # the signature library would take it for a signature that is wrong
        return found[0].public_key if found else None

    target, headers = target_of(request), request.headers
    try:
        signed = verify_request(public_key_of, method=request.method, target=target, headers=headers, body=body)
    except SignatureError:
        if faults:
            raise faults[0] from None
        raise
    (device,) = found
    until = guard.expect_made_now(signed, arrived)
    guard.expect_first(signed, Whose(park=device.park, device=device.device), until=until, now=end.service.now())
    return device


def _signed_by(device: Annotated[Device, Depends(_heard)]) -> Device:
    """The device that signed this request: one that was not revoked."""
    if device.status is DeviceStatus.REVOKED:
        sentence = "This device was revoked: what it has done is still taken, nothing else is answered."
        raise RegistryRefusedError(sentence, status=403, kind=ProblemKind.DEVICE_REVOKED)
    return device


Heard = Annotated[Device, Depends(_heard)]
Signed = Annotated[Device, Depends(_signed_by)]


def target_of(request: Request) -> str:
    """Path and query, byte for byte as they came."""
    path: bytes = request.scope.get("raw_path") or request.url.path.encode()
    query: bytes = request.scope["query_string"]
    return (path + b"?" + query if query else path).decode("latin-1")
