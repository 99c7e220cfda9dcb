"""The form designer: the draft, the screens, the bytes, customers who would not be found, publishing, going back."""

import pytest

from offline_collect.domain.forms import INPUTS_MAX
from offline_collect.store import get_form
from tests.console.browser import hidden_fields, text_of

PATH = "/forms/SCHOOL01"
SEEN = "_seen"
TYPED = {
    "title": "学费缴纳",
    "show": "description\nperiod",
    "receipt": "{description}\n{amount}",
    "0.there": "1",
    "0.key": "student_no",
    "0.label": "学号",
    "0.prompt": "请输入10位学号",
    "0.type": "NUMERIC",
    "0.least": "10",
    "0.most": "10",
    "0.required": "1",
    "0.example": "2026030117",
    "0.normalise": "trim, half_width",
}
SECOND = {
    "1.there": "1",
    "1.key": "level",
    "1.label": "年级",
    "1.prompt": "请选择年级",
    "1.type": "CHOICE",
    "1.choices": "1=一年级\n2=二年级",
}


def draft(browser, do, **changed):
    """Press a button of the designer."""
    return browser.post(f"{PATH}/draft", {**TYPED, **changed, "do": do})


def publish(browser, fields, seen=None):
    """Publish a draft that was opened on the present version."""
    opened = hidden_fields(browser.get(PATH))[SEEN] if seen is None else seen
    return browser.post(f"{PATH}/publish", {**fields, SEEN: opened})


def current(store):
    """Return the form in effect."""
    with store.snapshot() as reading:
        return get_form(reading, "SCHOOL01")


def test_the_current_form_is_shown_with_its_screens_and_bytes(as_user):
    response = as_user("olga").get(PATH)
    text = text_of(response)
    assert 'name="0.label" value="学号"' in response.text
    assert "in effect: version 1" in text
    assert "Teller 阳光小学 · 学费缴纳" in text
    assert "10 digits" in text
    assert "finds a customer by 学号" in text
    assert "Kiosk 阳光小学 学费缴纳" in text
    assert "Bytes on the wire Element ascii bcd" in text
    assert "It is the same." in text
    assert "first version; asks for 学号" in text


def test_a_draft_is_looked_at_and_nothing_is_published(as_user, store):
    response = draft(as_user("olga"), "look", **SECOND)
    text = text_of(response)
    assert response.status_code == 200
    assert "input level (年级) is new" in text
    assert "one of 1 一年级, 2 二年级" in text
    assert '<span class="key">二年级</span>' in response.text
    assert current(store).version == 1


@pytest.mark.parametrize(
    ("do", "labels"),
    [
        ("down.0", ["年级", "学号"]),
        ("up.1", ["年级", "学号"]),
        ("up.0", ["学号", "年级"]),
        ("down.1", ["学号", "年级"]),
        ("remove.0", ["年级"]),
        ("remove.7", ["学号", "年级"]),
        ("nonsense", ["学号", "年级"]),
        ("add", ["学号", "年级", ""]),
    ],
)
def test_inputs_are_moved_added_and_removed_by_buttons(as_user, do, labels):
    page = draft(as_user("olga"), do, **SECOND).text
    for at, label in enumerate(labels):
        assert f'name="{at}.label" value="{label}"' in page
    assert f'name="{len(labels)}.label"' not in page


def test_no_more_inputs_are_added_than_a_form_has(as_user):
    inputs = {f"{at}.there": "1" for at in range(INPUTS_MAX)}
    page = draft(as_user("olga"), "add", **inputs).text
    assert f'name="{INPUTS_MAX - 1}.there"' in page
    assert f'name="{INPUTS_MAX}.there"' not in page
    assert "Add an input" not in page


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"0.least": "11"}, "input student_no: least and most must be 1 to 60"),
        ({"0.most": "ten"}, "inputs[0].most"),
        ({"0.most": "9" * 5_000}, "inputs[0].most"),
        ({"0.normalise": "shout"}, "inputs[0].normalise"),
        ({"0.example": "abc"}, "its own input refuses it"),
        ({"title": ""}, "title"),
    ],
)
def test_what_is_no_form_is_refused_with_its_place_and_stays_typed(as_user, store, changed, reason):
    browser = as_user("olga")
    shown, refused = draft(browser, "look", **changed), publish(browser, {**TYPED, **changed})
    assert (shown.status_code, refused.status_code) == (200, 422)
    for response in (shown, refused):
        assert reason in text_of(response)
        assert "The screens are shown once the form is complete." in text_of(response)
        assert 'value="请输入10位学号"' in response.text
    assert current(store).version == 1


def test_a_form_that_some_dialect_cannot_carry_is_told_at_once(as_user):
    choices = "\n".join(f"{at}={'长' * 30}" for at in range(40))
    text = text_of(draft(as_user("olga"), "look", **{**SECOND, "1.choices": choices}))
    assert "It could not be published: the form does not fit dialect" in text


def test_customers_who_would_not_be_found_are_counted(as_user):
    text = text_of(draft(as_user("olga"), "check", **{"0.least": "12", "0.most": "12", "0.example": ""}))
    assert "1 of 1 customers would not be found." in text
    assert "学号 must have 12 digits" in text
    assert "customers would not be found" not in text_of(draft(as_user("olga"), "look"))


def test_a_draft_is_published_compared_and_taken_back(as_user, store):
    browser = as_user("olga")
    before = current(store)
    assert publish(browser, {**TYPED, "title": "学杂费"}).headers["location"] == PATH
    assert (current(store).version, current(store).title) == (2, "学杂费")
    text = text_of(browser.get(PATH))
    assert "version 2 is published" in text
    assert "title: 学费缴纳 → 学杂费" in text
    old = browser.get(f"{PATH}?version=1")
    assert 'name="title" value="学费缴纳"' in old.text
    assert "title: 学杂费 → 学费缴纳" in text_of(old)
    fields = {**TYPED, "instructions": before.instructions, "show": "\n".join(before.show)}
    fields["receipt"] = "\n".join(before.receipt)
    publish(browser, fields)
    assert current(store).version == 3
    assert current(store).title == before.title
    publish(browser, fields)
    assert current(store).version == 3


def test_a_draft_of_another_version_is_refused(as_user, store):
    browser = as_user("olga")
    seen = hidden_fields(browser.get(PATH))[SEEN]
    publish(browser, {**TYPED, "title": "学杂费"})
    refused = publish(browser, {**TYPED, "title": "午餐费"}, seen)
    assert refused.status_code == 409
    assert "somebody has changed this" in text_of(refused)
    assert 'name="title" value="午餐费"' in refused.text
    assert current(store).title == "学杂费"


def test_who_may_not_publish_may_look(as_user):
    browser = as_user("mei")
    response = browser.get(PATH)
    assert "Kiosk" in text_of(response)
    assert "<textarea" not in response.text
    assert draft(browser, "look").status_code == 403
    assert publish(browser, TYPED, "{}").status_code == 403


@pytest.mark.parametrize("path", ["/forms/SCHOOL02", "/forms?merchant=SCHOOL02", "/forms/NOBODY"])
def test_another_banks_merchant_does_not_exist(as_user, path):
    browser = as_user("olga")
    assert browser.get(path).status_code == 404
    assert browser.post("/forms/SCHOOL02/draft", {**TYPED, "do": "look"}).status_code == 404
    assert browser.post("/forms/SCHOOL02/publish", {**TYPED, SEEN: '{"version":null}'}).status_code == 404


def test_a_merchant_without_a_form_gets_its_first_one(as_user, store):
    browser = as_user("otto")
    page = browser.get("/forms/SCHOOL02")
    assert "This merchant has no form yet." in text_of(page)
    assert browser.get("/forms/SCHOOL02?version=1").status_code == 404
    seen = hidden_fields(page)[SEEN]
    browser.post("/forms/SCHOOL02/publish", {**TYPED, SEEN: seen})
    with store.snapshot() as reading:
        assert get_form(reading, "SCHOOL02").version == 1


def test_a_merchants_form_is_found_by_its_number(as_user):
    browser = as_user("olga")
    assert browser.get("/forms?merchant=SCHOOL01").headers["location"] == PATH
    assert 'href="/forms/SCHOOL01"' in browser.get("/forms").text
    assert "表单设计" in text_of(browser.get(PATH, **{"Accept-Language": "zh-CN"}))
