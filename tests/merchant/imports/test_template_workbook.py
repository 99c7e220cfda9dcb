"""Templates: what a merchant gets, and that a filled-in template can be imported without any change."""

import datetime as dt
from dataclasses import replace

import openpyxl
import pytest

from offline_collect.app.config.schemas import Schemas
from offline_collect.domain.forms import form_to_document
from offline_collect.domain.merchants import Merchant, SettlementAccount
from offline_collect.files.columns.layout import compile_layout
from offline_collect.files.columns.records import Record, read_records
from offline_collect.files.read.open import open_table
from offline_collect.files.write.sheet import Kind
from offline_collect.files.write.template import write_template
from offline_collect.merchant.common.errors import NoFormError
from offline_collect.merchant.forms.definition import read_form
from offline_collect.merchant.imports.template_workbook import make_template, template_of
from offline_collect.merchant.profile.lifecycle import register_merchant
from offline_collect.store import NotFoundError
from offline_collect.translations import BOTH
from tests.merchant.documents import NOW, SCHOOL_FORM
from tests.support.actors import user

WATER = Merchant("WATER001", "清源自来水", "water", SettlementAccount("6222000000000001"))
FORM = {
    "title": "水费缴纳",
    "inputs": [
        {
            "key": "meter_no",
            "label": "表号",
            "prompt": "请输入8位表号",
            "group": "meter",
            "example": "10020042",
        },
        {"key": "owner", "label": "姓名", "prompt": "请输入户主姓名", "group": "owner"},
        {
            "key": "mobile",
            "label": "手机",
            "prompt": "请输入手机",
            "group": "owner",
            "example": "10000000002",
        },
        {
            "key": "tariff",
            "label": "用水类别",
            "prompt": "请选择用水类别",
            "type": "CHOICE",
            "choices": {"1": "居民, 一户一表", "2": "商业"},
            "example": "1",
        },
    ],
    "show": ["description", "账期", "用水量"],
}
CUSTOMER = {
    "客户编号*": "00123",
    "姓名*": "王小明",
    "表号": "01002004",
    "用水类别*": "居民, 一户一表",
    "手机": "10000000002",
    "邮箱": "wang@example.com",
    "APP用户": "wang",
    "同意通知": "是",
    "扣款账号": "6222000000000001017",
    "开户行号": "102100099996",
    "户名": "王小明",
    "协议号": "X1",
    "单笔限额": 2000,
    "协议签订日期": dt.date(2026, 9, 1),
    "协议生效日期": dt.date(2026, 9, 1),
    "协议到期日期": dt.date(2029, 8, 31),
    "协议用途": "代扣水费",
    "扣款周期": "每月",
    "周期限额": 5000,
}


def compiled(kind, form, currency="156"):
    values, source = Schemas().read(f"files/{kind}")
    return compile_layout(values, inputs=form_to_document(form)["inputs"], currency=currency, source=source)


def template(kind, document=FORM, merchant=WATER, languages=BOTH):
    form = read_form(document, "form.yaml", 1)
    return make_template(merchant, form, compiled(kind, form, merchant.currency), languages)


@pytest.fixture
def workbook(tmp_path):
    """Write a template and open it as a spreadsheet does."""

    def workbook(*arguments, **options):
        path = tmp_path / "template.xlsx"
        write_template(path, template(*arguments, **options), overwrite=True)
        return path, openpyxl.load_workbook(path)

    return workbook


def headings(book):
    return [cell.value for cell in book.worksheets[0][1]]


def test_customers_are_asked_for_in_the_merchants_words_inputs_first_and_required_ones_marked(workbook):
    _, book = workbook("customers")
    assert headings(book) == list(CUSTOMER)
    assert book.sheetnames == ["客户信息", "说明 Help", "选项 Choices"]
    assert [page.sheet_state for page in book] == ["visible", "visible", "hidden"]
    assert (book.worksheets[0].max_row, book.worksheets[0].freeze_panes) == (1, "A2")


def test_bills_may_name_their_customer_by_number_or_by_any_group_and_have_the_columns_that_payers_see(
    workbook,
):
    _, book = workbook("bills")
    assert headings(book)[:6] == ["账单编号*", "表号", "姓名", "手机", "用水类别", "客户编号"]
    assert headings(book)[6:] == ["金额*", "缴费截止日*", "项目", "账期", "开放日期", "失效日期", "用水量"]
    assert "用水类别 + 姓名 + 手机 / 客户编号" in "".join(str(row) for row in book["说明 Help"].values)


def test_the_help_says_what_each_column_takes_with_an_example(workbook):
    _, book = workbook("customers")
    rows = {row[0]: row[1:] for row in book["说明 Help"].values if row[3]}
    assert rows["客户编号"] == (
        "是 yes",
        "字母、数字、符号或汉字，最多 32 个 · letters, digits, signs and Chinese characters, at most 32",
        "C0001",
    )
    assert rows["表号"] == ("任一组 one set", "请输入8位表号", "10020042")
    assert rows["手机"][0] == "任一组 one set"
    assert rows["邮箱"][0] == "否 no"
    assert rows["用水类别"] == ("是 yes", "请选择用水类别", "居民, 一户一表")


def test_cells_are_text_amounts_or_dates_before_anybody_types_into_them(workbook):
    _, book = workbook("bills")
    page = book.worksheets[0]
    styles = {
        at: column.number_format
        for column in page.column_dimensions.values()
        for at in range(column.min, column.max + 1)
    }
    formats = {title: styles[at] for at, title in enumerate(headings(book), start=1)}
    assert formats["金额*"] == "#,##0.00"
    assert {formats[name] for name in ("缴费截止日*", "开放日期", "失效日期")} == {"yyyy-mm-dd"}
    others = set(formats) - {"金额*", "缴费截止日*", "开放日期", "失效日期"}
    assert {formats[name] for name in others} == {"@"}


def test_excel_checks_what_an_import_would_refuse_and_offers_what_may_be_chosen(workbook):
    _, book = workbook("customers")
    rules = {str(rule.sqref): rule for rule in book.worksheets[0].data_validations.dataValidation}
    assert (rules["A2:A1048576"].type, rules["A2:A1048576"].formula1) == ("textLength", "32")
    assert (rules["M2:M1048576"].formula1, rules["M2:M1048576"].formula2) == ("0.01", "9999999999.99")
    assert rules["C2:C1048576"].prompt == "请输入8位表号\n10020042"
    tariffs, consent = rules["D2:D1048576"], rules["H2:H1048576"]
    assert (tariffs.type, tariffs.formula1) == ("list", "'选项 Choices'!$D$2:$D$3")
    choices = book["选项 Choices"]
    assert [choices["D2"].value, choices["D3"].value] == ["居民, 一户一表", "商业"]
    assert (consent.formula1, choices["H2"].value, choices["H3"].value) == (
        "'选项 Choices'!$H$2:$H$3",
        "是",
        "否",
    )
    dates = {
        str(rule.sqref): rule for rule in workbook("bills")[1].worksheets[0].data_validations.dataValidation
    }
    assert (dates["H2:H1048576"].type, dates["H2:H1048576"].formula1) == ("date", "36526")


def fill(path, book, rows):
    for row in rows:
        book.worksheets[0].append([row.get(title) for title in headings(book)])
    book.save(path)
    return path


def test_filled_in_customers_are_read_whole(workbook):
    path = fill(*workbook("customers"), [CUSTOMER])
    with open_table(path) as table:
        (record,) = read_records(table, compiled("customers", read_form(FORM, "form.yaml", 1)))
    assert record.inputs == {
        "meter_no": "01002004",
        "owner": "王小明",
        "mobile": "10000000002",
        "tariff": "1",
    }
    assert record.values == {
        "customer_no": "00123",
        "name": "王小明",
        "mobile": "10000000002",
        "email": "wang@example.com",
        "app_user": "wang",
        "consent": True,
        "debit_account": "6222000000000001017",
        "debit_bank": "102100099996",
        "account_name": "王小明",
        "mandate_ref": "X1",
        "mandate_limit": 200000,
        "mandate_signed_on": dt.date(2026, 9, 1),
        "mandate_from": dt.date(2026, 9, 1),
        "mandate_to": dt.date(2029, 8, 31),
        "mandate_purpose": "代扣水费",
        "mandate_cycle": "每月",
        "mandate_cycle_limit": 500000,
    }


def test_filled_in_bills_are_read_whole(workbook):
    bill = {
        "账单编号*": "00001",
        "客户编号": "00123",
        "金额*": 123.45,
        "缴费截止日*": dt.date(2026, 11, 30),
        "账期": "2026-11",
        "用水量": "12",
    }
    path = fill(*workbook("bills"), [bill])
    with open_table(path) as table:
        (record,) = read_records(table, compiled("bills", read_form(FORM, "form.yaml", 1)))
    assert record == Record(
        2,
        {
            "bill_no": "00001",
            "customer_no": "00123",
            "amount": 12345,
            "due_date": dt.date(2026, 11, 30),
            "period": "2026-11",
        },
        {},
        {"用水量": "12"},
    )


def test_its_own_examples_are_accepted(workbook):
    for kind in ("customers", "bills"):
        columns = template(kind).columns
        path, book = workbook(kind)
        book.worksheets[0].append([column.example for column in columns])
        book.save(path)
        with open_table(path) as table:
            (record,) = read_records(table, compiled(kind, read_form(FORM, "form.yaml", 1)))
        assert isinstance(record, Record)


def test_amounts_follow_the_merchants_currency():
    (column,) = [
        c for c in template("bills", merchant=replace(WATER, currency="392")).columns if c.kind is Kind.MONEY
    ]
    assert (column.example, column.help[:12]) == ("123", "金额，大于零，最多 0 ")


@pytest.mark.parametrize(
    ("choices", "offered"),
    [
        ({"1": "居民", "2": "商业"}, ("居民", "商业")),
        ({"1": "居民", "2": "居民"}, ("1", "2")),
        ({"1": "2", "2": "1"}, ("1", "2")),
        ({"A": "A", "B": "B"}, ("A", "B")),
    ],
)
def test_choices_are_offered_by_their_labels_where_these_cannot_be_mistaken(choices, offered):
    asked = {"key": "tariff", "label": "类别", "prompt": "请选择", "type": "CHOICE", "choices": choices}
    columns = template("customers", {"title": "水费", "inputs": [asked]}).columns
    (column,) = [column for column in columns if column.label == "类别"]
    assert column.choices == offered


def test_an_input_that_is_called_like_one_of_our_columns_is_the_same_column():
    asked = {"key": "account", "label": "customer_no", "prompt": "请输入户号", "example": "H1"}
    columns = template("customers", {"title": "水费", "inputs": [asked]}).columns
    assert (columns[0].heading, columns[0].example) == ("customer_no*", "H1")
    assert [column.label for column in columns].count("客户编号") == 0


def test_a_template_is_made_for_the_form_that_the_merchant_has_now(store, school):
    made = template_of(store, "SCHOOL01", Schemas().read("files/customers"), user("teller"))
    assert made.columns[2].label == SCHOOL_FORM["inputs"][0]["label"]
    assert made.help_notes[0] == f"{school.name}（SCHOOL01）客户信息"


def test_without_a_merchant_or_its_form_there_is_no_template(store):
    register_merchant(store, WATER, user("teller"), NOW)
    with pytest.raises(NotFoundError):
        template_of(store, "NOBODY", Schemas().read("files/bills"), user("teller"))
    with pytest.raises(NoFormError, match="form publish WATER001"):
        template_of(store, "WATER001", Schemas().read("files/bills"), user("teller"))
