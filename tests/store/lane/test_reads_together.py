"""The first reads of a batch on PostgreSQL: how many round trips they take, and keys looked for one by one or as a list."""

from contextlib import closing

import pytest

from offline_collect.domain.effects import Effects
from offline_collect.domain.facts import Facts, Wants
from offline_collect.store import open_store
from offline_collect.store.database.pipeline import Pipeline
from offline_collect.store.database.raw_select import ONE_BY_ONE_MAX
from offline_collect.store.schema.tables import payments
from tests.store.lane.test_collisions import NEW
from tests.store.postings import PAYMENT

BILL = ("SCHOOL01", "S1")
TABLES = ("transactions", "traces", "merchants", "bills", "payments", "payment_forms")


@pytest.fixture
def trips(monkeypatch):
    """The names of the tables that each round trip to PostgreSQL reads or writes, in its order."""
    made, carry_out = [], Pipeline.round_trip

    def noted(pipeline, statements, done):
        sent = [*statements]
        made.append([name for each in sent for name in TABLES if f" {name} ".encode() in each.sql])
        return carry_out(pipeline, sent, done)

    monkeypatch.setattr(Pipeline, "round_trip", noted)
    return made


def test_a_merchant_met_for_the_first_time_costs_one_more_round_trip(postgresql_teller, trips):
    # A store of its own has met nobody.
    store, facts = open_store(postgresql_teller.store._settings), Facts()
    with closing(store.write_session()) as session:
        session.begin_and_load(Wants(keys={"P|1"}, merchants={"SCHOOL01"}), facts)
        session.load(Wants(bills={BILL}, forms={("SCHOOL01", 1)}), facts)
        session.write_and_commit([NEW])
    store.dispose()
    assert trips == [["transactions", "merchants"], ["bills", "payment_forms"], ["transactions"]]
    assert (facts.bills[BILL].bill_no, facts.forms["SCHOOL01", 1].version) == ("S1", 1)


def test_bills_are_locked_after_the_payments_that_keys_of_the_same_read_name(postgresql_teller, trips):
    command, _ = postgresql_teller.pay()
    facts = Facts()
    postgresql_teller.session.begin_and_load(Wants(), facts)
    trips.clear()
    postgresql_teller.session.load(Wants(keys={command.key}, bills={BILL}), facts)
    postgresql_teller.session.rollback()
    assert trips == [["transactions"], ["payments"], ["bills"]]


@pytest.mark.parametrize("others", [0, 1, ONE_BY_ONE_MAX])
def test_few_keys_and_many_find_the_same_rows(postgresql_teller, others):
    command, _ = postgresql_teller.pay()
    unknown = {f"P|{n}" for n in range(others)}
    wants = Wants(
        keys={command.key} | unknown,
        traces={command.trace} | unknown,
        bills={BILL} | {("SCHOOL01", key) for key in unknown},
        merchants={"SCHOOL01"} | unknown,
    )
    facts = Facts()
    postgresql_teller.session.begin_and_load(wants, facts)
    assert {key for key, found in facts.transactions.items() if found} == {command.key}
    assert {trace for trace, found in facts.traces.items() if found} == {command.trace}
    assert {key for key, found in facts.bills.items() if found} == {BILL}
    assert {key for key, found in facts.merchants.items() if found} == {"SCHOOL01"}
    assert facts.missing(wants) == Wants()


def test_a_key_with_a_nul_is_not_cut_off_before_it(postgresql_teller):
    command, _ = postgresql_teller.pay()
    with pytest.raises(ValueError, match="NUL"):
        postgresql_teller.session.begin_and_load(Wants(keys={f"{command.key}\0"}), Facts())
    postgresql_teller.session.rollback()
    postgresql_teller.session.begin_and_load(Wants(), Facts())
    postgresql_teller.session.write_and_commit([Effects(payments=(PAYMENT,))])
    assert postgresql_teller.count(payments) == 2


def test_an_empty_key_is_looked_for_and_has_no_row(postgresql_teller):
    facts = Facts()
    postgresql_teller.session.begin_and_load(Wants(bills={("SCHOOL01", "")}), facts)
    assert facts.bills == {("SCHOOL01", ""): None}
