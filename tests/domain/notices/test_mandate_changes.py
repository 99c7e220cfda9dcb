"""The notice of a decision about a mandate."""

from dataclasses import replace

from offline_collect.domain.notices.mandate_changes import MandateChange, mandate_notice
from tests.fakes.bank import NOON
from tests.support.samples import SCHOOL

CHANGE = MandateChange("R" * 32, "C9", 12_345, NOON)
ASKED = replace(SCHOOL, also_told=frozenset({"MANDATE_CHANGED"}))


def test_each_decision_has_a_notice_of_its_own_whose_id_fits_the_outbox():
    first, second = (mandate_notice(ASKED, replace(CHANGE, version=number)) for number in (1, 2))
    assert first.notice_id != second.notice_id
    assert first.notice_id[:-1] == second.notice_id[:-1]
    assert len(mandate_notice(ASKED, replace(CHANGE, version=9_999_999)).notice_id) <= 40
    assert (first.customer_no, first.bill_no, first.amount_minor) == ("C9", "R" * 32, 0)


def test_mandates_of_two_merchants_with_one_reference_are_told_apart():
    other = replace(ASKED, merchant_id="WATER001")
    assert mandate_notice(ASKED, CHANGE).notice_id != mandate_notice(other, CHANGE).notice_id


def test_a_merchant_who_did_not_ask_tells_nobody():
    assert mandate_notice(SCHOOL, CHANGE) is None
