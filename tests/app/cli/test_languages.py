"""What a merchant's own people are told, they are told in their language, or in the one that they ask for."""

import ast
import inspect
import json
import sys

import pytest
import yaml

from offline_collect.app.cli.actions import (
    form_preview,
    form_source,
    import_file,
    import_text,
    left_out_text,
    mapping_text,
    preview_text,
    search_criteria,
    suggest_mapping,
)
from offline_collect.app.cli.commands import (
    bills_import,
    bills_maintain,
    bills_paid_at_office,
    bills_read,
    customers_import,
    customers_maintain,
    customers_read,
    forms,
    imports,
    mappings,
    reports,
    templates,
)
from offline_collect.app.cli.support import confirm, form_drawing, options_entry, paging, worded
from offline_collect.domain.access.actor import NotPermittedError
from offline_collect.domain.access.roles import Permission
from offline_collect.domain.texts.phrases import words_of
from offline_collect.translations import Language, catalogue
from tests.support.tree import ROOT

SCHOOL = ROOT / "samples" / "school"

ENGLISH = "Error: SCHOOL01 has no bill S-1: check the number\n"
CHINESE = "Error: SCHOOL01 没有账单 S-1：请核对账单编号\n"
COMMANDS = [
    bills_import.import_bills,
    bills_maintain.add,
    bills_maintain.change,
    bills_maintain.withdraw,
    bills_paid_at_office.settle_outside,
    bills_read.show,
    bills_read.find,
    customers_import.import_customers,
    customers_maintain.add,
    customers_maintain.change,
    customers_read.show,
    customers_read.find,
    forms.check,
    forms.history,
    forms.preview,
    forms.publish,
    forms.show,
    imports.list_all,
    imports.reject,
    imports.release,
    imports.show,
    imports.undo,
    mappings.forget,
    mappings.list_all,
    mappings.show,
    reports.details,
    reports.statement,
    templates.bills_template,
    templates.customers_template,
]


@pytest.fixture
def refused(prepared, refused, monkeypatch):
    prepared(
        ["init", "--business-date", "2026-11-22", "--yes"],
        ["merchant", "add", SCHOOL / "merchant.yaml"],
        ["form", "publish", "SCHOOL01", SCHOOL / "form.yaml"],
    )
    monkeypatch.delenv("OFFLINE_COLLECT_LANGUAGE")
    return refused


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ([], CHINESE),
        (["--language", "en"], ENGLISH),
        (["--language", "zh"], CHINESE),
        (["--language", "both"], CHINESE + ENGLISH),
    ],
)
def test_a_refusal_is_in_the_language_of_the_merchant_or_the_one_asked_for(refused, asked, told):
    assert refused("bills", "show", "SCHOOL01", "S-1", *asked) == told


def test_a_person_may_read_another_language_than_the_merchant_does(refused, monkeypatch):
    monkeypatch.setenv("OFFLINE_COLLECT_LANGUAGE", "both")
    assert refused("bills", "show", "SCHOOL01", "S-1") == CHINESE + ENGLISH
    assert refused("bills", "show", "SCHOOL01", "S-1", "--language", "en") == ENGLISH
    monkeypatch.setenv("OFFLINE_COLLECT_LANGUAGE", "fr")
    told = refused("bills", "show", "SCHOOL01", "S-1", code=2)
    assert told == "Error: OFFLINE_COLLECT_LANGUAGE fr: must be one of zh, en, both\n"


def test_a_file_is_refused_in_chinese_and_the_next_command_speaks_its_own_language(refused):
    told = refused("bills", "import", "SCHOOL01", "nowhere.csv")
    assert told.endswith(
        "Error: nowhere.csv：无法读取（没有这个文件或文件夹）。请检查文件名是否正确、是否有权限\n"
    )
    assert "there is no merchant NOBODY" in refused("bills", "show", "NOBODY", "S-1")
    assert "没有商户 NOBODY" in refused("bills", "show", "NOBODY", "S-1", "--language", "zh")
    assert "needs --reason" in refused("bills", "settle-outside", "--undo", "1", code=2)


def test_every_error_of_an_entry_has_a_line_in_each_language(refused):
    told = refused(
        "bills",
        "add",
        "SCHOOL01",
        "B9",
        "--amount",
        "0",
        "--due-date",
        "soon",
        "--customer",
        "C1",
        "--language",
        "both",
    )
    assert len(told.splitlines()) == 4
    assert all(line.startswith("Error: B9") for line in told.splitlines())


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_that_a_merchants_people_use_takes_a_language(command):
    assert "language" in inspect.signature(command).parameters


def test_what_an_import_did_is_told_in_the_language_of_the_merchant(refused, done):
    told = done("customers", "import", "SCHOOL01", SCHOOL / "customers.csv")
    assert told == "customers.csv：导入 1：SCHOOL01 的 120 个客户：新增 120，更改 0，不变 0，拒绝 0\n"
    again = done(
        "customers", "import", "SCHOOL01", SCHOOL / "customers.csv", "--language", "both"
    ).splitlines()
    assert again[0].startswith("customers.csv：没有变化：")
    assert again[1].startswith("customers.csv: unchanged: SCHOOL01's customers were imported")
    assert refused("imports", "release", "1") == "Error: 导入 1 的状态是已生效，而不是待复核\n"
    assert "WAITING" in refused("imports", "release", "1", "--language", "en")
    shown = yaml.safe_load(done("imports", "show", "1"))
    assert (shown["类别"], shown["状态"], shown["行数"]["新增"]) == ("客户", "已生效", 120)
    both = yaml.safe_load(done("imports", "show", "1", "--language", "both"))
    assert both["状态 state"] == "已生效 RELEASED"
    assert json.loads(done("imports", "show", "1", "--json"))["state"] == "RELEASED"
    assert "已生效" in done("imports", "list", "--merchant", "SCHOOL01")
    assert "RELEASED" in done("imports", "list")
    assert done("imports", "undo", "1") == "导入 1 已撤销，被它替换的内容重新生效\n"


def test_wrong_usage_is_told_in_the_language_of_the_merchant(refused):
    told = refused("bills", "import", "SCHOOL01", "x.csv", "--constant", "due", code=2)
    assert told == "Error: --constant due：请写成 due_date=2026-12-31 这样\n"


def test_a_mapping_is_proposed_in_the_language_of_the_merchant(refused, done, tmp_path):
    (tmp_path / "x.csv").write_text(
        "收费表,,\n截止日期：2030-12-31,,\n学生卡,编号,收费\n,,\n2026030117,T1,5\n", encoding="utf-8"
    )
    done("customers", "import", "SCHOOL01", SCHOOL / "customers.csv")
    told = done("bills", "import", "SCHOOL01", "x.csv", "--suggest-mapping", "m.yaml")
    assert "x.csv：查看了 1 行、3 列" in told
    assert "所有行的 due_date：2030-12-31：表格外第 2 行已写明" in told
    text = (tmp_path / "m.yaml").read_text(encoding="utf-8")
    assert text.startswith("# 根据前 1 行建议：SCHOOL01 的账单：x.csv\n")
    assert yaml.safe_load(text)["constants"] == {"due_date": "2030-12-31"}
    done("bills", "import", "SCHOOL01", "x.csv", "--mapping", "m.yaml")
    assert "# 列标题：学生卡, 编号, 收费\n# 每个文件需给出：--constant due_date=VALUE\n" in done(
        "mapping", "show", "SCHOOL01", "1"
    )
    assert done("mapping", "forget", "SCHOOL01", "1") == "SCHOOL01 的列对应设置 1 已删除\n"
    assert done("mapping", "list", "SCHOOL01") == "SCHOOL01 没有已记下的列对应设置\n"


def test_a_form_is_refused_and_published_in_the_language_of_the_merchant(refused, done, tmp_path):
    form = yaml.safe_load((SCHOOL / "form.yaml").read_text(encoding="utf-8"))
    path = tmp_path / "form.yaml"

    def write(**changed):
        path.write_text(yaml.safe_dump({**form, **changed}, allow_unicode=True), encoding="utf-8")

    write(version=2, title="")
    assert sorted(refused("form", "publish", "SCHOOL01", "form.yaml").splitlines()) == [
        "Error: form.yaml：title：不能为空",
        "Error: form.yaml：version：发布表单时自动给出，请删去这一行",
    ]
    write(inputs=[{**form["inputs"][0], "pattern": "(a|b)+"}])
    assert "重复了一个分组（第 1 个字符）" in refused("form", "publish", "SCHOOL01", "form.yaml")
    write(instructions="长" * 300, title="长" * 100)
    assert "表单超出报文规格" in refused("form", "publish", "SCHOOL01", "form.yaml")
    write(title="另一个标题")
    assert done("form", "publish", "SCHOOL01", "form.yaml") == "SCHOOL01 的表单，第 2 版：已发布\n"
    assert "title：" in done("form", "history", "SCHOOL01")
    assert "填得全表单" in done("form", "check", "SCHOOL01")
    assert "自助终端" in done("form", "preview", "SCHOOL01")


def test_bills_are_shown_in_the_language_of_the_merchant(refused, done):
    done("customers", "import", "SCHOOL01", SCHOOL / "customers.csv")
    bill = ("bills", "add", "SCHOOL01", "X1", "--amount", "12", "--due-date", "2026-12-31")
    assert done(*bill, "--customer", "2026030117") == "SCHOOL01 的账单 X1：已添加\n"
    assert done("bills", "set", "SCHOOL01", "X1", "--amount", "12") == "SCHOOL01 的账单 X1：没有变化\n"
    shown = yaml.safe_load(done("bills", "show", "SCHOOL01", "X1"))
    assert (shown["状态"], shown["金额"], shown["客户"]["编号"]) == ("待缴", "12.00", "2026030117")
    assert "待缴" in done("bills", "find", "SCHOOL01")
    assert yaml.safe_load(done("customers", "show", "SCHOOL01", "2026030117"))["同意通知"] is True
    assert done("bills", "withdraw", "SCHOOL01", "X1", "--reason", "x") == "SCHOOL01 的账单 X1 已撤回\n"
    told = refused("bills", "settle-outside", "SCHOOL01", "X1", "--reference", "R1")
    assert told == "Error: 账单 X1 已撤回\n"


def test_whoever_may_not_do_it_is_told_in_chinese_too():
    words = words_of(NotPermittedError("ann", Permission.RELEASE))
    assert words.said(catalogue(Language.ZH)).startswith("ann 无权复核、退回和撤销导入（")


SPEAKING = [
    *dict.fromkeys(sys.modules[command.__module__] for command in COMMANDS),
    *(form_preview, form_source, import_file, import_text, left_out_text, mapping_text, preview_text),
    *(search_criteria, suggest_mapping, confirm, form_drawing, options_entry, paging, worded),
]
SAYING = {"say", "ask", "confirm", "prompt", "echo", "UsageError", "NotConfirmedError", "show_table", "Text"}


@pytest.mark.parametrize("module", SPEAKING)
def test_what_is_said_to_a_merchants_people_can_be_translated(module):
    """Nothing that is printed, asked or refused is a plain English text, or is put together from such texts."""
    tree = ast.parse(inspect.getsource(module))
    plain = [
        ast.unparse(text)
        for call in ast.walk(tree)
        if isinstance(call, ast.Call)
        and (getattr(call.func, "id", None) or getattr(call.func, "attr", "")) in SAYING
        for given in call.args[:1]
        for text in (given.elts if isinstance(given, ast.Tuple | ast.List) else [given])
        if isinstance(text, ast.JoinedStr) or (isinstance(text, ast.Constant) and text.value)
    ]
    assert plain == []


def test_an_operator_is_told_everything_in_the_language_of_his_shell(refused, done, monkeypatch):
    monkeypatch.setenv("OFFLINE_COLLECT_LANGUAGE", "zh")
    assert done("user", "add", "zhang", "--role", "MAKER") == "用户 zhang：MAKER\n"
    assert "用户 zhang 已存在" in refused("user", "add", "zhang", "--role", "MAKER")
    days = done("day", "show")
    assert "营业日" in days.splitlines()[0]
    assert "营业中" in days, "the state of a day, not that of a bill"
    assert yaml.safe_load(done("status"))["待批准的申请"] == 0
    assert json.loads(done("status", "--json"))["waiting_approvals"] == 0
    assert "没有营业日 2026-11-01" in refused("day", "settle", "2026-11-01")
    assert done("approvals", "list") == "没有申请\n"
    assert "数据完整" in done("verify")
    assert done("merchant", "suspend", "SCHOOL01") == "商户 SCHOOL01 的状态为 已暂停\n"


@pytest.mark.parametrize(
    ("command", "told"),
    [
        (("day", "cutover", "--date", "abc"), "abc 不是日期"),
        (("merchant", "set", "SCHOOL01"), "请给出一个或几个 键=值"),
        (("day", "show", "--as", " "), "必须是用户名"),
        (("day", "show", "\udcff"), "不是 UTF-8"),
    ],
)
def test_why_a_value_is_wrong_usage_is_told_in_the_language_of_the_shell(refused, monkeypatch, command, told):
    monkeypatch.setenv("OFFLINE_COLLECT_LANGUAGE", "zh")
    assert told in refused(*command, code=2).replace("\n", "")
