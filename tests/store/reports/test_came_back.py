"""A statement finds the debits that came back on its days by their index, however many debits the merchant has."""

from sqlalchemy import event

from offline_collect.store.reports.day_totals import reversal_tallies
from tests.fakes.bank import DAY


def test_the_debits_that_came_back_are_found_by_their_index(sqlite_teller):
    seen = []

    def keep(_connection, _cursor, statement, parameters, _context, _many):
        seen.append((statement, parameters))

    with sqlite_teller.store.snapshot() as reading:
        connection = reading.connection
        event.listen(connection.engine, "before_cursor_execute", keep)
        reversal_tallies(reading, "SCHOOL01", DAY, DAY)
        event.remove(connection.engine, "before_cursor_execute", keep)
        ((statement, parameters),) = [each for each in seen if "return_serial" in each[0]]
        plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
        steps = [row.detail for row in plan if "debit_records" in row.detail]
    assert [step.split(" (")[0] for step in steps] == [
        "SEARCH debit_records USING INDEX ix_debit_records_merchant_id_return_serial"
    ]
