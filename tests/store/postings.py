"""A transaction, a payment and a reversal with the extreme values of each column."""

import datetime as dt

from offline_collect.domain.answers import Answer
from offline_collect.domain.codes import ResponseCode
from offline_collect.domain.commands import Channel, ReversalReason, Tender
from offline_collect.domain.transactions import (
    PaymentState,
    PostedPayment,
    PostedReversal,
    ReversalOutcome,
    Transaction,
    TransactionKind,
)
from tests.fakes.bank import DAY, NOON

SERIAL = "20261122000000000900"
TRANSACTION = Transaction(
    key="P|1|T|1|20261122120000",
    fingerprint="500000|1",
    kind=TransactionKind.ADVICE,
    answer=Answer(ResponseCode.APPROVED, DAY, values={"serial_number": SERIAL, "approval_code": "A00001"}),
    business_date=DAY,
    serial_number=SERIAL,
    amount_minor=None,
    currency=None,
    institution="1",
    terminal="T",
    received_at=NOON.replace(microsecond=123_456),
    journal="掩码 \\ \t\n{}",
)
PAYMENT = PostedPayment(
    serial_number=SERIAL,
    key=TRANSACTION.key,
    merchant_id="SCHOOL01",
    bill_no="no such bill",
    customer_no=None,
    amount_minor=999_999_999_999,
    currency="156",
    principal_minor=0,
    late_fee_minor=0,
    waived_minor=0,
    owed_principal_minor=1,
    owed_late_fee_minor=2,
    channel=Channel.ONLINE,
    tender=Tender.CARD,
    teller=None,
    institution="1",
    terminal="T",
    business_date=DAY,
    posted_at=NOON.astimezone(dt.timezone(dt.timedelta(hours=8))),
    approval_code="A00001",
    state=PaymentState.SUSPENSE,
    state_by=SERIAL,
    in_totals=False,
)
REVERSAL = PostedReversal(
    serial_number="20261122000000000901",
    key="R|1|T|2|20261122120000",
    original_key=TRANSACTION.key,
    original_serial=SERIAL,
    reason=ReversalReason.NO_ANSWER,
    outcome=ReversalOutcome.NOTHING,
    amount_minor=1,
    currency=None,
    institution="1",
    business_date=DAY,
    original_business_date=None,
    posted_at=NOON,
)
