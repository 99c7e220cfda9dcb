import hashlib
import json
from dataclasses import replace

import pytest

from offline_collect.domain.errors import RuleError
from offline_collect.domain.forms import (
    Input,
    InputProblem,
    InputType,
    PaymentForm,
    fill_receipt,
    form_from_document,
    form_to_document,
    input_named,
    input_names,
    read_inputs,
)
from offline_collect.domain.lookup_keys import labels_by_key, lookup_key, lookup_keys, typed_key
from offline_collect.domain.texts.check_digits import CheckDigit
from offline_collect.domain.texts.text import Normalisation

STUDENT = Input("student_no", "学号", "请输入学号", InputType.NUMERIC, 10, 10)
ROOM = Input("room", "房号", "请输入房号", group="home")
OWNER = Input("owner", "业主姓名", "请输入姓名", group="home")
CARD = Input("card", "卡号", "请输入卡号", group="card")
METER = Input("meter", "表号", "请输入表号", InputType.NUMERIC, 11, 11, check=CheckDigit.LUHN)
CITY = Input("city", "城市", "请选择", InputType.CHOICE, choices={"BJ": "北京", "SH": "上海"})
NOTE = Input("note", "备注", "可不填", required=False)


def form(*inputs: Input, **more) -> PaymentForm:
    return PaymentForm(1, "缴费", inputs, **more)


class TestInputs:
    @pytest.mark.parametrize(
        ("asked", "typed", "reason"),
        [
            (STUDENT, "12345", "学号 must have 10 digits"),
            (STUDENT, "12345abcde", "学号 must have 10 digits"),
            (STUDENT, "١٢٣٤٥٦٧٨٩٠", "学号 must have 10 digits"),
            (STUDENT, "", "学号 must have 10 digits"),
            (replace(STUDENT, least=8), "1", "学号 must have 8 to 10 digits"),
            (replace(ROOM, most=3), "3幢502", "房号 must have 1 to 3 characters"),
            (replace(ROOM, least=3, most=3), "3幢", "房号 must have 3 characters"),
            (replace(ROOM, type=InputType.ALPHANUMERIC), "A-1", "房号 must be letters and digits"),
            (replace(ROOM, type=InputType.ALPHANUMERIC), "甲1", "房号 must be letters and digits"),
            (CITY, "GZ", "城市 must be one of BJ, SH"),
            (replace(ROOM, pattern="[0-9]+幢"), "三幢", "房号 is not written as the form asks"),
            (METER, "79927398710", "表号 is mistyped: its check digit does not fit"),
            (METER, "7992739871", "表号 must have 11 digits"),
            (
                replace(ROOM, pattern="[0-9]+幢", example="3幢"),
                "3幢-1",
                "房号 is not written like 3幢",
            ),
        ],
    )
    def test_what_is_wrong_is_said_in_the_merchant_s_words(self, asked, typed, reason):
        assert asked.read(typed) == InputProblem(asked.label, reason)

    @pytest.mark.parametrize(
        ("asked", "typed"),
        [
            (STUDENT, "2026030117"),
            (ROOM, "3幢-2单元-501"),
            (replace(ROOM, type=InputType.ALPHANUMERIC), "A1"),
            (CITY, "BJ"),
            (METER, "79927398713"),
            (replace(ROOM, pattern="[0-9]+幢"), "3幢"),
        ],
    )
    def test_what_is_right_is_taken_as_it_is(self, asked, typed):
        assert asked.read(typed) == typed

    def test_what_was_typed_is_normalised_before_it_is_looked_at(self):
        steps = (Normalisation.TRIM, Normalisation.HALF_WIDTH, Normalisation.LEADING_ZEROS)
        assert replace(STUDENT, normalise=steps).read(" １７ ") == "0000000017"

    @pytest.mark.parametrize(("least", "most"), [(0, 5), (5, 4), (1, 61)])
    def test_impossible_lengths_are_refused(self, least, most):
        with pytest.raises(RuleError, match="input room: least and most must be 1 to 60, least first"):
            replace(ROOM, least=least, most=most)

    def test_a_choice_needs_choices(self):
        with pytest.raises(RuleError, match="input city: a CHOICE needs choices"):
            replace(CITY, choices={})

    @pytest.mark.parametrize("pattern", ["[", "a{99999999999}"])
    def test_a_pattern_that_is_none_is_refused(self, pattern):
        with pytest.raises(RuleError, match="input room: pattern: "):
            replace(ROOM, pattern=pattern)

    @pytest.mark.parametrize("asked", [CITY, ROOM])
    def test_a_check_digit_needs_a_number_to_check(self, asked):
        with pytest.raises(RuleError, match=f"input {asked.key}: a check digit needs a number of 2 or more"):
            replace(asked, check=CheckDigit.MOD11)

    def test_what_was_typed_is_normalised_before_its_check_digit_is_looked_at(self):
        steps = (Normalisation.TRIM, Normalisation.UPPER)
        card = replace(ROOM, least=18, most=18, check=CheckDigit.MOD11, normalise=steps)
        assert card.read(" 11010519491231002x") == "11010519491231002X"


class TestForms:
    def test_a_form_has_one_to_five_inputs(self):
        with pytest.raises(RuleError, match="inputs: a form has 1 to 5, not 0"):
            form()
        six = [replace(STUDENT, key=f"k{nth}") for nth in range(6)]
        with pytest.raises(RuleError, match="inputs: a form has 1 to 5, not 6"):
            form(*six)

    def test_no_key_is_named_twice(self):
        with pytest.raises(RuleError, match="inputs: a key is named twice: room, room"):
            form(ROOM, ROOM)

    def test_something_must_identify_a_customer(self):
        with pytest.raises(RuleError, match="inputs: at least one must be required or belong to a group"):
            form(NOTE)

    def test_without_groups_the_required_inputs_identify(self):
        assert form(STUDENT, CITY, NOTE).alternatives == ((STUDENT, CITY),)

    def test_each_group_identifies_together_with_the_required_inputs(self):
        assert form(ROOM, CITY, OWNER, CARD, NOTE).alternatives == ((CITY, ROOM, OWNER), (CITY, CARD))
        assert form(ROOM, OWNER).alternatives == ((ROOM, OWNER),)

    def test_a_form_survives_its_document(self):
        whole = form(
            replace(STUDENT, pattern="[0-9]*", example="2026030117", normalise=(Normalisation.TRIM,)),
            CITY,
            METER,
            ROOM,
            instructions="学号印在学生证上",
            show=("period",),
            receipt=("{amount}",),
        )
        document = json.loads(json.dumps(form_to_document(whole)))
        assert form_from_document(document, 1) == whole

    def test_a_document_from_before_there_were_check_digits_is_read(self):
        document = form_to_document(form(STUDENT, METER))
        assert document["inputs"][1].pop("check") == "LUHN"
        del document["inputs"][0]["check"]
        assert form_from_document(document, 1) == form(STUDENT, replace(METER, check=None))


class TestTypedInputs:
    def test_inputs_are_read_in_the_form_s_order(self):
        assert read_inputs(form(ROOM, OWNER), ("501", "王小明")) == {"room": "501", "owner": "王小明"}

    def test_one_complete_group_is_enough(self):
        read = read_inputs(form(ROOM, OWNER, CARD), (None, None, "6222"))
        assert read == {"card": "6222"}

    def test_optional_inputs_come_along(self):
        assert read_inputs(form(STUDENT, NOTE), ("2026030117", "急")) == {
            "student_no": "2026030117",
            "note": "急",
        }

    @pytest.mark.parametrize(
        ("typed", "missing"),
        [
            ((), "房号"),
            (("501",), "业主姓名"),
            ((None, "王小明"), "房号"),
        ],
    )
    def test_what_is_missing_is_named(self, typed, missing):
        assert read_inputs(form(ROOM, OWNER), typed) == InputProblem(missing, f"{missing} is missing")

    def test_the_group_that_was_begun_is_the_one_to_complete(self):
        found = read_inputs(form(CARD, ROOM, OWNER), (None, "501", None))
        assert found == InputProblem("业主姓名", "业主姓名 is missing")

    def test_a_wrong_input_is_told_even_where_another_would_do(self):
        found = read_inputs(form(replace(CARD, type=InputType.NUMERIC), ROOM, OWNER), ("x", "501", "王小明"))
        assert isinstance(found, InputProblem)


class TestLookupKeys:
    def test_a_customer_is_found_by_each_alternative_that_it_completes(self):
        asked = form(ROOM, OWNER, CARD)
        values = {"room": "501", "owner": "王小明", "card": "6222"}
        assert lookup_keys(asked, values) == (
            lookup_key({"room": "501", "owner": "王小明"}),
            lookup_key({"card": "6222"}),
        )
        assert lookup_keys(asked, {"room": "501"}) == ()

    def test_what_is_typed_finds_by_the_first_complete_alternative(self):
        asked = form(ROOM, OWNER, CARD)
        assert typed_key(asked, {"card": "6222", "room": "501"}) == lookup_key({"card": "6222"})

    def test_a_key_shows_nobody_s_data_and_does_not_depend_on_order(self):
        key = lookup_key({"room": "501", "owner": "王小明"})
        assert key == lookup_key({"owner": "王小明", "room": "501"})
        assert len(key) == 64
        assert int(key, 16)

    def test_a_key_stays_what_stores_have(self):
        values = {"owner": '王"小\\明\t', "room": "5\u2028\x7f01"}
        text = json.dumps(sorted(values.items()), ensure_ascii=False, separators=(",", ":"))
        assert lookup_key(values) == hashlib.sha256(text.encode()).hexdigest()

    def test_the_inputs_of_each_key_are_told_by_their_labels(self):
        asked = form(ROOM, OWNER, CARD)
        values = {"room": "501", "owner": "王小明", "card": "6222"}
        assert labels_by_key(asked, values) == {
            lookup_key({"room": "501", "owner": "王小明"}): "房号, " + OWNER.label,
            lookup_key({"card": "6222"}): CARD.label,
        }

    def test_values_cannot_be_moved_between_inputs(self):
        assert lookup_key({"a": "1", "b": "2"}) != lookup_key({"a": "2", "b": "1"})
        assert lookup_key({"a": '1","b'}) != lookup_key({"a": "1", "b": ""})


class TestReceipts:
    def test_the_lines_are_filled_in_and_joined(self):
        asked = form(STUDENT, receipt=("{description} {period}", "金额 {amount}"))
        values = {"description": "十一月餐费", "period": "2026-11", "amount": "123.45"}
        assert fill_receipt(asked, values.get) == "十一月餐费 2026-11|金额 123.45"

    def test_what_has_no_value_leaves_nothing_behind(self):
        asked = form(STUDENT, receipt=("{description}  {period}", "{nothing}", "{用水量} 吨"))
        assert fill_receipt(asked, {"period": "2026-11", "用水量": "17"}.get) == "2026-11|17 吨"

    def test_a_receipt_without_any_value_is_empty(self):
        assert fill_receipt(form(STUDENT), {}.get) == ""

    def test_values_are_not_filled_in_twice(self):
        asked = form(STUDENT, receipt=("{description}",))
        assert fill_receipt(asked, {"description": "{amount}", "amount": "1"}.get) == "{amount}"


def test_an_input_is_named_by_its_key_or_its_label():
    number, mobile = Input("student_no", "学号", "请输入学号"), Input("mobile", "手机", "请输入手机")
    form = PaymentForm(1, "缴费", (number, mobile))
    assert [input_named(form, name) for name in ("student_no", "手机", "班级")] == [number, mobile, None]
    assert input_names(form) == "学号 (student_no), 手机 (mobile)"
