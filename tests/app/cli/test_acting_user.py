"""In whose name a command runs, and what his roles allow him."""

import pytest

from offline_collect.app.cli.main import app
from tests.support.tree import ROOT

SCHOOL = ROOT / "samples" / "school"


@pytest.fixture
def bank(prepared, done, monkeypatch):
    """A store with a school and a user of each role."""
    monkeypatch.delenv("OFFLINE_COLLECT_AS", raising=False)
    prepared(
        ("init", "--business-date", "2026-11-22", "--yes"),
        ("merchant", "add", SCHOOL / "merchant.yaml"),
        *(("user", "add", role.lower(), "--role", role) for role in ("ADMIN", "MAKER", "CHECKER", "AUDITOR")),
    )
    return done


def last_who(done):
    return done("audit", "show", "--last", "1").split("  ")[2]


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


def test_without_a_name_the_system_user_acts_whoever_acted_before(bank):
    bank("merchant", "suspend", "SCHOOL01", "--as", "admin")
    bank("merchant", "resume", "SCHOOL01")
    assert last_who(bank) == "system"


@pytest.mark.parametrize("arguments", [["--as", "", "merchant", "list"], ["merchant", "list", "--as", " "]])
def test_an_empty_name_is_wrong_usage(bank, refused, arguments):
    assert "must name a user" in refused(*arguments, code=2)


def test_a_name_that_is_nobodys_and_one_that_is_disabled_are_refused(bank, refused):
    assert refused("merchant", "list", "--as", "bob") == (
        "Error: there is no user bob: `offline-collect user list` shows them all, `user add` adds one\n"
    )
    bank("user", "disable", "maker")
    assert "Error: the user maker is disabled" in refused("merchant", "list", "--as", "maker")
    bank("user", "set", "maker", "--enable")
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
    ("day", "cutover"): "CUTOVER",
}


@pytest.mark.parametrize("arguments", CHANGES, ids=lambda words: " ".join(words[:2]))
@pytest.mark.parametrize("role", ["maker", "checker", "auditor"])
def test_what_a_role_does_not_allow_is_refused_and_leaves_no_trace(bank, refused, role, arguments):
    trail = bank("audit", "show")
    said = refused(*arguments, "--as", role)
    assert said.startswith(f"Error: {role} may not ")
    assert f"({CHANGES[arguments]}): that takes the role ADMIN" in said
    assert bank("audit", "show") == trail


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


def test_users_are_listed_with_their_roles_and_when_they_were_added(bank):
    bank("user", "add", "张伟", "--role", "maker", "--role", "Auditor")
    bank("user", "disable", "张伟")
    lines = bank("user", "list").splitlines()
    assert lines[1].split() == ["system", "ADMIN", "always", "there"]
    name, *roles, state, day, time = lines[-1].split()
    assert (name, roles, state) == ("张伟", ["AUDITOR", "MAKER"], "disabled")
    assert f"{day} {time}".endswith("+08:00")


def test_changing_a_user_says_whether_anything_changed(bank, refused):
    assert bank("user", "set", "maker", "--role", "CHECKER") == "user maker: changed\n"
    assert bank("user", "set", "maker", "--role", "CHECKER") == "user maker: unchanged\n"
    assert "nothing to change" in refused("user", "set", "maker", code=2)
    assert "there is a user maker already" in refused("user", "add", "maker", "--role", "ADMIN")
    assert "always there, always ADMIN" in refused("user", "disable", "system")
    refused("user", "add", "bob", code=2)
    assert "exclude each other" in refused("user", "add", "bob", "--role", "MAKER", "--role", "CHECKER")
    refused("user", "add", "bob", "--role", "KING", code=2)


def commands(group, path=()):
    for name in sorted(group.commands):
        command = group.get_command(None, name)
        if hasattr(command, "commands"):
            yield from commands(command, (*path, name))
        else:
            yield (*path, name), command


def test_every_command_that_opens_the_store_takes_a_name_and_no_flag_shows_a_type(done):
    from typer.main import get_command  # noqa: PLC0415 - only this test looks inside

    without = {("init",), ("serve",), ("demo",), ("bench",), ("config", "show")}
    without |= {("message", name) for name in ("decode", "encode", "reference")}
    found = dict(commands(get_command(app)))
    takes = {path for path, command in found.items() if any("--as" in param.opts for param in command.params)}
    assert takes == set(found) - without
    assert "<bool>" not in done("merchant", "add", "--help")
