"""Golden files, made without our writer: what they hold, and that we write the same bytes."""

import datetime as dt
import io
from pathlib import Path

import pytest

from offline_collect.files.fixed_width.read import FixedRecord, read_fixed_width
from offline_collect.files.fixed_width.write import FixedWidthWriter
from tests.files.fixed_width.layouts import NAMES, layout

GOLDEN = Path(__file__).parents[2] / "vectors" / "files"


def records(name):
    read = list(read_fixed_width(io.BytesIO((GOLDEN / f"{name}.dat").read_bytes()), layout(name)))
    assert all(isinstance(each, FixedRecord) for each in read), read
    return [each.values for each in read]


@pytest.mark.parametrize("name", NAMES)
def test_a_golden_file_is_read_and_written_again_byte_for_byte(name):
    header, *details, _ = records(name)
    stream = io.BytesIO()
    writer = FixedWidthWriter(stream, layout(name))
    writer.header(header)
    for detail in details:
        writer.detail(detail)
    writer.trailer({"type": "T"})
    assert stream.getvalue() == (GOLDEN / f"{name}.dat").read_bytes()


def test_a_batch_of_debits():
    header, first, second, trailer = records("debit-out")
    assert header["batch_no"] == "DB20301122000001"
    assert header["collection_date"] == dt.date(2030, 11, 25)
    assert (header["count"], header["total"], header["currency"]) == (2, 110550, "156")
    assert first == {
        "type": "D",
        "sequence": 1,
        "debit_account": "6222020200012345678",
        "debit_bank": "102290020022",
        "account_name": "王小明",
        "amount": 12550,
        "bill_no": "2030110001",
        "customer_no": "20300101",
        "mandate_ref": "DK2030000001",
        "mandate_date": dt.date(2030, 9, 1),
        "remark": "2030年11月餐费",
    }
    assert (second["debit_bank"], second["mandate_date"]) == (None, None)
    assert second["account_name"] == "欧阳　海燕（监护人）"
    assert trailer["total"] == 110550


def test_the_result_of_a_batch():
    header, settled, refused, _ = records("debit-result")
    assert (header["settled_count"], header["settled_total"]) == (1, 12550)
    assert (settled["return_code"], settled["core_serial"], settled["reason"]) == (
        "0000",
        "CORE20301125000017",
        None,
    )
    assert (refused["return_code"], refused["settled_amount"], refused["reason"]) == ("1001", 0, "余额不足")


def test_a_day_of_a_front_end_processor():
    _, one_bill, several_bills, reversal, trailer = records("fep-detail")
    assert (one_bill["mti"], one_bill["stan"], one_bill["transmission_time"]) == (
        "0200",
        "000017",
        "20301122011502",
    )
    assert (one_bill["original_stan"], one_bill["original_time"]) == (None, None)
    assert several_bills["bill_no"] is None
    assert (reversal["original_stan"], reversal["original_time"]) == ("000017", "20301122011502")
    assert (trailer["payments_total"], trailer["reversals_total"]) == (110550, 12550)


def test_amounts_to_and_from_merchants():
    _, credit, debit, trailer = records("settle-out")
    assert (credit["sign"], credit["amount"], debit["sign"], debit["amount"]) == ("+", 530000, "-", 1200)
    assert trailer["total"] == 531200, "regardless of the sign"
    assert records("settle-result")[2]["reason"] == "账户冻结"
    assert records("debit-return")[1]["batch_sequence"] == 1
