"""What verify reports about versions that contradict each other."""

from dataclasses import replace

import pytest
from sqlalchemy import delete, update

from offline_collect.store import ImportState
from offline_collect.store.schema.tables import bills, customer_keys, customers
from offline_collect.store.schema.tables import imports as imports_table
from tests.store import importing as imports
from tests.store.imports.test_stage import CHANGED, NEW, RENAMED


def numbered(number):
    return bills.c.bill_no == number


def findings(teller):
    return {(finding.subject, finding.problem) for finding in teller.report().findings}


def waiting(teller):
    number = imports.staged(teller.store, NEW, CHANGED)
    assert findings(teller) == set()
    return number


def released(teller):
    number = waiting(teller)
    imports.release(teller.store, number)
    imports.tidy(teller.store, number)
    return number


@pytest.mark.parametrize(
    ("begin", "spoil", "found"),
    [
        (
            released,
            update(bills).where(numbered("S2")).values(standing=None, superseded_by=None),
            {("SCHOOL01 S2", "more than one version of the bill is in effect")},
        ),
        (
            released,
            delete(bills).where(numbered("S2"), bills.c.version == 2),
            {("SCHOOL01 S2", "the bill was replaced, but by no other version")},
        ),
        (
            waiting,
            update(imports_table).values(state=ImportState.RELEASED.value),
            {
                ("SCHOOL01 N1", "the bill still depends on an import that is done with it"),
                ("SCHOOL01 S2", "the bill still depends on an import that is done with it"),
            },
        ),
        (
            released,
            update(bills).where(numbered("S5")).values(customer_no="NOBODY"),
            {("SCHOOL01 NOBODY", "the customer of bills is not there")},
        ),
        (
            released,
            update(bills).where(numbered("S2"), bills.c.version == 1).values(paid_principal_minor=1),
            {("SCHOOL01 S2", "the bill's paid amounts are not those of its payments in force")},
        ),
    ],
)
def test_versions_that_contradict_each_other_are_found(teller, begin, spoil, found):
    begin(teller)
    with teller.store.transaction() as tx:
        tx.connection.execute(spoil)
    assert findings(teller) == found


def test_a_payment_on_a_version_that_is_not_in_effect_is_found(teller):
    teller.pay("S1")
    with teller.store.transaction() as tx:
        tx.connection.execute(update(bills).where(numbered("S1")).values(standing="FORMER"))
    assert "the payment is in force on a bill that is not there" in {
        problem for _, problem in findings(teller)
    }


def test_customers_that_contradict_each_other_are_found(teller):
    number = imports.staged_people(teller.store, RENAMED)
    imports.release(teller.store, number)
    imports.tidy(teller.store, number)
    of_merchant = customers.c.merchant_id == "SCHOOL01"
    with teller.store.transaction() as tx:
        tx.connection.execute(update(customers).where(of_merchant).values(standing=None, superseded_by=None))
    assert findings(teller) == {
        (f"SCHOOL01 {RENAMED.customer_no}", "more than one version of the customer is in effect")
    }
    with teller.store.transaction() as tx:
        tx.connection.execute(delete(customer_keys))
        tx.connection.execute(delete(customers).where(of_merchant))
    assert (f"SCHOOL01 {RENAMED.customer_no}", "the customer of bills is not there") in findings(teller)


@pytest.mark.parametrize("people", [False, True])
def test_what_was_put_back_under_a_later_import_is_found(teller, people):
    """As after an undo that ignored an import that was released, but not tidied yet."""
    later = replace(RENAMED, name="王小小") if people else replace(CHANGED, amount_minor=888)
    first = imports.staged_people(teller.store, RENAMED) if people else waiting(teller)
    imports.release(teller.store, first)
    imports.tidy(teller.store, first)
    stage = imports.staged_people if people else imports.staged
    number = stage(teller.store, later, sha256="1" * 64)
    imports.release(teller.store, number)
    table = customers if people else bills
    with teller.store.transaction() as tx:
        if people:
            tx.connection.execute(delete(customer_keys))
        tx.connection.execute(delete(table).where(table.c.import_id == first))
        put_back = update(table).where(table.c.superseded_by == first)
        tx.connection.execute(put_back.values(standing=None, superseded_by=None))
    name, kind = (RENAMED.customer_no, "customer") if people else ("S2", "bill")
    ((subject, problem),) = findings(teller)
    assert subject == f"SCHOOL01 {name} of import {number}"
    assert problem.startswith(f"the {kind} is again as it was before this import, which is in force")
    # When its rows are tidied, the file can be imported again, which repairs it.
    assert imports.tidy(teller.store, number).counts.overtaken == 1
    assert findings(teller) == set()
