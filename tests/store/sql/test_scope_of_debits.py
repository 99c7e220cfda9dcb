"""Batches of debits are found by their merchant's bank only.

Reconciliation concerns all banks: tests/app/cli/test_organisations.py has that its commands are refused to users of one.
"""

import inspect
import pkgutil
from importlib import import_module

import pytest
from sqlalchemy import update

from offline_collect.domain.access.organisation import (
    BANK,
    GROUP,
    OrganisationKind,
    Scope,
    organisation_under,
)
from offline_collect.domain.access.roles import Role
from offline_collect.domain.debits.in_doubt import BankSays
from offline_collect.domain.errors import BankFileError
from offline_collect.files.digest import digest_stream
from offline_collect.merchant.postings.debits_in_doubt import DoubtOrder, resolve_debit
from offline_collect.settlement.debit.cancel import cancel_batch
from offline_collect.settlement.debit.ingest import ingest_result
from offline_collect.settlement.debit.return_match import fixed_returns
from offline_collect.settlement.debit.returns import ingest_returns
from offline_collect.settlement.debit.view import view_batch, view_batches
from offline_collect.store import NotFoundError, add_organisation, debits
from offline_collect.store.debits.batches import find_batch, list_batches, taken_by_digest
from offline_collect.store.debits.read_records import get_answered, records_at
from offline_collect.store.schema.tables import merchants
from tests.settlement.debit.desk import CODES, LAYOUTS, Desk
from tests.support.actors import user

OTHER = organisation_under(GROUP, "BANK2", OrganisationKind.BANK, "Second bank")
OPERATOR = user("otto", Role.OPERATOR)


@pytest.fixture
def two(teller, tmp_path):
    """Batches of a school and of a water works, of two banks; and the school's file."""
    desk = Desk(teller, tmp_path)
    with teller.store.transaction() as tx:
        add_organisation(tx, OTHER)
        moved = merchants.c.merchant_id == "SCHOOL01"
        tx.connection.execute(update(merchants).where(moved).values(organisation_id="BANK2"))
    school, sent = desk.batch()
    water, _ = desk.batch("WATER001")
    return desk, school, water, sent


def test_a_batch_of_another_bank_is_not_there(two):
    desk, school, water, sent = two
    result = desk.result(sent, {1: ("4001", None)})
    own = desk.store.within(Scope(BANK.path))
    acting = (OPERATOR, desk.now)
    in_doubt = DoubtOrder(school.batch_no, 1, BankSays(None), "x")

    def refused():
        """Try all that a user of the water works' bank could do with the school's batch; return what he is told."""
        told = []
        for ask in (
            lambda: view_batch(own, OPERATOR, school.batch_no),
            lambda: view_batches(own, OPERATOR, "SCHOOL01", None, (None, 9)),
            lambda: cancel_batch(own, school.batch_no, *acting),
            lambda: resolve_debit(own, in_doubt, *acting),
        ):
            with pytest.raises(NotFoundError, match="there is no") as caught:
                ask()
            told.append(str(caught.value))
        with pytest.raises(BankFileError, match="is not known here") as file:
            ingest_result(own, result, LAYOUTS["debit-result"], CODES, acting)
        return [*told, str(file.value)]

    before = refused()
    found, _ = view_batches(own, OPERATOR, None, None, (None, 9))
    assert [each.batch.batch_no for each in found] == [water.batch_no]
    desk.ingest(result)
    assert refused() == before, "that the file was taken tells nothing either"


def test_a_file_of_returns_of_another_bank_is_not_there(two):
    desk, school, _, sent = two
    desk.ingest(desk.result(sent))
    own = desk.store.within(Scope(BANK.path))
    read = fixed_returns(LAYOUTS["debit-return"], CODES)
    amount = next(each["amount"] for each in desk.read(sent, "debit-out")[1])
    bill_no = desk.read(sent, "debit-out")[1][0]["bill_no"]
    full, empty = desk.returns(school, (1, bill_no, amount)), desk.returns(school)

    def refused():
        told = []
        for path in (full, empty):
            with pytest.raises(BankFileError) as caught:
                ingest_returns(own, path, read, (OPERATOR, desk.now))
            told.append(str(caught.value))
        return told

    before = refused()
    desk.take_back(full)
    assert refused() == before, "that a file of this number was taken tells nothing either"


def test_the_stores_functions_find_what_is_in_scope(two):
    desk, school, water, sent = two
    result = desk.result(sent)
    desk.ingest(result)
    with result.open("rb") as stream:
        digest = digest_stream(stream).sha256
    places = [(school.batch_no, 1), (water.batch_no, 1)]
    for path, seen in ((OTHER.path, school), (BANK.path, water)):
        with desk.store.within(Scope(path)).snapshot() as reading:
            assert [each.batch.batch_no for each in list_batches(reading, None, None, None, 9)] == [
                seen.batch_no
            ]
            assert {each for each, _ in records_at(reading, places)} == {seen.batch_no}
            there = {each for each, _ in places if find_batch(reading, each) is not None}
            assert there == {seen.batch_no}
            assert (taken_by_digest(reading, digest) is not None) is (seen is school)
            for batch_no, sequence in places:
                if batch_no == seen.batch_no:
                    assert get_answered(reading, batch_no, sequence).record.batch_no == batch_no
                else:
                    with pytest.raises(NotFoundError):
                        get_answered(reading, batch_no, sequence)


SCOPED = {
    *("find_batch", "get_batch", "list_batches", "taken_by_digest", "records_at", "get_answered"),
    "merchants_with_mandates",
}
"""Functions with the scope in their queries."""

BY_BATCH = {
    *(
        "set_batch",
        "add_batch",
        "add_records",
        "mark_bills",
        "cancel_records",
        "change_records",
        "return_records",
    ),
    *(
        "out_records",
        "counts_by_code",
        "records_in",
        "records_between",
        "asked_between",
        "write_paid_in_full",
        "write_postings_of_results",
        "open_bills_again",
        "leave_batch",
        "write_postings_of_debits",
    ),
    *("due_bills", "decide_by_bank", "change_reported", "reported_sums", "count_in", "set_reported"),
    "settled_sums",
}
"""Functions that go on with what was found in scope: a batch, its records and bills, or the merchant of an order."""

OF_ALL = {
    "next_batch_no": "a counter",
    "add_return_file": "a bank's file may have debits of several merchants, all found in scope by ``records_at``",
    "collection_days": "asked by a sender of notices, who sees all banks, for the bills of its notices",
    "find_return_file": "so it is looked for once they are, and at least one is",
}
"""Functions that find no merchant's rows, or those of all."""


def functions():
    for module in pkgutil.iter_modules(debits.__path__):
        found = import_module(f"{debits.__name__}.{module.name}")
        for name, function in vars(found).items():
            if inspect.isfunction(function) and function.__module__ == found.__name__ and name[0] != "_":
                parameters = inspect.signature(function).parameters.values()
                if any(each.annotation == "StoreTransaction" for each in parameters):
                    yield name, {each.name for each in parameters if "None" not in str(each.annotation)}


def test_every_function_of_debits_has_its_scope_thought_of():
    """A new function names its merchant, found by ``require_merchant``, or is in one of the sets."""
    thought = {name for name, given in functions() if "merchant_id" in given}
    assert {name for name, _ in functions()} - thought == SCOPED | BY_BATCH | set(OF_ALL)
