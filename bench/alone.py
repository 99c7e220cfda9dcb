"""Measures the store alone: loads and writes of batches of payments, without codec, sockets or lanes."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator
from itertools import islice

from data import NOW, payments

from offline_collect.domain.commands import Payment
from offline_collect.domain.decide import decide, want
from offline_collect.domain.decisions.deciding import NUMBERS_A_COMMAND, Context, Terms
from offline_collect.domain.effects import Effects
from offline_collect.domain.facts import Facts, Wants
from offline_collect.domain.ports import Session
from offline_collect.store import StoreSettings, open_store


def batches(url: str, first: int, count: int, size: int) -> float:
    """Pay ``count`` bills in batches of ``size``; return payments a second of the store's own time."""
    seconds = list(_each(url, first, count, size, lambda: None))
    return size / statistics.median(seconds)


def paced(url: str, first: int, count: int, interval_s: float) -> float:
    """Pay ``count`` bills one at a time, one every ``interval_s``; return the median of each in seconds."""
    due = time.perf_counter()

    def wait() -> None:
        nonlocal due
        due += interval_s
        time.sleep(max(due - time.perf_counter(), 0))

    return statistics.median(_each(url, first, count, 1, wait))


def _each(url: str, first: int, count: int, size: int, wait: Callable[[], None]) -> Iterator[float]:
    """Yield the seconds of each batch."""
    store = open_store(StoreSettings(url))
    session = store.write_session()
    number = session.reserve_numbers(count * NUMBERS_A_COMMAND)
    commands = payments(first, count)
    while batch := list(islice(commands, size)):
        wait()
        yield _run(session, batch, number)
        number += size * NUMBERS_A_COMMAND
    session.close()
    store.dispose()


def _run(session: Session, batch: list[Payment], number: int) -> float:
    """Pay a batch; return the store's time for begin, loads, write and commit."""
    clock = time.perf_counter
    begun = clock()
    facts = Facts(any_order={command.merchant_id for command in batch})
    session.begin_and_load(_missing(batch, facts), facts)
    while missing := _missing(batch, facts):
        session.load(missing, facts)
    paused = clock()
    effects = _decide(batch, facts, number)
    deciding = clock() - paused
    if session.commits_with_writes(len(effects)):
        session.write_and_commit(effects)
    else:
        session.write(effects)
        session.commit()
    return clock() - begun - deciding


def _missing(batch: list[Payment], facts: Facts) -> Wants:
    wants = Wants()
    for command in batch:
        want(command, facts, wants)
    return facts.missing(wants)


def _decide(batch: list[Payment], facts: Facts, number: int) -> list[Effects]:
    effects = []
    for place, command in enumerate(batch):
        context = Context(NOW, number + place * NUMBERS_A_COMMAND, Terms())
        answer, changes = decide(command, facts, context)
        assert answer.approved, answer
        facts.apply(changes)
        effects.append(changes)
    return effects
