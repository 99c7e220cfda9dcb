"""Only its owner can read a SQLite store, for any umask, unless a group is named."""

import grp
import os
import sqlite3
import stat
from contextlib import closing, contextmanager

import pytest

from offline_collect.store import NotPrivateError, StoreSettings, open_store, upgrade
from offline_collect.store.database.errors import UnavailableError

GROUP = grp.getgrgid(os.getegid()).gr_name


@contextmanager
def umask(mask):
    before = os.umask(mask)
    try:
        yield
    finally:
        os.umask(before)


def mode(path):
    return stat.S_IMODE(path.stat().st_mode)


def modes(folder):
    return {path.name: oct(mode(path)) for path in folder.iterdir()}


def settings_of(path, group=None):
    return StoreSettings(f"sqlite:///{path}", group=group)


@pytest.fixture
def store(tmp_path):
    """A new store, in folders that were made for it."""
    path = tmp_path / "var" / "bank" / "store.db"
    with umask(0):
        upgrade(settings_of(path))
    return path


def test_a_new_store_its_folders_and_its_journals_are_its_owners_alone(store, tmp_path):
    assert modes(store.parent) == {"store.db": "0o600"}
    assert [oct(mode(folder)) for folder in (store.parent, tmp_path / "var")] == ["0o700", "0o700"]
    with umask(0):
        opened = open_store(settings_of(store))
        with opened.transaction() as tx:
            tx.connection.exec_driver_sql("UPDATE serial_counters SET next_number = 2")
        assert modes(store.parent) == dict.fromkeys(("store.db", "store.db-wal", "store.db-shm"), "0o600")
        opened.dispose()


def test_a_rollback_journal_is_its_owners_alone(store):
    with umask(0), closing(sqlite3.connect(store)) as connection:
        connection.execute("PRAGMA journal_mode=DELETE")
        connection.execute("UPDATE serial_counters SET next_number = 2")
        assert modes(store.parent) == {"store.db": "0o600", "store.db-journal": "0o600"}


def test_a_folder_that_was_there_stays_as_its_owner_wants_it(tmp_path):
    tmp_path.chmod(0o755)
    upgrade(settings_of(tmp_path / "store.db"))
    assert mode(tmp_path) == 0o755


@pytest.mark.parametrize("open_mode", [0o644, 0o640, 0o604, 0o660, 0o602])
def test_a_store_that_others_can_read_is_refused_with_the_command_that_mends_it(store, open_mode):
    store.chmod(open_mode)
    for refused in (upgrade, open_store):
        with pytest.raises(NotPrivateError, match=rf"chmod 600 {store}`.*store\.group"):
            refused(settings_of(store))
    store.chmod(0o600)
    open_store(settings_of(store)).dispose()


@pytest.mark.parametrize("journal", ["-wal", "-shm", "-journal"])
def test_a_journal_that_others_can_read_is_refused_too(store, journal):
    left = store.with_name(f"store.db{journal}")
    left.touch()
    left.chmod(0o644)
    with pytest.raises(NotPrivateError, match=f"chmod 600 {left}`"):
        open_store(settings_of(store))


def test_a_group_that_is_named_shares_the_store_and_what_sqlite_makes_beside_it(tmp_path):
    path = tmp_path / "bank" / "store.db"
    with umask(0o077):
        upgrade(settings_of(path, GROUP))
        assert (mode(path), mode(path.parent)) == (0o660, 0o2770)
        opened = open_store(settings_of(path, GROUP))
        with opened.transaction() as tx:
            tx.connection.exec_driver_sql("UPDATE serial_counters SET next_number = 2")
        assert set(modes(path.parent).values()) == {"0o660"}
        assert {file.stat().st_gid for file in path.parent.iterdir()} == {os.getegid()}
        opened.dispose()
    path.chmod(0o640)
    open_store(settings_of(path, GROUP)).dispose()


def test_with_a_group_all_others_stay_out(tmp_path):
    path = tmp_path / "bank" / "store.db"
    upgrade(settings_of(path, GROUP))
    path.chmod(0o664)
    with pytest.raises(NotPrivateError, match=f"chgrp {GROUP} {path} && chmod 660 {path}`"):
        open_store(settings_of(path, GROUP))
    path.chmod(0o660)
    path.parent.chmod(0o770)
    with pytest.raises(NotPrivateError, match=f"chmod 2770 {path.parent}`"):
        open_store(settings_of(path, GROUP))
    path.parent.chmod(0o2770)
    with pytest.raises(NotPrivateError, match=r"chmod 600 .*store\.group"):
        open_store(settings_of(path))


def test_a_group_that_there_is_not_is_refused(tmp_path):
    with pytest.raises(NotPrivateError, match=r"store\.group: this machine has no group nosuch"):
        upgrade(settings_of(tmp_path / "store.db", "nosuch"))
    assert not list(tmp_path.iterdir())


def test_a_store_that_cannot_be_made_is_refused(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(UnavailableError, match="cannot be made: not a directory"):
        upgrade(settings_of(tmp_path / "file" / "store.db"))
    with pytest.raises(UnavailableError, match="cannot be made: file name too long"):
        upgrade(settings_of(tmp_path / ("x" * 300)))
