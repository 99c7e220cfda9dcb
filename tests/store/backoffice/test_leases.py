"""Leases in the store."""

import pytest

from offline_collect.domain.leases import LeaseRow
from offline_collect.store import StoreError, add_lease, read_lease, write_lease


def test_a_lease_is_written_only_as_it_was_seen(store):
    with store.transaction() as tx:
        assert read_lease(tx, "switch-1") is None
        add_lease(tx, "switch-1")
        seen = read_lease(tx, "switch-1")
        assert seen == LeaseRow(holder=None, beat=0)
        assert write_lease(tx, "switch-1", seen, "a")
    with store.transaction() as tx:
        assert not write_lease(tx, "switch-1", seen, "b")
        assert read_lease(tx, "switch-1") == LeaseRow(holder="a", beat=1)
        assert write_lease(tx, "switch-1", LeaseRow(holder="a", beat=1), None)
        assert read_lease(tx, "switch-1") == LeaseRow(holder=None, beat=2)
        assert read_lease(tx, "switch-2") is None


def test_a_lease_that_another_server_has_added_is_an_error_of_the_store(store):
    def add_again():
        with store.transaction() as tx:
            add_lease(tx, "switch-1")

    add_again()
    with pytest.raises(StoreError):
        add_again()
