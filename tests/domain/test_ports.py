"""The cause that a store's error gives for commands that cannot be decided."""

import pytest

from offline_collect.domain.ports import (
    Cause,
    CommitUnknownError,
    ConflictError,
    LockTimeoutError,
    StoreError,
    UnavailableError,
)


@pytest.mark.parametrize("kind", [UnavailableError, CommitUnknownError])
def test_an_error_of_the_store_is_taken_for_one_that_cannot_be_reached_unless_it_says_more(kind):
    assert kind("the connection to the database was lost").cause is Cause.UNREACHABLE
    full = kind("SQLite: the disk is full", Cause.DISK_FULL)
    assert full.cause is Cause.DISK_FULL
    assert str(full) == "SQLite: the disk is full"
    assert kind("again").cause is Cause.UNREACHABLE


def test_a_collision_is_a_busy_store_and_anything_else_its_tables():
    assert {ConflictError("a key").cause, LockTimeoutError("a lock").cause} == {Cause.BUSY}
    assert StoreError("no such table").cause is Cause.TABLES
