import codecs

import pytest

from offline_collect.files.cells import Limits, Row
from offline_collect.files.errors import CsvError, EncodingError, HeaderError, TooLargeError
from offline_collect.files.table import open_table

SCHOOL = '账单编号,学号,金额\nS-1,0012345678,"1,234.50"\n'
EXPECTED = [Row(2, ("S-1", "0012345678", "1,234.50"))]


def read(path, content, **options):
    path.write_bytes(content)
    with open_table(path, **options) as table:
        return table.header, list(table)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_text_is_read_in_each_encoding(tmp_path, encoding):
    header, rows = read(tmp_path / "bills.csv", SCHOOL.encode(encoding))
    assert header == ("账单编号", "学号", "金额")
    assert rows == EXPECTED


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_the_delimiter_is_the_one_that_cuts_the_header_most(tmp_path, delimiter):
    content = delimiter.join(["账单编号", "备注,说明" if delimiter != "," else "备注", "金额"])
    header, rows = read(tmp_path / "bills.csv", f"{content}\nS-1{delimiter}x{delimiter}8\n".encode())
    assert len(header) == 3
    assert rows == [Row(2, ("S-1", "x", "8"))]


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_lines_may_end_as_on_any_system(tmp_path, ending):
    assert read(tmp_path / "bills.csv", SCHOOL.replace("\n", ending).encode())[1] == EXPECTED


def test_a_quoted_cell_may_hold_quotes_and_line_ends_and_rows_are_counted_as_a_spreadsheet_does(tmp_path):
    _, rows = read(tmp_path / "bills.csv", b'a,b\n"say ""x""\nagain",1\n\n  , \nlast,2')
    assert rows == [Row(2, ('say "x"\nagain', "1")), Row(5, ("last", "2"))]


def test_the_header_is_the_first_row_that_is_not_blank(tmp_path):
    path = tmp_path / "bills.csv"
    path.write_bytes("\n , \n 账单编号 ,金额,,\nS-1,8\n".encode())
    with open_table(path) as table:
        assert (table.header, table.header_row) == (("账单编号", "金额"), 3)
        assert list(table) == [Row(4, ("S-1", "8"))]


def test_bytes_of_neither_encoding_are_refused_with_their_line(tmp_path):
    with pytest.raises(EncodingError, match="line 3 is neither UTF-8 nor GB18030; save it again") as caught:
        read(tmp_path / "bills.csv", b"a,b\nc,d\n\xff\xff\n")
    assert caught.value.path == tmp_path / "bills.csv"


def test_a_byte_order_mark_binds_a_file_to_utf_8(tmp_path):
    with pytest.raises(EncodingError, match="is marked as UTF-8 but line 2 is not"):
        read(tmp_path / "bills.csv", codecs.BOM_UTF8 + b"a,b\n" + "账单".encode("gb18030"))


def test_a_character_cut_off_at_the_end_is_refused(tmp_path):
    with pytest.raises(EncodingError, match="line 1"):
        read(tmp_path / "bills.csv", "a,账".encode("utf-8-sig")[:-1])


def test_a_quote_that_is_not_closed_is_refused_with_its_row(tmp_path):
    with pytest.raises(CsvError, match="the quotes do not add up") as caught:
        read(tmp_path / "bills.csv", b'a,b\nc,d\n"e,f\ng,h\n')
    assert caught.value.row == 3


def test_text_after_a_closing_quote_is_refused(tmp_path):
    with pytest.raises(CsvError, match="row 2: the quotes do not add up"):
        read(tmp_path / "bills.csv", b'a,b\n"c"d,e\n')


def test_an_open_quote_does_not_swallow_the_file(tmp_path):
    with pytest.raises(CsvError, match="row 2: the row spans more than 5 lines; close the quote"):
        read(tmp_path / "bills.csv", b'a,b\n"' + b"c\n" * 1000, limits=Limits(lines_per_row=5))


@pytest.mark.parametrize(
    ("limits", "content", "reason"),
    [
        (Limits(size=10), b"a,b\n" * 3, "has 12 bytes, over the limit of 10"),
        (Limits(line=10), b"a,b\n" + b"c" * 11, "a line has more than 10 characters"),
        (Limits(cell=5), b"a,b\nc,dddddd\n", "row 2: has a cell of more than 5 characters"),
        (Limits(columns=2), b"a,b\nc,d,e\n", "row 2: has more than 2 columns"),
        (Limits(rows=2), b"a,b\n1,1\n2,2\n3,3\n", "row 4: has more than 2 rows below the header"),
    ],
)
def test_what_is_too_large_is_refused(tmp_path, limits, content, reason):
    with pytest.raises(TooLargeError, match=reason):
        read(tmp_path / "bills.csv", content, limits=limits)


def test_blank_cells_past_the_greatest_column_do_no_harm(tmp_path):
    _, rows = read(tmp_path / "bills.csv", b"a,b\nc,d, ,,\n", limits=Limits(columns=2))
    assert rows == [Row(2, ("c", "d", " ", "", ""))]


def test_blank_lines_before_a_header_are_bounded(tmp_path):
    with pytest.raises(HeaderError, match="holds no header row"):
        read(tmp_path / "bills.csv", b"\n" * 5000)
