"""Payout runs, money in suspense and debits in doubt in a real browser; and a message that is decoded."""

import pytest

from tests.console.chromium.test_pages import looked_at
from tests.console.night import BATCH, PAYOUT, RUN, SEQUENCE, SUSPENDED
from tests.console.night import build_night as build_store
from tests.messages.golden import vectors

__all__ = ["build_store"]

pytestmark = pytest.mark.xdist_group("pages of the night")
ADDRESSES = {
    "payout-runs": "/payout-runs",
    "payout-run": f"/payout-runs/{RUN}",
    "payout-retry": f"/payouts/{PAYOUT}",
    "suspense": f"/suspense/{SUSPENDED}",
    "doubts-suspense": "/payments/doubts",
    "debit-in-doubt": f"/debit-batches/{BATCH}/{SEQUENCE}",
}


@pytest.mark.parametrize("picture", ADDRESSES)
def test_a_page_is_accessible_and_fits_its_windows(windows, picture):
    for kind, opened in windows("olga", ADDRESSES[picture]):
        looked_at(opened, f"console-{picture}-{kind}")
        assert opened.complaints == []


def test_a_message_is_decoded(windows):
    frame = next(each["frame"] for each in vectors("ascii") if each["name"] == "payment_advice")
    for kind, opened in windows("olga", "/decode"):
        opened.page.fill("[name=message]", frame)
        opened.page.click("main form button")
        opened.page.wait_for_selector("main table")
        looked_at(opened, f"console-decoded-{kind}")
        assert "DE 2" in opened.page.inner_text("main table")
