"""Taking a bank's result: matched in every record, then applied whole, or refused with every difference."""

import datetime as dt

import pytest
from sqlalchemy import func, select

from offline_collect.domain.access.audit import SubjectType
from offline_collect.domain.codes import ResponseCode
from offline_collect.domain.debits.batches import BatchState, RecordState
from offline_collect.domain.debits.mandates import MandateState
from offline_collect.domain.debits.selection import Attempt, LeftOut
from offline_collect.domain.errors import BankFileError
from offline_collect.domain.transactions import PaymentState
from offline_collect.settlement.debit.view import view_batch
from offline_collect.store import AuditFilter, audit_rows
from offline_collect.store.backoffice.mandates import get_mandate
from offline_collect.store.debits.batches import set_batch
from offline_collect.store.schema.debit_tables import debit_records
from offline_collect.store.schema.reconciliation_tables import recon_items
from offline_collect.store.schema.tables import entries, outbox, payments, reconciliation_items, transactions
from tests.settlement.debit.desk import OPERATOR, PAID

TOMORROW = dt.date(2026, 11, 23)
LATER = dt.date(2026, 11, 25)


def balances(desk):
    with desk.store.snapshot() as reading:
        sums = select(entries.c.account, func.sum(entries.c.amount_minor)).group_by(entries.c.account)
        return dict(tuple(row) for row in reading.connection.execute(sums))


def mandate(desk, reference="R-PUPIL"):
    with desk.store.snapshot() as reading:
        return get_mandate(reading, "SCHOOL01", reference).terms.decided


def test_a_batch_that_is_settled_pays_its_bills(desk):
    made, path = desk.batch()
    taken = desk.ingest(desk.result(path))
    assert (taken.batch.batch_no, taken.settled_count, taken.settled_minor) == (
        made.batch_no,
        12,
        12 * 12_345,
    )
    assert set(desk.states(*(f"S{n}" for n in range(1, 13)))) == {"PAID"}
    assert balances(desk) == {"BATCH_CLEARING": 12 * 12_345, "PAYABLE": -12 * 12_345}
    (payment,) = desk.payments("S1")
    assert (payment.tender.value, payment.institution, payment.state) == (
        "BATCH",
        "8801",
        PaymentState.APPROVED,
    )
    stored = view_batch(desk.store, OPERATOR, made.batch_no)
    assert stored.stored.batch.state is BatchState.TAKEN
    assert [(each.state.value, each.code, each.count) for each in stored.counts] == [("SETTLED", "0000", 12)]
    with desk.store.snapshot() as reading:
        (row,) = audit_rows(reading, AuditFilter(action="debit ingest"))
    assert (row.subject_id, row.actor) == (made.batch_no, "ops")


def test_each_code_has_its_effect_on_bill_mandate_and_retry(desk):
    codes = {
        1: PAID,
        2: ("1001", None),
        3: ("9001", None),
        4: ("4001", None),
        5: ("5555", 100),
        6: ("0000", 45),
    }
    made, path = desk.batch()
    desk.ingest(desk.result(path, codes))
    bills = dict(desk.rows(debit_records, "sequence", "bill_no"))
    assert desk.states(*(bills[n] for n in range(1, 7))) == [
        "PAID",
        "OPEN",
        "OPEN",
        "IN_BATCH",
        "IN_BATCH",
        "OPEN",
    ]
    found = {
        row[0]: row[1:] for row in desk.rows(debit_records, "sequence", "state", "return_code", "retry_on")
    }
    assert found[2] == (RecordState.REFUSED.value, "1001", LATER)
    assert found[3] == (RecordState.REFUSED.value, "9001", dt.date(2026, 11, 22))
    assert found[4] == (RecordState.LOCKED.value, "4001", None)
    assert found[5] == (RecordState.LOCKED.value, "5555", None)
    # The school takes no parts: the money waits for a person.
    assert [each.state for each in desk.payments(bills[6])] == [PaymentState.SUSPENSE]
    assert mandate(desk) is None
    view = view_batch(desk.store, OPERATOR, made.batch_no)
    assert [each.bill_no for each in view.locked] == [bills[4], bills[5]]
    assert desk.teller.pay(bills[4])[1].code is ResponseCode.IN_BATCH


def test_with_the_result_the_payer_is_told_and_a_doubt_waits_for_a_person(desk):
    made, path = desk.batch()
    desk.ingest(
        desk.result(path, {1: ("1001", None), 2: ("9001", None), 3: ("4001", None), 4: ("5555", None)})
    )
    bills = dict(desk.rows(debit_records, "sequence", "bill_no"))
    told = desk.rows(outbox, "kind", "notice_id", "bill_no", "payment_serial")
    failed = [row for row in told if row[0] == "DEBIT_FAILED"]
    assert failed == [("DEBIT_FAILED", f"DEBIT_FAILED:{made.batch_no}/1", bills[1], None)]
    assert len(told) == 1 + 8, "the settled ones are told that they paid"
    assert desk.rows(reconciliation_items, "kind", "key", "payment_serial") == [
        ("DEBIT_IN_DOUBT", f"DL|{made.batch_no}|3", None)
    ]
    day = desk.store.open_day().date
    assert desk.store.cutover(day, type(day).of(TOMORROW), desk.now, "ops")
    assert desk.rows(recon_items, "difference", "follow_up", "state") == [("DEBIT_IN_DOUBT", "NOTE", "OPEN")]
    assert desk.teller.report().whole


@pytest.mark.parametrize(
    ("code", "state"), [("1002", MandateState.SUSPENDED), ("2001", MandateState.CANCELLED)]
)
def test_a_closed_account_suspends_the_mandate_and_a_missing_mandate_ends_it(desk, code, state):
    made, path = desk.batch()
    desk.ingest(desk.result(path, dict.fromkeys(range(1, 13), (code, None))))
    assert mandate(desk) is state
    assert desk.export(attempt=Attempt.ANY).left_out.counts == {LeftOut.MANDATE_NOT_ACTIVE: 12}
    with desk.store.snapshot() as reading:
        (row,) = audit_rows(reading, AuditFilter(subject_type=SubjectType.MANDATE))
    assert made.batch_no in row.after["reason"]


def test_a_part_is_paid_where_the_merchant_takes_parts(desk):
    _, path = desk.batch("WATER001")
    desk.ingest(desk.result(path, {1: ("0000", 5_000)}))
    assert desk.states("W1", merchant="WATER001") == ["PARTIAL"]
    assert desk.bill("W1", "WATER001").outstanding_minor == 15_000
    # The rest is debited next time.
    assert desk.export("WATER001").batch.total_minor == 15_000


def test_what_may_be_debited_again_goes_into_a_new_batch_on_its_day(desk):
    _, path = desk.batch()
    desk.ingest(desk.result(path, {1: ("1001", None), 2: ("9001", None), 3: ("2002", None)}))
    refused = dict(desk.rows(debit_records, "sequence", "bill_no"))
    assert desk.export().left_out.counts == {LeftOut.FAILED_BEFORE: 3}
    again = desk.export(attempt=Attempt.RETRY, due_by=None)
    assert again.left_out.counts == {LeftOut.NOT_AGAIN_YET: 1, LeftOut.FAILED_BEFORE: 1}
    assert again.batch.record_count == 1
    desk.cut(TOMORROW)
    desk.cut(LATER)
    third = desk.export(attempt=Attempt.RETRY, due_by=None)
    assert (third.batch.record_count, third.left_out.named) == (1, {LeftOut.FAILED_BEFORE: [refused[3]]})
    assert desk.states(refused[1], refused[2], refused[3]) == ["IN_BATCH", "IN_BATCH", "OPEN"]


def shifted(details):
    return [*details[:-1], details[-1] | {"sequence": 13}]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (
            {"edit": lambda details: details[:-1]},
            ["number of records is 11", "record 12 of the batch is not in"],
        ),
        (
            {"edit": lambda details: [*details, details[0]]},
            ["number of records is 13", "record 1 is there twice"],
        ),
        ({"edit": shifted}, ["record 13 is not in the batch", "record 12 of the batch is not in the file"]),
        (
            {"edit": lambda details: [details[0] | {"bill_no": "S99", "amount": 12_346}, *details[1:]]},
            ["record 1 is of bill S99", "record 1 has the amount 123.46, but the batch has 123.45"],
        ),
        ({"codes": {1: ("0000", 0)}}, ["record 1 says that it is settled, but with no amount"]),
        ({"codes": {1: ("1001", 5)}}, ["record 1 says that it is refused, but with a settled amount"]),
        ({"codes": {1: ("0000", 99_999)}}, ["more is settled than was asked for"]),
        ({"header": {"institution": "8802"}}, ["the institution is 8802, but the batch has 8801"]),
        ({"header": {"batch_no": "20261122000009"}}, ["the batch 20261122000009 is not known here"]),
    ],
)
def test_a_file_that_does_not_match_is_refused_whole_with_every_difference(desk, change, told):
    _, path = desk.batch()
    with pytest.raises(BankFileError) as caught:
        desk.ingest(desk.result(path, **change))
    assert caught.value.count == len(told) == len(caught.value.differences)
    assert all(words in found for words, found in zip(told, caught.value.differences, strict=True))
    assert set(desk.states(*(f"S{n}" for n in range(1, 13)))) == {"IN_BATCH"}
    assert desk.rows(payments, "serial_number") == []
    desk.ingest(desk.result(path))


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        (b"\nD0000000002", b"\nD000000000X", "sequence (bytes 2 to 11)"),
        (b"0000000000148140", b"0000000000148141", "the details have 148140"),
        (b"C1 ", b"C2 ", "digest (bytes 28 to 91)"),
        (b"\nT", b"\nX", "is missing: was the file sent whole?"),
    ],
)
def test_a_file_that_was_changed_or_torn_is_refused(desk, old, new, words):
    _, path = desk.batch()
    result = desk.result(path)
    result.write_bytes(result.read_bytes().replace(old, new, 1))
    with pytest.raises(BankFileError) as caught:
        desk.ingest(result)
    assert words in str(caught.value)
    assert desk.rows(payments, "serial_number") == []


def test_a_header_that_cannot_be_read_ends_it(desk):
    _, path = desk.batch()
    result = desk.result(path)
    result.write_bytes(b"X" + result.read_bytes())
    with pytest.raises(BankFileError, match="line 1, header: has more than 98 bytes"):
        desk.ingest(result)


def test_many_differences_are_counted_and_the_first_are_named(desk, monkeypatch):
    monkeypatch.setattr("offline_collect.settlement.bank_files.reading.KEPT_MAX", 3)
    _, path = desk.batch()
    with pytest.raises(BankFileError) as caught:
        desk.ingest(desk.result(path, edit=lambda details: details[:2]))
    assert (caught.value.count, len(caught.value.differences)) == (11, 3)
    assert str(caught.value).endswith("and 8 more")


def test_a_file_is_never_taken_twice(desk):
    made, path = desk.batch()
    result = desk.result(path)
    desk.ingest(result)
    before = desk.rows(payments, "serial_number")
    with pytest.raises(BankFileError, match=f"was taken before, for batch {made.batch_no}, by ops"):
        desk.ingest(result)
    with pytest.raises(BankFileError, match=f"the batch {made.batch_no} is TAKEN"):
        desk.ingest(desk.result(path, {1: ("1001", None)}))
    assert desk.rows(payments, "serial_number") == before


def test_a_batch_whose_file_was_not_seen_to_be_written_takes_its_result(desk):
    """The machine may have died after the file was renamed, and the bank may have it."""
    made = desk.export().batch
    path = desk.write(made.batch_no).path
    with desk.store.transaction() as tx:
        set_batch(tx, made.batch_no, {"state": BatchState.REGISTERED.value})
    assert desk.ingest(desk.result(path)).settled_count == 12


def test_chunks_make_no_difference(desk, monkeypatch):
    _, path = desk.batch()
    monkeypatch.setattr("offline_collect.settlement.bank_files.reading.AT_ONCE", 5)
    reversed_order = desk.result(path, {3: ("1001", None)}, edit=lambda details: details[::-1])
    assert desk.ingest(reversed_order).settled_count == 11
    serials = [row[0] for row in desk.rows(transactions, "serial_number")]
    assert len(set(serials)) == 11


def test_money_that_no_bill_takes_is_in_suspense_from_batch_clearing(desk):
    _, path = desk.batch()
    desk.ingest(desk.result(path, {1: ("0000", 45)}))
    assert balances(desk) == {"BATCH_CLEARING": 11 * 12_345 + 45, "PAYABLE": -11 * 12_345, "SUSPENSE": -45}


def test_records_in_order_and_out_of_order_are_taken_alike(desk, monkeypatch):
    """Most lines are compared many at once; a few that stand elsewhere, and those beside them, one by one."""
    _, path = desk.batch()
    monkeypatch.setattr("offline_collect.settlement.bank_files.reading.AT_ONCE", 4)

    def swapped(details):
        details[5], details[6] = details[6], details[5]
        return details

    assert desk.ingest(desk.result(path, {2: ("1001", None)}, edit=swapped)).settled_count == 11
    assert [row[1] for row in desk.rows(debit_records, "sequence", "state")].count("SETTLED") == 11


def test_a_record_that_an_earlier_part_of_the_file_had_is_there_twice(desk, monkeypatch):
    _, path = desk.batch()
    monkeypatch.setattr("offline_collect.settlement.bank_files.reading.AT_ONCE", 4)
    repeated = desk.result(path, edit=lambda details: details[:8] + details[4:8])
    with pytest.raises(BankFileError) as caught:
        desk.ingest(repeated)
    told = str(caught.value)
    assert all(f"record {number} is there twice" in told for number in (5, 6, 7, 8)), told
    assert all(f"record {number} of the batch is not in the file" in told for number in (9, 10, 11, 12))
