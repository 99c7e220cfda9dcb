"""From the list of merchants to the receipt."""

import pytest

from offline_collect_terminal.teller.journal.entries import State
from offline_collect_terminal.teller.screen.steps import Unsent
from tests.simulators.peer import answer
from tests.simulators.teller_playing import STUDENT, bill, bills_of, declined, pds, records


def test_a_merchant_is_chosen_from_the_platforms_list(at_kiosk):
    assert "阳光小学 SCHOOL01" in at_kiosk.open("/")
    text = at_kiosk.open("/m/SCHOOL01")
    assert "阳光小学缴费 学号见学生证背面 请输入10位学号 例如 2026030117" in text


def test_a_search_finds_merchants_by_name_and_says_if_there_is_none(at_kiosk):
    at_kiosk.platform.merchants.append({"0002": "清源供水", "0003": "water", "0005": "WATER01"})
    assert "WATER01" in at_kiosk.open("/?q=供水")
    assert "SCHOOL01" not in at_kiosk.text
    assert "没有找到这个单位" in at_kiosk.open("/?q=nobody")


def test_without_a_list_of_merchants_an_id_opens_one(at_kiosk):
    at_kiosk.platform.say("directory", *[declined("12")] * 2)
    assert 'href="/m/SCHOOL01"' in (at_kiosk.open("/?q=SCHOOL01") and at_kiosk.page)
    at_kiosk.platform.say("directory", *[declined("12")] * 2)
    assert "没有找到这个单位" in at_kiosk.open("/?q=学校")


def test_a_search_that_cannot_be_typed_is_not_sent(at_kiosk):
    assert "输入过长或含有控制字符" in at_kiosk.open("/?q=" + "x" * 201)


def test_the_posters_link_opens_a_merchant_that_the_first_page_does_not_list(at_kiosk):
    at_kiosk.platform.merchants = []
    at_kiosk.open("/m/SCHOOL01/")
    assert "请输入10位学号" in at_kiosk.look_up(number="")
    at_kiosk.look_up()
    assert "阳光小学缴费 王*明 2026030117" in at_kiosk.text


def test_a_merchant_that_does_not_exist_is_said(at_kiosk):
    at_kiosk.platform.say("form", declined("03"))
    assert "没有这个商户" in at_kiosk.open("/m/NOBODY")
    assert at_kiosk.path == "/"


@pytest.mark.parametrize(("typed", "said"), [("", "请输入学号。"), ("123", "学号"), ("x" * 201, "输入过长")])
def test_a_form_says_what_is_wrong_and_asks_nobody(at_kiosk, typed, said):
    at_kiosk.look_up(typed)
    assert said in at_kiosk.text
    assert at_kiosk.platform.of("lookup") == []


def test_what_was_typed_wrongly_is_there_to_be_corrected(at_kiosk):
    at_kiosk.look_up("20260301")
    assert 'value="20260301"' in at_kiosk.page
    assert 'aria-invalid="true"' in at_kiosk.page
    assert 'aria-describedby="input_0-hint input_0-problem"' in at_kiosk.page


def test_full_width_digits_are_taken(at_kiosk):
    at_kiosk.look_up("２０２６０３０１１７")
    (request,) = at_kiosk.platform.of("lookup")
    assert "2026030117" in request.elements[48]
    assert at_kiosk.path == "/bills"


def test_another_way_to_find_a_customer_can_be_chosen(at_kiosk):
    either = [STUDENT | {"0011": "a"}, {"0001": "phone", "0002": "手机号", "0003": "请输入手机号", "0004": "NUMERIC",
              "0005": "11", "0006": "11", "0007": "Y", "0011": "b"}]  # fmt: skip
    at_kiosk.platform.inputs = either
    assert "请输入手机号" not in at_kiosk.open("/m/SCHOOL01")
    text = at_kiosk.open("/m/SCHOOL01?by=2")
    assert "请输入手机号" in text
    assert "请输入10位学号" not in text
    assert "请输入手机号" in at_kiosk.press("/m/SCHOOL01", by="2", input_1="1")
    at_kiosk.press("/m/SCHOOL01", by="2", input_1="10000001000")
    assert at_kiosk.path == "/bills"


@pytest.mark.parametrize("by", ["0", "3", "x", "٣", "99"])
def test_a_way_that_does_not_exist_is_the_first_one(at_kiosk, by):
    assert "请输入10位学号" in at_kiosk.open(f"/m/SCHOOL01?by={by}")


def test_a_choice_is_drawn_with_its_labels_and_sent_by_its_code(at_kiosk):
    at_kiosk.platform.inputs = [{"0001": "campus", "0002": "校区", "0003": "请选择校区", "0004": "CHOICE",
                                 "0005": "1", "0006": "1", "0007": "Y", "0010": "1=东校区|2=西校区"}]  # fmt: skip
    assert "请选择校区 东校区 西校区" in at_kiosk.open("/m/SCHOOL01")
    at_kiosk.press("/m/SCHOOL01", input_0="2")
    (request,) = at_kiosk.platform.of("lookup")
    assert "0021" in request.elements[48]
    assert at_kiosk.path == "/bills"


def test_texts_of_a_merchant_and_of_a_payer_are_never_markup(at_kiosk):
    at_kiosk.platform.inputs = [STUDENT | {"0003": "<script>alert(1)</script>", "0009": '"><b>x'}]
    at_kiosk.look_up('"><i>y')
    assert "<script>alert" not in at_kiosk.page
    assert "<b>x" not in at_kiosk.page
    assert "<i>y" not in at_kiosk.page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in at_kiosk.page


def test_an_optional_input_may_be_left_empty(at_kiosk):
    at_kiosk.platform.inputs = [STUDENT, {"0001": "name", "0002": "姓名", "0003": "请输入姓名", "0007": "N"}]
    assert "可不填" in at_kiosk.open("/m/SCHOOL01")
    at_kiosk.press("/m/SCHOOL01", input_0="2026030117", input_1="")
    assert at_kiosk.path == "/bills"


def test_a_bill_is_found_by_its_own_number(at_kiosk):
    at_kiosk.open("/m/SCHOOL01")
    at_kiosk.press("/m/SCHOOL01", bill_no="S-0001")
    (request,) = at_kiosk.platform.of("lookup")
    assert "S-0001" in request.elements[48]
    assert at_kiosk.path == "/bills"
    at_kiosk.open("/m/SCHOOL01")
    assert "账单号为 1 到 32 位" in at_kiosk.press("/m/SCHOOL01", bill_no="x" * 33)


def test_a_customer_whom_nobody_knows_is_said(at_kiosk):
    at_kiosk.platform.say("lookup", declined("14"))
    assert "查无此客户" in at_kiosk.look_up()
    assert at_kiosk.path == "/m/SCHOOL01"


def test_who_owes_nothing_reads_so(at_kiosk):
    at_kiosk.platform.bills = []
    assert "没有待缴账单" in at_kiosk.look_up()


def test_a_name_that_the_platform_has_not_masked_is_masked(at_kiosk):
    told = pds({"0031": "2026030117", "0032": "王小明", "0041": "1"})
    at_kiosk.platform.say("lookup", lambda request: answer(request, de48=told, **records(bill())))
    at_kiosk.look_up()
    assert "王*明" in at_kiosk.text
    assert "王小明" not in at_kiosk.page


def test_one_bill_is_paid_and_its_receipt_says_test(at_kiosk):
    text = at_kiosk.pay()
    assert "缴费成功" in text
    for told in ("缴费凭条 · 阳光小学", "金额 123.45 元", "账单号 S-0001", "平台流水号 20261122000000000001"):
        assert told in text
    assert text.count("测试 TEST") == 2
    (request,) = at_kiosk.platform.of("payment")
    assert request.elements[4] == "000000012345"
    assert "KIOSK" in request.elements[48]
    assert "CARD" in request.elements[48]


def test_several_bills_are_paid_together_with_their_fee(at_kiosk):
    at_kiosk.platform.bills = [bill(nth, payable=100 * nth, t0065="50") for nth in (1, 2, 3)]
    at_kiosk.look_up()
    at_kiosk.press("/bills", bill=["0", "2"])
    assert "合计 5.00 元" in at_kiosk.text
    at_kiosk.press("/pay", tender="ACCT")
    assert "缴费成功" in at_kiosk.wait()
    (request,) = at_kiosk.platform.of("payment")
    assert bills_of(request) == {"S-0001": "100", "S-0003": "300"}
    assert request.elements[4] == "000000000500"


def test_further_pages_are_read_and_what_is_ticked_stays(at_kiosk):
    at_kiosk.platform.bills = [bill(nth) for nth in range(1, 9)]
    at_kiosk.look_up()
    assert "S-0007" not in at_kiosk.text
    at_kiosk.press("/bills/more", bill=["1"])
    assert "S-0008" in at_kiosk.text
    assert at_kiosk.page.count(" checked") == 1


def test_too_many_bills_together_are_refused(at_kiosk):
    at_kiosk.platform.bills = [bill(nth) for nth in range(1, 9)]
    at_kiosk.look_up()
    at_kiosk.press("/bills/more")
    assert "一次最多合并缴 6 笔账单" in at_kiosk.press("/bills", bill=[str(place) for place in range(7)])
    assert at_kiosk.path == "/bills"


@pytest.mark.parametrize("ticked", [[], ["9"], ["-1"], ["x"], ["99999999999"]])
def test_a_payment_needs_a_bill_that_is_there(at_kiosk, ticked):
    at_kiosk.look_up()
    assert "请至少勾选一笔账单" in at_kiosk.press("/bills", bill=ticked)


def test_a_bill_of_which_nothing_is_payable_is_refused(at_kiosk):
    at_kiosk.platform.bills = [bill(payable=0)]
    at_kiosk.look_up()
    at_kiosk.press("/bills", bill="0")
    assert "S-0001" in at_kiosk.text
    assert at_kiosk.path == "/bills"


@pytest.mark.parametrize("amount", ["", "x", "10", "200", "60.01"])
def test_a_part_that_may_not_be_paid_is_refused(at_kiosk, amount):
    at_kiosk.platform.bills = [bill(payable=12000, t0057="5000", t0066="1000")]
    at_kiosk.look_up()
    at_kiosk.press("/bills", bill="0")
    at_kiosk.press("/pay", amount=amount)
    assert at_kiosk.path == "/pay"
    assert 'role="alert"' in at_kiosk.page
    assert at_kiosk.platform.of("payment") == []


def test_more_than_one_payment_can_carry_is_refused(at_kiosk):
    at_kiosk.platform.bills = [bill(nth, payable=999_999_999_999) for nth in (1, 2)]
    text = at_kiosk.pay(0, 1)
    assert at_kiosk.path == "/pay"
    assert "超过一笔缴费的最大金额" in text
    assert at_kiosk.platform.of("payment") == []


def test_a_part_that_may_be_paid_is_paid(at_kiosk):
    at_kiosk.platform.bills = [bill(payable=12000, t0057="5000", t0066="1000")]
    at_kiosk.pay(0, amount="60")
    assert at_kiosk.platform.of("payment")[0].elements[4] == "000000006000"


def test_a_refused_payment_says_why_and_that_nothing_was_paid(at_kiosk):
    at_kiosk.platform.say("payment", declined("U1"))
    text = at_kiosk.pay()
    assert "没有付款" in text
    assert "U1 账单已缴" in text
    assert "缴费成功" not in text


def test_a_platform_that_is_away_is_said_and_nothing_was_paid(at_kiosk):
    at_kiosk.look_up()
    at_kiosk.press("/bills", bill="0")
    at_kiosk.platform.say("payment", Unsent("gone"))
    at_kiosk.press("/pay", tender="CARD")
    assert "没有付款" in at_kiosk.wait()
    assert [entry.state for entry in at_kiosk.journal.entries.values()] == [State.UNSENT]


def test_a_form_that_is_sent_twice_pays_once(at_kiosk):
    at_kiosk.look_up()
    at_kiosk.press("/bills", bill="0")
    token = at_kiosk.token
    for _ in range(3):
        at_kiosk.browser.post("/pay", data={"token": token, "tender": "CARD"})
    at_kiosk.wait()
    assert len(at_kiosk.platform.of("payment")) == 1


def test_another_payment_begins_with_the_same_merchants_form(at_kiosk):
    at_kiosk.pay()
    at_kiosk.press("/again")
    assert at_kiosk.path == "/m/SCHOOL01"
    assert "2026030117" not in at_kiosk.page.replace("例如 2026030117", "")


@pytest.mark.parametrize("path", ["/bills", "/pay", "/payment"])
def test_a_page_out_of_turn_begins_at_the_merchants(at_kiosk, path):
    at_kiosk.open(path)
    assert at_kiosk.path == "/"


@pytest.mark.parametrize("path", ["/bills", "/bills/more", "/pay", "/again", "/m/SCHOOL01"])
def test_a_form_out_of_turn_begins_at_the_merchants(at_kiosk, path):
    at_kiosk.open("/")
    at_kiosk.press(path)
    assert at_kiosk.path == "/"
    assert at_kiosk.platform.of("payment", "lookup") == []
