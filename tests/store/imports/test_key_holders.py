"""Lookup keys stay unique: by hand, in files, while imports wait, are released and undone."""

from dataclasses import replace

import pytest
from sqlalchemy import update

from offline_collect.domain.forms import Input, PaymentForm
from offline_collect.merchant.imports.refusal_words import refusal_words
from offline_collect.store import (
    Change,
    Clash,
    CustomerRecord,
    ImportKind,
    ImportState,
    get_customer,
    preview_customers,
    publish_form,
    put_customers,
    release_clashes,
)
from offline_collect.store.schema.tables import customers
from tests.fakes.bank import NOON
from tests.store import importing as imports
from tests.store.imports.test_stage import GIRL, RENAMED, found
from tests.support.samples import PUPIL
from tests.support.twins import put_twins

OTHER = CustomerRecord("C8", "李雷", {"student_no": "2026030888"})
TWIN = replace(OTHER, customer_no="1", inputs=GIRL.inputs)
SAME = "has the same 学号 as customer"


def put(teller, *records):
    with teller.store.transaction() as tx:
        return [
            str(refusal_words(each.refusal)) if each.refusal else each.change
            for each in put_customers(tx, "SCHOOL01", records)
        ]


def stage(teller, *records, number=None, sha256="0" * 64):
    """Stage customers; return the import's number and the outcome of each."""
    number = number or imports.begin(teller.store, kind=ImportKind.CUSTOMERS, sha256=sha256)
    outcomes = imports.stage_people(teller.store, number, *records)
    return number, [str(refusal_words(each.refusal)) if each.refusal else each.change for each in outcomes]


def clashes(teller, number):
    with teller.store.snapshot() as reading:
        return list(release_clashes(reading, number))


def test_inputs_that_another_has_are_refused_by_hand(teller):
    assert put(teller, GIRL) == [Change.NEW]
    assert put(teller, TWIN, OTHER) == [f"{SAME} C9", Change.NEW]
    assert put(teller, replace(OTHER, inputs=GIRL.inputs)) == [f"{SAME} C9"]
    with teller.store.snapshot() as reading:
        assert get_customer(reading, "SCHOOL01", "1") is None
        assert get_customer(reading, "SCHOOL01", "C8") == OTHER
    assert put(teller, replace(OTHER, customer_no="7")) == [f"{SAME} C8"]


def test_of_two_in_a_file_the_second_is_refused_in_the_same_chunk_and_later(teller):
    number, done = stage(teller, GIRL, TWIN)
    assert done == [Change.NEW, f"{SAME} C9"]
    assert stage(teller, replace(TWIN, customer_no="2"), number=number)[1] == [f"{SAME} C9"]


def test_customers_of_a_chunk_may_exchange_their_inputs(teller):
    put(teller, GIRL, OTHER)
    swapped = [replace(GIRL, inputs=OTHER.inputs), replace(OTHER, inputs=GIRL.inputs)]
    number, done = stage(teller, *swapped)
    assert done == [Change.CHANGED, Change.CHANGED]
    imports.finish(teller.store, number)
    assert clashes(teller, number) == []
    imports.release(teller.store, number)
    assert found(teller, **GIRL.inputs) == [("C8", "李雷")]
    imports.tidy(teller.store, number)
    imports.undo(teller.store, number)
    assert found(teller, **GIRL.inputs) == [("C9", GIRL.name)]
    assert put(teller, *swapped) == [Change.CHANGED, Change.CHANGED]
    assert found(teller, **GIRL.inputs) == [("C8", "李雷")]


def test_who_is_refused_keeps_what_others_counted_on(teller):
    put(teller, GIRL, OTHER)
    chain = [replace(GIRL, inputs=OTHER.inputs), replace(OTHER, inputs=PUPIL.inputs)]
    assert put(teller, *chain) == [f"{SAME} C8", f"{SAME} {PUPIL.customer_no}"]


def test_inputs_that_an_earlier_chunk_gave_up_are_free(teller):
    put(teller, GIRL)
    number, _ = stage(teller, replace(GIRL, inputs=RENAMED.inputs))
    assert stage(teller, TWIN, number=number)[1] == [Change.NEW]
    assert put(teller, replace(OTHER, inputs=GIRL.inputs)) == [f"{SAME} C9"]


def test_inputs_that_a_waiting_import_gives_somebody_are_not_given_to_another(teller):
    number, _ = stage(teller, GIRL)
    imports.finish(teller.store, number)
    waits = f"{SAME} C9 of import {number}, which waits: release or reject that one first"
    assert put(teller, TWIN) == [waits]
    assert stage(teller, TWIN, sha256="1" * 64)[1] == [waits]
    imports.reject(teller.store, number)
    assert put(teller, TWIN) == [Change.NEW]
    assert imports.tidy(teller.store, number).state is ImportState.REJECTED


def test_inputs_that_a_customer_has_and_an_import_would_take_cannot_be_kept_by_hand(teller):
    """That change by hand would overtake the import's change, but not the keys of the other customer."""
    put(teller, GIRL)
    number, done = stage(teller, replace(GIRL, inputs=OTHER.inputs), TWIN)
    assert done == [Change.CHANGED, Change.NEW]
    imports.finish(teller.store, number)
    assert put(teller, replace(GIRL, name="韩小梅")) == [
        f"{SAME} 1 of import {number}, which waits: release or reject that one first"
    ]
    assert put(teller, replace(GIRL, inputs=PUPIL.inputs)) == [f"{SAME} {PUPIL.customer_no}"]


def test_what_is_overtaken_or_not_tidied_yet_holds_nothing(teller):
    put(teller, GIRL)
    number, _ = stage(teller, replace(GIRL, inputs=OTHER.inputs))
    imports.finish(teller.store, number)
    put(teller, replace(GIRL, name="韩小梅"))
    assert put(teller, OTHER) == [Change.NEW]
    imports.release(teller.store, number)
    assert imports.tidy(teller.store, number).counts.overtaken == 1
    assert found(teller, **OTHER.inputs) == [("C8", "李雷")]


def test_inputs_that_a_release_took_away_are_free_before_it_is_tidied(teller):
    put(teller, GIRL)
    number, _ = stage(teller, replace(GIRL, inputs=OTHER.inputs))
    imports.finish(teller.store, number)
    imports.release(teller.store, number)
    assert put(teller, TWIN) == [Change.NEW]
    assert put(teller, replace(TWIN, customer_no="2", inputs=OTHER.inputs)) == [f"{SAME} C9"]
    imports.tidy(teller.store, number)
    imports.start_undo(teller.store, number)
    assert imports.mark(teller.store, number) == [
        ("C9", "customer 1 has its former inputs by now: change that one first")
    ]


def test_inputs_that_an_undo_is_to_bring_back_are_refused(teller):
    put(teller, GIRL)
    number, _ = stage(teller, replace(GIRL, inputs=OTHER.inputs))
    imports.finish(teller.store, number)
    imports.release(teller.store, number)
    imports.tidy(teller.store, number)
    imports.start_undo(teller.store, number)
    assert imports.mark(teller.store, number) == []
    assert put(teller, TWIN) == [
        f"{SAME} C9, which import {number} brings back that is just being undone: try again when it is done"
    ]
    imports.finish_undoing(teller.store, number)
    assert put(teller, TWIN) == [f"{SAME} C9"]


def test_an_undo_does_not_bring_back_what_waits_for_another(teller):
    put(teller, GIRL)
    number, _ = stage(teller, replace(GIRL, inputs=OTHER.inputs))
    imports.finish(teller.store, number)
    imports.release(teller.store, number)
    imports.tidy(teller.store, number)
    waiting, _ = stage(teller, TWIN, sha256="1" * 64)
    imports.finish(teller.store, waiting)
    imports.start_undo(teller.store, number)
    assert imports.mark(teller.store, number) == [
        ("C9", f"import {waiting}, which waits, gives its former inputs to customer 1: reject that first")
    ]


def test_customers_that_share_their_inputs_already_can_be_changed(teller):
    with teller.store.transaction() as tx:
        put_twins(tx, "SCHOOL01", GIRL, TWIN)
    assert put(teller, replace(GIRL, mobile="13800000000")) == [Change.CHANGED]
    assert stage(teller, replace(TWIN, mobile="13800000000"), OTHER)[1] == [Change.CHANGED, Change.NEW]
    assert put(teller, GIRL) == [Change.CHANGED]


def test_a_preview_sees_what_a_file_has_staged(teller):
    put(teller, GIRL)
    number, _ = stage(teller, replace(GIRL, inputs=RENAMED.inputs))
    with teller.store.snapshot() as reading:
        (done,) = preview_customers(reading, "SCHOOL01", [TWIN], number)
        (alone,) = preview_customers(reading, "SCHOOL01", [TWIN])
    assert (done.change, str(refusal_words(alone.refusal))) == (Change.NEW, f"{SAME} C9")


@pytest.mark.parametrize("kept", [False, True])
def test_a_form_that_was_published_while_an_import_waited_is_looked_at_again(teller, kept):
    """It finds customers by class; the import's pupil would be one of two in that class."""
    in_class = [replace(each, inputs={**each.inputs, "class": "3"}) for each in (OTHER, GIRL)]
    with teller.store.transaction() as tx:
        both = (Input("student_no", "学号", "?"), Input("class", "班级", "?"))
        publish_form(tx, "SCHOOL01", PaymentForm(1, "缴费", both), NOON)
    put(teller, in_class[0])
    if kept:
        put(teller, in_class[1])
    number, done = stage(teller, replace(in_class[1], name="韩小梅"))
    assert done == [Change.CHANGED if kept else Change.NEW]
    imports.finish(teller.store, number)
    assert clashes(teller, number) == []
    with teller.store.transaction() as tx:
        publish_form(tx, "SCHOOL01", PaymentForm(1, "缴费", (Input("class", "班级", "?"),)), NOON)
    assert clashes(teller, number) == ([] if kept else [Clash("C8", "C9", "班级")])
    with teller.store.transaction() as tx:
        publish_form(tx, "SCHOOL01", PaymentForm(1, "缴费", (Input("student_no", "学号", "?"),)), NOON)
    # The former form still finds both, but terminals are to ask for the new one.
    assert clashes(teller, number) == []


def test_what_an_earlier_program_staged_is_looked_at_before_it_is_released(teller):
    put(teller, GIRL)
    number, _ = stage(teller, OTHER)
    imports.finish(teller.store, number)
    with teller.store.transaction() as tx:
        put_twins(tx, "SCHOOL01", replace(TWIN, inputs=OTHER.inputs))
    assert clashes(teller, number) == [Clash("1", "C8", "学号")]
    with teller.store.transaction() as tx:
        gone = update(customers).where(customers.c.customer_no == "1").values(standing="FORMER")
        tx.connection.execute(gone)
    assert clashes(teller, number) == []


def test_bills_have_no_lookup_keys(teller):
    assert clashes(teller, imports.begin(teller.store)) == []


def test_the_merchant_s_first_form_comes_before_any_key(teller):
    with teller.store.transaction() as tx:
        tx.connection.exec_driver_sql(
            "UPDATE merchants SET form_version = NULL WHERE merchant_id = 'SCHOOL01'"
        )
    assert put(teller, GIRL, TWIN) == [Change.NEW, Change.NEW]
