"""No statement of a lane scans a whole table, for any statistics."""

import re
from dataclasses import replace

import pytest
from sqlalchemy import text

from offline_collect.domain.effects import Effects
from offline_collect.domain.facts import Facts, Wants
from offline_collect.store import CustomerRecord, put_bills, put_customers
from offline_collect.store.database.list_parameter import wanted
from offline_collect.store.sql import statements
from offline_collect.store.sql.statements import Statements
from tests.fakes.bank import DAY
from tests.store.teller import WATER_BILLS

ONE = {
    "days": (statements.DATES, (DAY,)),
    "transactions": (statements.KEYS, ("P|1",)),
    "transactions_locked": (statements.KEYS, ("P|1",)),
    "transactions_skipping": (statements.KEYS, ("P|1",)),
    "traces": (statements.KEYS, ("P|1",)),
    "payments": (statements.KEYS, ("1",)),
    "payments_locked": (statements.KEYS, ("1",)),
    "payments_skipping": (statements.KEYS, ("1",)),
    "applied": (statements.KEYS, ("1",)),
    "bills": (statements.PAIRS, ("SCHOOL01", "S1")),
    "bills_locked": (statements.PAIRS, ("SCHOOL01", "S1")),
    "bills_skipping": (statements.PAIRS, ("SCHOOL01", "S1")),
    "open_bills": (statements.PAIRS, ("SCHOOL01", "2026030117")),
    "bill_pages": (statements.PAGES, (1, "SCHOOL01", "2026030117", DAY, "S1")),
    "merchants": (statements.KEYS, ("SCHOOL01",)),
    "forms": (statements.VERSIONS, ("SCHOOL01", 1)),
    "customers": (statements.PAIRS, ("SCHOOL01", "0" * 64)),
    "numbered_customers": (statements.PAIRS, ("SCHOOL01", "1")),
    "bill_versions": (statements.PAIRS, ("SCHOOL01", "S1")),
    "bill_versions_locked": (statements.PAIRS, ("SCHOOL01", "S1")),
    "import_states": (statements.NUMBERS, (1,)),
    "steady_customers": (statements.PAIRS, ("SCHOOL01", "1")),
    "key_holders": (statements.PAIRS, ("SCHOOL01", "0" * 64)),
    "customer_versions": (statements.PAIRS, ("SCHOOL01", "1")),
    "payment_totals": (statements.FIGURES, ("1", "156", DAY)),
    "reversal_totals": (statements.FIGURES, ("1", "156", DAY)),
    "agreed_totals": (statements.FIGURES, ("1", "156", DAY)),
}
BY_WHOLE_KEY = r"INTEGER PRIMARY KEY \(rowid=\?\)|SEARCH imports .*\(import_id=\?\)"
"""Keys of one column by which rows name other rows."""
TABLES = "transactions|traces|payments|bills|customers|customer_keys|reversals"


def plan(teller, name, explain):
    """Return the plan of a statement on a lane's connection."""
    session = teller.session
    session.begin()
    connection = session._connection
    columns, row = ONE[name]
    compiled = Statements(connection.dialect.name).select(name).compile(dialect=connection.dialect)
    values = compiled.construct_params({**wanted(tuple(columns), [row]), "day": DAY, "most": 7})
    if compiled.positional:
        values = tuple(DAY.isoformat() if values[key] == DAY else values[key] for key in compiled.positiontup)
    lines = [row[-1] for row in connection.exec_driver_sql(f"{explain} {compiled}", values)]
    session.rollback()
    return lines


def test_every_statement_that_takes_a_list_is_looked_at():
    of_dialect = Statements("sqlite")
    listed = {name for name in of_dialect.names() if "wanted" in str(of_dialect.select(name))}
    assert listed == set(ONE)


@pytest.mark.parametrize("name", ONE)
def test_sqlite_looks_for_the_whole_key(sqlite_teller, name):
    lines = plan(sqlite_teller, name, "EXPLAIN QUERY PLAN")
    searches = [line for line in lines if line.startswith("SEARCH")]
    columns, _ = ONE[name]
    # A page's cursor is not a search condition.
    key = 2 if name == "bill_pages" else len(columns)
    assert searches
    by_list = [line for line in searches if not re.search(BY_WHOLE_KEY, line)]
    assert min((line.count("=?") for line in by_list), default=2) >= min(key, 2)
    assert not [line for line in lines if re.match(rf"SCAN ({TABLES}|sqlite)", line)]


def test_postgresql_looks_for_the_whole_key(postgresql_teller):
    people = [CustomerRecord(f"C{n}", "李雷", {"meter_no": f"{n:08}"}) for n in range(900)]
    bills = [replace(WATER_BILLS[0], bill_no=f"B{n}", customer_no=f"C{n}") for n in range(900)]
    with postgresql_teller.store.transaction() as tx:
        put_customers(tx, "WATER001", people)
        put_bills(tx, "WATER001", bills)
        tx.connection.execute(text("ANALYZE"))
    for name in ("bills_locked", "open_bills", "bill_pages", "customers", "numbered_customers"):
        lines = plan(postgresql_teller, name, "EXPLAIN")
        assert not [line for line in lines if re.search(rf"Seq Scan on ({TABLES})", line)], (name, lines)


def test_plans_made_on_an_empty_store_read_a_full_one_by_their_keys(postgresql_teller):
    session, bill = postgresql_teller.session, ("SCHOOL01", "S1")
    with postgresql_teller.store.transaction() as tx:
        tx.connection.execute(text("ANALYZE"))
    command, _ = postgresql_teller.pay()
    one_payment(session, command, bill)
    made = kept_plans(session)
    bills = [replace(WATER_BILLS[0], bill_no=f"B{n}", customer_no=f"C{n}") for n in range(900)]
    people = [CustomerRecord(f"C{n}", "李雷", {"meter_no": f"{n:08}"}) for n in range(900)]
    with postgresql_teller.store.transaction() as tx:
        put_customers(tx, "WATER001", people)
        put_bills(tx, "WATER001", bills)
        tx.connection.execute(
            text("INSERT INTO traces SELECT 'T' || n, 'f', :d, 'k', 0, now() FROM generate_series(1, 900) n"),
            {"d": DAY},
        )
    before = rows_read(postgresql_teller)
    one_payment(session, command, ("WATER001", "B450"))
    after = rows_read(postgresql_teller)
    assert kept_plans(session) == made, "no plan was made anew"
    assert {name: after[name] - before[name] for name in after if after[name] - before[name] > 20} == {}


def one_payment(session, command, bill):
    """Load what a payment needs, and change a bill as it does."""
    facts = Facts()
    wants = Wants(keys={command.key}, traces={command.trace}, merchants={bill[0]}, bills={bill})
    session.begin_and_load(wants, facts)
    session.write_and_commit([Effects(bills=(facts.bills[bill],))])


def kept_plans(session):
    connection = session._connection.connection.driver_connection
    rows = connection.execute("SELECT name FROM pg_prepared_statements ORDER BY 1").fetchall()
    connection.rollback()
    return rows


def rows_read(teller):
    """Return how many entries of indexes and rows of tables were read, by index or table."""
    driver = teller.session._connection.connection.driver_connection
    driver.execute("SELECT pg_stat_force_next_flush()")
    driver.commit()
    found = driver.execute(
        "SELECT indexrelname, idx_tup_read FROM pg_stat_user_indexes"
        " UNION ALL SELECT relname, seq_tup_read FROM pg_stat_user_tables WHERE seq_tup_read > 0"
    ).fetchall()
    driver.rollback()
    return dict(found)
