"""What the console asks of the store is compiled for Oracle."""

from offline_collect.domain.access.actor import SYSTEM
from offline_collect.domain.access.roles import Role
from offline_collect.domain.access.sessions import SessionTimes
from offline_collect.merchant.access.sent_forms import answer_form, give_form_back, take_form
from offline_collect.merchant.access.sessions import begin, resume
from offline_collect.merchant.access.users import register_user
from offline_collect.store.backoffice.console_sessions import living_sessions
from offline_collect.store.backoffice.credentials import Credentials, get_credentials, put_credentials
from offline_collect.store.reports.day_hours import hour_sums
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
        resume(store, "key", NOON, SessionTimes())
        take_form(store, TOKEN, session(), NOON)
        answer_form(store, TOKEN, "/")
        give_form_back(store, TOKEN)
    words = [compiled(statement) for statement in found]
    for table in ("user_credentials", "console_sessions", "console_forms", "payments"):
        assert any(table in each for each in words)
