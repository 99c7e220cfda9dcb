"""Notices that were sent, through the tables of delivery reports and back."""

import pytest
from alembic import command

from offline_collect.domain.notices.deliveries import NoticeChannel, NoticeFilter
from offline_collect.domain.notices.life import NoticeState
from offline_collect.store import StoreSettings, open_store, upgrade
from offline_collect.store.database.bulk_write import bulk_insert
from offline_collect.store.notices.find import list_notices
from offline_collect.store.notices.rows import delivery_values
from offline_collect.store.schema.notice_tables import notice_deliveries
from offline_collect.store.sql.row_mapping import notice_row
from tests.domain.notices.notices import waiting
from tests.fakes.bank import NOON
from tests.store.schema.test_upgrade import execute, migrate

STATES = (NoticeState.WAITING, NoticeState.SENT, NoticeState.DELIVERED, NoticeState.FAILED)


@pytest.fixture
def reported_url(store_url):
    """A store with a notice in each of some states, of which the receiver has told all."""
    upgrade(StoreSettings(store_url))
    told = {"channel": NoticeChannel.KANNEL, "receipt": "G-7", "reported_at": NOON, "message_id": "m"}
    rows = [waiting(place, state=state, **told) for place, state in enumerate(STATES)]
    store = open_store(StoreSettings(store_url))
    with store.transaction() as tx:
        bulk_insert(
            tx.connection,
            notice_deliveries,
            [(*notice_row(each.notice), *delivery_values(each)) for each in rows],
        )
    store.dispose()
    return store_url


def test_a_program_of_before_finds_notices_in_states_that_it_knows(reported_url):
    migrate(reported_url, command.downgrade, "0023")
    # A state that it does not know would end its sender.
    execute(reported_url, "UPDATE notice_deliveries SET reason = 'seen' WHERE state IN ('SENT', 'DEAD')")
    assert upgrade(StoreSettings(reported_url))
    store = open_store(StoreSettings(reported_url))
    with store.snapshot() as reading:
        found = list_notices(reading, NoticeFilter(), (None, 10))
    store.dispose()
    assert [each.state.value for each in found] == ["WAITING", "SENT", "SENT", "DEAD"]
    assert [each.reason for each in found] == [None, "seen", "seen", "seen"]
    assert {(each.receipt, each.reported_at, each.message_id) for each in found} == {(None, None, "m")}
