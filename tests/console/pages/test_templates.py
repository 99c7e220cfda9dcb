"""Templates of notices on the pages: written beside what they make of a bill, submitted, and approved by another."""

import pytest

from offline_collect.console.forms import SEEN, document_text, new_once
from offline_collect.domain.effects import NoticeKind
from offline_collect.domain.notices.deliveries import NoticeChannel
from offline_collect.domain.notices.templates import TemplateState
from offline_collect.domain.notices.wording import VARIABLES
from offline_collect.merchant.access.users import acting_user
from offline_collect.notify.templates import Acting, NewTemplate, submit_template, write_template
from offline_collect.store.notices.templates import get_template
from tests.console.browser import text_of
from tests.console.town import NIGHT

WORDS = {
    "merchant": "SCHOOL01",
    "event": "OVERDUE",
    "channel": "KANNEL",
    "language": "zh",
    "class": "SERVICE",
    "text": "{description}（尾号{bill}）尚欠{amount}元。",
}


def on(state):
    return {SEEN: document_text({"state": state})}


def written(store, *, submitted=False, **changes):
    values = {
        "merchant_id": "SCHOOL01",
        "kind": NoticeKind.PAID,
        "channel": NoticeChannel.FILE,
        "language": "zh",
        "text": "收到{amount}元",
    } | changes
    acting = Acting(acting_user(store, "anna"), NIGHT, with_url=False)
    number = write_template(store, NewTemplate(**values), acting).template_id
    if submitted:
        submit_template(store, number, acting)
    return number


def stored(store, number=1):
    with store.snapshot() as reading:
        return get_template(reading, number)


def test_a_template_is_written_submitted_and_approved_by_another(as_user, store):
    writing, deciding = as_user("olga"), as_user("carla")
    assert writing.post("/templates", WORDS).headers["location"] == "/templates/1"
    text = text_of(writing.get("/templates/1"))
    assert "State a draft" in text
    assert "the draft is kept: submit it" in text
    assert "Approve it" not in text
    assert writing.post("/templates/1/submit", on("DRAFT")).status_code == 303
    assert "waits for another user" in text_of(writing.get("/templates/1"))
    assert "Approve it" in text_of(deciding.get("/templates/1"))
    fields = {**on("SUBMITTED"), "gateway_id": "SMS_117"}
    assert deciding.post("/templates/1/approve", fields).status_code == 303
    text = text_of(deciding.get("/templates/1"))
    assert "State approved" in text
    assert "The gateway's number of it SMS_117" in text
    assert stored(store).decided_by == "carla"


def test_nobody_approves_his_own_template(as_user, store):
    written(store, submitted=True)
    browser = as_user("anna")
    assert "You wrote or submitted it" in text_of(browser.get("/templates/1"))
    response = browser.post("/templates/1/approve", on("SUBMITTED"))
    assert response.status_code == 422
    assert "another user must approve it" in text_of(response)
    assert stored(store).state is TemplateState.SUBMITTED


def test_a_template_is_rejected_with_a_reason(as_user, store):
    written(store, submitted=True)
    browser = as_user("carla")
    assert browser.post("/templates/1/reject", {**on("SUBMITTED"), "reason": " "}).status_code == 422
    assert stored(store).state is TemplateState.SUBMITTED
    browser.post("/templates/1/reject", {**on("SUBMITTED"), "reason": "no such fee"})
    text = text_of(browser.get("/templates/1"))
    assert "State rejected" in text
    assert "Reason no such fee" in text
    assert "Reject it" not in text


def test_what_is_typed_is_shown_as_payers_read_it_and_nothing_is_stored(as_user, store):
    page = as_user("olga").post("/templates/preview", WORDS)
    assert page.status_code == 200
    text = text_of(page)
    assert "【阳光小学】" in text
    assert "尚欠123.45元。" in text
    assert "Encoding as an SMS UCS-2" in text
    assert "Parts 1 Cost not known" in text
    assert "{due_date} 10" in text
    assert stored(store) is None


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"text": "{nonsense}"}, "{nonsense} is no placeholder"),
        ({"text": "{amount"}, "a brace is not closed"),
        ({"text": "【我们】收到"}, "the platform puts the merchant's name"),
        ({"bill": "GONE"}, "has no bill GONE"),
        ({"event": "STATEMENT_READY", "text": "{amount}", "bill": "yesterday"}, "is no business date"),
        ({"text": ""}, "Name a merchant with a bill, and write a text."),
        ({"event": "DEBIT_DUE", "text": "{debit_date}"}, "The bill does not have debit_date"),
    ],
)
def test_the_preview_says_what_is_wrong_or_missing(as_user, changes, said):
    page = as_user("olga").post("/templates/preview", {**WORDS, **changes})
    assert page.status_code == 200
    assert said in text_of(page)


def test_a_value_that_is_too_long_is_cut_and_named(as_user, store, monkeypatch):
    monkeypatch.setitem(VARIABLES, "amount", 3)
    text = text_of(as_user("olga").post("/templates/preview", WORDS))
    assert "12…" in text
    assert "Too long, and cut amount" in text


def test_words_that_cannot_be_told_are_not_stored_and_stay_in_the_form(as_user, store):
    response = as_user("olga").post("/templates", {**WORDS, "text": "{nonsense} here"})
    assert response.status_code == 422
    assert "is no placeholder" in text_of(response)
    assert ">{nonsense} here</textarea>" in response.text
    assert stored(store) is None


def test_a_form_that_is_sent_twice_makes_one_draft(as_user, store):
    browser, once = as_user("olga"), new_once()
    for _ in range(2):
        assert browser.post("/templates", WORDS, once=once).headers["location"] == "/templates/1"
    assert stored(store, 2) is None


def test_a_decision_in_an_old_tab_is_refused(as_user, store):
    written(store, submitted=True)
    response = as_user("carla").post("/templates/1/approve", on("DRAFT"))
    assert response.status_code == 409
    assert stored(store).state is TemplateState.SUBMITTED


def test_a_new_template_begins_with_the_words_of_another(as_user, store):
    written(store, text="旧的{amount}")
    page = as_user("olga").get("/templates/new?of=1")
    assert ">旧的{amount}</textarea>" in page.text
    assert "【阳光小学】旧的123.45" in text_of(page)
    assert 'value="SCHOOL01"' in page.text
    for number in ("9", "x", "1" * 19):
        assert as_user("olga").get(f"/templates/new?of={number}").status_code == 404


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", [1, 2, 3]),
        ("merchant=WATER001", [2]),
        ("event=OVERDUE", [3]),
        ("channel=KANNEL", [3]),
        ("language=en", [2]),
        ("state=SUBMITTED", [3]),
        ("state=APPROVED", []),
        ("after=1", [2, 3]),
    ],
)
def test_templates_are_narrowed(as_user, store, query, found):
    written(store)
    written(store, merchant_id="WATER001", language="en", text="Paid")
    written(store, submitted=True, kind=NoticeKind.OVERDUE, channel=NoticeChannel.KANNEL)
    page = as_user("olga").get(f"/templates?{query}")
    assert [number for number in (1, 2, 3) if f'href="/templates/{number}"' in page.text] == found
    assert ("No template matches" in page.text) == (not found)


@pytest.mark.parametrize("name", ["otto", "mei"])
def test_templates_of_other_merchants_are_not_there(as_user, store, name):
    written(store, merchant_id="WATER001")
    browser = as_user(name)
    assert 'href="/templates/1"' not in browser.get("/templates").text
    for path in ("/templates/1", "/templates?merchant=WATER001"):
        assert browser.get(path).status_code == 404


def test_another_banks_user_neither_writes_nor_submits(as_user, store):
    written(store)
    browser = as_user("otto")
    assert browser.post("/templates", WORDS).status_code == 404
    assert browser.post("/templates/preview", WORDS).status_code == 404
    assert browser.get("/templates/new?of=1").status_code == 404
    assert browser.post("/templates/1/submit", on("DRAFT")).status_code == 404
    assert stored(store).state is TemplateState.DRAFT


@pytest.mark.parametrize("name", ["max", "carla", "wang.fang", "mei"])
def test_who_may_not_send_writes_none(as_user, store, name):
    browser = as_user(name)
    assert "New template" not in browser.get("/templates").text
    assert browser.get("/templates/new").status_code == 403
    assert browser.post("/templates", WORDS).status_code == 403
    assert stored(store) is None


def test_who_may_not_approve_sees_no_form_for_it(as_user, store):
    written(store, submitted=True)
    browser = as_user("olga")
    assert "Reject it" not in browser.get("/templates/1").text
    assert browser.post("/templates/1/approve", on("SUBMITTED")).status_code == 403
    assert browser.post("/templates/1/reject", {**on("SUBMITTED"), "reason": "x"}).status_code == 403


def test_words_in_which_no_notice_goes_out_are_told_to_be_unused(as_user, store):
    written(store)
    written(store, language="en")
    written(store, channel=NoticeChannel.KANNEL)
    said = [
        "no notice goes out in these words" in text_of(as_user("olga").get(f"/templates/{number}"))
        for number in (1, 2, 3)
    ]
    assert said == [False, True, True]


def test_whoever_approves_words_in_which_no_notice_goes_out_is_not_told_that_they_do(as_user, store):
    written(store, submitted=True, language="en")
    browser = as_user("carla")
    browser.post("/templates/1/approve", on("SUBMITTED"))
    text = text_of(browser.get("/templates/1"))
    assert "the template is approved" in text
    assert "notices go out in its words" not in text.replace("Approve it: notices go out in its words", "")
    assert "no notice goes out in these words" in text


def test_a_template_for_a_gateway_is_approved_with_its_number_there(as_user, store):
    written(store, submitted=True, channel=NoticeChannel.GATEWAY)
    browser = as_user("carla")
    field = browser.get("/templates/1").text.split('name="gateway_id"')[1].partition(">")[0]
    assert " required" in field
    response = browser.post("/templates/1/approve", on("SUBMITTED"))
    assert response.status_code == 422
    assert "give the id that it has given to the template" in text_of(response)
    assert stored(store).state is TemplateState.SUBMITTED
    browser.post("/templates/1/approve", {**on("SUBMITTED"), "gateway_id": "SMS_117"})
    assert (stored(store).state, stored(store).gateway_id) == (TemplateState.APPROVED, "SMS_117")
