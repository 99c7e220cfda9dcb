"""CSV files as payment services, Excel and other programs export them."""

import pytest

from offline_collect.files.cells import Row
from offline_collect.files.errors import CsvError
from offline_collect.files.read.open import open_table

HEADER = "账单编号,客户编号,金额\n"


@pytest.fixture
def read(tmp_path):
    """The header and the rows of a text."""

    def read(text, **options):
        path = tmp_path / "bills.csv"
        path.write_text(text, encoding="utf-8")
        with open_table(path, **options) as table:
            return table.header, [row.cells for row in table]

    return read


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ('="00123"', "00123"),
        ('"=""00123"""', "00123"),
        ('="水费"', "水费"),
        ('="2026-12-31"', "2026-12-31"),
        ('="a""b"', 'a"b'),
        ('=""', ""),
        ('\'="x"', '="x"'),
        ('="1"&A2', '="1"&A2'),
    ],
)
def test_a_text_in_a_formula_is_that_text(read, written, meant):
    header, rows = read(f'="账单编号",客户编号\n{written},C1\n')
    assert header == ("账单编号", "客户编号")
    assert rows == [(meant, "C1")]


@pytest.mark.parametrize("delimiter", [",", ";"])
@pytest.mark.parametrize("end", ["\n", "\r\n", ""])
def test_a_tab_after_a_quote_is_left_out(read, delimiter, end):
    titles = delimiter.join(['"账单编号"\t', '"客户编号"\t', '"金额"\t'])
    cells = delimiter.join(['"Q-1"\t', '"a b"', '"00123"\t'])
    header, rows = read(f"{titles}\n{cells}{end}")
    assert header == ("账单编号", "客户编号", "金额")
    assert rows == [("Q-1", "a b", "00123")]


def test_tabs_that_separate_stay(read):
    assert read('a\tb\tc\n"1"\t\t"2"\n')[1] == [("1", "", "2")]


def test_a_quote_that_ends_before_a_text_is_refused_as_before(read):
    with pytest.raises(CsvError, match="row 2"):
        read(HEADER + '"Q-1"\tx,1,2\n')


@pytest.mark.parametrize("mark", [",", ";", "\t"])
@pytest.mark.parametrize("line", ["sep={}\n", "SEP={}\r\n", '"sep={}"\n', "\ufeffsep={}\n"])
def test_a_first_line_may_state_the_delimiter(read, mark, line):
    header, rows = read(
        line.format(mark) + HEADER.replace(",", mark) + f"S-1{mark}1,5;2{mark}8\n".replace("1,5;2", "x")
    )
    assert header == ("账单编号", "客户编号", "金额")
    assert rows == [("S-1", "x", "8")]


def test_the_line_with_the_delimiter_is_not_counted_as_in_excel(tmp_path):
    path = tmp_path / "bills.csv"
    path.write_text("sep=;\nabove\na;b\n1,5;2\n", encoding="utf-8")
    with open_table(path, header_row=2) as table:
        assert (table.header, table.header_row) == (("a", "b"), 2)
        assert list(table) == [Row(3, ("1,5", "2"))]


def test_a_title_that_looks_like_such_a_line_is_a_title(read):
    assert read("sep=x\n1\n") == (("sep=x",), [("1",)])
