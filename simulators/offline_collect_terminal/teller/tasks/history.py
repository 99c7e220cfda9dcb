"""The payments of this terminal: list, receipt again, status, write-off."""

from __future__ import annotations

from collections.abc import Sequence

from offline_collect_terminal.teller.journal.entries import REVERSIBLE, Entry, State
from offline_collect_terminal.teller.link.requests import Feature
from offline_collect_terminal.teller.screen.model import Tone
from offline_collect_terminal.teller.screen.steps import Steps
from offline_collect_terminal.teller.screen.words import msgid
from offline_collect_terminal.teller.tasks.resolve_unanswered import Action, resolve, write_off
from offline_collect_terminal.teller.tasks.send_and_keep import ask_status, repeat_payment
from offline_collect_terminal.teller.tasks.session import Session
from offline_collect_terminal.teller.tasks.tell_outcome import show_entries, tell, tell_receipt

SHOWN_MAX = 30


def browse(session: Session) -> Steps[None]:
    """Show the latest payments, unanswered ones first, and offer actions for one of them.

    Raises:
        Back, Leave, ToMenu: the teller wants to.
    """
    while True:
        entries = _latest(session)
        if not entries:
            yield from session.say("Nothing was taken.")
            return
        yield from show_entries(session, entries)
        chosen = entries[(yield from session.choose("Payment (number)", len(entries))) - 1]
        yield from tell(session, chosen)
        yield from resolve(session, chosen) if chosen.unresolved else _offer(session, chosen)


def cancel(session: Session) -> Steps[None]:
    """Write off the last valid payment, or another one of today's list.

    Raises:
        Back, Leave, ToMenu: the teller wants to.
    """
    standing = [entry for entry in _newest(session) if entry.state in REVERSIBLE][:SHOWN_MAX]
    if not standing:
        yield from session.say("No payment of this terminal can be written off.", tone=Tone.BAD)
        return
    yield from show_entries(session, standing)
    place = yield from session.choose("Write off (number; Enter: 1, the last)", len(standing), default=1)
    yield from _confirm_write_off(session, standing[place - 1])


def _confirm_write_off(session: Session, entry: Entry) -> Steps[None]:
    sure = yield from session.confirm(
        "Write off {amount} for {bill} of {merchant}, STAN {stan} (y/n)",
        amount=session.money(entry.amount_minor, entry.currency),
        bill=entry.bill_no,
        merchant=entry.merchant_name,
        stan=entry.stan,
    )
    if sure:
        undone = yield from write_off(session, entry)
        yield from resolve(session, undone)


def _offer(session: Session, entry: Entry) -> Steps[None]:
    """Offer the actions for a resolved payment."""
    actions: list[Action] = [(msgid("Ask its status"), ask_status)] if session.can(Feature.STATUS) else []
    if entry.state is State.APPROVED:
        actions.insert(0, (msgid("Print its receipt again"), _receipt_again))
    if not actions or entry.state in {State.UNSENT, State.DECLINED, State.NEVER}:
        return
    yield from session.show_choices(text for text, _ in actions)
    chosen = actions[(yield from session.choose("What now", len(actions))) - 1][1]
    if chosen is not None:
        yield from chosen(session, entry)


def _receipt_again(session: Session, entry: Entry) -> Steps[Entry]:
    """Print a receipt again; a missing one is fetched by a repeat, which posts nothing."""
    if not entry.receipt and not entry.is_advice:
        return (yield from repeat_payment(session, entry))
    yield from tell_receipt(session, entry, session.words("Receipt, copy"))
    return entry


def _latest(session: Session) -> Sequence[Entry]:
    unresolved = session.journal.unresolved
    others = [entry for entry in _newest(session) if not entry.unresolved]
    return [*unresolved, *others][:SHOWN_MAX]


def _newest(session: Session) -> list[Entry]:
    return sorted(session.journal.entries.values(), key=lambda entry: entry.number, reverse=True)
