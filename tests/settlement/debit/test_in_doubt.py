"""Debits whose result left doubt: a person settles or refuses them with another's consent, as the result would have."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import func, select

from offline_collect.domain.access.actor import NotPermittedError
from offline_collect.domain.access.roles import Role
from offline_collect.domain.codes import ResponseCode
from offline_collect.domain.debits.batches import RecordState
from offline_collect.domain.debits.in_doubt import BankSays
from offline_collect.domain.debits.mandates import MandateState
from offline_collect.domain.debits.return_codes import MandateEffect
from offline_collect.domain.debits.selection import Attempt, LeftOut
from offline_collect.domain.errors import DebitError
from offline_collect.domain.transactions import PaymentState
from offline_collect.merchant.access.approvals import approve
from offline_collect.merchant.access.errors import ApprovalError
from offline_collect.merchant.access.requests import Asked
from offline_collect.merchant.access.users import register_user
from offline_collect.merchant.common.errors import TextError
from offline_collect.merchant.postings.debits_in_doubt import DoubtOrder, resolve_debit
from offline_collect.settlement.debit.view import view_batch
from offline_collect.store import NotFoundError, require_open_day
from offline_collect.store.backoffice.mandates import get_mandate
from offline_collect.store.schema.debit_tables import debit_records
from offline_collect.store.schema.reconciliation_tables import recon_items
from offline_collect.store.schema.tables import entries
from tests.settlement.debit.desk import OPERATOR
from tests.support.actors import person, user

ANNA = person("anna", Role.OPERATOR)
BOB = person("bob", Role.CHECKER)
ROOT = user("root")
AMOUNT = 12_345


def resolve(desk, place, settled=None, actor=OPERATOR, **said):
    order = DoubtOrder(*place, BankSays(settled, **said), "said by phone")
    return resolve_debit(desk.store, order, actor, desk.now)


def record(desk, place):
    columns = (
        "state",
        "return_code",
        "settled_minor",
        "core_serial",
        "payment_serial",
        "live_bill",
        "retry_on",
    )
    found = desk.rows(debit_records, "batch_no", "sequence", *columns)
    (row,) = (row[2:] for row in found if row[:2] == place)
    return dict(zip(columns, row, strict=True))


def mandate(desk):
    with desk.store.snapshot() as reading:
        return get_mandate(reading, "SCHOOL01", "R-PUPIL").terms.decided


def balances(desk):
    with desk.store.snapshot() as reading:
        sums = select(entries.c.account, func.sum(entries.c.amount_minor)).group_by(entries.c.account)
        return dict(tuple(row) for row in reading.connection.execute(sums))


def test_a_settled_one_pays_its_bill_as_the_result_would_have(desk):
    place = desk.in_doubt("S3")
    assert desk.teller.pay("S3")[1].code is ResponseCode.IN_BATCH
    done = resolve(desk, place, AMOUNT, reference="C-77")
    assert desk.states("S3", "S4") == ["PAID", "OPEN"]
    (payment,) = desk.payments("S3")
    assert (payment.serial_number, payment.tender.value, payment.state) == (
        done.payment_serial,
        "BATCH",
        PaymentState.APPROVED,
    )
    assert record(desk, place) == {
        "state": "SETTLED",
        "return_code": "4001",
        "settled_minor": AMOUNT,
        "core_serial": "C-77",
        "payment_serial": done.payment_serial,
        "live_bill": None,
        "retry_on": None,
    }
    assert balances(desk) == {"BATCH_CLEARING": AMOUNT, "PAYABLE": -AMOUNT}
    view = view_batch(desk.store, OPERATOR, place[0])
    assert view.locked == ()
    (told,) = view.resolved
    assert (told.actor, told.before["state"], told.after["state"]) == ("ops", "LOCKED", "SETTLED")
    assert (told.after["payment"], told.after["reason"]) == (done.payment_serial, "said by phone")


def test_it_can_come_back_like_any_other(desk):
    batch_no, sequence = place = desk.in_doubt("S3")
    resolve(desk, place, AMOUNT)
    batch = view_batch(desk.store, OPERATOR, batch_no).stored.batch
    desk.take_back(desk.returns(batch, (sequence, "S3", AMOUNT)))
    assert desk.states("S3") == ["OPEN"]
    assert set(balances(desk).values()) == {0}


def test_a_refused_one_opens_its_bill_and_is_debited_again_only_when_asked(desk):
    place = desk.in_doubt("S3", "5555")
    done = resolve(desk, place)
    assert (done.payment_serial, done.mandate) == (None, MandateEffect.KEPT)
    assert desk.states("S3") == ["OPEN"]
    assert (record(desk, place)["state"], record(desk, place)["core_serial"]) == ("REFUSED", "C1")
    assert balances(desk) == {}
    desk.now += dt.timedelta(days=9)
    assert desk.export(attempt=Attempt.RETRY).left_out.counts[LeftOut.FAILED_BEFORE] == 1
    assert desk.export(attempt=Attempt.ANY).batch.record_count == 12


def test_an_amount_that_the_merchant_takes_no_part_of_waits_in_suspense(desk):
    done = resolve(desk, desk.in_doubt("S3"), 45)
    assert done.in_suspense
    assert [each.state for each in desk.payments("S3")] == [PaymentState.SUSPENSE]
    assert desk.states("S3") == ["OPEN"]


@pytest.mark.parametrize(
    ("effect", "state"),
    [(MandateEffect.SUSPENDED, MandateState.SUSPENDED), (MandateEffect.CANCELLED, MandateState.CANCELLED)],
)
def test_the_mandate_is_as_stated_and_never_revived(desk, effect, state):
    batch_no, first = desk.in_doubt("S3")
    done = resolve(desk, (batch_no, first), mandate=effect)
    assert (done.mandate, mandate(desk)) == (effect, state)


def test_a_mandate_that_has_ended_stays_so(desk):
    made, path = desk.batch()
    desk.ingest(desk.result(path, dict.fromkeys(range(1, 13), ("4001", None))))
    resolve(desk, (made.batch_no, 1), mandate=MandateEffect.CANCELLED)
    assert resolve(desk, (made.batch_no, 2), mandate=MandateEffect.SUSPENDED).mandate is MandateEffect.KEPT
    assert mandate(desk) is MandateState.CANCELLED


def test_one_asks_and_another_approves(desk):
    place = desk.in_doubt("S3")
    for name, role in (("anna", Role.OPERATOR), ("bob", Role.CHECKER)):
        register_user(desk.store, name, [role], ROOT, desk.now)
    asked = resolve(desk, place, AMOUNT, ANNA)
    assert isinstance(asked, Asked)
    assert (record(desk, place)["state"], desk.states("S3")) == ("LOCKED", ["IN_BATCH"])
    again = resolve(desk, place, actor=ANNA)
    approve(desk.store, asked.number, BOB, desk.now)
    assert desk.states("S3") == ["PAID"]
    with pytest.raises(ApprovalError, match="is LAPSED already"):
        approve(desk.store, again.number, BOB, desk.now)
    assert len(desk.payments("S3")) == 1


def test_the_answer_ends_the_item_of_the_doubt(desk):
    place = desk.in_doubt("S3")
    day = desk.store.open_day().date
    assert desk.store.cutover(day, type(day).of(day + dt.timedelta(days=1)), desk.now, "ops")
    resolve(desk, place, AMOUNT)
    assert desk.rows(recon_items, "difference", "state", "event") == [("DEBIT_IN_DOUBT", "RESOLVED", "noted")]
    assert desk.teller.report().whole


def test_what_is_not_in_doubt_or_was_not_asked_for_is_refused(desk):
    made, _ = desk.batch()
    with pytest.raises(DebitError, match=r"debit 1 of batch .* is OUT: only a LOCKED one"):
        resolve(desk, (made.batch_no, 1), AMOUNT)
    desk.cancel(made.batch_no)
    place = desk.in_doubt("S3")
    with pytest.raises(DebitError, match=r"asked for 123\.45: no more can be settled"):
        resolve(desk, place, AMOUNT + 1)
    for nothing in (0, -1):
        with pytest.raises(DebitError, match="a settled amount is more than 0"):
            resolve(desk, place, nothing)
    with pytest.raises(NotFoundError, match="has no debit 99"):
        resolve(desk, (place[0], 99))
    with pytest.raises(NotFoundError, match="no debit batch 1"):
        resolve(desk, ("1", 1))
    with pytest.raises(TextError, match="33 characters"):
        resolve(desk, place, AMOUNT, reference="x" * 33)
    with pytest.raises(NotPermittedError):
        resolve(desk, place, AMOUNT, user("mia", Role.MAKER))
    assert record(desk, place)["state"] == "LOCKED"


def test_two_who_say_otherwise_at_once_end_with_one_of_the_two(desk):
    place = desk.in_doubt("S3")

    def say(settled):
        try:
            return resolve(desk, place, settled).state
        except DebitError:
            return None

    with ThreadPoolExecutor(2) as pool:
        said = list(pool.map(say, (AMOUNT, None)))
    (done,) = (state for state in said if state is not None)
    assert record(desk, place)["state"] == done.value
    assert desk.states("S3") == ["PAID" if done is RecordState.SETTLED else "OPEN"]
    assert len(desk.payments("S3")) == (done is RecordState.SETTLED)


def test_one_that_is_resolved_before_the_cutover_of_its_day_leaves_no_item(desk):
    resolve(desk, desk.in_doubt("S3"), AMOUNT)
    with desk.store.snapshot() as reading:
        day = require_open_day(reading).date
    assert desk.store.cutover(day, type(day).of(day + dt.timedelta(days=1)), desk.now, "ops")
    assert desk.rows(recon_items, "difference") == []
