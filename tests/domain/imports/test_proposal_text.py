"""A proposed mapping as YAML."""

from dataclasses import replace

import pytest
import yaml

from offline_collect.domain.imports.proposal import Choice, Stated
from offline_collect.domain.imports.proposal_text import asked_of, column_name, proposal_text
from offline_collect.domain.imports.suggestion import suggest
from offline_collect.domain.texts.phrases import Phrase
from tests.domain.imports.seen_tables import table

DUE = "2030-12-31"


def written(file, *, header_row=None, **changed):
    proposal = replace(suggest(file), **changed)
    return proposal_text(proposal, file, about=Phrase("bills of S: x.csv"), header_row=header_row, rows=2)


def test_each_line_has_its_reason_and_no_value_of_a_row():
    file = table(["单号", "客户编号", "收费（元）", "截止日"], ["B1", "C1", "5.25", DUE])
    text = written(file, header_row=3)
    assert text == (
        "# proposed for bills of S: x.csv, from its first 2 rows\n"
        "header_row: 3\n"
        "columns:\n"
        "  bill_no: 单号  # its title is one of 单号\n"
        "  customer_no: 客户编号  # its title is one of 客户编号\n"
        '  amount: "收费（元）"  # it is the only one of money, and all values are amounts\n'
        "  due_date: 截止日  # its title is one of 截止日\n"
    )
    for value in ("B1", "C1", "5.25", DUE):
        assert value not in text


def test_doubts_are_commented_out():
    file = table(["客户编号", "收费甲", "收费乙"], ["C1", "5", "7"], ["C1", "8", "9"], header=True)
    text = written(file)
    assert yaml.safe_load(text) == {"columns": {"customer_no": "客户编号"}}
    assert "  # amount: 收费甲\n  # amount: 收费乙\n" in text
    assert "give it: --constant due_date=VALUE" in text
    assert "--constant bill_no" not in text
    assert "# CHECK: what is not certain" in text
    assert [each.split()[0] for each in asked_of(suggest(file))] == ["amount", "due_date", "bill_no"]


def test_without_a_header_letters_name_the_columns():
    file = table(["C1", "5.20"], ["C2", "7.20"], header=False)
    text = written(file, header_row=0, constants={"due_date": DUE, "description": "no"}, doubts=())
    assert yaml.safe_load(text) == {
        "header_row": 0,
        "columns": {"customer_no": "A", "amount": "B"},
        "constants": {"due_date": DUE, "description": "no"},
    }
    assert "# bill_no: no column holds it" in text


def test_nothing_is_certain():
    assert "columns: {}" in written(table(["甲"], ["x"]))


def test_months():
    file = table(["客户编号", "1月", "2月", "金额"], ["C1", "5", "6", "11"])
    without = suggest(file)
    assert asked_of(without)[-1] == "year: the titles of the months have none"
    assert asked_of(replace(without, constants={"year": "2030"}, doubts=())) == []
    assert "CHECK year" in written(file)
    for year, said in (("2030", 2030), ("next", "next")):
        given = yaml.safe_load(written(file, constants={"year": year, "due_date": DUE}))
        assert (given["months"]["year"], given["constants"].keys()) == (said, {"due_date"})
    known = table(["客户编号", "1月", "2月", "金额"], ["C1", "5", "6", "11"], year=2030)
    assert yaml.safe_load(written(known)) == {
        "columns": {"customer_no": "客户编号"},
        "months": {"columns": ["1月", "2月"], "period": "{year}-{month}", "year": 2030},
        "ignore": ["金额"],
    }
    assert asked_of(replace(suggest(known), doubts=())) == []
    text = written(table(["客户编号", "2030-01", "2030-02"], ["C1", "5", "6"]))
    assert "year:" not in text.replace('"{year}', "")
    assert "CHECK year" not in text


def test_tables_side_by_side_are_named_by_letters():
    titles, row = ["客户编号", "金额", ""], ["C1", "5", ""]
    text = written(table(titles + titles[:2], row + row[:2]))
    assert yaml.safe_load(text) == {
        "tables": [
            {"columns": {"customer_no": "A", "amount": "B"}},
            {"columns": {"customer_no": "D", "amount": "E"}},
        ]
    }
    assert "# CHECK due_date" in text


@pytest.mark.parametrize("title", ["no", "a: b", "#1", '"', "\u200b", "😀", "- x", "3", "1月"])
def test_any_title_is_read_back_as_it_is(title):
    file = table(["客户编号", title], ["C1", "5"])
    text = written(file, choices=[Choice("amount", 1, Phrase("\x1b why"))], doubts=())
    assert yaml.safe_load(text)["columns"] == {"amount": title}
    assert "\x1b" not in text


def test_a_title_that_is_there_twice_says_less_than_a_letter():
    file = table(["收费", "收 费", "甲"], ["1", "2", "x"])
    assert [column_name(each, file) for each in file.columns] == ["A", "B", "甲"]


def test_a_constant_that_the_file_says_has_its_reason():
    file = table(["客户编号", "金额"], ["C1", "5"], due_date=Stated(DUE, 2))
    assert '  due_date: "2030-12-31"  # row 2 outside the table says so\n' in written(file)


def test_comments_are_in_the_reader_s_language():
    file = table(["客户编号", "金额"], ["C1", "5"], due_date=Stated(DUE, 2))
    proposal = suggest(file)
    text = proposal_text(
        proposal, file, about=Phrase("x"), header_row=None, rows=1, say=lambda words: words.template.upper()
    )
    assert "# ROW {ROW} OUTSIDE THE TABLE SAYS SO" in text
    assert yaml.safe_load(text) == yaml.safe_load(written(file))


def test_a_key_that_yaml_reads_as_no_is_quoted():
    file = table(["房号", "金额", "截止日"], ["1-101", "5", DUE])
    wanted = [replace(each, key="no") if each.is_input else each for each in file.wanted]
    text = written(replace(file, wanted=wanted, groups=[frozenset({"no"})]))
    assert yaml.safe_load(text)["columns"]["no"] == "房号"


def test_the_order_of_days_is_written():
    file = table(["单号", "客户编号", "金额", "截止日"], ["B1", "C1", "5", "25/12/2030"])
    assert yaml.safe_load(written(file))["dates"] == "DMY"
