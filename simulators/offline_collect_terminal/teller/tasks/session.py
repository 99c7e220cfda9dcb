"""Shared data of the dialogues in one run of the shell, and their common questions."""

from __future__ import annotations

import datetime as dt
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from offline_collect.domain.currencies import CURRENCIES
from offline_collect.domain.money import format_major
from offline_collect.translations import Language
from offline_collect.wire.messages.message import Message
from offline_collect_terminal.teller.journal.journal import Journal
from offline_collect_terminal.teller.link.answers import Answers, Told
from offline_collect_terminal.teller.link.own_requests import OwnRequests
from offline_collect_terminal.teller.link.requests import Feature, Requests
from offline_collect_terminal.teller.screen.code_words import CODE_WORDS
from offline_collect_terminal.teller.screen.model import Line, Screen, Tone
from offline_collect_terminal.teller.screen.steps import (
    Answered,
    Ask,
    Back,
    Leave,
    Show,
    Steps,
    ToMenu,
    Unanswered,
    Unsent,
    read_line,
    send,
)
from offline_collect_terminal.teller.screen.words import Words, msgid

LINE_MAX = 200
"""The most characters of a line; no form needs more."""

BACK = frozenset({"back", "b", "返回"})
QUIT = frozenset({"quit", "q", "exit", "退出"})
MENU = frozenset({"menu", "菜单"})
HELP = frozenset({"?", "help", "帮助"})
YES = frozenset({"y", "yes", "是"})
NO = frozenset({"n", "no", "否"})


@dataclass(frozen=True, slots=True)
class Terminal:
    """This terminal's data for receipts and the journal.

    Attributes:
        session: this run of the shell.
        platform: ``host:port``.
        clock: the time now, aware.
    """

    session: str
    platform: str
    institution: str
    terminal: str
    timezone: dt.tzinfo
    clock: Callable[[], dt.datetime]


CURRENCY_WORDS = {"CNY": msgid("CNY")}
"""Currencies that a language may have a word for."""


@dataclass(slots=True)
class Session:
    """One run of the shell.

    Attributes:
        signed_on: whether a new connection starts with a sign-on.
        answered: whether the last request got an answer.
    """

    terminal: Terminal
    words: Words
    requests: Requests | OwnRequests
    answers: Answers
    journal: Journal
    signed_on: bool = False
    answered: bool = True

    def can(self, feature: Feature) -> bool:
        """Whether the dialect has messages for something."""
        return feature in self.requests.features

    @property
    def today(self) -> dt.date:
        """The date at this terminal, which completes dates without a year."""
        return self.terminal.clock().astimezone(self.terminal.timezone).date()

    def say(self, text: str, /, *, tone: Tone = Tone.PLAIN, **values: object) -> Steps[None]:
        """Show a line of the shell's own text."""
        yield Show(Line(self.words(text, **values), tone))

    def show_text(self, text: str, tone: Tone = Tone.PLAIN) -> Steps[None]:
        """Show a line of other text, or text already translated."""
        yield Show(Line(text, tone))

    def show_choices(self, texts: Iterable[str]) -> Steps[None]:
        """Show the shell's own texts as a numbered list."""
        for place, text in enumerate(texts, 1):
            yield from self.show_text(f"{place}  {self.words(text)}")

    def show(self, screen: Screen) -> Steps[None]:
        """Show a screen."""
        yield Show(screen)

    def money(self, amount_minor: int, currency: str | None = None) -> str:
        """Write an amount with its currency: its letters, or how the teller's language calls it."""
        number = currency or self.requests.sender.currency
        unit = CURRENCIES[number].code
        return f"{format_major(amount_minor, number)} {self.words(CURRENCY_WORDS.get(unit, unit))}"

    def ask(self, text: str, /, *, hint: str = "", **values: object) -> Steps[str]:
        """Ask for a line like :meth:`read`, with one of the shell's own texts."""
        return (yield from self.read(self.words(text, **values), hint=hint))

    def read(
        self,
        prompt: str,
        *,
        hint: str = "",
        own: frozenset[str] = frozenset(),
        completions: tuple[str, ...] = (),
        remembered: bool = False,
    ) -> Steps[str]:
        """Ask for a line; return it stripped.

        ``back``, ``q`` and ``menu`` are commands, ``?`` shows the possible input; a leading backslash makes a
        command plain text.

        Args:
            hint: additional text for ``?``.
            own: words that are not commands here: a form's choices.

        Raises:
            Back, Leave, ToMenu: the teller leaves the task.
        """
        asked = Ask(f"{prompt}: ", completions, remembered)
        while True:
            typed = (yield from read_line(asked)).strip()
            if typed in own:
                return typed
            if typed.startswith("\\"):
                typed = typed[1:]
            elif word(typed) in HELP:
                yield from self._help(hint)
                continue
            else:
                _go(word(typed))
            if typeable(typed):
                return typed
            yield from self.say(
                "That cannot be typed here: at most {most} characters, no control characters.",
                tone=Tone.BAD,
                most=LINE_MAX,
            )

    def choose(self, text: str, count: int, default: int | None = None, hint: str = "") -> Steps[int]:
        """Ask for one of ``count`` numbered things; return its number, from 1.

        Args:
            default: the number for Enter alone; None if Enter chooses nothing.
        """
        while True:
            typed = yield from self.ask(text, hint=hint)
            if not typed and default is not None:
                return default
            number = numbered(typed)
            if number is not None and 1 <= number <= count:
                return number
            yield from self.say("Type a number from 1 to {count}.", tone=Tone.BAD, count=count)

    def confirm(self, text: str, /, **values: object) -> Steps[bool]:
        """Ask for yes or no; Enter alone is neither."""
        while True:
            typed = word((yield from self.read(self.words(text, **values))))
            if typed in YES | NO:
                return typed in YES
            yield from self.say("Type y or n.", tone=Tone.BAD)

    def inquire(self, request: Message) -> Steps[Told | None]:
        """Send a request that changes nothing; without a good answer, show why and return None."""
        delivery = yield from send(request)
        self.answered = isinstance(delivery, Answered)
        if not isinstance(delivery, Answered):
            yield from self.not_answered(delivery)
            return None
        told = self.answers.told(delivery.message)
        if not told.approved:
            yield from self.refused(told)
            return None
        return told

    def not_answered(self, delivery: Unsent | Unanswered) -> Steps[None]:
        """Show why there is no answer."""
        text = msgid("Not sent: {reason}.") if isinstance(delivery, Unsent) else msgid("No answer: {reason}.")
        yield from self.say(text, tone=Tone.BAD, reason=self.words.reason(delivery.reason))

    def refused(self, told: Told) -> Steps[None]:
        """Show the reason of a decline."""
        yield from self.say("Declined: {what}", tone=Tone.BAD, what=self.reason_of(told.digits, told.reason))

    def reason_of(self, digits: str, reason: str) -> str:
        """Return code and reason of a decline: ``U1 bill S1 is already paid``.

        The platform's reasons are English. In another language a code that the dialect knows says it.
        """
        meanings = self.answers.meanings(digits)
        by_code = self.words(CODE_WORDS[meanings[0]]) if len(meanings) == 1 else ""
        own = self.words.reason(reason)
        words = own or by_code if self.words.language is Language.EN else by_code or own
        return " ".join(filter(None, (digits, words)))

    def _help(self, hint: str) -> Steps[None]:
        if hint:
            yield from self.say(hint)
        yield from self.say(
            "back: one step back · menu or Ctrl-C: to the menu · q or Ctrl-D: leave · "
            "a backslash before a word takes it as text",
            tone=Tone.QUIET,
        )


def word(typed: str) -> str:
    """Return a typed word to compare with commands: full-width letters become plain ones."""
    return unicodedata.normalize("NFKC", typed).strip().casefold()


def numbered(typed: str) -> int | None:
    """Return a typed number, full-width or not; None if it is not a number."""
    text = word(typed)
    return int(text) if text.isascii() and text.isdigit() and len(text) <= len("999999") else None


def _go(typed: str) -> None:
    if typed in BACK:
        raise Back
    if typed in QUIT:
        raise Leave
    if typed in MENU:
        raise ToMenu


def typeable(typed: str) -> bool:
    """Whether a text may be typed here: not too long, and without control characters."""
    return len(typed) <= LINE_MAX and not any(unicodedata.category(each) in {"Cc", "Cs"} for each in typed)
