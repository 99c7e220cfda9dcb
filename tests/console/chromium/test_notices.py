"""The pages of notices in a real browser, with notices in several states, a template, an opt-out and a consent."""

import datetime as dt

import pytest

from offline_collect.domain.notices.addresses import AddressKind, address_of
from offline_collect.domain.notices.classes import NoticeClass
from offline_collect.domain.notices.consent import Consent
from offline_collect.merchant.access.users import acting_user
from offline_collect.notify.consents import add_consent
from offline_collect.notify.opt_outs import OptOutOrder, opt_out
from tests.console.chromium.test_pages import looked_at
from tests.console.notified import ARRIVED, DEAD, build_notified, store  # noqa: F401 - a fixture
from tests.console.pages.test_payers import OF_SCHOOL, faulty
from tests.console.pages.test_templates import written
from tests.console.town import NIGHT, closing_store
from tests.support.samples import PUPIL

ADDRESSES = {
    "list": ("olga", "/notices"),
    "list-empty": ("olga", "/notices?event=DUE_SOON"),
    "dead": ("olga", f"/notices/{DEAD}"),
    "arrived": ("mei", f"/notices/{ARRIVED}"),
    "figures": ("anna", "/notices/figures"),
    "templates": ("olga", "/templates"),
    "template": ("carla", "/templates/1"),
    "template-new": ("olga", "/templates/new?of=1"),
    "bad-numbers": ("max", f"/numbers{OF_SCHOOL}"),
    "opt-outs": ("anna", f"/opt-outs{OF_SCHOOL}"),
    "consents": ("mei", f"/consents{OF_SCHOOL}"),
    "merchant": ("olga", "/merchants/SCHOOL01/notices"),
}
"""By the name of the picture: who looks, and at which page."""


def build_store(url):
    """Create the store, where payers have said what they want and a template waits."""
    build_notified(url)
    with closing_store(url) as opened:
        anna = acting_user(opened, "anna")
        written(opened, submitted=True)
        faulty(opened, failed=3)
        address = address_of(AddressKind.EMAIL, "parent@example.com")
        opt_out(opened, anna, OptOutOrder("SCHOOL01", address, NoticeClass.COMMERCIAL), NIGHT)
        given = NIGHT - dt.timedelta(days=2)
        proof = Consent("SCHOOL01", PUPIL.customer_no, given, "paper form", "folder 7, sheet 12")
        add_consent(opened, anna, proof, NIGHT)


@pytest.mark.xdist_group("pages of notices")
@pytest.mark.parametrize("picture", ADDRESSES)
def test_a_page_is_accessible_and_fits_its_windows(windows, picture):
    for kind, opened in windows(*ADDRESSES[picture]):
        looked_at(opened, f"console-notices-{picture}-{kind}")
        assert opened.complaints == []


def test_what_payers_read_follows_while_the_words_are_typed(window_of):
    opened = window_of("olga")
    opened.open("/templates/new")
    opened.page.fill("[name=merchant]", "SCHOOL01")
    opened.page.fill("[name=text]", "谢谢，{amount}元")
    opened.page.get_by_text("谢谢，123.45元").wait_for()
    assert opened.page.locator("[data-preview]").get_by_text("UCS-2").count() == 1
    opened.page.fill("[name=text]", "谢谢，{nonsense}")
    opened.page.get_by_text("{nonsense} is no placeholder").wait_for()
    assert opened.complaints == []


def test_a_notice_is_sent_again_by_keys(window_of):
    opened = window_of("olga")
    opened.open(f"/notices/{DEAD}")
    opened.page.get_by_role("button", name="Send it again").press("Enter")
    opened.page.get_by_text("the notice is due again").wait_for()
    assert opened.page.get_by_text("DEAD → WAITING").count() == 1
