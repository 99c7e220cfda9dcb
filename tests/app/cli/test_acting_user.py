"""The acting user of a command, and what that user's roles allow."""

import json
import sqlite3
from contextlib import closing

import pytest

from offline_collect.app.cli.main import app
from tests.app.cli.passwords import put_password
from tests.support.tree import ROOT

SCHOOL = ROOT / "samples" / "school"


@pytest.fixture
def bank(prepared, done, monkeypatch, tmp_path):
    """A store with a school and a user of each role; the system user has ended."""
    monkeypatch.delenv("OFFLINE_COLLECT_AS", raising=False)
    prepared(
        ("init", "--business-date", "2026-11-22", "--yes"),
        ("merchant", "add", SCHOOL / "merchant.yaml"),
        *(("user", "add", role.lower(), "--role", role) for role in ("MAKER", "CHECKER", "AUDITOR", "ADMIN")),
    )
    put_password(tmp_path)
    return done


def last_who(done):
    return done("audit", "show", "--last", "1", "--as", "auditor").split("  ")[2]


@pytest.mark.parametrize(
    "arguments",
    [
        ["--as", "admin", "merchant", "suspend", "SCHOOL01"],
        ["merchant", "--as", "admin", "suspend", "SCHOOL01"],
        ["merchant", "suspend", "SCHOOL01", "--as", "admin"],
        ["--as", "maker", "merchant", "suspend", "SCHOOL01", "--as", "admin"],
    ],
)
def test_the_name_may_be_given_anywhere_and_the_last_counts(bank, arguments):
    bank(*arguments)
    assert last_who(bank) == "admin"


def test_the_environment_names_who_acts_and_the_command_line_comes_before_it(bank, refused, monkeypatch):
    monkeypatch.setenv("OFFLINE_COLLECT_AS", "auditor")
    assert "auditor may not register and change merchants" in refused("merchant", "suspend", "SCHOOL01")
    bank("merchant", "suspend", "SCHOOL01", "--as", "admin")
    assert last_who(bank) == "admin"


def test_without_a_name_the_system_user_acts_until_there_is_an_admin(prepared, done, refused, monkeypatch):
    monkeypatch.delenv("OFFLINE_COLLECT_AS", raising=False)
    prepared(("init", "--business-date", "2026-11-22", "--yes"))
    lone = "no user could approve the requests of anna"
    assert lone in refused("user", "add", "anna", "--role", "ADMIN")
    done("user", "add", "bob", "--role", "CHECKER")
    done("user", "add", "dan", "--role", "CHECKER")
    done("user", "add", "anna", "--role", "ADMIN")
    ended = (
        "system ended with the first admin: name yourself by --as; `--break-glass REASON` lets it act anyway"
    )
    assert ended in refused("user", "list")
    assert ended in refused("user", "list", "--as", "system")
    done("user", "disable", "anna", "--as", "anna")
    assert ended in refused("user", "list"), "a disabled ADMIN brings it not back"


@pytest.mark.parametrize("arguments", [["--as", "", "merchant", "list"], ["merchant", "list", "--as", " "]])
def test_an_empty_name_is_wrong_usage(bank, refused, arguments):
    assert "must name a user" in refused(*arguments, code=2)


def test_a_name_that_is_nobodys_and_one_that_is_disabled_are_refused(bank, refused):
    assert refused("merchant", "list", "--as", "bob") == (
        "Error: there is no user bob: `offline-collect user list` shows them all, `user add` adds one\n"
    )
    assert bank("user", "disable", "maker", "--as", "admin") == "user maker: changed\n"
    assert "Error: the user maker is disabled" in refused("merchant", "list", "--as", "maker")
    bank("user", "set", "maker", "--enable", "--as", "admin")
    bank("approvals", "approve", "1", "--as", "checker")
    assert "SCHOOL01" in bank("merchant", "list", "--as", "maker")


CHANGES = {
    ("merchant", "add", SCHOOL / "merchant.yaml"): "MAINTAIN_MERCHANTS",
    ("merchant", "set", "SCHOOL01", "name=x"): "MAINTAIN_MERCHANTS",
    ("merchant", "suspend", "SCHOOL01"): "MAINTAIN_MERCHANTS",
    ("merchant", "resume", "SCHOOL01"): "MAINTAIN_MERCHANTS",
    ("merchant", "close", "SCHOOL01"): "MAINTAIN_MERCHANTS",
    ("form", "publish", "SCHOOL01", SCHOOL / "form.yaml"): "PUBLISH_FORMS",
    ("user", "add", "bob", "--role", "ADMIN"): "MAINTAIN_USERS",
    ("user", "set", "checker", "--role", "ADMIN"): "MAINTAIN_USERS",
    ("user", "disable", "checker"): "MAINTAIN_USERS",
    ("user", "password", "checker", "--password-file", "password"): "MAINTAIN_USERS",
    ("day", "cutover"): "CUTOVER",
    ("day", "count", "2026-11-22", "T007", "1", "--institution", "12345678"): "CUTOVER",
    ("day", "reconcile", "2026-11-22"): "RECONCILE",
    ("day", "settle", "2026-11-22"): "SETTLE",
    ("recon", "ingest", "fep.dat"): "RECONCILE",
    ("recon", "resolve", "1", "--reason", "x"): "RECONCILE",
    ("settle", "ingest", "result.dat"): "SETTLE",
    ("settle", "retry", "S20261122000001-1", "--reason", "x"): "SETTLE",
    ("settle", "write", "S20261122000001", "-o", "."): "SETTLE",
    ("debit", "resolve", "20261122000001", "1", "--refused", "--reason", "x"): "DEBIT",
    ("notify", "run", "--once"): "NOTIFY",
    ("notify", "retry", "PAID:1"): "NOTIFY",
    ("notify", "cancel", "PAID:1", "--reason", "x"): "NOTIFY",
    ("notify", "remind"): "NOTIFY",
    ("notify", "template", "add", "SCHOOL01", "--kind", "paid", "--text", "x"): "NOTIFY",
    ("notify", "template", "submit", "1"): "NOTIFY",
    ("notify", "reply", "13800001234", "TD"): "NOTIFY",
    ("notify", "optout", "add", "SCHOOL01", "--mobile", "13800001234"): "NOTIFY",
    ("notify", "optout", "remove", "SCHOOL01", "--mobile", "13800001234"): "NOTIFY",
}


@pytest.mark.parametrize("arguments", CHANGES, ids=lambda words: " ".join(words[:2]))
@pytest.mark.parametrize("role", ["maker", "checker", "auditor"])
def test_what_a_role_does_not_allow_is_refused_and_leaves_no_trace(bank, refused, role, arguments):
    trail = bank("audit", "show", "--as", "admin")
    said = refused(*arguments, "--as", role)
    assert said.startswith(f"Error: {role} may not ")
    assert f"({CHANGES[arguments]}): that takes the role ADMIN" in said
    assert bank("audit", "show", "--as", "admin") == trail


@pytest.mark.parametrize(
    "arguments",
    [["merchant", "list"], ["merchant", "show", "SCHOOL01"], ["user", "list"], ["day", "show"], ["verify"]],
    ids=" ".join,
)
@pytest.mark.parametrize("role", ["admin", "maker", "checker", "auditor"])
def test_everybody_may_look(bank, role, arguments):
    assert bank(*arguments, "--as", role)


@pytest.mark.parametrize(
    ("role", "allowed"), [("auditor", True), ("admin", True), ("maker", False), ("checker", False)]
)
@pytest.mark.parametrize("command", ["show", "verify"])
def test_the_audit_is_for_auditors(cli, bank, role, allowed, command):
    assert (cli("audit", command, "--as", role).exit_code == 0) is allowed


AS_ADMIN = ("--as", "admin")


def test_users_are_listed_with_their_roles_and_when_they_were_added(bank):
    asked = bank("user", "add", "张伟", "--role", "maker", "--role", "Auditor", *AS_ADMIN)
    assert asked == "asked: approval 1 waits for another user (offline-collect approvals approve 1)\n"
    bank("approvals", "approve", "1", "--as", "checker")
    bank("user", "disable", "张伟", *AS_ADMIN)
    lines = bank("user", "list", *AS_ADMIN).splitlines()
    assert lines[1].split() == ["system", "ADMIN", "ended"]
    name, *roles, state, day, time = lines[-1].split()
    assert (name, roles, state) == ("张伟", ["AUDITOR", "MAKER"], "disabled")
    assert f"{day} {time}".endswith("+08:00")


@pytest.mark.parametrize(("first", "second"), [("CHECKER", "MAKER"), ("ADMIN", "MERCHANT")])
def test_users_of_before_whose_roles_exclude_each_other_keep_both_and_are_named(bank, done, first, second):
    with closing(sqlite3.connect("bank.db")) as connection, connection:
        connection.execute(f"UPDATE users SET roles = '{first},{second}' WHERE name = 'maker'")
    assert done("user", "list", *AS_ADMIN).splitlines()[-1] == (
        f"maker has {first} and {second}, which exclude each other: `offline-collect user set` gives one of them"
    )


def test_changing_a_user_says_whether_anything_changed(bank, refused):
    assert "asked: approval 1 waits" in bank("user", "set", "maker", "--role", "CHECKER", *AS_ADMIN)
    bank("approvals", "approve", "1", "--as", "checker")
    assert bank("user", "set", "maker", "--role", "CHECKER", *AS_ADMIN) == "user maker: unchanged\n"
    assert "nothing to change" in refused("user", "set", "maker", code=2)
    assert "contradict" in refused("user", "set", "maker", "--os-account", "m", "--no-os-account", code=2)
    assert "there is a user maker already" in refused("user", "add", "maker", "--role", "ADMIN", *AS_ADMIN)
    assert "is the system user and cannot change" in refused("user", "disable", "system", *AS_ADMIN)
    refused("user", "add", "bob", code=2)
    both = ("--role", "MAKER", "--role", "CHECKER")
    assert "exclude each other" in refused("user", "add", "bob", *both, *AS_ADMIN)
    refused("user", "add", "bob", "--role", "KING", code=2)


@pytest.fixture
def account(monkeypatch):
    """Run the commands from an account of the operating system."""

    def account(name):
        monkeypatch.setattr("offline_collect.app.wiring.backoffice_session.os_account", lambda: name)

    return account


@pytest.fixture
def mapped(prepared, done, account, monkeypatch):
    """A store whose users have accounts of the operating system, except one."""
    monkeypatch.delenv("OFFLINE_COLLECT_AS", raising=False)
    account("root")
    prepared(
        ("init", "--business-date", "2026-11-22", "--yes"),
        ("user", "add", "eve", "--role", "AUDITOR"),
        ("user", "add", "dan", "--role", "OPERATOR"),
        ("user", "add", "carl", "--role", "CHECKER", "--os-account", "carl.c"),
        ("user", "add", "anna", "--role", "ADMIN", "--os-account", "anna.a"),
    )
    return done


def test_an_account_acts_as_its_own_user(mapped, account, refused):
    account("carl.c")
    assert "carl may not register" in refused("merchant", "suspend", "SCHOOL01")
    told = refused("merchant", "list", "--as", "anna")
    assert "carl may not act as another user (ACT_AS): that takes the role ADMIN; leave `--as` and" in told
    assert "`--as NAME` names a user" not in told, "that is what was refused"
    assert mapped("merchant", "list", "--as", "carl")


def test_an_account_that_may_acts_as_another_user_and_both_are_audited(mapped, account, refused):
    account("anna.a")
    assert "there is no user bob" in refused("merchant", "list", "--as", "bob")
    mapped("day", "cutover", "--as", "dan")
    assert "  dan (through anna)  day cutover 2026-11-22" in mapped("audit", "show", "--last", "1")


def test_who_acts_as_two_users_is_one_person(mapped, account, refused):
    account("anna.a")
    mapped("user", "add", "fay", "--role", "MAKER")
    assert "asked for by the same person (anna)" in refused("approvals", "approve", "1", "--as", "carl")
    account("carl.c")
    mapped("approvals", "approve", "1")


def test_an_account_that_is_nobody_s_acts_as_nobody_once_another_one_is_somebody_s(mapped, account, refused):
    account("root")
    assert "system ended" in refused("merchant", "list")
    assert "the account root of this machine belongs to no user" in refused("merchant", "list", "--as", "eve")


def test_breaking_the_glass_acts_alone_with_an_alarm(mapped, account, done, refused, caplog):
    account("root")
    assert "the reason is blank" in refused("--break-glass", " ", "user", "list")
    glass = ("--break-glass", "both admins are ill")
    assert done(*glass, "user", "add", "fay", "--role", "ADMIN") == "user fay: ADMIN\n"
    assert [record.levelname for record in caplog.records] == ["CRITICAL"]
    assert "ill" not in caplog.text
    account("anna.a")
    alarm, added = map(json.loads, done("audit", "show", "--json", "--last", "2").splitlines())
    assert (alarm["who"], alarm["what"]) == ("system", "alarm break-glass")
    assert alarm["after"] == {"reason": "both admins are ill", "account": "root"}
    assert (added["who"], added["what"]) == ("system", "user add fay")


def commands(group, path=()):
    for name in sorted(group.commands):
        command = group.get_command(None, name)
        if hasattr(command, "commands"):
            yield from commands(command, (*path, name))
        else:
            yield (*path, name), command


def test_every_command_that_opens_the_store_takes_a_name_and_no_flag_shows_a_type(done):
    from typer.main import get_command  # noqa: PLC0415 - only this test looks inside

    without = {
        ("init",),
        ("serve",),
        ("console",),
        ("demo",),
        ("samples",),
        ("bench",),
        ("config", "show"),
        ("config", "check"),
    }
    without |= {("files", name) for name in ("layouts", "check")}
    without |= {("message", name) for name in ("encode", "reference")}
    without |= {("dialect", name) for name in ("list", "show", "check", "try", "from-jpos")}
    found = dict(commands(get_command(app)))
    takes = {path for path, command in found.items() if any("--as" in param.opts for param in command.params)}
    assert takes == set(found) - without
    assert "<bool>" not in done("merchant", "add", "--help")
