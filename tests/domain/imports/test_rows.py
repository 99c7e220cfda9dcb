"""What is done with a row that somebody hands over, and what keeps it, or an undo, from being done."""

import itertools

import pytest

from offline_collect.domain.bills import BillMark
from offline_collect.domain.imports.life import ImportState
from offline_collect.domain.imports.rows import (
    NO_CLAIMS,
    BillInEffect,
    Change,
    Claims,
    Twin,
    claims_of,
    judge_bill,
    judge_customer,
    judge_withdrawal,
    touched,
)
from offline_collect.domain.imports.undo import ImportedRow, bill_touched_since, changed_since, held_by
from offline_collect.domain.phrases import Phrase

BUSY = Claims(busy=Phrase("is busy"), claimed=Phrase("is claimed"))
CLAIMED = Claims(claimed=Phrase("is claimed"))
OPEN = BillInEffect(same=False, mark=None, paid=False)
SAME = BillInEffect(same=True, mark=None, paid=False)
PAID = BillInEffect(same=False, mark=None, paid=True)
MARKED = BillInEffect(same=False, mark=BillMark.WITHDRAWN, paid=True)


def bill(there, claims=NO_CLAIMS, *, customer_there=True, staged=True):
    return judge_bill("B1", "C1", there, claims, customer_there=customer_there, staged=staged)


@pytest.mark.parametrize(
    ("there", "claims", "change", "reason"),
    [
        (None, NO_CLAIMS, Change.NEW, None),
        (OPEN, NO_CLAIMS, Change.CHANGED, None),
        (SAME, BUSY, Change.UNCHANGED, None),
        (None, CLAIMED, Change.REFUSED, "bill B1: is claimed"),
        (OPEN, CLAIMED, Change.REFUSED, "bill B1: is claimed"),
        (OPEN, BUSY, Change.REFUSED, "bill B1: is busy"),
        (PAID, NO_CLAIMS, Change.REFUSED, "bill B1 has been paid at least in part and cannot be changed"),
        (MARKED, NO_CLAIMS, Change.REFUSED, "bill B1 is WITHDRAWN and cannot be changed"),
    ],
)
def test_a_bill_of_an_import_is_taken_or_refused(there, claims, change, reason):
    found = bill(there, claims)
    assert (found.change, found.reason) == (change, reason)


def test_a_bill_needs_its_customer_whatever_else_is_true_of_it():
    for there, claims in itertools.product((None, OPEN, SAME, PAID), (NO_CLAIMS, BUSY)):
        found = bill(there, claims, customer_there=False)
        assert found.reason == "there is no customer C1: import customers first"


def test_a_change_by_hand_overtakes_what_waits_but_does_not_bring_what_an_import_brings():
    assert bill(OPEN, CLAIMED, staged=False).change is Change.CHANGED
    assert bill(None, CLAIMED, staged=False).reason == "bill B1: is claimed"
    assert bill(OPEN, BUSY, staged=False).reason == "bill B1: is busy"


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
    assert judge_customer("C1", there=there, same=same, claims=claims, staged=staged).change is change


@pytest.mark.parametrize(
    ("there", "claims", "reason", "claimed"),
    [
        (OPEN, NO_CLAIMS, None, False),
        (SAME, NO_CLAIMS, None, False),
        (None, NO_CLAIMS, "there is no bill B1", False),
        (OPEN, CLAIMED, "bill B1: is claimed", True),
        (PAID, NO_CLAIMS, "bill B1 has been paid at least in part and cannot be withdrawn", False),
    ],
)
def test_a_bill_that_the_file_lacks_is_withdrawn_while_nothing_was_done_to_it(there, claims, reason, claimed):
    found = judge_withdrawal("B1", there, claims)
    assert (found.reason, found.claimed) == (reason, claimed)
    assert (found.change is Change.WITHDRAWN) == (reason is None)


@pytest.mark.parametrize("mark", BillMark)
def test_a_mark_is_told_before_a_payment(mark):
    assert touched(BillInEffect(same=False, mark=mark, paid=True)) == f"is {mark.value}"
    assert touched(OPEN) is None


@pytest.mark.parametrize(
    ("state", "busy", "claimed"),
    [
        (ImportState.STAGING, None, "waits"),
        (ImportState.WAITING, None, "waits"),
        (ImportState.RELEASED, "just taking effect", None),
        (ImportState.UNDOING, "just being undone", None),
        (ImportState.REJECTED, None, None),
        (ImportState.UNDONE, None, None),
        (None, None, None),
    ],
)
@pytest.mark.parametrize("there", [True, False])
def test_what_an_import_wants_with_a_number_is_told_by_its_state(state, busy, claimed, there):
    found = claims_of([7], {} if state is None else {7: state}, there=there)
    assert (found.busy is None) == (busy is None)
    assert busy is None or busy in found.busy
    verb = "would change it" if there else "would bring it"
    assert found.claimed == (
        claimed and f"import 7, which {claimed}, {verb}: release or reject that one first"
    )


def test_one_import_of_several_is_named_for_each_reason():
    states = {1: ImportState.REJECTED, 2: ImportState.WAITING, 3: ImportState.UNDOING}
    found = claims_of([1, 2, 3], states, there=True)
    assert "import 3" in found.busy
    assert "import 2" in found.claimed
    assert claims_of([], {}, there=True) == NO_CLAIMS


@pytest.mark.parametrize(
    ("row", "told"),
    [
        (ImportedRow(False, None, None), None),
        (ImportedRow(True, None, None), "was changed by hand since"),
        (ImportedRow(True, 9, ImportState.REJECTED), "was changed by import 9 since: undo that first"),
        (ImportedRow(False, 9, ImportState.RELEASED), "was changed by import 9 since: undo that first"),
        (
            ImportedRow(False, 9, ImportState.WAITING),
            "is to be changed by import 9, which waits: reject that first",
        ),
        (ImportedRow(False, 9, ImportState.UNDONE), None),
    ],
)
def test_what_has_changed_a_row_since_stands_in_the_way_of_its_undo(row, told):
    assert changed_since(row) == told


def test_what_was_done_to_a_bill_since_stands_in_the_way_unless_the_import_did_it():
    assert bill_touched_since(OPEN) is None
    assert bill_touched_since(PAID) == "has been paid at least in part"
    withdrawn_by_it = BillInEffect(same=True, mark=BillMark.WITHDRAWN, paid=False)
    assert bill_touched_since(withdrawn_by_it) is None


@pytest.mark.parametrize(
    ("twin", "told"),
    [
        (Twin("C2"), "customer C2 has its former inputs by now: change that one first"),
        (
            Twin("C2", import_id=4, undoing=True),
            "import 4, which is just being undone, gives its inputs to C2",
        ),
        (
            Twin("C2", import_id=4),
            "import 4, which waits, gives its former inputs to customer C2: reject that first",
        ),
    ],
)
def test_who_has_a_customers_former_inputs_is_named(twin, told):
    assert held_by(twin) == told


def test_a_twin_of_the_file_or_of_an_import_is_not_in_effect_yet():
    assert Twin("C2").in_effect
    assert not Twin("C2", in_file=True).in_effect
    assert not Twin("C2", import_id=4).in_effect
