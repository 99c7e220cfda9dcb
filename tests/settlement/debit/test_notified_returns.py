"""Debits that come back in a bank's notification (camt.054)."""

import pytest

from offline_collect.domain.errors import BankFileError, BankFileTakenError
from offline_collect.store.schema.debit_tables import debit_records, debit_return_files
from tests.files.iso20022.partners import entry, notification, reasons, reported, returned, status_report

BACK = notification(
    entry("999.00", "CRDT"),
    entry("246.90", "DBIT", returned(1, "123.45", "AM04"), returned(2, "123.45", own="OWN1")),
    entry("123.45", "DBIT", returned(3, "123.45", "AM04"), status="PDNG"),
)


@pytest.fixture
def settled(desk):
    """A batch of which four records are settled, one is rejected, and the others are still out."""
    made, _ = desk.messages()
    records = [reported(n, "ACSC") for n in range(1, 5)]
    desk.report(status_report("PART", *records, reported(5, "RJCT", reasons("AM04"))), made)
    return made, dict(desk.rows(debit_records, "sequence", "bill_no"))


def test_a_debit_that_is_booked_back_is_reversed_while_others_are_still_out(desk, settled):
    made, bills = settled
    taken = desk.notified(BACK, made)
    assert (taken.file_no, taken.count, taken.total_minor, taken.currency) == ("NTF1", 2, 24_690, "156")
    assert desk.states(bills[1], bills[2], bills[3], bills[6]) == ["OPEN", "OPEN", "PAID", "IN_BATCH"]
    rows = desk.rows(debit_records, "sequence", "state", "return_code")
    assert rows[0][1:] == ("RETURNED", "1001")
    assert rows[1][1:] == ("RETURNED", "????")
    assert desk.rows(debit_return_files, "institution", "file_no") == [("8801", "NTF1")]
    # The rest of the batch ends as if nothing had come back.
    rest = [reported(n, "ACSC") for n in range(6, 13)]
    assert desk.report(status_report("PART", *rest), made).open_count == 0


def test_a_notification_is_taken_once_by_its_bytes_and_by_its_number(desk, settled):
    made, _ = settled
    desk.notified(BACK, made)
    with pytest.raises(BankFileError, match="is RETURNED: only a settled one can come back"):
        desk.notified(BACK, made)
    other = notification(entry("123.45", "DBIT", returned(4, "123.45", "AM04")))
    with pytest.raises(BankFileError, match="was taken before, as file NTF1 of 8801") as caught:
        desk.notified(other, made)
    assert not isinstance(caught.value, BankFileTakenError)


@pytest.mark.parametrize(
    ("raw", "told"),
    [
        (notification(entry("1.00", "CRDT")), "no debit of ours came back in it"),
        (
            notification(entry("1.00", "DBIT", returned(13, "1.00", "AM04"))),
            "-13 was never sent|/13 was never sent",
        ),
        (
            notification(entry("1.00", "DBIT", returned(5, "123.45", "AM04"))),
            "is REFUSED: only a settled one",
        ),
        (
            notification(entry("1.00", "DBIT", returned(1, "1.00", "AM04"))),
            "the amount 1.00, but the batch has",
        ),
        (
            notification(entry("1.00", "DBIT", returned(1, "123.45", "AM04"), returned(1, "123.45", "AM04"))),
            "is there twice",
        ),
        (BACK.replace(b'"CNY"', b'"USD"'), "-1 is in another currency"),
        (BACK.replace(b"-1</End", b"</End"), " was never sent"),
        (BACK.replace(b"<MsgId>NTF1</MsgId>", b"<MsgId>" + b"N" * 36 + b"</MsgId>"), "GrpHdr has no number"),
        (BACK.replace(b"2030-11-28T", b"2030-13-28T"), "GrpHdr has no number and date"),
    ],
)
def test_what_was_not_settled_so_does_not_come_back(desk, settled, raw, told):
    made, bills = settled
    with pytest.raises(BankFileError, match=told):
        desk.notified(raw, made)
    assert desk.rows(debit_return_files, "file_no") == []
    assert desk.states(bills[1]) == ["PAID"]


def test_a_return_without_an_amount_is_refused(desk, settled):
    made, _ = settled
    detail = returned(1, "123.45", "AM04")
    detail.amt = None
    with pytest.raises(BankFileError, match="-1 has no amount"):
        desk.notified(notification(entry("123.45", "DBIT", detail)), made)


def test_chunks_make_no_difference(desk, settled, monkeypatch):
    monkeypatch.setattr("offline_collect.settlement.debit.return_match.AT_ONCE", 1)
    assert desk.notified(BACK, settled[0]).count == 2
