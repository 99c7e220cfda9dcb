"""Each refusal of a row, and each obstacle of an undo, in English and Chinese."""

import pytest

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
from offline_collect.merchant.imports.refusal_words import refusal_words, undo_words
from offline_collect.translations import Language, catalogue

CHINESE = catalogue(Language.ZH)
HOLDER = KeyHolder("C2", labels="学号")
WAITING = KeyHolder("C2", labels="学号", import_id=4)
UNDOING = KeyHolder("C2", labels="学号", import_id=4, undoing=True)

ROWS = [
    (UnknownCustomer("C1"), "there is no customer C1: import customers first"),
    (
        UnknownCustomer("42", similar="00000042"),
        "there is no customer 42, but there is 00000042: write the number with the same leading zeros",
    ),
    (
        UnknownCustomer("42", "00000042", 7),
        "there is no customer 42 yet: customers import 7 waits: have it released first",
    ),
    (UnknownBill("B1"), "there is no bill B1"),
    (
        BillClaimed("B1", ImportBusy(4, undoing=True)),
        (
            "bill B1: import 4 is just being undone: try again when it is done; if that was interrupted,"
            " `offline-collect imports undo 4` goes on with it"
        ),
    ),
    (
        CustomerClaimed("C1", ImportBusy(4, undoing=False)),
        "customer C1: import 4 is just taking effect: try again when it is done",
    ),
    (
        BillClaimed("B1", ImportWaits(4, brings=True)),
        "bill B1: import 4, which waits, would bring it: release or reject that one first",
    ),
    (
        CustomerClaimed("C1", ImportWaits(4, brings=False)),
        "customer C1: import 4, which waits, would change it: release or reject that one first",
    ),
    (
        BillTouched("B1", Touch.PAID, withdrawal=False),
        "bill B1 has been paid at least in part and cannot be changed",
    ),
    (BillTouched("B1", Touch.IN_BATCH, withdrawal=True), "bill B1 is IN_BATCH and cannot be withdrawn"),
    (HOLDER, "has the same 学号 as customer C2"),
    (
        WAITING,
        "has the same 学号 as customer C2 of import 4, which waits: release or reject that one first",
    ),
    (
        UNDOING,
        (
            "has the same 学号 as customer C2, which import 4 brings back that is just being undone:"
            " try again when it is done"
        ),
    ),
]

UNDOS = [
    (ChangedSince(None), "was changed by hand since"),
    (ChangedSince(9), "was changed by import 9 since: undo that first"),
    (ChangedSince(9, waits=True), "is to be changed by import 9, which waits: reject that first"),
    (Touch.WITHDRAWN, "is WITHDRAWN"),
    (HasBills("C1"), "has bills by now"),
    (InputsTaken(HOLDER), "customer C2 has its former inputs by now: change that one first"),
    (InputsTaken(UNDOING), "import 4, which is just being undone, gives its inputs to C2"),
    (
        InputsTaken(WAITING),
        "import 4, which waits, gives its former inputs to customer C2: reject that first",
    ),
]


@pytest.mark.parametrize(("refusal", "words"), ROWS)
def test_a_refusal_in_words(refusal, words):
    said = refusal_words(refusal)
    assert said == words
    assert said.said(CHINESE) != words, "no Chinese for it"


@pytest.mark.parametrize(("obstacle", "words"), UNDOS)
def test_an_obstacle_in_words(obstacle, words):
    said = undo_words(obstacle)
    assert said == words
    assert said.said(CHINESE) != words, "no Chinese for it"
