import datetime as dt
import io

import pytest

from offline_collect.files.errors import FixedFieldError
from offline_collect.files.fixed_width.read import read_fixed_width
from offline_collect.files.fixed_width.write import FixedWidthWriter, line
from tests.files.fixed_width.layouts import layout

OUT = layout("debit-out")
DETAIL = {
    "sequence": 1,
    "debit_account": "6222020200012345678",
    "debit_bank": "102290020022",
    "account_name": "王小明",
    "amount": 12550,
    "bill_no": "2030110001",
    "customer_no": "20300101",
    "mandate_ref": "DK2030000001",
    "mandate_date": dt.date(2030, 9, 1),
    "remark": "餐费",
}
HEADER = {
    "institution": "12345678",
    "merchant_id": "SCHOOL01",
    "batch_no": "DB20301122000001",
    "business_date": dt.date(2030, 11, 22),
    "collection_date": dt.date(2030, 11, 25),
    "count": 1,
    "total": 12550,
    "currency": "156",
}


def misfit(record, values):
    """Why a record cannot be written; None if it can."""
    try:
        line(record, values)
    except FixedFieldError as error:
        return error
    return None


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"account_name": "王" * 31}, "户名: needs 62 bytes; the field has 60"),
        ({"account_name": None}, "户名: is blank"),
        ({"account_name": ""}, "户名: is no text that a field can hold"),
        ({"account_name": "王小明 "}, "户名: is no text that a field can hold"),
        ({"account_name": "王\n小明"}, "户名: has a control character or one that cannot be seen"),
        ({"account_name": 5}, "户名: is no text that a field can hold"),
        ({"amount": -1}, "金额: is no number from 0 on"),
        ({"amount": None}, "金额: is no number from 0 on"),
        ({"amount": True}, "金额: is no number from 0 on"),
        ({"amount": 10**16}, "金额: needs 17 bytes; the field has 16"),
        ({"mandate_date": "20300901"}, "协议签订日期: is no date"),
    ],
)
def test_what_does_not_fit_is_refused_whole_with_its_fields_name(changes, reason):
    stream = io.BytesIO()
    writer = FixedWidthWriter(stream, OUT)
    with pytest.raises(FixedFieldError) as refused:
        writer.detail(DETAIL | changes)
    assert refused.value.reason == reason
    assert stream.getvalue() == b""
    assert str(misfit(OUT.detail, DETAIL | changes)) == reason


def test_a_name_that_just_fits_is_written():
    assert misfit(OUT.detail, DETAIL | {"account_name": "王" * 30}) is None


@pytest.mark.parametrize(
    ("remark", "written"),
    [
        ("费" * 45, "费" * 45),
        ("费" * 46, "费" * 45),
        ("a" + "费" * 45, "a" + "费" * 44 + " "),
        ("a" * 88 + "𠮷", "a" * 88 + "  "),
        ("a" * 89 + " b", "a" * 89 + " "),
    ],
)
def test_a_remark_is_cut_at_the_end_of_a_character(remark, written):
    raw = line(OUT.detail, DETAIL | {"remark": remark})
    assert raw[237:].decode("gb18030") == written
    assert len(raw) == 327


def test_what_is_not_given_is_blank_or_zero():
    raw = line(OUT.detail, DETAIL | {"mandate_date": None, "remark": None, "debit_bank": None})
    assert raw[43:57] == b" " * 14
    assert raw[229:237] == b"00000000"
    assert raw[237:] == b" " * 90


def test_a_total_that_the_header_promised_must_be_the_details():
    writer = FixedWidthWriter(io.BytesIO(), OUT)
    writer.header(HEADER | {"total": 1})
    writer.detail(DETAIL)
    with pytest.raises(FixedFieldError, match="header, total: the details have 12550"):
        writer.trailer({})


def test_a_file_that_is_written_is_read_without_a_problem():
    stream = io.BytesIO()
    writer = FixedWidthWriter(stream, OUT)
    writer.header(HEADER)
    writer.detail(DETAIL)
    writer.trailer({})
    stream.seek(0)
    header, detail, trailer = read_fixed_width(stream, OUT)
    assert header.values["creditor_id"] is None
    assert {key: detail.values[key] for key in DETAIL} == DETAIL
    assert (trailer.values["count"], trailer.values["total"]) == (1, 12550)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"stan": "17"}, "系统跟踪号: has not 6 digits"),
        ({"stan": None}, "系统跟踪号: is blank"),
        ({"stan": "00001x"}, "系统跟踪号: has something other than digits"),
        ({"stan": "００００１７"}, "系统跟踪号: has something other than digits"),
        ({"transmission_time": "20301122256000"}, "发送时间: is no time of the day"),
        ({"transmission_time": "20301322000000"}, "发送时间: is no date"),
        ({"transmission_time": None}, "发送时间: is blank"),
        ({"settlement_date": None}, "清算日期: is blank"),
        ({"terminal": "柜员終端1"}, "终端号: needs 9 bytes; the field has 8"),
    ],
)
def test_numbers_that_are_names_and_times_of_the_wire(changes, reason):
    values = {
        "sequence": 1,
        "mti": "0200",
        "terminal": "TELLER01",
        "stan": "000017",
        "transmission_time": "20301122011502",
        "merchant_id": "SCHOOL01",
        "amount": 1,
        "response_code": "00",
        "settlement_date": dt.date(2030, 11, 22),
    }
    detail = layout("fep-detail").detail
    assert misfit(detail, values) is None
    assert str(misfit(detail, values | changes)) == reason
