"""The register of imports: which files are accepted, what a killed process left, what is stored of each import."""

from dataclasses import replace

import pytest

from offline_collect.merchant.imports.refusal_words import refusal_words
from offline_collect.store import (
    AlreadyExistsError,
    BillRecord,
    ImportCounts,
    ImportKind,
    ImportState,
    NotFoundError,
    WrongStateError,
    begin_import,
    find_import,
    imports_to_tidy,
    list_imports,
)
from tests.fakes.bank import NOON
from tests.store import importing as imports
from tests.store.teller import SCHOOL_BILLS
from tests.support.samples import DUE, PUPIL

NEW = BillRecord("N1", PUPIL.customer_no, 500, DUE, period="2026-12")
CHANGED = replace(SCHOOL_BILLS[1], amount_minor=777)


def test_the_same_file_is_barred_while_it_waits_or_is_in_effect(teller):
    number = imports.begin(teller.store)
    imports.finish(teller.store, number)
    for state in (ImportState.WAITING, ImportState.RELEASED):
        with pytest.raises(AlreadyExistsError, match=f"import {number}, {state}"):
            imports.begin(teller.store)
        with teller.store.snapshot() as reading:
            assert find_import(reading, "SCHOOL01", "bills", "0" * 64).state is state
            assert find_import(reading, "SCHOOL01", "customers", "0" * 64) is None
        if state is ImportState.WAITING:
            imports.release(teller.store, number)
    with teller.store.transaction() as tx:
        assert begin_import(tx, imports.file_of(), NOON, again=True) == number + 1
    assert imports.begin(teller.store, kind=ImportKind.CUSTOMERS) == number + 2


def test_what_a_killed_process_left_is_given_up_when_its_file_comes_again(teller):
    killed = imports.begin(teller.store)
    imports.stage(teller.store, killed, NEW, CHANGED)
    other = imports.begin(teller.store, sha256="1" * 64)
    number = imports.begin(teller.store)
    with pytest.raises(WrongStateError, match=f"import {killed} is REJECTED, not STAGING"):
        imports.stage(teller.store, killed, replace(NEW, bill_no="N2"))
    with pytest.raises(WrongStateError, match="REJECTED"):
        imports.finish(teller.store, killed)
    with teller.store.snapshot() as reading:
        assert [each.import_id for each in imports_to_tidy(reading, "SCHOOL01")] == [killed]
        assert imports_to_tidy(reading, "WATER001") == []
        assert [each.import_id for each in list_imports(reading, "SCHOOL01")] == [number, other, killed]
        assert list_imports(reading, state=ImportState.REJECTED, most=1)[0].import_id == killed
    imports.tidy(teller.store, killed)
    assert not [
        refusal_words(outcome.refusal)
        for outcome in imports.stage(teller.store, number, NEW, CHANGED)
        if outcome.refusal
    ]


def test_an_import_comes_back_whole(teller):
    number = imports.staged(teller.store, NEW, CHANGED)
    waiting = imports.look(teller.store, number)
    assert (waiting.name, waiting.options, waiting.who) == ("bills.csv", {"sheet": "一"}, "ann")
    assert (waiting.began_at, waiting.decided_by) == (NOON, None)
    assert waiting.counts == ImportCounts(read=2, new=2)
    released = imports.release(teller.store, number)
    assert (released.decided_by, released.decided_at, released.tidied) == ("bob", NOON, False)
    with pytest.raises(WrongStateError, match=f"import {number} is RELEASED, not WAITING"):
        imports.release(teller.store, number)
    with pytest.raises(WrongStateError, match="not STAGING or WAITING"):
        imports.reject(teller.store, number)
    with pytest.raises(NotFoundError, match="no import 99"):
        imports.release(teller.store, 99)
