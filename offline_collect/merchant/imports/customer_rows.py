"""Rows of a customers file: checked against the merchant's form, staged as customers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from offline_collect.domain.forms import InputProblem
from offline_collect.domain.texts.phrases import Phrase
from offline_collect.files.columns.records import Record
from offline_collect.files.errors import RowProblem
from offline_collect.merchant.common.target import Target
from offline_collect.merchant.mandates.terms import TERMS, cycle, term_problems
from offline_collect.store import (
    CustomerRecord,
    RowOutcome,
    SeenLookups,
    StoreTransaction,
    get_customer,
    preview_customers,
    stage_customers,
)

_AS_THEY_ARE = ("mobile", "email", "app_user", "debit_account", "debit_bank", "account_name")


class CustomerRows:
    """The kind ``customers`` of :func:`offline_collect.merchant.imports.run.import_file`."""

    name = "customers"
    key_column = "customer_no"

    def check(self, record: Record, target: Target) -> list[RowProblem]:
        """Return inputs that the form refuses, and terms of a mandate that do not go together."""
        problems = []
        for asked in target.form.inputs:
            typed = record.inputs.get(asked.key)
            read = None if typed is None else asked.read(typed)
            if isinstance(read, InputProblem):
                remedy = Phrase("write it as the form asks for it")
                problems.append(
                    RowProblem(
                        row=record.row,
                        column=asked.label,
                        value=str(typed)[:60],
                        reason=read.reason,
                        remedy=remedy,
                        cells=record.cells,
                    )
                )
        problems += [
            RowProblem(
                row=record.row,
                column=target.title(key),
                value=str(record.values.get(key, "")),
                reason=reason,
                remedy=remedy,
                cells=record.cells,
            )
            for key, reason, remedy in term_problems(record.values, target.title)
        ]
        return problems

    def resolve(
        self, _tx: StoreTransaction, records: Sequence[Record], target: Target
    ) -> tuple[list[Record], list[CustomerRecord], list[RowProblem]]:
        """Return rows as customers; none is refused here."""
        return list(records), [_customer(record, target) for record in records], []

    def stage(self, tx: StoreTransaction, import_id: int, rows: Sequence[CustomerRecord]) -> list[RowOutcome]:
        """Stage customers; refuse those that another import changes, or whose inputs are taken."""
        return stage_customers(tx, import_id, rows)

    def preview(
        self,
        tx: StoreTransaction,
        merchant_id: str,
        rows: Sequence[CustomerRecord],
        import_id: int | None,
        seen: SeenLookups,
    ) -> list[RowOutcome]:
        """Return what staging customers would do."""
        return preview_customers(tx, merchant_id, rows, import_id, seen)

    def before(self, tx: StoreTransaction, merchant_id: str, key: str) -> Mapping[str, object]:
        """Return a customer as it is."""
        found = get_customer(tx, merchant_id, key)
        return {} if found is None else _shown(found)

    def after(self, row: CustomerRecord) -> Mapping[str, object]:
        """Return a customer as it would be."""
        return _shown(row)


def _customer(record: Record, target: Target) -> CustomerRecord:
    values: dict[str, object] = {key: record.values.get(key) for key in _AS_THEY_ARE}
    values |= terms_of(record)
    return CustomerRecord(
        customer_no=str(record.values["customer_no"]),
        name=str(record.values["name"]),
        inputs=normal_inputs(record, target),
        consent=bool(record.values.get("consent", False)),
        **values,  # type: ignore[arg-type] # texts, dates and amounts by their layout
    )


def terms_of(record: Record) -> dict[str, object]:
    """Return a row's terms of a mandate, by the customer's fields."""
    found: dict[str, object] = {
        field: record.values[key] for key, field in TERMS.items() if key in record.values
    }
    if "mandate_cycle" in found:
        found["mandate_cycle"] = cycle(str(found["mandate_cycle"]))
    return found


def normal_inputs(record: Record, target: Target) -> dict[str, str]:
    """Return a row's inputs as lookups compare them, without those that the form refuses."""
    read = {
        asked.key: asked.read(record.inputs[asked.key])
        for asked in target.form.inputs
        if asked.key in record.inputs
    }
    return {key: text for key, text in read.items() if isinstance(text, str)}


def _shown(customer: CustomerRecord) -> dict[str, object]:
    """Return a customer's content by the layout's keys and the inputs' own."""
    values = {
        "name": customer.name,
        **customer.inputs,
        **{key: getattr(customer, key) for key in _AS_THEY_ARE},
        "consent": customer.consent,
        **{key: getattr(customer, field) for key, field in TERMS.items()},
    }
    return {key: value for key, value in values.items() if value is not None}
