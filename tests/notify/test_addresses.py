"""Addresses that are not the customer's or do not work, on a real store."""

from dataclasses import replace

import pytest

from offline_collect.domain.access.actor import NotPermittedError
from offline_collect.domain.access.roles import Role
from offline_collect.domain.errors import NoticeError
from offline_collect.domain.notices.results import Result, Verdict
from offline_collect.notify.addresses import confirm_mobile, view_faults
from offline_collect.store import NotFoundError, StoreSettings, upgrade
from tests.notify.conftest import Desk
from tests.notify.test_replies import answered, told
from tests.store.conftest import teller_of
from tests.support.actors import user
from tests.support.samples import PUPIL
from tests.support.statements import recorded

NOBODY = Result(Verdict.STOP, "answered 550", bad_address=True)
OPS = user("ops", Role.OPERATOR)
MAKER = user("mary", Role.MAKER)
SHARED = "customers of different names have the address"
BAD = "too many messages to the address failed for good"


def faults(desk, failed_max=3, most=10, after=None):
    page = view_faults(desk.store, OPS, "SCHOOL01", failed_max, (after, most))
    return [(each["customer"], each["fault"], each["count"]) for each in page.documents]


def sibling(desk, name="王小红", mobile="13826030117"):
    desk.pupil("2026030118", "T1")
    other = replace(PUPIL, customer_no="2026030118", name=name, inputs={"student_no": "2026030118"})
    desk.customer("SCHOOL01", other, mobile=mobile)


def test_a_number_of_customers_of_different_names_is_stopped_until_it_is_corrected(desk):
    sibling(desk)
    assert told(desk, "S1") == ("SUPPRESSED", SHARED)
    both = [("2026030117", "SHARED", 2), ("2026030118", "SHARED", 2)]
    assert faults(desk) == both
    assert faults(desk, most=1) == both[:1]
    assert faults(desk, most=1, after="2026030117") == both[1:]
    sibling(desk, mobile="13900000000")
    assert faults(desk) == []
    assert told(desk, "S2") == ("SENT", None)


def test_customers_of_one_name_may_share_a_number(desk):
    sibling(desk, name=PUPIL.name)
    assert (faults(desk), told(desk, "S1")) == ([], ("SENT", None))


def test_a_number_of_brothers_is_confirmed(desk):
    sibling(desk)
    confirm_mobile(desk.store, MAKER, "SCHOOL01", "2026030118", desk.now())
    assert (faults(desk), told(desk, "S1")) == ([], ("SENT", None))


def test_who_has_another_merchant_s_number_shares_nothing(desk):
    desk.customer("WATER001", replace(PUPIL, name="李四"), mobile="13826030117")
    assert told(desk, "S1") == ("SENT", None)


def test_a_number_whose_notices_fail_for_good_is_bad_until_it_is_corrected_or_confirmed(desk):
    desk.channel.says = NOBODY
    assert [told(desk, each)[0] for each in ("S1", "S2")] == ["DEAD", "DEAD"]
    assert faults(desk) == []
    assert told(desk, "S3") == ("DEAD", "answered 550")
    assert faults(desk) == [("2026030117", "BAD", 3)]
    desk.channel.says = Result(Verdict.ACCEPTED)
    desk.pupil("2026030119", "T2")
    assert told(desk, "T2") == ("SENT", None)
    desk.customer("SCHOOL01", PUPIL, mobile="13900000000")
    assert faults(desk) == []


def test_what_fails_for_another_reason_says_nothing_of_the_number(desk):
    desk.channel.says = Result(Verdict.STOP, "answered 410")
    for bill in ("S1", "S2", "S3"):
        assert told(desk, bill)[0] == "DEAD"
    assert faults(desk, failed_max=1) == []


def test_several_failures_of_one_round_count_each(desk):
    sibling(desk, name=PUPIL.name)
    desk.channel.says = NOBODY
    desk.teller.pay("S1")
    desk.teller.pay("T1")
    desk.wait()
    desk.sender().round()
    assert [each.state.value for each in desk.rows()] == ["DEAD", "DEAD"]
    # The customer whose notice went there last stands for all who have the address.
    assert faults(desk, failed_max=2) == [("2026030118", "BAD", 2)]


def test_a_refused_number_is_listed_masked_and_cannot_be_confirmed(desk):
    told(desk, "S1")
    answered(desk, "不是我")
    (each,) = view_faults(desk.store, OPS, "SCHOOL01", 3, (None, 10)).documents
    assert each == {"customer": "2026030117", "address": "138****0117", "fault": "REFUSED", "count": 1}
    with pytest.raises(NoticeError, match="says that he is not customer 2026030117"):
        confirm_mobile(desk.store, MAKER, "SCHOOL01", "2026030117", desk.now())


def test_a_customer_without_a_mobile_has_none_to_confirm(desk):
    with pytest.raises(NoticeError, match="no customer NONE with a mobile"):
        confirm_mobile(desk.store, MAKER, "SCHOOL01", "NONE", desk.now())
    with pytest.raises(NotFoundError):
        view_faults(desk.store, OPS, "NONE", 3, (None, 10))


def test_who_may_not_change_customers_confirms_nothing(desk):
    with pytest.raises(NotPermittedError):
        confirm_mobile(desk.store, user("ann", Role.AUDITOR), "SCHOOL01", "2026030117", desk.now())


def test_a_batch_of_many_payers_asks_the_store_as_often_as_one_of_few(tmp_path):
    url, selects = f"sqlite:///{tmp_path}/counted.db", []
    upgrade(StoreSettings(url))
    with teller_of(url) as teller:
        desk = Desk(teller)
        for batch in (range(200, 202), range(300, 320)):
            for number in batch:
                desk.pupil(f"2026030{number}", f"T{number}")
                desk.teller.pay(f"T{number}")
            desk.wait()
            sender = desk.sender()
            with recorded() as statements:
                assert sender.round().sent == len(batch)
            selects.append(sum(each.lstrip().startswith("SELECT") for each in statements))
    assert selects[0] == selects[1]
    assert selects[0] > 0
