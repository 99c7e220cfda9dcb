"""What a server asks before it says that it is ready, beside its lanes."""

from __future__ import annotations

from collections.abc import Sequence

from twisted.internet.defer import succeed

from offline_collect.app.serving.background import Background
from offline_collect.domain.ports import StoreError
from offline_collect.server import Descriptors, Problem, Readiness
from offline_collect.store import SqlStore


def add_store_check(readiness: Readiness, store: SqlStore, background: Background) -> None:
    """Have the store be read; it may hang, so that goes on in the background."""

    def problems() -> Sequence[Problem]:
        # A connection of before would go on reading a file that has been taken away.
        store.dispose()
        try:
            store.open_day()
        except StoreError as error:
            return [Problem(error.cause, f"store: {error}")]
        return []

    readiness.add_check("store", lambda: background(problems))


def add_descriptor_check(readiness: Readiness, descriptors: Descriptors) -> None:
    """Have it told when connections are refused for want of file descriptors."""

    def problems() -> Sequence[Problem]:
        problem = descriptors.problem()
        return [] if problem is None else [Problem("descriptors", problem)]

    readiness.add_check("descriptors", lambda: succeed(problems()))
