"""Two banks: no command of one bank's user finds, names or changes anything of the other bank."""

from pathlib import Path

import pytest
import yaml
from typer.main import get_command

from offline_collect.app.cli.main import app
from tests.app.cli.debit_batches import NO_RESULT, NO_RETURNS, RESULT, RETURNS
from tests.app.cli.notices import NO_NOTICE, NOTICE
from tests.app.cli.passwords import put_password
from tests.app.cli.payout_run import NO_PAYOUT, NO_RUN, PAYOUT, RUN
from tests.app.cli.two_banks import BILL, LINES, PUPIL, SAMPLES, SCHOOL, two_banks

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


@pytest.fixture
def serial(prepared, images, tmp_path, monkeypatch):
    """Two banks; the serial number of money in suspense of the second one's school.

    Unless another user is named, gus of the group acts. Bella's request is approval 1.
    """
    serial = two_banks(prepared, images, tmp_path / "bank.db")
    monkeypatch.setenv("OFFLINE_COLLECT_AS", "gus")
    put_password(tmp_path)
    config = Path("bank.yaml")
    text = config.read_text(encoding="utf-8")
    config.write_text(text.replace(LINK, f"{LINK}, {OTHER_LINK}") + KEYS, encoding="utf-8")
    return serial


LINK = '{name: fep-1, listen: "127.0.0.1:0"}'
OTHER_LINK = '{name: fep-w, listen: "127.0.0.1:0", organisation: BR2, mac: aes-cmac}'
KEYS = "keys: {master_key_file: master.key}\n"

REACHING = {
    **{("approvals", verb): ("<APPROVAL>",) for verb in ("approve", "reject", "show", "withdraw")},
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
    ("debit", "cancel"): ("<BATCH>", "--yes"),
    ("debit", "export"): ("<MERCHANT>", "--institution", "8801", "-o", "."),
    ("debit", "ingest"): ("<RESULT>",),
    ("debit", "resolve"): ("<BATCH>", "1", "--refused", "--reason", "x"),
    ("debit", "retry"): ("<MERCHANT>", "--institution", "8801", "-o", "."),
    ("debit", "return"): ("<RETURNS>",),
    ("debit", "show"): ("<BATCH>",),
    ("debit", "write"): ("<BATCH>", "-o", "."),
    ("details",): ("<MERCHANT>", "2026-11-22", "--out", "out.xlsx"),
    **{("form", verb): ("<MERCHANT>",) for verb in ("check", "history", "preview", "show")},
    ("form", "publish"): ("<MERCHANT>", SCHOOL / "form.yaml"),
    **{("imports", verb): ("<IMPORT>",) for verb in ("reject", "release", "show")},
    ("imports", "undo"): ("<IMPORT>", "--reason", "x"),
    ("keys", "export"): ("<LINK>",),
    ("keys", "generate"): ("<LINK>",),
    ("keys", "import"): ("<LINK>", "kek", "--component", "1"),
    ("keys", "rotate"): ("<LINK>",),
    ("mandates", "cancel"): ("<MERCHANT>", "M1", "--reason", "x"),
    ("mandates", "list"): ("<MERCHANT>",),
    ("mandates", "resume"): ("<MERCHANT>", "M1", "--reason", "x"),
    ("mandates", "show"): ("<MERCHANT>", "M1"),
    ("mandates", "sign"): ("<MERCHANT>", "M1", "--signed-on", "2026-11-01"),
    ("mandates", "suspend"): ("<MERCHANT>", "M1", "--reason", "x"),
    ("mapping", "forget"): ("<MERCHANT>", "1"),
    ("mapping", "list"): ("<MERCHANT>",),
    ("mapping", "show"): ("<MERCHANT>", "1"),
    **{("merchant", verb): ("<MERCHANT>",) for verb in ("close", "resume", "show", "suspend")},
    ("merchant", "set"): ("<MERCHANT>", "name=x"),
    **{("notify", verb): ("<NOTICE>",) for verb in ("retry", "show")},
    ("notify", "preview"): ("<MERCHANT>", "H1"),
    ("notify", "template", "add"): ("<MERCHANT>", "--kind", "paid", "--text", "x"),
    **{("notify", "template", verb): ("<TEMPLATE>",) for verb in ("approve", "show", "submit")},
    ("notify", "template", "reject"): ("<TEMPLATE>", "--reason", "x"),
    ("notify", "numbers"): ("<MERCHANT>",),
    ("notify", "confirm-number"): ("<MERCHANT>", "C9"),
    **{("notify", "optout", verb): ("<MERCHANT>", "--mobile", "13800001234") for verb in ("add", "remove")},
    ("notify", "optout", "list"): ("<MERCHANT>",),
    ("notify", "consent", "add"): (
        *("<MERCHANT>", "C9", "--given-at", "2026-11-01"),
        *("--how", "x", "--proof", "x"),
    ),
    ("notify", "consent", "withdraw"): ("<MERCHANT>", "C9"),
    ("notify", "consent", "list"): ("<MERCHANT>",),
    ("notify", "cancel"): ("<NOTICE>", "--reason", "x"),
    ("organisation", "add"): ("BR3", "--name", "x", "--kind", "BRANCH", "--under", "<ORGANISATION>"),
    ("payments", "show"): ("<SERIAL>",),
    **{("settle", verb): ("<RUN>",) for verb in ("ingest", "show")},
    ("settle", "retry"): ("<PAYOUT>", "--reason", "x"),
    ("settle", "write"): ("<RUN>", "-o", "."),
    ("statement",): ("<MERCHANT>", "2026-11-22..2026-11-22", "--out", "out.xlsx"),
    ("suspense", "apply"): ("<SERIAL>", "H1", "--reason", "x"),
    ("suspense", "refund"): ("<SERIAL>", "--reason", "x"),
    ("template", "bills"): ("<MERCHANT>", "out.xlsx"),
    ("template", "customers"): ("<MERCHANT>", "out.xlsx"),
    ("user", "add"): ("new", "--role", "MERCHANT", "--merchant", "<MERCHANT>"),
    ("user", "disable"): ("<USER>",),
    ("user", "password"): ("<USER>", "--password-file", "password"),
    ("user", "set"): ("<USER>", "--role", "AUDITOR"),
}
"""Commands that name something, and how they name something of the other bank."""

LISTING = [
    ("approvals", "list"),
    ("audit", "show"),
    ("audit", "verify"),
    ("debit", "list"),
    ("imports", "list"),
    *((group, "list") for group in ("keys", "merchant", "notify", "organisation")),
    ("notify", "template", "list"),
    ("payments", "find", "--from", "2026-11-22"),
    ("status",),
    ("settle", "list"),
    ("suspense", "list"),
    ("user", "list"),
]
"""Commands that list things."""

OF_ALL_BANKS = {
    ("day", "cutover"): ("--yes",),
    **{("day", each): ("2026-11-22",) for each in ("reconcile", "settle", "settlement", "tellers")},
    ("day", "statements"): ("2026-11-22", "--out", "."),
    ("day", "run"): (),
    ("day", "count"): ("2026-11-22", "T007", "1", "--institution", "12345678"),
    **{("keys", verb): () for verb in ("init", "rewrap")},
    ("notify", "remind"): (),
    ("notify", "run"): ("--once",),
    ("notify", "reply"): ("13800001234", "TD"),
    ("notify", "optout", "unsubscribe"): ("x",),
    ("recon", "ingest"): ("fep.dat",),
    ("recon", "resolve"): ("1", "--reason", "x"),
    ("recon", "show"): (),
    ("store", "restored"): (),
    ("verify",): (),
}
"""Commands for those who see the whole store, with what they need."""

ELSEWHERE = {
    *(("day", verb) for verb in ("calendar", "show", "voucher")),
    ("files", "watch"),
    ("merchant", "add"),
    ("message", "decode"),
    ("notify", "stats"),
}
"""Commands that show nothing of merchants in the store, or numbers only: ``merchant add``, ``day voucher`` and
``notify stats`` have their own tests."""


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
        "<BATCH>": RESULT,
        "<RESULT>": RESULT,
        "<RETURNS>": RETURNS,
        "<RUN>": RUN,
        "<PAYOUT>": PAYOUT,
        "<NOTICE>": NOTICE,
        "<TEMPLATE>": "1",
    }
    absent = {
        "<MERCHANT>": "NOSUCH01",
        "<IMPORT>": "9",
        "<APPROVAL>": "9",
        "<SERIAL>": serial[:-4] + "9999",
        "<ORGANISATION>": "BANK9",
        "<USER>": "nobody",
        "<LINK>": "fep-9",
        "<BATCH>": NO_RESULT,
        "<RESULT>": NO_RESULT,
        "<RETURNS>": NO_RETURNS,
        "<RUN>": NO_RUN,
        "<PAYOUT>": NO_PAYOUT,
        "<NOTICE>": NO_NOTICE,
        "<TEMPLATE>": "9",
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
    assert "it concerns all banks" in refused(*command, *OF_ALL_BANKS[command], "--as", "anna")


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
