"""Figures that take long to read, kept for a while, as many people look at them.

One thread reads, so that readings never take more than their share of the machine from payments. Nobody waits for it
for long: who comes first sees that the figures are being read, and who comes later those that were read last.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from threading import Event, Lock, Thread
from typing import ClassVar, Generic, TypeVar

from offline_collect.domain.access.actor import Actor
from offline_collect.domain.access.organisation import Scope
from offline_collect.domain.access.roles import Permission
from offline_collect.store import SqlStore, StoreTransaction

Of = TypeVar("Of", bound=Hashable)
Figures = TypeVar("Figures")

KEPT_S = 10.0
"""How old figures may be in any case."""

KEPT_TIMES = 20
"""How old they may be, in times of what all that are kept took to read: about a twentieth of a processor goes into it."""

KEPT_MAX = 100
"""Figures that are kept; those that nobody has looked at for the longest time go first."""

WAIT_S = 0.1
"""How long a page waits for figures that nobody has read yet."""


@dataclass(slots=True)
class _Kept(Generic[Figures]):
    """Figures within a scope.

    Attributes:
        done: set after each reading.
        wanted: whether a reading is asked for or goes on.
    """

    done: Event = field(default_factory=Event)
    wanted: bool = False
    figures: Figures | None = None
    error: Exception | None = None
    read_at: float = 0.0
    took_s: float = 0.0


class KeptReadings(Generic[Of, Figures]):
    """Figures by what they are of, and by what their readers may see.

    Args:
        read: reads the figures of something.
        monotonic: the machine's monotonic seconds.
        begin: runs the reader beside the caller, and may return before it has ended.
    """

    kept_times: ClassVar[int] = KEPT_TIMES
    """How old figures may be, in times of what they took to read."""

    def __init__(
        self,
        read: Callable[[StoreTransaction, Of], Figures],
        monotonic: Callable[[], float],
        begin: Callable[[Callable[[], None]], None] | None = None,
    ) -> None:
        self._figures_of = read
        self._monotonic = monotonic
        self._begin = begin or _in_a_thread
        self._kept: OrderedDict[tuple[Scope, Of], _Kept[Figures]] = OrderedDict()
        self._queue: list[tuple[SqlStore, tuple[Scope, Of], _Kept[Figures]]] = []
        self._reads = False
        self._changing = Lock()

    def of(self, store: SqlStore, actor: Actor, what: Of) -> Figures | None:
        """Return the figures of something as the acting user sees it, perhaps as they were some seconds ago.

        None while they are being read for the first time.

        Raises:
            NotPermittedError: the actor may not look.
            StoreError: the store could not be read.
        """
        actor.require(Permission.VIEW)
        kept = self._of((actor.scope, what))
        self._ask(store, (actor.scope, what), kept)
        if kept.figures is None:
            kept.done.wait(WAIT_S)
        if kept.figures is None and kept.error is not None:
            raise kept.error
        return kept.figures

    def _of(self, key: tuple[Scope, Of]) -> _Kept[Figures]:
        with self._changing:
            kept = self._kept.setdefault(key, _Kept[Figures]())
            self._kept.move_to_end(key)
            while len(self._kept) > KEPT_MAX:
                self._kept.popitem(last=False)
            return kept

    def _ask(self, store: SqlStore, key: tuple[Scope, Of], kept: _Kept[Figures]) -> None:
        """Have old figures read again, if they are not about to be."""
        with self._changing:
            if kept.wanted or self._is_fresh(kept):
                return
            kept.wanted = True
            kept.done.clear()
            self._queue.append((store, key, kept))
            if self._reads:
                return
            self._reads = True
        self._begin(self._read_all)

    def _is_fresh(self, kept: _Kept[Figures]) -> bool:
        if kept.figures is None:
            return False
        took_s = sum(each.took_s for each in self._kept.values())
        return self._monotonic() - kept.read_at < max(KEPT_S, self.kept_times * took_s)

    def _read_all(self) -> None:
        """Read what is asked for, one after the other: first what nobody has read yet."""
        while True:
            with self._changing:
                if not self._queue:
                    self._reads = False
                    return
                first = next((n for n, asked in enumerate(self._queue) if asked[2].figures is None), 0)
                store, key, kept = self._queue.pop(first)
            self._read(store, key, kept)

    def _read(self, store: SqlStore, key: tuple[Scope, Of], kept: _Kept[Figures]) -> None:
        begun, (scope, what) = self._monotonic(), key
        figures: Figures | None = kept.figures
        error: Exception | None = None
        try:
            with store.within(scope).snapshot() as reading:
                figures = self._figures_of(reading, what)
        except Exception as failed:  # noqa: BLE001 - whoever waits is told
            error = failed
        with self._changing:
            kept.figures, kept.error, kept.wanted = figures, error, False
            kept.read_at = self._monotonic()
            kept.took_s = kept.read_at - begun
        kept.done.set()


def _in_a_thread(work: Callable[[], None]) -> None:
    # Nobody waits for it when the console ends: it only reads.
    Thread(target=work, name="figures", daemon=True).start()
