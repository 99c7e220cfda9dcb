"""Pages and forms on PostgreSQL: each works there too, with what the two banks have."""

import logging

import pytest

from tests.console.crawling import send, walk
from tests.console.town import open_town
from tests.console.two_banks import build_two_banks

OWN_SESSION = {"/sign-out", "/sessions", "/language", "/sign-in"}
PREFIXES = (
    "/debit-batches/",
    "/mandate/",
    "/bank-files/",
    "/statements",
    "/payout-runs",
    "/notices",
    "/day-end/",
)


@pytest.fixture
def store(postgresql_url):
    """The store of the two banks."""
    build_two_banks(postgresql_url)
    opened = open_town(postgresql_url)
    yield opened
    opened.dispose()


def test_every_page_opens_and_every_form_is_answered(as_user, caplog):
    answered = {}
    for name in ("anna", "mei"):
        browser = as_user(name)
        found = walk(browser)
        answered |= {address: status for address, (status, _) in found.answers.items()}
        for form, *_ in found.forms.values():
            if form.action not in OWN_SESSION:
                answered[f"POST {form.action}"] = send(browser, name, form, dict(form.fields)).status_code
    assert {
        address: status for address, status in answered.items() if status not in {200, 303, 409, 422}
    } == {}
    assert [prefix for prefix in PREFIXES if not any(prefix in address for address in answered)] == []
    assert [record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR] == []
