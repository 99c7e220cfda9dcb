"""Taking a bank's reports of a batch: several of them, each whole or not at all, and never by silence."""

import datetime as dt

import pytest

from offline_collect.domain.access.actor import NotPermittedError
from offline_collect.domain.access.roles import Role
from offline_collect.domain.debits.batches import BatchState, RecordState
from offline_collect.domain.debits.report_standings import ReportRule, Standing
from offline_collect.domain.errors import BankFileError, BankFileTakenError, DebitError
from offline_collect.files.errors import XmlFileError
from offline_collect.settlement.debit.view import view_batch
from offline_collect.store import AuditFilter, audit_rows
from offline_collect.store.debits.batches import set_batch
from offline_collect.store.schema.debit_tables import debit_records
from offline_collect.store.schema.tables import payments
from tests.files.iso20022.partners import entry, notification, reasons, reported, status_report
from tests.settlement.debit.desk import OPERATOR
from tests.support.actors import user

ALL, REJECTS_ONLY = ReportRule
NO_FUNDS = reasons("AM04", None, "余额不足" * 30)
CLOSED = reasons("AC04")
REST = [reported(n, "ACSC") for n in range(3, 13)]


def shown(desk, batch):
    view = view_batch(desk.store, OPERATOR, batch.batch_no)
    return view.stored, {(each.state, each.reported, each.code): each.count for each in view.counts}


def test_intermediate_states_change_nothing_but_what_is_shown(desk):
    made, _ = desk.messages()
    taken = desk.report(status_report("ACCP", reported(1, "PDNG"), reported(2, "ACSP")), made)
    assert (taken.message_id, taken.settled_count, taken.open_count) == ("STS1", 0, 12)
    stored, counts = shown(desk, made)
    assert (stored.batch.state, stored.reported.standing) == (BatchState.WRITTEN, Standing.PENDING)
    assert counts == {
        (RecordState.OUT, Standing.PENDING, None): 2,
        (RecordState.OUT, Standing.SILENT, None): 10,
    }
    assert set(desk.states(*(f"S{n}" for n in range(1, 13)))) == {"IN_BATCH"}
    assert desk.rows(payments, "serial_number") == []


def test_several_reports_end_a_batch_with_its_last_open_record(desk):
    made, _ = desk.messages()
    first = status_report(
        "PART", reported(1, "ACSC", acct_svcr_ref="CORE1"), reported(2, "RJCT", NO_FUNDS), reported(3, "PDNG")
    )
    taken = desk.report(first, made)
    assert (taken.settled_count, taken.settled_minor, taken.open_count) == (1, 12_345, 10)
    bills = dict(desk.rows(debit_records, "sequence", "bill_no"))
    assert desk.states(bills[1], bills[2], bills[3]) == ["PAID", "OPEN", "IN_BATCH"]
    rows = desk.rows(debit_records, "sequence", "state", "return_code", "core_serial", "reason", "retry_on")
    assert rows[0][1:] == ("SETTLED", "0000", "CORE1", None, None)
    assert rows[1][1:] == ("REFUSED", "1001", None, "余额不足" * 15, dt.date(2026, 11, 25))
    stored, _ = shown(desk, made)
    assert (stored.batch.state, stored.story.settled_minor) == (BatchState.WRITTEN, 12_345)

    taken = desk.report(status_report(None, *REST), made)
    assert (taken.settled_count, taken.settled_minor, taken.open_count) == (11, 11 * 12_345, 0)
    stored, counts = shown(desk, made)
    assert (stored.batch.state, stored.story.ended_by) == (BatchState.TAKEN, "ops")
    assert counts == {
        (RecordState.SETTLED, Standing.SETTLED, "0000"): 11,
        (RecordState.REFUSED, Standing.REJECTED, "1001"): 1,
    }
    with desk.store.snapshot() as reading:
        rows = list(audit_rows(reading, AuditFilter(action="debit ingest")))
    assert {row.after["state"] for row in rows} == {"WRITTEN", "TAKEN"}


@pytest.mark.parametrize("status", ["PART", "ACSC"])
def test_a_bank_that_reports_rejected_ones_only_settles_the_rest_by_a_status_of_the_batch(desk, status):
    made, _ = desk.messages()
    desk.report(status_report("ACSP", reported(2, "RJCT", NO_FUNDS)), made, REJECTS_ONLY)
    _, counts = shown(desk, made)
    assert counts[RecordState.OUT, Standing.SILENT, None] == 11
    taken = desk.report(status_report(status, reported(3, "RJCT", CLOSED)), made, REJECTS_ONLY)
    assert (taken.settled_count, taken.open_count) == (10, 0)
    stored, counts = shown(desk, made)
    assert stored.batch.state is BatchState.TAKEN
    assert counts == {
        (RecordState.SETTLED, Standing.SETTLED, "0000"): 10,
        (RecordState.REFUSED, Standing.REJECTED, "1001"): 1,
        (RecordState.REFUSED, Standing.REJECTED, "1002"): 1,
    }


def test_where_the_bank_reports_each_record_a_part_settles_nothing_and_the_whole_all(desk):
    made, _ = desk.messages()
    assert desk.report(status_report("PART"), made).open_count == 12
    assert desk.report(status_report("ACSC"), made).settled_count == 12


@pytest.mark.parametrize(
    ("why", "state", "code"),
    [(CLOSED, "OPEN", "1002"), (reasons("NARR"), "IN_BATCH", "????"), ((), "IN_BATCH", "????")],
)
def test_a_batch_that_is_rejected_settles_nothing(desk, why, state, code):
    made, _ = desk.messages()
    taken = desk.report(status_report("RJCT", why=why, counts=[(12, "RJCT")], payment="RJCT"), made)
    assert (taken.settled_count, taken.open_count) == (0, 0)
    assert set(desk.states(*(f"S{n}" for n in range(1, 13)))) == {state}
    assert {row[0] for row in desk.rows(debit_records, "return_code")} == {code}


def test_a_report_that_is_repeated_posts_nothing_twice(desk):
    made, _ = desk.messages()
    first, last = (
        status_report("PART", reported(1, "ACSC")),
        status_report("PART", reported(2, "ACSC"), *REST),
    )
    for raw in (first, first, last, first):
        desk.report(raw, made)
    assert len(desk.rows(payments, "serial_number")) == 12
    with pytest.raises(BankFileTakenError, match=f"was taken before, for batch {made.batch_no}, by ops"):
        desk.report(last, made)
    desk.report(status_report("ACCP", reported(1, "PDNG")), made)
    assert shown(desk, made)[1] == {(RecordState.SETTLED, Standing.SETTLED, "0000"): 12}


@pytest.mark.parametrize(
    ("raw", "told"),
    [
        (
            status_report("PART", reported(1, "RJCT", NO_FUNDS), reported(2, "ACSC"), reported(4, "ACSC")),
            [
                "-1 is REJECTED (1001), but was SETTLED before",
                "-2 is SETTLED, but was REJECTED (1001) before",
            ],
        ),
        (
            status_report("PART", reported(13, "ACSC"), reported(4, "ACSC"), reported(4, "ACSC")),
            ["-13 is not in the batch", "-4 is there twice"],
        ),
        (
            status_report("PART", reported(4, "ACSC", amount="1.00", mandate="R-PUPIL"), reported(5, "LATE")),
            ["-4 has the amount 1.00 CNY, but the batch has 123.45 CNY", "-5 has the status LATE"],
        ),
        (
            status_report("PART", reported(4, "ACSC", amount="123.45", mandate="R-OTHER")),
            ["-4 has the mandate R-OTHER, but the batch has R-PUPIL"],
        ),
        (status_report("RJCT", counts=[(12, "RJCT")]), ["but 1 of its records are settled"]),
        (status_report("PART", reported(4, "ACSC"), counts=[(9, "RJCT")]), ["9 records are rejected, but"]),
        (status_report("PART", reported(4, "ACSC")).replace(b"-4<", b"X<"), ["X is not in the batch"]),
    ],
)
def test_a_report_that_contradicts_is_refused_whole_with_every_difference(desk, raw, told):
    made, _ = desk.messages()
    desk.report(status_report(None, reported(1, "ACSC"), reported(2, "RJCT", NO_FUNDS)), made)
    before = desk.rows(debit_records, "sequence", "state", "reported")
    with pytest.raises(BankFileError, match="contradicts its batch") as caught:
        desk.report(raw, made)
    assert len(caught.value.differences) == caught.value.count == len(told)
    assert all(words in found for words, found in zip(told, caught.value.differences, strict=True))
    assert desk.rows(debit_records, "sequence", "state", "reported") == before
    assert len(desk.rows(payments, "serial_number")) == 1


def test_many_contradictions_are_counted_and_the_first_are_named(desk, monkeypatch):
    monkeypatch.setattr("offline_collect.settlement.bank_files.reading.KEPT_MAX", 3)
    made, _ = desk.messages()
    with pytest.raises(BankFileError) as caught:
        desk.report(status_report("PART", *(reported(n, "ACSC") for n in range(20, 30))), made)
    assert (caught.value.count, len(caught.value.differences)) == (10, 3)


def test_chunks_make_no_difference(desk, monkeypatch):
    monkeypatch.setattr("offline_collect.settlement.debit.report_match.AT_ONCE", 2)
    monkeypatch.setattr("offline_collect.settlement.debit.apply_reports.AT_ONCE", 2)
    made, _ = desk.messages()
    raw = status_report("PART", *(reported(n, "RJCT", NO_FUNDS) for n in (7, 3, 1)))
    assert desk.report(raw, made, REJECTS_ONLY).settled_count == 9


def test_reports_are_of_batches_that_went_out_as_messages_and_are_not_cancelled(desk):
    fixed, _ = desk.batch("WATER001")
    with pytest.raises(BankFileError, match=f"the batch {fixed.batch_no} went out in a file of fixed width"):
        desk.report(status_report("ACSC"), fixed)
    made, _ = desk.messages()
    desk.cancel(made.batch_no)
    with pytest.raises(BankFileError, match=f"the batch {made.batch_no} is CANCELLED"):
        desk.report(status_report("ACSC"), made)
    assert set(desk.states(*(f"S{n}" for n in range(1, 13)))) == {"OPEN"}


def test_a_batch_of_which_some_records_have_ended_is_not_cancelled(desk):
    made, _ = desk.messages()
    desk.report(status_report("PART", reported(1, "ACSC"), reported(2, "RJCT", NO_FUNDS)), made)
    with pytest.raises(DebitError, match="has settled or rejected 2 debits of it: it cannot be cancelled"):
        desk.cancel(made.batch_no)


def test_another_message_is_no_report(desk):
    made, _ = desk.messages()
    with pytest.raises(XmlFileError, match=r"is camt\.054\.001\.08, not pain\.002\.001\.10"):
        desk.report(notification(entry("1.00", "CRDT")), made)


@pytest.mark.parametrize("role", [Role.MAKER, Role.AUDITOR, Role.MERCHANT])
def test_only_operators_take_reports(desk, role):
    made, _ = desk.messages()
    with pytest.raises(NotPermittedError):
        desk.report(status_report("ACSC"), made, actor=user("eve", role))


def test_verify_finds_a_debit_that_ended_although_its_batch_waits_for_a_whole_result(desk):
    made, _ = desk.messages()
    desk.report(status_report(None, reported(1, "ACSC")), made)
    assert desk.teller.report().findings == ()
    with desk.store.transaction() as tx:
        set_batch(tx, made.batch_no, {"format": "fixed"})
    (found,) = desk.teller.report().findings
    assert f"{made.batch_no}/1" in str(found)
    with desk.store.transaction() as tx:
        set_batch(tx, made.batch_no, {"format": "iso20022"})
