"""A payment's story as a time line: what came in, what was answered, what was posted, and what payers were told."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from offline_collect.domain.decisions.traces import Trace
from offline_collect.domain.ledger.manual_postings import ManualPosting, ManualPostingKind
from offline_collect.domain.payment_story import PaymentStory
from offline_collect.domain.texts.phrases import Phrase
from offline_collect.domain.transactions import PostedPayment, PostedReversal, Transaction, TransactionKind
from offline_collect.wire.journal_parts import JournalPart, journal_parts

_ASKED = {
    TransactionKind.PAYMENT: Phrase("A payment was asked for"),
    TransactionKind.ADVICE: Phrase("A payment was told of that the terminal had taken already"),
    TransactionKind.REVERSAL: Phrase("A reversal was asked for"),
    TransactionKind.TOMBSTONE: Phrase("A reversal came before its payment"),
    TransactionKind.OFFICE: Phrase("It was recorded by hand"),
    TransactionKind.BATCH: Phrase("A batch debit has settled it"),
}

_ASKED_AGAIN = Phrase("The same payment was asked for again")

_BY_HAND = {
    ManualPostingKind.OUTSIDE: Phrase("Recorded as paid at the merchant's office"),
    ManualPostingKind.UNDONE: Phrase("The payment at the office was taken back"),
    ManualPostingKind.REFUNDED: Phrase("The money in suspense was refunded"),
    ManualPostingKind.APPLIED: Phrase("The money in suspense was applied to a bill"),
    ManualPostingKind.CONTRA: Phrase("Reconciliation has taken it back"),
    ManualPostingKind.RECEIVED: Phrase("Reconciliation has posted it"),
}

_REPEATED = {
    True: Phrase("The same message came again, marked as a repeat"),
    False: Phrase("The same message came again"),
}

_RANKS = {"asked": 0, "posted": 1, "reversed": 2, "by hand": 3, "notice": 4}
_ANSWERED = ("approval_code", "serial_number", "reversal_did", "original_state", "original_code")
"""What is shown of an answer's values: nothing of a payer, and no columns of the merchant's own."""


@dataclass(frozen=True, slots=True)
class Step:
    """Something that happened.

    Attributes:
        kind: ``asked``, ``posted``, ``reversed``, ``by hand`` or ``notice``.
        code: of the answer; None without one.
        facts: names and values beside it.
        request: its parts, masked.
        posting: what moved money; None if nothing did.
    """

    at: dt.datetime
    kind: str
    what: Phrase
    code: str | None = None
    facts: tuple[tuple[str, str], ...] = ()
    request: tuple[JournalPart, ...] = ()
    posting: PostedPayment | PostedReversal | ManualPosting | None = None


def steps(
    story: PaymentStory, notices: Sequence[Mapping[str, Any]], elements: Mapping[int, str]
) -> list[Step]:
    """Return what happened, the earliest first.

    Args:
        story: of the payment.
        notices: its notices, as documents.
        elements: names of elements, by number.
    """
    first = story.lines[0].key
    found = [_asked(each, elements, again=each.key != first) for each in story.messages]
    received = {each.received_at for each in story.messages}
    found += [_again(each) for each in story.attempts if each.received_at not in received]
    found += [
        Step(line.posted_at, "posted", Phrase("The money was posted"), posting=line) for line in story.lines
    ]
    if story.reversal is not None:
        found.append(_reversed(story.reversal))
    found += [_by_hand(each) for each in story.by_hand]
    found += _told(notices)
    return sorted(found, key=lambda step: (step.at, _RANKS[step.kind]))


def _asked(each: Transaction, elements: Mapping[int, str], *, again: bool) -> Step:
    answer = each.answer
    facts = [(name, str(answer.values[name])) for name in _ANSWERED if name in answer.values]
    if answer.reason is not None:
        facts.append(("reason", answer.reason))
    return Step(
        each.received_at,
        "asked",
        _ASKED_AGAIN if again and each.kind is TransactionKind.PAYMENT else _ASKED[each.kind],
        code=answer.code.value,
        facts=tuple(facts),
        request=tuple(journal_parts(each.journal, elements)),
    )


def _again(each: Trace) -> Step:
    return Step(each.received_at, "asked", _REPEATED[each.repeat])


def _reversed(reversal: PostedReversal) -> Step:
    facts = (("reason", reversal.reason.name), ("reversal_did", reversal.outcome.value))
    return Step(reversal.posted_at, "reversed", Phrase("Reversed"), facts=facts, posting=reversal)


def _by_hand(each: ManualPosting) -> Step:
    texts = {"who": each.who, "bill": each.bill_no, "reason": each.reason, "reference": each.reference}
    facts = tuple((name, text) for name, text in texts.items() if text is not None)
    return Step(each.posted_at, "by hand", _BY_HAND[each.kind], facts=facts, posting=each)


def _told(notices: Sequence[Mapping[str, Any]]) -> Iterator[Step]:
    for each in notices:
        names = ("kind", "state", "channel", "reason")
        facts = tuple((name, each[name]) for name in names if each.get(name) is not None)
        yield Step(
            each.get("sent_at") or each["created_at"], "notice", Phrase("Notice to the payer"), facts=facts
        )
