"""Notices to merchants: their statements are ready."""

import datetime as dt
from dataclasses import replace

import pytest

from offline_collect.domain.business_days.dates import BusinessDate
from offline_collect.domain.effects import NoticeKind
from offline_collect.domain.errors import NoticeError, ReconciliationError
from offline_collect.domain.merchant_contacts import MerchantContacts
from offline_collect.domain.settlement.cycles import Cycle, CycleKind, SettlementTerms
from offline_collect.notify.addresses import view_faults
from offline_collect.notify.preview import PreviewOrder, preview_notice
from offline_collect.notify.view import view_notice
from offline_collect.settlement.reconciliation.days import reconcile_day, settle_day
from offline_collect.store import replace_merchant, require_merchant
from tests.fakes.bank import DAY
from tests.notify.conftest import FILE, WORDS
from tests.notify.test_events import in_outbox
from tests.notify.test_replies import answered
from tests.settlement.conftest import Desk as Evening
from tests.settlement.fep import Book
from tests.support.actors import user
from tests.support.samples import PUPIL

OPS = user("ops")
CONTACTS = MerchantContacts(mobile="13900001234")
STATEMENT = "STATEMENT_READY:SCHOOL01/20261122"


def ask(desk, merchant_id="SCHOOL01", contacts=CONTACTS, **changes):
    """Have a merchant want to know of its statements, and nothing else."""
    with desk.store.transaction() as tx:
        merchant = require_merchant(tx, merchant_id)
        usual = frozenset({"PAID", "REVERSED", "DEBIT_FAILED"})
        wanted = {"notices": True, "untold": usual, "also_told": frozenset({"STATEMENT_READY"})}
        replace_merchant(tx, replace(merchant, contacts=contacts, **wanted | changes))


@pytest.fixture
def evening(desk, tmp_path):
    """A day of two merchants' payments that can be settled."""
    book = Book()
    book.pay(desk.teller.pay("S1")[0])
    book.pay(desk.teller.pay("W1", 20_000, "WATER001")[0])
    made = Evening(desk.teller, tmp_path)
    made.cutover(DAY)
    made.ingest(book)
    reconcile_day(desk.store, OPS, DAY, desk.now())
    return made


def settle(desk):
    settle_day(desk.store, OPS, DAY, desk.now())


def test_a_merchant_is_told_of_its_statement_with_the_settlement_and_once(desk, evening):
    ask(desk)
    settle(desk)
    assert in_outbox(desk)[-1] == ("STATEMENT_READY", "2026-11-22", 12_345)
    with pytest.raises(ReconciliationError):
        settle(desk)
    desk.wait()
    sender = desk.sender()
    assert sender.round().sent == 1
    desk.wait()
    assert sender.round().idle
    told = next(each for each in desk.channel.messages if each.message_id == STATEMENT)
    assert (told.text, told.to.address) == (
        "【阳光小学】2026-11-22的对账单已生成，净额123.45元。",
        "13900001234",
    )
    shown = view_notice(desk.store, OPS, STATEMENT)
    assert (shown["customer"], shown["bill"], shown["state"]) == (None, "2026-11-22", "SENT")
    assert evening.teller.report().whole


def test_a_merchant_that_was_only_paid_on_a_day_has_a_statement_too(desk, evening):
    ask(desk, settlement=SettlementTerms(Cycle(CycleKind.NEXT_DAY)))
    settle(desk)
    following = BusinessDate.of(DAY + dt.timedelta(days=1))
    evening.cutover(following)
    reconcile_day(desk.store, OPS, following, desk.now())
    settle_day(desk.store, OPS, following, desk.now())
    assert in_outbox(desk)[-2:] == [
        ("STATEMENT_READY", "2026-11-22", 12_345),
        ("STATEMENT_READY", "2026-11-23", 0),
    ]


def test_nobody_is_told_who_has_not_asked_or_if_the_day_is_not_settled(desk, evening):
    assert [kind for kind, *_ in in_outbox(desk)] == ["PAID"]
    ask(desk, also_told=frozenset())
    settle(desk)
    assert [kind for kind, *_ in in_outbox(desk)] == ["PAID"]


def test_a_customer_who_is_called_like_nobody_does_not_read_the_merchant_s_statement(desk, evening):
    desk.pupil("-", "S-NOBODY")
    ask(desk, untold=frozenset())
    desk.teller.pay("S-NOBODY")
    settle(desk)
    desk.wait()
    desk.sender().round()
    by_number = {each.to.address: each.text for each in desk.channel.messages}
    assert "对账单" in by_number["13900001234"]
    assert "对账单" not in by_number["138-"]
    assert len(desk.channel.messages) == 3


def test_a_merchant_s_address_may_opt_out_and_may_be_wrong(desk, evening):
    ask(desk)
    settle(desk)
    desk.wait()
    desk.sender().round()
    assert answered(desk, "发错了", number="13900001234").merchants == ["SCHOOL01"]
    (fault,) = view_faults(desk.store, OPS, "SCHOOL01", 3, (None, 10)).documents
    assert fault == {"customer": "-", "address": "139****1234", "fault": "REFUSED", "count": 1}


def test_a_number_that_customers_share_still_reaches_the_merchant(desk, evening):
    desk.customer(
        "SCHOOL01",
        replace(PUPIL, customer_no="OTHER", name="李四", inputs={"student_no": "1"}),
        mobile=CONTACTS.mobile,
    )
    desk.customer("SCHOOL01", PUPIL, mobile=CONTACTS.mobile)
    ask(desk, untold=frozenset())
    settle(desk)
    desk.wait()
    desk.sender().round()
    assert [each.message_id for each in desk.channel.messages] == [STATEMENT]
    suppressed = [each.reason for each in desk.rows() if each.state.value == "SUPPRESSED"]
    assert suppressed == ["customers of different names have the address"]


def test_a_statement_can_be_previewed_once_its_day_is_settled(desk, evening):
    def previewed(date, merchant_id="SCHOOL01"):
        order = PreviewOrder(NoticeKind.STATEMENT_READY, (merchant_id, date), FILE)
        return preview_notice(desk.store, OPS, WORDS, order, desk.now()).text

    with pytest.raises(NoticeError, match="SCHOOL01 has no sums of 2026-11-22"):
        previewed("2026-11-22")
    with pytest.raises(NoticeError, match="'S1' is no business date"):
        previewed("S1")
    settle(desk)
    assert previewed("2026-11-22") == "【阳光小学】2026-11-22的对账单已生成，净额123.45元。"
