"""What a merchant's own people are told, they are told in their language, or in the one that they ask for."""

import inspect

import pytest

from offline_collect.app.cli.commands import (
    bills_import,
    bills_maintain,
    bills_paid_at_office,
    bills_read,
    customers_import,
    customers_maintain,
    customers_read,
    reports,
    templates,
)
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
