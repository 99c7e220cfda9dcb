"""The table of users."""

import datetime as dt
from dataclasses import replace

import pytest

from offline_collect.store import (
    AlreadyExistsError,
    UserRecord,
    add_user,
    change_user,
    get_user,
    list_users,
)
from tests.fakes.bank import NOON

ZHANG = UserRecord("张伟", ("CHECKER", "MAKER"), disabled=False, added_at=NOON)
ANNA = UserRecord("anna", ("AUDITOR",), disabled=True, added_at=NOON + dt.timedelta(microseconds=7))


def test_users_are_read_as_they_were_added(store):
    with store.transaction() as tx:
        add_user(tx, ZHANG)
        add_user(tx, ANNA)
    with store.snapshot() as reading:
        assert get_user(reading, "张伟") == ZHANG
        assert list_users(reading) == [ANNA, ZHANG]
        assert get_user(reading, "Anna") is None


def test_a_name_is_there_once(store):
    with store.transaction() as tx:
        add_user(tx, ZHANG)
        with pytest.raises(
            AlreadyExistsError, match="there is a user 张伟 already; `offline-collect user set`"
        ):
            add_user(tx, replace(ZHANG, roles=("ADMIN",)))


def test_roles_and_state_change_and_nothing_else(store):
    with store.transaction() as tx:
        add_user(tx, ZHANG)
        add_user(tx, ANNA)
        change_user(tx, replace(ZHANG, roles=("ADMIN",), disabled=True, added_at=ANNA.added_at))
    with store.transaction() as tx:
        assert get_user(tx, "张伟", lock=True) == replace(ZHANG, roles=("ADMIN",), disabled=True)
        assert get_user(tx, "anna") == ANNA


def test_an_account_of_the_operating_system_is_one_user_s(store):
    own = replace(ANNA, os_account="anna.s")
    with store.transaction() as tx:
        add_user(tx, own)
        add_user(tx, ZHANG)
        with pytest.raises(AlreadyExistsError, match=r"^the account anna\.s is another user's already$"):
            change_user(tx, replace(ZHANG, os_account="anna.s"))
        with pytest.raises(AlreadyExistsError, match=r"^the account anna\.s is another user's already$"):
            add_user(tx, replace(ZHANG, name="bob", os_account="anna.s"))
        change_user(tx, replace(own, disabled=False))
        assert get_user(tx, "anna") == replace(own, disabled=False)
