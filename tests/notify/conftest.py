"""A bank that tells payers what happened, on each kind of database."""

import datetime as dt
from dataclasses import replace
from threading import Thread

import pytest
from twisted.internet.epollreactor import EPollReactor

from offline_collect.domain.effects import NoticeKind
from offline_collect.domain.notices.deliveries import NoticeChannel
from offline_collect.domain.notices.planning import ChannelTerms, SendTerms
from offline_collect.domain.notices.results import ACCEPTED
from offline_collect.domain.notices.timing import Limits, Retries
from offline_collect.notify.channels.outlet import InSender
from offline_collect.notify.rendering import Words
from offline_collect.notify.send import Sender, SenderName
from offline_collect.store import BillRecord, CustomerRecord, put_bills, put_customers
from offline_collect.store.notices.rows import delivery_from_row
from offline_collect.store.schema.notice_tables import notice_deliveries
from tests.fakes.bank import BEIJING
from tests.store.conftest import teller_of
from tests.support.actors import user
from tests.support.samples import DUE, PUPIL, TENANT

FILE = NoticeChannel.FILE
TERMS = SendTerms(
    zone=BEIJING,
    channels={FILE: ChannelTerms(None, Limits(1_000, 100))},
    retries=Retries(attempts_max=3, least_s=10, most_s=600),
    merge_window=dt.timedelta(seconds=60),
    merge_max=20,
    claim=dt.timedelta(seconds=300),
)
WORDS = Words(
    "zh",
    BEIJING,
    {
        NoticeKind.PAID: "账单{bill}已缴{amount}元。",
        NoticeKind.REVERSED: "账单{bill}的{amount}元已撤销。",
        NoticeKind.DEBIT_FAILED: "账单{bill}扣款失败。",
        NoticeKind.BILL_IMPORTED: "新账单{bill}，{amount}元。",
        NoticeKind.DUE_SOON: "账单{bill}的{amount}元将于{due_date}到期。",
        NoticeKind.OVERDUE: "账单{bill}的{amount}元已于{due_date}到期。",
        NoticeKind.DEBIT_DUE: "账单{bill}将于{debit_date}扣款{amount}元。",
        NoticeKind.MANDATE_CHANGED: "授权{mandate}已变更：{mandate_state}。{mandate_terms}",
        NoticeKind.STATEMENT_READY: "{business_date}的对账单已生成，净额{amount}元。",
    },
)


class Recorded:
    """A channel that records what it gets and says what it was told to say."""

    accepted = ACCEPTED

    def __init__(self):
        self.messages = []
        self.says = ACCEPTED

    def send(self, messages):
        self.messages += messages
        return [self.says] * len(messages)

    @property
    def ids(self):
        return [each.message_id for each in self.messages]

    @property
    def texts(self):
        return [each.text for each in self.messages]


class Desk:
    """A bank whose payers have mobiles and consent; time is the teller's."""

    def __init__(self, teller):
        self.teller, self.store = teller, teller.store
        self.channel = Recorded()
        self.customer("SCHOOL01", PUPIL)
        self.customer("WATER001", TENANT)

    def customer(self, merchant_id, customer, **changes):
        """Give a sample customer his addresses, with changes."""
        number = customer.customer_no
        record = CustomerRecord(
            number, customer.name, customer.inputs, mobile=f"138{number[-8:]}", consent=True
        )
        with self.store.transaction() as tx:
            put_customers(tx, merchant_id, [replace(record, **changes)])

    def pupil(self, number, bill_no):
        """Add a pupil of the school with a bill."""
        self.customer("SCHOOL01", replace(PUPIL, customer_no=number, inputs={"student_no": number}))
        with self.store.transaction() as tx:
            put_bills(tx, "SCHOOL01", [BillRecord(bill_no, number, 12_345, DUE)])

    def now(self):
        return self.teller.now

    def monotonic(self):
        return self.teller.now.timestamp()

    def sender(self, name="one", terms=TERMS, port=None, batch_max=50, words=WORDS):
        outlets = dict.fromkeys(terms.channels, InSender(port or self.channel))
        who = SenderName(name, user("ops"))
        return Sender(
            self.store, self, terms, words, who=who, outlets=outlets, share=lambda: 1.0, batch_max=batch_max
        )

    def wait(self, seconds=60):
        """Let time pass."""
        self.teller.now += dt.timedelta(seconds=seconds)

    def rows(self):
        """All deliveries, by id."""
        with self.store.snapshot() as reading:
            asked = notice_deliveries.select().order_by(notice_deliveries.c.notice_id)
            return [delivery_from_row(row) for row in reading.connection.execute(asked)]

    def states(self):
        return [each.state.value for each in self.rows()]


@pytest.fixture(scope="module")
def reactor():
    """A reactor of its own in a thread, as the command has it."""
    made = EPollReactor()
    thread = Thread(target=made.run, kwargs={"installSignalHandlers": False}, daemon=True)
    thread.start()
    yield made
    made.callFromThread(made.stop)
    thread.join()


@pytest.fixture
def desk(migrated_url):
    with teller_of(migrated_url) as teller:
        yield Desk(teller)


@pytest.fixture
def postgresql_desk(migrated_postgresql_url):
    with teller_of(migrated_postgresql_url) as teller:
        yield Desk(teller)
