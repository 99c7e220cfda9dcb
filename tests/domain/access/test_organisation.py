"""The group, its banks and their branches, and which of them a user sees."""

import pytest

from offline_collect.domain.access.actor import SYSTEM, Actor, ScopeError
from offline_collect.domain.access.organisation import (
    BANK,
    GROUP,
    HAS_MERCHANTS,
    PARENTS,
    ROOT,
    WHOLE,
    Organisation,
    OrganisationError,
    OrganisationKind,
    Scope,
    organisation_under,
    scope_of,
)

BRANCH = organisation_under(BANK, "BR1", OrganisationKind.BRANCH, "West")
OTHER = organisation_under(GROUP, "BANK2", OrganisationKind.BANK, "Second bank")


def test_a_bank_stands_under_the_group_and_a_branch_under_a_bank():
    assert Organisation("BANK2", OrganisationKind.BANK, "Second bank", "GROUP", "/BANK2/") == OTHER
    assert Organisation("BR1", OrganisationKind.BRANCH, "West", "BANK", "/BANK/BR1/") == BRANCH
    assert organisation_under(GROUP, "BANK", OrganisationKind.BANK, "Bank") == BANK


@pytest.mark.parametrize("parent", [GROUP, BANK, BRANCH], ids=lambda parent: parent.kind.value)
@pytest.mark.parametrize("kind", OrganisationKind)
def test_every_other_kind_is_refused(parent, kind):
    if PARENTS.get(kind) is parent.kind:
        assert organisation_under(parent, "NEW", kind, "New").path.startswith(parent.path)
    else:
        with pytest.raises(OrganisationError, match=r"the parent of a|one group"):
            organisation_under(parent, "NEW", kind, "New")


def test_the_tree_is_three_levels_deep_at_most():
    """No kind may have itself as parent, so that no organisation is under itself."""
    for kind in OrganisationKind:
        above = [kind]
        while above[-1] in PARENTS:
            above.append(PARENTS[above[-1]])
        assert len(above) == len(set(above)) <= 3


@pytest.mark.parametrize("bad", ["", "/", "A/B", "..", "-x", "A B", "分行", "A" * 16, "A\n"])
def test_an_id_is_a_code_that_paths_can_be_made_of(bad):
    with pytest.raises(OrganisationError, match="cannot be an organisation's id"):
        organisation_under(BANK, bad, OrganisationKind.BRANCH, "x")


@pytest.mark.parametrize("bad", ["", " ", " x", "x ", "a\nb", "x" * 61, "西城\ufe0f", "\u3164"])
def test_a_name_can_be_printed(bad):
    with pytest.raises(OrganisationError, match="name is 1 to 60"):
        organisation_under(BANK, "BR2", OrganisationKind.BRANCH, bad)
    assert organisation_under(BANK, "BR2", OrganisationKind.BRANCH, "西城支行").name == "西城支行"


def test_merchants_belong_to_banks_and_branches():
    assert {GROUP.kind} == set(OrganisationKind) - HAS_MERCHANTS
    assert BANK.for_merchants() is BANK
    assert BRANCH.for_merchants() is BRANCH
    with pytest.raises(OrganisationError, match="GROUP is the group"):
        GROUP.for_merchants()


def test_a_scope_is_a_subtree():
    own = Scope(BANK.path)
    assert [own.covers(each.path) for each in (GROUP, BANK, BRANCH, OTHER)] == [False, True, True, False]
    assert all(WHOLE.covers(each.path) for each in (GROUP, BANK, BRANCH, OTHER))
    assert not Scope("/BANK/").covers("/BANK2/")


def test_a_merchant_s_own_people_see_theirs():
    own = Scope(BANK.path, frozenset({"SCHOOL01"}))
    assert own.sees("SCHOOL01", BRANCH.path)
    assert not own.sees("SCHOOL01", OTHER.path)
    assert not own.sees("WATER001", BANK.path)
    assert not Scope(ROOT, frozenset()).sees("SCHOOL01", BANK.path)


def test_only_a_scope_of_all_is_whole():
    assert WHOLE.whole
    assert not Scope(BANK.path).whole
    assert not Scope(ROOT, frozenset()).whole


def test_users_of_the_only_bank_see_the_whole_store():
    assert scope_of(BANK, None, one_bank=True) == WHOLE
    assert scope_of(BANK, None, one_bank=False) == Scope("/BANK/")
    assert scope_of(BRANCH, None, one_bank=True) == Scope("/BANK/BR1/")
    assert scope_of(GROUP, None, one_bank=False) == WHOLE
    assert scope_of(BANK, frozenset({"SCHOOL01"}), one_bank=True) == Scope(ROOT, frozenset({"SCHOOL01"}))


@pytest.mark.parametrize(
    ("scope", "own", "merchants"),
    [
        (WHOLE, "GROUP", "BANK"),
        (Scope(BANK.path), "BANK", "BANK"),
        (Scope(OTHER.path), "BANK2", "BANK2"),
        (Scope(BRANCH.path), "BR1", "BR1"),
    ],
)
def test_what_somebody_adds_belongs_where_he_does(scope, own, merchants):
    assert (scope.organisation_id, scope.new_merchants_belong_to) == (own, merchants)


def test_an_actor_sees_his_scope_and_does_nothing_for_all_banks():
    actor = Actor("li.na", frozenset(), scope=Scope(BANK.path))
    assert actor.sees("SCHOOL01", BRANCH.path)
    assert not actor.sees("SCHOOL01", OTHER.path)
    with pytest.raises(ScopeError, match=r"^li\.na may not verify the store: it concerns all banks"):
        actor.require_whole("verify the store")
    SYSTEM.require_whole("verify the store")
