"""Who gets no notice, and why."""

import pytest

from offline_collect.domain.notices.classes import NoticeClass
from offline_collect.domain.notices.opt_out import (
    UNKNOWN,
    AddressFault,
    AddressRecord,
    fault_of,
    may_advertise,
    opted_out,
    why_unused,
)
from offline_collect.domain.notices.second_look import NotWanted

SERVICE, COMMERCIAL = NoticeClass
NO_SERVICE = AddressRecord(opted_out=frozenset({SERVICE}))
NO_COMMERCIAL = AddressRecord(opted_out=frozenset({COMMERCIAL}))


@pytest.mark.parametrize(
    ("known", "expected"),
    [
        ([], None),
        ([UNKNOWN], None),
        ([UNKNOWN, NO_SERVICE], NotWanted.OPTED_OUT),
        ([NO_COMMERCIAL], None),
    ],
)
def test_who_wants_no_service_gets_nothing(known, expected):
    assert opted_out(known) is expected


@pytest.mark.parametrize(
    ("known", "proved", "expected"),
    [
        ([UNKNOWN], True, True),
        ([UNKNOWN], False, False),
        ([], True, True),
        ([UNKNOWN, NO_COMMERCIAL], True, False),
    ],
)
def test_advertising_needs_a_proof_and_nothing_said_against_it(known, proved, expected):
    assert may_advertise(known, proved=proved) is expected


@pytest.mark.parametrize(
    ("known", "expected"),
    [
        (UNKNOWN, None),
        (AddressRecord(failed=2), None),
        (AddressRecord(failed=3), AddressFault.BAD),
        (AddressRecord(names=2), AddressFault.SHARED),
        (AddressRecord(names=2, confirmed=True), None),
        (AddressRecord(failed=3, names=2), AddressFault.BAD),
        (AddressRecord(refused=True, confirmed=True, failed=3), AddressFault.REFUSED),
    ],
)
def test_nothing_goes_to_an_address_that_is_not_the_customer_s_or_does_not_work(known, expected):
    assert fault_of(known, 3) is expected


def test_a_merchant_s_own_address_may_be_a_customer_s_too():
    assert fault_of(AddressRecord(names=2), 3, shared=True) is None
    assert fault_of(AddressRecord(names=2, failed=3), 3, shared=True) is AddressFault.BAD


def test_the_reason_of_a_notice_names_the_fault():
    assert why_unused(None) is NotWanted.NO_ADDRESS
    assert {why_unused(each) for each in AddressFault} == {
        NotWanted.ADDRESS_REFUSED,
        NotWanted.ADDRESS_BAD,
        NotWanted.ADDRESS_SHARED,
    }
