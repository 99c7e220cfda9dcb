"""`template customers` and `template bills`: filled-in templates can be imported without any change."""

import openpyxl
import pytest

from tests.support.tree import ROOT

ESTATE = ROOT / "samples" / "estate"


@pytest.fixture
def estate(prepared):
    """The sample estate with its form, and no customers."""
    prepared(
        ("init", "--business-date", "2026-11-22", "--yes"),
        ("merchant", "add", ESTATE / "merchant.yaml"),
        ("form", "publish", "ESTATE01", ESTATE / "form.yaml"),
    )


def fill(path, *rows):
    """Type rows below the headings, and save the workbook as it is."""
    book = openpyxl.load_workbook(path)
    page = book.worksheets[0]
    titles = [cell.value for cell in page[1]]
    for row in rows:
        page.append([row.get(title) for title in titles])
    book.save(path)


def test_what_is_typed_into_a_template_is_imported_without_a_touch(estate, done, tmp_path):
    told = done("template", "customers", "ESTATE01", "customers.xlsx")
    assert told == (
        "customers.xlsx: 19 columns for the customers of ESTATE01; filled in, it goes in by"
        f" `offline-collect customers import ESTATE01 {tmp_path}/customers.xlsx`\n"
    )
    owner = {
        "客户编号*": "00123",
        "姓名*": "王小明",
        "房号*": "3幢-2单元-501",
        "业主姓名*": "王小明",
        "同意通知": "是",
    }
    fill(tmp_path / "customers.xlsx", owner, owner | {"客户编号*": "00124", "房号*": "3幢-2单元-502"})
    assert "2 new" in done("customers", "import", "ESTATE01", "customers.xlsx")

    done("template", "bills", "ESTATE01", "bills.xlsx")
    bill = {
        "账单编号*": "0037",
        "金额*": 123.45,
        "缴费截止日*": "2026-11-30",
        "账期": "2026-11",
        "车位号": "B-7",
    }
    by_number, by_inputs = {"客户编号": "00124"}, {"房号": "3幢-2单元-501", "业主姓名": "王小明"}
    fill(tmp_path / "bills.xlsx", bill | by_inputs, bill | by_number | {"账单编号*": "0074"})
    assert "2 new" in done("bills", "import", "ESTATE01", "bills.xlsx")
    shown = done("bills", "show", "ESTATE01", "0037")
    assert "'00123'" in shown
    assert "123.45" in shown


def test_a_template_as_it_comes_holds_no_rows(estate, done, refused):
    done("template", "customers", "ESTATE01", "customers.xlsx")
    assert "customers.xlsx" in refused("customers", "import", "ESTATE01", "customers.xlsx")


def test_a_template_takes_nobodys_place_unless_it_may(estate, done, refused, tmp_path):
    (tmp_path / "bills.xlsx").write_text("mine")
    assert "bills.xlsx: is there already" in refused("template", "bills", "ESTATE01", "bills.xlsx")
    assert (tmp_path / "bills.xlsx").read_text() == "mine"
    done("template", "bills", "ESTATE01", "bills.xlsx", "--overwrite")
    assert openpyxl.load_workbook(tmp_path / "bills.xlsx").sheetnames[0] == "账单"


def test_a_template_must_have_the_name_of_a_workbook(estate, refused):
    assert "let it end with .xlsx" in refused("template", "bills", "ESTATE01", "bills.xls", code=2)


def test_without_a_form_there_is_no_template(done, refused):
    done("init", "--business-date", "2026-11-22", "--yes")
    done("merchant", "add", ESTATE / "merchant.yaml")
    assert "ESTATE01 has no payment form" in refused("template", "bills", "ESTATE01", "bills.xlsx")
    assert "NOBODY" in refused("template", "bills", "NOBODY", "bills.xlsx")
