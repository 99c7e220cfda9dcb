"""Mappings at the command line: proposed with and without a terminal, remembered, shown, forgotten."""

import json
import stat

import pytest
import yaml

from tests.support.at_terminal import ENTER, UP, AtTerminal
from tests.support.tree import ROOT

SCHOOL = ROOT / "samples" / "school"
TWO_DATES = "单号,卡,收费款,开单日期,交费日期\nT1,2026030117,5.00,2026-12-01,2026-12-30\n"
ONE_DATE = "凭证,卡,收费款,到期\nT1,2026030117,5.00,2026-12-30\n"
SECRETS = ("2026030117", "5.00", "2026-12-30")


@pytest.fixture
def school(prepared):
    """The sample school with its customers."""
    prepared(
        ("init", "--business-date", "2026-11-22", "--yes"),
        ("merchant", "add", SCHOOL / "merchant.yaml"),
        ("form", "publish", "SCHOOL01", SCHOOL / "form.yaml"),
        ("customers", "import", "SCHOOL01", SCHOOL / "customers.csv"),
    )


@pytest.fixture
def file(school, tmp_path):
    """Write a list of bills."""

    def file(text, name="list.csv"):
        (tmp_path / name).write_text(text, encoding="utf-8")
        return name

    return file


def test_a_refusal_about_columns_names_the_command_that_proposes(file, done, refused):
    name = file(ONE_DATE)
    error = refused("--config", "bank.yaml", "bills", "import", "SCHOOL01", name)
    assert "offline-collect --config" in error
    assert "bills import SCHOOL01 list.csv --suggest-mapping mapping.yaml`" in error
    done("bills", "import", "SCHOOL01", name, "--suggest-mapping", "mapping.yaml")
    assert "--suggest-mapping mapping-2.yaml`" in refused("bills", "import", "SCHOOL01", name)


def test_what_is_certain_is_written_without_asking(file, done, tmp_path):
    output = done("bills", "import", "SCHOOL01", file(ONE_DATE), "--suggest-mapping", "m.yaml")
    written = tmp_path / "m.yaml"
    assert stat.S_IMODE(written.stat().st_mode) == 0o600
    text = written.read_text(encoding="utf-8")
    assert yaml.safe_load(text)["columns"]["amount"] == "收费款"
    assert [secret for secret in SECRETS if secret in text + output] == []
    output = done("bills", "import", "SCHOOL01", "list.csv", "--mapping", "m.yaml")
    assert "1 new" in output
    assert "the next file with these titles is read with this mapping (mapping 1)" in output


def test_what_is_in_doubt_is_told_and_left_open(file, refused, tmp_path):
    error = refused("bills", "import", "SCHOOL01", file(TWO_DATES), "--suggest-mapping", "m.yaml")
    assert "due_date (缴费截止日): 开单日期, 交费日期 may hold dates" in error
    text = (tmp_path / "m.yaml").read_text(encoding="utf-8")
    assert "  # due_date: 交费日期\n" in text
    assert "due_date" not in yaml.safe_load(text)["columns"]


def test_a_file_that_is_there_is_not_replaced(file, refused, tmp_path):
    (tmp_path / "m.yaml").write_text("mine", encoding="utf-8")
    how = ("bills", "import", "SCHOOL01", file(ONE_DATE), "--suggest-mapping", "m.yaml")
    assert "is there already" in refused(*how, code=2)
    assert "leave one of the two out" in refused(*how[:-1], "n.yaml", "--mapping", "m2.yaml", code=2)
    assert (tmp_path / "m.yaml").read_text(encoding="utf-8") == "mine"


def test_a_person_at_a_terminal_answers_and_has_it_remembered(file, done, tmp_path):
    name = file(TWO_DATES)
    with AtTerminal(
        "bills", "import", "SCHOOL01", name, "--suggest-mapping", "m.yaml", folder=tmp_path
    ) as terminal:
        terminal.expect("2026030117")
        terminal.expect("Which column is 缴费截止日 (due_date)?")
        terminal.expect("leave it open")
        # The cursor stands on the last answer: neither title says that it is the last day.
        terminal.press(UP)
        terminal.press(UP)
        terminal.press(ENTER)
        terminal.expect("Remember it")
        terminal.press("y\r")
        assert terminal.ended() == 0, terminal.said
    assert (
        yaml.safe_load((tmp_path / "m.yaml").read_text(encoding="utf-8"))["columns"]["due_date"] == "交费日期"
    )
    output = done("bills", "import", "SCHOOL01", name)
    assert "1 new" in output
    assert "read with the mapping of " in output
    assert "`offline-collect mapping show SCHOOL01 1`" in output


def test_a_value_of_all_rows_is_asked_for(file, tmp_path):
    name = file("凭证,卡,收费款\nT1,2026030117,5.00\n")
    with AtTerminal(
        "bills", "import", "SCHOOL01", name, "--suggest-mapping", "m.yaml", folder=tmp_path
    ) as terminal:
        terminal.expect("leave it open")
        terminal.press(ENTER)
        terminal.expect("of all rows")
        terminal.press("2027-01-31\r")
        terminal.expect("Remember it")
        terminal.press("\r")
        assert terminal.ended() == 0, terminal.said
    assert yaml.safe_load((tmp_path / "m.yaml").read_text(encoding="utf-8"))["constants"] == {
        "due_date": "2027-01-31"
    }


def test_remembered_mappings_are_listed_shown_and_forgotten(file, done, refused, tmp_path):
    name = file("凭证,卡,收费款\nT1,2026030117,5.00\n")
    columns = {"bill_no": "凭证", "customer_no": "卡", "amount": "收费款"}
    (tmp_path / "m.yaml").write_text(yaml.safe_dump({"columns": columns}), encoding="utf-8")
    how = ("bills", "import", "SCHOOL01", name, "--mapping", "m.yaml")
    output = done(*how, "--constant", "due_date=2027-01-31")
    assert "due_date of it is of one file and is asked for again" in output
    (listed,) = json.loads(done("mapping", "list", "SCHOOL01", "--json"))
    assert (listed["content"], listed["asks"]) == ({"columns": columns}, ["due_date"])
    assert "凭证, 卡, 收费款" in done("mapping", "list", "SCHOOL01")
    shown = done("mapping", "show", "SCHOOL01", "1")
    assert yaml.safe_load(shown) == {"columns": columns}
    assert "# each file needs: --constant due_date=VALUE" in shown
    assert json.loads(done("mapping", "show", "SCHOOL01", "1", "--json")) == listed
    again = file("凭证,卡,收费款\nT2,2026030117,6.00\n")
    assert "give it for this one too: --constant due_date=…" in refused("bills", "import", "SCHOOL01", again)
    assert "1 new" in done("bills", "import", "SCHOOL01", again, "--constant", "due_date=2027-02-28")
    assert done("mapping", "forget", "SCHOOL01", "1") == "mapping 1 of SCHOOL01 is forgotten\n"
    assert "has no mapping 1" in refused("mapping", "show", "SCHOOL01", "1")
    assert done("mapping", "list", "SCHOOL01") == "no mapping is remembered for SCHOOL01\n"


@pytest.mark.parametrize("constants", [["due_date"], ["=x"], ["x="], ["a=1", "a=2"]])
def test_a_constant_is_a_key_and_a_value(file, refused, constants):
    options = [word for constant in constants for word in ("--constant", constant)]
    assert "--constant" in refused("bills", "import", "SCHOOL01", file(ONE_DATE), *options, code=2)


def test_nearly_the_same_titles_are_told(file, done, tmp_path):
    done("bills", "import", "SCHOOL01", file(ONE_DATE), "--suggest-mapping", "m.yaml")
    done("bills", "import", "SCHOOL01", "list.csv", "--mapping", "m.yaml")
    other = file("凭证,卡,收费款,bill_no,学号,amount,due_date\n,,,T2,2026030117,6.00,2026-12-30\n")
    output = done("bills", "import", "SCHOOL01", other)
    assert "read without mapping 1" not in output
    near = file("凭证,卡,收费款,到期,bill_no,学号,amount,due_date\n,,,,T3,2026030117,6.00,2026-12-30\n")
    assert "read without mapping 1, whose titles are nearly these: missing none; new bill_no" in done(
        "bills", "import", "SCHOOL01", near
    )


def test_arrears_are_no_amount_that_enter_takes(file, tmp_path):
    name = file("凭证,卡,上期欠费,本期应收,合计应缴,到期\nT1,2026030117,5.00,6.00,12.00,2026-12-30\n")
    with AtTerminal(
        "bills", "import", "SCHOOL01", name, "--suggest-mapping", "m.yaml", folder=tmp_path
    ) as terminal:
        terminal.expect("(amount)?")
        terminal.expect("leave it open")
        terminal.press(ENTER)
        assert terminal.ended() == 1, terminal.said
    assert "amount" not in yaml.safe_load((tmp_path / "m.yaml").read_text(encoding="utf-8"))["columns"]
