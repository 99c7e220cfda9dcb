"""A row that says two customers is refused, and names both: either could be the wrong one."""

import pytest

from offline_collect.merchant.forms.definition import read_form
from offline_collect.merchant.forms.publish import publish
from offline_collect.merchant.imports.result import ImportRefusedError
from offline_collect.store import CustomerRecord, put_customers
from offline_collect.translations import LANGUAGES, said
from tests.merchant.documents import NOW
from tests.merchant.importing import counts
from tests.support.actors import user

HEADER = "账单编号,客户编号,户号,水表号,金额,缴费截止日\n"
FORM = {
    "title": "水费",
    "inputs": [
        {"key": "account", "label": "户号", "prompt": "请输入户号", "group": "account", "most": 8},
        {"key": "meter", "label": "水表号", "prompt": "请输入水表号", "group": "meter", "most": 8},
    ],
}


@pytest.fixture
def water(pupils, wire):
    """The desk of a water works whose customers are found by either of two numbers."""
    publish(pupils.store, "SCHOOL01", read_form(FORM, "form.yaml", 1), *wire, user("teller"), NOW)
    people = [CustomerRecord(f"W{n}", f"户{n}", {"account": f"000{n}", "meter": f"100{n}"}) for n in (1, 2)]
    with pupils.store.transaction() as tx:
        put_customers(tx, "SCHOOL01", people)
    return pupils


@pytest.mark.parametrize(
    ("row", "column", "value", "reason"),
    [
        ("W1,,1002", "客户编号", "W1", "says customer W1, but 水表号 says customer W2"),
        ("W1,0002,1001", "客户编号", "W1", "says customer W1, but 户号 says customer W2"),
        (",0001,1002", "户号", "0001", "says customer W1, but 水表号 says customer W2"),
    ],
)
@pytest.mark.parametrize("numbers", ["X", ""])
def test_a_row_that_says_two_customers_names_both(water, row, column, value, reason, numbers):
    rows = f"{HEADER}X,W1,0001,1001,1.00,2026-12-31\nY,{row},1.00,2026-12-31\n"
    if not numbers:
        rows = "".join(line.partition(",")[2] for line in rows.splitlines(keepends=True))
    with pytest.raises(ImportRefusedError) as caught:
        water.take("bills", rows)
    [problem] = caught.value.problems.kept
    assert (problem.row, problem.column, problem.value, problem.reason) == (3, column, value, reason)
    assert counts(water.take("bills", None, accept_valid=True)) == {"new": 1, "refused": 1}


def test_it_is_said_in_the_merchants_language(water):
    with pytest.raises(ImportRefusedError) as caught:
        water.take("bills", HEADER + "X,W1,,1002,1.00,2026-12-31\n")
    [problem] = caught.value.problems.kept
    assert said(problem.reason, LANGUAGES["zh"]) == "指向客户 W1，但“水表号”指向客户 W2"


@pytest.mark.parametrize("row", ["W1,0001,1001", "W1,,", ",0001,1001", "W1,0009,", ",0001,1009"])
def test_what_says_one_customer_and_what_says_nobody_contradict_nothing(water, row):
    assert counts(water.take("bills", f"{HEADER}X,{row},1.00,2026-12-31\n")) == {"new": 1}
    assert water.bill("X").customer_no == "W1"
