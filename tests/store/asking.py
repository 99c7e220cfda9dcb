"""Each change that needs two people, requested on a store with a school, and whether it was done."""

import datetime as dt
from dataclasses import replace

from sqlalchemy import select

from offline_collect.app.config.schemas import Schemas
from offline_collect.domain.access.actor import SYSTEM
from offline_collect.domain.access.approvals import DualAction
from offline_collect.domain.access.roles import Role
from offline_collect.domain.bills import BillState
from offline_collect.domain.decisions.outside import OutsidePayment, UndoOutside
from offline_collect.domain.decisions.suspense import Application, Refund
from offline_collect.domain.facts import Wants
from offline_collect.domain.merchants import FeeRule
from offline_collect.domain.transactions import PaymentState
from offline_collect.merchant.access.requests import Asked
from offline_collect.merchant.access.user_changes import UserChange
from offline_collect.merchant.access.users import register_user, set_user
from offline_collect.merchant.postings.paid_at_office import settle_outside, undo_outside
from offline_collect.merchant.postings.paid_at_office_list import OutsideList, settle_list
from offline_collect.merchant.postings.suspense import apply, refund
from offline_collect.merchant.profile.change_rules import with_values
from offline_collect.merchant.profile.lifecycle import change_merchant, register_merchant
from offline_collect.store import find_payment, get_approval, get_merchant, get_user, read_facts
from offline_collect.store.schema.user_tables import audit_trail
from tests.fakes.bank import NOON
from tests.store.keyed import LINKS, Keyed
from tests.support.actors import person
from tests.support.samples import SCHOOL

ANNA, BOB, CARL = person("anna"), person("bob", Role.CHECKER), person("carl", Role.CHECKER)
NEW = replace(SCHOOL, merchant_id="SCHOOL02", name="二小", fee=FeeRule(50))


class Office:
    """Requests each change that needs two people."""

    def __init__(self, teller, folder):
        self.teller, self.store, self.folder = teller, teller.store, folder
        advice = teller.terminal.advice(NOON, "SCHOOL01", "no such bill", 12_345)
        self.suspended = teller.ask(advice).values["serial_number"]
        self.keyed = Keyed(self.store)
        self.paid = settle_outside(self.store, outside("S3"), SYSTEM, NOON).serial_number

    def ask(self, action, actor=ANNA):
        asked = self.use_case(DualAction(action), actor)
        assert isinstance(asked, Asked), asked
        return asked.number

    def use_case(self, action, actor):
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
            case DualAction.SUSPENSE_REFUND:
                return refund(store, Refund(self.suspended, "asked for", "x", "T-1"), actor, NOON)
            case DualAction.SUSPENSE_APPLY:
                return apply(store, Application(self.suspended, "S1", "meant for it", "x"), actor, NOON)
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
            bills = read_facts(reading, Wants(bills={("SCHOOL01", f"S{n}") for n in range(1, 6)})).bills
            paid = {
                key[1] for key, bill in bills.items() if bill.state(dt.date(2026, 11, 22)) is BillState.PAID
            }
            suspended = find_payment(reading, self.suspended)
            carl, dora = get_user(reading, "carl"), get_user(reading, "dora")
            return {
                DualAction.MERCHANT_ADD: get_merchant(reading, "SCHOOL02") is not None,
                DualAction.MERCHANT_SET: get_merchant(reading, "SCHOOL01").name == "一小",
                DualAction.USER_ADD: dora is not None and dora.os_account == "dora.x",
                DualAction.USER_SET: (carl.roles, carl.os_account) == (("OPERATOR",), "carl.y"),
                DualAction.SUSPENSE_REFUND: suspended.state is PaymentState.REFUNDED,
                DualAction.SUSPENSE_APPLY: suspended.state is PaymentState.APPLIED and "S1" in paid,
                DualAction.SETTLE_OUTSIDE: "S2" in paid,
                DualAction.SETTLE_OUTSIDE_UNDO: "S3" not in paid,
                DualAction.SETTLE_OUTSIDE_FILE: {"S4", "S5"} <= paid,
            }[DualAction(action)]

    def state(self, number):
        with self.store.snapshot() as reading:
            return get_approval(reading, number).state

    def trail(self, most=2):
        """The latest audit rows, the latest first: the actor, the action and the user who acted for the actor."""
        with self.store.snapshot() as reading:
            latest = select(audit_trail).order_by(audit_trail.c.sequence.desc()).limit(most)
            rows = reading.connection.execute(latest)
            return [(row.actor, row.acting_through, row.action, row.subject_id) for row in rows]


def outside(bill_no, reference="R-1"):
    return OutsidePayment("SCHOOL01", bill_no, None, reference, "x", paid_on=dt.date(2026, 11, 20))
