"""A list of bills paid at the merchant's office, on the pages: posted as a whole, by two people."""

import pytest

from offline_collect.store import bill_details
from tests.console.browser import text_of
from tests.fakes.bank import DAY

PATH = "/bills-paid/SCHOOL01"
HEADER = "账单编号,金额,凭证号,收款日期\n"
GOOD = HEADER + "S5,123.45,R-1,2026-11-21\nS6,123.45,R-2,\n"


def sent(text):
    return {"file": ("paid.csv", text.encode(), "text/csv")}


def states(store, *bill_nos):
    with store.snapshot() as reading:
        return [bill_details(reading, "SCHOOL01", each).bill.state(DAY).value for each in bill_nos]


def test_a_list_is_posted_once_another_person_approves(as_user, store):
    browser = as_user("max")
    assert f'href="{PATH}"' in browser.get("/bills?merchant=SCHOOL01").text
    done = browser.post(PATH, files=sent(GOOD))
    assert done.headers["location"] == "/bills?merchant=SCHOOL01"
    assert states(store, "S5", "S6") == ["OPEN", "OPEN"]
    assert as_user("carla").post("/approvals/1/approve").status_code == 303
    assert states(store, "S5", "S6") == ["PAID", "PAID"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (HEADER + "S5,123.45,R-1,\nNOBODY,5.00,R-2,\n", "1 problem in 2 rows"),
        (HEADER + "S5,much,R-1,\n", "row 2, 金额, much"),
        (HEADER, "it has no rows"),
        ("", "no file was chosen, or it is empty"),
        ("\x00\x01", "paid.csv"),
    ],
)
def test_a_bad_list_is_refused_whole_and_says_which_rows(as_user, store, text, said):
    refused = as_user("max").post(PATH, files=sent(text))
    assert refused.status_code == 422
    assert said in text_of(refused)
    assert "/approvals/1" not in as_user("max").get("/approvals").text
    assert states(store, "S5") == ["OPEN"]


def test_a_long_list_of_bad_rows_is_cut_and_counted(as_user):
    rows = "".join(f"X{number},1.00,R-{number},\n" for number in range(30))
    text = text_of(as_user("max").post(PATH, files=sent(HEADER + rows)))
    assert "30 problems in 30 rows" in text
    assert "and 10 more" in text
    assert "offline-collect-" not in text, "the folder in which the file was kept"


def test_bad_rows_are_told_in_chinese_to_who_reads_it(as_user):
    browser = as_user("max", **{"Accept-Language": "zh-CN"})
    text = text_of(browser.post(PATH, files=sent(HEADER + "NOBODY,5.00,R-2,\n")))
    assert "第 2 行" in text
    assert "文件被拒绝" in text or "拒绝" in text


@pytest.mark.parametrize("name", ["wang.fang", "mei", "otto"])
def test_who_may_not_brings_no_list(as_user, store, name):
    browser = as_user(name)
    assert browser.get(PATH).status_code in {403, 404}
    assert browser.post(PATH, files=sent(GOOD)).status_code in {403, 404}
    assert PATH not in browser.get("/bills?merchant=SCHOOL01").text
    assert states(store, "S5") == ["OPEN"]
