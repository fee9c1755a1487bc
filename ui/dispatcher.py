"""Work off the GUI thread, its answer on it: one worker thread, in the order it was asked."""

import logging
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, TypeVar

from PySide6.QtCore import QObject, Qt, Signal, Slot

Answer = TypeVar("Answer")
_log = logging.getLogger(__name__)


class Dispatcher(QObject):
    """Asks on a worker thread and answers on the thread this object lives in."""

    _answered = Signal(object)

    def __init__(self, parent: QObject | None = None, name: str = "checkpoint") -> None:
        super().__init__(parent)
        self._pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix=name)
        self._pending = 0
        self._is_closed = False
        self._answered.connect(self._deliver, Qt.ConnectionType.QueuedConnection)

    @property
    def is_idle(self) -> bool:
        """Whether nothing is asked and no answer is on its way."""
        return self._pending == 0

    def ask(
        self,
        work: Callable[[], Answer],
        then: Callable[[Answer], None],
        failed: Callable[[Exception], None] | None = None,
    ) -> None:
        """Run `work` on the worker, then hand its answer, or what it raised, to the caller's thread."""
        if self._is_closed:
            return
        self._pending += 1
        future = self._pool.submit(work)
        future.add_done_callback(lambda done: self._answered.emit((done, then, failed)))

    def close(self) -> None:
        """Let the work under way end and take no more; answers that are still on their way are dropped."""
        self._is_closed = True
        self._pool.shutdown(wait=True, cancel_futures=True)

    @Slot(object)
    def _deliver(self, letter: tuple[Future[Any], Callable[[Any], None], Callable[[Exception], None] | None]) -> None:
        future, then, failed = letter
        self._pending -= 1
        if self._is_closed or future.cancelled():
            return
        error = future.exception()
        if error is None:
            then(future.result())
        elif failed is not None and isinstance(error, Exception):
            failed(error)
        else:
            _log.error("Work for the screen failed", exc_info=error)
