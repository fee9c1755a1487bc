"""The registry over HTTP: version 1 of `sync.protocol` for kiosks, and counts for administrators.

Kiosks sign their requests (RFC 9421), administrators show the operator's token. The signed data is open: a kiosk needs
it before it is anybody.
"""

import gzip
import hashlib
import hmac
from datetime import date
from importlib.resources import as_file, files
from pathlib import Path
from typing import Annotated, Any

from fastapi import Depends, FastAPI, Header, Query, Request
from fastapi.openapi.docs import get_swagger_ui_html
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from pydantic import TypeAdapter
from starlette.responses import FileResponse, HTMLResponse, Response

from kiosk.export import Format, render
from kiosk.rules.statistics import By
from sync.errors import RegistryRefusedError
from sync.health_report import HealthHeard, HealthReport
from sync.machine_report import MachineHeard, MachineReport
from sync.protocol import (
    JSON_TYPE,
    ChangesPage,
    Enrolled,
    EnrolmentRequest,
    EntriesBatch,
    GivenNonce,
    LookUpKeyRequest,
    Manifest,
    NotModified,
    ProblemKind,
    PushReply,
    SealedLookUpKey,
    SignedBody,
    read,
    write,
)
from sync.registry.access import AccessLog
from sync.registry.batches import read_batch
from sync.registry.counts import counts
from sync.registry.enrolling import Device
from sync.registry.hearing import Arrived, Body, End, Guard, Heard, Signed, target_of
from sync.registry.problems import answer_problems
from sync.registry.service import RegistryService
from sync.registry.urgent import Waiting
from sync.registry.wire import RegistryEnd
from sync.request_guard import NONCE_SECONDS, NonceMint, RequestGuard, Whose
from sync.revocation_log import LONGEST_WAIT_SECONDS, RevocationSnapshot, RevocationsPage, UrgentReply
from sync.signing import SIGNATURE_HEADER, key_id, verify_request

_WORTH_PACKING_BYTES = 4096
_DOCS = files("fastapi_swagger.resources")
_CSV_TYPE = "text/csv; charset=utf-8"

Etag = Annotated[str | None, Header(alias="If-None-Match", description="the ETag of what is known already")]
Token = Annotated[HTTPAuthorizationCredentials | None, Depends(HTTPBearer(auto_error=False))]


def _of_park(device: Device, park: int) -> None:
    if device.park != park:
        raise RegistryRefusedError(f"This device stands in park {device.park}.", status=403, kind=ProblemKind.OTHER)


def _service(request: Request, token: Token) -> RegistryService:
    """The service, for whoever shows the operator's token."""
    service: RegistryService = request.app.state.service
    expected = service.folder.operator_token()
    if token is None or not hmac.compare_digest(token.credentials.encode(), expected.encode()):
        sentence = "Show the operator's token: it is in the registry's folder, keys/operator.token."
        raise RegistryRefusedError(sentence, status=401, kind=ProblemKind.NOT_SIGNED)
    return service


Operated = Annotated[RegistryService, Depends(_service)]


def create_app(service: RegistryService, end: RegistryEnd | None = None) -> FastAPI:
    """The registry's HTTP application over this service."""
    app = FastAPI(
        title="Qaqpa registry",
        version="1",
        summary="Permits, signed policy and the entries of a park's gates.",
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,  # a kiosk follows nobody
    )
    app.state.service, app.state.end = service, end or RegistryEnd(service)
    app.state.guard = RequestGuard(NonceMint(service.folder.nonce_key()), service.requests)
    app.state.waiting = Waiting(app.state.end.heads)
    answer_problems(app)
    _add_open(app)
    _add_replica(app)
    _add_revocations(app)
    _add_devices(app)
    _add_machine(app)
    _add_operator(app)
    _add_docs(app)
    app.add_middleware(AccessLog)
    return app


def _add_open(app: FastAPI) -> None:
    @app.get("/v1/trust/metadata/{name}", tags=["kiosk"], responses=_says(None))
    def trust_metadata(name: str, end: End, known: Etag = None) -> Response:
        """Metadata of the signed data (TUF): `timestamp.json`, `1.root.json` and so on."""
        return _trust_file(end, f"metadata/{name}", known)

    @app.get("/v1/trust/targets/{path:path}", tags=["kiosk"], responses=_says(None))
    def trust_target(path: str, end: End, known: Etag = None) -> Response:
        """A target of the signed data, under the digest of its bytes."""
        return _trust_file(end, f"targets/{path}", known)

    @app.post("/v1/enrolments", tags=["kiosk"], responses=_says(Enrolled), openapi_extra=_takes(EnrolmentRequest))
    def enrol(request: Request, arrived: Arrived, body: Body, end: End, guard: Guard) -> Response:
        """Make a device of a one-time code; the request is signed by the key it announces."""
        message = read(EnrolmentRequest, body)
        name = key_id(message.public_key)
        own = {name: message.public_key}
        signed = verify_request(own.get, method="POST", target=target_of(request), headers=request.headers, body=body)
        until = guard.expect_made_now(signed, arrived)
        enrolled = end.enrol(message)
        # after it, which is the same answer again at worst: a stranger with keys without end fills no table
        whose = Whose(park=0, device=int(name, 16))
        guard.expect_first(signed, whose, until=until, now=end.service.now())
        return _json(enrolled)

    @app.get("/v1/nonce", tags=["kiosk"], responses=_says(GivenNonce))
    def nonce(arrived: Arrived, guard: Guard, name: Annotated[str, Query(pattern=r"^[0-9a-f]{1,10}$")]) -> Response:
        """A nonce for the next request that is signed under this name: a kiosk asks whose clock is in doubt."""
        given = GivenNonce(nonce=guard.give_nonce(name, arrived), good_for_seconds=NONCE_SECONDS)
        return Response(write(given), media_type=JSON_TYPE, headers={"Cache-Control": "no-store"})


def _add_replica(app: FastAPI) -> None:
    @app.get("/v1/scopes/{park}/manifest", tags=["kiosk"], responses=_says(Manifest))
    def manifest(request: Request, park: int, device: Signed, end: End, known: Etag = None) -> Response:
        """What a complete replica of the park is now, signed; 304 where the ETag still holds."""
        _of_park(device, park)
        return _signed(request, end.manifest(park, known))

    @app.get("/v1/scopes/{park}/changes", tags=["kiosk"], responses=_says(ChangesPage))
    def changes(
        request: Request, park: int, device: Signed, end: End, after: Annotated[str, Query(max_length=200)]
    ) -> Response:
        """The rows after a cursor, signed; 410 where the cursor has expired."""
        _of_park(device, park)
        return _signed(request, end.changes(park, after))

    @app.get("/v1/scopes/{park}/snapshots/{name}", tags=["kiosk"], response_class=FileResponse)
    def snapshot(request: Request, park: int, name: str, device: Signed) -> Response:
        """A snapshot file: zstd over SQLite, immutable, in ranges if wanted."""
        _of_park(device, park)
        path = request.app.state.service.snapshot_file(park, name)
        if path is None:
            sentence = "This snapshot is not kept any more: ask for the manifest."
            raise RegistryRefusedError(sentence, status=404, kind=ProblemKind.NOT_FOUND)
        digest = name.split(".", maxsplit=1)[0]
        return FileResponse(path, media_type="application/zstd", headers={"ETag": f'"{digest}"'})


def _add_revocations(app: FastAPI) -> None:
    @app.get("/v1/scopes/{park}/revocations", tags=["kiosk"], responses=_says(RevocationsPage))
    def revocations(
        request: Request, park: int, device: Signed, end: End, after: Annotated[int, Query(ge=0, le=2**53 - 1)] = 0
    ) -> Response:
        """The batches of the revocation log after a row, each with its own signature."""
        _of_park(device, park)
        return _packed(request, write(end.revocations(park, after)), {})

    @app.get("/v1/scopes/{park}/revocations/snapshot", tags=["kiosk"], responses=_says(RevocationSnapshot))
    def revocations_snapshot(request: Request, park: int, device: Signed, end: End) -> Response:
        """What the revocation log amounts to, signed, at most a month old."""
        _of_park(device, park)
        return _signed(request, end.revocations_snapshot(park))

    @app.get("/v1/scopes/{park}/urgent", tags=["kiosk"], responses=_says(UrgentReply))
    async def urgent(
        request: Request,
        park: int,
        device: Signed,
        after: Annotated[int, Query(ge=0, le=2**53 - 1)] = 0,
        known_set: Annotated[int, Query(alias="set", ge=0, le=2**53 - 1)] = 0,
        wait: Annotated[int, Query(ge=0, le=LONGEST_WAIT_SECONDS)] = 0,
    ) -> Response:
        """How far the revocation log and the set are, as soon as one is further than said, else after the wait."""
        _of_park(device, park)
        waiting: Waiting = request.app.state.waiting
        return _json(await waiting.newer(park, UrgentReply(revocations=after, set=known_set), wait))


def _add_devices(app: FastAPI) -> None:
    @app.post(
        "/v1/devices/{number}/entries", tags=["kiosk"], responses=_says(PushReply), openapi_extra=_takes(EntriesBatch)
    )
    def entries(number: int, device: Heard, body: Body, end: End) -> Response:
        """Up to 500 entries of the device, revoked or not; a receipt for each, and none is refused for what it says."""
        if device.device != number:
            raise RegistryRefusedError("A device sends its own entries only.", status=403, kind=ProblemKind.OTHER)
        batch = read_batch(body)
        return _json(batch.settled(end.push(number, batch.readable, tuple(batch.malformed.values()))))

    @app.post(
        "/v1/devices/{number}/lookup-key",
        tags=["kiosk"],
        responses=_says(SealedLookUpKey),
        openapi_extra=_takes(LookUpKeyRequest),
    )
    def lookup_key(number: int, device: Signed, body: Body, end: End) -> Response:
        """The key by which plates, telephones, documents and names are looked up, sealed to this request's own key."""
        if device.device != number:
            raise RegistryRefusedError("A device asks for itself only.", status=403, kind=ProblemKind.OTHER)
        return _json(end.lookup_key(number, read(LookUpKeyRequest, body)))

    @app.post(
        "/v1/devices/{number}/health", tags=["kiosk"], responses=_says(HealthHeard), openapi_extra=_takes(HealthReport)
    )
    def health(number: int, device: Signed, body: Body, end: End) -> Response:
        """How the devices of the kiosk are, in words and figures; the newest report alone is kept."""
        if device.device != number:
            raise RegistryRefusedError("A device reports for itself only.", status=403, kind=ProblemKind.OTHER)
        return _json(end.report_health(number, read(HealthReport, body)))


def _add_machine(app: FastAPI) -> None:
    @app.post(
        "/v1/devices/{number}/machine",
        tags=["kiosk"],
        responses=_says(MachineHeard),
        openapi_extra=_takes(MachineReport),
    )
    def machine(number: int, device: Signed, body: Body, end: End) -> Response:
        """On which machine the kiosk runs; a second one suspends the device until somebody has looked."""
        if device.device != number:
            raise RegistryRefusedError("A device reports for itself only.", status=403, kind=ProblemKind.OTHER)
        return _json(end.report_machine(number, read(MachineReport, body)))


def _add_operator(app: FastAPI) -> None:
    @app.get("/v1/parks/{park}/counts", tags=["administrator"], response_class=Response)
    def counts_of(
        service: Operated,
        park: int,
        first: Annotated[date, Query(alias="from", description="the first local day")],
        last: Annotated[date, Query(alias="to", description="the last local day")],
        by: By = By.DAY,
        gate: Annotated[int | None, Query(ge=1, le=32)] = None,
        form: Annotated[Format, Query(alias="format")] = Format.CSV,
    ) -> Response:
        """Visitor counts of the park or one gate, in the columns of `qaqpa export`."""
        export = counts(service, park, first=first, last=last, by=by, gate=gate)
        return Response(render(export, form), media_type=_CSV_TYPE if form is Format.CSV else JSON_TYPE)

    @app.get("/v1/parks/{park}/conflicts", tags=["administrator"])
    def conflicts(service: Operated, park: int) -> list[dict[str, Any]]:
        """The admissions beyond a right: each names both gates and times."""
        shown = TypeAdapter(list[dict[str, Any]])
        return shown.validate_python([_plain(item) for item in service.conflicts(park)])

    @app.get("/v1/parks/{park}/devices", tags=["administrator"])
    def devices(service: Operated, park: int) -> list[dict[str, Any]]:
        """The park's devices, how far each one's entries are in, what is set aside, and how they said they are."""
        return [
            {**_plain(state.device), "chain": state.chain, "n": state.n, "pending": state.pending,
             "quarantined": state.quarantined,
             "health": state.told and state.told.as_dict()}
            for state in service.devices(park)
        ]  # fmt: skip


def _add_docs(app: FastAPI) -> None:
    @app.get("/docs", include_in_schema=False)
    def docs() -> HTMLResponse:
        """The API for people; everything it needs comes from here, so that it opens without the internet."""
        return get_swagger_ui_html(
            openapi_url=str(app.openapi_url),
            title=app.title,
            swagger_js_url="/docs/swagger-ui-bundle.js",
            swagger_css_url="/docs/swagger-ui.css",
            swagger_favicon_url="/docs/favicon-32x32.png",
        )

    @app.get("/docs/{name}", include_in_schema=False)
    def asset(name: str) -> Response:
        """A file of the page above."""
        types = {".js": "text/javascript", ".css": "text/css", ".png": "image/png"}
        known = {item.name: item for item in _DOCS.iterdir() if Path(item.name).suffix in types}
        if name not in known:
            raise RegistryRefusedError("There is no such page.", status=404, kind=ProblemKind.NOT_FOUND)
        with as_file(known[name]) as path:
            return Response(path.read_bytes(), media_type=types[path.suffix])


def _json(message: object) -> Response:
    return Response(write(message), media_type=JSON_TYPE)


def _signed(request: Request, body: SignedBody | NotModified) -> Response:
    if isinstance(body, NotModified):
        return Response(status_code=304)
    headers = {SIGNATURE_HEADER: body.signature or "", "Cache-Control": "no-transform"}
    if body.etag:
        headers["ETag"] = body.etag
    return _packed(request, body.data, headers)


def _trust_file(end: RegistryEnd, path: str, known: str | None) -> Response:
    data = end.trust_file(path)
    if data is None:
        raise RegistryRefusedError("There is no such file.", status=404, kind=ProblemKind.NOT_FOUND)
    etag = f'"{hashlib.sha256(data).hexdigest()[:32]}"'
    # all names but one hold a version or a digest: what is under them never changes
    is_moving = path.endswith("/timestamp.json")
    age = "no-cache" if is_moving else "public, max-age=31536000, immutable"
    headers = {"ETag": etag, "Cache-Control": f"{age}, no-transform"}
    if known == etag:
        return Response(status_code=304, headers=headers)
    return Response(data, media_type=JSON_TYPE, headers=headers)


def _packed(request: Request, data: bytes, headers: dict[str, str]) -> Response:
    headers["Vary"] = "Accept-Encoding"
    if len(data) >= _WORTH_PACKING_BYTES and "gzip" in request.headers.get("Accept-Encoding", ""):
        # what is signed is what is inside; over 2G a page takes minutes
        data, headers["Content-Encoding"] = gzip.compress(data, mtime=0), "gzip"
    return Response(data, media_type=JSON_TYPE, headers=headers)


def _plain(value: Any) -> dict[str, Any]:
    fields = {name: getattr(value, name) for name in value.__dataclass_fields__}
    return {name: item.hex() if isinstance(item, bytes) else item for name, item in fields.items()}


def _says(message: Any) -> dict[int | str, dict[str, Any]]:
    """The 200 answer for the API's description."""
    schema = TypeAdapter(message).json_schema() if message is not None else {"type": "object"}
    return {200: {"description": "OK", "content": {JSON_TYPE: {"schema": _flat(schema)}}}}


def _takes(message: Any) -> dict[str, Any]:
    """The request body for the API's description."""
    schema = _flat(TypeAdapter(message).json_schema())
    return {"requestBody": {"required": True, "content": {JSON_TYPE: {"schema": schema}}}}


def _flat(schema: dict[str, Any]) -> dict[str, Any]:
    """A schema without references: OpenAPI would look for them elsewhere."""
    definitions = schema.pop("$defs", {})

    def resolve(part: Any) -> Any:
        if isinstance(part, dict):
            if "$ref" in part:
                return resolve(definitions[part["$ref"].rsplit("/", 1)[-1]])
            return {name: resolve(value) for name, value in part.items()}
        return [resolve(item) for item in part] if isinstance(part, list) else part

    resolved: dict[str, Any] = resolve(schema)
    return resolved
