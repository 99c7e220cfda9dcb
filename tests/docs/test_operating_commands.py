"""The commands of docs/operating.md are run as they stand there: set-up, backup, restore, upgrade."""

import os
import re
import shutil
import subprocess
import sys

import pytest
from alembic import command
from sqlalchemy import create_engine, text

from offline_collect.store import StoreOutdatedError, StoreSettings, open_store, upgrade
from tests.databases.postgresql import find_binaries, running_server
from tests.store.schema.test_upgrade import migrate
from tests.store.teller import Teller
from tests.support.tree import ROOT

PAGE = (ROOT / "docs" / "operating.md").read_text(encoding="utf-8")
FILES = ROOT / "docs" / "operating"
FIRST_VERSION = "0001"


def block(before):
    """Return the commands that follow a sentence of the page."""
    assert PAGE.count(before) == 1, before
    return re.search(r"```sh\n(.*?)```", PAGE.split(before)[1], re.DOTALL)[1]


@pytest.fixture
def machine(tmp_path):
    """A folder in which the machine's own folders are, and a function that runs commands of the page in it."""
    for folder in ("lib", "backups", "bin"):
        (tmp_path / folder).mkdir(mode=0o700)
    binaries = find_binaries()
    program = tmp_path / "bin" / "offline-collect"
    program.write_text(
        f'#!/bin/sh\nexec {sys.executable} -c "from offline_collect.app.cli.main import main; main()" "$@"\n'
    )
    program.chmod(0o700)

    def run(commands, **variables):
        own = re.sub(r"^sudo (systemctl|/opt/\S*/pip) .*\n", "", commands, flags=re.MULTILINE)
        own = re.sub(r"\bsudo -u \S+ ", "", own)
        own = own.replace("/var/lib/offline-collect", str(tmp_path / "lib"))
        own = own.replace("/var/backups/offline-collect", str(tmp_path / "backups"))
        assert "sudo" not in own
        environment = {
            **os.environ,
            "PATH": os.pathsep.join(map(str, filter(None, (tmp_path / "bin", binaries, os.environ["PATH"])))),
            "PYTHONPATH": str(ROOT),
            "OFFLINE_COLLECT_CONFIG": str(tmp_path / "config.yaml"),
            **variables,
        }
        done = subprocess.run(
            ["/bin/bash", "-euo", "pipefail", "-c", own],
            cwd=FILES,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def configure(url):
        (tmp_path / "config.yaml").write_text(
            f"database: {{url: '{url}'}}\nlinks: [{{listen: '127.0.0.1:0'}}]\n"
        )
        return run

    return configure


def fill(url):
    """Make a store with the sample merchants and a payment; return its serial number."""
    upgrade(StoreSettings(url))
    store = open_store(StoreSettings(url))
    with Teller(store) as teller:
        _, answer = teller.pay("S2")
    store.dispose()
    return answer.values["serial_number"]


@pytest.fixture
def sqlite(machine, tmp_path):
    url = f"sqlite:///{tmp_path}/lib/offline-collect.db"
    return machine(url), fill(url), url


@pytest.fixture
def postgresql(machine):
    """A server of its own: roles belong to all databases of a server."""
    with running_server(find_binaries()) as server:
        libpq = {"PGHOST": str(server.folder), "PGUSER": "postgres", "PGDATABASE": "postgres"}
        url = f"postgresql+psycopg://offline_collect@/offline_collect?host={server.folder}"
        run = machine(url)
        yield server, (lambda commands, **more: run(commands, **libpq, **more)), url


def assert_restored(run, said, serial):
    assert "serial numbers go on in epoch 1" in said
    assert serial in run("offline-collect payments find --merchant SCHOOL01 --bill S2")


@pytest.mark.skipif(shutil.which("sqlite3") is None, reason="sqlite3 is not installed")
def test_sqlite_is_backed_up_online_and_restored(sqlite):
    run, serial, url = sqlite
    assert "the audit trail is whole" in run(block("SQLite, while the server runs:"))
    lose(url)
    assert_restored(run, run(block("SQLite, from an online backup:")), serial)


def test_sqlite_is_backed_up_by_copy_and_restored(sqlite):
    run, serial, url = sqlite
    run(block("SQLite, by a copy of the files of a stopped server:"))
    lose(url)
    assert_restored(
        run, run(block("SQLite, from copied files (`offline-collect.db` with its `-wal`):")), serial
    )


def lose(url):
    """Damage a store."""
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM payments"))
    engine.dispose()


@pytest.mark.postgresql
def test_postgresql_is_set_up_backed_up_and_restored(postgresql):
    server, run, url = postgresql
    run(block("### PostgreSQL\n"))
    serial = fill(url)
    backup = block("PostgreSQL, and the end of the audit trail with it:")
    assert "the audit trail is whole" in run(
        backup.replace("pg_dump ", "pg_dump --username=offline_collect_backup ")
    )
    lose(url)
    said = run(block("PostgreSQL, beside the damaged database, which keeps another name:"))
    assert_restored(run, said, serial)
    with server.connect() as connection:
        allowed = connection.execute(
            "SELECT rolname FROM pg_roles WHERE has_database_privilege(rolname, 'offline_collect', 'CONNECT')"
            " AND rolname NOT LIKE 'pg\\_%' ORDER BY 1"
        ).fetchall()
    assert [name for (name,) in allowed] == ["offline_collect", "offline_collect_backup", "postgres"]


@pytest.mark.postgresql
def test_postgresql_takes_the_lines_of_pg_hba(postgresql):
    server, _, _ = postgresql
    file = server.folder / "data" / "pg_hba.conf"
    file.write_text((FILES / "pg_hba.conf").read_text(encoding="utf-8") + file.read_text(encoding="utf-8"))
    with server.connect() as connection:
        wrong = connection.execute("SELECT error FROM pg_hba_file_rules WHERE error IS NOT NULL").fetchall()
        own = connection.execute(
            "SELECT auth_method FROM pg_hba_file_rules WHERE database = '{offline_collect}' ORDER BY line_number"
        ).fetchall()
    assert {why for (why,) in wrong} <= {"hostssl record cannot match because SSL is disabled"}
    assert [method for (method,) in own if method] == ["peer", "scram-sha-256", "reject", "reject"]


def test_sqlite_is_upgraded_from_the_first_version(sqlite):
    run, serial, url = sqlite
    assert_upgraded(run, url, serial)


@pytest.mark.postgresql
def test_postgresql_is_upgraded_from_the_first_version(postgresql):
    _, run, url = postgresql
    run(block("### PostgreSQL\n"))
    assert_upgraded(run, url, fill(url))


def assert_upgraded(run, url, serial):
    migrate(url, command.downgrade, FIRST_VERSION)
    with pytest.raises(StoreOutdatedError, match=f"version {FIRST_VERSION}"):
        open_store(StoreSettings(url))
    said = run(block("restore the backup.\n\n"))
    assert "the store is whole" in said
    assert serial in run("offline-collect payments find --merchant SCHOOL01 --bill S2")
