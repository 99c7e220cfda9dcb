"""What columns accept, and that rows and objects have their values in the same order."""

import datetime as dt
from dataclasses import fields

import pytest
from sqlalchemy.dialects import oracle, postgresql, sqlite

from offline_collect.domain.bills import Bill
from offline_collect.domain.effects import Notice, ReconciliationItem
from offline_collect.domain.ledger.ledger import Entry
from offline_collect.domain.transactions import PostedPayment, PostedReversal, Transaction
from offline_collect.store.database.types import Code, Document, Instant, Words
from offline_collect.store.schema import tables

BEIJING = dt.timezone(dt.timedelta(hours=8))
MOMENT = dt.datetime(2026, 11, 22, 20, 0, 0, 5, tzinfo=BEIJING)


@pytest.mark.parametrize(
    ("thing", "table", "own"),
    [
        (Bill, tables.bills, {"import_id", "standing", "supersedes", "superseded_by"}),
        (Transaction, tables.transactions, {"response_code"}),
        (PostedPayment, tables.payments, {"notified"}),
        (PostedReversal, tables.reversals, {"applied_to"}),
        (Entry, tables.entries, set()),
        (Notice, tables.outbox, set()),
        (ReconciliationItem, tables.reconciliation_items, set()),
    ],
    ids=lambda value: getattr(value, "__name__", None),
)
def test_columns_stand_in_the_order_of_the_things_fields(thing, table, own):
    columns = [column.name for column in table.columns if column.name not in own]
    assert columns == [field.name for field in fields(thing)]


@pytest.mark.parametrize("type_", [Code(10), Words(10), Document()])
def test_an_empty_text_is_not_stored(type_):
    assert type_.process_bind_param(None, sqlite.dialect()) is None
    assert type_.process_bind_param("x", sqlite.dialect()) == "x"
    with pytest.raises(ValueError, match="empty text"):
        type_.process_bind_param("", sqlite.dialect())


def test_codes_are_ordered_by_their_bytes_on_postgresql():
    assert Code(10).compile(postgresql.dialect()) == 'VARCHAR(10) COLLATE "C"'
    assert Code(10).compile(sqlite.dialect()) == "VARCHAR(10)"
    assert Code(10).compile(oracle.dialect()) == "VARCHAR2(10 CHAR)"


def test_a_moment_is_utc_text_of_one_length_on_sqlite():
    text = Instant().process_bind_param(MOMENT, sqlite.dialect())
    assert text == "2026-11-22T12:00:00.000005+00:00"
    read = Instant().process_result_value(text, sqlite.dialect())
    assert (read, read.tzinfo) == (MOMENT, dt.UTC)


@pytest.mark.parametrize("dialect", [postgresql.dialect(), oracle.dialect()])
def test_a_moment_is_utc_elsewhere(dialect):
    sent = Instant().process_bind_param(MOMENT, dialect)
    assert (sent, sent.tzinfo) == (MOMENT, dt.UTC)
    assert Instant().process_result_value(sent.astimezone(BEIJING), dialect).tzinfo is dt.UTC


def test_oracles_driver_gives_moments_without_their_zone():
    noon = dt.datetime(2026, 11, 22, 12, tzinfo=dt.UTC)
    read = Instant().process_result_value(noon.replace(tzinfo=None), oracle.dialect())
    assert (read, read.tzinfo) == (noon, dt.UTC)


def test_no_moment_stays_none():
    assert Instant().process_bind_param(None, sqlite.dialect()) is None
    assert Instant().process_result_value(None, sqlite.dialect()) is None


def test_a_moment_without_a_zone_is_refused():
    with pytest.raises(ValueError, match="timezone"):
        Instant().process_bind_param(MOMENT.replace(tzinfo=None), sqlite.dialect())
