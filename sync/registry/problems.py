"""Every error of the HTTP service as problem details (RFC 9457): a kind to act on, and a sentence for a person."""

import logging
from http import HTTPStatus

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from kiosk.errors import EnvironmentalError, UsageError
from sync.errors import RegistryRefusedError, RegistryUnavailableError, SyncError
from sync.protocol import PROBLEM_TYPE, MessageError, Problem, ProblemKind, write
from sync.signing import SignatureError

_log = logging.getLogger("qaqpa.registry")
_RETRY_AFTER_SECONDS = 30
_LONGEST_DETAIL = 2_000


def problem(status: int, detail: str, kind: str = ProblemKind.OTHER, headers: dict[str, str] | None = None) -> Response:
    """The answer that says what went wrong."""
    body = Problem(status=status, title=HTTPStatus(status).phrase, type=kind, detail=detail[:_LONGEST_DETAIL])
    return Response(write(body), status_code=status, media_type=PROBLEM_TYPE, headers=headers)


def answer_problems(app: FastAPI) -> None:
    """Let every error of this application leave as problem details, validation and our own faults included."""
    app.add_exception_handler(RegistryRefusedError, _refused)
    app.add_exception_handler(SignatureError, _not_signed)
    app.add_exception_handler(MessageError, _unreadable)
    app.add_exception_handler(RegistryUnavailableError, _later)
    app.add_exception_handler(SyncError, _unavailable)
    app.add_exception_handler(EnvironmentalError, _unavailable)
    app.add_exception_handler(UsageError, _usage)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(Exception, _bug)


def _refused(_request: Request, error: Exception) -> Response:
    assert isinstance(error, RegistryRefusedError)
    return problem(error.status, str(error), error.kind)


def _later(_request: Request, error: Exception) -> Response:
    assert isinstance(error, RegistryUnavailableError)
    headers = {"Retry-After": str(error.retry_after_seconds or _RETRY_AFTER_SECONDS)}
    return problem(error.status, str(error), headers=headers)


def _not_signed(_request: Request, error: Exception) -> Response:
    return problem(401, str(error), ProblemKind.NOT_SIGNED, {"WWW-Authenticate": "Signature"})


def _unreadable(_request: Request, error: Exception) -> Response:
    return problem(400, str(error), ProblemKind.UNREADABLE)


def _unavailable(_request: Request, error: Exception) -> Response:
    _log.error("unavailable: %s", error)
    return problem(503, str(error), headers={"Retry-After": str(_RETRY_AFTER_SECONDS)})


def _usage(_request: Request, error: Exception) -> Response:
    return problem(400, str(error))


def _invalid(_request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    faults = [f"{'.'.join(str(part) for part in fault['loc'])}: {fault['msg']}" for fault in error.errors()]
    return problem(422, "; ".join(faults), ProblemKind.UNREADABLE)


def _http(_request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    kind = ProblemKind.NOT_FOUND if error.status_code == HTTPStatus.NOT_FOUND else ProblemKind.OTHER
    return problem(error.status_code, str(error.detail), kind, dict(error.headers or {}))


def _bug(_request: Request, error: Exception) -> Response:
    _log.error("our fault: %r", error, exc_info=error)
    return problem(500, "The registry failed; what happened is in its log.")
