"""Notices and deliveries for tests."""

import datetime as dt
from dataclasses import replace

from offline_collect.domain.effects import Notice, NoticeKind
from offline_collect.domain.notices.deliveries import Delivery
from offline_collect.domain.notices.life import NoticeState
from tests.fakes.bank import NOON

PAID = Notice(
    notice_id="PAID:20261122000001",
    kind=NoticeKind.PAID,
    merchant_id="SCHOOL01",
    customer_no="2026030117",
    bill_no="S2026-11-0117",
    payment_serial="20261122000001",
    amount_minor=12_345,
    currency="156",
    created_at=NOON,
)
"""The receipt of a pupil's payment."""


def waiting(number=1, **changes):
    """A delivery that is due; its notice and payment are numbered."""
    serial = f"2026112200000{number}"
    notice = replace(PAID, notice_id=f"PAID:{serial}", payment_serial=serial)
    made = Delivery(notice, NoticeState.WAITING, NOON + dt.timedelta(minutes=1))
    return replace(made, **changes)
