"""The steps of a dialogue: it asks, shows and sends; its driver returns lines and answers.

A dialogue is a generator. It yields an :data:`Effect` and is resumed with the :data:`Reply` to it. So it uses
neither socket nor keyboard, and a test can replace both.
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from enum import Enum
from typing import TypeVar

from offline_collect.wire.messages.message import Message
from offline_collect_terminal.teller.screen.model import Screen

T = TypeVar("T")


class Key(Enum):
    """Keys that replace a line."""

    INTERRUPT = "Ctrl-C"
    END = "Ctrl-D, or the end of the input"


@dataclass(frozen=True, slots=True)
class Ask:
    """Asks for a line.

    Attributes:
        prompt: the text before it.
        completions: words that the keyboard may offer.
        remembered: whether the line may be offered again; never for a payer's data.
    """

    prompt: str
    completions: tuple[str, ...] = ()
    remembered: bool = False


@dataclass(frozen=True, slots=True)
class Show:
    """Shows something."""

    screen: Screen


@dataclass(frozen=True, slots=True)
class Send:
    """Sends a request and waits for its answer.

    Attributes:
        moves_money: without an answer, input typed meanwhile is dropped: it must not answer the next question.
    """

    request: Message
    moves_money: bool = False


@dataclass(frozen=True, slots=True)
class Answered:
    """The platform's answer."""

    message: Message


@dataclass(frozen=True, slots=True)
class Unsent:
    """The request was not sent, so it had no effect."""

    reason: str


@dataclass(frozen=True, slots=True)
class Unanswered:
    """The request may have arrived; its result is unknown."""

    reason: str


Delivery = Answered | Unsent | Unanswered
Effect = Ask | Show | Send
Reply = str | Key | Delivery | None
Steps = Generator[Effect, Reply, T]


class Back(Exception):  # noqa: N818 -- navigation, not an error
    """The teller goes one step back."""


class ToMenu(Exception):  # noqa: N818 -- likewise
    """The teller goes back to the menu."""


class Interrupted(ToMenu):
    """Ctrl-C: goes to the menu, and from the menu leaves the shell."""


class Leave(Exception):  # noqa: N818 -- likewise
    """The teller leaves the shell."""


def show(screen: Screen) -> Steps[None]:
    """Show something."""
    yield Show(screen)


def send(request: Message, *, moves_money: bool = False) -> Steps[Delivery]:
    """Send a request and return the result."""
    reply = yield Send(request, moves_money)
    assert isinstance(reply, Answered | Unsent | Unanswered), "the caller of a dialogue answers each question"
    return reply


def read_line(ask: Ask) -> Steps[str]:
    """Return a line as it was typed.

    Raises:
        Interrupted: Ctrl-C.
        Leave: Ctrl-D.
    """
    reply = yield ask
    if reply is Key.INTERRUPT:
        raise Interrupted
    if reply is Key.END:
        raise Leave
    assert isinstance(reply, str), "the caller of a dialogue answers each question"
    return reply
