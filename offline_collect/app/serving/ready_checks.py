"""Further checks of a server's readiness, besides its lanes."""

from __future__ import annotations

from collections.abc import Sequence

from twisted.internet.defer import succeed

from offline_collect.app.serving.background import Background
from offline_collect.domain.ports import StoreError
from offline_collect.server.health.descriptors import Descriptors
from offline_collect.server.health.readiness import Problem, Readiness
from offline_collect.store import SqlStore


def add_store_check(readiness: Readiness, store: SqlStore, background: Background) -> None:
    """Add a check that reads the store; in the background, because it may hang."""

    def problems() -> Sequence[Problem]:
        # An old connection would still read a file that was removed.
        store.dispose()
        try:
            store.open_day()
        except StoreError as error:
            return [Problem(error.cause, f"store: {error}")]
        return []

    readiness.add_check("store", lambda: background(problems))


def add_descriptor_check(readiness: Readiness, descriptors: Descriptors) -> None:
    """Add a check for connections refused for lack of file descriptors."""

    def problems() -> Sequence[Problem]:
        problem = descriptors.problem()
        return [] if problem is None else [Problem("descriptors", problem)]

    readiness.add_check("descriptors", lambda: succeed(problems()))
