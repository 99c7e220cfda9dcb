"""A lane without its thread, on a real store with the sample merchants."""

import datetime as dt
from contextlib import closing
from dataclasses import replace

from sqlalchemy import func, select

from offline_collect.domain.decide import decide, want
from offline_collect.domain.decisions.deciding import NUMBERS_A_COMMAND, Context
from offline_collect.domain.effects import NO_EFFECTS
from offline_collect.domain.facts import Facts, Wants
from offline_collect.store import (
    BillRecord,
    CustomerRecord,
    add_merchant,
    open_first_day,
    publish_form,
    put_bills,
    put_customers,
    verify,
)
from tests.fakes.bank import DAY, NOON, TERMS
from tests.messages.commands import Terminal
from tests.support.samples import DUE, PUPIL, SCHOOL, SCHOOL_FORM, TENANT, WATER, WATER_FORM

OPENED = NOON - dt.timedelta(hours=12)
SCHOOL_BILLS = [
    BillRecord(f"S{n}", PUPIL.customer_no, 12_345, DUE, description="十一月餐费", period="2026-11")
    for n in range(1, 13)
]
WATER_BILLS = [BillRecord("W1", TENANT.customer_no, 20_000, DUE, extra={"用水量": "12 m³"})]


def fill(store):
    """Write the sample merchants with their forms, customers and bills."""
    samples = ((SCHOOL, SCHOOL_FORM, PUPIL, SCHOOL_BILLS), (WATER, WATER_FORM, TENANT, WATER_BILLS))
    with store.transaction() as tx:
        open_first_day(tx, DAY, OPENED)
        for merchant, form, customer, bills in samples:
            add_merchant(tx, merchant)
            publish_form(tx, merchant.merchant_id, form, OPENED)
            person = CustomerRecord(customer.customer_no, customer.name, customer.inputs)
            put_customers(tx, merchant.merchant_id, [person])
            put_bills(tx, merchant.merchant_id, bills)


class Teller:
    """Decides commands on a store; tests set ``now``."""

    def __init__(self, store, *, filled=False):
        """Open a session; the sample merchants are written first, if they are not there yet."""
        self.store = store
        self.now = NOON
        self.terminal = Terminal()
        if not filled:
            fill(store)
        self.session = store.write_session()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.session.close()

    def decide(self, session, *commands):
        """Begin a batch and decide it; return answers and effects, neither written nor committed."""
        number = session.reserve_numbers(len(commands) * NUMBERS_A_COMMAND)
        facts = Facts(any_order={SCHOOL.merchant_id, WATER.merchant_id})
        session.begin_and_load(wanted_by(commands, facts), facts)
        load(session, commands, facts)
        decisions = []
        for place, command in enumerate(commands):
            context = Context(self.now, number + place * NUMBERS_A_COMMAND, TERMS)
            answer, effects = decide(command, facts, context)
            decisions.append((answer, effects))
            if effects is not NO_EFFECTS:
                facts.apply(effects)
        return decisions

    def submit(self, *commands):
        """Decide, write and commit a batch; return its answers."""
        decisions = self.decide(self.session, *commands)
        effects = [effects for _, effects in decisions]
        if self.session.commits_with_writes(len(effects)):
            self.session.write_and_commit(effects)
        else:
            self.session.write(effects)
            self.session.commit()
        return [answer for answer, _ in decisions]

    def ask(self, command):
        """Decide and commit one command."""
        (answer,) = self.submit(command)
        return answer

    def read(self, *commands):
        """Decide commands on a read session."""
        with closing(self.store.read_session()) as session:
            facts = Facts(session.begin())
            load(session, commands, facts)
            answers = [decide(command, facts, Context(self.now, 0, TERMS))[0] for command in commands]
            session.rollback()
        return answers

    def pay(self, bill_no="S1", amount=12_345, merchant="SCHOOL01", **more):
        """Pay a bill; return the command and its answer."""
        command = self.terminal.payment(self.now, merchant, bill_no, amount, **more)
        return command, self.ask(command)

    def facts(self, **wanted):
        """Load wanted facts on a write session."""
        return loaded(self.session, **wanted)

    def count(self, table):
        """Return how many rows a table has."""
        with self.store.snapshot() as tx:
            return tx.connection.execute(select(func.count()).select_from(table)).scalar_one()

    def report(self):
        """Verify the store."""
        with self.store.snapshot() as tx:
            return verify(tx)


def load(session, commands, facts):
    """Load the facts that the commands want, round by round."""
    while missing := facts.missing(wanted_by(commands, facts)):
        session.load(missing, facts)


def wanted_by(commands, facts):
    """Return the wants of all commands."""
    wants = Wants()
    for command in commands:
        want(command, facts, wants)
    return wants


def loaded(session, **wanted):
    """Load wanted facts in a separate batch."""
    facts = Facts(session.begin())
    session.load(Wants(**wanted), facts)
    session.rollback()
    return facts


def published(merchant, version=1):
    """Return a sample merchant as it is once its form is published."""
    return replace(merchant, form_version=version)
