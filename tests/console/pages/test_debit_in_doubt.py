"""A debit in doubt on a page: what the bank says counts once another person approves it."""

import pytest

from offline_collect.console.forms import PROOF
from tests.console.browser import text_of
from tests.console.night import BATCH, SEQUENCE, store  # noqa: F401 - a fixture
from tests.console.town import PASSWORD

PAGE = f"/debit-batches/{BATCH}/{SEQUENCE}"
SETTLED = {"says": "settled", "amount": "123.45", "reason": "Mr. Li by phone", "mandate": "KEPT"}
REFUSED = {"says": "refused", "amount": "", "reason": "Mr. Li by phone", "mandate": "SUSPENDED"}


def test_the_batch_leads_to_it(as_user):
    assert f'href="{PAGE}"' in as_user("olga").get(f"/debit-batches/{BATCH}").text
    assert f'href="{PAGE}"' not in as_user("mei").get(f"/debit-batches/{BATCH}").text


@pytest.mark.parametrize(("said", "became"), [(SETTLED, "SETTLED"), (REFUSED, "REFUSED")])
def test_it_is_resolved_by_two_people(as_user, said, became):
    olga = as_user("olga")
    assert olga.post(PAGE, said).headers["location"] == f"/debit-batches/{BATCH}"
    assert olga.get(PAGE).status_code == 200
    assert olga.post("/approvals/1/approve").status_code == 403
    assert as_user("carla").post("/approvals/1/approve").status_code == 303
    assert olga.get(PAGE).status_code == 404
    assert f"{became} 4001" in text_of(olga.get(f"/debit-batches/{BATCH}"))


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"amount": "123.46"}, "no more can be settled"),
        ({"amount": "0"}, "more than 0"),
        ({"amount": "much"}, "much"),
        ({"amount": ""}, "amount"),
        ({"says": ""}, "choose what the bank says"),
        ({"reason": ""}, "reason"),
    ],
)
def test_what_cannot_be_is_refused_and_stays_typed(as_user, changed, said):
    response = as_user("olga").post(PAGE, {**SETTLED, **changed})
    assert response.status_code == 422
    assert said in text_of(response)
    assert 'value="123.45"' in response.text or "amount" in changed


def test_the_password_is_asked_for_again(as_user, clock):
    olga = as_user("olga")
    clock.advance(400)
    assert olga.post(PAGE, SETTLED).status_code == 403
    assert olga.post(PAGE, {**SETTLED, PROOF: PASSWORD}).status_code == 303


@pytest.mark.parametrize("name", ["max", "carla", "wang.fang", "mei"])
def test_who_may_not_is_refused(as_user, name):
    browser = as_user(name)
    assert browser.get(PAGE).status_code == 403
    assert browser.post(PAGE, SETTLED).status_code == 403


def test_what_is_of_another_bank_or_not_in_doubt_is_not_there(as_user):
    assert as_user("otto").get(PAGE).status_code == 404
    assert as_user("otto").post(PAGE, SETTLED).status_code == 404
    for other in ("1", "99", "x"):
        assert as_user("olga").get(f"/debit-batches/{BATCH}/{other}").status_code == 404


def test_the_page_is_in_chinese_too(as_user):
    assert "授权" in text_of(as_user("olga", **{"Accept-Language": "zh-CN"}).get(PAGE))
