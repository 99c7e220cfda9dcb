"""What notices ask of the store is compiled for Oracle."""

import datetime as dt
from dataclasses import replace

from sqlalchemy import delete

from offline_collect.domain.effects import NoticeKind
from offline_collect.domain.notices.deliveries import NoticeChannel, NoticeFilter
from offline_collect.domain.notices.life import NoticeState
from offline_collect.domain.notices.planning import Claim
from offline_collect.domain.notices.reminders import Reminder
from offline_collect.domain.notices.templates import TemplateFilter, TemplateState
from offline_collect.notify.backlog import notice_backlog
from offline_collect.store.notices import find, templates
from offline_collect.store.notices.backlog import count_open
from offline_collect.store.notices.claimed_batches import (
    begin_claims,
    end_claims,
    finish_claims,
    sent_since,
)
from offline_collect.store.notices.events import write_debits_due, write_imported
from offline_collect.store.notices.mandates import mandates_statement, terms_statement
from offline_collect.store.notices.reminders import (
    merchants_to_remind,
    next_page,
    set_reminded,
    write_reminders,
)
from offline_collect.store.schema.tables import bills, outbox
from offline_collect.store.sql.by_key import among
from tests.domain.notices.test_templates import DRAFT
from tests.fakes.bank import DAY, NOON
from tests.store.test_oracle import compiled, executed


def test_what_notices_of_many_bills_execute_is_compiled(sqlite_teller):
    store, reminder = sqlite_teller.store, Reminder(NoticeKind.DUE_SOON, -3, DAY, dt.date(2026, 12, 1))
    with executed(store) as found, store.transaction() as tx:
        merchants_to_remind(tx, DAY, again=False)
        page = next_page(tx, "SCHOOL01", "1", 1)
        assert write_reminders(tx, page, reminder, DAY, NOON) > 0
        set_reminded(tx, "SCHOOL01", DAY)
        write_debits_due(tx, "1", NOON)
        write_imported(tx, bills.c.import_id == 1, NOON)
    assert len([words for words in map(compiled, found) if words.startswith("INSERT INTO outbox")]) == 3


def test_a_condition_on_a_list_is_compiled():
    words = compiled(delete(outbox).where(among("oracle", outbox.c.notice_id)))
    assert "notice_id IN (SELECT wanted.code" in words
    assert "JSON_TABLE(:wanted" in words


def test_what_templates_execute_is_compiled(sqlite_teller):
    store = sqlite_teller.store
    with executed(store) as found, store.transaction() as tx:
        templates.add_template(tx, replace(DRAFT, template_id=templates.next_template_id(tx)))
        templates.set_template(tx, templates.get_template(tx, 1, lock=True))
        templates.list_templates(tx, TemplateFilter("SCHOOL01", TemplateState.DRAFT), (0, 5))
        templates.approved_templates(tx, ["SCHOOL01"])
    assert sum("notice_templates" in compiled(statement) for statement in found) >= 5


def test_what_lists_of_notices_execute_is_compiled(sqlite_teller):
    wanted = NoticeFilter(
        "SCHOOL01", NoticeState.DEAD, NoticeKind.PAID, since=NOON, until=NOON, latest_first=True
    )
    with executed(sqlite_teller.store) as found, sqlite_teller.store.snapshot() as reading:
        find.list_notices(reading, wanted, ("PAID:1", 5))
        find.notices_of_message(reading, "PAID:1", 5)
        find.count_sent(reading, NOON)
        find.list_notices(reading, NoticeFilter(state=NoticeState.CLAIMED), (None, 5))
    assert sum("notice_deliveries" in compiled(statement) for statement in found) == 7


def test_what_claims_execute_is_compiled(sqlite_teller):
    claim, until = Claim("one/1", NOON), NOON + dt.timedelta(minutes=5)
    with executed(sqlite_teller.store) as found, sqlite_teller.store.transaction() as tx:
        begin_claims(tx, claim, until, {NoticeChannel.FILE: 2, NoticeChannel.SMTP: 1})
        finish_claims(tx, claim.by, NOON, {NoticeChannel.FILE: 2})
        assert sent_since(tx, [NoticeChannel.FILE], NOON) == {NoticeChannel.FILE: 0}
        end_claims(tx, until)
    words = [compiled(statement) for statement in found]
    assert [each.split(" WHERE ")[0].split()[0] for each in words] == [
        *("INSERT", "UPDATE", "SELECT", "SELECT", "UPDATE", "DELETE"),
    ]
    assert sum("SKIP LOCKED" in each for each in words) == 1


def test_what_metrics_of_notices_execute_is_compiled(sqlite_teller):
    with executed(sqlite_teller.store) as found:
        notice_backlog(sqlite_teller.store, NOON)
        with sqlite_teller.store.snapshot() as reading:
            count_open(reading, NoticeState.WAITING)
    assert sum("FETCH FIRST" in compiled(statement) for statement in found) >= 5


def test_what_notices_of_mandates_ask_for_is_compiled():
    words = compiled(mandates_statement("oracle"))
    assert "LEFT OUTER JOIN customers" in words
    assert "JSON_TABLE(:wanted" in words
    assert "customers.mandate_ref IS NOT NULL" in compiled(terms_statement("oracle"))
