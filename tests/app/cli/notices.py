"""Notices of a school in the outbox, and on their way."""

import datetime as dt

from sqlalchemy import insert

from offline_collect.domain.effects import Notice, NoticeKind
from offline_collect.store import StoreSettings, open_store
from offline_collect.store.notices.claims import add_deliveries, take_notices
from offline_collect.store.schema.tables import outbox
from offline_collect.store.sql.row_mapping import notice_row
from tests.fakes.bank import NOON

OF_NOTIFY = (
    *(
        "run",
        "remind",
        "list",
        "show",
        "retry",
        "cancel",
        "stats",
        "preview",
        "reply",
        "numbers",
        "confirm-number",
    ),
    *("optout add", "optout remove", "optout unsubscribe", "optout list"),
    *("consent add", "consent withdraw", "consent list"),
    *(f"template {verb}" for verb in ("add", "list", "show", "submit", "approve", "reject")),
)
"""The commands of ``notify``."""

NOTICE, NO_NOTICE = "DEBIT_FAILED:20261122000001-1", "DEBIT_FAILED:20261122000009-9"


def register_notice(notice_id=NOTICE, bill_no="H1", *, taken=False):
    """Put the notice of a failed debit of the school into the outbox, and have it taken from there."""
    notice = Notice(
        notice_id=notice_id,
        kind=NoticeKind.DEBIT_FAILED,
        merchant_id="SCHOOL01",
        customer_no="C9",
        bill_no=bill_no,
        payment_serial=None,
        amount_minor=12_000,
        currency="156",
        created_at=NOON,
    )
    store = open_store(StoreSettings("sqlite:///bank.db"))
    with store.transaction() as tx:
        row = dict(zip(outbox.columns.keys(), notice_row(notice), strict=True))
        tx.connection.execute(insert(outbox).values(row))
        if taken:
            add_deliveries(tx, take_notices(tx, dt.timedelta()))
    store.dispose()
