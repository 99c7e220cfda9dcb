"""The notices of a changed mandate: of a decision, and of other terms."""

import datetime as dt
from dataclasses import replace

import pytest

from offline_collect.domain.debits.mandates import MandateState
from offline_collect.domain.notices.mandate_changes import (
    DebitTerms,
    MandateChange,
    TermsChange,
    mandate_notice,
    terms_notice,
    terms_told,
)
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


SIGNED = DebitTerms(
    "R-1", "6222000000001017", "102100000001", dt.date(2030, 9, 1), None, None, 50_000, None, None
)
UNSIGNED = replace(SIGNED, signed_on=None)
WITHOUT = DebitTerms(None, None, None, None, None, None, None, None, None)


@pytest.mark.parametrize(
    ("before", "after", "decided", "told"),
    [
        (SIGNED, SIGNED, None, False),
        (SIGNED, replace(SIGNED, limit_minor=60_000), None, True),
        (SIGNED, replace(SIGNED, reference="R-2"), None, True),
        (UNSIGNED, SIGNED, None, True),
        (SIGNED, UNSIGNED, None, False),
        (WITHOUT, SIGNED, None, False),
        (SIGNED, WITHOUT, None, False),
        (SIGNED, replace(UNSIGNED, bank="1"), MandateState.ACTIVE, True),
        (SIGNED, replace(SIGNED, bank="1"), MandateState.SUSPENDED, True),
        (SIGNED, replace(SIGNED, bank="1"), MandateState.CANCELLED, False),
        (SIGNED, replace(SIGNED, bank="1"), MandateState.EXPIRED, False),
    ],
)
def test_other_terms_of_a_mandate_that_allows_debits_are_told(before, after, decided, told):
    assert terms_told(before, after, decided) is told


def test_other_terms_have_a_notice_of_their_own_for_each_change_and_customer():
    change = TermsChange("R" * 32, "C9", "RELEASED 12", NOON)
    ids = [
        terms_notice(ASKED, each).notice_id
        for each in (change, replace(change, by="UNDONE 12"), replace(change, customer_no="C8"), change)
    ]
    assert (len(set(ids)), ids[0], max(map(len, ids)) <= 40) == (3, ids[3], True)
    assert mandate_notice(ASKED, CHANGE).notice_id not in ids
    assert terms_notice(SCHOOL, change) is None


def test_accounts_are_not_in_what_is_logged():
    assert "1017" not in repr(SIGNED)
