"""Rows of a customers file: checked against the merchant's form, written as customers."""

from __future__ import annotations

from collections.abc import Iterator

from offline_collect.domain.forms import InputProblem
from offline_collect.files.errors import RowProblem
from offline_collect.files.records import Record
from offline_collect.merchant.imports import Target
from offline_collect.store import Change, CustomerRecord, MandateStatus, StoreTransaction, put_customers

_AS_THEY_ARE = ("mobile", "email", "app_user", "debit_account", "account_name", "mandate_ref")


class CustomerRows:
    """The kind ``customers`` of :func:`offline_collect.merchant.imports.import_file`."""

    name = "customers"

    def key(self, record: Record) -> str:
        """Return the customer number."""
        return str(record.values["customer_no"])

    def check(self, record: Record, target: Target) -> Iterator[RowProblem]:
        """Yield inputs that the form would refuse, and a mandate that lacks its account."""
        for asked in target.form.inputs:
            typed = record.inputs.get(asked.key)
            read = None if typed is None else asked.read(typed)
            if isinstance(read, InputProblem):
                yield RowProblem(
                    record.row, asked.label, str(typed)[:60], read.reason, "write it as the form asks for it"
                )
        if "mandate_ref" in record.values and "debit_account" not in record.values:
            yield RowProblem(
                record.row,
                target.title("debit_account"),
                "",
                f"is blank, but there is a {target.title('mandate_ref')}",
                "give both, or neither",
            )

    def write(
        self, tx: StoreTransaction, records: list[Record], target: Target
    ) -> tuple[list[Change], list[RowProblem]]:
        """Write customers; nothing in the store can forbid one."""
        customers = [_customer(record, target) for record in records]
        return put_customers(tx, target.merchant.merchant_id, customers), []


def _customer(record: Record, target: Target) -> CustomerRecord:
    values: dict[str, object] = {key: record.values.get(key) for key in _AS_THEY_ARE}
    return CustomerRecord(
        customer_no=str(record.values["customer_no"]),
        name=str(record.values["name"]),
        inputs=normal_inputs(record, target),
        consent=bool(record.values.get("consent", False)),
        mandate_status=MandateStatus.ACTIVE if values["mandate_ref"] else MandateStatus.NONE,
        mandate_limit_minor=record.values.get("mandate_limit"),  # type: ignore[arg-type] # the layout's amount
        **values,  # type: ignore[arg-type] # texts by their layout
    )


def normal_inputs(record: Record, target: Target) -> dict[str, str]:
    """Return a row's inputs as lookups compare them; those that the form refuses are left out."""
    read = {
        asked.key: asked.read(record.inputs[asked.key])
        for asked in target.form.inputs
        if asked.key in record.inputs
    }
    return {key: text for key, text in read.items() if isinstance(text, str)}
