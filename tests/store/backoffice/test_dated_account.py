"""A new settlement account on a real store applies from the next business day, also after other changes."""

from dataclasses import replace

import pytest

from offline_collect.domain.access.actor import SYSTEM
from offline_collect.domain.access.roles import Role
from offline_collect.domain.business_days.dates import BusinessDate
from offline_collect.domain.merchants import SettlementAccount
from offline_collect.domain.ports import LockTimeoutError
from offline_collect.merchant.access.approvals import approve
from offline_collect.merchant.access.users import register_user
from offline_collect.merchant.profile.change_account import paid_from_tomorrow
from offline_collect.store import cutover, get_merchant
from tests.fakes.bank import NOON
from tests.store.asking import ANNA, BOB, Office
from tests.support.samples import ACCOUNT


@pytest.fixture
def office(teller, tmp_path):
    """A store with an ADMIN and a CHECKER."""
    for name, role in (("bob", Role.CHECKER), ("anna", Role.ADMIN)):
        register_user(teller.store, name, [role], SYSTEM, NOON)
    return Office(teller, tmp_path)


def test_an_account_holds_from_the_business_day_after_the_one_it_is_approved_on(office):
    number = office.change({"settlement_account": "A-2"}).number
    today, tomorrow, after = (BusinessDate(2026, 11, day) for day in (22, 23, 24))
    with office.store.transaction() as tx:
        cutover(tx, today, tomorrow, ANNA, NOON)
    approve(office.store, number, BOB, NOON)
    with office.store.snapshot() as reading:
        merchant = get_merchant(reading, "SCHOOL01")
    assert [merchant.account_on(date).number for date in (today, tomorrow, after)] == [
        ACCOUNT,
        ACCOUNT,
        "A-2",
    ]
    # Cancelling it changes the account too, so it also needs two people.
    back = office.change({"settlement_account": ACCOUNT}).number
    approve(office.store, back, BOB, NOON)
    with office.store.snapshot() as reading:
        assert get_merchant(reading, "SCHOOL01").account_on(after).number == ACCOUNT
    assert office.teller.report().findings == ()


@pytest.mark.postgresql
def test_no_cutover_comes_between_the_date_of_an_account_and_its_commit(postgresql_teller):
    with postgresql_teller.store.transaction() as tx:
        before = get_merchant(tx, "SCHOOL01")
        paid_from_tomorrow(tx, before, replace(before, settlement_account=SettlementAccount("A-2")))
        today = BusinessDate(2026, 11, 22)
        with pytest.raises(LockTimeoutError), postgresql_teller.store.transaction() as other:
            cutover(other, today, BusinessDate(2026, 11, 23), ANNA, NOON)
