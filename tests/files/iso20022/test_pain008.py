"""What we write as pain.008: held by ISO's own schema, read by pyiso20022, and always the same bytes."""

import datetime as dt
import io
import tracemalloc
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from offline_collect.domain.texts.characters import INVISIBLE
from offline_collect.files.errors import MessageFieldError
from offline_collect.files.iso20022.pain008 import (
    Creditor,
    DebitFile,
    DebitInstruction,
    check_instruction,
    direct_debits,
)
from tests.files.iso20022.partners import BATCH, GOLDEN, pain008_as_read_by_others

CREDITOR = Creditor("阳光小学", "6222020000000001", "102290020022", "CN30SCHOOL01")
BATCH_OF_TWO = DebitFile(
    batch_no=BATCH,
    made_at=dt.datetime(2030, 11, 22, 18, 30, 5, 999999, tzinfo=dt.timezone(dt.timedelta(hours=8))),
    collection_date=dt.date(2030, 11, 25),
    count=2,
    total_minor=110550,
    currency="156",
    initiator="示范银行代收付平台",
    creditor=CREDITOR,
    clearing_system="CNAPS",
)
FIRST = DebitInstruction(
    sequence=1,
    debit_account="6222020200012345678",
    debit_bank="102290020022",
    account_name="王小明",
    amount_minor=12550,
    bill_no="2030110001",
    mandate_ref="DK2030000001",
    mandate_date=dt.date(2030, 9, 1),
    remark="2030年11月餐费",
)
SECOND = DebitInstruction(
    sequence=2,
    debit_account="6222020200087654321",
    debit_bank=None,
    account_name="欧阳　海燕（监护人）<&>",
    amount_minor=98000,
    bill_no="2030110002",
    mandate_ref="DK2030000002",
    mandate_date=None,
    remark=None,
)


def written(batch, *records):
    stream = io.BytesIO()
    with direct_debits(stream, batch) as write:
        for record in records:
            write(record)
    return stream.getvalue()


def alone(record, **batch):
    """Return a batch of one record, written and read by others: its payment and its record."""
    whole = replace(BATCH_OF_TWO, count=1, total_minor=record.amount_minor, **batch)
    payment = pain008_as_read_by_others(written(whole, record)).pmt_inf[0]
    return payment, payment.drct_dbt_tx_inf[0]


def test_the_golden_file():
    assert written(BATCH_OF_TWO, FIRST, SECOND) == (GOLDEN / "pain.008.001.08.xml").read_bytes()


def test_others_read_the_batch():
    read = pain008_as_read_by_others((GOLDEN / "pain.008.001.08.xml").read_bytes())
    header, payment = read.grp_hdr, read.pmt_inf[0]
    assert (header.msg_id, header.nb_of_txs, header.ctrl_sum) == (BATCH, "2", Decimal("1105.50"))
    assert (str(header.cre_dt_tm), header.initg_pty.nm) == ("2030-11-22T10:30:05Z", "示范银行代收付平台")
    assert (payment.pmt_inf_id, payment.pmt_mtd.value, payment.nb_of_txs) == (BATCH, "DD", "2")
    assert (payment.ctrl_sum, str(payment.reqd_colltn_dt)) == (Decimal("1105.50"), "2030-11-25")
    assert (payment.cdtr.nm, payment.cdtr_acct.id.othr.id) == ("阳光小学", "6222020000000001")
    bank = payment.cdtr_agt.fin_instn_id.clr_sys_mmb_id
    assert (bank.clr_sys_id.cd, bank.mmb_id) == ("CNAPS", "102290020022")
    assert payment.cdtr_schme_id.id.prvt_id.othr[0].id == "CN30SCHOOL01"


def test_others_read_the_records():
    first, second = (
        pain008_as_read_by_others((GOLDEN / "pain.008.001.08.xml").read_bytes()).pmt_inf[0].drct_dbt_tx_inf
    )
    assert first.pmt_id.end_to_end_id == f"{BATCH}-1"
    assert (first.instd_amt.value, first.instd_amt.ccy) == (Decimal("125.50"), "CNY")
    mandate = first.drct_dbt_tx.mndt_rltd_inf
    assert (mandate.mndt_id, str(mandate.dt_of_sgntr)) == ("DK2030000001", "2030-09-01")
    assert first.dbtr_agt.fin_instn_id.clr_sys_mmb_id.mmb_id == "102290020022"
    assert (first.dbtr.nm, first.dbtr_acct.id.othr.id) == ("王小明", "6222020200012345678")
    assert first.rmt_inf.ustrd == ["2030110001 2030年11月餐费"]
    assert second.pmt_id.end_to_end_id == f"{BATCH}-2"
    assert second.drct_dbt_tx.mndt_rltd_inf.dt_of_sgntr is None
    assert second.dbtr_agt.fin_instn_id.clr_sys_mmb_id is None
    assert second.dbtr_agt.fin_instn_id.othr.id == "NOTPROVIDED"
    assert second.dbtr.nm == "欧阳　海燕（监护人）<&>"
    assert second.rmt_inf.ustrd == ["2030110002"]


def test_what_a_bank_needs_not_is_left_out():
    payment, record = alone(FIRST, clearing_system=None, creditor=Creditor("阳光小学", "1"))
    assert payment.cdtr_schme_id is None
    assert payment.cdtr_agt.fin_instn_id.othr.id == "NOTPROVIDED"
    assert record.dbtr_agt.fin_instn_id.clr_sys_mmb_id.clr_sys_id is None


@pytest.mark.parametrize(
    ("currency", "minor", "amount"),
    [("392", 980, "980"), ("414", 1005, "1.005"), ("990", 12345, "1.2345"), ("156", 1, "0.01")],
)
def test_amounts_have_the_decimals_of_their_currency(currency, minor, amount):
    payment, record = alone(replace(FIRST, amount_minor=minor), currency=currency)
    assert (str(record.instd_amt.value), str(payment.ctrl_sum)) == (amount, amount)


def test_the_greatest_amount_of_the_schema_and_one_more():
    _, record = alone(replace(FIRST, amount_minor=10**18 - 1))
    assert record.instd_amt.value == Decimal("9999999999999999.99")
    with pytest.raises(MessageFieldError, match=r"^amount: is no amount that a record can have$"):
        check_instruction(replace(FIRST, amount_minor=10**18))


LONGEST = replace(
    FIRST,
    debit_account="6" * 34,
    debit_bank="1" * 35,
    account_name="张" * 140,
    bill_no="B" * 35,
    mandate_ref="M" * 35,
    remark="费" * 1000,
)


def test_the_longest_of_everything_fits_and_only_the_remark_is_cut():
    _, record = alone(replace(LONGEST, sequence=9_999_999_999), batch_no="D" * 20)
    assert record.pmt_id.end_to_end_id == "D" * 20 + "-9999999999"
    assert record.dbtr.nm == "张" * 140
    assert record.rmt_inf.ustrd == ["B" * 35 + " " + "费" * 104]


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"account_name": "张" * 141}, "account name: has 141 characters; the field has 140"),
        ({"debit_account": "6" * 35}, "debit account: has 35 characters; the field has 34"),
        ({"debit_bank": "1" * 36}, "debit bank: has 36 characters; the field has 35"),
        ({"mandate_ref": "M" * 36}, "mandate: has 36 characters; the field has 35"),
        ({"bill_no": "B" * 36}, "bill number: has 36 characters; the field has 35"),
        ({"account_name": ""}, "account name: is no text that a field can hold"),
        ({"account_name": " 张"}, "account name: is no text that a field can hold"),
        ({"account_name": "张\u200b三"}, "account name: has a control character or one that cannot be seen"),
        ({"account_name": "张\x00三"}, "account name: has a control character or one that cannot be seen"),
        ({"remark": "a\ud800"}, "remark: has a control character or one that cannot be seen"),
        ({"amount_minor": 0}, "amount: is no amount that a record can have"),
        ({"amount_minor": -1}, "amount: is no amount that a record can have"),
        ({"amount_minor": 125.5}, "amount: is no amount that a record can have"),
    ],
)
def test_a_record_that_does_not_fit_stays_out_and_nothing_of_it_is_written(changes, reason):
    stream = io.BytesIO()
    batch = replace(BATCH_OF_TWO, count=1, total_minor=FIRST.amount_minor)
    with direct_debits(stream, batch) as write:
        for refuse in (check_instruction, write):
            with pytest.raises(MessageFieldError) as refused:
                refuse(replace(FIRST, **changes))
            assert str(refused.value) == reason
        write(FIRST)
    assert stream.getvalue() == written(batch, FIRST)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"batch_no": "D" * 21}, "batch number: has 21 characters"),
        ({"total_minor": 10**18}, "total: is no amount that a batch can have"),
        ({"total_minor": -1}, "total: is no amount that a batch can have"),
        ({"initiator": ""}, "initiating party: is no text"),
        ({"clearing_system": "CNAPS1"}, "clearing system: has 6 characters"),
        ({"creditor": replace(CREDITOR, name="名" * 141)}, "creditor's name: has 141"),
        ({"creditor": replace(CREDITOR, account="1" * 35)}, "creditor's account: has 35"),
        ({"creditor": replace(CREDITOR, bank="1" * 36)}, "creditor's bank: has 36"),
        ({"creditor": replace(CREDITOR, scheme_id="1" * 36)}, "creditor id: has 36"),
    ],
)
def test_a_batch_that_does_not_fit_writes_nothing(changes, reason):
    stream = io.BytesIO()
    with (
        pytest.raises(MessageFieldError, match="^" + reason),
        direct_debits(stream, replace(BATCH_OF_TWO, **changes)),
    ):
        pass
    assert stream.getvalue() == b""


@pytest.mark.parametrize(
    ("records", "found"),
    [((FIRST,), "1 of 125.50"), ((FIRST, replace(SECOND, amount_minor=1)), "2 of 125.51"), ((), "0 of 0.00")],
)
def test_a_head_that_says_something_else_than_the_records_is_refused(records, found):
    reason = f"the records are {found}, but the batch has 2 of 1105.50"
    with pytest.raises(MessageFieldError, match=reason):
        written(BATCH_OF_TWO, *records)


@pytest.mark.parametrize("later", [1, 0, -3])
def test_no_two_records_have_the_same_name(later):
    with pytest.raises(MessageFieldError, match=f"record {later} stands behind record 1"):
        written(BATCH_OF_TWO, FIRST, replace(SECOND, sequence=later))


class Full:
    """A disk that is full after some bytes."""

    def __init__(self, room):
        self._room = room

    def write(self, raw):
        self._room -= len(raw)
        if self._room < 0:
            raise OSError(28, "No space left on device")
        return len(raw)


def write_all(stream, batch):
    with direct_debits(stream, batch) as write:
        for sequence in range(1, batch.count + 1):
            write(replace(FIRST, sequence=sequence))


@pytest.mark.parametrize("room", [0, 500, 100_000])
def test_a_full_disk_is_told(room):
    count = 1_000
    batch = replace(BATCH_OF_TWO, count=count, total_minor=count * FIRST.amount_minor)
    with pytest.raises(OSError, match="No space left"):
        write_all(Full(room), batch)


class Nowhere:
    def write(self, raw):
        return len(raw)


def test_memory_does_not_grow_with_the_batch():
    count, first = 20_000, 3_000
    batch = replace(BATCH_OF_TWO, count=count, total_minor=count * FIRST.amount_minor)
    with direct_debits(Nowhere(), batch) as write:
        # Python keeps some 2,000 freed tuples of a length for later ones; they are there before it counts.
        for sequence in range(1, first):
            write(replace(FIRST, sequence=sequence))
        tracemalloc.start()
        for sequence in range(first, count + 1):
            write(replace(FIRST, sequence=sequence))
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert most < 200_000


def texts(most):
    seen = st.characters(exclude_categories=("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"))
    return (
        st.text(seen, min_size=1, max_size=most)
        .map(str.strip)
        .filter(lambda text: text and not INVISIBLE.search(text))
    )


@given(
    st.builds(
        DebitInstruction,
        sequence=st.integers(1, 9_999_999_999),
        debit_account=texts(34),
        debit_bank=st.none() | texts(35),
        account_name=texts(140),
        amount_minor=st.integers(1, 10**18 - 1),
        bill_no=texts(35),
        mandate_ref=texts(35),
        mandate_date=st.none() | st.dates(min_value=dt.date(1000, 1, 1)),
        remark=st.none() | texts(300),
    )
)
def test_what_fits_is_read_by_others_as_it_was_given(record):
    _, read = alone(record)
    remark = record.bill_no if record.remark is None else f"{record.bill_no} {record.remark}"
    mandate, bank = read.drct_dbt_tx.mndt_rltd_inf, read.dbtr_agt.fin_instn_id.clr_sys_mmb_id
    assert read.dbtr_acct.id.othr.id == record.debit_account
    assert (None if bank is None else bank.mmb_id) == record.debit_bank
    assert read.dbtr.nm == record.account_name
    assert int(read.instd_amt.value * 100) == record.amount_minor
    assert mandate.mndt_id == record.mandate_ref
    assert (None if mandate.dt_of_sgntr is None else mandate.dt_of_sgntr.to_date()) == record.mandate_date
    assert read.rmt_inf.ustrd == [remark[:140].rstrip(" ")]


def test_no_account_or_name_shows_in_what_developers_print():
    shown = repr(FIRST) + repr(BATCH_OF_TWO)
    assert FIRST.debit_account not in shown
    assert FIRST.account_name not in shown
    assert CREDITOR.account not in shown
