"""Rows of a bills file: their customer found by number or by the form's inputs, written as bills."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import cast

from offline_collect.domain.forms import InputProblem, lookup_keys, read_inputs
from offline_collect.files.errors import RowProblem
from offline_collect.files.records import Record
from offline_collect.merchant.customer_rows import normal_inputs
from offline_collect.merchant.imports import Target
from offline_collect.store import BillRecord, Change, StoreTransaction, customers_by_key, put_bills

_SEPARATOR = "|"
"""Joins extra columns on the wire (PDS 0058)."""


class BillRows:
    """The kind ``bills`` of :func:`offline_collect.merchant.imports.import_file`."""

    name = "bills"

    def key(self, record: Record) -> str:
        """Return the bill number."""
        return str(record.values["bill_no"])

    def check(self, record: Record, target: Target) -> Iterator[RowProblem]:
        """Yield inputs that name no customer, dates in the wrong order, extras that the wire would tear."""
        if "customer_no" not in record.values:
            typed = tuple(record.inputs.get(asked.key) for asked in target.form.inputs)
            read = read_inputs(target.form, typed)
            if isinstance(read, InputProblem):
                yield _problem(record, read.label, read.reason, "write it as the form asks for it")
        opens, expires = record.values.get("open_from"), record.values.get("expires_on")
        if isinstance(opens, dt.date) and isinstance(expires, dt.date) and expires < opens:
            title = target.title("expires_on")
            reason = f"is before {target.title('open_from')}"
            yield RowProblem(record.row, title, str(expires), reason, "correct one of the two")
        for label, text in record.extras.items():
            if _SEPARATOR in label + text:
                reason = f"holds {_SEPARATOR}, which separates columns on receipts"
                yield RowProblem(record.row, label, text[:60], reason, "write / instead")

    def write(
        self, tx: StoreTransaction, records: list[Record], target: Target
    ) -> tuple[list[Change], list[RowProblem]]:
        """Write bills; refused are those without their customer, and those that are paid or taken."""
        owners = _owners(tx, records, target)
        found = [record for record in records if isinstance(owners[record.row], str)]
        bills = [_bill(record, str(owners[record.row]), target) for record in found]
        outcomes = put_bills(tx, target.merchant.merchant_id, bills)
        problems = [owner for owner in owners.values() if isinstance(owner, RowProblem)]
        problems += [
            _problem(record, target.title("bill_no"), outcome.reason, "correct the row, or leave it out")
            for record, outcome in zip(found, outcomes, strict=True)
            if outcome.reason is not None
        ]
        changes = [outcome.change for outcome in outcomes]
        return changes + [Change.REFUSED] * (len(records) - len(found)), problems


def _owners(tx: StoreTransaction, records: list[Record], target: Target) -> dict[int, str | RowProblem]:
    """Return each row's customer number, or why it has none, by row."""
    keys = {
        record.row: lookup_keys(target.form, normal_inputs(record, target))[0]
        for record in records
        if "customer_no" not in record.values
    }
    found = customers_by_key(tx, target.merchant.merchant_id, keys.values()) if keys else {}
    return {
        record.row: _one_owner(record, found.get(keys[record.row], []), target)
        if record.row in keys
        else str(record.values["customer_no"])
        for record in records
    }


def _one_owner(record: Record, numbers: list[str], target: Target) -> str | RowProblem:
    if len(numbers) == 1:
        return numbers[0]
    labels = ", ".join(asked.label for asked in target.form.inputs)
    if numbers:
        return _problem(
            record, labels, "more than one customer has these", f"give {target.title('customer_no')} too"
        )
    return _problem(record, labels, "no customer has these", "import customers first, or correct the row")


def _problem(record: Record, column: str, reason: str, remedy: str) -> RowProblem:
    return RowProblem(record.row, column, str(record.values["bill_no"]), reason, remedy)


def _bill(record: Record, customer_no: str, target: Target) -> BillRecord:
    values = record.values
    return BillRecord(
        bill_no=str(values["bill_no"]),
        customer_no=customer_no,
        amount_minor=cast("int", values["amount"]),
        due_date=cast("dt.date", values["due_date"]),
        currency=target.merchant.currency,
        description=cast("str | None", values.get("description")),
        period=cast("str | None", values.get("period")),
        open_from=cast("dt.date | None", values.get("open_from")),
        expires_on=cast("dt.date | None", values.get("expires_on")),
        extra=record.extras,
    )
