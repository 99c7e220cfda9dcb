"""The commands: what they do, print and refuse, and with which exit code."""

import datetime as dt
import json
import sqlite3
from dataclasses import replace

import pytest
import yaml

from offline_collect.app.config.schemas import Schemas
from offline_collect.domain.effects import Effects
from offline_collect.store import StoreSettings, open_store
from tests.app.cli.notices import OF_NOTIFY
from tests.store.postings import PAYMENT
from tests.support.tree import ROOT

SAMPLES = ROOT / "samples"
SCHOOL = SAMPLES / "school"
INIT = ("init", "--business-date", "2026-11-22", "--yes")
SUBCOMMANDS = [
    ["init"],
    *(["merchant", verb] for verb in ("add", "list", "show", "suspend", "resume", "set", "close")),
    *(["form", verb] for verb in ("publish", "show", "history", "preview", "check")),
    *(
        [*each.split()]
        for each in ("customers import", "bills import", "bills show", "debit resolve", "store restored")
    ),
    *(["template", kind] for kind in ("customers", "bills")),
    *(["imports", verb] for verb in ("list", "show", "release", "reject", "undo")),
    *(["mandates", verb] for verb in ("list", "show", "sign", "suspend", "resume", "cancel")),
    *(["mapping", verb] for verb in ("list", "show", "forget")),
    *([report] for report in ("details", "statement")),
    *(["payments", verb] for verb in ("show", "find")),
    *(["day", verb] for verb in ("show", "calendar", "cutover", "reconcile", "settle", "settlement")),
    *(["day", verb] for verb in ("tellers", "count", "voucher", "statements", "run")),
    *(
        [*each.split()]
        for each in ("recon ingest", "recon show", "recon resolve", "settle write", "settle list")
    ),
    *(["user", verb] for verb in ("add", "set", "disable", "password", "list")),
    *(["organisation", verb] for verb in ("add", "list")),
    *(["files", verb] for verb in ("layouts", "check", "watch")),
    *(["settle", verb] for verb in ("show", "ingest", "retry")),
    *(["notify", *each.split()] for each in OF_NOTIFY),
    *(["debit", verb] for verb in ("export", "retry", "write", "list", "show", "cancel", "ingest", "return")),
    *(["audit", verb] for verb in ("show", "verify")),
    *(["dialect", verb] for verb in ("list", "show", "check", "try", "from-jpos")),
    *(["message", verb] for verb in ("decode", "encode")),
    *(["config", verb] for verb in ("show", "check")),
    *([each] for each in ("status", "serve", "console", "demo", "samples", "bench", "verify")),
]


@pytest.fixture
def bank(prepared):
    """A store with its first day."""
    return prepared(INIT)


@pytest.fixture
def school(prepared):
    """A store with its first day and the sample school with its customers and bills."""
    return prepared(
        INIT,
        ("merchant", "add", SCHOOL / "merchant.yaml"),
        ("form", "publish", "SCHOOL01", SCHOOL / "form.yaml"),
        ("customers", "import", "SCHOOL01", SCHOOL / "customers.csv"),
        ("bills", "import", "SCHOOL01", SCHOOL / "bills.csv"),
    )


@pytest.mark.parametrize("command", SUBCOMMANDS, ids=" ".join)
def test_every_command_explains_itself_and_takes_a_configuration(done, command):
    shown = done(*command, "--help")
    assert "Usage:" in shown
    assert "--help" in shown
    if command not in (["demo"], ["bench"], ["dialect", "from-jpos"]):
        assert "--config" in shown


def test_help_names_every_command(done):
    shown = done("--help")
    for command in SUBCOMMANDS:
        assert f" {command[0]} " in shown


@pytest.mark.parametrize("group", sorted({command[0] for command in SUBCOMMANDS if len(command) > 1}))
def test_a_group_alone_shows_its_help(cli, group):
    result = cli(group)
    assert "Usage:" in result.output
    assert result.exit_code == 2


@pytest.mark.parametrize(
    "arguments",
    [["nonsense"], ["merchant", "nonsense"], ["init", "--nonsense"], ["init", "--business-date", "tomorrow"]],
)
def test_wrong_usage_is_exit_2(refused, arguments):
    assert "Error" in refused(*arguments, code=2)


def test_the_version_is_told(done):
    assert done("--version").startswith("offline-collect ")


@pytest.mark.parametrize(
    "arguments",
    [
        ["--config", "other.yaml", "config", "show"],
        ["config", "--config", "other.yaml", "show"],
        ["config", "show", "--config", "other.yaml"],
        ["--config", "bank.yaml", "config", "show", "--config", "other.yaml"],
    ],
)
def test_the_configuration_may_be_named_anywhere(done, tmp_path, arguments):
    (tmp_path / "other.yaml").write_text("links: [{name: other}]", encoding="utf-8")
    shown = done(*arguments)
    assert shown.startswith(f"# {tmp_path}/other.yaml\n")
    assert yaml.safe_load(shown)["links"][0]["name"] == "other"


def test_the_environment_names_the_configuration_else_the_shipped_one_is_taken(done, monkeypatch, tmp_path):
    assert done("config", "show").startswith(f"# {tmp_path}/bank.yaml\n")
    monkeypatch.delenv("OFFLINE_COLLECT_CONFIG")
    assert "config/sqlite.yaml" in done("config", "show").partition("\n")[0]


def test_a_wrong_configuration_is_exit_2_with_its_path(refused, tmp_path):
    (tmp_path / "bank.yaml").write_text("links: [{dialect: foo}]", encoding="utf-8")
    known = ", ".join(Schemas().dialect_names())
    said = f"Error: {tmp_path}/bank.yaml: links[0].dialect: no dialect foo: there are {known}\n"
    assert refused("merchant", "list", code=2) == said


def test_passwords_are_not_shown(done):
    shown = done("config", "show", env={"OFFLINE_COLLECT__DATABASE__URL": "postgresql://u:hunter2@h/d"})
    assert "postgresql://u:***@h/d" in shown
    assert "hunter2" not in shown


def test_init_makes_a_store_once(done, refused, tmp_path):
    assert "business day 2026-11-22 is open" in done("init", "--business-date", "2026-11-22", "--yes")
    assert (tmp_path / "bank.db").is_file()
    assert "2026-11-22 is open, as before" in done("init")
    assert "2026-11-22 is open, as before" in done("init", "--business-date", "2026-11-22", "--yes")
    assert "the store has business days already: 2026-11-22 is open" in refused(
        "init", "--business-date", "2026-11-23", "--yes"
    )


def test_without_a_store_commands_say_so(refused, tmp_path):
    assert f"there is no store at {tmp_path}/bank.db: run offline-collect init" in refused("merchant", "list")


def test_a_store_that_cannot_be_made_is_refused(refused, tmp_path):
    (tmp_path / "file").touch()
    reason = refused("init", env={"OFFLINE_COLLECT__DATABASE__URL": "sqlite:///file/bank.db"})
    assert reason == f"Error: the store {tmp_path}/file/bank.db cannot be made: not a directory\n"


def test_a_store_that_cannot_be_reached_is_refused_without_its_password(refused):
    url = "postgresql://u:hunter2@127.0.0.1:1/d"
    reason = refused("merchant", "list", env={"OFFLINE_COLLECT__DATABASE__URL": url})
    assert reason.startswith("Error: ")
    assert "hunter2" not in reason


def test_a_merchant_is_added_listed_shown_suspended_and_resumed(bank, done, refused):
    file = SCHOOL / "merchant.yaml"
    assert done("merchant", "list").startswith("there is no merchant yet: `offline-collect merchant add")
    assert done("merchant", "add", file) == "merchant SCHOOL01 阳光小学: added\n"
    assert done("merchant", "add", file) == "merchant SCHOOL01 阳光小学: unchanged\n"
    assert "阳光小学" in done("merchant", "list")
    shown = yaml.safe_load(done("merchant", "show", "SCHOOL01"))
    assert (shown["id"], shown["status"], shown["settlement_account"][-4:]) == ("SCHOOL01", "ACTIVE", "0002")
    assert done("merchant", "suspend", "SCHOOL01") == "merchant SCHOOL01 is SUSPENDED\n"
    assert done("merchant", "suspend", "SCHOOL01") == "merchant SCHOOL01 is SUSPENDED, as before\n"
    assert done("merchant", "resume", "SCHOOL01") == "merchant SCHOOL01 is ACTIVE\n"
    assert "there is no merchant NOBODY" in refused("merchant", "suspend", "NOBODY")


def test_changing_a_merchant_has_to_be_meant(bank, done, refused, tmp_path):
    done("merchant", "add", SCHOOL / "merchant.yaml")
    text = (SCHOOL / "merchant.yaml").read_text(encoding="utf-8").replace("阳光小学", "阳光中学")
    (tmp_path / "merchant.yaml").write_text(text, encoding="utf-8")
    assert "--replace changes it" in refused("merchant", "add", "merchant.yaml")
    assert done("merchant", "add", "merchant.yaml", "--replace") == "merchant SCHOOL01 阳光中学: changed\n"


def test_a_wrong_merchant_yaml_is_refused_with_file_and_path(bank, refused, tmp_path):
    (tmp_path / "merchant.yaml").write_text("id: M1\nid: M2", encoding="utf-8")
    assert (
        refused("merchant", "add", "merchant.yaml")
        == "Error: merchant.yaml, line 2: the key id is there twice\n"
    )
    (tmp_path / "merchant.yaml").write_text("id: M1\nname: n\ntrade: t\nnotices: 1", encoding="utf-8")
    assert refused("merchant", "add", "merchant.yaml") == (
        "Error: merchant.yaml: settlement_account: is missing\nError: merchant.yaml: notices: must be true or false,"
        " or say so for paid, reversed and debit_failed each\n"
    )


def test_a_form_is_published_and_shown(bank, done, refused):
    done("merchant", "add", SCHOOL / "merchant.yaml")
    assert "SCHOOL01 has no payment form" in refused("form", "show", "SCHOOL01")
    publish = ("form", "publish", "SCHOOL01", SCHOOL / "form.yaml")
    assert done(*publish) == "form of SCHOOL01, version 1: published\n"
    assert done(*publish) == "form of SCHOOL01, version 1: unchanged\n"
    shown = yaml.safe_load(done("form", "show", "SCHOOL01", "--version", "1"))
    assert (shown["version"], shown["inputs"][0]["label"]) == (1, "学号")
    assert "no payment form of version 2" in refused("form", "show", "SCHOOL01", "--version", "2")


@pytest.mark.parametrize(
    ("folder", "merchant", "ending"),
    [("school", "SCHOOL01", "csv"), ("water", "WATER001", "xlsx"), ("estate", "ESTATE01", "csv")],
)
def test_every_sample_is_taken_whole(bank, done, folder, merchant, ending):
    done("merchant", "add", SAMPLES / folder / "merchant.yaml")
    done("form", "publish", merchant, SAMPLES / folder / "form.yaml")
    assert ", 0 refused" in done("customers", "import", merchant, SAMPLES / folder / f"customers.{ending}")
    bills = SAMPLES / folder / f"bills.{ending}"
    assert "0 changed, 0 unchanged, 0 refused" in done("bills", "import", merchant, bills)
    assert "unchanged" in done("bills", "import", merchant, bills)
    assert " 0 new, 0 changed, " in done("bills", "import", merchant, bills, "--again")


def test_bad_rows_are_a_table_and_nothing_is_imported(school, cli, done, tmp_path):
    text = "bill_no,学号,amount,due_date\nX1,2026030117,-1.00,2026-11-30\nX2,123,1.00,2026-11-31\n"
    (tmp_path / "bad.csv").write_text(text, encoding="utf-8")
    result = cli("bills", "import", "SCHOOL01", "bad.csv")
    assert result.exit_code == 1
    assert "bad.csv: nothing was imported: 2 problems in 2 rows" in result.stderr
    assert "is negative" in result.stdout
    assert "\x1b" not in result.output
    assert cli("bills", "show", "SCHOOL01", "X1").exit_code == 1


def test_a_card_number_in_a_wrong_column_is_not_shown(school, cli, tmp_path):
    text = "bill_no,学号,amount,due_date\nX1,2026030117,1.00,6225881234561234\n"
    (tmp_path / "bad.csv").write_text(text, encoding="utf-8")
    result = cli("bills", "import", "SCHOOL01", "bad.csv")
    assert "nothing was imported: 1 problem in 1 row;" in result.stderr
    assert "***" in result.stdout
    assert "6225881234561234" not in result.output


def test_a_file_that_is_not_there_is_refused(school, refused):
    assert "nowhere.csv: cannot be read" in refused("bills", "import", "SCHOOL01", "nowhere.csv")


def test_a_bill_is_shown_with_what_it_owes_and_the_name_to_those_who_may_see_it(school, done, refused):
    shown = yaml.safe_load(done("bills", "show", "SCHOOL01", "S2026-11-0001"))
    assert (shown["state"], shown["payable"], shown["payments"]) == ("OPEN", "123.45", [])
    assert shown["customer"]["name"] == "王建明"
    done("user", "add", "eve", "--role", "AUDITOR")
    masked = yaml.safe_load(done("bills", "show", "SCHOOL01", "S2026-11-0001", "--as", "eve"))
    assert masked["customer"]["name"] == "王*明"
    assert "SCHOOL01 has no bill NONE" in refused("bills", "show", "SCHOOL01", "NONE")


def test_a_payment_is_shown_with_its_bill(school, done, tmp_path):
    posted_at = dt.datetime(2026, 11, 22, 1, 30, 11, tzinfo=dt.UTC)
    payment = replace(PAYMENT, bill_no="S2026-11-0001", amount_minor=12345, posted_at=posted_at)
    store = open_store(StoreSettings(f"sqlite:///{tmp_path / 'bank.db'}"))
    session = store.write_session()
    session.begin()
    session.write([Effects(payments=(payment,))])
    session.commit()
    session.close()
    store.dispose()
    (shown,) = yaml.safe_load(done("bills", "show", "SCHOOL01", "S2026-11-0001"))["payments"]
    assert (shown["serial_number"], shown["state"]) == (PAYMENT.serial_number, PAYMENT.state.value)
    assert (shown["amount"], shown["tender"], shown["posted_at"]) == (
        "123.45",
        "CARD",
        "2026-11-22 09:30:11+08:00",
    )


def test_a_form_that_reads_inputs_otherwise_asks_for_the_customers_again(school, done, tmp_path):
    text = (SCHOOL / "form.yaml").read_text(encoding="utf-8")
    (tmp_path / "form.yaml").write_text(text.replace("[trim, half_width]", "[trim]"), encoding="utf-8")
    shown = done("form", "publish", "SCHOOL01", "form.yaml")
    assert "version 2: published\n学号: written in another way now; import the customers again" in shown


def test_of_many_bad_rows_with_one_cause_the_first_are_named(school, cli, tmp_path):
    rows = "".join(f"X{number}1,2026030117,-1.00,2026-11-30\n" for number in range(103))
    (tmp_path / "bad.csv").write_text("bill_no,学号,amount,due_date\n" + rows, encoding="utf-8")
    shown = cli("bills", "import", "SCHOOL01", "bad.csv").stdout
    assert " 103  2, 3, 4, 5, 6, …  C amount  -1.00" in shown


def test_a_day_is_cut_once_and_names_what_it_closes(bank, done, refused):
    cut = ("day", "cutover", "--date", "2026-11-22", "--next", "2026-11-23")
    assert done(*cut) == "business day 2026-11-22 is closed; 2026-11-23 is open\n"
    assert done(*cut) == "business day 2026-11-22 is closed already; 2026-11-23 is open\n"
    days = [line.split()[:2] for line in done("day", "show").splitlines()[1:]]
    assert days == [["2026-11-23", "OPEN"], ["2026-11-22", "CUT"]]
    assert "2026-11-30 cannot be closed: 2026-11-23 is open" in refused(
        "day", "cutover", "--date", "2026-11-30"
    )
    assert "must be later than 2026-11-23" in refused("day", "cutover", "--next", "2026-11-23", code=2)


def test_verify_tells_whether_the_store_is_whole(school, cli, done, tmp_path):
    assert "the store is whole" in done("verify")
    assert json.loads(done("verify", "--json"))["whole"] is True
    _run_sql(
        tmp_path / "bank.db", "UPDATE bills SET paid_principal_minor = 5 WHERE bill_no = 'S2026-11-0001'"
    )
    assert cli("verify").exit_code == 1
    result = cli("verify", "--json")
    report = json.loads(result.stdout)
    assert (result.exit_code, report["whole"], report["counts"]["2"]) == (1, False, 1)
    assert report["findings"][0]["subject"] == "SCHOOL01 S2026-11-0001"


def _run_sql(file, statement):
    connection = sqlite3.connect(file)
    with connection:
        connection.execute(statement)
    connection.close()


@pytest.mark.parametrize("dialect", ["ascii", "bcd"])
def test_golden_messages_are_encoded_and_decoded(done, tmp_path, dialect):
    vectors = yaml.safe_load((ROOT / "tests" / "vectors" / f"{dialect}.yaml").read_text(encoding="utf-8"))
    (tmp_path / "vectors.yaml").write_text(yaml.safe_dump(vectors, allow_unicode=True), encoding="utf-8")
    encoded = done("message", "encode", "vectors.yaml", "--dialect", dialect, "--tpdu", "6000010002").split()
    assert encoded == [vector["frame"] for vector in vectors]
    for vector in vectors:
        assert done("message", "decode", vector["frame"], "--dialect", dialect).startswith(
            f"{vector['mti']} ("
        )


def test_messages_come_from_standard_input_too(done):
    text = 'mti: "0800"\nelements: {7: "1122093001", 11: "000002", 70: "301"}\n'
    encoded = done("message", "encode", input=text)
    assert done("message", "decode", input=encoded).startswith("0800 (network management request)\nDE 7 ")


def test_what_is_no_message_is_refused(refused):
    assert "cannot be read as dialect ascii: MTI" in refused("message", "decode", "00")
    assert "no dialect foo" in refused("message", "decode", "--dialect", "foo", "00")
    assert "cannot be read" in refused("message", "encode", "nowhere.yaml")
