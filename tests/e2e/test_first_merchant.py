"""A clerk and a second person take a new merchant from Excel to its first payment, with a browser alone."""

from pathlib import Path

from sqlalchemy import select

from offline_collect.store import StoreSettings, open_store
from offline_collect.store.schema.tables import payments
from tests.app.cli.passwords import put_password
from tests.e2e.first_merchant import CHECKER, CLERK, FIRST_PASSWORD, MERCHANT, PERSON, Walk
from tests.e2e.forked import command
from tests.e2e.serving import serving, write_config
from tests.e2e.test_console import console

QUARTER_S = 15 * 60
"""What typing, clicking and reading may take in all, at the pace of a person; the machine's time is not in it."""

ROLES = {CLERK: ("OPERATOR", "MAKER"), CHECKER: ("CHECKER",)}


def prepared(folder: Path) -> Path:
    """Return the configuration of a new platform with two users and no merchant."""
    config = write_config(folder, f"sqlite:///{folder}/bank.db")
    password = folder / put_password(folder, f"{FIRST_PASSWORD}\n")
    commands = [("init",)] + [
        (
            "user",
            "add",
            name,
            *(word for role in roles for word in ("--role", role)),
            "--password-file",
            str(password),
        )
        for name, roles in ROLES.items()
    ]
    for line in commands:
        done = command(config, *line)
        assert done.returncode == 0, done.stderr
    return config


def test_a_new_merchants_first_payment_needs_a_browser_alone(tmp_path, chromium):
    config = prepared(tmp_path)
    with serving(config) as server, console(config) as address:
        walk = Walk(chromium, address, server.port, tmp_path)
        said = walk.walk()
    assert "109.00" in said
    store = open_store(StoreSettings(f"sqlite:///{tmp_path}/bank.db"))
    with store.snapshot() as reading:
        columns = payments.c.merchant_id, payments.c.amount_minor, payments.c.state
        assert [tuple(row) for row in reading.connection.execute(select(*columns))] == [
            (MERCHANT, 10_900, "APPROVED")
        ]
    store.dispose()
    assert {step.who for step in walk.steps} == {CLERK, CHECKER, "payer"}
    assert sum(step.at(PERSON) for step in walk.steps) < QUARTER_S
