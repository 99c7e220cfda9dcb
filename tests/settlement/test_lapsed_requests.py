"""Requests about what has ended otherwise lapse, whoever asked for them: none of them waits for an approval in vain."""

import pytest

from offline_collect.domain.access.approvals import ApprovalState
from offline_collect.domain.access.roles import Role
from offline_collect.domain.reconciliation.classes import FollowUp
from offline_collect.merchant.access.approvals import approve, show
from offline_collect.merchant.access.users import register_user
from offline_collect.merchant.postings.failed_payouts import RetryOrder, other_account, retry_failed
from offline_collect.merchant.postings.reconciliation import ResolveOrder, resolve
from offline_collect.store import AuditFilter, audit_rows
from tests.fakes.bank import DAY
from tests.settlement.evening import Evening
from tests.settlement.fep import Book
from tests.support.actors import person, user

ANN, BEN, CHECKER = person("ann", Role.OPERATOR), person("ben", Role.OPERATOR), person("li.na", Role.CHECKER)


@pytest.fixture
def office(desk):
    for each in (ANN, BEN, CHECKER):
        register_user(desk.store, each.name, sorted(each.roles), user("ops"), desk.teller.now)
    return desk


def ask(desk, item, actor, follow_up=None):
    order = ResolveOrder(item.item_no, follow_up, "looked at the journal", "156")
    return resolve(desk.store, order, actor, desk.teller.now).number


def ended(desk, number):
    found = show(desk.store, number, CHECKER)
    return found.state, found.decided_by, found.reason


def whole(desk):
    report = desk.teller.report()
    assert report.whole, report.findings


def test_another_users_request_lapses_with_the_one_that_is_approved(office):
    book = Book()
    book.made_up(900_001)
    office.cutover(DAY)
    office.ingest(book)
    (item,) = office.items()
    first, second = ask(office, item, ANN), ask(office, item, BEN, FollowUp.NOTE)
    approve(office.store, first, CHECKER, office.teller.now)
    assert ended(office, second) == (ApprovalState.LAPSED, "ann", "resolved by another request")
    whole(office)


def test_requests_lapse_with_the_items_that_a_file_ends(office):
    """A corrected one, that of the next day, and not those of items that stay open."""
    book = Book()
    rows = [book.made_up(number) for number in (900_001, 900_002)]
    paid = office.teller.pay()[0]
    following = office.cutover(DAY)
    office.ingest(book)
    by_key = {(item.difference, item.match_key): item for item in office.items()}
    replaced = ask(office, by_key["FEP_ONLY_UNKNOWN", rows[0].key], ANN)
    matched = ask(office, by_key["PLATFORM_ONLY", paid.key], BEN, FollowUp.NOTE)
    office.cutover(following)
    late = Book(day=following)
    late.pay(paid)
    office.ingest(late)
    reason = "file 2 of business day 2026-11-23 has ended the item"
    assert ended(office, matched) == (ApprovalState.LAPSED, "ops", reason)
    assert ended(office, replaced)[0] is ApprovalState.PENDING
    office.ingest(book.without(rows[0]))
    reason = "file 3 of business day 2026-11-22 has ended the item"
    assert ended(office, replaced) == (ApprovalState.LAPSED, "ops", reason)
    with office.store.snapshot() as reading:
        *_, last = audit_rows(reading, AuditFilter(action="approvals lapse"))
    assert (last.actor, last.after["reason"], last.after["asked_by"]) == ("ops", reason, "ann")
    whole(office)


def test_a_request_to_pay_again_lapses_with_the_run_that_pays(office):
    evening = Evening(office)
    evening.pay("S1")
    (run,) = evening.end()
    evening.ingest(evening.result(run, 1))
    (payout,) = evening.payouts(run)

    def retry(actor, account):
        order = RetryOrder(payout.reference, other_account(account, None, None), "by letter")
        return retry_failed(office.store, order, actor, evening.now).number

    approve(office.store, retry(ANN, None), CHECKER, evening.now)
    late = retry(BEN, "A-9")
    evening.end()
    assert ended(office, late) == (ApprovalState.LAPSED, "ops", "a run of business day 2026-11-23 pays it")
    whole(office)
