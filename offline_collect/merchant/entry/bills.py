"""Adds, changes and withdraws bills by hand; checked as imports are, versioned and audited."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from offline_collect.domain.access.actor import Actor
from offline_collect.domain.access.audit import Subject, SubjectType
from offline_collect.domain.access.roles import Permission
from offline_collect.domain.bills import Bill, BillMark, BillState
from offline_collect.domain.imports.refusals import UnknownCustomer
from offline_collect.domain.money import format_major
from offline_collect.domain.ports import ConflictError
from offline_collect.domain.texts.near import nearest
from offline_collect.domain.texts.phrases import Phrase
from offline_collect.files.columns.records import Record
from offline_collect.files.errors import RowProblem
from offline_collect.merchant.common.errors import BusyError, UnchangeableError, UnknownBillError
from offline_collect.merchant.common.refused_rows import EntryExistsError
from offline_collect.merchant.common.target import LayoutSource, Target
from offline_collect.merchant.entry.entry import (
    Entry,
    entering,
    locked_target,
    numbered,
    read_changes,
    read_whole,
    refuse,
)
from offline_collect.merchant.entry.free_text import reason_of
from offline_collect.merchant.imports.bill_rows import BillRows
from offline_collect.merchant.imports.refusal_words import refusal_words
from offline_collect.store import (
    BillRecord,
    Change,
    HeldBill,
    SqlStore,
    StoreTransaction,
    append_audit,
    bill_details,
    hold_bill,
    locked_bills,
    mark_bill,
    put_held_bill,
    require_merchant,
    require_open_day,
)
from offline_collect.store.backoffice.bills import bills_near

_ROWS = BillRows()
_SAYS_WHOSE = "customer_no"


def add_bill(store: SqlStore, entry: Entry, layout: LayoutSource, now: dt.datetime) -> BillRecord:
    """Add a bill.

    Raises:
        NotPermittedError: the actor may not do it.
        EntryRefusedError: it breaks the rules for rows of a file, or its customer does not exist.
        EntryExistsError: a bill has this number already.
        UnchangeableError: a pending import has a bill of this number.
        NotFoundError, NoFormError: there is no such merchant, or it has no form.
    """
    entry.actor.require(Permission.MAINTAIN_BILLS)
    with _in_flight_told(entry.number), entering(store, entry) as tx:
        target = locked_target(tx, entry.merchant_id, layout)
        record = read_whole(entry, target)
        entry = numbered(entry, record, _ROWS.key_column)
        bill = _resolved(tx, record, entry, target)
        held = hold_bill(tx, entry.merchant_id, entry.number)
        if held.bill is not None:
            raise EntryExistsError(
                Phrase(
                    "{merchant_id} has a bill {number} already: `bills set` changes it",
                    merchant_id=entry.merchant_id,
                    number=entry.number,
                )
            )
        _put(tx, entry, target, held, bill)
        subject = Subject(SubjectType.BILL, entry.number, entry.merchant_id)
        added = _described(bill, held.next_version)
        append_audit(tx, entry.actor, "bills add", subject, None, added, now)
    return bill


def set_bill(store: SqlStore, entry: Entry, layout: LayoutSource, now: dt.datetime) -> bool:
    """Change a bill on which nothing was paid; False if nothing would change.

    The bill gets a new version, and its late fee starts again. A row that an import has staged for it will not
    take effect.

    Raises:
        NotPermittedError: the actor may not do it.
        EntryRefusedError: the entry or the resulting bill is not valid.
        UnknownBillError: no bill has this number.
        UnchangeableError: it is paid or partly paid, withdrawn, or out in a batch.
        BusyError: a payment of it is in progress.
        NotFoundError, NoFormError: there is no such merchant, or it has no form.
    """
    entry.actor.require(Permission.MAINTAIN_BILLS)
    with _in_flight_told(entry.number), entering(store, entry) as tx:
        target = locked_target(tx, entry.merchant_id, layout)
        held = hold_bill(tx, entry.merchant_id, entry.number)
        before = held.bill
        if before is None:
            near = bills_near(tx, entry.merchant_id, entry.number)
            raise UnknownBillError(entry.merchant_id, entry.number, nearest(entry.number, near))
        refuse(entry.number, _unknown(before, entry, target))
        record = _merged(before, read_changes(entry, target), entry)
        after = _resolved(tx, record, entry, target)
        if not _put(tx, entry, target, held, after):
            return False
        subject = Subject(SubjectType.BILL, entry.number, entry.merchant_id)
        documents = _described(before, before.version), _described(after, held.next_version)
        append_audit(tx, entry.actor, "bills set", subject, *documents, now)
    return True


def withdraw_bill(
    store: SqlStore, merchant_id: str, bill_no: str, reason: str, actor: Actor, now: dt.datetime
) -> bool:
    """Withdraw a bill; False if it is withdrawn already. Partial payments stay posted.

    Raises:
        NotPermittedError: the actor may not do it.
        TextError: the reason cannot be kept.
        UnknownBillError: no bill has this number.
        UnchangeableError: it is paid or out in a batch.
        BusyError: a payment of it is in progress.
    """
    actor.require(Permission.MAINTAIN_BILLS)
    return _mark(store, (merchant_id, bill_no), BillMark.WITHDRAWN, reason, actor, now)


def look_at_withdrawal(store: SqlStore, merchant_id: str, bill_no: str, actor: Actor) -> Bill | None:
    """Return a bill that :func:`withdraw_bill` would withdraw; None if it is withdrawn already.

    Raises:
        as :func:`withdraw_bill` does.
    """
    actor.require(Permission.MAINTAIN_BILLS)
    with store.snapshot() as reading:
        require_merchant(reading, merchant_id)
        found = bill_details(reading, merchant_id, bill_no)
        if found is None:
            near = bills_near(reading, merchant_id, bill_no)
            raise UnknownBillError(merchant_id, bill_no, nearest(bill_no, near))
        state = _state(reading, found.bill)
    if state is BillState.WITHDRAWN:
        return None
    _refuse_mark(found.bill, state)
    return found.bill


def restore_bill(
    store: SqlStore, merchant_id: str, bill_no: str, reason: str, actor: Actor, now: dt.datetime
) -> bool:
    """Undo a withdrawal; False if the bill is not withdrawn.

    Raises:
        NotPermittedError: the actor may not do it.
        TextError: the reason cannot be kept.
        UnknownBillError: no bill has this number.
        UnchangeableError: it is out in a batch.
        BusyError: a payment of it is in progress.
    """
    actor.require(Permission.MAINTAIN_BILLS)
    return _mark(store, (merchant_id, bill_no), None, reason, actor, now)


def _described(bill: Bill | BillRecord, version: int) -> dict[str, Any]:
    described = {
        "customer_no": bill.customer_no,
        "amount": format_major(bill.amount_minor, bill.currency),
        "due_date": bill.due_date.isoformat(),
        "description": bill.description,
        "period": bill.period,
        "open_from": bill.open_from and bill.open_from.isoformat(),
        "expires_on": bill.expires_on and bill.expires_on.isoformat(),
        "extra": dict(bill.extra) or None,
        "version": version,
    }
    return {key: value for key, value in described.items() if value is not None}


def _unknown(before: Bill, entry: Entry, target: Target) -> Iterator[RowProblem]:
    known = [column.key for column in target.layout.columns] + list(before.extra)
    for name in entry.cleared:
        if name not in known:
            remedy = Phrase("it has {names}", names=", ".join(known))
            yield RowProblem(1, name, "", Phrase("is not a column of this bill"), remedy)


def _resolved(tx: StoreTransaction, record: Record, entry: Entry, target: Target) -> BillRecord:
    refuse(entry.number, _ROWS.check(record, target))
    _, found, problems = _ROWS.resolve(tx, [record], target)
    refuse(entry.number, problems)
    return found[0]


def _merged(before: Bill, record: Record, entry: Entry) -> Record:
    """Return a bill as a row, with the typed values in place."""
    there: dict[str, Any] = {
        "bill_no": before.bill_no,
        "customer_no": before.customer_no,
        "amount": before.amount_minor,
        "due_date": before.due_date,
        "description": before.description,
        "period": before.period,
        "open_from": before.open_from,
        "expires_on": before.expires_on,
    }
    if record.inputs and _SAYS_WHOSE not in record.values:
        del there[_SAYS_WHOSE]
    values = {key: value for key, value in there.items() if value is not None and key not in entry.cleared}
    extras = {title: text for title, text in before.extra.items() if title not in entry.cleared}
    return replace(record, values=values | record.values, extras=extras | record.extras)


def _put(tx: StoreTransaction, entry: Entry, target: Target, held: HeldBill, bill: BillRecord) -> bool:
    """Write a bill; whether anything changed."""
    outcome = put_held_bill(tx, entry.merchant_id, held, bill)
    if isinstance(outcome.refusal, UnknownCustomer):
        reason, remedy = refusal_words(outcome.refusal), Phrase("correct the number")
        title = target.title(_SAYS_WHOSE)
        refuse(entry.number, [RowProblem(1, title, outcome.refusal.customer_no, reason, remedy)])
    if outcome.refusal is not None:
        raise UnchangeableError(refusal_words(outcome.refusal))
    return outcome.change is not Change.UNCHANGED


def _mark(
    store: SqlStore,
    key: tuple[str, str],
    mark: BillMark | None,
    reason: str,
    actor: Actor,
    now: dt.datetime,
) -> bool:
    reason = reason_of(reason)
    merchant_id, bill_no = key
    with _in_flight_told(bill_no), store.transaction() as tx:
        require_merchant(tx, merchant_id)
        bill = locked_bills(tx, merchant_id, [bill_no]).get(bill_no)
        if bill is None:
            near = bills_near(tx, merchant_id, bill_no)
            raise UnknownBillError(merchant_id, bill_no, nearest(bill_no, near))
        before = _state(tx, bill)
        if (before is BillState.WITHDRAWN) == (mark is BillMark.WITHDRAWN):
            return False
        _refuse_mark(bill, before)
        mark_bill(tx, bill, mark)
        after = _state(tx, replace(bill, mark=mark))
        verb = "withdraw" if mark is BillMark.WITHDRAWN else "withdraw --undo"
        told = {"state": after.value, "reason": reason}
        subject = Subject(SubjectType.BILL, bill_no, merchant_id)
        append_audit(tx, actor, f"bills {verb}", subject, {"state": before.value}, told, now)
    return True


def _state(tx: StoreTransaction, bill: Bill) -> BillState:
    return bill.state(require_open_day(tx).date)


def _refuse_mark(bill: Bill, state: BillState) -> None:
    if state is BillState.PAID:
        raise UnchangeableError(
            Phrase("bill {bill_no} is paid: it cannot be withdrawn", bill_no=bill.bill_no)
        )
    if state is BillState.IN_BATCH:
        raise UnchangeableError(
            Phrase(
                "bill {bill_no} is out in a batch debit: wait for the batch's result, then withdraw it",
                bill_no=bill.bill_no,
            )
        )


@contextmanager
def _in_flight_told(bill_no: str) -> Iterator[None]:
    try:
        yield
    except ConflictError as error:
        raise BusyError(
            Phrase(
                "a payment or an import of bill {bill_no} is in progress: nothing was changed; check its result with"
                " `offline-collect bills show`, then try again ({error})",
                bill_no=bill_no,
                error=str(error),
            )
        ) from None
