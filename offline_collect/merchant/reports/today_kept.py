"""The view of the open day, kept for a while: it reads each payment of the day, and many people look at it."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock

from offline_collect.domain.access.actor import Actor
from offline_collect.domain.access.organisation import Scope
from offline_collect.domain.access.roles import Permission
from offline_collect.merchant.reports.today import Today, view_today
from offline_collect.store import SqlStore

KEPT_S = 10.0
"""How old figures may be in any case."""

KEPT_TIMES = 20
"""How old they may be, in times of what it took to read them: at most a twentieth of the store's time goes into it."""

SCOPES_MAX = 100
"""Figures that are kept; those that nobody has looked at for the longest time go first."""


@dataclass(slots=True)
class _Kept:
    reading: Lock = field(default_factory=Lock)
    today: Today | None = None
    read_at: float = 0.0
    took_s: float = 0.0

    def is_fresh(self, now: float) -> bool:
        return self.today is not None and now - self.read_at < max(KEPT_S, KEPT_TIMES * self.took_s)


class TodayKept:
    """Figures of the open day by what their readers may see.

    Args:
        monotonic: the machine's monotonic seconds.
    """

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._by_scope: OrderedDict[Scope, _Kept] = OrderedDict()
        self._changing = Lock()

    def view(self, store: SqlStore, actor: Actor) -> Today:
        """Return the open day as the acting user sees it, perhaps as it was some seconds ago.

        Raises:
            as :func:`offline_collect.merchant.reports.today.view_today` does.
        """
        actor.require(Permission.VIEW)
        kept = self._of(actor.scope)
        if kept.is_fresh(self._monotonic()) and kept.today is not None:
            return kept.today
        # Who comes while they are read gets the former ones; without any he waits for them.
        if not kept.reading.acquire(blocking=kept.today is None) and kept.today is not None:
            return kept.today
        try:
            begun = self._monotonic()
            if not kept.is_fresh(begun):
                kept.today = view_today(store, actor)
                kept.read_at = self._monotonic()
                kept.took_s = kept.read_at - begun
        finally:
            kept.reading.release()
        assert kept.today is not None, "it was just read"
        return kept.today

    def _of(self, scope: Scope) -> _Kept:
        with self._changing:
            kept = self._by_scope.setdefault(scope, _Kept())
            self._by_scope.move_to_end(scope)
            while len(self._by_scope) > SCOPES_MAX:
                self._by_scope.popitem(last=False)
            return kept
