"""Counting one action in the audit trail, a part of it at a time."""

import datetime as dt

from offline_collect.domain.access.audit import Subject, SubjectType
from offline_collect.store import append_audit, count_action
from tests.fakes.bank import NOON

MINUTE = dt.timedelta(minutes=1)


def test_rows_of_an_action_are_counted_from_a_row_on(store):
    with store.snapshot() as reading:
        nothing = count_action(reading, "alarm")
    assert (nothing.sequence, nothing.times, nothing.latest) == (0, 0, None)
    with store.transaction() as tx:
        for nth, action in enumerate(("alarm", "bills add", "alarm", "alarm x")):
            append_audit(tx, "anna", action, Subject(SubjectType.STORE), None, None, NOON + nth * MINUTE)
    with store.snapshot() as reading:
        every, later, none = (count_action(reading, "alarm", after) for after in (0, 1, 4))
    assert (every.sequence, every.times, every.latest) == (4, 2, NOON + 2 * MINUTE)
    assert (later.sequence, later.times, later.latest) == (4, 1, NOON + 2 * MINUTE)
    assert (none.sequence, none.times, none.latest) == (4, 0, None)
