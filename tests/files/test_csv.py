import codecs
import tracemalloc

import pytest

from offline_collect.files.cells import Limits, Row
from offline_collect.files.digest import CHUNK
from offline_collect.files.errors import CsvError, EncodingError, HeaderError, TooLargeError
from offline_collect.files.read.open import open_table

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
    with pytest.raises(
        CsvError, match=r"row 2: .*field larger than field limit .*; close the quote that opens"
    ):
        read(tmp_path / "bills.csv", b'a,b\n"' + b"some,text\n" * 100_000)


def test_a_row_cannot_go_on_for_ever_by_ever_more_quoted_cells(tmp_path):
    with pytest.raises(CsvError, match="row 2: the row spans more than 5 lines; close the quote"):
        read(tmp_path / "bills.csv", b"a,b\n" + b'"c\n",' * 1000, limits=Limits(lines_per_row=5))


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


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_a_text_that_is_marked_as_utf_16_is_read(tmp_path, encoding):
    content = "\ufeff账单编号\t金额\nK-1\t10\n".encode(encoding)
    assert read(tmp_path / "bills.csv", content) == read(
        tmp_path / "8.csv", "账单编号\t金额\nK-1\t10\n".encode()
    )


@pytest.mark.parametrize(
    "content", ["a,b\n".encode("utf-16-le"), b"\xff\xfea\0,\0\0\xd8", b"a,b\n\0,1\n", b"\x7fELF\0\0"]
)
def test_utf_16_and_what_is_no_text_is_refused(tmp_path, content):
    with pytest.raises(EncodingError, match="is UTF-16, or not a text; save it again"):
        read(tmp_path / "bills.csv", content)


@pytest.mark.parametrize(
    ("lines", "reason"),
    [
        (
            [("编号,姓名", "utf-8"), ("1,王小明", "utf-8"), ("2,李雷雷", "gb18030")],
            "is saved in two ways: line 3 is not UTF-8, and line 2 is not GB18030",
        ),
        (
            [("编号,姓名", "gb18030"), ("1,李雷", "gb18030"), ("2,王明", "utf-8")],
            "is saved in two ways: line 1 is GB18030, but line 3 is UTF-8",
        ),
        (
            [("编号,姓名", "utf-8"), ("1,李雷", "gb18030"), ("2,王明", "utf-8")],
            "is saved in two ways: line 2 is GB18030, but line 1 is UTF-8",
        ),
        ([("编号,姓名", "utf-8-sig"), ("1,李雷", "gb18030")], "is marked as UTF-8 but line 2 is not"),
    ],
)
def test_a_file_of_two_encodings_is_refused(tmp_path, lines, reason):
    content = b"".join(text.encode(encoding) + b"\n" for text, encoding in lines)
    with pytest.raises(EncodingError, match=reason):
        read(tmp_path / "bills.csv", content)


def test_rare_characters_of_gb18030_are_no_mixture(tmp_path):
    names = ["王喆", "李堃", "朱镕基", "陶喆", "丁昇", "㐀㐁", "𠀀", "璐峰", "琪瑶"]
    content = "".join(f"{name},x\n" for name in names)
    _, rows = read(tmp_path / "names.csv", b"name,x\n" + content.encode("gb18030"))
    assert [row.cells[0] for row in rows] == names


def test_byte_order_marks_before_the_header_are_no_part_of_it(tmp_path):
    assert read(tmp_path / "a.csv", codecs.BOM_UTF8 * 2 + b"a,b\n1,2\n")[0] == ("a", "b")
    assert read(tmp_path / "b.csv", "\ufeffa,b\n1,2\n余,款\n".encode("gb18030"))[0] == ("a", "b")


def test_the_header_may_be_further_down_and_says_how_its_file_is_cut(tmp_path):
    path = tmp_path / "bills.csv"
    path.write_text("十一月,水费,一览\n\n编号;金额\nS-1;1,50\n", encoding="utf-8")
    with open_table(path, header_row=3) as table:
        assert (table.header, table.header_row) == (("编号", "金额"), 3)
        assert list(table) == [Row(4, ("S-1", "1,50"))]


@pytest.mark.parametrize("row", [2, 9])
def test_a_header_row_without_a_header_is_refused(tmp_path, row):
    path = tmp_path / "bills.csv"
    path.write_text("a,b\n\n1,2\n", encoding="utf-8")
    with pytest.raises(HeaderError, match=f"holds no header in row {row}"):
        open_table(path, header_row=row)


@pytest.mark.parametrize(
    ("written", "cell"),
    [("'=1+1", "=1+1"), ("'+86 100", "+86 100"), ("''=1", "'=1"), ("'quoted'", "'quoted'"), ("x'=1", "x'=1")],
)
def test_an_apostrophe_that_guards_a_formula_is_no_part_of_the_cell(tmp_path, written, cell):
    _, rows = read(tmp_path / "bills.csv", f"a,b\n{written},1\n".encode())
    assert rows == [Row(2, (cell, "1"))]


def test_memory_does_not_grow_with_the_file(tmp_path):
    path = tmp_path / "bills.csv"
    line = "S2026-11-0001,2026030117,123.45,2026-11-30,十一月餐费\n" * 1000
    with path.open("w", encoding="utf-8") as file:
        file.write("a,b,c,d,e\n")
        for _ in range(40):
            file.write(line)
    tracemalloc.start()
    with open_table(path) as table:
        assert sum(1 for _ in table) == 40_000
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 8 * CHUNK


def test_a_file_of_two_gigabytes_is_refused_unread(tmp_path):
    path = tmp_path / "bills.csv"
    with path.open("wb") as file:
        file.write(b"a,b\n")
        file.truncate(2 * 1024**3)
    with pytest.raises(TooLargeError, match="has 2147483648 bytes, over the limit of 1073741824"):
        open_table(path)


def test_a_cell_of_thirty_megabytes_is_refused_unread(tmp_path):
    path = tmp_path / "bills.csv"
    path.write_bytes(b"a,b\n1," + b"x" * 30_000_000)
    tracemalloc.start()
    with (
        pytest.raises(TooLargeError, match="row 2: a line has more than 65536 characters"),
        open_table(path) as t,
    ):
        list(t)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 8 * CHUNK


def test_16385_columns_are_too_many(tmp_path):
    with pytest.raises(TooLargeError, match="row 1: has more than 256 columns"):
        read(tmp_path / "bills.csv", b",".join([b"a"] * 16_385) + b"\n")
