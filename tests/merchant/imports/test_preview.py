"""A preview shows what an import would do, and does nothing."""

import pytest
from sqlalchemy import select

from offline_collect.merchant.imports.preview import SAMPLES_MAX
from offline_collect.merchant.imports.result import ImportRefusedError, NoRowsError
from offline_collect.store import Change
from offline_collect.store.schema import tables
from tests.merchant.importing import BILLS, CUSTOMERS, bills_of, counts


def content(store):
    """Everything in the store, so that two states can be compared."""
    with store.snapshot() as reading:
        return {
            name: sorted(map(tuple, reading.connection.execute(select(table))), key=repr)
            for name, table in tables.metadata.tables.items()
        }


def counted(found):
    return {change.value: count for change, count in found.counts.items() if count}


def test_a_preview_counts_what_would_be_and_does_nothing(pupils, store):
    pupils.take("bills", bills_of("A,C1,1.00,2026-12", "B,C1,2.00,2026-12", "C,C1,3.00,2026-12"))
    before = content(store)
    text = bills_of("A,C1,1.00,2026-12", "B,C1,2.50,2026-12", "D,C2,4.00,2026-12", "E,NOBODY,1.00,2026-12")
    found = pupils.preview("bills", text, withdraw_missing=True)
    assert counted(found) == {"UNCHANGED": 1, "CHANGED": 1, "NEW": 1, "REFUSED": 1, "WITHDRAWN": 1}
    assert found.rows == 4
    assert [problem.row for problem in found.problems.kept] == [5]
    assert content(store) == before


def test_samples_show_what_is_and_what_would_be(pupils):
    pupils.take("bills", bills_of("A,C1,1.00,2026-12", "B,C1,2.00,2026-12"))
    found = pupils.preview("bills", bills_of("A,C1,1.50,2026-12", "N,C2,4.00,2026-12"), withdraw_missing=True)
    changed, new, withdrawn = found.samples
    assert (changed.key, changed.change) == ("A", Change.CHANGED)
    assert (changed.before["amount"], changed.after["amount"]) == (100, 150)
    assert (new.key, new.before, new.after["customer_no"]) == ("N", None, "C2")
    assert (withdrawn.key, withdrawn.before["amount"], withdrawn.after) == ("B", 200, None)


def test_samples_of_customers_show_their_inputs(pupils):
    found = pupils.preview("customers", CUSTOMERS.replace("2026030117", "2026030999"))
    (sample,) = found.samples
    assert (sample.before["student_no"], sample.after["student_no"]) == ("2026030117", "2026030999")
    assert counted(found) == {"CHANGED": 1, "UNCHANGED": 1}


def test_only_a_few_of_each_are_shown(pupils):
    rows = [f"X{number},C1,1.00,2026-12" for number in range(2_500)]
    found = pupils.preview("bills", bills_of(*rows))
    assert counted(found) == {"NEW": 2_500}
    assert len(found.samples) == SAMPLES_MAX


@pytest.mark.parametrize("more", [{}, {"withdraw_missing": True}])
def test_what_was_previewed_is_what_is_done(pupils, more):
    pupils.take("bills", bills_of("A,C1,1.00,2026-12", "B,C1,2.00,2026-12"))
    text = bills_of("A,C1,9.00,2026-12", "C,C1,3.00,2026-12")
    found = pupils.preview("bills", text, **more)
    done = counts(pupils.take("bills", text, **more))
    assert {change.lower(): count for change, count in counted(found).items()} == done


def test_a_file_that_was_imported_can_be_previewed_again(pupils):
    pupils.take("bills", BILLS)
    assert counted(pupils.preview("bills", BILLS)) == {"UNCHANGED": 2}


def test_a_preview_refuses_what_an_import_would(pupils):
    with pytest.raises(NoRowsError):
        pupils.preview("bills", "bill_no,customer_no,amount,due_date\n")
    text = bills_of("A,C1,-1.00,2026-12")
    assert pupils.preview("bills", text).problems.count == 1
    with pytest.raises(ImportRefusedError):
        pupils.take("bills", text)
