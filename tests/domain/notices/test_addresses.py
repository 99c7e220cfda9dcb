"""Addresses in the form in which they are compared."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from offline_collect.domain.notices.addresses import (
    Address,
    AddressKind,
    address_digest,
    address_of,
    is_address,
    is_mailbox,
)

MOBILE, EMAIL, APP = AddressKind
KEY = b"k" * 32


@pytest.mark.parametrize(
    ("kind", "written", "expected"),
    [
        (MOBILE, "13800001234", "13800001234"),
        (MOBILE, "+86 138-0000-1234", "13800001234"),
        (MOBILE, "008613800001234", "13800001234"),
        (MOBILE, "８６１３８００００１２３４", "13800001234"),
        (MOBILE, "+852 6123 4567", "85261234567"),
        (MOBILE, "00852 6123 4567", "85261234567"),
        (MOBILE, "85261234567", "85261234567"),
        (MOBILE, "+1 380-000-1234", "+13800001234"),
        (MOBILE, "(138) 0000.1234", "13800001234"),
        (MOBILE, "8612345678", "8612345678"),
        (EMAIL, " Wang@Example.COM ", "wang@example.com"),
        (APP, " u-17", "u-17"),
        (APP, "U-17", "U-17"),
    ],
)
def test_an_address_is_the_same_however_it_was_written(kind, written, expected):
    assert address_of(kind, written) == Address(kind, expected)


@given(st.from_regex(r"1[0-9]{10}", fullmatch=True), st.sampled_from(["", "86", "+86", "0086", "+86 "]))
def test_a_chinese_number_is_the_same_with_and_without_its_country(number, country):
    assert address_of(MOBILE, country + number).text == number
    assert is_address(address_of(MOBILE, country + number))


@pytest.mark.parametrize(
    ("kind", "text", "expected"),
    [
        (MOBILE, "12345", False),
        (MOBILE, "9" * 21, False),
        (EMAIL, "wang", False),
        (EMAIL, "wang@example.com", True),
        (EMAIL, "a@" + "b" * 300, False),
        (APP, "u-17", True),
        (APP, "", False),
        (APP, "u-17\x00", False),
        (EMAIL, "a\ud800@example.com", False),
    ],
)
def test_what_cannot_be_an_address_is_none(kind, text, expected):
    assert is_address(Address(kind, text)) is expected


def test_a_digest_depends_on_the_key_and_the_kind_and_shows_nothing():
    mobile = Address(MOBILE, "13800001234")
    found = {
        address_digest(KEY, mobile),
        address_digest(b"x" * 32, mobile),
        address_digest(KEY, Address(APP, "13800001234")),
    }
    assert {len(each) for each in found} == {64}
    assert len(found) == 3
    assert "13800001234" not in repr(mobile)


@pytest.mark.parametrize(
    ("kind", "text", "masked"),
    [
        (MOBILE, "13800001234", "138****1234"),
        (EMAIL, "wang@example.com", "w***@example.com"),
        (APP, "u-17", "u***"),
    ],
)
def test_people_see_an_address_with_its_middle_hidden(kind, text, masked):
    assert Address(kind, text).masked == masked


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("wang@example.com", True),
        ("o'neil+fees.2026@mail.example", True),
        ("a..b@example.com", False),
        ("wang@example.com\r\nBcc: x@y", False),
        ("<a@b>", False),
        ("王@example.com", False),
        ("a@" + "b" * 300, False),
    ],
)
def test_mails_go_only_to_mailboxes_that_need_no_quotes(text, expected):
    assert is_mailbox(text) is expected
