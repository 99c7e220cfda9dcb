"""Verify finds each breach of what batch debits promise, and nothing in batches of every state."""

import pytest
from sqlalchemy import create_engine, delete, select, update

from offline_collect.domain.debits.batches import RecordState
from offline_collect.store.schema.debit_tables import debit_batches, debit_records
from offline_collect.store.schema.tables import bills, entries, payments
from offline_collect.store.verify.checks import CHECKS
from tests.settlement.debit.desk import Desk

OUT = "20261122000003"
TAKEN = "20261122000001"
CANCELLED = "20261122000002"
record = debit_records.c


@pytest.fixture
def desk(teller, tmp_path):
    """A batch that was taken, with a record of each end (1 settled, 2 refused, 3 locked, 4 came back); one that was
    cancelled; and one of the other merchant that is out.
    """
    desk = Desk(teller, tmp_path)
    made, sent = desk.batch()
    desk.ingest(desk.result(sent, {2: ("1001", None), 3: ("4001", None)}))
    places = dict(desk.rows(debit_records, "sequence", "bill_no"))
    desk.take_back(desk.returns(made, (4, places[4], 12_345)))
    cancelled, _ = desk.batch("WATER001")
    desk.cancel(cancelled.batch_no)
    out, _ = desk.batch("WATER001")
    assert [each.batch_no for each in (made, cancelled, out)] == [TAKEN, CANCELLED, OUT]
    assert teller.report().findings == ()
    return desk


def at(sequence, batch_no=TAKEN):
    return (record.batch_no == batch_no) & (record.sequence == sequence)


def of(sequence, column="payment_serial"):
    return select(record[column]).where(at(sequence)).scalar_subquery()


def becomes(state, sequence=1, batch_no=TAKEN, **values):
    return update(debit_records).where(at(sequence, batch_no)).values(state=state.value, **values)


IN_NO_BATCH = "the bill is IN_BATCH, but in no batch"
NOT_IN_BATCH = "the debit is out, but its bill is not IN_BATCH"
SUM = "the batch's count or total is not that of its debits"
STATE = "the debit is in a state that its batch's does not lead to"
UNPAID = "the settled debit has no payment of its amount"
OF_NONE = "the payment by batch debit is of no settled debit"
NOT_BACK = "the debit came back, but its payment is not reversed by that"
NO_ENTRIES = "the debit came back, but without entries"

BREACHES = {
    "a bill is marked, no record has it": (
        update(bills).where(bills.c.bill_no == of(2, "bill_no")).values(mark="IN_BATCH"),
        {IN_NO_BATCH},
    ),
    "a locked record's bill is open": (
        update(bills).where(bills.c.bill_no == of(3, "bill_no")).values(mark=None),
        {NOT_IN_BATCH},
    ),
    "a record that is out has lost its bill": (
        update(debit_records).where(at(1, OUT)).values(live_bill=None),
        {NOT_IN_BATCH, IN_NO_BATCH},
    ),
    "a record that is out has another's bill": (
        update(debit_records).where(at(1, OUT)).values(bill_no="W9"),
        {NOT_IN_BATCH},
    ),
    "a refused record still holds a bill": (
        update(debit_records).where(at(2)).values(live_bill=999_999),
        {NOT_IN_BATCH},
    ),
    "a record is lost": (delete(debit_records).where(at(2)), {SUM}),
    "a batch has no records": (delete(debit_records).where(record.batch_no == CANCELLED), {SUM}),
    "a record asks for another amount": (
        update(debit_records).where(at(2)).values(principal_minor=record.principal_minor + 1),
        {SUM},
    ),
    "a batch has another total": (
        update(debit_batches)
        .where(debit_batches.c.batch_no == TAKEN)
        .values(total_minor=debit_batches.c.total_minor - 1),
        {SUM},
    ),
    "a record is out of a batch that was taken": (becomes(RecordState.OUT, 3), {STATE}),
    "a record is refused in a batch that is out": (
        becomes(RecordState.REFUSED, 1, OUT, live_bill=None),
        {STATE, IN_NO_BATCH},
    ),
    "a record is refused in a cancelled batch": (becomes(RecordState.REFUSED, 1, CANCELLED), {STATE}),
    "a settled record names no payment": (
        update(debit_records).where(at(1)).values(payment_serial=None),
        {UNPAID, OF_NONE},
    ),
    "a settled record has another amount": (
        update(debit_records).where(at(1)).values(settled_minor=12_344),
        {UNPAID},
    ),
    "a refused record names a payment": (
        update(debit_records).where(at(2)).values(payment_serial="1"),
        {UNPAID},
    ),
    "a settled record's payment was by a card": (
        update(payments).where(payments.c.serial_number == of(1)).values(tender="CARD"),
        {UNPAID},
    ),
    "a settled record is refused": (becomes(RecordState.REFUSED), {UNPAID, OF_NONE}),
    "a record came back, its payment did not": (
        becomes(RecordState.RETURNED, return_serial="20261122000000000999"),
        {NOT_BACK, NO_ENTRIES},
    ),
    "a record came back without a posting": (
        update(debit_records).where(at(4)).values(return_serial=None),
        {NOT_BACK},
    ),
    "a payment is reversed, its record did not come back": (becomes(RecordState.SETTLED, 4), {NOT_BACK}),
    "a return's entries are gone": (
        delete(entries).where(entries.c.posting == of(4, "return_serial")),
        {NO_ENTRIES},
    ),
}
OURS = {IN_NO_BATCH, NOT_IN_BATCH, SUM, STATE, UNPAID, OF_NONE, NOT_BACK, NO_ENTRIES}


@pytest.mark.parametrize("breach", BREACHES)
def test_a_planted_breach_is_found(desk, breach):
    spoil, told = BREACHES[breach]
    with desk.store.transaction() as tx:
        assert tx.connection.execute(spoil).rowcount
    found = {each.problem for each in desk.teller.report().findings}
    assert found & OURS == told
    assert found


def test_every_check_of_debits_has_a_breach():
    assert {each.problem for each in CHECKS if "debit_" in str(each.query)} == OURS
    assert set.union(*(told for _, told in BREACHES.values())) == OURS


@pytest.mark.parametrize(
    "problem",
    [
        "the payment is in force on a bill that is not there",
        "the payment by batch debit is of no settled debit",
    ],
)
def test_no_payment_is_compared_with_every_other_row_where_postgresql_has_no_statistics(
    migrated_postgresql_url, problem
):
    (query,) = (check.query for check in CHECKS if check.problem == problem)
    engine = create_engine(migrated_postgresql_url)
    words = str(query.compile(engine, compile_kwargs={"literal_binds": True}))
    with engine.connect() as connection:
        plan = connection.exec_driver_sql(f"EXPLAIN {words}".replace("%", "%%")).scalars().all()
    engine.dispose()
    # Rows that a nested loop does not find by an index are read again for each of the outer ones.
    repeated = [line for line in plan if "Materialize" in line or "Seq Scan on debit_records" in line]
    looped = any("Nested Loop" in line for line in plan)
    assert not (looped and repeated), plan
