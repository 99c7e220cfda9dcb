"""The numbers of rows never identify bills or customers, however a file or a mapping calls them."""

import pytest
import yaml

from offline_collect.files.columns.header import match_header, plain_title
from offline_collect.files.columns.layout import compile_layout
from offline_collect.files.columns.mapping import map_layout, read_mapping
from offline_collect.files.columns.row_numbers import may_number_rows, numbers_rows
from offline_collect.files.errors import HeaderError, MappingError
from offline_collect.files.read.open import open_table
from tests.support.tree import ROOT

ROOM = [{"key": "room", "label": "房号"}]


def layout(kind, inputs=ROOM):
    values = yaml.safe_load((ROOT / "schemas" / "files" / f"{kind}.yaml").read_text(encoding="utf-8"))
    return compile_layout(values, inputs=inputs)


def mapping(**columns):
    return read_mapping({"columns": columns}, "mapping.yaml")


@pytest.fixture
def match(tmp_path):
    """Match the header of a file with a layout."""

    def match(header, layout):
        path = tmp_path / "rows.csv"
        path.write_text(f"{header}\n", encoding="utf-8")
        with open_table(path) as table:
            return match_header(table, layout)

    return match


@pytest.mark.parametrize("title", ["序号", "序 号", "序号*", "行号", "行次", "#", "＃", "Row", "Row No."])
@pytest.mark.parametrize("key", ["bill_no", "customer_no"])
def test_a_mapping_takes_no_row_number_for_a_bill_or_a_customer(title, key):
    with pytest.raises(MappingError) as caught:
        mapping(**{key: title})
    assert str(caught.value).startswith(
        f"mapping.yaml: columns.{key}: {title} numbers the rows; name a column"
    )


@pytest.mark.parametrize("title", ["编号", "No.", "NO", "№", "Number"])
def test_a_title_that_may_be_a_true_number_is_taken(title):
    assert may_number_rows(plain_title(title))
    assert not numbers_rows(plain_title(title))
    assert mapping(bill_no=title, customer_no=title).titles["bill_no"] == title


@pytest.mark.parametrize("title", ["账单编号", "客户编号", "户号", "房号", "rows", "批次序号"])
def test_other_titles_are_nobody_s_row_numbers(title):
    assert not numbers_rows(plain_title(title))
    assert not may_number_rows(plain_title(title))


def test_a_mapping_may_use_row_numbers_for_what_identifies_nothing(match):
    known = mapping(description="序号")
    found = match("账单编号,客户编号,金额,缴费截止日,序号", map_layout(layout("bills"), known))
    assert ("description", "序号") in [(each.column.key, each.title) for each in found.columns]


def test_a_layout_of_a_bank_takes_no_row_numbers_either(match):
    """Its labels may be what the bank likes: a heading is looked at, wherever its name comes from."""
    values = yaml.safe_load((ROOT / "schemas" / "files" / "customers.yaml").read_text(encoding="utf-8"))
    values["columns"][0]["label"] = "序号"
    with pytest.raises(HeaderError) as caught:
        match("序号,姓名,房号", compile_layout(values, inputs=ROOM))
    assert str(caught.value).endswith(
        "row 1, column 序号 (customer_no): 序号 numbers the rows of the file; name a column whose numbers stay with"
        " one customer for good, such as 户号, 学号 or 房号"
    )


def test_no_input_is_found_in_a_column_of_row_numbers_unless_the_form_asks_for_it(match):
    with pytest.raises(HeaderError) as caught:
        match("账单编号,序号,金额,缴费截止日", map_layout(layout("bills"), mapping(room="序号")))
    assert str(caught.value).endswith("序号 numbers the rows of the file; name the column that payers know")
    asked = layout("bills", inputs=[{"key": "seat", "label": "序号"}])
    assert [each.title for each in match("账单编号,序号,金额,缴费截止日", asked).inputs] == ["序号"]
