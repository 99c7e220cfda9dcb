"""A transaction finds only what is in its scope, in every function of the store."""

import inspect
from dataclasses import replace

import pytest
from sqlalchemy import select, update

import offline_collect.store as room
from offline_collect.domain.access.organisation import (
    BANK,
    GROUP,
    WHOLE,
    OrganisationKind,
    Scope,
    organisation_under,
)
from offline_collect.domain.facts import Wants
from offline_collect.domain.transactions import PaymentState
from offline_collect.store import (
    AlreadyExistsError,
    AuditFilter,
    NotFoundError,
    StoreTransaction,
    UserRecord,
    add_merchant,
    add_organisation,
    add_user,
    append_audit,
    audit_rows,
    begin_import,
    change_user,
    find_payment,
    get_import,
    get_merchant,
    get_user,
    imports_to_tidy,
    list_imports,
    list_merchants,
    list_organisations,
    list_users,
    organisations_of_merchants,
    read_facts,
    reject_import,
    release_import,
    require_merchant,
    require_organisation,
    suspended_payments,
)
from offline_collect.store.imports.lifecycle import count_imports
from offline_collect.store.schema.tables import merchants, payments
from offline_collect.store.sql.scope import in_scope
from tests.fakes.bank import NOON
from tests.store.importing import file_of
from tests.support.audited import about
from tests.support.samples import SCHOOL

OTHER = organisation_under(GROUP, "BANK2", OrganisationKind.BANK, "Second bank")
BRANCH = organisation_under(OTHER, "BR2", OrganisationKind.BRANCH, "West")
ORGANISATIONS = {each.organisation_id: each for each in (GROUP, BANK, OTHER, BRANCH)}
BELONGING = {"SCHOOL01": "BANK2", "WATER001": "BANK", "ESTATE01": "BR2", "school01": "BANK"}
SCOPES = [
    Scope(each.path, named)
    for each in ORGANISATIONS.values()
    for named in (None, frozenset(), frozenset({"SCHOOL01", "WATER001"}))
]


@pytest.fixture
def banks(teller):
    """The sample merchants and two more, in two banks; of each an import, a user, money in suspense and an audit row."""
    with teller.store.transaction() as tx:
        add_organisation(tx, OTHER)
        add_organisation(tx, BRANCH)
        add_merchant(tx, replace(SCHOOL, merchant_id="ESTATE01"), "BR2")
        add_merchant(tx, replace(SCHOOL, merchant_id="school01"))
        moved = merchants.c.merchant_id == "SCHOOL01"
        tx.connection.execute(update(merchants).where(moved).values(organisation_id="BANK2"))
    teller.pay("S1")
    teller.pay("W1", 20_000, "WATER001")
    with teller.store.transaction() as tx:
        tx.connection.execute(update(payments).values(state=PaymentState.SUSPENSE.value))
        for merchant_id, organisation_id in BELONGING.items():
            number = begin_import(tx, file_of(merchant=merchant_id, sha256=merchant_id.ljust(64, "0")), NOON)
            reject_import(tx, number, "ann", NOON)
            user = UserRecord(
                f"of {merchant_id}", ("MERCHANT",), False, NOON, organisation_id, (merchant_id,)
            )
            add_user(tx, user)
            append_audit(tx, "ann", *about(f"merchant add {merchant_id}"), None, None, NOON)
    return teller.store


@pytest.mark.parametrize("scope", SCOPES, ids=lambda scope: f"{scope.path} {sorted(scope.merchants or [])}")
def test_a_scope_in_sql_is_the_scope_of_the_domain(banks, scope):
    seen = {
        merchant_id
        for merchant_id, organisation_id in BELONGING.items()
        if scope.sees(merchant_id, ORGANISATIONS[organisation_id].path)
    }
    covered = [each.organisation_id for each in ORGANISATIONS.values() if scope.covers(each.path)]
    with banks.within(scope).snapshot() as reading:
        found = select(merchants.c.merchant_id).where(in_scope(merchants.c.merchant_id, scope))
        assert set(reading.connection.execute(found).scalars()) == seen
        assert {each.merchant_id for each in list_merchants(reading)} == seen
        assert {each for each in BELONGING if get_merchant(reading, each, lock=False)} == seen
        assert {each.merchant_id for each in list_imports(reading)} == seen
        assert sum(count_imports(reading).values()) == len(list_imports(reading))
        assert {each.merchant_id for each in imports_to_tidy(reading)} == seen
        assert {each.merchants for each in list_users(reading)} == {(each,) for each in seen}
        assert {each for each in BELONGING if get_user(reading, f"of {each}")} == seen
        assert {each.merchant_id for each in audit_rows(reading, AuditFilter(action="merchant add"))} == seen
        paid = {each.merchant_id for each in suspended_payments(reading, None, None, 9)}
        assert paid == seen & {"SCHOOL01", "WATER001"}
        assert [each.organisation_id for each in list_organisations(reading)] == sorted(
            covered, key=lambda each: ORGANISATIONS[each].path
        )


def test_what_is_outside_is_not_there(banks):
    own = banks.within(Scope(BANK.path))
    with banks.snapshot() as reading:
        (number,) = (each.import_id for each in list_imports(reading, "SCHOOL01"))
        (payment,) = suspended_payments(reading, "SCHOOL01", None, 9)
    for ask in (
        lambda tx: require_merchant(tx, "SCHOOL01", lock=True),
        lambda tx: get_import(tx, number),
        lambda tx: release_import(tx, number, "ann", NOON),
        lambda tx: reject_import(tx, number, "ann", NOON),
        lambda tx: require_organisation(tx, "BANK2"),
    ):
        with own.transaction() as tx, pytest.raises(NotFoundError, match="there is no"):
            ask(tx)
    wants = Wants(merchants={"SCHOOL01", "WATER001"}, bills={("SCHOOL01", "S1"), ("WATER001", "W1")})
    with own.snapshot() as reading:
        assert find_payment(reading, payment.serial_number) is None
        facts = read_facts(reading, wants)
    assert (facts.merchants["SCHOOL01"], facts.bills["SCHOOL01", "S1"]) == (None, None)
    assert facts.merchants["WATER001"].merchant_id == "WATER001"
    assert facts.bills["WATER001", "W1"].bill_no == "W1"


def test_an_id_of_another_bank_is_taken(banks):
    own = banks.within(Scope(BANK.path))
    for add in (
        lambda tx: add_merchant(tx, SCHOOL),
        lambda tx: add_organisation(tx, BRANCH),
        lambda tx: add_user(tx, UserRecord("of SCHOOL01", ("MAKER",), disabled=False, added_at=NOON)),
    ):
        with own.transaction() as tx, pytest.raises(AlreadyExistsError):
            add(tx)


def test_a_user_s_merchants_are_those_that_were_named_last(banks):
    with banks.transaction() as tx:
        user = get_user(tx, "of SCHOOL01", lock=True)
        change_user(tx, replace(user, merchants=("ESTATE01", "SCHOOL01")))
        assert get_user(tx, user.name).merchants == ("ESTATE01", "SCHOOL01")
        change_user(tx, replace(user, merchants=()))
        assert get_user(tx, user.name) == replace(user, merchants=())


def test_merchants_of_a_user_that_the_actor_does_not_see_stay_his(banks):
    both = ("ESTATE01", "SCHOOL01")
    with banks.transaction() as tx:
        change_user(tx, replace(get_user(tx, "of SCHOOL01"), merchants=both))
    with banks.within(Scope(OTHER.path, frozenset({"SCHOOL01"}))).transaction() as tx:
        seen = get_user(tx, "of SCHOOL01")
        assert seen.merchants == ("SCHOOL01",)
        change_user(tx, replace(seen, merchants=()))
    with banks.snapshot() as reading:
        assert get_user(reading, "of SCHOOL01").merchants == ("ESTATE01",)


def test_a_store_of_a_scope_leaves_the_store_as_it_is(banks):
    assert banks.within(Scope(BANK.path)) is not banks
    with banks.within(Scope(BANK.path)).snapshot() as reading, banks.within(WHOLE).snapshot() as whole:
        assert set(organisations_of_merchants(reading)) == {"WATER001", "school01"}
        assert set(organisations_of_merchants(whole)) == set(BELONGING)


SCOPED = {
    *(
        "audit_rows",
        "find_paid",
        "find_payment",
        "find_sent",
        "payment_story",
        "get_import",
        "get_merchant",
        "get_user",
        "imports_to_tidy",
        "list_imports",
    ),
    *("list_merchants", "list_organisations", "list_users", "organisations_of_merchants", "read_facts"),
    *("lock_facts", "reject_import", "release_import", "require_merchant", "require_organisation"),
    *("suspended_payments", "change_import", "get_approval", "list_approvals"),
}
"""Functions that find rows of several merchants, or one thing by an id of its own: the scope is in their queries."""

BY_NUMBER = {
    *("begin_undo", "cancel_undo", "count_staged", "discard_staged", "end_staging"),
    *("finish_staging", "finish_undo", "later_imports"),
    *("mark_undo", "release_clashes", "tidy_import", "stage_bills", "stage_customers", "stage_withdrawals"),
    *("preview_bills", "preview_customers", "preview_withdrawals"),
    "decide_approval",
}
"""Functions that go on with one import or request, which is found by ``get_import`` or ``get_approval`` before, or
moved by ``change_import``."""

OF_ALL = {
    *("add_organisation", "add_user", "append_audit", "begin_epoch", "change_user", "check_chain"),
    *(
        "check_numbers",
        "count_action",
        "cut_by",
        "cutover",
        "delete_traces",
        "has_one_bank",
        "has_organisations",
    ),
    *("last_known", "mark_bill", "open_day", "open_first_day", "recent_days", "require_open_day", "verify"),
    *("hold_day", "write_postings"),
    *("add_approval", "next_approval_number", "overdue_approvals", "pending_of"),
    *("refuse_shared_account", "refuse_taken"),
    *("add_lease", "read_lease", "write_lease"),
    *("add_key", "keys_of", "living_keys", "lock_keys", "masters_in_use", "move_key"),
    *("next_key_number", "stored_keys", "write_sealed"),
}
"""Functions that find no merchant's rows, or are for those who see all of them."""


def test_every_function_of_the_store_has_its_scope_thought_of():
    """A new function either names its merchant, found by ``require_merchant``, or is in one of the sets."""
    unthought = set()
    for name in room.__all__:
        found = getattr(room, name)
        if not inspect.isfunction(found):
            continue
        parameters = inspect.signature(found).parameters
        takes_transaction = any(each.annotation == "StoreTransaction" for each in parameters.values())
        one = any(
            each.name in {"merchant_id", "merchant", "file"} and "None" not in str(each.annotation)
            for each in parameters.values()
        )
        if takes_transaction and not one and name not in SCOPED | BY_NUMBER | OF_ALL:
            unthought.add(name)
    assert unthought == set()
    assert StoreTransaction.__annotations__["scope"] == "Scope"
