"""Settling goes on whatever an attempt meets."""

import asyncio
import logging

from offline_collect_terminal.errors import BusyError
from offline_collect_terminal.kiosk import settling as module
from offline_collect_terminal.kiosk.settling import Settling
from offline_collect_terminal.kiosk.terminal import Result
from tests.support.coroutines import finished


class Terminal:
    """Meets one thing after the other, and then lets the test go on."""

    def __init__(self, *results) -> None:
        self._results = list(results)
        self.finished = asyncio.Event()

    async def run(self, *_):
        """Give the next result."""
        if not self._results:
            self.finished.set()
            await asyncio.Event().wait()
        result = self._results.pop(0)
        if isinstance(result, Exception):
            raise result
        return Result(result, ())


async def settled(*results):
    terminal = Terminal(*results)
    running = asyncio.create_task(Settling(terminal, lambda: 0.0).run())
    await asyncio.wait_for(terminal.finished.wait(), 30)
    running.cancel()
    return await asyncio.gather(running, return_exceptions=True)


def test_a_busy_terminal_and_a_fault_do_not_end_it(monkeypatch, caplog):
    monkeypatch.setattr(module, "LOOK_EVERY_S", 0.0)
    with caplog.at_level(logging.ERROR):
        (ended,) = finished(settled(BusyError("32 wait"), RuntimeError("a fault"), None, object()))
    assert isinstance(ended, asyncio.CancelledError)
    assert [record.message for record in caplog.records] == ["settling failed; it is tried again"]
