"""Settles a payment without an answer where nobody chooses how: asks, and sends again what is taken once at most."""

from __future__ import annotations

from offline_collect_terminal.teller.journal.entries import Entry, State
from offline_collect_terminal.teller.link.requests import Feature
from offline_collect_terminal.teller.screen.steps import Steps
from offline_collect_terminal.teller.tasks.send_and_keep import (
    ask_status,
    repeat_payment,
    repeat_reversal,
    send_advice,
)
from offline_collect_terminal.teller.tasks.session import Session


def settle_once(session: Session, entry: Entry) -> Steps[Entry]:
    """Make one attempt to find out what became of a payment; return it, resolved or not.

    A payment is asked for with a status request. A dialect without one sends the payment again under its own key. A
    reversal or an advice that has begun is sent again.
    """
    if not entry.unresolved:
        return entry
    if entry.state is State.REVERSING:
        return (yield from repeat_reversal(session, entry))
    if entry.is_advice:
        return (yield from send_advice(session, entry))
    if session.can(Feature.STATUS):
        return (yield from ask_status(session, entry))
    return (yield from repeat_payment(session, entry))
