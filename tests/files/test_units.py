"""Amounts in another unit are refused, wherever a file says so: in a title, above the table, or in a cell's format."""

import pytest

from offline_collect.files.cells import ScaledNumber
from offline_collect.files.errors import HeaderError
from tests.files.merchants_tables import Read
from tests.files.workbooks import rows_of, write

DAY = "2030-12-31"


def table(tmp_path, title, *above, amount="12", more=()):
    path = tmp_path / "bills.csv"
    rows = [",".join(cells) for cells in above]
    rows += [",".join(["单号", "户号", title, *(name for name, _ in more), "截止日"])]
    rows += [",".join([f"K-{at}", f"C{at}", amount, *(text for _, text in more), DAY]) for at in (1, 2)]
    path.write_text("\n".join(rows), encoding="utf-8")
    return path


def refused(path, **options):
    with pytest.raises(HeaderError) as caught:
        Read(path, **options)
    return caught.value


@pytest.mark.parametrize(
    ("title", "says"),
    [
        ("金额(万元)", "万元"),
        ("应缴金额（分）", "分"),
        ("金额[千元]", "千元"),
        ("金额（退）", "退"),
        ("应收（已收）", "已收"),
    ],
)
def test_a_title_in_another_unit_is_not_the_amount(tmp_path, title, says):
    error = refused(table(tmp_path, title))
    assert str(error.reason) == f"its title says {says}: that is not the amount to be paid"
    assert error.column == f"{title} (amount)"
    assert "元" in str(error.remedy)


def test_a_mapping_does_not_make_another_unit_the_amount(tmp_path):
    for named in ("金额(万元)", "C"):
        error = refused(table(tmp_path, "金额(万元)"), mapping={"columns": {"amount": named}})
        assert "万元" in str(error.reason)


def test_other_words_in_brackets_need_a_mapping(tmp_path):
    path = table(tmp_path, "应缴金额（每月）")
    error = refused(path)
    assert str(error.reason) == "its title also says 每月: that may be another amount"
    assert "columns: {amount: 应缴金额（每月）}" in str(error.remedy)
    assert Read(path, mapping={"columns": {"amount": "应缴金额（每月）"}}).amounts() == {
        "K-1": 1200,
        "K-2": 1200,
    }


@pytest.mark.parametrize(
    "title",
    [
        "金额（元）",
        "金额(￥)",
        "金额（人民币）",
        "金额（应缴）",
        "应缴（12月）",
        "金额【必填】",
        "金额 (CNY)",
    ],
)
def test_harmless_words_in_brackets_are_passed_over(tmp_path, title):
    assert Read(table(tmp_path, title)).amounts() == {"K-1": 1200, "K-2": 1200}


def test_of_an_amount_in_two_units_the_one_in_yuan_is_taken(tmp_path):
    for title in ("金额", "应缴金额"):
        path = table(tmp_path, f"{title}（万元）", more=[(f"{title}（元）", "120000")])
        assert Read(path).amounts() == {"K-1": 12_000_000, "K-2": 12_000_000}


def test_a_row_above_the_table_states_the_unit(tmp_path):
    error = refused(table(tmp_path, "金额", ["某校收费表"], ["单位：万元"]))
    assert (error.row, str(error.reason)) == (2, "says that amounts are in 万元")
    assert Read(table(tmp_path, "金额", ["某校收费表"], ["单位：元"])).amounts() == {"K-1": 1200, "K-2": 1200}


@pytest.mark.parametrize(
    "code",
    [
        "0%",
        "0.00%",
        "#,##0,",
        "0.0,,",
        '0.00"万元"',
        '0"千"',
        "0.0万",
        r"0\.0000",
        '0"."00',
        '0"分"',
        '[>=10000]0.0,"万";0',
    ],
)
def test_a_number_that_its_format_shows_in_another_unit_is_a_bad_cell(tmp_path, code):
    def fill(book, page):
        page.write_row(0, 0, ["单号", "户号", "金额", "截止日"])
        page.write_row(1, 0, ["K-1", "C1", 5, DAY])
        page.write_row(2, 0, ["K-2", "C2", "", DAY])
        page.write_number(2, 2, 12, book.add_format({"num_format": code}))

    path = write(tmp_path / "bills.xlsx", fill)
    assert type(rows_of(path)[1].cells[2]) is ScaledNumber
    read = Read(path)
    assert read.amounts() == {"K-1": 500}
    assert read.problems == [
        (3, "金额", "is shown in another unit by the format of its cell, such as 万, 千 or %")
    ]
