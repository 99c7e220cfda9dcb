"""What a merchant's poster says."""

import pytest

from offline_collect.domain.merchants import Merchant, SettlementAccount
from offline_collect.files.write.poster import PosterInput
from offline_collect.merchant.forms.definition import read_form
from offline_collect.merchant.forms.poster import CHOICES_MAX, make_poster, poster_of
from offline_collect.store import NotFoundError
from offline_collect.translations import BOTH, Language
from tests.support.actors import user

URL = "https://pay.bank.example/m/{merchant}?code={code}"
SCHOOL = Merchant("SCHOOL01", "阳光小学", "学校", SettlementAccount("6222000000000001"))
ZH, EN = (Language.ZH,), (Language.EN,)


def form(*inputs, **keys):
    return read_form({"title": "阳光小学缴费", "inputs": list(inputs), **keys}, "form.yaml", 1)


STUDENT = {"key": "no", "label": "学号", "prompt": "请输入10位学号", "example": "2026030117"}


def test_it_says_what_the_form_asks_for_with_its_examples():
    poster = make_poster(SCHOOL, form(STUDENT, instructions="学号见学生证背面"), None, ZH)
    assert (poster.title, poster.merchant, poster.instructions) == (
        "阳光小学缴费",
        "阳光小学",
        "学号见学生证背面",
    )
    assert poster.ways == [[PosterInput("学号", "请输入10位学号", "2026030117", None)]]
    assert poster.chinese


def test_without_a_link_it_says_how_to_pay_at_a_counter():
    poster = make_poster(SCHOOL, form(STUDENT), None, EN)
    assert poster.link is None
    assert poster.how == "How to pay"
    assert poster.steps[0].endswith("say whom you pay: 阳光小学, number SCHOOL01")
    assert poster.steps[1] == "Give your 学号"
    assert not poster.chinese


def test_with_a_link_it_opens_the_merchant_and_no_bill():
    poster = make_poster(SCHOOL, form(STUDENT), URL, ZH)
    assert poster.link == "https://pay.bank.example/m/SCHOOL01?code="
    assert (poster.how, poster.steps[0]) == ("扫码缴费", "用手机扫描二维码")


def test_both_languages_stand_side_by_side():
    poster = make_poster(SCHOOL, form(STUDENT), None, BOTH)
    assert poster.need == "请准备 Have this at hand"
    assert poster.steps[1] == "提供学号 Give your 学号"


def test_each_way_to_find_a_customer_is_enough():
    phone = {"key": "phone", "label": "手机号", "prompt": "手机号", "group": "b"}
    poster = make_poster(SCHOOL, form({**STUDENT, "group": "a"}, phone), None, ZH)
    assert [[asked.label for asked in way] for way in poster.ways] == [["学号"], ["手机号"]]
    assert poster.ways[1][0].prompt is None
    assert poster.steps[1] == "提供学号 / 手机号"


@pytest.mark.parametrize(("count", "more"), [(CHOICES_MAX, False), (CHOICES_MAX + 1, True)])
def test_choices_are_named_but_not_endlessly(count, more):
    choices = {str(code): f"校区{code}" for code in range(count)}
    campus = {"key": "campus", "label": "校区", "prompt": "请选择", "type": "CHOICE", "choices": choices}
    shown = make_poster(SCHOOL, form(campus), None, ZH).ways[0][0].choices
    assert shown.startswith("校区0 / 校区1")
    assert shown.count("校区") == CHOICES_MAX
    assert shown.endswith("…") == more


def test_the_merchants_own_language_is_taken_if_none_is_named(store, school):
    assert poster_of(store, "SCHOOL01", user("Li"), None).need == "请准备"
    assert poster_of(store, "SCHOOL01", user("Li"), None, EN).need == "Have this at hand"


def test_a_merchant_must_be_there(store, school):
    with pytest.raises(NotFoundError):
        poster_of(store, "NOBODY", user("Li"), None)
