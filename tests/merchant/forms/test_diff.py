"""The changes of a version that a form's history shows."""

from dataclasses import replace

from offline_collect.domain.forms import Input, InputType, PaymentForm
from offline_collect.domain.texts.check_digits import CheckDigit
from offline_collect.domain.texts.text import Normalisation
from offline_collect.merchant.forms.diff import form_changes

METER = Input("meter_no", "表号", "请输入表号", InputType.NUMERIC, 8, 8)
NAME = Input("name", "姓名", "请输入姓名", least=2)
CITY = Input("city", "城市", "请选择", InputType.CHOICE, choices={"BJ": "北京"}, required=False)
FORM = PaymentForm(1, "水费", (METER, CITY))


def test_the_first_version_says_what_it_asks_for():
    assert form_changes(None, FORM) == ["first version; asks for 表号, 城市"]


def test_words_and_lists_are_told_with_what_they_were():
    after = replace(FORM, version=2, title="水费缴纳", instructions="见水表", show=("period",), receipt=())
    assert form_changes(FORM, after) == [
        "title: 水费 → 水费缴纳",
        "instructions: nothing → 见水表",
        "show: description, period, due_date → period",
        "receipt: {description} {period} → nothing",
    ]


def test_inputs_are_told_by_key_and_label():
    meter = replace(METER, check=CheckDigit.LUHN, least=6, normalise=(Normalisation.TRIM,), group="meter")
    city = replace(CITY, choices={"BJ": "北京", "SH": "上海"}, required=True)
    assert form_changes(FORM, replace(FORM, inputs=(city, meter, NAME))) == [
        "input name (姓名) is new",
        "input city (城市), required: no → yes",
        "input city (城市), choices: BJ=北京 → BJ=北京, SH=上海",
        "input meter_no (表号), least: 8 → 6",
        "input meter_no (表号), check: nothing → LUHN",
        "input meter_no (表号), group: nothing → meter",
        "input meter_no (表号), normalise: nothing → trim",
        "the inputs come in another order: 城市, 表号, 姓名",
    ]
    assert form_changes(FORM, replace(FORM, inputs=(METER,))) == ["input city (城市) is gone"]


def test_the_same_form_has_no_changes():
    assert form_changes(FORM, replace(FORM, version=2)) == []
