"""Backups of stores with the databases' own tools, as docs/operating.md describes them."""

import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

from sqlalchemy.engine import make_url

from offline_collect.store.database.connection import sqlite_path
from tests.databases.postgresql import find_binaries


def back_up(url: str, copy: Path) -> None:
    """Write a backup of a store that may be in use."""
    path = sqlite_path(make_url(url))
    if path is None:
        _run("pg_dump", "--format=custom", f"--file={copy}", url)
        return
    with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(copy)) as target:
        source.backup(target)
    copy.chmod(0o600)


def restore(url: str, copy: Path) -> None:
    """Restore a backup in place, also under open connections."""
    path = sqlite_path(make_url(url))
    if path is None:
        _run("pg_restore", "--clean", "--if-exists", "--single-transaction", str(copy), url)
        return
    with closing(sqlite3.connect(copy)) as source, closing(sqlite3.connect(path)) as target:
        source.backup(target)


def _run(program: str, *arguments: str) -> None:
    *options, url = arguments
    binaries = find_binaries()
    assert binaries is not None, "the database runs, so its programs are there"
    address = make_url(url)
    where = [
        f"--host={address.query['host']}",
        f"--username={address.username}",
        f"--dbname={address.database}",
    ]
    subprocess.run([str(binaries / program), *where, *options], check=True, capture_output=True)
