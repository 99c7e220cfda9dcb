"""Banks and branches are added by users who see the organisation above; users and merchants belong to them."""

import json

import pytest

from offline_collect.domain.access.actor import SYSTEM, Actor, NotPermittedError
from offline_collect.domain.access.organisation import WHOLE, OrganisationError, OrganisationKind, Scope
from offline_collect.domain.access.roles import Role
from offline_collect.merchant.access.errors import RolesError
from offline_collect.merchant.access.organisations import register_organisation
from offline_collect.merchant.access.user_changes import MERCHANTS_MAX, UserChange
from offline_collect.merchant.access.users import acting_user, register_user, set_user
from offline_collect.merchant.common.errors import MerchantExistsError
from offline_collect.merchant.profile.lifecycle import Registered, register_merchant
from offline_collect.store import (
    AuditFilter,
    NotFoundError,
    UserRecord,
    add_user,
    audit_rows,
    get_user,
    organisations_of_merchants,
)
from tests.merchant.documents import NOW
from tests.support.actors import user
from tests.support.samples import SCHOOL

ADMIN = frozenset({Role.ADMIN})


def add(store, organisation_id, kind="BANK", under="GROUP", actor=SYSTEM):
    return register_organisation(store, organisation_id, OrganisationKind(kind), "Second", under, actor, NOW)


def current(store, name):
    with store.snapshot() as reading:
        return get_user(reading, name)


def test_an_organisation_is_added_and_audited(store):
    added = add(store, "BANK2")
    assert added.path == "/BANK2/"
    assert add(store, "BR2", "BRANCH", "BANK2").path == "/BANK2/BR2/"
    with store.snapshot() as reading:
        row, _ = audit_rows(reading, AuditFilter(action="organisation add"))
    assert (row.what, row.before) == ("organisation add BANK2", None)
    assert row.after == {"id": "BANK2", "kind": "BANK", "name": "Second", "under": "GROUP"}


def test_only_who_maintains_users_adds_organisations(store):
    with pytest.raises(NotPermittedError, match="MAINTAIN_USERS"):
        add(store, "BANK2", actor=user("otto", Role.OPERATOR))
    with pytest.raises(OrganisationError, match="the parent of a"):
        add(store, "BR2", "BRANCH")


def test_who_sees_one_bank_adds_branches_to_it_and_no_bank(store):
    add(store, "BANK2")
    own = store.within(Scope("/BANK2/"))
    assert add(own, "BR2", "BRANCH", "BANK2").parent_id == "BANK2"
    for kind, under in (("BANK", "GROUP"), ("BRANCH", "BANK")):
        with pytest.raises(NotFoundError, match=f"there is no organisation {under};"):
            add(own, "NEW", kind, under)


def test_users_of_the_only_bank_see_all_until_there_is_another(store):
    register_user(store, "otto", [Role.OPERATOR], SYSTEM, NOW)
    register_user(store, "carl", [Role.CHECKER], SYSTEM, NOW)
    register_user(store, "anna", [Role.ADMIN], SYSTEM, NOW)
    assert (current(store, "otto").organisation_id, current(store, "anna").organisation_id) == (
        "BANK",
        "GROUP",
    )
    assert acting_user(store, "otto").scope == WHOLE
    add(store, "BANK2")
    assert acting_user(store, "otto").scope == Scope("/BANK/")
    assert acting_user(store, "anna").scope == WHOLE


def test_a_merchant_s_own_people_see_theirs_alone(store):
    register_merchant(store, SCHOOL, SYSTEM, NOW)
    mei = register_user(store, "mei", [Role.MERCHANT], SYSTEM, NOW, merchants=["SCHOOL01", "SCHOOL01"])
    assert mei.merchants == ("SCHOOL01",)
    assert acting_user(store, "mei").scope == Scope("/", frozenset({"SCHOOL01"}))
    with store.transaction() as tx:
        add_user(tx, UserRecord("of old", ("MERCHANT",), disabled=False, added_at=NOW))
    assert acting_user(store, "of old").scope == Scope("/", frozenset())
    assert set_user(store, "of old", UserChange(disabled=True), SYSTEM, NOW)


@pytest.mark.parametrize(
    ("roles", "merchants", "said"),
    [
        ([Role.MERCHANT], [], "goes with the role MERCHANT"),
        ([Role.MAKER], ["SCHOOL01"], "goes with the role MERCHANT"),
        ([Role.MERCHANT], [f"M{n}" for n in range(MERCHANTS_MAX + 1)], "100 merchants at most"),
    ],
)
def test_merchants_that_do_not_go_with_the_role_are_refused(store, roles, merchants, said):
    register_merchant(store, SCHOOL, SYSTEM, NOW)
    with pytest.raises(RolesError, match=said):
        register_user(store, "mei", roles, SYSTEM, NOW, merchants=merchants)
    assert current(store, "mei") is None


def test_a_user_s_merchants_belong_to_his_organisation(store):
    add(store, "BANK2")
    register_merchant(store, SCHOOL, SYSTEM, NOW)
    asked = {"organisation_id": "BANK2", "merchants": ["SCHOOL01"]}
    with pytest.raises(RolesError, match="SCHOOL01 belongs to BANK, which is not in BANK2"):
        register_user(store, "mei", [Role.MERCHANT], SYSTEM, NOW, **asked)
    with pytest.raises(NotFoundError, match="there is no merchant NOBODY;"):
        register_user(store, "mei", [Role.MERCHANT], SYSTEM, NOW, merchants=["NOBODY"])


def test_a_user_is_moved_and_what_he_belongs_to_is_audited(store):
    add(store, "BANK2")
    register_user(store, "otto", [Role.OPERATOR], SYSTEM, NOW)
    assert set_user(store, "otto", UserChange(organisation_id="BANK2"), SYSTEM, NOW)
    assert not set_user(store, "otto", UserChange(organisation_id="BANK2"), SYSTEM, NOW)
    with store.snapshot() as reading:
        (row,) = audit_rows(reading, AuditFilter(action="user set"))
    assert json.loads(json.dumps(row.after))["organisation"] == "BANK2"
    assert "organisation" not in row.before


def test_a_merchant_belongs_to_its_maker_s_organisation_or_the_one_that_is_named(store):
    add(store, "BANK2")
    add(store, "BR2", "BRANCH", "BANK2")
    own = Actor("bella", ADMIN, scope=Scope("/BANK2/BR2/"), alone=True)
    assert register_merchant(store.within(own.scope), SCHOOL, own, NOW) is Registered.ADDED
    with store.snapshot() as reading:
        assert organisations_of_merchants(reading) == {"SCHOOL01": "BR2"}
        (row,) = audit_rows(reading, AuditFilter(action="merchant add"))
    assert row.after["organisation"] == "BR2"
    assert register_merchant(store, SCHOOL, SYSTEM, NOW, organisation_id="BR2") is Registered.UNCHANGED
    with pytest.raises(MerchantExistsError, match="cannot move to BANK2"):
        register_merchant(store, SCHOOL, SYSTEM, NOW, organisation_id="BANK2")
