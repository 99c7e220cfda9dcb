"""Work beside the reactor that may hang: on threads that keep no process from ending."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any, TypeVar

from twisted.internet.defer import Deferred
from twisted.python.failure import Failure

R = TypeVar("R")

Background = Callable[[Callable[[], Any]], "Deferred[Any]"]
"""Runs a call beside the reactor; its result comes on the reactor's thread."""


def in_background(reactor: Any, call: Callable[[], R]) -> Deferred[R]:
    """Run ``call`` on a thread of its own; the reactor's own threads are waited for when it ends."""
    result: Deferred[R] = Deferred()

    def run() -> None:
        try:
            outcome: R | Failure = call()
        except Exception:  # noqa: BLE001 - whatever it is, it is the deferred's
            outcome = Failure()
        reactor.callFromThread(result.callback, outcome)

    threading.Thread(target=run, name="background", daemon=True).start()
    return result
