"""Rows of a bills file, staged as bills; a number or the form's inputs name the customer."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

from offline_collect.domain.bills import Bill
from offline_collect.domain.forms import InputProblem, read_inputs
from offline_collect.domain.texts.phrases import Phrase
from offline_collect.files.columns.records import Record
from offline_collect.files.errors import RowProblem
from offline_collect.merchant.common.target import Target
from offline_collect.merchant.imports.bill_owners import NAME, owners, row_problem
from offline_collect.store import (
    BillRecord,
    RowOutcome,
    SeenLookups,
    StoreTransaction,
    bill_details,
    preview_bills,
    stage_bills,
)

_SEPARATOR = "|"
"""Joins extra columns on the wire (PDS 0058)."""

_SHOWN = ("customer_no", "due_date", "description", "period", "open_from", "expires_on")


class BillRows:
    """The kind ``bills`` of :func:`offline_collect.merchant.imports.run.import_file`."""

    name = "bills"
    key_column = "bill_no"

    def check(self, record: Record, target: Target) -> list[RowProblem]:
        """Return the row's invalid inputs, dates in the wrong order, and extras with the wire's separator."""
        problems = []
        if "customer_no" not in record.values and NAME not in record.values:
            problems += _inputs_problems(record, target)
        opens, expires = record.values.get("open_from"), record.values.get("expires_on")
        if isinstance(opens, dt.date) and isinstance(expires, dt.date) and expires < opens:
            title = target.title("expires_on")
            reason = Phrase("is before {title}", title=target.title("open_from"))
            remedy = Phrase("correct one of the two")
            problems.append(row_problem(record, title, reason, remedy, str(expires)))
        for label, text in record.extras.items():
            if _SEPARATOR in text or _SEPARATOR in label:
                reason = Phrase(
                    "holds {separator}, which separates columns on receipts", separator=_SEPARATOR
                )
                problems.append(row_problem(record, label, reason, Phrase("write / instead"), text))
        return problems

    def resolve(
        self, tx: StoreTransaction, records: Sequence[Record], target: Target
    ) -> tuple[list[Record], list[BillRecord], list[RowProblem]]:
        """Return rows whose customer is known by number or inputs, as bills, and what is wrong with the others."""
        kept: list[Record] = []
        bills: list[BillRecord] = []
        problems: list[RowProblem] = []
        currency = target.merchant.currency
        for record, owner in zip(records, owners(tx, records, target), strict=True):
            if isinstance(owner, RowProblem):
                problems.append(owner)
            else:
                kept.append(record)
                bills.append(_bill(record, owner, currency))
        return kept, bills, problems

    def stage(self, tx: StoreTransaction, import_id: int, rows: Sequence[BillRecord]) -> list[RowOutcome]:
        """Stage bills; refuse those without a customer, and those that are paid or taken."""
        return stage_bills(tx, import_id, rows)

    def preview(
        self,
        tx: StoreTransaction,
        merchant_id: str,
        rows: Sequence[BillRecord],
        _import_id: int | None,
        _seen: SeenLookups,
    ) -> list[RowOutcome]:
        """Return what staging bills would do."""
        return preview_bills(tx, merchant_id, rows)

    def before(self, tx: StoreTransaction, merchant_id: str, key: str) -> Mapping[str, object]:
        """Return a bill as it is."""
        details = bill_details(tx, merchant_id, key)
        return {} if details is None else _shown(details.bill)

    def after(self, row: BillRecord) -> Mapping[str, object]:
        """Return a bill as it would be."""
        return _shown(row)


def _inputs_problems(record: Record, target: Target) -> list[RowProblem]:
    typed = tuple(record.inputs.get(asked.key) for asked in target.form.inputs)
    read = read_inputs(target.form, typed)
    if not isinstance(read, InputProblem):
        return []
    written = {asked.label: record.inputs.get(asked.key, "") for asked in target.form.inputs}
    remedy = Phrase("write it as the form asks for it")
    return [row_problem(record, read.label, read.reason, remedy, written.get(read.label, ""))]


def _bill(record: Record, customer_no: object, currency: str) -> BillRecord:
    values = record.values
    return BillRecord(  # types are the layout's
        bill_no=values["bill_no"],  # type: ignore[arg-type]
        customer_no=customer_no,  # type: ignore[arg-type]
        amount_minor=values["amount"],  # type: ignore[arg-type]
        due_date=values["due_date"],  # type: ignore[arg-type]
        currency=currency,
        description=values.get("description"),  # type: ignore[arg-type]
        period=values.get("period"),  # type: ignore[arg-type]
        open_from=values.get("open_from"),  # type: ignore[arg-type]
        expires_on=values.get("expires_on"),  # type: ignore[arg-type]
        extra=record.extras,
    )


def _shown(bill: Bill | BillRecord) -> dict[str, object]:
    """Return a bill's content by the layout's keys, then its extra columns by their titles."""
    values = {"amount": bill.amount_minor, **{name: getattr(bill, name) for name in _SHOWN}, **bill.extra}
    return {key: value for key, value in values.items() if value is not None}
