"""Roles: the permissions of each are a table that the documents print and a bank can audit."""

import re

import pytest

from offline_collect.domain.access.actor import Actor, NotPermittedError
from offline_collect.domain.access.roles import (
    ALLOWED,
    EXCLUSIVE,
    PERMISSIONS,
    Permission,
    Role,
    excluding,
    permissions_of,
    roles_with,
)
from tests.support.tree import ROOT, modules


def test_every_role_may_look_and_every_permission_is_somebodys_and_has_its_words():
    assert set(PERMISSIONS) == set(Role)
    assert roles_with(Permission.VIEW) == list(Role)
    assert set(ALLOWED) == set(Permission)
    assert all(roles_with(permission) for permission in Permission)


def test_every_permission_is_asked_for_somewhere():
    """The table must not list a right that no code checks."""
    asked = set()
    for path in modules("offline_collect"):
        if path.name != "roles.py":
            asked |= set(re.findall(r"Permission\.([A-Z_]+)\b", path.read_text(encoding="utf-8")))
    assert asked == {permission.value for permission in Permission}


def test_an_admin_may_do_everything():
    assert permissions_of([Role.ADMIN]) == frozenset(Permission)


def test_who_makes_does_not_release_and_who_releases_does_not_make():
    makers, checkers = PERMISSIONS[Role.MAKER], PERMISSIONS[Role.CHECKER]
    assert makers & checkers == {Permission.VIEW, Permission.SEE_PERSONAL}
    assert Permission.IMPORT in makers
    assert Permission.RELEASE in checkers


def test_a_merchant_s_people_do_not_administer_and_makers_do_not_check():
    assert excluding([Role.ADMIN, Role.CHECKER, Role.AUDITOR]) == []
    assert excluding([Role.ADMIN, Role.MERCHANT]) == [{Role.ADMIN, Role.MERCHANT}]
    assert excluding(list(Role)) == list(EXCLUSIVE)


def test_an_auditor_changes_nothing_and_sees_nobodys_data():
    assert permissions_of([Role.AUDITOR]) == {Permission.VIEW, Permission.VIEW_AUDIT}


def test_several_roles_allow_what_each_of_them_allows():
    both = permissions_of([Role.MAKER, Role.AUDITOR])
    assert both == PERMISSIONS[Role.MAKER] | PERMISSIONS[Role.AUDITOR]
    assert permissions_of([]) == frozenset()


def test_an_actor_may_do_what_his_roles_allow_and_nothing_else():
    auditor = Actor("wang.fang", frozenset({Role.AUDITOR}))
    assert auditor.may(Permission.VIEW_AUDIT)
    auditor.require(Permission.VIEW)
    with pytest.raises(
        NotPermittedError, match=r"^wang\.fang may not import customers and bills \(IMPORT\):"
    ):
        auditor.require(Permission.IMPORT)


def test_a_refusal_names_the_person_the_permission_and_who_has_it():
    said = str(NotPermittedError("li.na", Permission.RELEASE))
    assert said.startswith("li.na may not release, reject and undo imports (RELEASE):")
    assert "the role ADMIN or CHECKER; `--as NAME`" in said


@pytest.mark.parametrize("permission", Permission)
def test_the_documents_table_is_this_one(permission):
    document = (ROOT / "docs" / "operating.md").read_text(encoding="utf-8")
    (row,) = re.findall(rf"^\| `{permission}` \| (.*) \|$", document, re.MULTILINE)
    words, *marks = [cell.strip() for cell in row.split("|")]
    assert words == ALLOWED[permission]
    assert [role for role, mark in zip(Role, marks, strict=True) if mark == "yes"] == roles_with(permission)
