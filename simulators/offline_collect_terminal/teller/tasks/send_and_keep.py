"""Sends requests that move money: writes the journal, sends the request, then journals the result."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from offline_collect.wire.messages.message import Message
from offline_collect_terminal.errors import JournalError
from offline_collect_terminal.teller.journal.entries import (
    Entry,
    State,
    after_advice,
    after_payment,
    after_reversal,
    after_status,
    not_reversing,
    reversing,
)
from offline_collect_terminal.teller.link.answers import Told, UnreadableAnswerError
from offline_collect_terminal.teller.link.requests import repeat_of
from offline_collect_terminal.teller.screen.model import Tone
from offline_collect_terminal.teller.screen.steps import Answered, Steps, Unanswered, Unsent, send
from offline_collect_terminal.teller.tasks.session import Session
from offline_collect_terminal.teller.tasks.tell_outcome import tell, tell_receipt

Sending = Callable[[Session, Entry], Steps[Entry]]

Came = Told | Unsent | Unanswered
"""The result of a request: a readable answer, or the reason why there is none."""

_SAYS_WHY = frozenset({State.DECLINED, State.NEVER})
"""States whose sentence already includes the platform's answer."""


def send_payment(session: Session, entry: Entry) -> Steps[Entry]:
    """Send a new payment, report the result, and return the updated entry.

    Raises:
        JournalError: it could not be written down, so it was not sent.
    """
    session.journal.put(entry)
    came = yield from _deliver(session, entry.request)
    if isinstance(came, Told):
        entry = after_payment(entry, came, session.today, repeated=False)
    elif isinstance(came, Unsent):
        entry = replace(entry, state=State.UNSENT, reason=came.reason)
    return (yield from _settled(session, entry, came))


def repeat_payment(session: Session, entry: Entry) -> Steps[Entry]:
    """Send a payment again under its own key: the platform takes it once at most."""
    came = yield from _deliver(session, repeat_of(entry.request))
    if isinstance(came, Told):
        entry = after_payment(entry, came, session.today, repeated=True)
    return (yield from _settled(session, entry, came))


def ask_status(session: Session, entry: Entry) -> Steps[Entry]:
    """Ask for the status of a payment."""
    news = entry.unresolved
    came = yield from _deliver(session, session.requests.status(entry.request))
    if isinstance(came, Told):
        entry = after_status(entry, came, session.today)
    return (yield from _settled(session, entry, came, receipt=news))


def send_reversal(session: Session, entry: Entry, reversal: Message) -> Steps[Entry]:
    """Send a new reversal of a payment.

    Raises:
        JournalError: it could not be written down, so it was not sent.
    """
    begun = reversing(entry, reversal)
    session.journal.put(begun)
    came = yield from _deliver(session, reversal)
    if isinstance(came, Told):
        begun = after_reversal(begun, came, session.today, repeated=False)
    elif isinstance(came, Unsent):
        begun = not_reversing(begun)
    return (yield from _settled(session, begun, came, receipt=False))


def repeat_reversal(session: Session, entry: Entry) -> Steps[Entry]:
    """Send a reversal again under its own key."""
    assert entry.reversal is not None, "an entry in this state has its reversal"
    came = yield from _deliver(session, repeat_of(entry.reversal))
    if isinstance(came, Told):
        entry = after_reversal(entry, came, session.today, repeated=True)
    return (yield from _settled(session, entry, came, receipt=False))


def send_advice(session: Session, entry: Entry) -> Steps[Entry]:
    """Send an advice, or send it again; keep one that cannot be sent for later.

    Raises:
        JournalError: it could not be written down, so it was not sent.
    """
    first = entry.state is State.QUEUED
    entry = replace(entry, state=State.SENT)
    session.journal.put(entry)
    came = yield from _deliver(session, entry.request if first else repeat_of(entry.request))
    if isinstance(came, Told):
        entry = after_advice(entry, came, session.today)
    elif isinstance(came, Unsent) and first:
        entry = replace(entry, state=State.QUEUED)
    return (yield from _settled(session, entry, came))


def _deliver(session: Session, request: Message) -> Steps[Came]:
    """Send and wait; an unreadable answer proves nothing."""
    yield from session.say(
        "Sending {mti} STAN {stan} …", tone=Tone.QUIET, mti=request.mti, stan=request.elements[11]
    )
    delivery = yield from send(request, moves_money=True)
    session.answered = isinstance(delivery, Answered)
    if not isinstance(delivery, Answered):
        return delivery
    try:
        return session.answers.told(delivery.message)
    except UnreadableAnswerError as error:
        return Unanswered(str(error))


def _settled(session: Session, entry: Entry, came: Came, *, receipt: bool = True) -> Steps[Entry]:
    """Write the new state to the journal, and report it.

    Args:
        receipt: whether to print the receipt of a valid payment now.
    """
    try:
        session.journal.put(entry)
    except JournalError as error:
        session.journal.entries[entry.number] = entry
        yield from session.say(
            "The journal could not be written ({reason}): after a restart this payment is shown as unresolved.",
            tone=Tone.BAD,
            reason=error,
        )
    yield from _tell_delivery(session, entry, came)
    if receipt and entry.state is State.APPROVED:
        yield from tell_receipt(session, entry)
    yield from tell(session, entry)
    return entry


def _tell_delivery(session: Session, entry: Entry, came: Came) -> Steps[None]:
    if isinstance(came, Told):
        if not came.approved and entry.state not in _SAYS_WHY:
            yield from session.refused(came)
        elif came.approved and came.reason:
            # Of several bills, those that did not get their money.
            yield from session.show_text(session.words.reason(came.reason), Tone.WARNING)
    elif isinstance(came, Unanswered) or entry.state is not State.UNSENT:
        yield from session.not_answered(came)
