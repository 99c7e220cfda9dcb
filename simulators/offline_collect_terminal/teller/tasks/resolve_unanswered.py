"""Resolves payments without an answer: ask for the status, repeat, reverse, advise, or leave for later."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from offline_collect.domain.commands import ReversalReason
from offline_collect_terminal.teller.journal.entries import Entry, State
from offline_collect_terminal.teller.link.requests import Feature
from offline_collect_terminal.teller.screen.model import Tone
from offline_collect_terminal.teller.screen.steps import Back, Steps
from offline_collect_terminal.teller.screen.words import msgid
from offline_collect_terminal.teller.tasks.send_and_keep import (
    Sending,
    ask_status,
    repeat_payment,
    repeat_reversal,
    send_advice,
    send_reversal,
)
from offline_collect_terminal.teller.tasks.session import Session
from offline_collect_terminal.teller.tasks.tell_outcome import tell

Action = tuple[str, Sending | None]
"""A choice's text and its action; None leaves the payment for later."""


def resolve(session: Session, entry: Entry) -> Steps[Entry]:
    """Offer actions until the payment is resolved or left for later.

    Enter alone does nothing here: keys typed during a wait must not decide.

    Raises:
        Leave, ToMenu: the teller leaves the task; the payment does not change.
    """
    if not (yield from _same_platform(session, entry)):
        return entry
    while entry.unresolved:
        actions = _actions(session, entry)
        yield from session.show_choices(text for text, _ in actions)
        try:
            chosen = yield from session.choose("What now", len(actions))
        except Back:
            return entry
        do = actions[chosen - 1][1]
        if do is None:
            return entry
        entry = yield from do(session, entry)
    return entry


def resolve_all(session: Session, entries: Sequence[Entry]) -> Steps[None]:
    """Offer each payment in turn."""
    for entry in entries:
        yield from tell(session, entry)
        yield from resolve(session, entry)


def reverse(session: Session, entry: Entry) -> Steps[Entry]:
    """Reverse a payment because there is no answer."""
    return (yield from _reverse(session, entry, ReversalReason.NO_ANSWER))


def write_off(session: Session, entry: Entry) -> Steps[Entry]:
    """Reverse a payment because customer or teller cancels it."""
    return (yield from _reverse(session, entry, ReversalReason.WRITE_OFF))


def _reverse(session: Session, entry: Entry, reason: ReversalReason) -> Steps[Entry]:
    return (yield from send_reversal(session, entry, session.requests.reversal(entry.request, reason)))


def _complete(session: Session, entry: Entry) -> Steps[Entry]:
    """Tell the platform that the money of a payment without an answer was taken."""
    sure = yield from session.confirm(
        "Has the customer's {amount} been taken and kept (y/n)",
        amount=session.money(entry.amount_minor, entry.currency),
    )
    if not sure:
        return entry
    advice = session.requests.completing(entry.request)
    queued = replace(entry, request=advice, completes=entry.request, state=State.QUEUED)
    return (yield from send_advice(session, queued))


def _discard(session: Session, entry: Entry) -> Steps[Entry]:
    """Delete an advice that was never sent."""
    sure = yield from session.confirm("Nothing has left. Give this advice up (y/n)")
    if not sure:
        return entry
    gone = replace(entry, state=State.UNSENT, reason=session.words("given up"))
    session.journal.put(gone)
    yield from tell(session, gone)
    return gone


def _actions(session: Session, entry: Entry) -> list[Action]:
    later: Action = (msgid("Leave it for later"), None)
    if entry.state is State.REVERSING:
        return [(msgid("Send the same reversal again (0401)"), repeat_reversal), later]
    if entry.state is State.QUEUED:
        actions: list[Action] = [(msgid("Send the advice now (0220)"), send_advice)]
        # An advice that completes an unanswered payment cannot be deleted: that payment may be valid.
        return [*actions, later] if entry.completes else [*actions, (msgid("Give it up"), _discard), later]
    if entry.is_advice:
        return [
            (msgid("Send the same advice again (0221)"), send_advice),
            (msgid("Reverse it: the money goes back to the customer (reason 68)"), reverse),
            later,
        ]
    status: Action = (msgid("Ask what became of it (status)"), ask_status)
    complete: Action = (msgid("The money was taken: advise the platform (0220)"), _complete)
    return [
        *([status] if session.can(Feature.STATUS) else []),
        (msgid("Send the same payment again: it is taken once at most (0201)"), repeat_payment),
        (msgid("Reverse it: it ends as not paid (reason 68)"), reverse),
        *([complete] if session.can(Feature.ADVICE) else []),
        later,
    ]


def _same_platform(session: Session, entry: Entry) -> Steps[bool]:
    """Whether this platform is the one that the payment was sent to: no other one knows it."""
    if entry.platform == session.terminal.platform:
        return True
    yield from session.say(
        "It was sent to {there}, and this shell talks to {here}.",
        tone=Tone.WARNING,
        there=entry.platform,
        here=session.terminal.platform,
    )
    return (yield from session.confirm("Is that the same platform (y/n)"))
