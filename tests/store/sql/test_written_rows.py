"""Rows to write have the order of their table's columns: each value under the name of its column."""

import ast
import inspect

import pytest

from offline_collect.store.schema import manual_posting_tables, tables
from offline_collect.store.sql import by_name, manual_posting_rows, row_mapping

OTHERWISE = {
    ("transactions", "response_code"): "code",
    ("reversals", "applied_to"): "original_serial",
    ("office_postings", "settles"): "payment_serial",
    ("office_postings", "settles_line"): "payment_line",
}
"""Columns whose values have another name at their source."""

WRITTEN = {
    row_mapping.transaction_row: tables.transactions,
    row_mapping.trace_row: tables.traces,
    row_mapping.payment_row: tables.payments,
    row_mapping.reversal_row: tables.reversals,
    row_mapping.entry_row: tables.entries,
    row_mapping.notice_row: tables.outbox,
    row_mapping.item_row: tables.reconciliation_items,
    manual_posting_rows.posting_row: manual_posting_tables.office_postings,
}


@pytest.mark.parametrize("write", WRITTEN, ids=lambda write: write.__name__)
def test_each_value_of_a_written_row_is_its_columns(write):
    table = WRITTEN[write]
    columns = [OTHERWISE.get((table.name, column.name), column.name) for column in table.columns]
    assert _names(write) == columns


def test_a_change_of_a_bill_is_in_the_order_of_its_columns():
    assert _names(row_mapping.bill_change) == [*row_mapping.BILL_CHANGES, "bill_id"]


def test_a_row_is_read_by_the_names_of_its_columns():
    columns = ["bill_no", "merchant_id", "fee"]
    assert by_name.picker(columns, ("merchant_id", "bill_no"))(("B-1", "M-1", 5)) == ("M-1", "B-1")


def test_a_name_that_the_row_lacks_is_refused_at_once():
    with pytest.raises(KeyError, match="due_date"):
        by_name.picker(["bill_no", "merchant_id"], ("merchant_id", "due_date"))


def _names(write):
    """Return the names of the values in the returned tuple: the last name in each of them."""
    (made,) = [
        node.value for node in ast.walk(ast.parse(inspect.getsource(write))) if isinstance(node, ast.Return)
    ]
    return [_name(value) for value in made.elts]


def _name(value):
    if isinstance(value, ast.IfExp):
        value = value.body
    while isinstance(value, ast.Call):
        value = value.args[0]
    return value.attr if isinstance(value, ast.Attribute) else value.id
