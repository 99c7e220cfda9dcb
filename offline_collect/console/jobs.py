"""Long work in the background: a few workers, and how far each piece of work is.

A piece of work lives as long as the console's process; what it did is in the store.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from http import HTTPStatus
from threading import Event, Lock
from typing import Any

from offline_collect.console.errors import BusyError
from offline_collect.console.refusals import status_of
from offline_collect.domain.texts.phrases import Phrase
from offline_collect.merchant.imports.order import Watch

WORKERS = 2
WAITING_MAX = 20
"""Pieces of work that are not done yet."""

KEPT_MAX = 40
"""Pieces of work that are remembered."""

FIRST_WAIT_S = 1.5
"""How long a page waits for its work: most files are small, and done by then."""

_log = logging.getLogger(__name__)


class EndedError(BaseException):
    """The console ends while a piece of work goes on; use cases that catch ``Exception`` let it through."""


@dataclass(slots=True)
class Job:
    """One piece of work.

    Attributes:
        step: what is being done; '' before it has begun.
        rows: done so far.
        share: of the step that is done, 0 to 1; None if nobody knows.
        result: of the work, once it is done.
        error: why it was not done.
    """

    step: str = ""
    rows: int = 0
    share: float | None = None
    result: Any = None
    error: Exception | None = None
    _done: Event = field(default_factory=Event)

    @property
    def runs(self) -> bool:
        """Whether it is not done yet."""
        return not self._done.is_set()

    def wait(self, seconds: float = FIRST_WAIT_S) -> None:
        """Wait until it is done, or for some time."""
        self._done.wait(seconds)

    def end(self) -> None:
        """Say that it is done."""
        self._done.set()


class Jobs:
    """The work of the console, by keys; call :meth:`close` at the end."""

    def __init__(self, workers: int = WORKERS) -> None:
        self._pool = ThreadPoolExecutor(workers, thread_name_prefix="console-work")
        self._lock = Lock()
        self._jobs: dict[str, Job] = {}
        self._ending = Event()

    def begin(self, key: str, work: Callable[[Watch], Any]) -> Job:
        """Begin a piece of work; it replaces an earlier one of the key that is done.

        Raises:
            BusyError: one of the key is not done yet, or too many are not.
        """
        with self._lock:
            running = [name for name, job in self._jobs.items() if job.runs]
            if key in running:
                raise BusyError(Phrase("this is being done already: wait until it is done"))
            if len(running) >= WAITING_MAX:
                raise BusyError(Phrase("too much is being done at once: try again in a few minutes"))
            self._jobs.pop(key, None)
            done = [name for name, job in self._jobs.items() if not job.runs]
            for name in done[: max(0, len(self._jobs) + 1 - KEPT_MAX)]:
                del self._jobs[name]
            job = self._jobs[key] = Job()
        self._pool.submit(self._run, job, work)
        return job

    def find(self, key: str) -> Job | None:
        """Return the latest piece of work of a key; None if there is none."""
        with self._lock:
            return self._jobs.get(key)

    def close(self) -> None:
        """Stop what is being done at its next step, and wait for that."""
        self._ending.set()
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _run(self, job: Job, work: Callable[[Watch], Any]) -> None:
        def watch(step: str, rows: int, share: float | None) -> None:
            if self._ending.is_set():
                raise EndedError
            job.step, job.rows, job.share = step, rows, share

        try:
            job.result = work(watch)
        except EndedError:
            job.error = BusyError(Phrase("the console was stopped before this was done: nothing was done"))
        except Exception as error:  # noqa: BLE001 - whatever it is, the page says so
            job.error = error
            if status_of(error) is HTTPStatus.INTERNAL_SERVER_ERROR:
                _log.error("a fault in work of the console", exc_info=error)
        finally:
            job.end()
