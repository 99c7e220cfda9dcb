"""What the console asks of the store is compiled for Oracle."""

from offline_collect.domain.access.actor import SYSTEM
from offline_collect.domain.access.roles import Role
from offline_collect.domain.access.sessions import SessionTimes
from offline_collect.domain.payment_story import PaymentCriteria
from offline_collect.merchant.access.sent_forms import answer_form, give_form_back, take_form
from offline_collect.merchant.access.sessions import begin, resume
from offline_collect.merchant.access.users import register_user
from offline_collect.store import (
    BillCriteria,
    CustomerCriteria,
    find_bills,
    find_customers,
    find_paid,
    list_merchants,
)
from offline_collect.store.backoffice.console_sessions import living_sessions
from offline_collect.store.backoffice.credentials import Credentials, get_credentials, put_credentials
from offline_collect.store.backoffice.payment_stories import last_paid_to_read
from offline_collect.store.backoffice.search import has_more_bills, is_there, last_number_to_read
from offline_collect.store.reconciliation.settling import missing_institutions, settlements_of
from offline_collect.store.reports.day_hours import hour_sums
from offline_collect.store.reports.paid_merchants import merchant_sums
from offline_collect.store.sql.visibility import BILLS, CUSTOMERS
from tests.fakes.bank import DAY, NOON
from tests.store.backoffice.test_console import TOKEN, session
from tests.store.test_oracle import compiled, executed


def test_what_the_console_executes_is_compiled(sqlite_teller):
    store = sqlite_teller.store
    register_user(store, "olga", [Role.OPERATOR], SYSTEM, NOON)
    with executed(store) as found:
        with store.transaction() as tx:
            put_credentials(tx, Credentials("olga"))
            get_credentials(tx, "olga", lock=True)
            begin(tx, session(), NOON)
            living_sessions(tx, "olga", after=("a", "b"))
            hour_sums(tx, DAY)
            merchant_sums(tx, DAY, 2)
            for listed in (BILLS, CUSTOMERS):
                is_there(tx, listed, "SCHOOL01", "S")
                last_number_to_read(tx, listed, "SCHOOL01", "S", "S1", 2)
            has_more_bills(tx, "SCHOOL01", "1", 2)
            owned = BillCriteria(begin="S", customer_no="1", customer_part="1")
            find_bills(tx, "SCHOOL01", owned, DAY, "S1", 2, until="S2")
            find_customers(tx, "SCHOOL01", CustomerCriteria(begin="1"), "1", 2, until="2")
            days = PaymentCriteria(first=DAY, last=DAY)
            last_paid_to_read(tx, days, ("1", 1), 2)
            find_paid(tx, days, 2, after=("1", 1), until=("2", 1))
            list(list_merchants(tx, "SCHOOL01", 2))
            missing_institutions(tx, DAY)
            settlements_of(tx, DAY, "SCHOOL01", 2)
        resume(store, "key", NOON, SessionTimes())
        take_form(store, TOKEN, session(), NOON)
        answer_form(store, TOKEN, "/")
        give_form_back(store, TOKEN)
    words = [compiled(statement) for statement in found]
    for table in ("user_credentials", "console_sessions", "console_forms", "payments", "bills", "customers"):
        assert any(table in each for each in words)
