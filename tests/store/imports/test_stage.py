"""Staged rows are hidden until their import is released, and then all visible at once."""

from dataclasses import replace

import pytest

from offline_collect.domain.codes import ResponseCode
from offline_collect.domain.forms import Input, PaymentForm
from offline_collect.domain.imports.identity import BillIdentity, BillMove
from offline_collect.domain.lookup_keys import lookup_key
from offline_collect.merchant.imports.refusal_words import refusal_words
from offline_collect.store import (
    BillRecord,
    Change,
    CustomerRecord,
    ImportKind,
    ImportState,
    bill_details,
    count_customers,
    get_customer,
    preview_bills,
    preview_customers,
    publish_form,
    put_bills,
    put_customers,
    withdrawable_bills,
)
from offline_collect.store.schema.tables import bills, customers
from tests.fakes.bank import NOON
from tests.store import importing as imports
from tests.store.teller import SCHOOL_BILLS
from tests.support.samples import DUE, PUPIL

NEW = BillRecord("N1", PUPIL.customer_no, 500, DUE, period="2026-12")
CHANGED = replace(SCHOOL_BILLS[1], amount_minor=777)
SHOWN = [f"S{n}" for n in (1, 10, 11, 12, 2, 3, 4)]
"""The first bills of the pupil, as a page shows them: of one due date by number."""

GIRL = CustomerRecord("C9", "韩梅梅", {"student_no": "2026030999"})
RENAMED = CustomerRecord(PUPIL.customer_no, "王大明", {"student_no": "2026030777"})


def shown(teller):
    """Return the numbers and payable amounts that the pupil's lookup shows, over all pages."""
    found, cursor = {}, None
    while True:
        (answer,) = teller.read(
            teller.terminal.lookup(teller.now, "SCHOOL01", inputs=(PUPIL.customer_no,), cursor=cursor)
        )
        assert answer.code is ResponseCode.APPROVED
        found |= {record.values["bill_no"]: record.values["total_payable"] for record in answer.records}
        cursor = answer.beyond
        if cursor is None:
            assert answer.values["open_count"] == len(found)
            return found


def one(teller, bill_no):
    """Return the bill in effect as a lane locks it and as a lookup reads it: they must agree."""
    locked = teller.facts(bills={("SCHOOL01", bill_no)}).bills["SCHOOL01", bill_no]
    with teller.store.snapshot() as reading:
        details = bill_details(reading, "SCHOOL01", bill_no)
    assert locked == (None if details is None else details.bill)
    return locked


def found(teller, **values):
    key = ("SCHOOL01", lookup_key(values))
    return [(each.customer_no, each.name) for each in teller.facts(customers={key}).customers[key]]


def test_nothing_of_a_staged_file_is_seen_until_it_is_released_and_then_all(teller):
    before = shown(teller)
    number = imports.staged(teller.store, NEW, CHANGED, withdrawn=["S3"])
    assert shown(teller) == before
    assert (one(teller, "N1"), one(teller, "S2").amount_minor, one(teller, "S3").mark) == (None, 12_345, None)
    imports.release(teller.store, number)
    after = {**before, "N1": 500, "S2": 777}
    del after["S3"]
    assert shown(teller) == after
    assert (one(teller, "N1").version, one(teller, "S2").version) == (1, 2)
    assert one(teller, "S3").mark == "WITHDRAWN"
    rows = teller.count(bills)
    assert imports.tidy(teller.store, number).tidied
    assert shown(teller) == after
    assert (one(teller, "S2").amount_minor, one(teller, "S3").mark) == (777, "WITHDRAWN")
    assert teller.count(bills) == rows
    assert teller.report().whole


@pytest.mark.parametrize("tidied", [False, True])
def test_what_was_released_is_paid_once_whether_tidied_or_not(teller, tidied):
    number = imports.staged(teller.store, NEW, CHANGED)
    imports.release(teller.store, number)
    if tidied:
        imports.tidy(teller.store, number)
    assert teller.pay("S2", 12_345)[1].code is ResponseCode.WRONG_AMOUNT
    assert teller.pay("S2", 777)[1].approved
    assert teller.pay("N1", 500)[1].approved
    assert teller.pay("S2", 777)[1].code is ResponseCode.ALREADY_PAID
    imports.tidy(teller.store, number)
    assert one(teller, "S2").outstanding_minor == 0
    assert teller.report().whole


@pytest.mark.parametrize("tidied", [False, True])
def test_a_change_of_a_bill_that_was_paid_while_it_waited_does_not_take_effect(teller, tidied):
    number = imports.staged(teller.store, NEW, CHANGED, replace(SCHOOL_BILLS[3], amount_minor=5))
    assert teller.pay("S2")[1].approved
    paid, _ = teller.pay("S4")
    assert teller.ask(teller.terminal.reversal(NOON, paid)).approved
    imports.release(teller.store, number)
    if tidied:
        assert imports.tidy(teller.store, number).counts.overtaken == 2
    assert one(teller, "S2").outstanding_minor == 0
    assert one(teller, "S4").amount_minor == 12_345
    assert one(teller, "N1").amount_minor == 500
    assert "S2" not in shown(teller)
    assert imports.tidy(teller.store, number).counts.overtaken == 2
    assert teller.report().whole


def test_a_change_by_hand_overtakes_a_staged_one(teller):
    number = imports.staged(teller.store, CHANGED)
    with teller.store.transaction() as tx:
        (done,) = put_bills(tx, "SCHOOL01", [replace(CHANGED, amount_minor=999)])
    assert done.change is Change.CHANGED
    imports.release(teller.store, number)
    assert one(teller, "S2").amount_minor == 999
    assert imports.tidy(teller.store, number).counts.overtaken == 1
    assert one(teller, "S2").amount_minor == 999
    assert teller.report().whole


def test_staging_and_its_preview_tell_which_bills_move_and_which_customers_are_renamed(teller):
    rows = [NEW, CHANGED, replace(SCHOOL_BILLS[3], customer_no="C9", period="2027-01")]
    with teller.store.transaction() as tx:
        assert count_customers(tx, "SCHOOL01") == 1
        put_customers(tx, "SCHOOL01", [GIRL])
    with teller.store.snapshot() as reading:
        previewed = preview_bills(reading, "SCHOOL01", rows)
        people = preview_customers(reading, "SCHOOL01", [RENAMED, replace(GIRL, mobile="13800000000")])
    number = imports.begin(teller.store)
    assert imports.stage(teller.store, number, *rows) == previewed
    old = SCHOOL_BILLS[3]
    before = BillIdentity(PUPIL.customer_no, old.period, old.due_date, old.description)
    after = before._replace(customer_no="C9", period="2027-01")
    assert [each.move for each in previewed] == [None, None, BillMove(before, after)]
    waits = imports.begin(teller.store, kind=ImportKind.CUSTOMERS)
    staged = imports.stage_people(teller.store, waits, RENAMED, replace(GIRL, mobile="13800000000"))
    assert [each.renamed for each in people] == [each.renamed for each in staged] == [True, False]
    with teller.store.snapshot() as reading:
        assert count_customers(reading, "SCHOOL01") == 2, "what is staged is not in effect"


def test_a_rejected_import_leaves_nothing_and_its_file_may_come_again(teller):
    before, rows = shown(teller), teller.count(bills)
    number = imports.staged(teller.store, NEW, CHANGED, withdrawn=["S3"])
    assert imports.reject(teller.store, number).state is ImportState.REJECTED
    assert shown(teller) == before
    assert imports.tidy(teller.store, number).tidied
    assert teller.count(bills) == rows
    again = imports.staged(teller.store, NEW, CHANGED, withdrawn=["S3"])
    imports.release(teller.store, again)
    imports.tidy(teller.store, again)
    assert one(teller, "S2").amount_minor == 777
    assert teller.report().whole


def test_a_rejected_import_that_was_not_discarded_hinders_nobody(teller):
    rejected = imports.staged(teller.store, NEW, CHANGED)
    imports.reject(teller.store, rejected)
    number = imports.staged(teller.store, replace(NEW, amount_minor=1), replace(CHANGED, amount_minor=2))
    imports.tidy(teller.store, rejected)
    imports.release(teller.store, number)
    imports.tidy(teller.store, number)
    assert (one(teller, "N1").amount_minor, one(teller, "S2").amount_minor) == (1, 2)
    assert teller.report().whole


def test_one_import_a_bill_at_a_time(teller):
    first = imports.staged(teller.store, NEW, CHANGED)
    second = imports.begin(teller.store, sha256="1" * 64)
    outcomes = imports.stage(
        teller.store,
        second,
        replace(NEW, amount_minor=1),
        replace(CHANGED, amount_minor=1),
        SCHOOL_BILLS[1],
        withdrawn=["S2", "S9", "NONE"],
    )
    assert [outcome.change for outcome in outcomes] == [
        Change.REFUSED,
        Change.REFUSED,
        Change.UNCHANGED,
        Change.REFUSED,
        Change.WITHDRAWN,
        Change.REFUSED,
    ]
    assert [refusal_words(outcome.refusal) for outcome in outcomes if outcome.refusal] == [
        f"bill N1: import {first}, which waits, would bring it: release or reject that one first",
        f"bill S2: import {first}, which waits, would change it: release or reject that one first",
        f"bill S2: import {first}, which waits, would change it: release or reject that one first",
        "there is no bill NONE",
    ]
    with teller.store.transaction() as tx:
        (done,) = put_bills(tx, "SCHOOL01", [replace(NEW, amount_minor=1)])
    assert refusal_words(done.refusal) == refusal_words(outcomes[0].refusal)


def test_bills_that_something_was_done_to_are_neither_changed_nor_withdrawn(teller):
    teller.pay("S2")
    number = imports.begin(teller.store)
    stranger = BillRecord("X", "NOBODY", 1, DUE)
    outcomes = imports.stage(teller.store, number, CHANGED, stranger, withdrawn=["S2"])
    assert [refusal_words(outcome.refusal) for outcome in outcomes] == [
        "bill S2 has been paid at least in part and cannot be changed",
        "there is no customer NOBODY: import customers first",
        "bill S2 has been paid at least in part and cannot be withdrawn",
    ]


def test_rows_that_a_released_import_is_not_done_with_are_left_alone(teller):
    first = imports.staged(teller.store, NEW)
    imports.release(teller.store, first)
    second = imports.begin(teller.store, sha256="1" * 64)
    (outcome,) = imports.stage(teller.store, second, replace(NEW, amount_minor=1))
    assert (
        refusal_words(outcome.refusal)
        == f"bill N1: import {first} is just taking effect: try again when it is done"
    )
    imports.tidy(teller.store, first)
    (outcome,) = imports.stage(teller.store, second, replace(NEW, amount_minor=1))
    assert outcome.change is Change.CHANGED


def test_a_preview_says_what_staging_does_and_does_nothing(teller):
    teller.pay("S4")
    records = [NEW, CHANGED, SCHOOL_BILLS[2], replace(SCHOOL_BILLS[3], amount_minor=1)]
    people = [GIRL, RENAMED]
    with teller.store.snapshot() as reading:
        told = preview_bills(reading, "SCHOOL01", records)
        told_of_people = preview_customers(reading, "SCHOOL01", people)
    assert teller.count(customers) == 2
    assert told == imports.stage(teller.store, imports.begin(teller.store), *records)
    number = imports.begin(teller.store, kind=ImportKind.CUSTOMERS)
    assert told_of_people == imports.stage_people(teller.store, number, *people)


def test_withdrawable_are_untouched_bills_of_the_periods_looked_at_bit_by_bit(teller):
    teller.pay("S2")
    with teller.store.transaction() as tx:
        put_bills(tx, "SCHOOL01", [NEW, replace(NEW, bill_no="N2", period=None), CHANGED])
        put_bills(tx, "SCHOOL01", [replace(SCHOOL_BILLS[0], amount_minor=1)])
    imports.staged(teller.store, replace(NEW, bill_no="N3", period="2026-11"))
    with teller.store.snapshot() as reading:
        numbers, steps, after = [], 0, None
        while True:
            page, after = withdrawable_bills(reading, "SCHOOL01", {"2026-11"}, after, 5)
            numbers += page
            steps += 1
            if after is None:
                break
    assert numbers == sorted(f"S{n}" for n in range(1, 13) if n != 2)
    assert steps == 4


def test_customers_are_hidden_until_they_are_released_and_found_by_what_they_have_then(teller):
    number = imports.staged_people(teller.store, GIRL, RENAMED)
    pupil = (PUPIL.customer_no, PUPIL.name)
    assert (found(teller, student_no="2026030999"), found(teller, student_no="2026030777")) == ([], [])
    assert found(teller, **PUPIL.inputs) == [pupil]
    stranger = imports.begin(teller.store)
    (outcome,) = imports.stage(teller.store, stranger, replace(NEW, customer_no="C9"))
    assert outcome.change is Change.REFUSED
    imports.release(teller.store, number)
    for _ in range(2):
        assert found(teller, student_no="2026030999") == [("C9", "韩梅梅")]
        assert found(teller, student_no="2026030777") == [(PUPIL.customer_no, "王大明")]
        assert found(teller, **PUPIL.inputs) == []
        with teller.store.snapshot() as reading:
            assert get_customer(reading, "SCHOOL01", PUPIL.customer_no) == RENAMED
        imports.tidy(teller.store, number)
    assert teller.report().whole


def test_customers_that_wait_are_found_by_a_form_that_was_published_meanwhile(teller):
    named = replace(GIRL, inputs={"student_no": "2026030999", "name": "韩梅梅"})
    number = imports.staged_people(teller.store, named, RENAMED)
    form = PaymentForm(1, "按姓名", (Input("student_no", "学号", "?"), Input("name", "姓名", "?")))
    with teller.store.transaction() as tx:
        publish_form(tx, "SCHOOL01", form, NOON)
    assert found(teller, student_no="2026030999", name="韩梅梅") == []
    imports.release(teller.store, number)
    assert found(teller, student_no="2026030999", name="韩梅梅") == [("C9", "韩梅梅")]
    imports.tidy(teller.store, number)
    assert found(teller, student_no="2026030777") == [(PUPIL.customer_no, "王大明")]


def test_a_customer_changed_by_hand_overtakes_what_waits(teller):
    number = imports.staged_people(teller.store, GIRL, RENAMED)
    with teller.store.transaction() as tx:
        mine, other = put_customers(
            tx, "SCHOOL01", [replace(RENAMED, name="王小小"), replace(GIRL, name="韩")]
        )
    assert mine.change is Change.CHANGED
    assert f"import {number}, which waits, would bring it" in refusal_words(other.refusal)
    imports.release(teller.store, number)
    assert imports.tidy(teller.store, number).counts.overtaken == 1
    with teller.store.snapshot() as reading:
        assert get_customer(reading, "SCHOOL01", PUPIL.customer_no).name == "王小小"
    assert found(teller, student_no="2026030777") == [(PUPIL.customer_no, "王小小")]
    assert teller.report().whole


def test_a_rejected_import_of_customers_leaves_nothing(teller):
    number = imports.staged_people(teller.store, GIRL, RENAMED)
    imports.reject(teller.store, number)
    imports.tidy(teller.store, number)
    assert teller.count(customers) == 2
    assert found(teller, **PUPIL.inputs) == [(PUPIL.customer_no, PUPIL.name)]
    assert teller.report().whole
