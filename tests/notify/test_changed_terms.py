"""A payer is told when a list, its undoing, or a clerk has given his mandate other terms."""

import datetime as dt
from dataclasses import replace

import pytest

from offline_collect.app.config.schemas import Schemas
from offline_collect.domain.debits.mandates import Cycle, Party
from offline_collect.merchant.entry.customers import set_customer
from offline_collect.merchant.entry.entry import Entry
from offline_collect.merchant.mandates.decide import MandateOrder, cancel
from offline_collect.store import put_customers
from tests.notify.test_events import kinds, tell
from tests.settlement.debit.desk import payer
from tests.store import importing as imports
from tests.support.actors import user
from tests.support.samples import PUPIL

SIGNED = replace(payer(PUPIL, "R-PUPIL"), mobile="13800000001", consent=True, mandate_limit_minor=50_000)
TOLD = [("MANDATE_CHANGED", "R-PUPIL")]


@pytest.fixture
def pupil(desk):
    """A pupil with a signed mandate, at a school that tells of changed ones."""
    tell(desk, "MANDATE_CHANGED")
    with desk.store.transaction() as tx:
        put_customers(tx, "SCHOOL01", [SIGNED])
    return desk


def take(desk, *records, sha256="a" * 64):
    """Import customers; return the import's number."""
    number = imports.staged_people(desk.store, *records, sha256=sha256)
    imports.release(desk.store, number)
    imports.tidy(desk.store, number)
    return number


def sent(desk):
    desk.wait()
    desk.sender().round()
    return desk.channel.texts


def test_a_list_with_another_account_and_limit_is_told_as_they_are_now(pupil):
    number = imports.staged_people(
        pupil.store, replace(SIGNED, debit_account="6222000000009999", mandate_limit_minor=90_000)
    )
    assert kinds(pupil) == []
    imports.release(pupil.store, number)
    imports.tidy(pupil.store, number)
    assert kinds(pupil) == TOLD
    assert sent(pupil) == ["【阳光小学】授权*PIL已变更：有效。扣款账户***9999，单笔最高900.00元。"]


@pytest.mark.parametrize(
    "changes",
    [
        {"debit_bank": "102100000002"},
        {"mandate_to": dt.date(2031, 8, 31)},
        {"mandate_from": dt.date(2030, 9, 1)},
        {"mandate_cycle": Cycle.MONTH, "mandate_cycle_limit_minor": 100_000},
        {"mandate_limit_minor": None},
    ],
    ids=",".join,
)
def test_each_term_is_told(pupil, changes):
    take(pupil, replace(SIGNED, **changes))
    assert kinds(pupil) == TOLD


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"name": "王大明"},
        {"mobile": "13800000002"},
        {"mandate_purpose": "代扣学费"},
        {"account_name": "王大明"},
        {"mandate_ref": None, "mandate_signed_on": None, "mandate_limit_minor": None},
    ],
    ids=lambda changes: ",".join(changes) or "nothing",
)
def test_what_is_no_term_or_takes_the_mandate_away_is_not_told(pupil, changes):
    take(pupil, replace(SIGNED, **changes))
    assert kinds(pupil) == []


def test_a_first_mandate_by_a_list_is_not_told_and_another_one_is(pupil):
    new = replace(payer(PUPIL, "R-NEW"), customer_no="N1", inputs={"student_no": "9" * 10})
    take(pupil, new)
    assert kinds(pupil) == []
    take(pupil, replace(new, mandate_ref="R-NEWER"), sha256="b" * 64)
    assert kinds(pupil) == [("MANDATE_CHANGED", "R-NEWER")]


def test_a_mandate_that_is_not_signed_or_has_ended_is_not_told(pupil):
    take(pupil, replace(SIGNED, mandate_signed_on=None))
    take(pupil, replace(SIGNED, mandate_signed_on=None, debit_bank="1"), sha256="b" * 64)
    assert kinds(pupil) == []
    cancel(
        pupil.store, MandateOrder("SCHOOL01", "R-PUPIL", user("ops"), pupil.now()), "asked for", Party.PAYER
    )
    assert kinds(pupil) == TOLD
    take(pupil, replace(SIGNED, debit_account="6222000000009999"), sha256="c" * 64)
    assert kinds(pupil) == TOLD


def test_an_undo_tells_of_the_former_terms_again(pupil):
    number = take(pupil, replace(SIGNED, mandate_limit_minor=90_000))
    assert sent(pupil)[-1].endswith("单笔最高900.00元。")
    imports.undo(pupil.store, number)
    assert sent(pupil)[-1].endswith("单笔最高500.00元。")
    assert len(pupil.channel.texts) == 2


@pytest.mark.parametrize("taken", [False, True])
def test_an_undo_that_is_ended_does_not_tell_of_the_terms_again(pupil, taken):
    number = take(pupil, replace(SIGNED, mandate_limit_minor=90_000))
    if taken:
        pupil.sender().round()
    imports.start_undo(pupil.store, number)
    assert imports.mark(pupil.store, number) == []
    imports.cancel(pupil.store, number)
    imports.tidy(pupil.store, number)
    pupil.sender().round()
    assert (kinds(pupil), pupil.states()) == ([], ["WAITING"])


def test_a_list_that_was_rejected_tells_nobody(pupil):
    number = imports.staged_people(pupil.store, replace(SIGNED, mandate_limit_minor=90_000))
    imports.reject(pupil.store, number)
    assert kinds(pupil) == []


def test_a_clerk_s_change_is_told_once_and_not_if_nothing_changes(pupil):
    entry = Entry("SCHOOL01", PUPIL.customer_no, user("clerk"), {"mandate_limit": "900.00"})
    layout = Schemas().read("files/customers")
    assert set_customer(pupil.store, entry, layout, pupil.now())
    assert not set_customer(pupil.store, entry, layout, pupil.now())
    assert sent(pupil) == ["【阳光小学】授权*PIL已变更：有效。扣款账户***0117，单笔最高900.00元。"]
    assert set_customer(pupil.store, replace(entry, given={"mandate_limit": "800.00"}), layout, pupil.now())
    assert len(sent(pupil)) == 2
