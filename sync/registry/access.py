"""One line a request for the log: what was asked, the answer, how long it took. Never a query, a body or a ticket."""

import logging
import time

from starlette.types import ASGIApp, Message, Receive, Scope, Send

_log = logging.getLogger("qaqpa.registry")


class AccessLog:
    """ASGI middleware that writes the line when the answer is out."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer the request and write its line."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started, status = time.monotonic(), 0

        async def noting(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, noting)
        finally:
            milliseconds = (time.monotonic() - started) * 1000
            # as it was sent: unescaped, a path could write lines of its own
            path = scope.get("raw_path", b"").decode("ascii", "backslashreplace")
            _log.info("%s %s %d %.0f ms", scope["method"], path, status, milliseconds)
