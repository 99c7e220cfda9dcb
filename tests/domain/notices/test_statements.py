"""Notices to merchants that their statements are ready."""

from dataclasses import replace

import pytest

from offline_collect.domain.effects import NoticeKind
from offline_collect.domain.merchant_contacts import NO_CONTACTS, MerchantContacts
from offline_collect.domain.notices.deliveries import NoticeChannel
from offline_collect.domain.notices.messages import OutgoingMessage, message_document
from offline_collect.domain.notices.recipients import Recipient
from offline_collect.domain.notices.second_look import announcement_overtaken, merchant_itself
from offline_collect.domain.notices.statements import statement_notices
from offline_collect.domain.notices.wording import fill_template, told
from offline_collect.domain.reconciliation.settlement import MerchantDay
from tests.fakes.bank import BEIJING, DAY, NOON
from tests.support.samples import SCHOOL, WATER

ASKED = replace(SCHOOL, merchant_id="SCHOOL901234567", also_told=frozenset({"STATEMENT_READY"}))
SUMS = MerchantDay("SCHOOL901234567", "156", 2, 24_690, 1, 12_345, 45)


def test_merchants_that_ask_for_it_are_told_their_net_of_a_day_once():
    (notice,) = statement_notices([(ASKED, SUMS), (WATER, MerchantDay("WATER001", "156", 1, 100))], DAY, NOON)
    assert notice.notice_id == "STATEMENT_READY:SCHOOL901234567/20261122"
    assert len(notice.notice_id) <= 40
    assert (notice.amount_minor, notice.created_at, notice.addressee) == (
        12_300,
        NOON,
        (SUMS.merchant_id, None),
    )


def test_a_notice_of_a_statement_says_the_business_date_and_nothing_of_a_customer():
    (notice,) = statement_notices([(ASKED, replace(SUMS, gross_minor=0))], DAY, NOON)
    values = told(notice, "阳光小学", "", None, BEIJING, payer_url="https://x.example/{merchant}/{code}")
    text = fill_template("{business_date} {amount} {currency} {time}", values)
    assert text == "2026-11-22 -123.90 CNY 20:00"
    assert (values.customer, values.bill, values.mandate, values.payer_url) == ("", "", "", "")
    to = Recipient(NoticeChannel.WEBHOOK, "m-17")
    made = OutgoingMessage(notice.notice_id, NOON, to, SUMS.merchant_id, "zh", text, (notice,))
    assert message_document(made)["data"]["notices"][0]["bill"] == "2026-11-22"


def test_a_settled_day_stays_settled():
    assert announcement_overtaken(NoticeKind.STATEMENT_READY, None, DAY, None) is None


@pytest.mark.parametrize("own", [MerchantContacts(mobile="13900001234"), NO_CONTACTS])
def test_a_merchant_is_told_at_its_own_addresses_which_are_not_shown(own):
    itself = merchant_itself(replace(SCHOOL, contacts=own))
    assert (itself.name, itself.consent, itself.mobile) == (SCHOOL.name, True, own.mobile)
    assert "1390" not in repr(own) + repr(itself) + repr(replace(SCHOOL, contacts=own))
    assert bool(own) is (own.mobile is not None)
