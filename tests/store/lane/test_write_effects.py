"""Every kind of effect is read as it was written."""

from dataclasses import replace

import pytest
from sqlalchemy import select, text
from sqlalchemy.dialects.postgresql import psycopg as postgresql

from offline_collect.domain.answers import Answer
from offline_collect.domain.codes import ResponseCode
from offline_collect.domain.effects import Effects, ItemKind, ReconciliationItem, StateChange
from offline_collect.domain.ledger.ledger import Account
from offline_collect.domain.ports import RefusedError
from offline_collect.domain.transactions import (
    PaymentState,
    ReversalOutcome,
    TransactionKind,
)
from offline_collect.store import BillRecord, put_bills
from offline_collect.store.database.bulk_write import (
    bulk_insert,
    bulk_insert_stream,
    bulk_update,
    copy_types,
)
from offline_collect.store.schema.tables import (
    entries,
    metadata,
    outbox,
    payments,
    reconciliation_items,
    reversals,
    transactions,
)
from tests.fakes.bank import DAY, NOON
from tests.store.postings import PAYMENT, REVERSAL, SERIAL, TRANSACTION
from tests.store.teller import loaded
from tests.support.samples import DUE, PUPIL


def written(teller, *effects):
    teller.session.begin()
    teller.session.write(effects)
    teller.session.commit()


def rows(teller, table):
    with teller.store.snapshot() as tx:
        return [row._asdict() for row in tx.connection.execute(select(table))]


@pytest.mark.parametrize("count", [1, 2, 300])
def test_transactions_and_payments_are_found_as_they_were_written(teller, count):
    new = [replace(TRANSACTION, key=f"P|{n}", serial_number=f"{n:020}") for n in range(count)]
    paid = [replace(PAYMENT, key=f"P|{n}", serial_number=f"{n:020}") for n in range(count)]
    written(teller, Effects(transactions=tuple(new[:1])), Effects(transactions=tuple(new[1:])))
    written(teller, Effects(payments=tuple(paid)))
    facts = loaded(teller.session, keys={each.key for each in new})
    assert facts.transactions == {each.key: each for each in new}
    assert facts.payments == {each.serial_number: each for each in paid}


def test_a_replaced_transaction_takes_the_place_of_the_one_before(teller):
    tombstone = replace(TRANSACTION, kind=TransactionKind.TOMBSTONE, serial_number=None)
    between = replace(TRANSACTION, journal="between")
    written(
        teller,
        Effects(transactions=(tombstone,)),
        Effects(replaced=(between,)),
        Effects(replaced=(TRANSACTION,)),
    )
    assert loaded(teller.session, keys={TRANSACTION.key}).transactions == {TRANSACTION.key: TRANSACTION}


def test_many_replaced_transactions_are_each_replaced(teller):
    old = tuple(replace(TRANSACTION, key=f"P|{n}") for n in range(20))
    new = tuple(replace(each, answer=Answer(ResponseCode.NOT_FOUND, DAY, "不", "unknown")) for each in old)
    written(teller, Effects(transactions=old), Effects(replaced=new))
    assert loaded(teller.session, keys={each.key for each in old}).transactions == {
        each.key: each for each in new
    }


def test_a_payment_that_is_posted_and_undone_in_one_batch_is_undone(teller):
    undone = StateChange(SERIAL, PaymentState.REVERSED, REVERSAL.serial_number)
    written(
        teller,
        Effects(transactions=(TRANSACTION,), payments=(PAYMENT,)),
        Effects(states=(StateChange(SERIAL, PaymentState.APPLIED, "X"),)),
        Effects(states=(undone,)),
    )
    facts = loaded(teller.session, keys={TRANSACTION.key})
    assert facts.payments[SERIAL] == replace(
        PAYMENT, state=PaymentState.REVERSED, state_by=REVERSAL.serial_number
    )


def test_of_a_bill_that_changes_twice_in_a_batch_the_last_value_counts(teller):
    bill = teller.facts(bills={("WATER001", "W1")}).bills["WATER001", "W1"]
    first = replace(bill, paid_principal_minor=1_000)
    last = replace(
        bill,
        paid_principal_minor=2_000,
        paid_late_fee_minor=3,
        waived_late_fee_minor=4,
        fee_base=10**12,
        fee_through=DAY,
        late_fee_left_minor=5,
    )
    written(teller, Effects(bills=(first,)), Effects(bills=(last,)))
    assert teller.facts(bills={("WATER001", "W1")}).bills["WATER001", "W1"] == last


def test_reversals_are_written_and_only_an_applied_one_claims_its_original(teller):
    applied = replace(
        REVERSAL, serial_number="9", outcome=ReversalOutcome.APPLIED, original_business_date=DAY
    )
    written(teller, Effects(reversals=(REVERSAL, applied)))
    kept = {row["serial_number"]: row for row in rows(teller, reversals)}
    assert kept[REVERSAL.serial_number]["applied_to"] is None
    assert kept["9"]["applied_to"] == SERIAL
    assert kept["9"]["reason"] == "68"
    assert kept["9"]["original_business_date"] == DAY
    assert kept["9"]["posted_at"] == NOON


def test_a_payment_leaves_its_entries_and_its_notice(teller):
    _, answer = teller.pay("S1")
    serial = answer.values["serial_number"]
    posted = [
        (row["posting"], row["account"], row["owner"], row["amount_minor"]) for row in rows(teller, entries)
    ]
    assert sorted(posted) == [
        (serial, Account.CLEARING.value, "12345678", 12_345),
        (serial, Account.PAYABLE.value, "SCHOOL01", -12_345),
    ]
    (notice,) = rows(teller, outbox)
    assert notice["notice_id"] == f"PAID:{serial}"
    assert (notice["customer_no"], notice["bill_no"]) == ("2026030117", "S1")
    assert notice["created_at"] == NOON


def test_a_reconciliation_item_is_written(teller):
    item = ReconciliationItem("R|1", ItemKind.REVERSAL_OF_REFUNDED, SERIAL, "1", 100, "156", DAY, NOON)
    written(teller, Effects(items=(item,)))
    (row,) = rows(teller, reconciliation_items)
    assert (row["key"], row["kind"], row["payment_serial"]) == ("R|1", "REVERSAL_OF_REFUNDED", SERIAL)
    assert (row["business_date"], row["opened_at"]) == (DAY, NOON)


def test_what_is_rolled_back_is_not_there(teller):
    teller.session.begin()
    teller.session.write([Effects(transactions=(TRANSACTION,))])
    teller.session.rollback()
    assert teller.count(transactions) == 0


@pytest.mark.parametrize(
    "wrong",
    [
        replace(TRANSACTION, terminal=""),
        replace(TRANSACTION, amount_minor=10**30),
        replace(TRANSACTION, journal="\ud800"),
        replace(TRANSACTION, institution=None),
    ],
    ids=["empty text", "number too large", "half a character", "nothing where something must be"],
)
@pytest.mark.parametrize("fellows", [0, 20])
def test_a_value_that_cannot_be_stored_is_refused_without_being_shown(teller, wrong, fellows):
    others = tuple(replace(TRANSACTION, key=f"P|{n}") for n in range(fellows))
    teller.session.begin()
    with pytest.raises(RefusedError) as refused:
        teller.session.write([Effects(transactions=(*others, wrong))])
    teller.session.rollback()
    assert wrong.key not in str(refused.value)
    assert teller.count(transactions) == 0


def test_an_empty_text_is_refused_in_a_change_too(teller):
    written(teller, Effects(transactions=(TRANSACTION,), payments=(PAYMENT,)))
    teller.session.begin()
    with pytest.raises(RefusedError, match="empty text"):
        teller.session.write([Effects(states=(StateChange(SERIAL, PaymentState.APPLIED, ""),))])
    teller.session.rollback()
    assert loaded(teller.session, keys={TRANSACTION.key}).payments[SERIAL].state is PaymentState.SUSPENSE


def test_every_column_has_a_type_in_which_postgresql_takes_it():
    types = {table.name: copy_types(table, postgresql.dialect()) for table in metadata.sorted_tables}
    assert types["traces"] == ("varchar", "varchar", "date", "varchar", "int2", "timestamptz")
    # The database sets the first column of bills, customers and audit rows.
    given = sum(column.identity is not None for table in metadata.sorted_tables for column in table.columns)
    assert sum(map(len, types.values())) == sum(len(each.columns) for each in metadata.sorted_tables) - given


def test_nothing_to_insert_costs_no_statement(teller):
    with teller.store.transaction() as tx:
        bulk_insert(tx.connection, payments, [])
    assert teller.count(payments) == 0


def test_rows_are_inserted_as_they_come_or_not_at_all(teller):
    def parts():
        for first in (1, 3, 5):
            yield [
                ("1", line, "1", "CLEARING", "12345678", line, "156", DAY, 1) for line in (first, first + 1)
            ]

    with teller.store.transaction() as tx:
        bulk_insert_stream(tx.connection, entries, parts())
    assert teller.count(entries) == 6
    for owner, amount in (("", 7), ("A", 2**70)):
        wrong = [[("2", 1, "2", "CLEARING", owner, amount, "156", DAY, 1)]]
        with pytest.raises(RefusedError), teller.store.transaction() as tx:
            bulk_insert_stream(tx.connection, entries, wrong)
    assert teller.count(entries) == 6


def test_a_database_without_a_way_of_its_own_is_written_to_through_sqlalchemy(sqlite_teller, monkeypatch):
    changed, key = ("amount_minor", "owner"), ("posting", "line")
    with sqlite_teller.store.transaction() as tx:
        # This is the path of Oracle's statements and values; SQLite takes them here instead.
        monkeypatch.setattr(tx.connection.dialect, "name", "oracle")
        posted = [("1", line, "1", "CLEARING", "12345678", line, "156", DAY, 1) for line in (1, 2)]
        bulk_insert(tx.connection, entries, posted)
        bulk_update(tx.connection, entries, changed, key, [(7, "A", "1", 1), (8, "B", "1", 2)])
        monkeypatch.undo()
    found = [(row["line"], row["amount_minor"], row["owner"]) for row in rows(sqlite_teller, entries)]
    assert found == [(1, 7, "A"), (2, 8, "B")]


def test_bills_paid_in_the_order_of_their_import_stay_on_their_pages(postgresql_teller):
    numbers = [f"N{n:04}" for n in range(600)]
    with postgresql_teller.store.transaction() as tx:
        put_bills(tx, "SCHOOL01", [BillRecord(number, PUPIL.customer_no, 100, DUE) for number in numbers])
    session = postgresql_teller.session
    payments_of_all = [
        postgresql_teller.terminal.payment(NOON, "SCHOOL01", number, 100) for number in numbers
    ]
    decisions = postgresql_teller.decide(session, *payments_of_all)
    session.write([effects for _, effects in decisions])
    changed = "SELECT pg_stat_get_xact_tuples_updated(t), pg_stat_get_xact_tuples_hot_updated(t)"
    counts = text(f"{changed} FROM (SELECT 'bills'::regclass::oid AS t) AS named")
    assert session._connection.execute(counts).all() == [(600, 600)]
    session.rollback()
