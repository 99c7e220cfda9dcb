"""Consents to advertising, with their proof."""

import datetime as dt
from dataclasses import replace

import pytest

from offline_collect.domain.access.actor import NotPermittedError
from offline_collect.domain.access.roles import Role
from offline_collect.domain.errors import NoticeError
from offline_collect.domain.notices.classes import NoticeClass
from offline_collect.domain.notices.consent import Consent
from offline_collect.notify.consents import add_consent, view_consents, withdraw_consent
from offline_collect.store import NotFoundError
from offline_collect.store.notices.addresses import proved_customers
from tests.notify.test_templates import approved, last_text
from tests.support.actors import user

MAKER = user("mary", Role.MAKER)
GIVEN = dt.datetime(2026, 11, 1, 9, tzinfo=dt.UTC)
CONSENT = Consent("SCHOOL01", "2026030117", GIVEN, "paper form", "form 2026-7 of the folder, signed")
OWN = ("SCHOOL01", "2026030117")


def proved(desk):
    with desk.store.snapshot() as reading:
        return proved_customers(reading, {OWN, ("SCHOOL01", "2026030118")})


def test_a_consent_is_kept_with_its_proof_until_it_is_withdrawn(desk):
    assert proved(desk) == set()
    add_consent(desk.store, MAKER, CONSENT, desk.now())
    assert proved(desk) == {OWN}
    withdraw_consent(desk.store, MAKER, *OWN, desk.now())
    assert proved(desk) == set()
    (kept,) = view_consents(desk.store, MAKER, "SCHOOL01", (None, 10)).documents
    assert (kept["how"], kept["proof"]) == (CONSENT.how, CONSENT.proof)
    assert (kept["given_at"], kept["withdrawn_at"]) == (GIVEN, desk.now())
    with pytest.raises(NoticeError, match="no consent that is in force"):
        withdraw_consent(desk.store, MAKER, *OWN, desk.now())
    add_consent(desk.store, MAKER, replace(CONSENT, how="app"), desk.now())
    assert proved(desk) == {OWN}


def test_consents_are_listed_by_pages(desk):
    for number in ("2026030118", "2026030119"):
        desk.pupil(number, f"T{number[-1]}")
        add_consent(desk.store, MAKER, replace(CONSENT, customer_no=number), desk.now())
    first = view_consents(desk.store, MAKER, "SCHOOL01", (None, 1))
    rest = view_consents(desk.store, MAKER, "SCHOOL01", (first.following, 1))
    assert [each["customer"] for each in (*first.documents, *rest.documents)] == ["2026030118", "2026030119"]
    assert rest.following is None


@pytest.mark.parametrize(
    ("changes", "error", "reason"),
    [
        ({"how": " "}, NoticeError, "how a customer consented"),
        ({"proof": "x" * 501}, NoticeError, "how a customer consented"),
        ({"customer_no": "NONE"}, NoticeError, "has no customer NONE"),
        ({"given_at": dt.datetime(2027, 1, 1, tzinfo=dt.UTC)}, NoticeError, "in the future"),
        ({"merchant_id": "NONE"}, NotFoundError, "no merchant NONE"),
    ],
)
def test_a_consent_without_a_proof_is_none(desk, changes, error, reason):
    with pytest.raises(error, match=reason):
        add_consent(desk.store, MAKER, replace(CONSENT, **changes), desk.now())
    assert proved(desk) == set()


def test_who_may_not_change_customers_keeps_no_consents(desk):
    ann = user("ann", Role.AUDITOR)
    with pytest.raises(NotPermittedError):
        add_consent(desk.store, ann, CONSENT, desk.now())
    with pytest.raises(NotPermittedError):
        withdraw_consent(desk.store, ann, *OWN, desk.now())


def test_advertising_goes_only_to_those_whose_consent_is_kept_and_plain_words_to_the_others(desk):
    approved(desk, "收到{amount}元。暑期班开始报名！", notice_class=NoticeClass.COMMERCIAL)

    def told(bill_no):
        text = last_text(desk, bill_no)
        return text, desk.channel.messages[-1].notice_class

    assert told("S1") == ("【阳光小学】账单*1已缴123.45元。", NoticeClass.SERVICE)
    desk.wait(1)
    approved(desk, "收到{amount}元，谢谢！")
    desk.wait(1)
    approved(desk, "收到{amount}元。寒假班开始报名！", notice_class=NoticeClass.COMMERCIAL)
    assert told("S2") == ("【阳光小学】收到123.45元，谢谢！", NoticeClass.SERVICE)
    add_consent(desk.store, MAKER, CONSENT, desk.now())
    assert told("S3") == ("【阳光小学】收到123.45元。寒假班开始报名！", NoticeClass.COMMERCIAL)
    withdraw_consent(desk.store, MAKER, *OWN, desk.now())
    assert told("S4") == ("【阳光小学】收到123.45元，谢谢！", NoticeClass.SERVICE)
