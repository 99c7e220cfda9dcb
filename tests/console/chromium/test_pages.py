"""Each page in a real browser: both languages, desktop and phone, light and dark, and what axe finds."""

import pytest

from tests.console.chromium.conftest import WINDOWS
from tests.console.town import build_town as build_store
from tests.modules.chromium import barriers, keep_picture

__all__ = ["build_store"]

ADDRESSES = {
    "today": ("olga", "/"),
    "today-empty": ("otto", "/"),
    "today-of-all": ("anna", "/"),
    "payments": ("olga", "/payments"),
    "payment": ("olga", "/payments/20261122000000000001"),
    "doubts": ("anna", "/payments/doubts"),
    "bills": ("mei", "/bills"),
    "bill": ("mei", "/bill/SCHOOL01/S1"),
    "bill-form": ("mei", "/bill-change/SCHOOL01/S12"),
    "customers": ("mei", "/customers"),
    "customer": ("mei", "/customer/SCHOOL01/2026030117"),
    "customer-form": ("mei", "/customer-new/SCHOOL01"),
    "merchants": ("olga", "/merchants"),
    "merchant": ("olga", "/merchants/SCHOOL01"),
    "merchant-form": ("olga", "/merchants/SCHOOL01/change"),
    "merchant-new": ("olga", "/merchant-new"),
    "mappings-empty": ("max", "/mappings/SCHOOL01"),
    "links": ("anna", "/links"),
    "links-of-a-bank": ("olga", "/links"),
    "link": ("olga", "/links/fep-1"),
    "decode": ("olga", "/decode"),
    "payout-runs-empty": ("otto", "/payout-runs"),
    "merchant-close": ("olga", "/merchants/WATER001/close"),
    "approvals": ("carla", "/approvals"),
    "account": ("olga", "/account"),
    "users": ("anna", "/users"),
    "user": ("anna", "/users/olga"),
    "sessions": ("anna", "/sessions"),
    "audit": ("anna", "/audit"),
    "audit-chain": ("anna", "/audit/chain"),
    "imports-empty": ("max", "/imports"),
    "import-new": ("max", "/imports/new"),
    "forms": ("olga", "/forms"),
    "statements": ("mei", "/statements"),
    "statements-unnamed": ("olga", "/statements"),
    "bank-file": ("olga", "/bank-files/payouts"),
    "merchant-fees": ("olga", "/merchants/SCHOOL01/fees"),
    "mandates": ("olga", "/mandates?merchant=SCHOOL01"),
    "paid-at-office": ("olga", "/bill-paid/SCHOOL01/S5"),
    "debit-new": ("olga", "/debit-new"),
    "organisations": ("anna", "/organisations"),
    "not-found": ("olga", "/nothing/here"),
}
"""By the name of the picture: who looks, and at which page. Add yours."""

NARROW = 320
"""The width to which a page must fit without scrolling sideways (WCAG 1.4.10)."""


def looked_at(window, name):
    """Check what a window shows, and keep a picture of it."""
    keep_picture(window.page, name)
    assert barriers(window.page) == []
    size = window.page.viewport_size
    for width in (size["width"], NARROW):
        window.page.set_viewport_size({**size, "width": width})
        wide = window.page.evaluate(
            "document.scrollingElement.scrollWidth - document.scrollingElement.clientWidth"
        )
        assert wide == 0, f"the page is wider than its window of {width}"
    window.page.set_viewport_size(size)


@pytest.mark.xdist_group("pages of the town")
@pytest.mark.parametrize("picture", ADDRESSES)
def test_a_page_is_accessible_and_fits_its_windows(windows, picture):
    for kind, opened in windows(*ADDRESSES[picture]):
        looked_at(opened, f"console-{picture}-{kind}")
        assert [each for each in opened.complaints if "status of 404" not in each] == []


@pytest.mark.parametrize("kind", WINDOWS)
def test_the_page_to_sign_in_on_is_accessible_and_fits_its_window(window, kind):
    opened = window(**WINDOWS[kind])
    opened.open("/")
    looked_at(opened, f"console-sign-in-{kind}")
    assert opened.complaints == []


def test_barriers_are_looked_for_once_the_style_has_come(window_of):
    opened = window_of("max")
    style = []

    def hold(route):
        style.append(route)

    opened.page.route("**/console.css*", hold)
    opened.page.route("**/release", lambda route: (route.abort(), style.pop().continue_()))
    opened.page.goto(opened.address + "/", wait_until="commit")
    opened.page.evaluate("setTimeout(() => { new Image().src = '/release' }, 500)")
    assert barriers(opened.page) == []
