"""Users: added, changed and disabled, and audited each time; unknown and disabled users cannot act."""

import json

import pytest

from offline_collect.domain.access.actor import SYSTEM
from offline_collect.domain.access.roles import PERMISSIONS, SYSTEM_USER, Permission, Role
from offline_collect.merchant.access.errors import (
    DisabledUserError,
    RolesError,
    UnknownUserError,
    UserNameError,
)
from offline_collect.merchant.access.user_changes import UserChange
from offline_collect.merchant.access.users import acting_user, register_user, set_user
from offline_collect.store import AlreadyExistsError, get_user, list_users
from offline_collect.store.schema.user_tables import audit_trail
from tests.merchant.documents import NOW
from tests.support.actors import user
from tests.support.audited import said


@pytest.fixture
def anna(store):
    return register_user(store, "anna", [Role.MAKER, Role.AUDITOR, Role.MAKER], SYSTEM, NOW)


def audited(store):
    with store.snapshot() as reading:
        rows = reading.connection.execute(audit_trail.select().order_by(audit_trail.c.sequence))
        return [
            (row.actor, said(row), *(text and json.loads(text) for text in (row.before, row.after)))
            for row in rows
        ]


def current(store, name="anna"):
    with store.snapshot() as reading:
        return get_user(reading, name)


def test_a_user_is_added_with_roles_and_audited(store, anna):
    assert current(store) == anna
    assert (anna.roles, anna.disabled, anna.added_at) == (("AUDITOR", "MAKER"), False, NOW)
    document = {"name": "anna", "roles": ["AUDITOR", "MAKER"], "disabled": False}
    assert audited(store) == [(SYSTEM_USER, "user add anna", None, document)]


def test_what_may_be_done_in_a_name_is_what_the_roles_allow(store, anna):
    assert acting_user(store, "anna").permissions == PERMISSIONS[Role.MAKER] | PERMISSIONS[Role.AUDITOR]


def test_the_system_user_is_always_there(store):
    assert acting_user(store, SYSTEM_USER).permissions == frozenset(Permission)


@pytest.mark.parametrize("name", ["bob", "Anna", "anna "])
def test_nothing_is_done_in_a_name_that_is_nobodys(store, anna, name):
    with pytest.raises(UnknownUserError, match=f"there is no user {name}: `offline-collect user list`"):
        acting_user(store, name)


def test_nothing_is_done_in_the_name_of_a_disabled_user_until_he_is_enabled(store, anna):
    assert set_user(store, "anna", UserChange(disabled=True), user("bob"), NOW)
    with pytest.raises(DisabledUserError, match="the user anna is disabled"):
        acting_user(store, "anna")
    assert not set_user(store, "anna", UserChange(disabled=True), user("bob"), NOW)
    assert set_user(store, "anna", UserChange(disabled=False), user("bob"), NOW)
    assert acting_user(store, "anna")
    assert [what for _, what, *_ in audited(store)][1:] == ["user disable anna", "user enable anna"]


def test_roles_are_replaced_as_a_whole(store, anna):
    assert set_user(store, "anna", UserChange(roles=(Role.AUDITOR,)), user("bob"), NOW)
    assert current(store).roles == ("AUDITOR",)
    who, what, before, after = audited(store)[-1]
    assert (who, what) == ("bob", "user set anna")
    assert (before["roles"], after["roles"]) == (["AUDITOR", "MAKER"], ["AUDITOR"])


def test_roles_that_are_the_same_change_nothing(store, anna):
    assert not set_user(store, "anna", UserChange(roles=(Role.AUDITOR, Role.MAKER)), user("bob"), NOW)
    assert len(audited(store)) == 1


def test_a_merchant_s_people_are_no_admins(store, anna):
    why = "^ADMIN and MERCHANT exclude each other: a merchant's own people do not administer .* give one of them$"
    with pytest.raises(RolesError, match=why):
        register_user(store, "mei", [Role.MERCHANT, Role.ADMIN], SYSTEM, NOW, merchants=["SCHOOL01"])
    with pytest.raises(RolesError, match=why):
        set_user(store, "anna", UserChange(roles=(Role.ADMIN, Role.MERCHANT)), SYSTEM, NOW)


def test_who_makes_changes_does_not_check_them(store, anna):
    with pytest.raises(RolesError, match=r"^CHECKER and MAKER exclude each other: .* give one of them$"):
        register_user(store, "bob", [Role.MAKER, Role.CHECKER], SYSTEM, NOW)
    with pytest.raises(RolesError):
        set_user(store, "anna", UserChange(roles=(Role.CHECKER, Role.MAKER, Role.ADMIN)), SYSTEM, NOW)
    assert (current(store, "bob"), current(store)) == (None, anna)


def test_a_name_is_taken_once(store, anna):
    with pytest.raises(AlreadyExistsError):
        register_user(store, "anna", [Role.ADMIN], SYSTEM, NOW)
    assert current(store) == anna


def test_a_user_who_is_not_there_cannot_be_changed(store):
    with pytest.raises(UnknownUserError):
        set_user(store, "anna", UserChange(disabled=True), SYSTEM, NOW)


def test_the_system_user_cannot_be_changed(store):
    with pytest.raises(UserNameError, match="is the system user and cannot change"):
        set_user(store, SYSTEM_USER, UserChange(disabled=True), user("anna"), NOW)


@pytest.mark.parametrize("name", ["zhang.wei", "张伟", "a", "maker-2@branch_7", "x" * 60])
def test_names_that_can_be_used(store, name):
    register_user(store, name, [Role.MAKER], SYSTEM, NOW)
    assert current(store, name).name == name


@pytest.mark.parametrize(
    "name", ["", "-x", "a b", "x" * 61, "ａｎｎａ", "a\n", "system", "System", "../x", "张\u115f"]
)
def test_names_that_cannot(store, name):
    with pytest.raises(UserNameError, match="name"):
        register_user(store, name, [Role.MAKER], SYSTEM, NOW)
    with store.snapshot() as reading:
        assert list_users(reading) == []
