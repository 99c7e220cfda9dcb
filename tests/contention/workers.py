"""Server processes without sockets: each opens the store, starts an engine, and submits commands."""

import multiprocessing
import queue
from collections.abc import Callable, Sequence
from multiprocessing.pool import Pool
from typing import Any

from offline_collect.app.wiring.clock import SystemClock
from offline_collect.domain.answers import Answer
from offline_collect.domain.commands import Command
from offline_collect.domain.decisions.deciding import Terms
from offline_collect.domain.ports import NullObserver
from offline_collect.engine import Engine, EngineSettings, LaneMaker
from offline_collect.store import StoreSettings, open_store

PROCESSES = 3
WITHIN_S = 60
PATIENCE_S = 60.0
SETTINGS = EngineSettings(write_lanes=2, terms=Terms())

_gate: Any = None


def start_pool() -> Pool:
    """Return processes that begin their next task together."""
    context = multiprocessing.get_context("spawn")
    return context.Pool(PROCESSES, _set_gate, (context.Barrier(PROCESSES),))


def _set_gate(gate: Any) -> None:
    global _gate  # noqa: PLW0603 - how a pool's initializer hands something over
    _gate = gate


def together(
    pool: Pool, url: str, plans: Sequence[Sequence[Command]], meanwhile: Callable[[], object] = lambda: None
) -> list[list[Answer | None]]:
    """Have each process submit one of the plans, all at the same time; return the answers in order.

    Args:
        meanwhile: done here while they work.
    """
    assert len(plans) == PROCESSES
    working = [pool.apply_async(_work, (url, plan)) for plan in plans]
    meanwhile()
    return [task.get(WITHIN_S) for task in working]


def _work(url: str, plan: Sequence[Command]) -> list[Answer | None]:
    store = open_store(StoreSettings(url))
    arrived: queue.Queue[Any] = queue.Queue()
    clock = SystemClock()
    engine = Engine(LaneMaker(store, SETTINGS, clock, NullObserver()), arrived.put)
    engine.start()
    _gate.wait(WITHIN_S)
    for place, command in enumerate(plan):
        assert engine.submit(command, clock.monotonic() + PATIENCE_S, place)
    answers: dict[int, Answer | None] = {}
    while len(answers) < len(plan):
        for outcome in arrived.get(timeout=WITHIN_S).outcomes:
            answers[outcome.work.token] = outcome.answer
    engine.close()
    assert engine.join(WITHIN_S)
    store.dispose()
    return [answers[place] for place in range(len(plan))]
