"""Posts by hand: locks, decides, writes and audits in one transaction, and names the bills that block it.

A lane may hold a lock on the bill or payment. Then a posting waits for the store's lock timeout, is retried,
and is finally refused with the bills' names: nothing waits for ever.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from offline_collect.domain.access.actor import Actor
from offline_collect.domain.access.approvals import DualAction
from offline_collect.domain.access.audit import Subject
from offline_collect.domain.decisions.deciding import Context, Terms
from offline_collect.domain.decisions.manual_posting import ManualDecision
from offline_collect.domain.facts import Facts, Wants
from offline_collect.domain.ledger.manual_postings import ManualPosting
from offline_collect.domain.ports import ConflictError
from offline_collect.domain.texts.phrases import Phrase
from offline_collect.merchant.access.requests import Asked, DualControl, Request, ask
from offline_collect.merchant.common.errors import BusyError
from offline_collect.store import (
    SqlStore,
    StoreTransaction,
    append_audit,
    bills_in_flight,
    hold_day,
    lock_facts,
    read_facts,
    take_serial_numbers,
    write_postings,
)

_ATTEMPTS = 2
_NAMED_MAX = 10


@dataclass(frozen=True, slots=True)
class Posting:
    """A posting to be made.

    Attributes:
        wants: the facts that the decision needs, which stay locked until it is written.
        count: the most postings that it may make.
        decide: makes the decisions, given the first of ``count`` contexts' numbers; may raise to refuse.
        action: the audit's name for it.
        describe: returns the audit's values before and after.
        request: builds the request if two people are needed, given the postings that it would make.
        beside: writes what belongs to the postings in the same transaction; None for nothing.
    """

    wants: Wants
    count: int
    decide: Callable[[StoreTransaction, Facts, Sequence[Context]], list[ManualDecision]]
    action: DualAction
    subject: Subject
    actor: Actor
    describe: Callable[[list[ManualPosting]], tuple[Any, Any]]
    request: Callable[[list[ManualPosting]], Request]
    beside: Callable[[StoreTransaction, Sequence[ManualPosting]], None] | None = None


def post(
    store: SqlStore, posting: Posting, now: dt.datetime, control: DualControl
) -> list[ManualPosting] | Asked:
    """Post by hand, or ask for another user's consent; return the postings in their order.

    A posting that would fail now is not requested either.

    Raises:
        BusyError: a bill's payment is in progress, or the store was busy too long; nothing was posted.
        PostingError: the decision refuses it.
        StoreError: the store cannot be reached, or no business day is open.
    """
    if control.asks(posting.actor):
        request = posting.request(_rehearse(store, posting, now))
        with store.transaction() as tx:
            return ask(tx, request, posting.actor, now, control)
    for _ in range(_ATTEMPTS):
        try:
            first = take_serial_numbers(store, posting.count)
            return _post(store, posting, first, now, control)
        except ConflictError:
            _refuse_in_flight(store, posting.wants)
    raise BusyError(
        Phrase("the store was busy with payments for too long: nothing was posted; try again in a moment")
    )


def post_one(
    store: SqlStore, posting: Posting, now: dt.datetime, control: DualControl
) -> ManualPosting | Asked:
    """Make the only posting; see :func:`post`."""
    made = post(store, posting, now, control)
    return made if isinstance(made, Asked) else made[0]


def _rehearse(store: SqlStore, posting: Posting, now: dt.datetime) -> list[ManualPosting]:
    """Return the postings that it would make now, with provisional serial numbers."""
    contexts = [Context(now, nth, Terms()) for nth in range(posting.count)]
    with store.snapshot() as reading:
        facts = read_facts(reading, posting.wants)
        return [made for made, _ in posting.decide(reading, facts, contexts)]


def _post(
    store: SqlStore, posting: Posting, first: int, now: dt.datetime, control: DualControl
) -> list[ManualPosting]:
    contexts = [Context(now, first + nth, Terms()) for nth in range(posting.count)]
    with store.transaction() as tx:
        facts = hold_day(tx)
        lock_facts(tx, posting.wants, facts)
        decisions = posting.decide(tx, facts, contexts)
        write_postings(tx, decisions)
        made = [each for each, _ in decisions]
        before, after = posting.describe(made)
        control.take(tx)
        if posting.beside is not None:
            posting.beside(tx, made)
        append_audit(tx, posting.actor, posting.action.value, posting.subject, before, after, now)
    return made


def _refuse_in_flight(store: SqlStore, wants: Wants) -> None:
    for merchant_id in sorted({merchant_id for merchant_id, _ in wants.bills}):
        numbers = [bill_no for merchant, bill_no in wants.bills if merchant == merchant_id]
        try:
            held = bills_in_flight(store, merchant_id, numbers)
        except ConflictError:
            return
        if held:
            named = ", ".join(held[:_NAMED_MAX]) + (" …" if len(held) > _NAMED_MAX else "")
            raise BusyError(
                Phrase(
                    "a payment of bill {bill_nos} is in progress: nothing was posted; check its result with"
                    " `offline-collect bills show`, then try again",
                    bill_nos=named,
                )
            )
