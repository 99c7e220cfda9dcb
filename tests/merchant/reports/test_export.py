"""When files are written, when they are refused, and what is recorded about them."""

from dataclasses import replace

import pytest
from sqlalchemy import delete, select, update

from offline_collect.files.errors import UnwritableError
from offline_collect.merchant.reports.errors import LedgerDiffersError, NoBusinessDayError
from offline_collect.merchant.reports.export import hand_out
from offline_collect.merchant.reports.labels import (
    CHANNELS,
    DAY_STATES,
    KINDS,
    REASONS,
    STATES,
    TENDERS,
)
from offline_collect.store import NotFoundError
from offline_collect.store.schema.manual_posting_tables import office_postings
from offline_collect.store.schema.tables import business_days, entries, payments, reversals
from offline_collect.store.schema.user_tables import audit_trail
from offline_collect.translations import Language, catalogue
from tests.databases.school_week import MONDAY, POSTINGS, THURSDAY, TUESDAY
from tests.merchant.exported import of_days, table
from tests.support.audited import said


def test_what_is_handed_out_is_in_the_audit_trail(week, order):
    store, _ = week
    hand_out(store, order)
    with store.snapshot() as reading:
        last = reading.connection.execute(select(audit_trail).order_by(audit_trail.c.sequence.desc())).first()
    assert (last.actor, said(last)) == ("ops", f"details SCHOOL01 {MONDAY}")
    assert '"name":"out.xlsx"' in last.after
    assert f'"rows":{POSTINGS[MONDAY]}' in last.after
    assert "王" not in last.after


def test_a_file_that_is_there_stays_unless_it_may_be_overwritten(week, order):
    store, _ = week
    order.path.write_text("precious", encoding="utf-8")
    with pytest.raises(UnwritableError, match="is there already"):
        hand_out(store, order)
    assert order.path.read_text(encoding="utf-8") == "precious"
    hand_out(store, replace(order, overwrite=True))
    assert len(table(order.path, "Details")[0]) == POSTINGS[MONDAY]


def test_a_folder_that_is_not_there_is_said_not_to_be(week, order, tmp_path):
    with pytest.raises(UnwritableError, match=r"\(no such file or directory\); check the folder"):
        hand_out(week[0], replace(order, path=tmp_path / "nowhere" / "out.xlsx"))


def test_an_unknown_merchant_and_a_day_that_never_was_are_refused(week, order):
    store, _ = week
    with pytest.raises(NotFoundError, match="NOBODY"):
        hand_out(store, replace(order, merchant_id="NOBODY"))
    past = MONDAY.replace(year=2025)
    with pytest.raises(NoBusinessDayError, match="2025-11-22 is not a business day"):
        hand_out(store, replace(order, first=past, last=past))
    with pytest.raises(NoBusinessDayError, match=r"2025-11-22\.\.2025-11-25 has no business day"):
        hand_out(store, of_days(order, past, THURSDAY.replace(year=2025)))
    assert not order.path.exists()


DAMAGES = {
    "an amount": (
        update(payments).where(payments.c.bill_no == "S1").values(amount_minor=1),
        "PAID: 123.45 in the ledger, 0.01 by the payments",
    ),
    "a payment": (
        delete(payments).where(payments.c.bill_no == "S4"),
        "what the merchant is owed: 370.35 in the ledger, 246.90 by the payments",
    ),
    "a payment's entries": (
        delete(entries).where(entries.c.posting.in_(select(payments.c.serial_number))),
        "payments: 0 over 0.00 in the ledger, 9 over 995.37 by the payments",
    ),
    "a reversal": (
        delete(reversals).where(reversals.c.business_date == TUESDAY),
        "reversals: 1 over 123.45 in the ledger, 0 over 0.00 by the payments",
    ),
    "a posting by hand": (
        delete(office_postings).where(office_postings.c.kind == "APPLIED"),
        "APPLIED: 1 over 123.45 in the ledger, 0 over 0.00 by the payments",
    ),
    "an owner": (
        update(entries).where(entries.c.owner == "SCHOOL01").values(owner="WATER001"),
        "what the merchant is owed: 0.00 in the ledger, 370.35 by the payments",
    ),
    "a business day": (
        delete(business_days).where(business_days.c.business_date == TUESDAY),
        "2026-11-23: is not a business day",
    ),
    "the parts": (update(payments).values(principal_minor=1), "is not what its payment says"),
}


@pytest.mark.parametrize("what", DAMAGES)
def test_where_ledger_and_payments_differ_nothing_is_written(own_week, order, tmp_path, what):
    damage, reason = DAMAGES[what]
    with own_week.transaction() as tx:
        tx.connection.execute(damage)
    with pytest.raises(LedgerDiffersError, match="offline-collect verify") as refused:
        hand_out(own_week, of_days(order, MONDAY, THURSDAY))
    assert reason in str(refused.value)
    assert [path.name for path in tmp_path.iterdir() if not path.name.startswith("store.db")] == []


@pytest.mark.parametrize("words", [KINDS, STATES, CHANNELS, TENDERS, DAY_STATES, REASONS])
def test_everything_that_a_file_can_show_has_words(words):
    kind = type(next(iter(words)))
    assert set(words) == set(kind)
    for each in words.values():
        assert each.said(catalogue(Language.ZH)) != each
