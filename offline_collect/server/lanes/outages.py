"""What the server's process knows of outages of its lanes."""

from __future__ import annotations

from collections.abc import Mapping

from offline_collect.domain.ports import Cause, Observer


class KnownOutages:
    """Passes the observations of lanes on, and remembers which lanes cannot decide commands."""

    def __init__(self, observer: Observer) -> None:
        self._observer = observer
        self._lanes: set[str] = set()

    def __bool__(self) -> bool:
        return bool(self._lanes)

    def batch(self, lane: str, size: int, stages: Mapping[str, float]) -> None:
        """See :class:`offline_collect.domain.ports.Observer`."""
        self._observer.batch(lane, size, stages)

    def retried(self, lane: str, reason: str) -> None:
        """See :class:`offline_collect.domain.ports.Observer`."""
        self._observer.retried(lane, reason)

    def outage(self, lane: str, cause: Cause | None) -> None:
        """See :class:`offline_collect.domain.ports.Observer`."""
        if cause is None:
            self._lanes.discard(lane)
        else:
            self._lanes.add(lane)
        self._observer.outage(lane, cause)

    def queued(self, lane: str, depth: int) -> None:
        """See :class:`offline_collect.domain.ports.Observer`."""
        self._observer.queued(lane, depth)


class QuietOutages(KnownOutages):
    """Does not pass outages on: of a lane whose commands other lanes decide meanwhile."""

    def outage(self, lane: str, cause: Cause | None) -> None:
        """See :class:`offline_collect.domain.ports.Observer`."""
