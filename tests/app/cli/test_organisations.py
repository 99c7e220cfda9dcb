"""Two banks: no command of one bank's user finds, names or changes anything of the other bank."""

from contextlib import closing
from pathlib import Path

import pytest
import yaml
from typer.main import get_command

from offline_collect.app.cli.main import app
from offline_collect.domain.decide import decide
from offline_collect.domain.decisions.deciding import Context
from offline_collect.domain.facts import Facts
from offline_collect.store import StoreSettings, open_store
from tests.fakes.bank import NOON, TERMS
from tests.messages.commands import Terminal
from tests.store.teller import load
from tests.support.tree import ROOT

SAMPLES = ROOT / "samples"
SCHOOL = SAMPLES / "school"
PUPIL = ("--input", "学号=2026039001")
BILL = ("--amount", "120", "--due-date", "2026-11-30")
SECRETS = (
    "SCHOOL01",
    "阳光小学",
    "BANK2",
    "West",
    "BR2",
    "赵小雨",
    "C9",
    "H1",
    "bella",
    "bert",
    "benno",
    "fep-w",
)
"""Arguments that name something of the other bank."""


def suspend(merchant, bill):
    """Take 120.00 for a bill that does not exist; return the payment's serial number."""
    advice = Terminal().advice(NOON, merchant, bill, 12_000)
    store = open_store(StoreSettings("sqlite:///bank.db"))
    with closing(store.write_session()) as session:
        context = Context(NOON, session.reserve_numbers(2), TERMS)
        facts = Facts(session.begin())
        load(session, [advice], facts)
        answer, effects = decide(advice, facts, context)
        session.write([effects])
        session.commit()
    store.dispose()
    return answer.values["serial_number"]


LINES = [
    ("init", "--business-date", "2026-11-22", "--yes"),
    ("organisation", "add", "BANK2", "--name", "West Bank"),
    ("organisation", "add", "BR2", "--name", "West branch", "--kind", "branch", "--under", "BANK2"),
    ("merchant", "add", SAMPLES / "estate" / "merchant.yaml"),
    ("merchant", "add", SCHOOL / "merchant.yaml", "--organisation", "BR2"),
    ("form", "publish", "SCHOOL01", SCHOOL / "form.yaml"),
    ("customers", "add", "SCHOOL01", "C9", "--name", "赵小雨", "--mobile", "13800001234", *PUPIL),
    ("bills", "add", "SCHOOL01", "H1", *BILL, *PUPIL),
    ("customers", "import", "SCHOOL01", SCHOOL / "customers.csv"),
    ("user", "add", "bert", "--role", "MERCHANT", "--organisation", "BR2", "--merchant", "SCHOOL01"),
    ("user", "add", "mei", "--role", "MERCHANT", "--merchant", "ESTATE01"),
    ("user", "add", "cleo", "--role", "CHECKER", "--organisation", "GROUP"),
    ("user", "add", "gus", "--role", "ADMIN", "--organisation", "GROUP"),
    ("--break-glass", "x", "user", "add", "anna", "--role", "ADMIN", "--organisation", "BANK"),
    ("--break-glass", "x", "user", "add", "bella", "--role", "ADMIN", "--organisation", "BANK2"),
    ("user", "add", "benno", "--role", "MAKER", "--as", "bella"),
]


@pytest.fixture
def serial(prepared, monkeypatch):
    """Two banks; the serial number of money in suspense of the second one's school.

    Unless another user is named, gus of the group acts. Bella's request is approval 1.
    """
    prepared(*LINES)
    monkeypatch.setenv("OFFLINE_COLLECT_AS", "gus")
    config = Path("bank.yaml")
    text = config.read_text(encoding="utf-8")
    config.write_text(text.replace(LINK, f"{LINK}, {OTHER_LINK}") + KEYS, encoding="utf-8")
    return suspend("SCHOOL01", "GONE")


LINK = '{name: fep-1, listen: "127.0.0.1:0"}'
OTHER_LINK = '{name: fep-w, listen: "127.0.0.1:0", organisation: BR2, mac: aes-cmac}'
KEYS = "keys: {master_key_file: master.key}\n"

REACHING = {
    ("approvals", "approve"): ("<APPROVAL>",),
    ("approvals", "reject"): ("<APPROVAL>",),
    ("approvals", "show"): ("<APPROVAL>",),
    ("approvals", "withdraw"): ("<APPROVAL>",),
    ("bills", "add"): ("<MERCHANT>", "N1", *BILL, "--customer", "C9"),
    ("bills", "find"): ("<MERCHANT>",),
    ("bills", "import"): ("<MERCHANT>", SCHOOL / "bills.csv"),
    ("bills", "set"): ("<MERCHANT>", "H1", "--amount", "1"),
    ("bills", "settle-outside"): ("<MERCHANT>", "H1", "--reference", "R-1"),
    ("bills", "show"): ("<MERCHANT>", "H1"),
    ("bills", "withdraw"): ("<MERCHANT>", "H1", "--reason", "x"),
    ("customers", "add"): ("<MERCHANT>", "C1", "--name", "x", *PUPIL),
    ("customers", "find"): ("<MERCHANT>",),
    ("customers", "import"): ("<MERCHANT>", SCHOOL / "customers.csv"),
    ("customers", "set"): ("<MERCHANT>", "C9", "--name", "x"),
    ("customers", "show"): ("<MERCHANT>", "C9"),
    ("details",): ("<MERCHANT>", "2026-11-22", "--out", "out.xlsx"),
    ("form", "check"): ("<MERCHANT>",),
    ("form", "history"): ("<MERCHANT>",),
    ("form", "preview"): ("<MERCHANT>",),
    ("form", "publish"): ("<MERCHANT>", SCHOOL / "form.yaml"),
    ("form", "show"): ("<MERCHANT>",),
    ("imports", "reject"): ("<IMPORT>",),
    ("imports", "release"): ("<IMPORT>",),
    ("imports", "show"): ("<IMPORT>",),
    ("imports", "undo"): ("<IMPORT>", "--reason", "x"),
    ("keys", "export"): ("<LINK>",),
    ("keys", "generate"): ("<LINK>",),
    ("keys", "import"): ("<LINK>", "kek", "--component", "1"),
    ("keys", "rotate"): ("<LINK>",),
    ("mapping", "forget"): ("<MERCHANT>", "1"),
    ("mapping", "list"): ("<MERCHANT>",),
    ("mapping", "show"): ("<MERCHANT>", "1"),
    ("merchant", "close"): ("<MERCHANT>",),
    ("merchant", "resume"): ("<MERCHANT>",),
    ("merchant", "set"): ("<MERCHANT>", "name=x"),
    ("merchant", "show"): ("<MERCHANT>",),
    ("merchant", "suspend"): ("<MERCHANT>",),
    ("organisation", "add"): ("BR3", "--name", "x", "--kind", "BRANCH", "--under", "<ORGANISATION>"),
    ("payments", "show"): ("<SERIAL>",),
    ("statement",): ("<MERCHANT>", "2026-11-22..2026-11-22", "--out", "out.xlsx"),
    ("suspense", "apply"): ("<SERIAL>", "H1", "--reason", "x"),
    ("suspense", "refund"): ("<SERIAL>", "--reason", "x"),
    ("template", "bills"): ("<MERCHANT>", "out.xlsx"),
    ("template", "customers"): ("<MERCHANT>", "out.xlsx"),
    ("user", "add"): ("new", "--role", "MERCHANT", "--merchant", "<MERCHANT>"),
    ("user", "disable"): ("<USER>",),
    ("user", "set"): ("<USER>", "--role", "AUDITOR"),
}
"""Commands that name something, and how they name something of the other bank."""

LISTING = [
    ("approvals", "list"),
    ("audit", "show"),
    ("audit", "verify"),
    ("imports", "list"),
    ("keys", "list"),
    ("merchant", "list"),
    ("organisation", "list"),
    ("payments", "find", "--from", "2026-11-22"),
    ("status",),
    ("suspense", "list"),
    ("user", "list"),
]
"""Commands that list things."""

OF_ALL_BANKS = [("day", "cutover"), ("keys", "init"), ("keys", "rewrap"), ("store", "restored"), ("verify",)]
"""Commands for those who see the whole store."""

ELSEWHERE = {("day", "calendar"), ("day", "show"), ("merchant", "add"), ("message", "decode")}
"""Commands that show nothing of merchants in the store; and ``merchant add``, which has a test of its own."""


def commands(group, path=()):
    for name in sorted(group.commands):
        command = group.get_command(None, name)
        if hasattr(command, "commands"):
            yield from commands(command, (*path, name))
        elif any("--as" in parameter.opts for parameter in command.params):
            yield (*path, name)


def test_every_command_that_opens_the_store_is_tried_here():
    listing = {each[: each.index("--from")] if "--from" in each else each for each in LISTING}
    tried = {*REACHING, *listing, *OF_ALL_BANKS, *ELSEWHERE}
    assert set(commands(get_command(app))) == tried


@pytest.mark.parametrize("name", ["anna", "mei"])
@pytest.mark.parametrize("command", REACHING, ids=" ".join)
def test_what_is_another_bank_s_is_as_if_it_were_not_there(serial, cli, command, name):
    there = {
        "<MERCHANT>": "SCHOOL01",
        "<IMPORT>": "1",
        "<APPROVAL>": "1",
        "<SERIAL>": serial,
        "<ORGANISATION>": "BANK2",
        "<USER>": "bella",
        "<LINK>": "fep-w",
    }
    absent = {
        "<MERCHANT>": "NOSUCH01",
        "<IMPORT>": "9",
        "<APPROVAL>": "9",
        "<SERIAL>": serial[:-4] + "9999",
        "<ORGANISATION>": "BANK9",
        "<USER>": "nobody",
        "<LINK>": "fep-9",
    }
    said = []
    for names in (there, absent):
        arguments = [names.get(each, each) for each in REACHING[command]]
        result = cli(*command, *arguments, "--as", name)
        assert result.exit_code == 1, result.output
        text = result.output
        for key in set(names) & set(REACHING[command]):
            text = text.replace(names[key], key)
        said.append(text)
    assert said[0] == said[1]


@pytest.mark.parametrize("name", ["anna", "mei"])
@pytest.mark.parametrize("command", LISTING, ids=" ".join)
def test_what_is_listed_names_nothing_of_another_bank(serial, cli, command, name):
    told = cli(*command, "--as", name).output
    assert [word for word in (*SECRETS, serial) if word in told] == []


@pytest.mark.parametrize(
    "command", [each for each in LISTING if each[0] not in {"audit", "keys", "status"}], ids=" ".join
)
def test_the_group_lists_them_all(serial, done, command):
    told = done(*command)
    assert any(word in told for word in (*SECRETS, serial))


@pytest.mark.parametrize("command", OF_ALL_BANKS, ids=" ".join)
def test_what_concerns_all_banks_is_refused_to_users_of_one(serial, refused, done, command):
    yes = ["--yes"] if command == ("day", "cutover") else []
    assert "it concerns all banks" in refused(*command, *yes, "--as", "anna")


def test_users_see_what_is_theirs(serial, done):
    assert "ESTATE01" in done("merchant", "list", "--as", "anna")
    assert "ESTATE01" in done("merchant", "list", "--as", "mei")
    assert yaml.safe_load(done("merchant", "show", "SCHOOL01", "--as", "bella"))["organisation"] == "BR2"
    assert "赵小雨" in done("customers", "find", "SCHOOL01", "--number", "C9", "--as", "bert")
    assert serial in done("suspense", "list", "--as", "bella")
    assert "bert" in done("user", "list", "--as", "bella")
    assert "merchant add SCHOOL01" in done("audit", "show", "--merchant", "SCHOOL01", "--as", "bella")
    assert "organisation add BR2" in done("audit", "show", "--as", "bella")
    assert done("organisation", "list", "--as", "bella").split()[4:] == [
        *("BANK2", "BANK", "West", "Bank", "GROUP"),
        *("BR2", "BRANCH", "West", "branch", "BANK2"),
    ]


def test_what_a_user_adds_belongs_to_his_own(serial, done, refused):
    done("merchant", "add", SAMPLES / "water" / "merchant.yaml", "--as", "bella")
    for number in (1, 2):
        done("approvals", "approve", number, "--as", "cleo")
    assert yaml.safe_load(done("merchant", "show", "WATER001"))["organisation"] == "BANK2"
    assert "BANK2" in next(line for line in done("user", "list").splitlines() if line.startswith("benno "))
    assert "no organisation BANK;" in refused(
        "user", "add", "max", "--role", "MAKER", "--organisation", "BANK", "--as", "bella"
    )


def test_ids_that_another_bank_has_are_taken_and_no_more_is_said(serial, refused):
    add = ("merchant", "add", SCHOOL / "merchant.yaml", "--as", "anna")
    assert refused(*add) == "Error: there is a merchant SCHOOL01 already\n"
    assert refused(*add, "--replace") == "Error: there is a merchant SCHOOL01 already\n"
    assert "there is a user bella already" in refused(
        "user", "add", "bella", "--role", "MAKER", "--as", "anna"
    )
    assert "the organisation id BR2 is taken" in refused(
        "organisation", "add", "BR2", "--name", "x", "--kind", "BRANCH", "--as", "anna", "--under", "BANK"
    )


def test_a_merchant_belongs_to_a_bank_or_branch_for_good(serial, refused, done):
    water = ("merchant", "add", SAMPLES / "water" / "merchant.yaml")
    assert "GROUP is the group" in refused(*water, "--organisation", "GROUP")
    assert "no organisation NONE;" in refused(*water, "--organisation", "NONE")
    school = ("merchant", "add", SCHOOL / "merchant.yaml")
    assert "unchanged" in done(*school, "--organisation", "BR2")
    assert "belongs to BR2" in refused(*school, "--replace", "--organisation", "BANK")


def test_merchants_go_with_the_role_merchant(serial, refused, done):
    assert "goes with the role MERCHANT" in refused("user", "add", "x", "--role", "MERCHANT")
    assert "goes with the role MERCHANT" in refused(
        "user", "add", "x", "--role", "MAKER", "--merchant", "ESTATE01"
    )
    assert "which is not in BANK" in refused(
        "user", "set", "mei", "--merchant", "ESTATE01", "--merchant", "SCHOOL01"
    )
    done("user", "set", "mei", "--organisation", "GROUP", "--merchant", "ESTATE01", "--merchant", "SCHOOL01")
    done("approvals", "approve", 2, "--as", "cleo")
    assert "ESTATE01 SCHOOL01" in done("user", "list")
    done("user", "set", "mei", "--role", "MAKER")
    done("approvals", "approve", 3, "--as", "cleo")
    assert "ESTATE01 SCHOOL01" not in done("user", "list")


def test_a_store_of_one_bank_says_no_word_of_it(prepared, done):
    prepared(
        LINES[0],
        ("merchant", "add", SCHOOL / "merchant.yaml"),
        ("user", "add", "carl", "--role", "CHECKER"),
        ("user", "add", "otto", "--role", "OPERATOR"),
    )
    for command in (("merchant", "list"), ("merchant", "show", "SCHOOL01"), ("user", "list")):
        told = done(*command)
        assert [word for word in ("rganisation", "BANK", "GROUP") if word in told] == []
    assert done("merchant", "list", "--as", "otto") == done("merchant", "list")
    assert "the store is whole" in done("verify", "--as", "otto")
    assert "is open" in done("day", "cutover", "--yes", "--as", "otto")
