"""Every table and statement is compiled for Oracle; with a server's URL the room's suite runs on it too.

If OFFLINE_COLLECT_TEST_ORACLE_URL is set, conftest gives every test with ``migrated_url`` an Oracle store besides
the others.
"""

import datetime as dt
import io
import re
from contextlib import contextmanager
from dataclasses import replace

import pytest
from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import event, insert
from sqlalchemy.dialects.oracle import oracledb
from sqlalchemy.schema import CreateIndex, CreateTable

from offline_collect.domain.access.audit import SubjectType
from offline_collect.domain.access.organisation import Scope
from offline_collect.domain.bills import BillState
from offline_collect.domain.codes import ResponseCode
from offline_collect.domain.debits.mandates import MandateState
from offline_collect.domain.payment_story import PaymentCriteria
from offline_collect.store import (
    AuditFilter,
    BillCriteria,
    CustomerCriteria,
    ImportKind,
    UserRecord,
    add_merchant,
    add_user,
    append_audit,
    audit_rows,
    begin_import,
    change_user,
    check_chain,
    count_customers,
    each_customers_inputs,
    find_bills,
    find_customers,
    find_paid,
    find_payment,
    find_sent,
    get_form,
    get_user,
    has_business,
    imports_to_tidy,
    later_imports,
    list_imports,
    list_merchants,
    list_organisations,
    list_users,
    open_business,
    organisations_of_merchants,
    payment_story,
    postings_on_bill,
    published_forms,
    put_customers,
    recent_days,
    release_clashes,
    require_merchant,
    suspended_payments,
    withdrawable_bills,
)
from offline_collect.store.backoffice.mandates import (
    Decision,
    decide_mandate,
    decisions_about,
    get_mandate,
    list_mandates,
)
from offline_collect.store.backoffice.manual_postings import bill_rows, free_bill_rows, outside_references
from offline_collect.store.database.bulk_write import update_each
from offline_collect.store.debits.candidates import (
    customers_with_mandates,
    debits_of_bills,
    debits_of_mandates,
    live_debits,
)
from offline_collect.store.debits.read_records import placed_records
from offline_collect.store.lane import write_effects as writing
from offline_collect.store.lane.serial_numbers import last_serials
from offline_collect.store.reports import day_details, day_merchants, day_totals, settled_sums, teller_closes
from offline_collect.store.schema.migrate import MIGRATIONS
from offline_collect.store.schema.tables import metadata
from offline_collect.store.sql.business_days import get_day
from offline_collect.store.sql.statements import Statements
from offline_collect.store.verify.checks import CHECKS
from tests.fakes.bank import DAY, NOON
from tests.store import importing as imports
from tests.store.importing import file_of
from tests.store.imports.test_stage import CHANGED, NEW, RENAMED
from tests.support.audited import about
from tests.support.samples import SCHOOL

DIALECT = oracledb.dialect()
STATEMENTS = Statements("oracle")
PAYMENTS = PaymentCriteria(
    "SCHOOL01", "S1", "C1", "1", "TERM0001", "000001", "1", 1, ResponseCode.APPROVED, DAY, DAY
)
# From Oracle's SQL Language Reference, Oracle SQL Reserved Words.
RESERVED = """
    ACCESS ADD ALL ALTER AND ANY AS ASC AUDIT BETWEEN BY CHAR CHECK CLUSTER COLUMN COLUMN_VALUE COMMENT
    COMPRESS CONNECT CREATE CURRENT DATE DECIMAL DEFAULT DELETE DESC DISTINCT DROP ELSE EXCLUSIVE EXISTS
    FILE FLOAT FOR FROM GRANT GROUP HAVING IDENTIFIED IMMEDIATE IN INCREMENT INDEX INITIAL INSERT
    INTEGER INTERSECT INTO IS LEVEL LIKE LOCK LONG MAXEXTENTS MINUS MLSLABEL MODE MODIFY NESTED_TABLE_ID
    NOAUDIT NOCOMPRESS NOT NOWAIT NULL NUMBER OF OFFLINE ON ONLINE OPTION OR ORDER PCTFREE PRIOR PUBLIC
    RAW RENAME RESOURCE REVOKE ROW ROWID ROWNUM ROWS SELECT SESSION SET SHARE SIZE SMALLINT START
    SUCCESSFUL SYNONYM SYSDATE TABLE THEN TO TRIGGER UID UNION UNIQUE UPDATE USER VALIDATE VALUES
    VARCHAR VARCHAR2 VIEW WHENEVER WHERE WITH
"""
UNKNOWN_TO_ORACLE = re.compile(r"\bLIMIT\b|json_each|json_to_recordset|\bBOOLEAN\b|\bRETURNING\b|''|::|->>")


def compiled(statement):
    """Return the statement for Oracle, checked for words that Oracle does not know."""
    words = str(statement.compile(dialect=DIALECT))
    assert not UNKNOWN_TO_ORACLE.search(words), words
    return words


@pytest.mark.parametrize("table", metadata.sorted_tables, ids=lambda table: table.name)
def test_tables_are_compiled(table):
    words = compiled(CreateTable(table))
    assert "VARCHAR2" in words
    assert not re.search(r"\b(?:TEXT|BIGINT)\b", words)
    for index in table.indexes:
        assert table.name in compiled(CreateIndex(index))


@pytest.mark.parametrize("table", metadata.sorted_tables, ids=lambda table: table.name)
def test_no_name_is_one_that_oracle_keeps_for_itself(table):
    names = {table.name, *table.columns.keys()}
    assert {name for name in names if name.upper() in RESERVED.split()} == set()
    longest = [*names, *(index.name for index in table.indexes), *(c.name for c in table.constraints)]
    assert max(len(str(name)) for name in longest) <= 128


def test_migrations_are_compiled():
    said = io.StringIO()
    context = MigrationContext.configure(dialect_name="oracle", opts={"as_sql": True, "output_buffer": said})
    with Operations.context(context):
        for revision in reversed(list(ScriptDirectory(str(MIGRATIONS)).walk_revisions())):
            revision.module.upgrade()
    for table in metadata.sorted_tables:
        assert f"CREATE TABLE {table.name} " in said.getvalue()


@pytest.mark.parametrize("name", STATEMENTS.names())
def test_the_lanes_statements_are_compiled(name):
    words = compiled(STATEMENTS.select(name))
    assert ("FOR UPDATE" in words) == (name.endswith(("_locked", "_skipping")) or name == "next_number")
    assert ("SKIP LOCKED" in words) == name.endswith("_skipping")
    assert ("ORDER BY" in words) or not name.endswith(("_locked", "_skipping"))


@pytest.mark.parametrize("table", metadata.sorted_tables, ids=lambda table: table.name)
def test_inserts_are_compiled(table):
    assert compiled(insert(table)).startswith(f"INSERT INTO {table.name} ")


@pytest.mark.parametrize("table", [writing.transactions, writing.bills, writing.payments], ids=str)
def test_changes_are_compiled(table):
    columns, key = [column.name for column in table.columns], table.primary_key.columns.keys()
    changed = tuple(name for name in columns if name not in key)
    assert compiled(update_each(table, changed, tuple(key))).startswith(f"UPDATE {table.name} SET ")


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.problem)
def test_the_checks_of_verify_are_compiled(check):
    assert compiled(check.query).startswith("SELECT ")


@pytest.mark.parametrize(
    "statement", [customers_with_mandates, debits_of_bills, debits_of_mandates, live_debits, placed_records]
)
def test_what_debits_ask_is_compiled(statement):
    assert "JSON_TABLE" in compiled(statement("oracle"))


@pytest.mark.parametrize("statement", [outside_references, bill_rows, free_bill_rows, last_serials])
def test_what_postings_by_hand_ask_is_compiled(statement):
    words = compiled(statement("oracle"))
    assert ("SKIP LOCKED" in words) == (statement is free_bill_rows)


@contextmanager
def executed(store):
    """Collect the statements that the back office and the lanes execute through SQLAlchemy."""
    found = []

    def collect(_connection, statement, *_):
        found.append(statement)

    engines = (store._office, store._lanes)
    for engine in engines:
        event.listen(engine, "before_execute", collect)
    yield found
    for engine in engines:
        event.remove(engine, "before_execute", collect)


def read_days(tx, day):
    """Read all data for a merchant's details and statement."""
    list(day_details.stream_details(tx, "SCHOOL01", day, day))
    list(day_totals.posting_sums(tx, "SCHOOL01", day, day))
    day_totals.business_days_between(tx, day, day)
    day_totals.owed_before(tx, "SCHOOL01", day)
    day_totals.owed_more(tx, "SCHOOL01", day, day)
    day_totals.settled_more(tx, "SCHOOL01", day, day)
    settled_sums.settled_sums(tx, "SCHOOL01", day, day)
    settled_sums.payout_moves(tx, "SCHOOL01", day, day)
    day_merchants.merchants_of_day(tx, day)
    for tallies in (day_totals.payment_tallies, day_totals.reversal_tallies, day_totals.office_tallies):
        tallies(tx, "SCHOOL01", day, day)
    list(teller_closes.closed_drawers(tx, day))
    get_day(tx, day)


EVERY_CONDITION = AuditFilter(
    merchant_id="ESTATE01",
    actor="ops",
    action="merchant add",
    subject_type=SubjectType.MERCHANT,
    subject_id="ESTATE01",
    since=NOON,
    until=NOON,
    most=5,
)


def test_whatever_else_is_executed_is_compiled(sqlite_teller):
    teller = sqlite_teller
    with executed(teller.store) as found:
        with teller.store.transaction() as tx:
            add_merchant(tx, replace(SCHOOL, merchant_id="ESTATE01"))
            get_form(tx, "SCHOOL01")
            published_forms(tx, "SCHOOL01", 5)
            list(each_customers_inputs(tx, "SCHOOL01"))
            number = begin_import(tx, file_of(kind=ImportKind.CUSTOMERS), NOON)
            list(release_clashes(tx, number))
            later_imports(tx, number, 5)
            list(list_merchants(tx))
            recent_days(tx)
            append_audit(tx, "ops", *about("merchant add ESTATE01"), None, None, NOON)
            list(audit_rows(tx, EVERY_CONDITION))
            list(check_chain(tx))
            add_user(tx, UserRecord("anna", ("MAKER",), disabled=False, added_at=NOON))
            change_user(tx, UserRecord("anna", ("ADMIN",), disabled=True, added_at=NOON))
            get_user(tx, "anna", lock=True)
            list_users(tx)
            has_business(tx, "ESTATE01")
            open_business(tx, "ESTATE01")
            count_customers(tx, "ESTATE01")
            read_days(tx, DAY)
            asked = CustomerCriteria("1", "x", "1", {"student_no": "1"})
            find_customers(tx, "SCHOOL01", asked, "0", 9)
            for state in BillState:
                find_bills(tx, "SCHOOL01", BillCriteria("1", asked, state, "p", DAY, DAY), DAY, "0", 9)
            suspended_payments(tx, "SCHOOL01", "0", 9)
            postings_on_bill(tx, "SCHOOL01", "S1")
            find_payment(tx, "1")
            find_paid(tx, PAYMENTS, 9)
            find_sent(tx, "1", "1", PAYMENTS, 9)
            find_paid(tx, PAYMENTS, 9, after=("1", 1))
            find_sent(tx, "1", "1", PAYMENTS, 9, after="1")
            payment_story(tx, "1")
        assert teller.report().whole
        teller.pay("S1")
    own = teller.store._statements
    others = [
        statement for statement in found if all(statement is not own.select(name) for name in own.names())
    ]
    assert len(others) > 20
    for statement in others:
        compiled(statement)


@pytest.mark.parametrize(
    "scope", [Scope("/BANK/"), Scope("/BANK/", frozenset({"SCHOOL01"}))], ids=["bank", "own"]
)
def test_whatever_a_scope_executes_is_compiled(sqlite_teller, scope):
    with executed(sqlite_teller.store) as found, sqlite_teller.store.within(scope).transaction() as tx:
        require_merchant(tx, "SCHOOL01", lock=True)
        list(list_merchants(tx))
        list_imports(tx)
        imports_to_tidy(tx)
        list_users(tx)
        get_user(tx, "anna", lock=True)
        suspended_payments(tx, None, None, 9)
        find_payment(tx, "1")
        find_paid(tx, PAYMENTS, 9)
        find_sent(tx, "1", "1", PAYMENTS, 9)
        payment_story(tx, "1")
        list(audit_rows(tx, AuditFilter(most=5)))
        list_organisations(tx)
        organisations_of_merchants(tx, "SCHOOL01")
    assert sum("organisations.path" in compiled(statement) for statement in found) >= 11


def test_what_is_decided_about_mandates_is_compiled(sqlite_teller):
    store = sqlite_teller.store
    person = replace(RENAMED, mandate_ref="M1", mandate_signed_on=DAY, mandate_to=dt.date(2026, 11, 1))
    suspended = Decision(MandateState.SUSPENDED, "ops", NOON)
    with executed(store) as found:
        with store.transaction() as tx:
            put_customers(tx, "SCHOOL01", [person])
            put_customers(tx, "SCHOOL01", [replace(person, mandate_to=None)])
            list_mandates(tx, "SCHOOL01", DAY, [MandateState.EXPIRED], (None, 5))
            before = get_mandate(tx, "SCHOOL01", "M1")
            decide_mandate(tx, "SCHOOL01", before, suspended)
            get_mandate(tx, "SCHOOL01", "M2")
            decisions_about(tx, "SCHOOL01", ["M1"])
        imports.release(store, imports.staged_people(store, RENAMED))
    assert len([statement for statement in found if "mandates" in compiled(statement)]) > 7


def test_whatever_an_import_executes_is_compiled(sqlite_teller):
    store = sqlite_teller.store
    with executed(store) as found:
        number = imports.staged(store, NEW, CHANGED, withdrawn=["S3"])
        imports.release(store, number)
        imports.tidy(store, number)
        imports.undo(store, number)
        imports.tidy(store, imports.reject(store, imports.staged_people(store, RENAMED)).import_id)
        with store.snapshot() as reading:
            withdrawable_bills(reading, "SCHOOL01", {"2026-11"}, None, 5, days=[dt.date(2026, 11, 30)])
            imports_to_tidy(reading, "SCHOOL01")
            list_imports(reading)
    assert len(found) > 50
    for statement in found:
        compiled(statement)
