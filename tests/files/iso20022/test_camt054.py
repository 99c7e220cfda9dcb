"""Notifications that pyiso20022 has written."""

import datetime as dt
import io
from pathlib import Path

import pytest
from pyiso20022.camt import camt_054_001_08 as camt054

from offline_collect.files.errors import XmlFileError
from offline_collect.files.iso20022.camt054 import (
    Entry,
    EntryBatch,
    EntryDetail,
    NotificationHeader,
    read_notification,
)
from tests.files.iso20022.partners import BATCH, GOLDEN, amount, at, entry, notification, returned

RETURNS = notification(
    entry("1105.50", "DBIT", returned(1, "125.50", "AC04"), returned(2, "980.00", None, "OWN", ["a", "b"])),
    entry(
        "1105.50",
        "CRDT",
        batch=camt054.BatchInformation2(pmt_inf_id=BATCH, nb_of_txs="2", ttl_amt=amount("1105.50")),
    ),
)


def read(raw):
    return list(read_notification(io.BytesIO(raw), Path("notice.xml")))


def test_the_golden_file_is_what_others_write():
    assert (GOLDEN / "camt.054.001.08.xml").read_bytes() == RETURNS


def test_debits_that_came_back():
    header, booked, first, second, *_ = read((GOLDEN / "camt.054.001.08.xml").read_bytes())
    assert header == NotificationHeader(4, "NTF1", "2030-11-28T18:00:00Z")
    assert booked == Entry(
        line=17,
        amount_minor=110550,
        currency="156",
        is_credit=False,
        is_reversal=False,
        is_booked=True,
        booked_on=dt.date(2030, 11, 28),
        core_serial="ENTRY1",
    )
    assert first == EntryDetail(
        line=29,
        entry=booked,
        batch_no=BATCH,
        end_to_end_id=f"{BATCH}-1",
        mandate_ref="DK2030000001",
        amount_minor=12550,
        currency="156",
        is_credit=False,
        is_return=True,
        reasons=("AC04",),
        core_serial="CORE1",
        words=None,
    )
    assert (second.end_to_end_id, second.reasons, second.words) == (f"{BATCH}-2", ("OWN",), "a b")


def test_a_credit_that_names_a_batch():
    *_, credit, batch = read(RETURNS)
    assert credit.is_credit
    assert batch == EntryBatch(batch.line, credit, BATCH, 2, 110550, "156")


def test_a_batch_that_is_named_by_its_message_or_not_at_all():
    by_message = notification(entry("1", "CRDT", batch=camt054.BatchInformation2(msg_id=BATCH)))
    *_, batch = read(by_message)
    assert (batch.batch_no, batch.count, batch.amount_minor) == (BATCH, None, 100)
    *_, batch = read(notification(entry("1", "CRDT", batch=camt054.BatchInformation2(nb_of_txs="1"))))
    assert batch.batch_no is None


def detail_of(sign, reversal, own=None, code=None):
    made = camt054.EntryTransaction10(cdt_dbt_ind=None if own is None else camt054.CreditDebitCode(own))
    if code is not None:
        made.rtr_inf = camt054.PaymentReturnReason5(rsn=camt054.ReturnReason5Choice(cd=code))
    *_, detail = read(notification(entry("1", sign, made, reversal=reversal)))
    return detail


@pytest.mark.parametrize(
    ("made", "is_return"),
    [
        (detail_of("DBIT", None), False),
        (detail_of("DBIT", True), True),
        (detail_of("DBIT", False, code="AC04"), True),
        (detail_of("CRDT", None, own="DBIT", code="AC04"), True),
        (detail_of("CRDT", None, code="AC04"), False),
        (detail_of("CRDT", True), False),
        (detail_of("DBIT", True, own="CRDT"), False),
    ],
)
def test_a_return_is_a_debit_with_a_reason_or_of_an_entry_taken_back(made, is_return):
    assert made.is_return is is_return
    assert (made.amount_minor, made.currency, made.end_to_end_id, made.batch_no) == (None,) * 4


def test_an_entry_without_details_that_is_not_booked_yet():
    on = camt054.DateAndDateTime2Choice(dt_tm=at(2030, 11, 29, 1))
    _, pending = read(notification(entry("9.80", "CRDT", status="PDNG", on=on, currency="USD")))
    assert (pending.is_booked, pending.booked_on, pending.currency) == (False, dt.date(2030, 11, 29), "840")


def test_an_entry_need_not_be_dated():
    raw = RETURNS.replace(b"<Dt>2030-11-28</Dt>", b"")
    assert read(raw)[1].booked_on is None


def changed(old, new):
    assert old.encode() in RETURNS
    return RETURNS.replace(old.encode(), new.encode(), 1)


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (changed("camt.054.001.08", "camt.054.001.02"), "line 2: is camt.054.001.02, not camt.054.001.08"),
        (changed("<CdtDbtInd>DBIT</CdtDbtInd>", ""), "line 17, element Ntry/CdtDbtInd: is missing"),
        (changed('<Amt Ccy="CNY">1105.50</Amt>', ""), "line 17, element Ntry/Amt: is missing"),
        (
            changed("<CdtDbtInd>DBIT", "<CdtDbtInd>DEBT"),
            "line 17, element Ntry/CdtDbtInd: is neither CRDT nor DBIT: 'DEBT'",
        ),
        (
            changed("<Sts>", "<RvslInd>ja</RvslInd><Sts>"),
            "line 17, element Ntry/RvslInd: is neither true nor false: 'ja'",
        ),
        (
            changed("2030-11-28</Dt>", "2030-02-30</Dt>"),
            "line 17, element Ntry/BookgDt: is no date: '2030-02-30'",
        ),
        (
            changed("2030-11-28</Dt>", "28.11.2030</Dt>"),
            "line 17, element Ntry/BookgDt: is no date: '28.11.2030'",
        ),
        (
            b'<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.054.001.08"/>',
            "line 1: says not which notification it is: GrpHdr is missing",
        ),
    ],
)
def test_a_notification_that_cannot_be_taken_says_where_and_why(raw, reason):
    with pytest.raises(XmlFileError) as error:
        read(raw)
    assert str(error.value).startswith("notice.xml: " + reason)
