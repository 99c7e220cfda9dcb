"""`status` from the command line."""

import json

import yaml

from tests.support.tree import ROOT

SCHOOL = ROOT / "samples" / "school"


def test_the_store_the_day_and_what_waits_are_shown_and_that_no_server_is_asked(prepared, done, tmp_path):
    prepared(
        ("init", "--business-date", "2026-11-22", "--yes"),
        ("merchant", "add", SCHOOL / "merchant.yaml"),
        ("merchant", "set", "SCHOOL01", "maker_checker=true"),
        ("form", "publish", "SCHOOL01", SCHOOL / "form.yaml"),
        ("user", "add", "maker", "--role", "MAKER"),
        ("customers", "import", "SCHOOL01", SCHOOL / "customers.csv", "--as", "maker"),
    )
    shown = yaml.safe_load(done("status"))
    assert shown["configuration"] == f"{tmp_path}/bank.yaml"
    assert shown["store"] == f"sqlite:///{tmp_path}/bank.db"
    assert shown["business_day"].startswith("2026-11-22, open since 20")
    assert shown["business_day"].endswith("+08:00")
    (waiting,) = shown["waiting_imports"]
    assert waiting.startswith("1: customers of SCHOOL01, customers.csv, by maker at 20")
    assert shown["waiting_approvals"] == 0
    assert shown["server"] == "not asked: metrics.listen is null"
    assert json.loads(done("status", "--json")) == shown


def test_counts_do_not_stop_without_a_word(prepared, done, monkeypatch, tmp_path):
    monkeypatch.setattr("offline_collect.merchant.access.view_status.MOST", 1)
    prepared(
        ("init", "--business-date", "2026-11-22", "--yes"),
        ("merchant", "add", SCHOOL / "merchant.yaml"),
        ("merchant", "set", "SCHOOL01", "maker_checker=true"),
        ("form", "publish", "SCHOOL01", SCHOOL / "form.yaml"),
        ("user", "add", "maker", "--role", "MAKER"),
        ("user", "add", "other", "--role", "MAKER"),
        ("user", "add", "checker", "--role", "CHECKER"),
        ("user", "add", "admin", "--role", "ADMIN"),
        ("customers", "import", "SCHOOL01", SCHOOL / "customers.csv", "--as", "maker"),
        ("user", "set", "maker", "--role", "OPERATOR", "--as", "admin"),
    )
    shown = yaml.safe_load(done("status", "--as", "admin"))
    assert (len(shown["waiting_imports"]), shown["waiting_approvals"]) == (1, 1)
    done("user", "set", "checker", "--role", "AUDITOR", "--as", "admin")
    header, pupil, *_ = (SCHOOL / "customers.csv").read_text(encoding="gb18030").splitlines()
    more = tmp_path / "more.csv"
    more.write_text(f"{header}\n{pupil.replace('2026', '2099').replace('XY', 'XZ')}\n", encoding="gb18030")
    done("customers", "import", "SCHOOL01", more, "--as", "other")
    shown = yaml.safe_load(done("status", "--as", "admin"))
    assert shown["waiting_approvals"] == "more than 1"
    assert shown["waiting_imports"][1].startswith("… and more: offline-collect imports list --state WAITING")


def test_what_the_running_server_says_is_shown_with_commands_that_can_be_copied(
    prepared, done, tmp_path, monkeypatch
):
    prepared(("init", "--business-date", "2026-11-22", "--yes"))
    heard = {"version": "1", "last_errors": ["run offline-collect init"]}
    monkeypatch.setattr(
        "offline_collect.app.cli.commands.status.ask_server", lambda _: ("ready\na note", heard)
    )
    server = yaml.safe_load(done("status", "--config", "bank.yaml"))["server"]
    assert server["ready"] == ["ready", "a note"]
    assert server["last_errors"] == [f"run offline-collect --config {tmp_path}/bank.yaml init"]
