"""Further columns of bills whose texts are too long: they are cut and told."""

from offline_collect.files.columns.converters import Altered
from tests.files.merchants_tables import TABLES, Read


def test_a_long_note_is_cut_and_told_so_that_its_bill_is_taken():
    read = Read(TABLES / "long_note.xlsx")
    (bill,) = read.records
    assert (len(bill.extras["说明"]), bill.extras["说明"][-3:]) == (60, "告栏…")
    assert [(done, column.label) for done, column in bill.altered] == [(Altered.CUT, "说明")]
    assert read.problems == [(3, "说明", "holds a formula that was never calculated")]


def test_texts_are_cut_between_characters_and_those_that_fit_stay_whole(table_of):
    header = ["账单编号", "客户编号", "金额", "缴费截止日", "备注"]
    notes = ["x" * 60, "x" * 61, "x" * 58 + "e\u0301" + "y" * 9, "多 \n" * 30, "x" * 61]
    rows = [[f"K-{row}", "1-101", 1, "2026-12-31", note] for row, note in enumerate(notes)]
    read = table_of(header, *rows)
    assert [each.extras["备注"] for each in read.records] == [
        "x" * 60,
        "x" * 59 + "…",
        "x" * 58 + "…",
        " ".join("多" * 30),
        "x" * 59 + "…",
    ]
    assert [len(each.altered) for each in read.records] == [0, 1, 1, 0, 1]


def test_a_bad_row_says_nothing_of_what_the_next_one_has(table_of):
    header = ["账单编号", "客户编号", "金额", "缴费截止日", "备注"]
    read = table_of(
        header,
        ["K-1", "1-101", 0.001, "2026-12-31", "x" * 70],
        ["K-2", "1-101", 1, "2026-12-31", "y"],
    )
    assert [each.altered for each in read.records] == [()]


def test_a_long_text_in_a_merged_cell_is_cut_in_all_its_rows(table_of):
    rows = [[f"K-{row}", "1-101", 1, "2026-12-31", ""] for row in (1, 2)]
    read = table_of(
        ["账单编号", "客户编号", "金额", "缴费截止日", "备注"], *rows, merge=[("E2:E3", "z" * 70)]
    )
    assert [(each.extras["备注"][-2:], len(each.altered)) for each in read.records] == [("z…", 1)] * 2
