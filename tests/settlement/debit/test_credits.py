"""Booked credits of a bank's notification that name batches: they settle what the bank has not rejected."""

import pytest
from pyiso20022.camt import camt_054_001_08 as camt054

from offline_collect.domain.access.actor import NotPermittedError
from offline_collect.domain.access.roles import Role
from offline_collect.domain.debits.batches import BatchState
from offline_collect.domain.debits.report_standings import ReportRule, Standing
from offline_collect.domain.errors import BankFileError
from offline_collect.settlement.debit import ingest_credits as credits_module
from offline_collect.settlement.debit.view import view_batch
from offline_collect.store import AuditFilter, audit_rows
from offline_collect.store.schema.debit_tables import debit_records
from tests.files.iso20022.partners import BATCH, entry, notification, reasons, reported, status_report
from tests.settlement.debit.desk import OPERATOR
from tests.support.actors import user

REJECTED = status_report("ACSP", reported(2, "RJCT", reasons("AM04")))
REST = "1357.95"
"""Eleven of twelve debits of 123.45."""


def credit(value, number=BATCH, **more):
    return entry(value, "CRDT", batch=camt054.BatchInformation2(pmt_inf_id=number), **more)


@pytest.fixture
def sent(desk):
    """A batch of twelve debits, of which the bank has rejected one."""
    made, _ = desk.messages()
    desk.report(REJECTED, made, ReportRule.REJECTS_ONLY)
    return made


def taken_messages(desk):
    with desk.store.snapshot() as reading:
        return len(list(audit_rows(reading, AuditFilter(action="debit ingest"))))


def test_a_credit_of_what_was_not_rejected_settles_it(desk, sent):
    (taken,) = desk.credited(notification(entry("5.00", "CRDT"), credit(REST)), sent)
    assert (taken.message_id, taken.settled_count, taken.settled_minor, taken.open_count) == (
        "NTF1",
        11,
        135_795,
        0,
    )
    stored = view_batch(desk.store, OPERATOR, sent.batch_no).stored
    assert (stored.batch.state, stored.reported.standing) == (BatchState.TAKEN, Standing.SETTLED)
    codes = [code for (code,) in desk.rows(debit_records, "return_code")]
    assert codes == ["0000", "1001", *["0000"] * 10]


def test_a_notification_that_comes_again_changes_nothing(desk, sent):
    first = desk.credited(notification(credit(REST)), sent)
    messages = taken_messages(desk)
    assert [each.settled_count for each in desk.credited(notification(credit(REST)), sent)] == [
        each.settled_count for each in first
    ]
    assert taken_messages(desk) == messages


def test_where_the_bank_reports_each_record_a_credit_settles_none(desk, sent):
    (taken,) = desk.credited(notification(credit(REST)), sent, ReportRule.ALL)
    assert (taken.settled_count, taken.open_count) == (0, 11)
    stored = view_batch(desk.store, OPERATOR, sent.batch_no).stored
    assert stored.reported.standing is Standing.PENDING


@pytest.mark.parametrize(
    "passed_over",
    [
        credit(REST, "OTHER1"),
        credit(REST, status="PDNG"),
        credit(REST, reversal=True),
        entry(REST, "DBIT", batch=camt054.BatchInformation2(pmt_inf_id=BATCH)),
        entry(REST, "CRDT", batch=camt054.BatchInformation2(nb_of_txs="11")),
    ],
)
def test_what_is_no_booked_credit_of_a_batch_of_ours_is_passed_over(desk, sent, passed_over):
    assert desk.credited(notification(passed_over), sent) == []


def test_a_batch_that_went_out_with_fixed_width_waits_for_its_file(desk):
    made, _ = desk.batch()
    assert desk.credited(notification(credit("1481.40")), made) == []


@pytest.mark.parametrize(
    ("entries", "told"),
    [
        ([credit("1481.40")], "credits 1481.40 CNY .* but 1357.95 CNY"),
        ([credit(REST, currency="USD")], "credits 1357.95 USD"),
        ([credit(REST), credit(REST)], "is credited twice"),
    ],
)
def test_a_credit_of_anything_else_refuses_the_whole_notification(desk, sent, entries, told):
    with pytest.raises(BankFileError, match=told):
        desk.credited(notification(*entries), sent)
    assert set(desk.states("S3", "S4")) == {"IN_BATCH"}


def test_a_cancelled_batch_is_not_credited(desk):
    made, _ = desk.messages()
    desk.cancel(made.batch_no)
    with pytest.raises(BankFileError, match="is CANCELLED"):
        desk.credited(notification(credit("1481.40")), made)


def test_a_notification_credits_a_bounded_number_of_batches(desk, sent, monkeypatch):
    monkeypatch.setattr(credits_module, "BATCHES_MAX", 0)
    with pytest.raises(BankFileError, match="credits more than 0 batches"):
        desk.credited(notification(credit(REST)), sent)


def test_a_clerk_of_a_merchant_may_not_take_it(desk, sent):
    with pytest.raises(NotPermittedError):
        desk.credited(notification(credit(REST)), sent, actor=user("mei", Role.MERCHANT))
