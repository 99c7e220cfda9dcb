"""Notices on their way, through the tables of claims and back."""

import pytest
from alembic import command

from offline_collect.domain.notices.deliveries import NoticeChannel, NoticeFilter
from offline_collect.domain.notices.life import NoticeState
from offline_collect.domain.notices.reasons import Reason, reason_of
from offline_collect.store import StoreSettings, open_store, upgrade
from offline_collect.store.database.bulk_write import bulk_insert
from offline_collect.store.notices.claims import due_notices
from offline_collect.store.notices.find import list_notices
from offline_collect.store.notices.rows import delivery_row
from offline_collect.store.schema.notice_tables import notice_deliveries
from tests.domain.notices.notices import waiting
from tests.fakes.bank import NOON
from tests.store.schema.test_upgrade import execute, migrate

STATES = (NoticeState.CLAIMED, NoticeState.SENT, NoticeState.DEAD, NoticeState.WAITING)


@pytest.fixture
def url(store_url):
    """A store with a notice in each of some states."""
    upgrade(StoreSettings(store_url))
    tried = {"channel": NoticeChannel.KANNEL, "message_id": "m", "claimed_by": "one/1", "due_at": NOON}
    rows = [waiting(place, state=state, **tried) for place, state in enumerate(STATES)]
    store = open_store(StoreSettings(store_url))
    with store.transaction() as tx:
        bulk_insert(tx.connection, notice_deliveries, [delivery_row(each) for each in rows])
    store.dispose()
    return store_url


def test_what_was_claimed_before_waits_again_and_what_was_sent_keeps_its_time(url):
    migrate(url, command.downgrade, "0030")
    execute(
        url, "UPDATE notice_deliveries SET state = 'CLAIMED', claimed_by = 'old' WHERE notice_id LIKE '%0'"
    )
    execute(url, "UPDATE notice_deliveries SET sent_at = created_at, reason = 'seen' WHERE state = 'SENT'")
    assert upgrade(StoreSettings(url))
    store = open_store(StoreSettings(url))
    with store.transaction() as tx:
        found = list_notices(tx, NoticeFilter(), (None, 10))
        dead = list_notices(tx, NoticeFilter(state=NoticeState.DEAD), (None, 10))
        due = due_notices(tx, NOON, 10)
    store.dispose()
    assert [each.state.value for each in found] == ["WAITING", "SENT", "DEAD", "WAITING"]
    assert (found[0].claimed_by, found[0].message_id, found[1].tried_at) == (None, "m", NOON)
    assert (found[1].reason, dead, due) == ("seen", [found[2]], [found[0], found[3]])


def test_a_program_of_before_finds_the_code_of_a_reason(url):
    store = open_store(StoreSettings(url))
    reasons = (reason_of(Reason.ANSWERED, status=500), "told by phone")
    with store.transaction() as tx:
        rows = [waiting(place, reason=reason) for place, reason in enumerate(reasons, 5)]
        bulk_insert(tx.connection, notice_deliveries, [delivery_row(each) for each in rows])
    store.dispose()
    migrate(url, command.downgrade, "0030")
    assert upgrade(StoreSettings(url))
    store = open_store(StoreSettings(url))
    with store.snapshot() as reading:
        found = list_notices(reading, NoticeFilter(), (None, 10))[len(STATES) :]
    store.dispose()
    assert [each.reason for each in found] == ["ANSWERED", "told by phone"]
