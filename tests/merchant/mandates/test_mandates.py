"""Mandates are signed, suspended, resumed and cancelled by hand; a file brings terms, and revives nothing."""

import datetime as dt
import json

import pytest
from sqlalchemy import select

from offline_collect.domain.access.roles import Role
from offline_collect.domain.business_days.dates import BusinessDate
from offline_collect.domain.business_days.days import CLOCK
from offline_collect.domain.debits.mandates import MandateState, Party
from offline_collect.merchant.common.errors import TextError
from offline_collect.merchant.entry.search import CustomerSearch
from offline_collect.merchant.entry.view_customers import search_customers, view_customer
from offline_collect.merchant.imports.result import ImportRefusedError
from offline_collect.merchant.mandates.decide import MandateOrder, cancel, resume, sign, suspend
from offline_collect.merchant.mandates.errors import MandateStateError, SignatureError, UnknownMandateError
from offline_collect.merchant.mandates.view import view_mandate, view_mandates
from offline_collect.store import cutover, verify
from offline_collect.store.schema.user_tables import audit_trail
from tests.merchant.documents import NOW
from tests.support.actors import user
from tests.support.audited import said

DAY = dt.date(2026, 11, 22)
SIGNED = dt.date(2026, 9, 1)
DIGEST = "0a" * 32
HEADER = "客户编号,姓名,学号,扣款账号,户名,开户行号,协议号,协议签订日期,协议到期日期,单笔限额\n"
ROW = "C1,王小明,2026030117,6222020200001234567,王小明,102100099996,{reference},{signed},{to},{limit}\n"
CLERK, AUDITOR = user("clerk"), user("aud", Role.AUDITOR)


def file(reference="M1", signed="", to="", limit=""):
    return HEADER + ROW.format(reference=reference, signed=signed, to=to, limit=limit)


@pytest.fixture
def proposed(pupils):
    """A desk whose customer C1 has a mandate M1 that nobody has signed."""
    pupils.take("customers", file())
    return pupils


@pytest.fixture
def active(pupils):
    """A desk whose customer C1 has signed the mandate M1."""
    pupils.take("customers", file(signed="2026-09-01"))
    return pupils


def order(reference="M1", actor=CLERK):
    return MandateOrder("SCHOOL01", reference, actor, NOW)


def state(desk, reference="M1"):
    return MandateState(view_mandate(desk.store, "SCHOOL01", reference, CLERK)["state"])


def last_audit(desk):
    with desk.store.snapshot() as reading:
        newest = select(audit_trail).order_by(audit_trail.c.sequence.desc()).limit(1)
        return reading.connection.execute(newest).one()


def test_a_file_without_a_day_of_signature_proposes_a_mandate_and_one_with_it_brings_it_signed(proposed):
    assert state(proposed) is MandateState.PROPOSED
    proposed.take("customers", file(signed="2026-09-01"))
    assert state(proposed) is MandateState.ACTIVE


def test_signing_keeps_the_day_and_the_digest_of_the_form(proposed):
    sign(proposed.store, order(), SIGNED, DIGEST.upper())
    shown = view_mandate(proposed.store, "SCHOOL01", "M1", CLERK)
    assert (shown["state"], shown["signed_on"], shown["form_sha256"]) == ("ACTIVE", "2026-09-01", DIGEST)
    proposed.take("customers", file(limit="5"))
    assert view_mandate(proposed.store, "SCHOOL01", "M1", CLERK)["signed_on"] == "2026-09-01"
    with pytest.raises(
        MandateStateError, match="mandate M1 is ACTIVE and stays so: this takes one that is PROPOSED"
    ):
        sign(proposed.store, order(), SIGNED, None)
    suspend(proposed.store, order(), "询问")
    assert view_mandate(proposed.store, "SCHOOL01", "M1", CLERK)["form_sha256"] == DIGEST


def test_what_cannot_be_a_signature_is_refused(proposed):
    with pytest.raises(SignatureError, match="signed on 2026-11-23: this day is to come"):
        sign(proposed.store, order(), dt.date(2026, 11, 23), None)
    with pytest.raises(SignatureError, match="must be 64 hex digits"):
        sign(proposed.store, order(), SIGNED, "0A")
    assert state(proposed) is MandateState.PROPOSED


def test_a_suspended_mandate_is_resumed_and_a_cancelled_one_never(active):
    with pytest.raises(MandateStateError, match="this takes one that is SUSPENDED"):
        resume(active.store, order(), "错")
    suspend(active.store, order(), "账户冻结", Party.BANK)
    assert state(active) is MandateState.SUSPENDED
    resume(active.store, order(), "已解冻")
    assert state(active) is MandateState.ACTIVE
    cancel(active.store, order(), "客户来电", Party.PAYER)
    for decide in (
        lambda: resume(active.store, order(), "x"),
        lambda: sign(active.store, order(), SIGNED, None),
    ):
        with pytest.raises(MandateStateError, match="M1 is CANCELLED and stays so: only a new reference"):
            decide()
    shown = view_mandate(active.store, "SCHOOL01", "M1", CLERK)
    kept = [shown[key] for key in ("state", "decided_by", "party", "reason", "signed_on")]
    assert kept == ["CANCELLED", "clerk", "PAYER", "客户来电", "2026-09-01"]
    with active.store.snapshot() as reading:
        assert verify(reading).whole


@pytest.mark.parametrize("end", [suspend, cancel])
def test_importing_again_revives_nothing_and_the_result_tells_what_has_ended(active, end):
    end(active.store, order(), "客户来电", Party.PAYER)
    ended = 0 if end is suspend else 1
    before = state(active)
    assert active.preview("customers", file(signed="2026-10-01")).ended_mandates == ended
    assert active.take("customers", file(signed="2026-10-01")).ended_mandates == ended
    assert state(active) is before
    assert active.take("customers", file(reference="M2", signed="2026-10-01")).ended_mandates == 0
    assert (state(active, "M2"), state(active)) == (MandateState.ACTIVE, before)
    assert active.take("customers", file(signed="2026-10-02")).ended_mandates == ended
    assert state(active) is before


def test_an_expired_mandate_is_not_signed_anew_by_a_later_last_day(pupils):
    pupils.take("customers", file(signed="2026-09-01", to="2026-11-22"))
    with pupils.store.transaction() as tx:
        cutover(tx, BusinessDate.of(DAY), BusinessDate(2026, 11, 23), CLOCK, NOW)
    assert state(pupils) is MandateState.EXPIRED
    assert pupils.take("customers", file(signed="2026-11-23", to="2027-11-22")).ended_mandates == 1
    assert state(pupils) is MandateState.EXPIRED
    with pytest.raises(MandateStateError, match="M1 is EXPIRED"):
        cancel(pupils.store, order(), "x", Party.PAYER)


@pytest.mark.parametrize("preview", [True, False])
def test_another_customers_mandate_is_a_bad_cell_of_its_row(active, preview):
    taken = HEADER + "".join(
        f"C{number},李雷,202603012{number},6222020200001234560,李雷,,{reference},,,\n"
        for number, reference in ((3, "M1"), (4, "M4"), (5, "M4"))
    )
    if preview:
        problems = active.preview("customers", taken).problems
    else:
        with pytest.raises(ImportRefusedError) as caught:
            active.take("customers", taken)
        problems = caught.value.problems
    told = [(problem.row, problem.column, problem.value, str(problem.reason)) for problem in problems.kept]
    assert told == [
        (2, "协议号", "M1", "mandate M1 is that of customer C1: another customer needs one of its own"),
        (4, "协议号", "M4", "mandate M4 is also that of customer C4 in this file"),
    ]


def test_terms_that_do_not_go_together_are_told_with_their_column(pupils):
    header = "客户编号,姓名,学号,扣款账号,协议号,协议生效日期,协议到期日期,扣款周期,周期限额\n"
    text = header + "C1,王小明,2026030117,6222,M1,2026-10-02,2026-10-01,,5\nC2,李雷,2026030118,,,,,月,\n"
    with pytest.raises(ImportRefusedError) as caught:
        pupils.take("customers", text)
    told = [(problem.row, problem.column) for problem in caught.value.problems.kept]
    assert told == [(2, "协议到期日期"), (2, "扣款周期"), (3, "扣款周期")]


def test_every_decision_is_in_the_audit_trail_without_names_and_accounts(active):
    cancel(active.store, order(), "客户来电", Party.PAYER)
    row = last_audit(active)
    assert (row.actor, said(row)) == ("clerk", "mandates cancel SCHOOL01 M1")
    assert json.loads(row.before) == {"customer": "C1", "state": "ACTIVE", "signed_on": "2026-09-01"}
    assert json.loads(row.after)["state"] == "CANCELLED"
    assert "王小明" not in row.before + row.after


def test_names_and_accounts_are_masked(active):
    shown = view_mandate(active.store, "SCHOOL01", "M1", AUDITOR)
    assert (shown["name"], shown["debit_account"], shown["debit_bank"]) == (
        "王*明",
        "***4567",
        "102100099996",
    )
    page = view_mandates(active.store, "SCHOOL01", {MandateState.ACTIVE}, AUDITOR, (None, 5))
    assert [(each["mandate"], each["account_name"]) for each in page.mandates] == [("M1", "王*明")]
    assert "王小明" not in repr(page)
    full = view_mandates(active.store, "SCHOOL01", (), CLERK, (None, 5)).mandates
    assert full[0]["name"] == "王小明"


def test_mandates_are_listed_page_by_page(active):
    active.take("customers", HEADER + "C2,李雷,2026030118,6222,,,M0,,,\n")
    first = view_mandates(active.store, "SCHOOL01", (), CLERK, (None, 1))
    assert ([each["mandate"] for each in first.mandates], first.following) == (["M0"], "M0")
    rest = view_mandates(active.store, "SCHOOL01", (), CLERK, ("M0", 1))
    assert ([each["mandate"] for each in rest.mandates], rest.following) == (["M1"], None)


def test_a_customer_is_shown_with_the_state_of_its_mandate(active):
    suspend(active.store, order(), "询问")
    assert view_customer(active.store, "SCHOOL01", "C1", CLERK)["mandate"] == "SUSPENDED"
    page = search_customers(active.store, "SCHOOL01", CustomerSearch(), CLERK, None, 5)
    assert [each.get("mandate") for each in page.customers] == ["SUSPENDED", None]


def test_a_mandate_is_known_by_what_was_decided_when_no_customer_has_it_any_more(active):
    active.take("customers", file(reference="M2"))
    with pytest.raises(
        UnknownMandateError, match="SCHOOL01 has no mandate M1: `offline-collect mandates list"
    ):
        cancel(active.store, order(), "客户来电", Party.PAYER)
    sign(active.store, order("M2"), SIGNED, None)
    active.take("customers", file(reference="M3"))
    cancel(active.store, order("M2"), "客户来电", Party.PAYER)
    shown = view_mandate(active.store, "SCHOOL01", "M2", CLERK)
    assert (shown["state"], shown["customer"], "name" in shown) == ("CANCELLED", "C1", False)


@pytest.mark.parametrize("decide", [suspend, resume, lambda *given: cancel(*given, Party.BANK)])
def test_a_decision_has_a_reason(active, decide):
    with pytest.raises(TextError, match="the reason is blank"):
        decide(active.store, order(), " ")
