"""Addresses of parts, as people write them."""

import pytest

from offline_collect.wire.errors import EncodeError
from offline_collect.wire.layouts.addresses import parts_by_name


def test_addresses_become_groups_and_lists():
    texts = {"pay": "1", "bills.open": "2", "bills.bills[1].amount": "7", "bills.bills[0].amount": "6"}
    assert parts_by_name(texts) == {
        "pay": "1",
        "bills": {"open": "2", "bills": [{"amount": "6"}, {"amount": "7"}]},
    }


def test_records_in_between_are_empty():
    assert parts_by_name({"bills[1].amount": "7"}) == {"bills": [{}, {"amount": "7"}]}


@pytest.mark.parametrize(
    ("addresses", "reason"),
    [
        (["bills[0]"], r"^bills\[0\]: must be one value, such as bills\[0\]\.amount$"),
        ([""], "must be one value"),
        (["bills."], "must be one value"),
        (["bills.amount", "bills"], "^bills: must be one value"),
        (["bills[x].amount"], r"^bills\[x\]\.amount: is no address"),
        (["bills[1000].amount"], "is no address"),
        ([".amount"], "is no address"),
        (["bills", "bills.amount"], "^bills.amount: contradicts an address before it"),
        (["bills.amount", "bills[0].amount"], "contradicts an address before it"),
    ],
)
def test_what_is_no_address_is_refused(addresses, reason):
    with pytest.raises(EncodeError, match=reason):
        parts_by_name(dict.fromkeys(addresses, "1"))
