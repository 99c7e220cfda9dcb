"""Makes a debit batch: one transaction locks its bills and mandates and registers it (docs/day-end.md, Batch debit).

A bill that is being paid at this moment is left out, so it is in exactly one of the two. The file is written afterwards,
from the store (``write_file``).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace

from offline_collect.domain.access.actor import Actor
from offline_collect.domain.access.audit import Subject, SubjectType
from offline_collect.domain.access.roles import Permission
from offline_collect.domain.business_days.dates import BusinessDate
from offline_collect.domain.debits.batches import NO_PARTIES, Batch, BatchFormat, BatchState, MessageParties
from offline_collect.domain.debits.selection import Attempt, Selection
from offline_collect.domain.effects import NoticeKind
from offline_collect.domain.errors import DebitError
from offline_collect.domain.merchants import Merchant, MerchantStatus
from offline_collect.domain.ports import ConflictError
from offline_collect.domain.texts.phrases import Phrase
from offline_collect.files.fixed_width.layout import FixedLayout
from offline_collect.settlement.debit.choice import BatchChoice, DueBills, LeftOutBills
from offline_collect.settlement.debit.out_formats import UNFIT, out_format
from offline_collect.store import SqlStore, StoreTransaction, append_audit, require_merchant, require_open_day
from offline_collect.store.backoffice.mandates import hold_mandates
from offline_collect.store.debits.batch_bills import mark_bills
from offline_collect.store.debits.batches import (
    add_batch,
    next_batch_no,
    set_batch,
)
from offline_collect.store.debits.candidates import debited_amounts, last_debits, payers_of
from offline_collect.store.debits.due_bills import DuePage, Wanted, due_bills
from offline_collect.store.debits.records import AT_ONCE, NewRecord, add_records
from offline_collect.store.notices.events import write_debits_due

_ATTEMPTS = 3
_LONGEST_CYCLE = dt.timedelta(days=366)


@dataclass(frozen=True, slots=True)
class DebitOrder:
    """Which batch to make.

    Attributes:
        due_by: the last due date; None for the open business day.
        collect_on: the day on which the bank debits; None for the open business day.
        creditor_id: the merchant's number at the payers' banks.
        parties: whom the message of ISO 20022 names; the merchant itself where no name is given.
    """

    merchant_id: str
    institution: str
    attempt: Attempt
    actor: Actor
    due_by: dt.date | None = None
    collect_on: dt.date | None = None
    creditor_id: str | None = None
    format: BatchFormat = BatchFormat.FIXED
    parties: MessageParties = NO_PARTIES


@dataclass(frozen=True, slots=True)
class Exported:
    """What became of an order.

    Attributes:
        batch: None if no bill could go into one; then nothing was registered.
    """

    batch: Batch | None
    left_out: LeftOutBills


def export_batch(store: SqlStore, order: DebitOrder, layout: FixedLayout, now: dt.datetime) -> Exported:
    """Register a batch of the bills that are due and can be debited.

    Args:
        layout: of its file, if this is of fixed width: what does not fit in it stays out.

    Raises:
        NotPermittedError: the actor may not make one.
        NotFoundError: there is no such merchant.
        DebitError: the merchant does not collect, a date or a name cannot be, or the store was busy too long.
    """
    order.actor.require(Permission.DEBIT)
    for _ in range(_ATTEMPTS):
        try:
            with store.transaction() as tx:
                return _Export(tx, order, layout, now).run()
        except ConflictError:
            continue
    raise DebitError(
        Phrase("the store was busy with payments for too long: no batch was made; try again in a moment")
    )


class _Export:
    """The making of one batch, in one transaction."""

    def __init__(
        self, tx: StoreTransaction, order: DebitOrder, layout: FixedLayout, now: dt.datetime
    ) -> None:
        self._tx = tx
        self._order = order
        self._now = now
        day = require_open_day(tx).date
        hold_mandates(tx, order.merchant_id)
        self._merchant = _collecting(require_merchant(tx, order.merchant_id))
        self._parties = _parties(order, self._merchant)
        self._out = out_format(order.format, layout, self._parties)
        self._collect_on = order.collect_on or day
        self._batch = self._first_batch(day)
        selection = Selection(self._merchant, order.attempt, self._collect_on, day)
        self._choice = BatchChoice(selection, self._out, self._collect_on)
        retried = order.attempt is Attempt.RETRY
        due_by = order.due_by if retried else order.due_by or day
        self._wanted = Wanted(order.merchant_id, due_by, retried)

    def run(self) -> Exported:
        choice = self._choice
        for page in due_bills(self._tx, self._wanted, AT_ONCE):
            self._store(choice.of_page(self._due(page)))
        if not choice.count:
            return Exported(None, choice.left_out)
        mark_bills(self._tx, self._batch.batch_no)
        self._batch = replace(self._batch, record_count=choice.count, total_minor=choice.total_minor)
        totals = {"record_count": self._batch.record_count, "total_minor": self._batch.total_minor}
        set_batch(self._tx, self._batch.batch_no, totals)
        if self._merchant.tells(NoticeKind.DEBIT_DUE):
            write_debits_due(self._tx, self._batch.batch_no, self._now)
        self._audit()
        return Exported(self._batch, choice.left_out)

    def _first_batch(self, day: BusinessDate) -> Batch:
        """Return the batch before it has a record, and a number."""
        order = self._order
        if self._collect_on < day:
            raise DebitError(
                Phrase(
                    "--collect-on {collect_on}: is before the open business day, {day}",
                    collect_on=str(self._collect_on),
                    day=str(day),
                )
            )
        batch = Batch(
            batch_no=f"{day.compact}000000",
            merchant_id=order.merchant_id,
            institution=order.institution,
            business_date=day,
            collection_date=self._collect_on,
            creditor_id=order.creditor_id,
            currency=self._merchant.currency,
            record_count=0,
            total_minor=0,
            state=BatchState.REGISTERED,
            format=order.format,
        )
        try:
            self._out.check_batch(batch)
        except UNFIT as error:
            raise DebitError(
                Phrase("the header of the batch cannot be written: {reason}", reason=error.reason)
            ) from None
        return batch

    def _due(self, page: DuePage) -> DueBills:
        """Return the bills of a page with what decides whether they are debited."""
        merchant_id = self._order.merchant_id
        payers = payers_of(self._tx, merchant_id, page.places)
        last = last_debits(self._tx, merchant_id, [bill_no for _, _, bill_no in page.places])
        cycles = [
            each.mandate.reference for each in payers.values() if each.mandate.cycle_limit_minor is not None
        ]
        since = self._collect_on - _LONGEST_CYCLE
        debited = debited_amounts(self._tx, merchant_id, cycles, since) if cycles else {}
        return DueBills(merchant_id, page, payers, last, debited)

    def _store(self, records: Sequence[NewRecord]) -> None:
        if not records:
            return
        if records[0].out.sequence == 1:
            self._batch = replace(self._batch, batch_no=next_batch_no(self._tx, self._batch.business_date))
            add_batch(self._tx, self._batch, self._order.actor.name, self._now, self._parties)
        add_records(self._tx, self._batch.batch_no, records)

    def _audit(self) -> None:
        batch, left_out = self._batch, self._choice.left_out.counts
        after = {
            "state": batch.state.value,
            "institution": batch.institution,
            "format": batch.format.value,
            "collection_date": str(batch.collection_date),
            "records": batch.record_count,
            "total_minor": batch.total_minor,
            "attempt": self._order.attempt.value,
            "left_out": {why.value: left_out[why] for why in sorted(left_out)},
        }
        action = "debit retry" if self._order.attempt is Attempt.RETRY else "debit export"
        subject = Subject(SubjectType.DEBIT_BATCH, batch.batch_no, batch.merchant_id)
        append_audit(self._tx, self._order.actor, action, subject, None, after, self._now)


def _parties(order: DebitOrder, merchant: Merchant) -> MessageParties:
    """Return whom the batch's message names, as it stays for ever."""
    if order.format is BatchFormat.FIXED:
        return NO_PARTIES
    if order.parties.creditor_account is None:
        raise DebitError(
            Phrase(
                "name the account to which the bank pays what it debits: debits.creditor_account in"
                " the configuration"
            )
        )
    name = order.parties.creditor_name or merchant.name
    return replace(order.parties, creditor_name=name, initiator=order.parties.initiator or name)


def _collecting(merchant: Merchant) -> Merchant:
    if merchant.status is not MerchantStatus.ACTIVE:
        raise DebitError(
            Phrase(
                "{merchant_id} is {status}: only an ACTIVE merchant collects",
                merchant_id=merchant.merchant_id,
                status=merchant.status.value,
            )
        )
    return merchant
