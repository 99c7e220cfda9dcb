from dataclasses import replace

import pytest

from offline_collect.domain.codes import ResponseCode
from offline_collect.domain.forms import Input, InputType
from offline_collect.domain.merchants import MerchantStatus
from tests.support.samples import SCHOOL, SCHOOL_FORM


def test_the_published_form_is_told_with_a_record_an_input(bank, teller):
    answer = bank.ask(teller.form_download(bank.now, "SCHOOL01"))
    assert answer.code is ResponseCode.APPROVED
    assert answer.values == {
        "form_version": 3,
        "title": "学费缴纳",
        "inputs_count": 1,
        "instructions": "学号印在学生证上",
    }
    (record,) = answer.records
    assert record.values == {
        "key": "student_no",
        "label": "学号",
        "prompt": "请输入10位学号",
        "type": "NUMERIC",
        "least": 10,
        "most": 10,
        "required": "Y",
        "example": "2026030117",
    }


def test_what_an_input_may_have_is_told_where_it_has_it(bank, teller):
    city = Input("city", "城市", "请选择", InputType.CHOICE, choices={"BJ": "北京", "SH": "上海"}, group="g")
    room = Input("room", "房号", "请输入房号", pattern="[0-9]+", required=False)
    bank.store.put_merchant(SCHOOL, replace(SCHOOL_FORM, inputs=(city, room), instructions=None))
    answer = bank.ask(teller.form_download(bank.now, "SCHOOL01"))
    assert "instructions" not in answer.values
    first, second = (record.values for record in answer.records)
    assert (first["choices"], first["group"]) == ("BJ=北京|SH=上海", "g")
    assert (second["pattern"], second["required"]) == ("[0-9]+", "N")
    assert {"example", "choices", "group"}.isdisjoint(second)


def test_a_merchant_without_one_says_so(bank, teller):
    bank.store.put_merchant(SCHOOL)
    answer = bank.ask(teller.form_download(bank.now, "SCHOOL01"))
    assert answer.code is ResponseCode.NOT_FOUND
    assert answer.reason == "阳光小学 has no payment form yet"


@pytest.mark.parametrize("merchant_id", ["SCHOOL01", "NOBODY01"])
def test_a_merchant_that_does_not_collect_has_none(bank, teller, merchant_id):
    bank.store.put_merchant(replace(SCHOOL, status=MerchantStatus.CLOSED), SCHOOL_FORM)
    answer = bank.ask(teller.form_download(bank.now, merchant_id))
    assert answer.code is ResponseCode.UNKNOWN_MERCHANT
