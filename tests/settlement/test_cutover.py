"""A cutover by a person: who may order it, and that a day is closed once."""

import pytest

from offline_collect.domain.access.actor import NotPermittedError
from offline_collect.domain.access.roles import Permission, Role
from offline_collect.domain.business_days.calendar import EVERY_DAY
from offline_collect.domain.business_days.dates import BusinessDate
from offline_collect.settlement.cutover import close_day, plan
from offline_collect.store import (
    AuditFilter,
    StoreSettings,
    audit_rows,
    open_first_day,
    open_store,
    upgrade,
)
from tests.fakes.bank import NOON
from tests.support.actors import user

DAY, TOMORROW = BusinessDate(2026, 11, 22), BusinessDate(2026, 11, 23)
OPERATOR, CHECKER = user("ops", Role.OPERATOR), user("li.na", Role.CHECKER)


@pytest.fixture
def store(tmp_path):
    settings = StoreSettings(f"sqlite:///{tmp_path}/store.db")
    upgrade(settings)
    opened = open_store(settings)
    with opened.transaction() as tx:
        open_first_day(tx, DAY, NOON)
    yield opened
    opened.dispose()


def test_an_operator_closes_the_day_once_and_the_audit_says_who(store):
    planned = plan(store, OPERATOR, EVERY_DAY, None, None)
    assert close_day(store, OPERATOR, planned, NOON)
    assert not close_day(store, OPERATOR, planned, NOON)
    assert store.open_day().date == TOMORROW
    assert plan(store, OPERATOR, EVERY_DAY, DAY, None) is None
    with store.snapshot() as reading:
        (row,) = audit_rows(reading, AuditFilter(action="day cutover"))
    assert (row.actor, row.subject_id) == ("ops", str(DAY))


def test_others_may_neither_plan_nor_close(store):
    planned = plan(store, OPERATOR, EVERY_DAY, None, None)
    for attempt in (
        lambda: plan(store, CHECKER, EVERY_DAY, None, None),
        lambda: close_day(store, CHECKER, planned, NOON),
    ):
        with pytest.raises(NotPermittedError) as caught:
            attempt()
        assert caught.value.permission is Permission.CUTOVER
    assert store.open_day().date == DAY
