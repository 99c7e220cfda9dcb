"""The town with notices on their way: one in each state that a page treats in its own way."""

import datetime as dt
from dataclasses import replace

import pytest

from offline_collect.domain.effects import NoticeKind
from offline_collect.domain.notices.deliveries import NoticeChannel
from offline_collect.domain.notices.life import NoticeState
from offline_collect.domain.notices.reasons import Reason, reason_of
from offline_collect.store.database.bulk_write import bulk_insert
from offline_collect.store.notices.rows import delivery_values
from offline_collect.store.schema.notice_tables import notice_deliveries
from offline_collect.store.sql.row_mapping import notice_row
from tests.console import town
from tests.console.town import NIGHT, closing_store, open_town
from tests.databases.lasting import replace_file
from tests.databases.sqlite_images import made_by
from tests.domain.notices.notices import waiting

WAITS, DEAD, ARRIVED, MERGED = (f"PAID:2026112200000{number}" for number in (1, 2, "3/2", "4/3"))
"""A payment of several bills has a notice for each; those of the second bill and of later ones have a slash in their ids."""
UNWANTED, OF_OTHERS = "OVERDUE:7:1", "PAID:20261122000009"
LATE = NIGHT - dt.timedelta(hours=1)


def _about(each, notice_id, **changes):
    return replace(each, notice=replace(each.notice, notice_id=notice_id, **changes))


def deliveries():
    """Return the notices."""
    by_sms = {"channel": NoticeChannel.KANNEL, "message_id": ARRIVED}
    yield _about(waiting(1), WAITS, bill_no="S1", customer_no="2026030117")
    yield _about(
        waiting(2, state=NoticeState.DEAD, attempts=5, channel=NoticeChannel.KANNEL, reason="none in time"),
        DEAD,
        bill_no="S2",
    )
    yield _about(
        waiting(
            3,
            state=NoticeState.DELIVERED,
            attempts=1,
            tried_at=LATE,
            sent_at=LATE,
            reported_at=NIGHT,
            **by_sms,
        ),
        ARRIVED,
        bill_no="S3",
    )
    yield _about(waiting(4, state=NoticeState.MERGED, **by_sms), MERGED, bill_no="S4")
    yield _about(
        waiting(5, state=NoticeState.SUPPRESSED, reason=reason_of(Reason.NO_ADDRESS)),
        UNWANTED,
        kind=NoticeKind.OVERDUE,
        merchant_id="WATER001",
        payment_serial=None,
        created_at=NIGHT - dt.timedelta(days=3),
    )
    yield _about(
        waiting(6, state=NoticeState.DEAD, reason=reason_of(Reason.ANSWERED_GONE)),
        OF_OTHERS,
        merchant_id="SCHOOL02",
    )


def build_notified(url):
    """Create the store."""
    town.build_town(url)
    with closing_store(url) as store, store.transaction() as tx:
        put_deliveries(tx, deliveries())


def put_deliveries(tx, made):
    """Store notices that a sender has taken."""
    rows = [(*notice_row(each.notice), *delivery_values(each)) for each in made]
    bulk_insert(tx.connection, notice_deliveries, rows)


@pytest.fixture
def store(town_file):
    """The store of the town with notices."""
    replace_file(town_file, made_by(build_notified))
    opened = open_town(f"sqlite:///{town_file}")
    yield opened
    opened.dispose()
