"""``offline-collect-terminal shell``: joins dialogues, keyboard, link and journal."""

from __future__ import annotations

import datetime as dt
import errno
import io
import os
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from rich.console import Console

from offline_collect.domain.commands import NetworkFunction
from offline_collect.domain.texts.phrases import Phrase
from offline_collect.translations import Language
from offline_collect_terminal.errors import JournalError
from offline_collect_terminal.teller.link.link import Link
from offline_collect_terminal.teller.menu import run
from offline_collect_terminal.teller.opening import TerminalSettings, open_journal, open_link, open_session
from offline_collect_terminal.teller.screen.console import PIPED_CELLS, draw
from offline_collect_terminal.teller.screen.keyboard import Interrupts, Keyboard, open_keyboard, stop_waiting
from offline_collect_terminal.teller.screen.model import Line, Screen, Slip, Tone
from offline_collect_terminal.teller.screen.receipt_text import receipt_text
from offline_collect_terminal.teller.screen.steps import (
    Answered,
    Ask,
    Delivery,
    Effect,
    Key,
    Reply,
    Send,
    Show,
    Steps,
    Unanswered,
    Unsent,
)
from offline_collect_terminal.wire.dialects import load_codec
from offline_collect_terminal.wire.private import make_folders, private


@dataclass(frozen=True, slots=True)
class ShellSettings:
    """The settings of the shell.

    Attributes:
        at: of its terminal.
        language: what it speaks.
        receipts: folder for receipts as text, for a printer; None to show them only.
    """

    at: TerminalSettings
    language: Language
    receipts: Path | None = None


def run_shell(settings: ShellSettings, clock: Callable[[], dt.datetime]) -> bool:
    """Run the shell until the teller leaves it.

    Returns:
        Whether every request has an answer.

    Raises:
        ScenarioError: there is no such dialect.
        JournalError: the journal cannot be used.
    """
    codec = load_codec(settings.at.dialect, settings.at.mac)
    with open_journal(settings.at, clock) as journal, Interrupts() as caught:
        session = open_session(settings.at, codec, journal, settings.language, clock)
        link = open_link(
            settings.at,
            codec,
            lambda: session.requests.network(NetworkFunction.SIGN_ON) if session.signed_on else None,
        )
        try:
            printer = None if settings.receipts is None else Printer(settings.receipts, clock)
            return Driver(_console(), open_keyboard(), link, caught, printer).drive(run(session))
        except OSError as error:
            if error.errno not in {errno.EPIPE, errno.EIO}:
                raise
            # The reader of the output is gone; the journal has the payments in progress.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return False
        finally:
            link.close()


class Printer:
    """Writes receipts as text files, one each, that only their owner can read."""

    def __init__(self, folder: Path, clock: Callable[[], dt.datetime]) -> None:
        self._folder = folder
        self._clock = clock
        self._count = 0

    def write(self, slip: Slip) -> None:
        """Write a receipt.

        Raises:
            JournalError: the folder cannot be written.
        """
        try:
            make_folders(self._folder)
            with self._new_file() as written:
                written.write(receipt_text(slip))
        except OSError as error:
            raise JournalError(f"{self._folder}: no receipt can be written: {error.strerror}") from None

    def _new_file(self) -> TextIO:
        """Open a file that no other teller's shell has written; two may print in the same second."""
        while True:
            self._count += 1
            file = self._folder / f"receipt-{self._clock():%Y%m%dT%H%M%S}-{self._count:04d}.txt"
            with suppress(FileExistsError):
                return open(file, "x", encoding="utf-8", errors="replace", opener=private)


class Driver:
    """Carries out a dialogue's effects, and returns the results to it."""

    def __init__(
        self,
        console: Console,
        keyboard: Keyboard,
        link: Link,
        interrupts: Interrupts,
        printer: Printer | None = None,
    ) -> None:
        self._printer = printer
        self._console = console
        self._keyboard = keyboard
        self._link = link
        self._interrupts = interrupts
        self._forget = False

    def drive(self, dialogue: Steps[bool]) -> bool:
        """Run a dialogue to its end and return what it returns."""
        reply: Reply = None
        while True:
            try:
                effect = dialogue.send(reply)
            except StopIteration as ended:
                return bool(ended.value)
            reply = self._do(effect)

    def _do(self, effect: Effect) -> Reply:
        match effect:
            case Show():
                draw(self._console, effect.screen)
                self._print(effect.screen)
                return None
            case Ask():
                return self._ask(effect)
            case Send():
                delivery = self._deliver(effect)
                self._forget = effect.moves_money and not isinstance(delivery, Answered)
                return delivery

    def _print(self, screen: Screen) -> None:
        """Print a receipt, if there is a printer; a failure must not end the shell."""
        if self._printer is None or not isinstance(screen, Slip):
            return
        try:
            self._printer.write(screen)
        except JournalError as error:
            draw(self._console, Line(str(error), Tone.BAD))

    def _ask(self, ask: Ask) -> str | Key:
        if self._forget:
            # Keys typed during the wait must not answer the next question.
            self._keyboard.forget()
            self._forget = False
        if self._interrupts.ending:
            return Key.END
        try:
            with self._interrupts.waiting(self._keyboard.wake):
                return self._keyboard.line(ask)
        except KeyboardInterrupt:
            return Key.END if self._interrupts.ending else Key.INTERRUPT
        except EOFError:
            return Key.END

    def _deliver(self, send: Send) -> Delivery:
        if self._interrupts.take():
            return Unsent(Phrase("interrupted before it left"))
        try:
            with self._interrupts.waiting(stop_waiting):
                return self._link.deliver(send.request)
        except KeyboardInterrupt:
            self._link.close()
            return Unanswered(Phrase("the waiting was interrupted"))
        finally:
            # The link has reported the interrupt; it must not also skip the next question.
            self._interrupts.take()


def _console() -> Console:
    """Return a console that writes UTF-8, as wide as the terminal or a page."""
    if sys.stdout is None:
        sys.stdout = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115 - for as long as the process lives
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8", errors="replace")
    piped = not sys.stdout.isatty() and "COLUMNS" not in os.environ
    return Console(width=PIPED_CELLS if piped else None, highlight=False)
