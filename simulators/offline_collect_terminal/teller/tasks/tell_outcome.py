"""Shows the known state of payments: a sentence, a receipt, a table."""

from __future__ import annotations

from collections.abc import Sequence

from offline_collect.domain.money import format_major
from offline_collect_terminal.teller.journal.entries import Entry, State
from offline_collect_terminal.teller.screen.model import Column, Grid, Line, Slip, Tone
from offline_collect_terminal.teller.screen.steps import Steps
from offline_collect_terminal.teller.screen.words import msgid
from offline_collect_terminal.teller.tasks.session import Session

_SENTENCES: dict[State, tuple[str, Tone]] = {
    State.QUEUED: (msgid("The advice of {amount} for {bill} has not left yet; it is kept."), Tone.WARNING),
    State.SENT: (
        msgid("Payment STAN {stan} of {amount} for {bill} has no answer: whether it was taken is NOT KNOWN."),
        Tone.WARNING,
    ),
    State.REVERSING: (
        msgid(
            "The reversal of payment STAN {stan} of {amount} has no answer: whether it is undone is NOT KNOWN."
        ),
        Tone.WARNING,
    ),
    State.APPROVED: (msgid("Payment STAN {stan} of {amount} for {bill} is taken."), Tone.GOOD),
    State.SUSPENSE: (
        msgid("The platform has {amount} for {bill}, but not on the bill: in suspense, for an operator."),
        Tone.WARNING,
    ),
    State.APPLIED: (msgid("The platform has {amount} for {bill}; an operator has applied it."), Tone.GOOD),
    State.REFUNDED: (msgid("Payment STAN {stan} of {amount} for {bill} is refunded."), Tone.WARNING),
    State.DECLINED: (msgid("Declined: {why}. Nothing was paid."), Tone.BAD),
    State.REVERSED: (
        msgid("Payment STAN {stan} of {amount} for {bill} is reversed completely."),
        Tone.GOOD,
    ),
    State.NEVER: (msgid("Nothing was paid under STAN {stan}, and nothing will be."), Tone.GOOD),
    State.UNSENT: (msgid("Not sent: {why}. Nothing was paid."), Tone.BAD),
}
_ADVICE_SENTENCES: dict[State, tuple[str, Tone]] = {
    State.SENT: (
        msgid("The advice STAN {stan} of {amount} for {bill} has no answer that resolves it: send it again."),
        Tone.WARNING,
    ),
    State.DECLINED: (
        msgid("The platform does not take this advice: {why}. Send a new advice for the money."),
        Tone.BAD,
    ),
}
_NAMES: dict[State, str] = {
    State.QUEUED: msgid("not sent yet"),
    State.SENT: msgid("NO ANSWER"),
    State.REVERSING: msgid("REVERSAL WITHOUT ANSWER"),
    State.APPROVED: msgid("paid"),
    State.SUSPENSE: msgid("in suspense"),
    State.APPLIED: msgid("applied"),
    State.REFUNDED: msgid("refunded"),
    State.DECLINED: msgid("declined"),
    State.REVERSED: msgid("reversed"),
    State.NEVER: msgid("never paid"),
    State.UNSENT: msgid("not sent"),
}


def tell(session: Session, entry: Entry) -> Steps[None]:
    """Show the known state of a payment in a sentence."""
    yield from session.show(sentence(session, entry))


def sentence(session: Session, entry: Entry) -> Line:
    """Return what is known of a payment, as a sentence."""
    text, tone = _SENTENCES[entry.state]
    if entry.is_advice:
        text, tone = _ADVICE_SENTENCES.get(entry.state, (text, tone))
    why = session.reason_of(entry.code, entry.reason)
    told = session.words(
        text,
        stan=entry.stan,
        amount=session.money(entry.amount_minor, entry.currency),
        bill=entry.bill_no,
        why=why.rstrip("."),
    )
    return Line(told, tone)


def tell_receipt(session: Session, entry: Entry, title: str | None = None) -> Steps[None]:
    """Show a payment's receipt."""
    yield from session.show(receipt_of(session, entry, title))


def receipt_of(session: Session, entry: Entry, title: str | None = None) -> Slip:
    """Return a payment's receipt: the platform's lines, and the data that identifies the payment."""
    words = session.words
    facts = (
        (words("Amount"), session.money(entry.amount_minor, entry.currency)),
        *_bill_facts(session, entry),
        *_cash_facts(session, entry),
        (words("Payer's fee"), session.money(entry.fee_minor, entry.currency) if entry.fee_minor else ""),
        (words("Serial number"), entry.serial),
        (words("Approval"), entry.approval),
        (words("Posted"), entry.posted_at.replace("T", " ")),
        (
            words("Terminal"),
            words("{terminal} STAN {stan}", terminal=session.terminal.terminal.rstrip(), stan=entry.stan),
        ),
    )
    lines = tuple(line for line in entry.receipt.split("|") if line)
    told = tuple((name, value) for name, value in facts if value)
    title = title or words("Receipt")
    return Slip(f"{title} · {entry.merchant_name}", lines, told)


def _cash_facts(session: Session, entry: Entry) -> list[tuple[str, str]]:
    """Return the cash that the teller was given, and the change; nothing if the teller did not say."""
    if not entry.received_minor:
        return []
    change = entry.received_minor - entry.amount_minor
    return [
        (session.words("Cash received"), session.money(entry.received_minor, entry.currency)),
        (session.words("Change"), session.money(change, entry.currency)),
    ]


def _bill_facts(session: Session, entry: Entry) -> list[tuple[str, str]]:
    """Return the bill, or each of several with its amount."""
    name = session.words("Bill")
    if not entry.bills:
        return [(name, entry.bill_no)]
    return [
        (name, f"{bill.bill_no}  {format_major(bill.amount_minor, entry.currency)}") for bill in entry.bills
    ]


def show_entries(session: Session, entries: Sequence[Entry]) -> Steps[None]:
    """Show payments as a table, numbered from 1."""
    words = session.words
    columns = (
        Column("", figures=True),
        Column(words("Time")),
        Column("STAN"),
        Column(words("Merchant"), wraps=True),
        Column(words("Bill")),
        Column(words("Amount"), figures=True),
        Column(words("State"), wraps=True),
    )
    rows = tuple(
        (
            str(place),
            f"{entry.began_at.astimezone(session.terminal.timezone):%m-%d %H:%M:%S}",
            entry.stan,
            entry.merchant_name,
            entry.bill_no,
            format_major(entry.amount_minor, entry.currency),
            words(_NAMES[entry.state]),
        )
        for place, entry in enumerate(entries, 1)
    )
    yield from session.show(Grid(columns, rows))
