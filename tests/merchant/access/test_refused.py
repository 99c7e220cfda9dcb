"""Each use case refuses what the acting user's roles do not allow, and then does nothing."""

from dataclasses import replace

import pytest

from offline_collect.domain.access.actor import NotPermittedError
from offline_collect.domain.access.roles import Permission, Role
from offline_collect.domain.debits.in_doubt import BankSays
from offline_collect.domain.debits.mandates import Party
from offline_collect.domain.decisions.outside import OutsidePayment, UndoOutside
from offline_collect.domain.decisions.suspense import Application, Refund
from offline_collect.domain.merchants import MerchantStatus
from offline_collect.merchant.access.credentials import set_password
from offline_collect.merchant.access.unmask import record_unmasking
from offline_collect.merchant.access.user_changes import UserChange
from offline_collect.merchant.access.users import register_user, set_user
from offline_collect.merchant.entry.bills import add_bill, restore_bill, set_bill, withdraw_bill
from offline_collect.merchant.entry.customers import add_customer, set_customer
from offline_collect.merchant.entry.entry import Entry
from offline_collect.merchant.forms.publish import publish
from offline_collect.merchant.imports import lifecycle as imports
from offline_collect.merchant.imports.preview import preview_file
from offline_collect.merchant.imports.run import import_file
from offline_collect.merchant.mandates import decide as mandates
from offline_collect.merchant.mandates.decide import MandateOrder
from offline_collect.merchant.mappings.propose import propose_mapping
from offline_collect.merchant.mappings.remember import ToRemember, forget_mapping, remember_mapping
from offline_collect.merchant.postings.debits_in_doubt import DoubtOrder, resolve_debit
from offline_collect.merchant.postings.failed_payouts import OtherAccount, RetryOrder, retry_failed
from offline_collect.merchant.postings.paid_at_office import settle_outside, undo_outside
from offline_collect.merchant.postings.paid_at_office_list import OutsideList, settle_list
from offline_collect.merchant.postings.reconciliation import ResolveOrder, resolve
from offline_collect.merchant.postings.suspense import apply, refund
from offline_collect.merchant.profile.lifecycle import (
    change_merchant,
    change_status,
    close_merchant,
    register_merchant,
)
from offline_collect.merchant.reports.export import hand_out
from offline_collect.settlement.reconciliation.days import reconcile_day, settle_day
from offline_collect.store import ImportKind
from offline_collect.store.schema.user_tables import audit_trail
from tests.fakes.bank import DAY
from tests.merchant.documents import NOW
from tests.merchant.exported import order_of
from tests.merchant.importing import BILLS, KINDS, unseen
from tests.support.actors import user

AUDITOR, NOBODY = user("wang.fang", Role.AUDITOR), replace(user("nobody"), roles=frozenset())
ENTRY = Entry("SCHOOL01", "B1", AUDITOR, {})
LAYOUT = ({}, "layout")

USE_CASES = {
    "import": (
        lambda desk: import_file(
            desk.store, replace(desk.order("bills", BILLS), actor=AUDITOR), KINDS["bills"], unseen
        ),
        Permission.IMPORT,
    ),
    "preview": (
        lambda desk: preview_file(
            desk.store, replace(desk.order("bills", BILLS), actor=AUDITOR), KINDS["bills"], unseen
        ),
        Permission.IMPORT,
    ),
    "propose mapping": (
        lambda desk: propose_mapping(
            desk.store, replace(desk.order("bills", BILLS), actor=AUDITOR), KINDS["bills"]
        ),
        Permission.IMPORT,
    ),
    "remember mapping": (
        lambda desk: remember_mapping(
            desk.store, ToRemember("SCHOOL01", ImportKind.BILLS, (), None, AUDITOR, NOW)
        ),
        Permission.IMPORT,
    ),
    "forget mapping": (
        lambda desk: forget_mapping(desk.store, "SCHOOL01", 1, AUDITOR, NOW),
        Permission.IMPORT,
    ),
    "release": (lambda desk: imports.release(desk.store, 1, AUDITOR, NOW, unseen), Permission.RELEASE),
    "reject": (lambda desk: imports.reject(desk.store, 1, AUDITOR, NOW), Permission.RELEASE),
    "undo": (lambda desk: imports.undo(desk.store, 1, AUDITOR, NOW, unseen), Permission.RELEASE),
    "add bill": (lambda desk: add_bill(desk.store, ENTRY, LAYOUT, NOW), Permission.MAINTAIN_BILLS),
    "set bill": (lambda desk: set_bill(desk.store, ENTRY, LAYOUT, NOW), Permission.MAINTAIN_BILLS),
    "withdraw bill": (
        lambda desk: withdraw_bill(desk.store, "SCHOOL01", "B1", "typo", AUDITOR, NOW),
        Permission.MAINTAIN_BILLS,
    ),
    "restore bill": (
        lambda desk: restore_bill(desk.store, "SCHOOL01", "B1", "typo", AUDITOR, NOW),
        Permission.MAINTAIN_BILLS,
    ),
    "add customer": (
        lambda desk: add_customer(desk.store, ENTRY, LAYOUT, NOW),
        Permission.MAINTAIN_CUSTOMERS,
    ),
    "set customer": (
        lambda desk: set_customer(desk.store, ENTRY, LAYOUT, NOW),
        Permission.MAINTAIN_CUSTOMERS,
    ),
    **{
        f"{name} mandate": (
            lambda desk, decide=decide, given=given: decide(
                desk.store, MandateOrder("SCHOOL01", "M1", AUDITOR, NOW), *given
            ),
            Permission.MAINTAIN_MANDATES,
        )
        for name, decide, given in (
            ("sign", mandates.sign, (NOW.date(), None)),
            ("suspend", mandates.suspend, ("x",)),
            ("resume", mandates.resume, ("x",)),
            ("cancel", mandates.cancel, ("x", Party.PAYER)),
        )
    },
    "publish": (
        lambda desk: publish(desk.store, "SCHOOL01", None, None, (), AUDITOR, NOW),
        Permission.PUBLISH_FORMS,
    ),
    "register user": (
        lambda desk: register_user(desk.store, "eve", [Role.ADMIN], AUDITOR, NOW),
        Permission.MAINTAIN_USERS,
    ),
    "set user": (
        lambda desk: set_user(desk.store, "eve", UserChange(disabled=True), AUDITOR, NOW),
        Permission.MAINTAIN_USERS,
    ),
    "set password": (
        lambda desk: set_password(desk.store, "eve", "several plain words", AUDITOR, NOW),
        Permission.MAINTAIN_USERS,
    ),
    "register merchant": (
        lambda desk: register_merchant(desk.store, None, AUDITOR, NOW),
        Permission.MAINTAIN_MERCHANTS,
    ),
    "change merchant": (
        lambda desk: change_merchant(desk.store, "SCHOOL01", None, AUDITOR, NOW),
        Permission.MAINTAIN_MERCHANTS,
    ),
    "suspend": (
        lambda desk: change_status(desk.store, "SCHOOL01", MerchantStatus.SUSPENDED, AUDITOR, NOW),
        Permission.MAINTAIN_MERCHANTS,
    ),
    "close": (
        lambda desk: close_merchant(desk.store, "SCHOOL01", AUDITOR, NOW),
        Permission.MAINTAIN_MERCHANTS,
    ),
    "refund": (lambda desk: refund(desk.store, Refund("1", "twice", "x"), AUDITOR, NOW), Permission.SUSPENSE),
    "apply": (
        lambda desk: apply(desk.store, Application("1", "B1", "twice", "x"), AUDITOR, NOW),
        Permission.SUSPENSE,
    ),
    "resolve": (
        lambda desk: resolve(desk.store, ResolveOrder(1, None, "x", "156"), AUDITOR, NOW),
        Permission.RECONCILE,
    ),
    "resolve debit": (
        lambda desk: resolve_debit(
            desk.store, DoubtOrder("20261122000001", 1, BankSays(None), "x"), AUDITOR, NOW
        ),
        Permission.DEBIT,
    ),
    "retry payout": (
        lambda desk: retry_failed(desk.store, RetryOrder("S1-1", OtherAccount(), "x"), AUDITOR, NOW),
        Permission.SETTLE,
    ),
    "reconcile day": (lambda desk: reconcile_day(desk.store, AUDITOR, DAY, NOW), Permission.RECONCILE),
    "settle day": (lambda desk: settle_day(desk.store, AUDITOR, DAY, NOW), Permission.SETTLE),
    "settle outside": (
        lambda desk: settle_outside(
            desk.store, OutsidePayment("SCHOOL01", "B1", None, "R", "x"), AUDITOR, NOW
        ),
        Permission.PAID_AT_OFFICE,
    ),
    "undo outside": (
        lambda desk: undo_outside(desk.store, UndoOutside("1", "twice", "x"), AUDITOR, NOW),
        Permission.PAID_AT_OFFICE,
    ),
    "settle a list": (
        lambda desk: settle_list(
            desk.store, OutsideList("SCHOOL01", desk.folder / "x.csv", None, LAYOUT, AUDITOR), NOW
        ),
        Permission.PAID_AT_OFFICE,
    ),
    "unmask messages": (
        lambda desk: record_unmasking(desk.store, "ascii", [], AUDITOR, NOW),
        Permission.SEE_PERSONAL,
    ),
    "hand out": (
        lambda desk: hand_out(desk.store, replace(order_of(desk.folder), actor=NOBODY)),
        Permission.VIEW,
    ),
}


@pytest.mark.parametrize("name", USE_CASES)
def test_a_use_case_refuses_by_itself(pupils, name):
    use_case, permission = USE_CASES[name]
    before = pupils.rows(audit_trail)
    with pytest.raises(NotPermittedError) as caught:
        use_case(pupils)
    assert caught.value.permission is permission
    assert pupils.rows(audit_trail) == before
