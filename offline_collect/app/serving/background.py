"""Runs work that may hang on threads that do not keep the process alive."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import Any, TypeVar

from twisted.internet.defer import Deferred
from twisted.python.failure import Failure

from offline_collect.domain.ports import StoreError

_log = logging.getLogger(__name__)

R = TypeVar("R")

Background = Callable[[Callable[[], Any]], "Deferred[Any]"]
"""Runs a call outside the reactor; its result arrives on the reactor's thread."""


def in_background(reactor: Any, call: Callable[[], R]) -> Deferred[R]:
    """Run ``call`` on a separate thread: the process would wait for the reactor's own threads at its end."""
    result: Deferred[R] = Deferred()

    def run() -> None:
        try:
            outcome: R | Failure = call()
        except Exception:  # noqa: BLE001 - any error goes to the deferred
            outcome = Failure()
        reactor.callFromThread(result.callback, outcome)

    threading.Thread(target=run, name="background", daemon=True).start()
    return result


def outliving(
    what: str, call: Callable[[], R], expected: tuple[type[Exception], ...] = (StoreError,)
) -> R | None:
    """Run one turn of a loop and log why it failed, so that the next turn is tried.

    Args:
        what: the turn's work, for the log: ``looking after the business day``.
        call: does the work.
        expected: errors that are logged as a warning; all others are logged with a traceback.

    Returns:
        Its result; None if it failed.
    """
    try:
        return call()
    except expected as error:
        _log.warning("%s failed; will retry: %s", what, error)
    except Exception:  # noqa: BLE001 - a loop that has failed once would never run again
        _log.exception("%s failed; will retry", what)
    return None
