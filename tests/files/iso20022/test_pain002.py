"""Reports that pyiso20022 has written."""

import io
from pathlib import Path

import pytest

from offline_collect.domain.debits.bank_reports import GroupReport, RecordReport
from offline_collect.files.errors import XmlFileError
from offline_collect.files.iso20022.pain002 import ReportedRecord, ReportHeader, read_status_report
from tests.files.iso20022.partners import BATCH, GOLDEN, reasons, reported, status_report

REPORT = status_report(
    "PART",
    reported(1, "ACSC", amount="125.50", mandate="DK2030000001", acct_svcr_ref="CORE20301125000017"),
    reported(
        2, "RJCT", reasons("AM04", None, "余额不足", "account ends 4321") + reasons(None, "OWN-17"), "980.00"
    ),
    payment="PART",
    counts=((1, "ACSC"), (1, "RJCT")),
)


def read(raw):
    return list(read_status_report(io.BytesIO(raw), Path("status.xml")))


def test_the_golden_file_is_what_others_write():
    assert (GOLDEN / "pain.002.001.10.xml").read_bytes() == REPORT


def test_all_that_a_report_says_is_read():
    assert read((GOLDEN / "pain.002.001.10.xml").read_bytes()) == [
        ReportHeader(4, "STS1", "2030-11-25T09:00:00Z"),
        GroupReport(8, BATCH, "PART", rejected_count=1),
        GroupReport(21, BATCH, "PART"),
        ReportedRecord(
            RecordReport(
                24,
                f"{BATCH}-1",
                "ACSC",
                amount_minor=12550,
                currency="156",
                mandate_ref="DK2030000001",
            ),
            core_serial="CORE20301125000017",
            words=None,
        ),
        ReportedRecord(
            RecordReport(37, f"{BATCH}-2", "RJCT", ("AM04", "OWN-17"), amount_minor=98000, currency="156"),
            core_serial=None,
            words="余额不足 account ends 4321",
        ),
    ]


def test_a_report_of_the_batch_alone():
    _, group = read(status_report("RJCT", why=reasons("FF01") + reasons(None, "OWN")))
    assert (group.status, group.reasons, group.rejected_count) == ("RJCT", ("FF01", "OWN"), None)


def test_a_report_of_records_alone():
    _, group, payment, record = read(status_report(None, reported(1, None)))
    assert (group.status, payment.status) == (None, None)
    assert (record.report.status, record.report.amount_minor, record.report.currency) == (None, None, None)


def test_a_report_that_counts_statuses_and_no_rejected_one_has_none():
    assert read(status_report("PART", counts=((500, "ACSC"),)))[1].rejected_count == 0


def changed(old, new):
    assert old.encode() in REPORT
    return REPORT.replace(old.encode(), new.encode(), 1)


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (
            changed("pain.002.001.10", "pain.002.001.03"),
            "line 2: is pain.002.001.03, not pain.002.001.10; ask the bank for pain.002.001.10",
        ),
        (
            changed("pain.008.001.08", "pain.001.001.09"),
            "line 8, element OrgnlGrpInfAndSts/OrgnlMsgNmId: is not pain.008: the report is not of debits",
        ),
        (
            changed("<MsgId>STS1</MsgId>", ""),
            "line 4, element GrpHdr/MsgId: is missing; ask the bank to send it again",
        ),
        (
            changed("<MsgId>STS1</MsgId>", "<MsgId> </MsgId>"),
            "line 4, element GrpHdr/MsgId: is missing; ask the bank to send it again",
        ),
        (
            changed(f"<OrgnlMsgId>{BATCH}</OrgnlMsgId>", ""),
            "line 8, element OrgnlGrpInfAndSts/OrgnlMsgId: is missing",
        ),
        (
            changed('"CNY">125.50', '"CNY">125.505'),
            "line 24, element TxInfAndSts/OrgnlTxRef/Amt/InstdAmt: is no amount of CNY: '125.505'",
        ),
        (
            changed('"CNY">125.50', '"CNY">1,25'),
            "line 24, element TxInfAndSts/OrgnlTxRef/Amt/InstdAmt: is no amount of CNY: '1,25'",
        ),
        (
            changed('"CNY">125.50', '"RMB">125.50'),
            "line 24, element TxInfAndSts/OrgnlTxRef/Amt/InstdAmt: has no currency of ISO 4217: 'RMB'",
        ),
        (
            changed("<DtldNbOfTxs>1</DtldNbOfTxs>", ""),
            "line 8, element OrgnlGrpInfAndSts/NbOfTxsPerSts: has not one number for each status",
        ),
        (
            changed("<DtldNbOfTxs>1</DtldNbOfTxs>", "<DtldNbOfTxs>one</DtldNbOfTxs>"),
            "line 8, element OrgnlGrpInfAndSts/NbOfTxsPerSts/DtldNbOfTxs: is no number: 'one'",
        ),
        (
            changed("</OrgnlGrpInfAndSts>", "</OrgnlGrpInfAndSts><OrgnlGrpInfAndSts/>"),
            "line 20, element OrgnlGrpInfAndSts: is there twice: one report must be of one batch",
        ),
        (
            changed("</OrgnlPmtInfAndSts>", "</OrgnlPmtInfAndSts><OrgnlPmtInfAndSts/>"),
            "line 59, element OrgnlPmtInfAndSts: is there twice: one report must be of one batch",
        ),
        (
            b'<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.002.001.10"/>',
            "line 1: says not what it is of: GrpHdr or OrgnlGrpInfAndSts is missing",
        ),
        (REPORT[:-40], "line 59, element OrgnlPmtInfAndSts: is not well-formed XML"),
    ],
)
def test_a_report_that_cannot_be_taken_says_where_and_why(raw, reason):
    with pytest.raises(XmlFileError) as error:
        read(raw)
    assert str(error.value).startswith("status.xml: " + reason)
