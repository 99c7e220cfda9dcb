"""Undoing an import: all of it or nothing, and never to the harm of a payer."""

from dataclasses import replace

import pytest
from sqlalchemy import update

from offline_collect.domain.codes import ResponseCode
from offline_collect.merchant.imports.refusal_words import refusal_words
from offline_collect.store import (
    ImportState,
    LaterImport,
    WrongStateError,
    later_imports,
    put_bills,
    put_customers,
)
from offline_collect.store.schema.tables import bills, customers
from tests.fakes.bank import DAY, NOON
from tests.store import importing as imports
from tests.store.imports.test_stage import CHANGED, GIRL, NEW, RENAMED, found, one, shown
from tests.store.teller import SCHOOL_BILLS
from tests.support.one_debit import put_in_batch
from tests.support.samples import PUPIL

MORE = [replace(NEW, bill_no=f"N{n}") for n in range(2, 7)]


def released(store, *records, **more):
    number = imports.staged(store, *records, **more)
    imports.release(store, number)
    imports.tidy(store, number)
    return number


def test_an_undone_import_leaves_all_as_it_was(teller):
    before, rows = shown(teller), teller.count(bills)
    number = released(teller.store, NEW, CHANGED, *MORE, withdrawn=["S3"])
    during = shown(teller)
    imports.start_undo(teller.store, number)
    assert imports.mark(teller.store, number) == []
    assert shown(teller) == during
    assert imports.finish_undoing(teller.store, number).state is ImportState.UNDONE
    for _ in range(2):
        assert shown(teller) == before
        assert (one(teller, "N1"), one(teller, "S2").amount_minor, one(teller, "S3").mark) == (
            None,
            12_345,
            None,
        )
        assert imports.tidy(teller.store, number).tidied
    assert teller.count(bills) == rows
    assert teller.report().whole
    again = released(teller.store, NEW, CHANGED)
    assert one(teller, "S2").amount_minor == 777
    assert imports.undo(teller.store, again).state is ImportState.UNDONE


@pytest.mark.parametrize("paid", ["N1", "S2"])
@pytest.mark.parametrize("marked", [False, True])
def test_a_payment_ends_an_undo_or_stands_in_its_way(teller, paid, marked):
    number = released(teller.store, NEW, CHANGED, *MORE)
    imports.start_undo(teller.store, number)
    if marked:
        assert imports.mark(teller.store, number) == []
    assert teller.pay(paid, 500 if paid == "N1" else 777)[1].approved
    if marked:
        with pytest.raises(WrongStateError, match=f"import {number} is RELEASED, not UNDOING"):
            imports.finish_undoing(teller.store, number)
    else:
        assert imports.mark(teller.store, number) == [(paid, "has been paid at least in part")]
    assert imports.cancel(teller.store, number).state is ImportState.RELEASED
    assert imports.tidy(teller.store, number).tidied
    assert one(teller, paid).outstanding_minor == 0
    assert {"N2", "N6"} < shown(teller).keys()
    assert teller.report().whole


def test_whoever_only_looks_at_a_bill_ends_no_undo(teller):
    number = released(teller.store, CHANGED)
    imports.start_undo(teller.store, number)
    assert imports.mark(teller.store, number) == []
    assert one(teller, "S2").amount_minor == 777
    assert teller.pay("S2", 1)[1].code is ResponseCode.WRONG_AMOUNT
    assert shown(teller)["S2"] == 777


def test_an_undo_is_not_finished_before_all_rows_were_looked_at(teller):
    number = released(teller.store, NEW, CHANGED)
    imports.start_undo(teller.store, number)
    with pytest.raises(WrongStateError, match="not all of its rows"):
        imports.finish_undoing(teller.store, number)


def test_an_undo_that_was_killed_begins_anew(teller):
    number = released(teller.store, NEW, CHANGED, *MORE)
    imports.start_undo(teller.store, number)
    imports.mark(teller.store, number)
    assert imports.undo(teller.store, number).state is ImportState.UNDONE
    assert one(teller, "S2").amount_minor == 12_345
    assert teller.report().whole


def test_what_was_done_to_a_bill_since_stands_in_the_way(teller):
    number = released(teller.store, NEW, CHANGED, *MORE, withdrawn=["S3"])
    later = released(teller.store, replace(MORE[0], amount_minor=1), sha256="1" * 64)
    waiting = imports.staged(teller.store, replace(MORE[1], amount_minor=1), sha256="2" * 64)
    with teller.store.transaction() as tx:
        put_bills(tx, "SCHOOL01", [replace(MORE[2], amount_minor=1)])
        put_in_batch(tx, "SCHOOL01", "N5", DAY, NOON)
    imports.start_undo(teller.store, number)
    obstacles = []
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(imports, "MOST", 100)
        obstacles = imports.mark(teller.store, number)
    assert sorted(obstacles) == [
        ("N2", f"was changed by import {later} since: undo that first"),
        ("N3", f"is to be changed by import {waiting}, which waits: reject that first"),
        ("N4", "was changed by hand since"),
        ("N5", "is IN_BATCH"),
    ]
    imports.cancel(teller.store, number)
    imports.tidy(teller.store, number)
    assert teller.report().whole


def test_imports_are_undone_one_after_the_other(teller):
    first = released(teller.store, CHANGED)
    second = released(teller.store, replace(CHANGED, amount_minor=888), sha256="1" * 64)
    assert one(teller, "S2").version == 3
    imports.undo(teller.store, second)
    assert one(teller, "S2").amount_minor == 777
    imports.undo(teller.store, first)
    assert one(teller, "S2").amount_minor == 12_345
    assert teller.report().whole


def test_a_bill_that_was_paid_and_reversed_is_taken_back_but_stays_for_its_payments(teller):
    number = released(teller.store, NEW)
    paid, _ = teller.pay("N1", 500)
    assert teller.ask(teller.terminal.reversal(NOON, paid)).approved
    rows = teller.count(bills)
    imports.undo(teller.store, number)
    assert one(teller, "N1") is None
    assert teller.pay("N1", 500)[1].code is ResponseCode.NOT_FOUND
    assert teller.count(bills) == rows
    released(teller.store, NEW, sha256="1" * 64)
    assert one(teller, "N1").version == 2
    assert teller.report().whole


def test_rows_of_an_import_that_is_being_undone_are_left_alone(teller):
    number = released(teller.store, NEW, CHANGED)
    imports.start_undo(teller.store, number)
    imports.mark(teller.store, number)
    with teller.store.transaction() as tx:
        (done,) = put_bills(tx, "SCHOOL01", [replace(CHANGED, amount_minor=1)])
    assert refusal_words(done.refusal) == (
        f"bill S2: import {number} is just being undone: try again when it is done; if that was interrupted,"
        f" `offline-collect imports undo {number}` goes on with it"
    )
    imports.finish_undoing(teller.store, number)


def test_customers_are_taken_back_with_what_they_were_found_by(teller):
    number = imports.staged_people(teller.store, GIRL, RENAMED)
    imports.release(teller.store, number)
    imports.tidy(teller.store, number)
    imports.start_undo(teller.store, number)
    assert imports.mark(teller.store, number) == []
    assert found(teller, student_no="2026030777") == [(PUPIL.customer_no, "王大明")]
    assert found(teller, **PUPIL.inputs) == []
    imports.finish_undoing(teller.store, number)
    for _ in range(2):
        assert found(teller, **PUPIL.inputs) == [(PUPIL.customer_no, PUPIL.name)]
        assert (found(teller, student_no="2026030777"), found(teller, student_no="2026030999")) == ([], [])
        imports.tidy(teller.store, number)
    assert teller.count(customers) == 2
    assert teller.report().whole


def test_an_undo_of_customers_that_is_given_up_leaves_them_as_they_are(teller):
    number = imports.staged_people(teller.store, GIRL, RENAMED)
    imports.release(teller.store, number)
    imports.tidy(teller.store, number)
    imports.start_undo(teller.store, number)
    imports.mark(teller.store, number)
    imports.cancel(teller.store, number)
    imports.tidy(teller.store, number)
    assert found(teller, student_no="2026030777") == [(PUPIL.customer_no, "王大明")]
    assert found(teller, **PUPIL.inputs) == []
    assert teller.report().whole


def test_customers_that_have_bills_or_were_changed_since_stay(teller):
    number = imports.staged_people(teller.store, GIRL, RENAMED)
    imports.release(teller.store, number)
    imports.tidy(teller.store, number)
    with teller.store.transaction() as tx:
        put_bills(tx, "SCHOOL01", [replace(NEW, customer_no="C9")])
        put_customers(tx, "SCHOOL01", [replace(RENAMED, name="王小小")])
    imports.start_undo(teller.store, number)
    assert imports.mark(teller.store, number) == [
        ("C9", "has bills by now"),
        (PUPIL.customer_no, "was changed by hand since"),
    ]


def test_bills_of_a_customer_that_is_being_undone_are_refused(teller):
    number = imports.staged_people(teller.store, GIRL)
    imports.release(teller.store, number)
    imports.tidy(teller.store, number)
    imports.start_undo(teller.store, number)
    imports.mark(teller.store, number)
    (outcome,) = imports.stage(teller.store, imports.begin(teller.store), replace(NEW, customer_no="C9"))
    assert refusal_words(outcome.refusal) == "there is no customer C9: import customers first"


def test_only_what_is_released_and_settled_is_undone(teller):
    number = imports.staged(teller.store, NEW)
    with pytest.raises(WrongStateError, match="is WAITING"):
        imports.start_undo(teller.store, number)
    imports.release(teller.store, number)
    with pytest.raises(WrongStateError, match="still taking effect"):
        imports.start_undo(teller.store, number)
    imports.tidy(teller.store, number)
    imports.start_undo(teller.store, number)


def test_an_import_that_changed_nothing_cannot_be_undone(teller):
    number = imports.begin(teller.store)
    imports.stage(teller.store, number, SCHOOL_BILLS[0])
    imports.finish(teller.store, number, 0)
    imports.release(teller.store, number)
    imports.tidy(teller.store, number)
    with pytest.raises(WrongStateError, match="changed nothing"):
        imports.start_undo(teller.store, number)


def with_a_later_one(store, first, second, *, people=False, later="released"):
    """Return two imports of the same rows; a killed process left the second one before it was tidied."""
    stage = imports.staged_people if people else imports.staged
    number = stage(store, first, sha256="1" * 64)
    imports.release(store, number)
    imports.tidy(store, number)
    after = stage(store, second, sha256="2" * 64)
    if later != "waits":
        imports.release(store, after)
    if later == "undoing":
        imports.tidy(store, after)
        imports.start_undo(store, after)
        assert imports.mark(store, after) == []
    return number, after


@pytest.mark.parametrize(
    ("first", "second", "people", "name"),
    [
        (CHANGED, replace(CHANGED, amount_minor=888), False, "S2"),
        (NEW, replace(NEW, amount_minor=888), False, "N1"),
        (RENAMED, replace(RENAMED, name="王小小"), True, PUPIL.customer_no),
        (GIRL, replace(GIRL, name="韩小梅"), True, "C9"),
    ],
)
@pytest.mark.parametrize("later", ["released", "undoing"])
def test_nothing_is_taken_away_under_a_later_import_in_force(teller, first, second, people, name, later):
    number, after = with_a_later_one(teller.store, first, second, people=people, later=later)
    imports.start_undo(teller.store, number)
    assert imports.mark(teller.store, number) == [
        (name, f"was changed by import {after} since: undo that first")
    ]
    imports.cancel(teller.store, number)
    imports.tidy(teller.store, number)
    assert teller.report().whole
    if later == "undoing":
        imports.finish_undoing(teller.store, after)
    else:
        imports.tidy(teller.store, after)
        imports.start_undo(teller.store, after)
        assert imports.mark(teller.store, after) == []
        imports.finish_undoing(teller.store, after)
    # An undone import is no obstacle, although its rows still exist.
    imports.undo(teller.store, number)
    imports.tidy(teller.store, after)
    assert teller.report().whole


@pytest.mark.parametrize(("later", "waits"), [("released", False), ("undoing", False), ("waits", True)])
@pytest.mark.parametrize("people", [False, True])
def test_later_imports_are_named_with_the_count_of_their_rows(teller, later, waits, people):
    first, second = (
        (RENAMED, replace(RENAMED, name="王小小")) if people else (CHANGED, replace(CHANGED, amount_minor=1))
    )
    number, after = with_a_later_one(teller.store, first, second, people=people, later=later)
    with teller.store.snapshot() as reading:
        (found,) = later_imports(reading, number, 5)
        assert later_imports(reading, after, 5) == []
    name = PUPIL.customer_no if people else "S2"
    assert found == LaterImport(after, waits, 1, (name,))


@pytest.mark.parametrize("people", [False, True])
def test_what_a_waiting_import_was_to_replace_stays_for_it(teller, people):
    """It was changed by hand since, so the waiting import does not prevent the undo."""
    first, second = (GIRL, replace(GIRL, name="韩小梅")) if people else (NEW, replace(NEW, amount_minor=1))
    number, waiting = with_a_later_one(teller.store, first, second, people=people, later="waits")
    table = customers if people else bills
    with teller.store.transaction() as tx:
        tx.connection.execute(update(table).where(table.c.import_id == number).values(superseded_by=None))
    imports.undo(teller.store, number)
    imports.release(teller.store, waiting)
    assert teller.report().whole
    assert imports.tidy(teller.store, waiting).counts.overtaken == 1
    assert found(teller, **GIRL.inputs) == []
    assert one(teller, "N1") is None
    assert teller.report().whole
