"""Each change that needs two people, requested on a store with a school, and whether it was done."""

import datetime as dt
from dataclasses import replace
from functools import cached_property

from sqlalchemy import select

from offline_collect.app.config.schemas import Schemas
from offline_collect.domain.access.actor import SYSTEM
from offline_collect.domain.access.approvals import DualAction
from offline_collect.domain.access.roles import Role
from offline_collect.domain.bills import BillState
from offline_collect.domain.debits.in_doubt import BankSays
from offline_collect.domain.decisions.outside import OutsidePayment, UndoOutside
from offline_collect.domain.decisions.suspense import Application, Refund
from offline_collect.domain.facts import Wants
from offline_collect.domain.merchants import FeeRule
from offline_collect.domain.reconciliation.classes import FollowUp, RowKind
from offline_collect.domain.reconciliation.items import ItemState
from offline_collect.domain.reconciliation.records import Item
from offline_collect.domain.transactions import PaymentState
from offline_collect.merchant.access.credentials import set_password
from offline_collect.merchant.access.requests import Asked
from offline_collect.merchant.access.user_changes import UserChange
from offline_collect.merchant.access.users import register_user, set_user
from offline_collect.merchant.postings.debits_in_doubt import DoubtOrder, resolve_debit
from offline_collect.merchant.postings.failed_payouts import RetryOrder, other_account, retry_failed
from offline_collect.merchant.postings.paid_at_office import settle_outside, undo_outside
from offline_collect.merchant.postings.paid_at_office_list import OutsideList, settle_list
from offline_collect.merchant.postings.reconciliation import ResolveOrder, resolve
from offline_collect.merchant.postings.suspense import apply, refund
from offline_collect.merchant.profile.change_rules import with_values
from offline_collect.merchant.profile.lifecycle import change_merchant, register_merchant
from offline_collect.store import find_payment, get_approval, get_merchant, get_user, read_facts
from offline_collect.store.backoffice.credentials import get_credentials
from offline_collect.store.reconciliation.items import get_item, put_items
from offline_collect.store.schema.user_tables import audit_trail
from offline_collect.store.settlement.payouts import get_payout
from tests.fakes.bank import DAY, NOON
from tests.settlement.debit.desk import Desk
from tests.store.failed_payout import put_failed_payout
from tests.store.keyed import LINKS, Keyed
from tests.support.actors import person
from tests.support.samples import SCHOOL

ANNA, BOB, CARL = person("anna"), person("bob", Role.CHECKER), person("carl", Role.CHECKER)
NEW = replace(SCHOOL, merchant_id="SCHOOL02", name="二小", fee=FeeRule(50))

ITEM = Item(
    difference="FEP_ONLY_UNKNOWN",
    follow_up=FollowUp.SUSPENSE,
    state=ItemState.OPEN,
    institution="12345678",
    business_date=DAY,
    kind=RowKind.PAYMENT,
    match_key="P|12345678|TERM0009|900001|20261122110000",
    message_key="P|12345678|TERM0009|900001|20261122110000",
    opened_at=NOON,
    terminal="TERM0009",
    merchant_id="SCHOOL01",
    bill_no="S9",
    theirs_minor=12_345,
)
"""A payment that only a front-end processor counts."""


class Office:
    """Requests each change that needs two people."""

    def __init__(self, teller, folder):
        self.teller, self.store, self.folder = teller, teller.store, folder

    # What an action is about is made when it is asked for: all of them take longer than a test.

    @cached_property
    def suspended(self):
        advice = self.teller.terminal.advice(NOON, "SCHOOL01", "no such bill", 12_345)
        return self.teller.ask(advice).values["serial_number"]

    @cached_property
    def item_no(self):
        with self.store.transaction() as tx:
            put_items(tx, [ITEM])
        return 1

    @cached_property
    def in_doubt(self):
        return Desk(self.teller, self.folder).in_doubt("S6")

    @cached_property
    def failed(self):
        return put_failed_payout(self.store, ITEM)

    @cached_property
    def keyed(self):
        return Keyed(self.store)

    @cached_property
    def paid(self):
        return settle_outside(self.store, outside("S3"), SYSTEM, NOON).serial_number

    def ask(self, action, actor=ANNA):
        asked = self.use_case(DualAction(action), actor)
        assert isinstance(asked, Asked), asked
        return asked.number

    def use_case(self, action, actor):  # noqa: C901, PLR0912 - one case for each action
        store = self.store
        match action:
            case DualAction.MERCHANT_ADD:
                return register_merchant(store, NEW, actor, NOON)
            case DualAction.MERCHANT_SET:
                return self.change({"settlement_account": "6222000000000077", "name": "一小"}, actor)
            case DualAction.USER_ADD:
                return register_user(store, "dora", [Role.MAKER], actor, NOON, os_account="dora.x")
            case DualAction.USER_SET:
                change = UserChange(roles=(Role.OPERATOR,), os_account="carl.y")
                return set_user(store, "carl", change, actor, NOON)
            case DualAction.USER_PASSWORD:
                return set_password(store, "carl", "four other plain words", actor, NOON, forget_totp=True)
            case DualAction.SUSPENSE_REFUND:
                return refund(store, Refund(self.suspended, "asked for", "x", "T-1"), actor, NOON)
            case DualAction.SUSPENSE_APPLY:
                return apply(store, Application(self.suspended, "S1", "meant for it", "x"), actor, NOON)
            case DualAction.RECON_RESOLVE:
                return resolve(
                    store, ResolveOrder(self.item_no, None, "in their journal", "156"), actor, NOON
                )
            case DualAction.DEBIT_RESOLVE:
                order = DoubtOrder(*self.in_doubt, BankSays(12_345), "said by phone")
                return resolve_debit(store, order, actor, NOON)
            case DualAction.SETTLE_RETRY:
                order = RetryOrder(self.failed, other_account("A-3", None, None), "closed")
                return retry_failed(store, order, actor, NOON)
            case DualAction.SETTLE_OUTSIDE:
                return settle_outside(store, outside("S2"), actor, NOON)
            case DualAction.SETTLE_OUTSIDE_UNDO:
                return undo_outside(store, UndoOutside(self.paid, "typed wrongly", "x"), actor, NOON)
            case DualAction.SETTLE_OUTSIDE_FILE:
                file = self.folder / "office.csv"
                header = "账单编号,金额,凭证号,收款日期\n"
                file.write_text(f"{header}S4,123.45,R-4,2026-11-20\nS5,123.45,R-5,\n", encoding="utf-8")
                order = OutsideList("SCHOOL01", file, None, Schemas().read("files/outside"), actor)
                return settle_list(store, order, NOON)
            case _:
                return self.keyed.ask(action, actor)

    def change(self, values, actor=ANNA, since=None, now=NOON):
        def edit(merchant, start):
            return with_values(merchant, values, start)

        return change_merchant(self.store, "SCHOOL01", edit, actor, now, since)

    def done(self, action):
        """Whether the requested change has been done."""
        if action in LINKS:
            return self.keyed.done(action)
        with self.store.snapshot() as reading:
            if action == DualAction.USER_PASSWORD:
                known = get_credentials(reading, "carl")
                return known is not None and known.must_change and known.password_hash is not None
            return self._is_done(DualAction(action), reading)

    def _is_done(self, action, reading):  # noqa: C901 - one case for each action
        match action:
            case DualAction.MERCHANT_ADD:
                return get_merchant(reading, "SCHOOL02") is not None
            case DualAction.MERCHANT_SET:
                return get_merchant(reading, "SCHOOL01").name == "一小"
            case DualAction.USER_ADD:
                dora = get_user(reading, "dora")
                return dora is not None and dora.os_account == "dora.x"
            case DualAction.USER_SET:
                carl = get_user(reading, "carl")
                return (carl.roles, carl.os_account) == (("OPERATOR",), "carl.y")
            case DualAction.SUSPENSE_REFUND:
                return find_payment(reading, self.suspended).state is PaymentState.REFUNDED
            case DualAction.SUSPENSE_APPLY:
                applied = find_payment(reading, self.suspended).state is PaymentState.APPLIED
                return applied and "S1" in paid(reading)
            case DualAction.RECON_RESOLVE:
                return get_item(reading, self.item_no).state is ItemState.RESOLVED
            case DualAction.DEBIT_RESOLVE:
                return "S6" in paid(reading)
            case DualAction.SETTLE_RETRY:
                return get_payout(reading, self.failed)[0].retry is not None
            case DualAction.SETTLE_OUTSIDE:
                return "S2" in paid(reading)
            case DualAction.SETTLE_OUTSIDE_UNDO:
                return "S3" not in paid(reading)
            case DualAction.SETTLE_OUTSIDE_FILE:
                return {"S4", "S5"} <= paid(reading)
        raise AssertionError(action)

    def state(self, number):
        with self.store.snapshot() as reading:
            return get_approval(reading, number).state

    def trail(self, most=2):
        """The latest audit rows, the latest first: the actor, the action and the user who acted for the actor."""
        with self.store.snapshot() as reading:
            latest = select(audit_trail).order_by(audit_trail.c.sequence.desc()).limit(most)
            rows = reading.connection.execute(latest)
            return [(row.actor, row.acting_through, row.action, row.subject_id) for row in rows]


def paid(reading):
    """The school's bills that are paid."""
    bills = read_facts(reading, Wants(bills={("SCHOOL01", f"S{n}") for n in range(1, 7)})).bills
    return {key[1] for key, bill in bills.items() if bill.state(dt.date(2026, 11, 22)) is BillState.PAID}


def outside(bill_no, reference="R-1"):
    return OutsidePayment("SCHOOL01", bill_no, None, reference, "x", paid_on=dt.date(2026, 11, 20))
