"""Who goes first where two threads share one interpreter: a scan, always. Nothing here knows what either of them does.

Python runs one thread at a time and lets a busy one run for 5 ms before another may have a turn; a scan asks for its
turn at every statement it sends to a database. Sync therefore works in slices of about a millisecond, and between two
of them lets the scan under way come to its end.
"""

import threading
from collections.abc import Callable
from functools import wraps
from types import TracebackType
from typing import Concatenate, ParamSpec, Protocol, TypeVar

LONGEST_WAIT_SECONDS = 0.25


class RightOfWay:
    """Entered around each scan by the one thread that scans; others ask it between two slices of their work."""

    def __init__(self) -> None:
        self._ended = threading.Condition()
        self._is_taken = False
        self._scans = 0

    def __enter__(self) -> None:
        self._is_taken = True

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._ended:
            self._is_taken = False
            self._scans += 1
            self._ended.notify_all()

    def give_way(self) -> None:
        """Return at once where nobody scans, else when the scan under way has ended.

        Only that one is waited for, and not for ever: a queue of visitors must not keep revocations out, nor a scan
        that hangs.
        """
        if not self._is_taken:
            return
        with self._ended:
            scan = self._scans
            self._ended.wait_for(lambda: not self._is_taken or self._scans != scan, LONGEST_WAIT_SECONDS)


class _HasIt(Protocol):
    @property
    def right_of_way(self) -> RightOfWay: ...


_Owner = TypeVar("_Owner", bound=_HasIt)
_Given = ParamSpec("_Given")
_Result = TypeVar("_Result")


def prior(act: Callable[Concatenate[_Owner, _Given], _Result]) -> Callable[Concatenate[_Owner, _Given], _Result]:
    """A method that holds its owner's `right_of_way` from its beginning to its end."""

    @wraps(act)
    def held(owner: _Owner, /, *args: _Given.args, **kwargs: _Given.kwargs) -> _Result:
        with owner.right_of_way:
            return act(owner, *args, **kwargs)

    return held
