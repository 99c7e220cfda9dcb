"""The decision on each row of a file, and what prevents a change or an undo."""

import itertools

import pytest

from offline_collect.domain.bills import BillMark
from offline_collect.domain.imports.life import ImportState
from offline_collect.domain.imports.refusals import (
    BillClaimed,
    BillTouched,
    ChangedSince,
    CustomerClaimed,
    HasBills,
    ImportBusy,
    ImportWaits,
    InputsTaken,
    KeyHolder,
    Touch,
    UnknownBill,
    UnknownCustomer,
)
from offline_collect.domain.imports.rows import (
    NO_CLAIMS,
    BillInEffect,
    Change,
    Claims,
    KnownCustomers,
    claims_of,
    judge_bill,
    judge_customer,
    judge_withdrawal,
    refused,
    touched,
)
from offline_collect.domain.imports.undo import ImportedRow, bill_obstacle, changed_since, customer_obstacle

UNDOING = ImportBusy(3, undoing=True)
WAITS = ImportWaits(4, brings=False)
BUSY = Claims(UNDOING, WAITS)
CLAIMED = Claims(waiting=WAITS)
OPEN = BillInEffect(same=False, mark=None, paid=False)
SAME = BillInEffect(same=True, mark=None, paid=False)
PAID = BillInEffect(same=False, mark=None, paid=True)
MARKED = BillInEffect(same=False, mark=BillMark.WITHDRAWN, paid=True)
C1_THERE = KnownCustomers({"C1"})


def bill(there, claims=NO_CLAIMS, *, customers=C1_THERE, staged=True):
    return judge_bill("B1", "C1", there, claims, customers=customers, staged=staged)


@pytest.mark.parametrize(
    ("there", "claims", "change", "refusal"),
    [
        (None, NO_CLAIMS, Change.NEW, None),
        (OPEN, NO_CLAIMS, Change.CHANGED, None),
        (SAME, BUSY, Change.UNCHANGED, None),
        (None, CLAIMED, Change.REFUSED, BillClaimed("B1", WAITS)),
        (OPEN, CLAIMED, Change.REFUSED, BillClaimed("B1", WAITS)),
        (OPEN, BUSY, Change.REFUSED, BillClaimed("B1", UNDOING)),
        (PAID, NO_CLAIMS, Change.REFUSED, BillTouched("B1", Touch.PAID, withdrawal=False)),
        (MARKED, NO_CLAIMS, Change.REFUSED, BillTouched("B1", Touch.WITHDRAWN, withdrawal=False)),
    ],
)
def test_a_bill_of_an_import_is_taken_or_refused(there, claims, change, refusal):
    found = bill(there, claims)
    assert (found.change, found.refusal) == (change, refusal)


def test_a_bill_needs_its_customer_whatever_else_is_true_of_it():
    for there, claims in itertools.product((None, OPEN, SAME, PAID), (NO_CLAIMS, BUSY)):
        found = bill(there, claims, customers=KnownCustomers({"C2"}, {"C1": "C2"}))
        assert found.refusal == UnknownCustomer("C1", similar="C2")
        assert bill(there, claims, customers=KnownCustomers(())).refusal == UnknownCustomer("C1")
        waiting = KnownCustomers((), waiting={"C1": 7})
        assert bill(there, claims, customers=waiting).refusal == UnknownCustomer("C1", waits=7)


def test_a_change_by_hand_overtakes_what_waits_but_does_not_bring_what_an_import_brings():
    assert bill(OPEN, CLAIMED, staged=False).change is Change.CHANGED
    assert bill(None, CLAIMED, staged=False).refusal == BillClaimed("B1", WAITS)
    assert bill(OPEN, BUSY, staged=False).refusal == BillClaimed("B1", UNDOING)


@pytest.mark.parametrize(
    ("there", "same", "claims", "staged", "change"),
    [
        (False, False, NO_CLAIMS, True, Change.NEW),
        (True, False, NO_CLAIMS, True, Change.CHANGED),
        (True, True, BUSY, True, Change.UNCHANGED),
        (True, False, CLAIMED, True, Change.REFUSED),
        (True, False, CLAIMED, False, Change.CHANGED),
        (False, False, CLAIMED, False, Change.REFUSED),
        (True, False, BUSY, False, Change.REFUSED),
    ],
)
def test_a_customer_is_taken_or_refused(there, same, claims, staged, change):
    found = judge_customer("C1", there=there, same=same, renamed=False, claims=claims, staged=staged)
    refusal = CustomerClaimed("C1", claims.busy or claims.waiting) if change is Change.REFUSED else None
    assert (found.change, found.refusal) == (change, refusal)


@pytest.mark.parametrize(
    ("there", "claims", "refusal"),
    [
        (OPEN, NO_CLAIMS, None),
        (SAME, NO_CLAIMS, None),
        (None, NO_CLAIMS, UnknownBill("B1")),
        (OPEN, CLAIMED, BillClaimed("B1", WAITS)),
        (PAID, NO_CLAIMS, BillTouched("B1", Touch.PAID, withdrawal=True)),
    ],
)
def test_a_bill_that_the_file_lacks_is_withdrawn_while_nothing_was_done_to_it(there, claims, refusal):
    found = judge_withdrawal("B1", there, claims)
    assert found.refusal == refusal
    assert (found.change is Change.WITHDRAWN) == (refusal is None)


@pytest.mark.parametrize("mark", BillMark)
def test_a_mark_is_told_before_a_payment(mark):
    assert touched(BillInEffect(same=False, mark=mark, paid=True)) == Touch(mark.value)
    assert touched(OPEN) is None


@pytest.mark.parametrize(
    ("state", "busy", "waits"),
    [
        (ImportState.STAGING, None, True),
        (ImportState.WAITING, None, True),
        (ImportState.RELEASED, ImportBusy(7, undoing=False), False),
        (ImportState.UNDOING, ImportBusy(7, undoing=True), False),
        (ImportState.REJECTED, None, False),
        (ImportState.UNDONE, None, False),
        (None, None, False),
    ],
)
@pytest.mark.parametrize("there", [True, False])
def test_what_an_import_wants_with_a_number_is_told_by_its_state(state, busy, waits, there):
    found = claims_of([7], {} if state is None else {7: state}, there=there)
    assert found == Claims(busy, ImportWaits(7, brings=not there) if waits else None)


def test_one_import_of_several_is_named_for_each_reason():
    states = {1: ImportState.REJECTED, 2: ImportState.WAITING, 3: ImportState.UNDOING}
    found = claims_of([1, 2, 3], states, there=True)
    assert found == Claims(ImportBusy(3, undoing=True), ImportWaits(2, brings=False))
    assert claims_of([], {}, there=True) == NO_CLAIMS


UNTOUCHED = ImportedRow(False, None, None)
BY_HAND = ImportedRow(True, None, None)


@pytest.mark.parametrize(
    ("row", "changed"),
    [
        (UNTOUCHED, None),
        (BY_HAND, ChangedSince(None)),
        (ImportedRow(True, 9, ImportState.REJECTED), ChangedSince(9)),
        (ImportedRow(False, 9, ImportState.RELEASED), ChangedSince(9)),
        (ImportedRow(False, 9, ImportState.WAITING), ChangedSince(9, waits=True)),
        (ImportedRow(False, 9, ImportState.UNDONE), None),
    ],
)
def test_what_has_changed_a_row_since_stands_in_the_way_of_its_undo(row, changed):
    assert changed_since(row) == changed
    assert bill_obstacle(row, OPEN) == changed
    assert customer_obstacle(row, "C1", new=False, has_bills=False, holder=None) == changed


def test_what_was_done_to_a_bill_since_stands_in_the_way_unless_the_import_did_it():
    assert bill_obstacle(UNTOUCHED, PAID) is Touch.PAID
    assert bill_obstacle(BY_HAND, PAID) == ChangedSince(None)
    withdrawn_by_it = BillInEffect(same=True, mark=BillMark.WITHDRAWN, paid=False)
    assert bill_obstacle(UNTOUCHED, withdrawn_by_it) is None


def test_a_customer_that_was_new_and_has_bills_or_whose_inputs_another_has_is_not_taken_back():
    holder = KeyHolder("C2")
    assert customer_obstacle(UNTOUCHED, "C1", new=True, has_bills=True, holder=holder) == HasBills("C1")
    assert customer_obstacle(UNTOUCHED, "C1", new=True, has_bills=False, holder=None) is None
    assert customer_obstacle(UNTOUCHED, "C1", new=False, has_bills=True, holder=None) is None
    assert customer_obstacle(UNTOUCHED, "C1", new=False, has_bills=True, holder=holder) == InputsTaken(holder)
    assert customer_obstacle(BY_HAND, "C1", new=False, has_bills=True, holder=holder) == ChangedSince(None)


def test_a_row_refused_for_its_lookup_key_names_who_has_it():
    holder = KeyHolder("C2", labels="学号")
    assert refused(holder).key_holder == holder
    assert refused(UnknownBill("B1")).key_holder is None
    assert bill(None).key_holder is None
