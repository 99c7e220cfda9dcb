"""`verify` finds what is wrong with payouts: each of its queries, on a store that is whole before."""

from contextlib import suppress
from dataclasses import replace

import pytest
from sqlalchemy import delete, insert, update

from offline_collect.domain.ledger.ledger import Account
from offline_collect.domain.merchants import FeeRule
from offline_collect.domain.settlement.cycles import SettlementTerms
from offline_collect.merchant.postings.failed_payouts import RetryOrder, other_account, retry_failed
from offline_collect.store import StoreSettings, upgrade
from offline_collect.store.schema.payout_tables import (
    payout_runs,
    payouts,
    settlement_dues,
    settlement_entries,
)
from offline_collect.store.schema.reconciliation_tables import recon_items
from offline_collect.store.verify.run import verify
from tests.databases.disarmed import disarm
from tests.fakes.bank import DAY
from tests.settlement.conftest import Desk, desk  # noqa: F401 - a fixture
from tests.settlement.evening import OPS, Evening
from tests.store.conftest import teller_of


def lived(at):
    """A day of which one payout failed, and went out again; fees by the month wait."""
    found = Evening(at)
    found.change("SCHOOL01", fee=FeeRule(100), settlement=SettlementTerms(fees_monthly=True))
    found.pay("S1", "W1")
    (run,) = found.end()
    found.ingest(found.result(run, 2))
    found.whole()
    return found


@pytest.fixture
def evening(desk):  # noqa: F811 - the fixture
    """An evening that the test may go on with."""
    return lived(desk)


@pytest.fixture(scope="module")
def past_evening(module_url, tmp_path_factory):
    """An evening that is made once; tests undo what they change."""
    upgrade(StoreSettings(module_url))
    with teller_of(module_url) as teller:
        yield lived(Desk(teller, tmp_path_factory.mktemp("evening")))


def broken(evening, *changes):
    """Return what verify says after changes of rows of settled days, and undo them."""
    with suppress(_UndoneError), evening.store.transaction() as tx:
        disarm(tx.connection)
        for change in changes:
            tx.connection.execute(change)
        found = {(each.invariant, each.problem, each.subject) for each in verify(tx).findings}
        raise _UndoneError
    return found


class _UndoneError(Exception):
    pass


def entry(account, owner, minor):
    """An entry that nothing has posted."""
    values = {"posting": "20261122S99999999999", "line": 1, "account": account.value, "owner": owner}
    return insert(settlement_entries).values(**values, amount_minor=minor, currency="156", business_date=DAY)


CASES = {
    "sum to zero": (entry(Account.FEE_INCOME, "BANK", 1),),
    "not the sum of the days": (update(settlement_dues).values(paid_run=None, paid_sequence=None),),
    "postings are not its amount": (update(payouts).values(failed_posting=None),),
    "count, total or payouts": (update(payout_runs).values(total_minor=1),),
    "the run's count, total": (update(payouts).values(amount_minor=payouts.c.amount_minor + 1),),
    "without an open item": (delete(recon_items),),
    "owes another amount": (delete(settlement_dues).where(settlement_dues.c.merchant_id == "WATER001"),),
    "PAYABLE is not": (entry(Account.PAYABLE, "SCHOOL01", 5),),
    "fees by the month are not": (entry(Account.FEES_RECEIVABLE, "SCHOOL01", 5),),
}


@pytest.mark.parametrize("told", CASES)
def test_what_is_wrong_is_found(past_evening, told):
    assert broken(past_evening) == set()
    assert any(told in problem for _, problem, _ in broken(past_evening, *CASES[told]))


def test_a_payout_that_is_paid_again_has_the_amount_of_the_one_that_failed(evening):
    order = RetryOrder("", other_account(None, None, None), "again")
    failed = evening.desk.items(open_only=True)[0].match_key
    retry_failed(evening.store, replace(order, reference=failed), OPS, evening.now)
    (run,) = evening.end()
    evening.whole()
    wrong = update(payouts).where(payouts.c.run_no == run.run_no).values(amount_minor=1)
    assert (3, "the payout is not the sum of the days that it pays", f"{run.run_no}-1") in broken(
        evening, wrong
    )
