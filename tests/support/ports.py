"""Ports of the loopback that are a test's own for as long as it needs them, whatever else runs on this machine."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def reserved_port() -> Iterator[int]:
    """A port that nobody else is given meanwhile, neither to listen on nor for a connection of theirs.

    Whoever listens on it must set SO_REUSEADDR, as uvicorn and PostgreSQL do.
    """
    with socket.socket() as held:
        # bound and never listening: Linux lets another socket listen beside it where both say so, and draws this number
        # for nobody (inet_csk_find_open_port); one that was only looked up can be taken before it is used
        held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        held.bind(("127.0.0.1", 0))
        port: int = held.getsockname()[1]
        yield port
