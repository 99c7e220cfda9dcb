"""Sources of lines: a keyboard with history and completion, or a pipe; and handling of Ctrl-C."""

from __future__ import annotations

import io
import signal
import sys
import termios
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import BinaryIO, Protocol, Self, TextIO

from prompt_toolkit import PromptSession
from prompt_toolkit.completion import WordCompleter
from prompt_toolkit.history import DummyHistory, InMemoryHistory
from prompt_toolkit.input.typeahead import clear_typeahead

from offline_collect_terminal.teller.screen.steps import Ask

LINE_BYTES_MAX = 4_096
"""The most bytes read of a piped line; longer lines are refused."""


class Keyboard(Protocol):
    """A source of lines."""

    def line(self, ask: Ask) -> str:
        """Return a line; raises KeyboardInterrupt at Ctrl-C, EOFError at the end."""

    def forget(self) -> None:
        """Drop input typed ahead."""

    def wake(self) -> None:
        """End :meth:`line` with KeyboardInterrupt; called by a signal while it waits."""


class Prompting:
    """A person at a terminal. A payer's data is neither remembered nor offered."""

    def __init__(self) -> None:
        self._remembering: PromptSession[str] = PromptSession(history=InMemoryHistory())
        self._forgetting: PromptSession[str] = PromptSession(history=DummyHistory())
        self._app = self._forgetting.app
        self._woken = False

    def line(self, ask: Ask) -> str:
        """Return a line."""
        prompting = self._remembering if ask.remembered else self._forgetting
        self._app, self._woken = prompting.app, False
        words = WordCompleter(list(ask.completions), ignore_case=True, match_middle=True, sentence=True)
        return prompting.prompt(
            ask.prompt,
            completer=words,
            complete_while_typing=False,
            reserve_space_for_menu=4 if ask.completions else 0,
            pre_run=self._end_if_woken,
            # Its own handler fails if a Ctrl-C comes just before or after it runs.
            handle_sigint=False,
        )

    def forget(self) -> None:
        """Drop input typed while waiting for the platform."""
        clear_typeahead(self._forgetting.input)
        termios.tcflush(sys.stdin.fileno(), termios.TCIFLUSH)

    def wake(self) -> None:
        """End the prompt from its own loop: an exception from a signal would leave the terminal raw."""
        self._woken = True
        loop = self._app.loop
        if loop is not None and not loop.is_closed():
            loop.call_soon_threadsafe(self._end_if_woken)

    def _end_if_woken(self) -> None:
        if self._woken and self._app.is_running and not self._app.is_done:
            self._app.exit(exception=KeyboardInterrupt())


class Piped:
    """A script: lines of UTF-8, each shown after its prompt so that the output looks like a session."""

    def __init__(self, lines: BinaryIO, out: TextIO) -> None:
        self._lines = lines
        self._out = out
        self._first = True

    def line(self, ask: Ask) -> str:
        """Return the next line."""
        self._out.write(ask.prompt)
        self._out.flush()
        raw = self._lines.readline(LINE_BYTES_MAX)
        rest = raw
        while len(rest) == LINE_BYTES_MAX and not rest.endswith(b"\n"):
            rest = self._lines.readline(LINE_BYTES_MAX)
        if not raw:
            self._out.write("\n")
            raise EOFError
        text = raw.decode("utf-8", "replace").rstrip("\r\n")
        if self._first:
            text, self._first = text.removeprefix("\ufeff"), False
        self._out.write(f"{text}\n")
        return text

    def forget(self) -> None:
        """Keep everything: a script does not react to prompts."""

    def wake(self) -> None:
        """End the wait for a line."""
        raise KeyboardInterrupt


def open_keyboard() -> Keyboard:
    """Return the keyboard of this process: a terminal's if it has one on both sides."""
    if sys.stdin is None:
        return Piped(io.BytesIO(), sys.stdout)
    if sys.stdin.isatty() and sys.stdout.isatty():
        return Prompting()
    return Piped(sys.stdin.buffer, sys.stdout)


class Interrupts:
    """Ctrl-C takes effect only during a wait; otherwise it is deferred, so that no write is cut short.

    SIGTERM and SIGHUP end the shell like the end of the input.

    Attributes:
        ending: whether the shell is to end.
    """

    def __init__(self) -> None:
        self.ending = False
        self._wake: Callable[[], None] | None = None
        self._pending = False

    def __enter__(self) -> Self:
        signals = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
        self._before = {number: signal.signal(number, self._caught) for number in signals}
        return self

    def __exit__(self, *_: object) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)

    @contextmanager
    def waiting(self, wake: Callable[[], None]) -> Iterator[None]:
        """Let an interrupt end the block's wait; an earlier interrupt ends it at once.

        Args:
            wake: ends the wait with KeyboardInterrupt, at once or soon.

        Raises:
            KeyboardInterrupt: at once or during the wait.
        """
        if self.take():
            raise KeyboardInterrupt
        self._wake = wake
        try:
            yield
        except KeyboardInterrupt:
            self._pending = False
            raise
        finally:
            self._wake = None

    def take(self) -> bool:
        """Whether an interrupt has come meanwhile; it is reported once."""
        pending, self._pending = self._pending, False
        return pending

    def _caught(self, number: int, _: FrameType | None) -> None:
        self.ending = self.ending or number != signal.SIGINT
        self._pending = True
        if self._wake is not None:
            self._wake()


def stop_waiting() -> None:
    """End a wait on a socket."""
    raise KeyboardInterrupt
