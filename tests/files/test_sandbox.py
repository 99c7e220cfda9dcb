"""What the process that reads a workbook may take depends on the size of the file."""

import pytest

from offline_collect.domain.texts.phrases import words_of
from offline_collect.files.cells import MIB
from offline_collect.files.errors import TooLargeError
from offline_collect.files.excel.allowance import CPU_SECONDS_MAX, MEMORY_MAX, allowance
from offline_collect.translations import Language, catalogue
from tests.files import workbooks

HEADER = ("账单编号", "客户编号", "金额", "缴费截止日")


def test_a_small_file_has_a_small_allowance_and_a_large_one_the_most():
    assert allowance(5_000) == (1024 * MIB + 64 * 5_000, 10)
    assert allowance(2 * MIB) == (1152 * MIB, 30)
    assert allowance(128 * MIB) == (MEMORY_MAX, CPU_SECONDS_MAX)


@pytest.mark.parametrize(("row", "column"), [(999_999, 9), (9_999, 255)])
def test_a_large_sheet_of_nearly_nothing_is_refused_before_it_is_read(tmp_path, row, column):
    def fill(_, page):
        page.write_row(0, 0, HEADER)
        page.write(row, column, "x")

    path = workbooks.write(tmp_path / "bills.xlsx", fill)
    with pytest.raises(TooLargeError, match=f"spans {row + 1} rows and {column + 1} columns"):
        workbooks.rows_of(path)


def test_a_lone_cell_below_a_table_does_no_harm_in_a_smaller_sheet(tmp_path):
    def fill(_, page):
        page.write_row(0, 0, HEADER)
        page.write(99_999, 0, "合计")

    assert len(workbooks.rows_of(workbooks.write(tmp_path / "bills.xlsx", fill))) == 1


def test_what_the_process_refuses_can_be_said_in_other_languages(tmp_path):
    path = workbooks.write(tmp_path / "bills.xlsx", lambda _, page: page.write(999_999, 9, "x"))
    with pytest.raises(TooLargeError) as caught:
        workbooks.rows_of(path)
    assert words_of(caught.value).said(catalogue(Language.ZH)) == (
        f"{path}：工作表占用了 1000000 行、10 列。请删除表格以外的行和列，或另存为 CSV"
    )


def test_so_can_a_row_of_it(tmp_path):
    def fill(_, page):
        page.write_row(0, 0, HEADER)
        page.write(1, 0, "x" * 5000)

    path = workbooks.write(tmp_path / "bills.xlsx", fill)
    with pytest.raises(TooLargeError) as caught:
        workbooks.rows_of(path)
    assert words_of(caught.value).said(catalogue(Language.ZH)) == (
        f"{path}，第 2 行：有单元格超过 4000 个字符。请检查文件是否只有一张表，或拆成几个文件"
    )
