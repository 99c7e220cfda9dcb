"""What a dialogue does: it asks, shows and sends; its driver gives it lines and answers.

A dialogue is a generator. It yields an :data:`Effect` and is resumed with the :data:`Reply` to it, so that
it knows neither socket nor keyboard, and a test can be both.
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
    """What comes from the keyboard instead of a line."""

    INTERRUPT = "Ctrl-C"
    END = "Ctrl-D, or the end of the input"


@dataclass(frozen=True, slots=True)
class Ask:
    """Wants a line.

    Attributes:
        prompt: what stands before it.
        completions: words that the keyboard may offer.
        remembered: whether the line may be offered again; never for what a payer says.
    """

    prompt: str
    completions: tuple[str, ...] = ()
    remembered: bool = False


@dataclass(frozen=True, slots=True)
class Show:
    """Wants something shown."""

    screen: Screen


@dataclass(frozen=True, slots=True)
class Send:
    """Wants a request sent and its answer.

    Attributes:
        moves_money: whether, without an answer, what was typed meanwhile must not answer the next question.
    """

    request: Message
    moves_money: bool = False


@dataclass(frozen=True, slots=True)
class Answered:
    """The platform's answer."""

    message: Message


@dataclass(frozen=True, slots=True)
class Unsent:
    """The request never left: whatever it asked for has not been done."""

    reason: str


@dataclass(frozen=True, slots=True)
class Unanswered:
    """The request may have arrived, and nobody knows what became of it."""

    reason: str


Delivery = Answered | Unsent | Unanswered
Effect = Ask | Show | Send
Reply = str | Key | Delivery | None
Steps = Generator[Effect, Reply, T]


class Back(Exception):  # noqa: N818 -- where the teller goes; nothing failed
    """One step back, as the teller wishes."""


class ToMenu(Exception):  # noqa: N818 -- likewise
    """Back to the menu, as the teller wishes."""


class Interrupted(ToMenu):
    """Ctrl-C: to the menu, and from there out."""


class Leave(Exception):  # noqa: N818 -- likewise
    """Out of the shell, as the teller wishes."""


def show(screen: Screen) -> Steps[None]:
    """Show something."""
    yield Show(screen)


def send(request: Message, *, moves_money: bool = False) -> Steps[Delivery]:
    """Send a request and return what came of it."""
    reply = yield Send(request, moves_money)
    assert isinstance(reply, Answered | Unsent | Unanswered), "who drives a dialogue answers what it asks"
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
    assert isinstance(reply, str), "who drives a dialogue answers what it asks"
    return reply
