"""Amount rule OLDEST_FIRST on real databases: the customer's open bills are found, and locked with the payment's."""

import threading
from contextlib import closing
from dataclasses import replace

import pytest
from sqlalchemy import update

from offline_collect.domain.facts import Facts, Locked, Wants
from offline_collect.domain.merchant_documents import rules_to_document
from offline_collect.domain.merchants import AmountRule, AmountRuleKind
from offline_collect.engine.holding import named
from offline_collect.store.database.json import to_json
from offline_collect.store.schema.tables import bills, merchants
from tests.fakes.bank import NOON
from tests.store.teller import load
from tests.support.samples import DUE, SCHOOL

KEYS = {("SCHOOL01", f"S{n}") for n in range(1, 13)}


def in_order(teller):
    """Let the school's bills be paid in the order of their due dates, S1 first; return the teller."""
    rules = rules_to_document(replace(SCHOOL, amount_rule=AmountRule(AmountRuleKind.OLDEST_FIRST)))
    with teller.store.transaction() as tx:
        own = merchants.c.merchant_id == "SCHOOL01"
        tx.connection.execute(update(merchants).where(own).values(rules=to_json(rules)))
        for n in range(1, 13):
            bill = bills.c.bill_no == f"S{n}"
            tx.connection.execute(update(bills).where(bill).values(due_date=DUE.replace(day=n)))
    return teller


def test_bills_are_paid_in_order_or_together(teller):
    in_order(teller)
    assert teller.pay("S2")[1].brief == "S1 goes first"
    assert teller.pay("S1")[1].approved
    together = teller.terminal.payment_of(NOON, "SCHOOL01", {f"S{n}": 12_345 for n in (4, 3, 2)})
    assert teller.ask(together).approved
    assert teller.pay("S6")[1].brief == "S5 goes first"
    assert teller.pay("W1", 20_000, "WATER001")[1].approved


def test_two_payments_in_one_batch(teller):
    in_order(teller)
    both = [teller.terminal.payment(NOON, "SCHOOL01", bill, 12_345) for bill in ("S1", "S2")]
    assert [answer.code.value for answer in teller.submit(*both)] == ["APPROVED", "APPROVED"]


def test_only_open_bills_in_effect_are_found(teller):
    in_order(teller)
    teller.pay("S1")
    with teller.store.transaction() as tx:
        for n, change in (
            (2, {"mark": "IN_BATCH"}),
            (3, {"standing": "FORMER"}),
            (4, {"open_from": DUE.replace(year=2027)}),
        ):
            tx.connection.execute(update(bills).where(bills.c.bill_no == f"S{n}").values(**change))
    asked = {("SCHOOL01", "S9"), ("SCHOOL01", "NONE"), ("WATER001", "W1")}
    facts = teller.facts(open_bills=asked)
    found = KEYS - {("SCHOOL01", f"S{n}") for n in (1, 2, 3, 4)}
    assert set(facts.open_bills["SCHOOL01", "S9"]) == found
    assert facts.open_bills["SCHOOL01", "NONE"] == ()
    assert facts.open_bills["WATER001", "W1"] == (("WATER001", "W1"),)
    assert facts.bills.keys() == found | {("WATER001", "W1")}


@pytest.mark.postgresql
class TestLocks:
    def test_the_open_bills_are_locked(self, postgresql_teller):
        teller = in_order(postgresql_teller)
        with closing(teller.store.write_session()) as other, closing(teller.store.write_session()) as lane:
            teller.decide(other, teller.terminal.payment(NOON, "SCHOOL01", "S5", 12_345))
            command = teller.terminal.payment(NOON, "SCHOOL01", "S1", 12_345)
            facts = Facts(lane.begin(), locked=Locked())
            load(lane, [command], facts)
            assert facts.locked.bills == KEYS
            assert named(command, facts) >= KEYS
            lane.rollback()
            other.rollback()

    def test_an_older_bill_paid_meanwhile_is_seen_under_the_lock(self, postgresql_teller):
        teller = in_order(postgresql_teller)
        answers = []

        def pay_the_next():
            with closing(teller.store.write_session()) as lane:
                ((answer, _),) = teller.decide(lane, teller.terminal.payment(NOON, "SCHOOL01", "S2", 12_345))
                answers.append(answer)
                lane.rollback()

        with closing(teller.store.write_session()) as other:
            ((_, effects),) = teller.decide(other, teller.terminal.payment(NOON, "SCHOOL01", "S1", 12_345))
            waiting = threading.Thread(target=pay_the_next)
            waiting.start()
            other.write([effects])
            other.commit()
            waiting.join()
        assert answers[0].approved

    def test_opposite_orders_do_not_wait_for_each_other_in_a_circle(self, postgresql_teller):
        """Both lock all open bills in the order of their numbers, whatever they name."""
        teller = in_order(postgresql_teller)
        with closing(teller.store.write_session()) as first, closing(teller.store.write_session()) as second:
            facts = Facts(first.begin())
            first.load(Wants(bills={("SCHOOL01", "S9")}, open_bills={("SCHOOL01", "S9")}), facts)
            held = Facts(second.begin(), locked=Locked())
            second.load(Wants(bills={("SCHOOL01", "S1")}, open_bills={("SCHOOL01", "S1")}), held)
            assert held.locked.bills == KEYS
            second.rollback()
            first.rollback()
