"""The table of links' keys: their order, their allowed transitions, and the erasing of retired keys."""

import datetime as dt
from dataclasses import replace

import pytest

from offline_collect.domain.keys.life import KeyEvent, KeyPurpose, KeyState
from offline_collect.store import (
    LinkKey,
    WrongStateError,
    add_key,
    keys_of,
    living_keys,
    lock_keys,
    move_key,
    next_key_number,
)
from tests.fakes.bank import NOON
from tests.support.actors import user

SEALED = "ab" * 44
KEY = LinkKey(
    key_name="fep-1",
    key_number=1,
    purpose=KeyPurpose.MAC,
    state=KeyState.ISSUED,
    cipher="AES",
    check_value="A1B2C3",
    sealed=SEALED,
    master_check_value="0F0E0D",
    made_by="carol",
    made_through="dave",
    made_at=NOON,
    completed_by=None,
    changed_at=NOON,
)
LATER = NOON + dt.timedelta(hours=1)
ERIN = user("erin")


@pytest.fixture
def kept(store):
    with store.transaction() as tx:
        lock_keys(tx)
        assert next_key_number(tx, "fep-1") == 1
        add_key(tx, KEY)
        add_key(tx, replace(KEY, key_number=2, state=KeyState.ACTIVE, completed_by="erin"))
        add_key(tx, replace(KEY, key_name="fep-2", state=KeyState.RETIRED, sealed=None))
        assert next_key_number(tx, "fep-1") == 3
    return store


def test_keys_are_read_as_they_were_written(kept):
    with kept.snapshot() as reading:
        first, second = keys_of(reading, "fep-1")
        assert first == KEY
        assert second.completed_by == "erin"
        assert keys_of(reading, "fep-9") == []


def test_only_keys_that_have_not_retired_are_living(kept):
    with kept.snapshot() as reading:
        assert [key.key_number for key in living_keys(reading, {"fep-1", "fep-2"})] == [1, 2]
        assert living_keys(reading, {"fep-2"}) == []


def test_an_event_moves_a_key_and_says_when(kept):
    with kept.transaction() as tx:
        lock_keys(tx)
        moved = move_key(tx, KEY, KeyEvent.USED, ERIN, LATER)
    assert (moved.state, moved.changed_at, moved.sealed) == (KeyState.ACTIVE, LATER, SEALED)
    with kept.snapshot() as reading:
        assert keys_of(reading, "fep-1")[0] == moved


def test_a_retired_key_is_erased(kept):
    with kept.transaction() as tx:
        move_key(tx, KEY, KeyEvent.REVOKED, ERIN, LATER)
    with kept.snapshot() as reading:
        gone = keys_of(reading, "fep-1")[0]
    assert (gone.state, gone.sealed) == (KeyState.RETIRED, None)


def test_an_event_that_does_not_move_a_key_is_refused(kept):
    with kept.transaction() as tx:
        with pytest.raises(
            WrongStateError, match=r"key fep-1 MAC 1 is ISSUED: event 'superseded' is not allowed"
        ):
            move_key(tx, KEY, KeyEvent.SUPERSEDED, ERIN, LATER)
        assert keys_of(tx, "fep-1")[0] == KEY


def test_a_key_shows_its_check_value_only():
    assert repr(KEY) == "<LinkKey fep-1 MAC 1 ISSUED A1B2C3>"
    assert SEALED not in repr([KEY])
