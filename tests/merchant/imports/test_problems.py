"""Problems of rows by cause: one line for each, with the first rows; memory does not grow with the rows."""

import pytest

from offline_collect.domain.texts.phrases import Phrase
from offline_collect.files.cells import column_letters
from offline_collect.files.errors import RowProblem
from offline_collect.merchant.imports import problems
from offline_collect.merchant.imports.places import lettered, places
from offline_collect.merchant.imports.problems import Problems
from offline_collect.merchant.imports.view import problems_shown
from offline_collect.translations import LANGUAGES
from tests.merchant.importing import bills_of
from tests.support.actors import user

REMEDY = Phrase("correct the row, or leave it out")


def unknown(row, number):
    reason = Phrase("there is no customer {customer_no}: import customers first", customer_no=number)
    return RowProblem(row, "客户编号", number, reason, REMEDY)


def claimed(row, number):
    why = Phrase(
        "import {number}, which waits, would change it: release or reject that one first", number=number
    )
    return RowProblem(
        row, "bill", f"B{row}", Phrase("bill {bill_no}: {why}", bill_no=f"B{row}", why=why), REMEDY
    )


def shown(found, language="en"):
    return problems_shown(found, user("clerk"), LANGUAGES[language])


def test_one_cause_is_one_line_with_its_first_rows():
    found = Problems()
    found.add_all(unknown(row, f"C{row}") for row in range(2, 209))
    (line,) = shown(found)
    assert (line.count, line.rows, line.value) == (207, "2, 3, 4, 5, 6, …", "C2, …")
    assert line.reason == "there is no customer …: import customers first"
    (line,) = shown(found, "both")
    assert line.reason.splitlines()[0] == "没有客户 …，请先导入客户"


def test_rows_of_one_cause_that_say_the_same_are_told_as_they_are():
    found = Problems()
    found.add_all(unknown(row, "C1") for row in (4, 2))
    (line,) = shown(found)
    assert (line.count, line.rows, line.value) == (2, "2, 4", "C1")
    assert line.reason == "there is no customer C1: import customers first"


def test_each_import_that_waits_is_a_cause_of_its_own():
    found = Problems()
    found.add_all([claimed(2, 1), claimed(3, 7), claimed(4, 1)])
    first, second = shown(found)
    assert (first.count, first.rows) == (2, "2, 4")
    assert first.reason.startswith("bill …: import 1, which waits")
    assert second.reason.startswith("bill B3: import 7, which waits")


def test_a_number_that_is_there_twice_is_one_cause_whatever_its_first_row(pupils):
    found = pupils.preview("bills", bills_of(*[f"{bill},C1,1.00,2026-12" for bill in "ABAB"])).problems
    (line,) = shown(found)
    assert (line.count, line.rows) == (2, "4, 5")
    assert line.reason == "is in row … already"


def test_words_with_a_context_keep_it():
    found = Problems()
    for row, name in ((2, "x"), (3, "y")):
        reason = Phrase.in_context("channel", "Teller {name}", name=name)
        found.add(RowProblem(row, "a", "", reason, REMEDY))
    (cause,) = found.by_row
    assert (cause.reason, cause.reason.context) == ("Teller …", "channel")


def test_more_causes_than_are_told_apart_are_counted(monkeypatch):
    monkeypatch.setattr(problems, "CAUSES_MAX", 2)
    found = Problems()
    found.add_all(claimed(row, row) for row in (2, 3, 4, 5))
    assert [cause.count for cause in found.by_row] == [1, 1]
    assert found.count == 4


def test_columns_are_told_by_their_letters(pupils):
    text = "bill_no,customer_no,amount,截止,due_date\nA,C1,-1,x,2026-12-01,y\n"
    found = pupils.preview("bills", text).problems
    assert [line.column for line in shown(found)] == ["C amount", "F"]
    found = pupils.preview("bills", "学号,bill_no,amount,due_date\n2026030199,A,1,2026-12-01\n").problems
    assert [line.column for line in shown(found)] == ["A 学号"]


@pytest.mark.parametrize(
    ("column", "found", "told"),
    [
        ("金额", [1], "B 金额"),
        ("姓名, 手机", [0, 2], "A, C 姓名, 手机"),
        ("备注", [], "备注"),
        ("4", [3], "D"),
        ("5", [], "5"),
        ("2026", [2], "C 2026"),
    ],
)
def test_a_problem_may_name_one_column_several_or_one_that_is_not_there(column, found, told):
    known = {"姓名": 0, "金额": 1, "手机": 2, "2026": 2}
    assert list(places(column, known, 4)) == found
    assert lettered(column, known, 4) == told


def test_letters_are_excels():
    assert [column_letters(index) for index in (0, 2, 25, 26, 51, 52, 701, 702)] == [
        "A",
        "C",
        "Z",
        "AA",
        "AZ",
        "BA",
        "ZZ",
        "AAA",
    ]
