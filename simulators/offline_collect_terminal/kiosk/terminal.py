"""The kiosk's terminal: it runs the shell's tasks one after the other, in a thread of its own.

A terminal does one thing at a time. So the link and the journal need no locks: only this thread uses them.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from threading import BoundedSemaphore
from typing import Generic, TypeVar

from offline_collect.translations import Language
from offline_collect.wire.messages.message import Message
from offline_collect_terminal.errors import BusyError
from offline_collect_terminal.teller.journal.entries import Entry
from offline_collect_terminal.teller.screen.model import Line
from offline_collect_terminal.teller.screen.steps import Ask, Delivery, Reply, Send, Show, Steps
from offline_collect_terminal.teller.tasks.guarded import guarded
from offline_collect_terminal.teller.tasks.session import Session

R = TypeVar("R")

WAITING_MAX = 32
"""The most tasks that wait for the terminal, with the one in work."""


@dataclass(frozen=True, slots=True)
class Result(Generic[R]):
    """What became of a task.

    Attributes:
        value: what it returned; None also if it failed.
        lines: what it showed, in the payer's language.
    """

    value: R | None
    lines: tuple[Line, ...]


class KioskTerminal:
    """Runs tasks for payers.

    Args:
        sessions: the terminal's session in each language; they share one journal.
        deliver: sends a request and waits for its answer.
    """

    def __init__(self, sessions: Mapping[Language, Session], deliver: Callable[[Message], Delivery]) -> None:
        self._sessions = sessions
        self._deliver = deliver
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="terminal")
        self._room = BoundedSemaphore(WAITING_MAX)

    def session(self, language: Language) -> Session:
        """Return the session in a language, for its words; only tasks send or write with it."""
        return self._sessions[language]

    def entry(self, number: int) -> Entry | None:
        """Return what the journal knows of a payment now."""
        return self._sessions[Language.EN].journal.entries.get(number)

    def start(self, language: Language, task: Callable[[Session], Steps[R]]) -> Future[Result[R]]:
        """Have a task done after those that wait.

        Raises:
            BusyError: too many wait.
        """
        if not self._room.acquire(blocking=False):
            raise BusyError(f"{WAITING_MAX} tasks wait for the terminal")
        started = self._thread.submit(self._perform, self._sessions[language], task)
        started.add_done_callback(lambda _: self._room.release())
        return started

    async def run(self, language: Language, task: Callable[[Session], Steps[R]]) -> Result[R]:
        """Have a task done, and return what became of it.

        Raises:
            BusyError: too many wait.
        """
        return await asyncio.wrap_future(self.start(language, task))

    def close(self) -> None:
        """Finish the task in work, and drop those that wait: none of them has sent anything."""
        self._thread.shutdown(wait=True, cancel_futures=True)

    def _perform(self, session: Session, task: Callable[[Session], Steps[R]]) -> Result[R]:
        steps = guarded(session, task)
        lines: list[Line] = []
        reply: Reply = None
        while True:
            try:
                effect = steps.send(reply)
            except StopIteration as ended:
                return Result(ended.value, tuple(lines))
            match effect:
                case Show(screen=Line() as line):
                    lines.append(line)
                    reply = None
                case Show():
                    reply = None
                case Send():
                    reply = self._deliver(effect.request)
                case Ask():
                    raise AssertionError("a task of the kiosk asks nobody: its pages do")
