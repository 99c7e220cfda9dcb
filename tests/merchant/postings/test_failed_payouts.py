"""Requests to pay a failed payout again: one at a time, and none replaces an account that its approver has not seen."""

import pytest

from offline_collect.domain.access.roles import Role
from offline_collect.domain.errors import PayoutError
from offline_collect.domain.settlement.payouts import PayoutAccount
from offline_collect.merchant.access.approvals import approve, reject, show
from offline_collect.merchant.access.errors import ChangedSinceError
from offline_collect.merchant.access.users import register_user
from offline_collect.merchant.postings.failed_payouts import RetryOrder, other_account, retry_failed
from tests.settlement.conftest import desk  # noqa: F401 - a fixture
from tests.settlement.evening import OPS, Evening
from tests.support.actors import person
from tests.support.samples import ACCOUNT

ANN, BEN = person("ann"), person("ben", Role.CHECKER)
TO_OTHER = other_account("6222000000000042", "105", "清源公司")
TO_OWN = other_account(None, None, None)


@pytest.fixture
def failed(desk):  # noqa: F811 - the fixture
    """An evening whose only payout failed."""
    evening = Evening(desk)
    for who, role in ((BEN, Role.CHECKER), (ANN, Role.ADMIN)):
        register_user(evening.store, who.name, [role], OPS, evening.now)
    evening.pay("S1")
    (run,) = evening.end()
    evening.ingest(evening.result(run, 1))
    evening.reference = evening.payouts(run)[0].reference
    return evening


def retry(evening, other, actor=ANN):
    return retry_failed(evening.store, RetryOrder(evening.reference, other, "by letter"), actor, evening.now)


def paid_to(evening):
    (run,) = evening.end()
    return evening.payouts(run)[0].account


def test_a_second_request_is_refused_while_the_first_waits(failed):
    first = retry(failed, TO_OTHER)
    with pytest.raises(PayoutError, match=f"approval {first.number} to pay payout .* waits already"):
        retry(failed, TO_OWN)
    approve(failed.store, first.number, BEN, failed.now)
    assert paid_to(failed) == PayoutAccount("6222000000000042", "清源公司", "105")


def test_after_a_rejected_request_another_one_can_be_made(failed):
    reject(failed.store, retry(failed, TO_OTHER).number, BEN, failed.now)
    approve(failed.store, retry(failed, TO_OWN).number, BEN, failed.now)
    assert paid_to(failed).number == ACCOUNT


def test_a_request_says_which_account_it_replaces(failed):
    approve(failed.store, retry(failed, TO_OTHER).number, BEN, failed.now)
    second = show(failed.store, retry(failed, TO_OWN).number, BEN)
    assert second.payload["replaces"] == "***0042"


def test_a_request_is_refused_when_the_account_that_it_replaces_has_changed(failed):
    asked = retry(failed, TO_OWN)
    # Who needs no second person has been faster.
    retry(failed, TO_OTHER, OPS)
    with pytest.raises(ChangedSinceError):
        approve(failed.store, asked.number, BEN, failed.now)
    assert paid_to(failed).number == "6222000000000042"
