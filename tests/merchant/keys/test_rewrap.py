"""A change of the master key: all keys in one transaction, by two people, and refused if a key opens under neither."""

import datetime as dt
from dataclasses import replace

import pytest
from sqlalchemy import update

from offline_collect.domain.access.actor import SYSTEM, Actor, NotPermittedError, ScopeError
from offline_collect.domain.access.organisation import Scope
from offline_collect.domain.access.roles import Role
from offline_collect.domain.keys.life import KeyPurpose
from offline_collect.merchant.access.approvals import approve, show
from offline_collect.merchant.access.errors import ApprovalError
from offline_collect.merchant.access.requests import Asked
from offline_collect.merchant.access.users import register_user
from offline_collect.merchant.common.errors import KeyRefusedError
from offline_collect.merchant.keys import working_keys
from offline_collect.merchant.keys.components import Component, enter_component
from offline_collect.merchant.keys.custody import Custody, KeyTerms
from offline_collect.merchant.keys.rewrap import Rewrapped, rewrap
from offline_collect.store import AuditFilter, audit_rows, keys_of, masters_in_use, stored_keys
from offline_collect.store.schema.key_tables import link_keys
from offline_collect.wire.security.mac_settings import MacAlgorithm
from offline_collect.wire.security.sealing import MasterKey
from tests.merchant.documents import NOW
from tests.support.actors import person

ANNA, BOB = person("anna", Role.OPERATOR), person("bob", Role.OPERATOR)
CHEN = person("chen", Role.CHECKER)
LINK = Actor("link fep-1", frozenset())
OLD, NEW, THIRD = (MasterKey(bytes([number]) * 32) for number in (1, 2, 3))
HOUR = dt.timedelta(hours=1)
BEFORE, BOTH, AFTER = Custody(OLD, HOUR), Custody(OLD, HOUR, following=NEW), Custody(NEW, HOUR)
TERMS = KeyTerms("fep-1", MacAlgorithm.AES_CMAC, "BANK")
KEK = bytes(range(16))


def enter(store, number, actor, custody, value=KEK):
    given = value if number == 1 else bytes(byte ^ 90 for byte in value)
    component = Component(number, given)
    return enter_component(store, custody, TERMS, KeyPurpose.KEK, component, actor, NOW).key


@pytest.fixture
def kept(store):
    """A store with a KEK, a working key in use, an issued one, a retired one, and a component; two users."""
    for each in (ANNA, BOB):
        register_user(store, each.name, each.roles, SYSTEM, NOW)
    enter(store, 1, BOB, BEFORE)
    enter(store, 1, ANNA, BEFORE)
    enter(store, 2, BOB, BEFORE)
    issued = working_keys.issue_by_message(store, BEFORE, TERMS, LINK, NOW)
    working_keys.mark_used(store, BEFORE, TERMS, issued.key.key_number, LINK, NOW)
    working_keys.issue_by_message(store, BEFORE, TERMS, LINK, NOW)
    enter(store, 1, ANNA, BEFORE, b"first component.")
    return store


def values(store, custody):
    with store.snapshot() as reading:
        return {key.place: custody.open(key) for key in stored_keys(reading)}


def masters(store):
    with store.snapshot() as reading:
        return masters_in_use(reading)


def test_all_keys_are_encrypted_under_the_next_master_key(kept):
    before = values(kept, BEFORE)
    assert len(before) == 4
    done = rewrap(kept, BOTH, SYSTEM, NOW)
    assert done == Rewrapped(OLD.check_value, NEW.check_value, 4)
    assert masters(kept) == {NEW.check_value}
    assert values(kept, AFTER) == before
    with pytest.raises(KeyRefusedError, match="cannot be decrypted with the master key"):
        values(kept, BEFORE)
    with kept.snapshot() as reading:
        row = list(audit_rows(reading, AuditFilter()))[-1]
        states = [key.state for key in keys_of(reading, "fep-1")]
    assert (row.actor, row.action, row.subject_id) == ("system", "keys rewrap", "master")
    assert states.count("RETIRED") == 1


def test_a_second_person_approves_it_where_both_master_keys_are(kept):
    asked = rewrap(kept, BOTH, ANNA, NOW)
    assert isinstance(asked, Asked)
    assert masters(kept) == {OLD.check_value}
    assert show(kept, asked.number, CHEN).payload == {"from": OLD.check_value, "to": NEW.check_value}
    with pytest.raises(ApprovalError, match="asked for by the same person"):
        approve(kept, asked.number, replace(CHEN, through="anna"), NOW, lambda: BOTH)
    with pytest.raises(KeyRefusedError, match="needs both master keys"):
        approve(kept, asked.number, CHEN, NOW)
    with pytest.raises(KeyRefusedError, match=r"there is no next master key: set keys\.next"):
        approve(kept, asked.number, CHEN, NOW, lambda: BEFORE)
    other = replace(BOTH, following=THIRD)
    with pytest.raises(KeyRefusedError, match=f"and the configuration here names .* and {THIRD.check_value}"):
        approve(kept, asked.number, CHEN, NOW, lambda: other)
    assert masters(kept) == {OLD.check_value}
    approve(kept, asked.number, CHEN, NOW, lambda: BOTH)
    assert masters(kept) == {NEW.check_value}


def test_servers_beside_it_read_and_write_under_the_master_key_in_use(kept):
    again = working_keys.issue_by_message(kept, BOTH, TERMS, LINK, NOW)
    rewrap(kept, BOTH, SYSTEM, NOW)
    assert (
        working_keys.issue_by_message(kept, BOTH, TERMS, LINK, NOW).key.check_value == again.key.check_value
    )
    working_keys.mark_used(kept, BOTH, TERMS, again.key.key_number, LINK, NOW)
    made = working_keys.issue_by_message(kept, BOTH, TERMS, LINK, NOW)
    assert made.key.master_check_value == NEW.check_value
    assert enter(kept, 2, BOB, BOTH, b"first component.").master_check_value == NEW.check_value
    assert masters(kept) == {NEW.check_value}


def test_a_server_without_the_next_master_key_refuses_and_changes_nothing(kept):
    rewrap(kept, BOTH, SYSTEM, NOW)
    with pytest.raises(KeyRefusedError, match="cannot be decrypted with the master key"):
        working_keys.issue_by_message(kept, BEFORE, TERMS, LINK, NOW)
    assert masters(kept) == {NEW.check_value}


def test_it_is_done_once(kept):
    rewrap(kept, BOTH, SYSTEM, NOW)
    with pytest.raises(
        KeyRefusedError, match=f"no key is under the master key {OLD.check_value}; if `keys rewrap` is"
    ):
        rewrap(kept, BOTH, SYSTEM, NOW)


def test_a_store_with_keys_under_both_becomes_whole(kept):
    rewrap(kept, BOTH, SYSTEM, NOW)
    enter(kept, 1, ANNA, BEFORE, b"first component.")
    assert masters(kept) == {OLD.check_value, NEW.check_value}
    assert rewrap(kept, BOTH, SYSTEM, NOW).keys == 1
    assert masters(kept) == {NEW.check_value}


@pytest.mark.parametrize("number", [1, 3])
def test_a_key_that_opens_under_neither_stops_all(kept, number):
    broken = "00" * 60
    with kept.transaction() as tx:
        own = link_keys.c.key_number == number + 1
        tx.connection.execute(update(link_keys).where(own).values(sealed=broken))
    with pytest.raises(KeyRefusedError, match="cannot be decrypted with the master key"):
        rewrap(kept, BOTH, SYSTEM, NOW)
    assert masters(kept) == {OLD.check_value}


def test_a_key_of_an_unknown_state_stops_all(kept):
    with kept.transaction() as tx:
        tx.connection.execute(update(link_keys).where(link_keys.c.key_number == 2).values(state="LOST"))
    with pytest.raises(KeyRefusedError, match="unknown purpose or state: `verify` names it"):
        rewrap(kept, BOTH, SYSTEM, NOW)
    assert masters(kept) == {OLD.check_value}


@pytest.mark.parametrize(
    ("custody", "reason"),
    [
        (BEFORE, r"there is no next master key: set keys\.next"),
        (Custody(OLD, HOUR, following=OLD), "the next master key is the present one"),
    ],
)
def test_without_another_next_master_key_it_is_refused(kept, custody, reason):
    with pytest.raises(KeyRefusedError, match=reason):
        rewrap(kept, custody, SYSTEM, NOW)


def test_it_is_for_users_who_maintain_keys_and_see_the_whole_store(kept):
    with pytest.raises(NotPermittedError):
        rewrap(kept, BOTH, CHEN, NOW)
    with pytest.raises(ScopeError):
        rewrap(kept, BOTH, replace(ANNA, scope=Scope("/GROUP/BANK/")), NOW)
    assert masters(kept) == {OLD.check_value}
