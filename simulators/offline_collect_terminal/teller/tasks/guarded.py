"""Runs a task so that an answer that makes no sense, or a journal that cannot be written, does not end the terminal."""

from __future__ import annotations

from collections.abc import Callable

from offline_collect.wire.errors import EncodeError
from offline_collect_terminal.errors import JournalError
from offline_collect_terminal.teller.link.answers import UnreadableAnswerError
from offline_collect_terminal.teller.screen.model import Tone
from offline_collect_terminal.teller.screen.steps import Steps, T
from offline_collect_terminal.teller.tasks.session import Session


def guarded(session: Session, task: Callable[[Session], Steps[T]]) -> Steps[T | None]:
    """Run a task and return its result; after an error show what it was, and return None.

    Raises:
        Back, Leave, ToMenu: the teller leaves the task.
    """
    try:
        return (yield from task(session))
    except UnreadableAnswerError as error:
        yield from session.say("The answer makes no sense: {reason}.", tone=Tone.BAD, reason=error)
    except EncodeError as error:
        yield from session.say("That does not fit the dialect: {reason}.", tone=Tone.BAD, reason=error)
    except JournalError as error:
        yield from session.say("{reason}; nothing was sent.", tone=Tone.BAD, reason=error)
    return None
