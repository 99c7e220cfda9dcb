"""The pages of the day's end in a real browser, with differences and a request that waits."""

import pytest

from offline_collect.domain.reconciliation.classes import FollowUp
from offline_collect.merchant.access.users import acting_user
from offline_collect.merchant.postings.reconciliation import ResolveOrder, resolve
from tests.console.chromium.test_pages import looked_at
from tests.console.evening import NEXT, ONLY_OURS, ONLY_THEIRS, build_evening, store  # noqa: F401 - a fixture
from tests.console.pages.test_debit_batches import SCHOOL
from tests.console.town import NIGHT, closing_store
from tests.fakes.bank import DAY

ADDRESSES = {
    "days": ("greta", "/day-end"),
    "days-of-others": ("olga", "/day-end"),
    "day": ("greta", f"/day-end/{DAY}"),
    "tellers": ("greta", f"/day-end/{DAY}/tellers"),
    "difference": ("greta", f"/differences/{ONLY_OURS}"),
    "debit-batches": ("olga", "/debit-batches"),
    "debit-batch": ("mei", f"/debit-batches/{SCHOOL}"),
    "difference-asked": ("chen", f"/differences/{ONLY_THEIRS}"),
}
"""By the name of the picture: who looks, and at which page."""


def build_store(url):
    """Create the store of the evening, where a request waits."""
    build_evening(url)
    with closing_store(url) as opened:
        order = ResolveOrder(ONLY_THEIRS, FollowUp.SUSPENSE, "the journal has it", "156")
        resolve(opened, order, acting_user(opened, "greta"), NIGHT)


@pytest.mark.xdist_group("pages of the day's end")
@pytest.mark.parametrize("picture", ADDRESSES)
def test_a_page_is_accessible_and_fits_its_windows(windows, picture):
    for kind, opened in windows(*ADDRESSES[picture]):
        looked_at(opened, f"console-day-end-{picture}-{kind}")
        assert opened.complaints == []


def test_a_day_is_closed_by_keys(window_of):
    opened = window_of("greta")
    opened.open("/day-end")
    opened.page.get_by_role("button", name=f"Close {NEXT}").press("Enter")
    opened.page.get_by_text("is closed; 2026-11-24 is open").wait_for()
    assert opened.page.get_by_role("link", name="2026-11-24").count() == 1
