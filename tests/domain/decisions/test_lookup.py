from dataclasses import replace

import pytest

from offline_collect.domain.answers import Answer
from offline_collect.domain.bills import BillMark
from offline_collect.domain.codes import ResponseCode
from offline_collect.domain.customers import Customer
from offline_collect.domain.effects import NO_EFFECTS
from offline_collect.domain.forms import Input, PaymentForm
from offline_collect.domain.merchants import MerchantStatus
from tests.fakes.bank import DAY
from tests.support.samples import SCHOOL, SCHOOL_FORM, school_bill, water_bill

ESTATE_FORM = PaymentForm(
    4,
    "物业费",
    (
        Input("room", "房号", "请输入房号"),
        Input("owner", "业主姓名", "可不填", required=False),
    ),
)


def november(day: int):
    return DAY.replace(day=day)


def look_up(bank, terminal, *inputs, merchant_id="SCHOOL01", **more) -> Answer:
    answer = bank.ask(terminal.lookup(bank.now, merchant_id, *inputs, **more))
    assert bank.decisions[0][1] is NO_EFFECTS
    return answer


def numbers(answer) -> list[str]:
    return [record.values["bill_no"] for record in answer.records]


class TestByInputs:
    def test_a_customer_s_bill_is_told_in_full(self, bank, teller):
        answer = look_up(bank, teller, "2026030117")
        assert answer.code is ResponseCode.APPROVED
        assert answer.values == {"customer_no": "2026030117", "open_count": 1, "customer_name": "王*明"}
        (record,) = answer.records
        assert record.values == {
            "bill_no": "S1",
            "principal": 12_345,
            "late_fee": 0,
            "total_payable": 12_345,
            "bill_status": "OPEN",
            "description": "十一月餐费",
            "period": "2026-11",
            "due_date": "20261130",
        }
        assert record.payable_minor == 12_345
        assert answer.beyond is None

    def test_what_was_typed_is_normalised(self, bank, teller):
        assert look_up(bank, teller, " ２０２６０３０１１７ ").approved

    def test_the_late_fee_is_as_of_the_business_date(self, bank, teller):
        bank.store.put_bills(water_bill(due_date=november(10)))
        answer = look_up(bank, teller, "10020042", merchant_id="WATER001")
        (record,) = answer.records
        assert (record.values["late_fee"], record.values["total_payable"]) == (70, 20_070)
        bank.cutover()
        answer = look_up(bank, teller, "10020042", merchant_id="WATER001")
        assert answer.records[0].values["late_fee"] == 80

    def test_a_part_payment_s_least_amount_is_told(self, bank, teller):
        answer = look_up(bank, teller, "10020042", merchant_id="WATER001")
        assert answer.records[0].values["least_payable"] == 1_000
        bank.ask(teller.payment(bank.now, "WATER001", "W1", 19_000))
        answer = look_up(bank, teller, "10020042", merchant_id="WATER001")
        assert answer.records[0].values["bill_status"] == "PARTIAL"
        assert "least_payable" not in answer.records[0].values

    def test_the_columns_are_those_that_the_form_shows(self, bank, teller):
        bank.store.put_bills(water_bill(extra={"用水量": "17吨", "内部": "x"}))
        (record,) = look_up(bank, teller, "10020042", merchant_id="WATER001").records
        assert record.values["extra"] == "用水量=17吨"
        assert "description" not in record.values
        bank.store.put_merchant(SCHOOL, replace(SCHOOL_FORM, show=("period", "班级")))
        (record,) = look_up(bank, teller, "2026030117").records
        assert "due_date" not in record.values
        assert "extra" not in record.values

    def test_bills_that_cannot_be_paid_now_are_left_out(self, bank, teller):
        bank.store.put_bills(
            school_bill("S2", mark=BillMark.WITHDRAWN),
            school_bill("S3", expires_on=november(21)),
            school_bill("S4", open_from=november(23)),
            school_bill("S5", paid_principal_minor=0),
        )
        answer = look_up(bank, teller, "2026030117")
        assert numbers(answer) == ["S1", "S5"]
        assert answer.values["open_count"] == 2

    def test_a_customer_who_owes_nothing_is_told_so(self, bank, teller):
        bank.ask(teller.payment(bank.now, "SCHOOL01", "S1", 12_345))
        answer = look_up(bank, teller, "2026030117")
        assert answer.approved
        assert (answer.values["open_count"], answer.records) == (0, ())

    def test_wrong_inputs_are_told_in_the_merchant_s_words(self, bank, teller):
        answer = look_up(bank, teller, "12345")
        assert answer.code is ResponseCode.UNKNOWN_CUSTOMER
        assert (answer.brief, answer.reason) == ("wrong inputs", "学号 must have 10 digits")

    def test_inputs_that_nobody_has_are_told_without_a_hint(self, bank, teller):
        answer = look_up(bank, teller, "2026030118")
        assert answer.code is ResponseCode.UNKNOWN_CUSTOMER
        assert answer.reason == "no customer of 阳光小学 has this 学号"


class TestOneCustomer:
    @pytest.fixture(autouse=True)
    def _neighbours(self, bank):
        bank.store.put_merchant(SCHOOL, ESTATE_FORM)
        bank.store.put_customers(
            Customer("SCHOOL01", "1", "王小明", {"room": "501", "owner": "王小明"}),
            Customer("SCHOOL01", "2", "李雷", {"room": "502", "owner": "李雷"}),
            Customer("SCHOOL01", "3", "韩梅梅", {"room": "502", "owner": "韩梅梅"}),
            Customer("SCHOOL01", "4", "林涛", {"room": "503"}),
        )

    def test_more_than_one_is_told_with_what_to_do(self, bank, teller):
        answer = look_up(bank, teller, "502")
        assert answer.code is ResponseCode.UNKNOWN_CUSTOMER
        assert answer.brief == "more than one customer"
        assert answer.reason == (
            "more than one customer of 阳光小学 has this 房号: give 业主姓名 too, or ask 阳光小学"
        )

    def test_where_nothing_is_left_to_type_the_merchant_is_to_be_asked(self, bank, teller):
        bank.store.put_customers(Customer("SCHOOL01", "5", "李雷", {"room": "502", "owner": "李雷"}))
        answer = look_up(bank, teller, "502", "李雷")
        assert answer.reason == "more than one customer of 阳光小学 has this 房号, 业主姓名: ask 阳光小学"

    def test_what_else_was_typed_tells_them_apart(self, bank, teller):
        assert look_up(bank, teller, "502", "韩梅梅").values["customer_no"] == "3"

    def test_what_else_was_typed_must_be_right(self, bank, teller):
        answer = look_up(bank, teller, "501", "李雷")
        assert answer.code is ResponseCode.UNKNOWN_CUSTOMER
        assert answer.reason == "no customer of 阳光小学 has this 房号, 业主姓名"

    def test_what_is_not_known_of_a_customer_cannot_be_wrong(self, bank, teller):
        assert look_up(bank, teller, "503", "林涛").values["customer_no"] == "4"


class TestForms:
    def test_inputs_are_read_in_the_order_of_the_form_that_they_were_typed_into(self, bank, teller):
        note = Input("note", "备注", "可不填", required=False)
        bank.store.put_merchant(SCHOOL, replace(SCHOOL_FORM, version=4, inputs=(note, *SCHOOL_FORM.inputs)))
        assert look_up(bank, teller, None, "2026030117").approved
        assert look_up(bank, teller, "2026030117", form_version=3).approved

    def test_a_version_that_there_never_was_is_named(self, bank, teller):
        answer = look_up(bank, teller, "2026030117", form_version=9)
        assert answer.code is ResponseCode.NOT_FOUND
        assert answer.reason == "阳光小学 has no payment form of version 9"

    @pytest.mark.parametrize("asked", [{}, {"bill_no": "S1"}])
    def test_a_merchant_without_a_form_is_not_asked(self, bank, teller, asked):
        bank.store.put_merchant(SCHOOL)
        answer = look_up(bank, teller, "2026030117", **asked)
        assert answer.code is ResponseCode.NOT_FOUND
        assert answer.reason == "阳光小学 has no payment form yet"

    @pytest.mark.parametrize(
        ("merchant_id", "code"), [("SCHOOL01", "MERCHANT_SUSPENDED"), ("NOBODY01", "UNKNOWN_MERCHANT")]
    )
    def test_a_merchant_that_does_not_collect_is_not_asked(self, bank, teller, merchant_id, code):
        bank.store.put_merchant(replace(SCHOOL, status=MerchantStatus.SUSPENDED), SCHOOL_FORM)
        assert look_up(bank, teller, "2026030117", merchant_id=merchant_id).code.value == code


class TestPages:
    @pytest.fixture(autouse=True)
    def _many_bills(self, bank):
        bank.store.put_bills(
            *(school_bill(f"S{20 - nth}", due_date=november(1 + nth // 2)) for nth in range(13)),
        )

    def test_the_oldest_due_come_first_and_the_cursor_names_the_next(self, bank, teller):
        answer = look_up(bank, teller, "2026030117")
        assert numbers(answer) == ["S19", "S20", "S17", "S18", "S15", "S16"]
        assert answer.values["open_count"] == 14
        assert answer.beyond == "20261104S13"

    def test_page_by_page_every_bill_is_told_once(self, bank, teller):
        found, cursor = [], None
        for _ in range(3):
            answer = look_up(bank, teller, "2026030117", cursor=cursor)
            found += numbers(answer)
            cursor = answer.beyond
        assert cursor is None
        assert len(found) == len(set(found)) == 14

    def test_a_page_may_begin_with_any_record_of_the_one_before(self, bank, teller):
        third = look_up(bank, teller, "2026030117").records[2]
        answer = look_up(bank, teller, "2026030117", cursor=third.cursor)
        assert answer.records[0] == third

    def test_a_cursor_still_holds_when_its_bill_was_paid_since(self, bank, teller):
        cursor = look_up(bank, teller, "2026030117").beyond
        bank.ask(teller.payment(bank.now, "SCHOOL01", "S13", 12_345))
        answer = look_up(bank, teller, "2026030117", cursor=cursor)
        assert numbers(answer)[0] == "S14"


class TestByBillNumber:
    def test_one_bill_is_told_with_its_customer(self, bank, teller):
        answer = look_up(bank, teller, bill_no="S1")
        assert answer.values == {"customer_no": "2026030117", "open_count": 1, "customer_name": "王*明"}
        assert numbers(answer) == ["S1"]

    def test_a_bill_whose_customer_is_not_known_is_told_without_a_name(self, bank, teller):
        bank.store.put_bills(school_bill("S2", customer_no="2026030999"))
        answer = look_up(bank, teller, bill_no="S2")
        assert answer.values == {"customer_no": "2026030999", "open_count": 1}

    def test_a_bill_that_nobody_has_is_not_found(self, bank, teller):
        answer = look_up(bank, teller, bill_no="S9")
        assert (answer.code, answer.reason) == (ResponseCode.NOT_FOUND, "SCHOOL01 has no bill S9")

    @pytest.mark.parametrize(
        ("bill", "code"),
        [
            (school_bill(mark=BillMark.IN_BATCH), "IN_BATCH"),
            (school_bill(mark=BillMark.WITHDRAWN), "WITHDRAWN"),
            (school_bill(expires_on=november(21)), "NOT_PAYABLE"),
            (school_bill(open_from=november(23)), "NOT_PAYABLE"),
        ],
    )
    def test_a_bill_that_cannot_be_paid_says_why(self, bank, teller, bill, code):
        bank.store.put_bills(bill)
        assert look_up(bank, teller, bill_no="S1").code.value == code

    def test_a_late_fee_that_a_reversal_left_can_still_be_found_and_paid(self, bank, teller):
        bank.store.put_bills(water_bill(amount=200_000, due_date=november(1)))
        fee, rest = (teller.payment(bank.now, "WATER001", "W1", amount) for amount in (1_000, 200_600))
        bank.submit(fee, rest, teller.reversal(bank.now, fee))
        (record,) = look_up(bank, teller, "10020042", merchant_id="WATER001").records
        assert (record.values["principal"], record.values["late_fee"]) == (0, 1_000)
        assert bank.ask(teller.payment(bank.now, "WATER001", "W1", 1_000)).approved
