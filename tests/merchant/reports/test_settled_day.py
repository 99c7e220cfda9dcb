"""The statements of all merchants of a settled day: the settlement's figures, whole, the same bytes each time."""

import csv
import datetime as dt
from dataclasses import replace

import pytest
from sqlalchemy import insert, update

from offline_collect.domain.access.actor import NotPermittedError, ScopeError
from offline_collect.domain.access.organisation import BANK, Scope
from offline_collect.domain.access.roles import Role
from offline_collect.domain.business_days.evening import DayDocument
from offline_collect.domain.errors import ReconciliationError
from offline_collect.files.errors import UnwritableError
from offline_collect.merchant.reports.export import FileFormat
from offline_collect.merchant.reports.settled_day import StatementsOrder, write_statements
from offline_collect.settlement.reconciliation.days import reconcile_day, settle_day, view_settlement
from offline_collect.store.reconciliation.day_documents import written_documents
from offline_collect.store.schema.reconciliation_tables import recon_files, settled_days, settlements
from tests.databases.disarmed import disarm
from tests.databases.school_week import FEES, MONDAY, OWED, POSTINGS, THURSDAY, TUESDAY
from tests.fakes.bank import BEIJING, NOON
from tests.merchant.exported import minor, minor_text, read_sheet
from tests.support.actors import user

OPS = user("ops", Role.OPERATOR)


@pytest.fixture
def store(week):
    """The school's week, its first two days settled; their institution agrees with all of it."""
    found, _ = week
    with found.transaction() as tx:
        if tx.connection.execute(settled_days.select()).first() is None:
            tx.connection.execute(insert(recon_files), [_agreeing(1, MONDAY), _agreeing(2, TUESDAY)])
            left = True
        else:
            left = False
    for day in (MONDAY, TUESDAY) if left else ():
        reconcile_day(found, OPS, day, NOON)
        settle_day(found, OPS, day, NOON)
    return found


def _agreeing(number, day):
    return {
        "file_id": number,
        "sha256": str(number),
        "name": "fep.dat",
        "size_bytes": 1,
        "institution": "12345678",
        "business_date": day,
        "state": "TAKEN",
        "rows_read": 0,
        "rows_matched": 0,
        "payments_minor": 0,
        "reversals_minor": 0,
        "who": "ops",
        "taken_at": NOON,
        "in_force": 1,
    }


def order(folder, day=MONDAY, **more):
    wish = StatementsOrder(
        date=day, folder=folder, file_format=FileFormat.XLSX, zone=BEIJING, actor=OPS, now=NOON
    )
    return replace(wish, **more)


def school(written):
    """Return the school's of all statements."""
    found = {done.merchant.merchant_id: done for done in written}
    return found["SCHOOL01"]


def test_a_statement_has_the_figures_of_the_settlement(store, tmp_path):
    for day in (MONDAY, TUESDAY):
        done = school(write_statements(store, order(tmp_path, day)))
        (fixed,) = (each for each in view_settlement(store, OPS, day) if each.merchant_id == "SCHOOL01")
        assert done.files == ((tmp_path / f"SCHOOL01-statement-{day.compact}.xlsx", POSTINGS[day]),)
        lines = read_sheet(done.files[0][0], "对账单" if "对账单" in _sheets(done) else "Statement")
        heading = next(line for line in lines if len([cell for cell in line if cell]) > 4)
        shown = dict(zip(heading, lines[lines.index(heading) + 1], strict=True))
        amounts = {minor(cell) for cell in shown.values() if isinstance(cell, float)}
        assert {fixed.fees_minor, fixed.net_minor} <= amounts
        assert (fixed.owed_minor, fixed.fees_minor) == (OWED[day], FEES[day])
        with store.snapshot() as reading:
            assert written_documents(reading, day) == {DayDocument.STATEMENTS}


def _sheets(done):
    from python_calamine import CalamineWorkbook  # noqa: PLC0415

    with CalamineWorkbook.from_path(done.files[0][0]) as workbook:
        return workbook.sheet_names


def test_the_files_are_the_same_whoever_writes_them_again(store, tmp_path):
    for file_format in FileFormat:
        first = school(write_statements(store, order(tmp_path, file_format=file_format)))
        before = {path: path.read_bytes() for path, _ in first.files}
        later = order(tmp_path, file_format=file_format, now=NOON + dt.timedelta(days=9), actor=user("li"))
        list(write_statements(store, later))
        assert {path: path.read_bytes() for path in before} == before
    assert len(list(tmp_path.glob("SCHOOL01*"))) == 3, "a workbook; as CSV the figures and the details"


def test_what_may_change_later_is_left_out(store, tmp_path):
    done = school(write_statements(store, order(tmp_path, file_format=FileFormat.CSV)))
    with done.files[1][0].open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert len(rows) == POSTINGS[MONDAY]
    assert not {"State now", "当前状态"} & set(rows[0])
    principal = next(heading for heading in rows[0] if heading in {"Principal", "本金"})
    late_fee = next(heading for heading in rows[0] if heading in {"Late fee", "滞纳金"})
    owed = sum(minor_text(row[principal]) + minor_text(row[late_fee]) for row in rows)
    outside = 12_345
    assert owed - outside == OWED[MONDAY]


def test_who_may_and_of_which_days(store, tmp_path):
    with pytest.raises(NotPermittedError):
        list(write_statements(store, order(tmp_path, actor=user("m", Role.MAKER))))
    with pytest.raises(ScopeError):
        list(write_statements(store, order(tmp_path, actor=replace(OPS, scope=Scope(BANK.path)))))
    with pytest.raises(ReconciliationError, match="no statements before it is settled"):
        list(write_statements(store, order(tmp_path, THURSDAY)))
    with pytest.raises(UnwritableError):
        list(write_statements(store, order(tmp_path / "missing")))


def test_a_statement_that_differs_from_the_settlement_is_told(store, tmp_path):
    with store.transaction() as tx:
        disarm(tx.connection)
        more = update(settlements).where(settlements.c.business_date == MONDAY)
        tx.connection.execute(more.values(fees_minor=settlements.c.fees_minor + 1))
    try:
        found = list(write_statements(store, order(tmp_path)))
        assert {each.merchant_id: "or another of its sums" in each.why for each in found} == {
            "SCHOOL01": True,
            "WATER001": True,
        }
    finally:
        with store.transaction() as tx:
            disarm(tx.connection)
            tx.connection.execute(more.values(fees_minor=settlements.c.fees_minor - 1))
