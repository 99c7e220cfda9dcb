"""When a message was sent, who it is, amounts, originals, products: what a file says, and what cannot work."""

import pytest

from offline_collect.wire.dialects.dialect import Sent
from offline_collect.wire.dialects.dialect_file import compile_dialect
from offline_collect.wire.errors import SchemaError
from offline_collect.wire.messages.amounts import Amounts
from offline_collect.wire.messages.requests.originals import STANDARD_ORIGINAL, NamedOriginal, OriginalRow
from tests.messages.golden import dialect_values


def compiled(elements=None, **words):
    values = dialect_values()
    values["elements"] |= elements or {}
    return compile_dialect(values | words, "x.yaml")


def test_without_a_word_all_is_as_the_standard_has_it():
    dialect = compiled()
    assert (dialect.sent, dialect.amounts, dialect.original) == (Sent(), Amounts(), STANDARD_ORIGINAL)
    assert (dialect.products, dialect.product_place) == ({}, 0)
    assert dialect.always == {15: "settlement_date", 39: "response_code"}
    assert dialect.decline == {44: "brief", 63: "reason"}


def test_a_time_with_its_year_is_part_of_the_key():
    dialect = compiled({12: "n12 Date and time"}, sent={"from": 12})
    assert dialect.sent == Sent(12, local=True, form="YYMMDDhhmmss")
    assert dialect.identity == (32, 41, 11, 12)
    assert not dialect.transmission_local


def test_without_a_time_the_identity_is_named():
    assert compiled(sent={"from": "none"}, identity=[32, 37]).sent == Sent(0)


def test_originals_are_named_in_rows_or_by_the_same_elements():
    rows = [{"mti": "n4"}, {11: "n6"}, {12: "n12"}, {32: "n..11"}]
    named = compiled({56: "n..35 Original"}, original={"in": 56, "fixed": rows}).original
    assert named == NamedOriginal(
        56, (OriginalRow(None, 4), OriginalRow(11, 6), OriginalRow(12, 12), OriginalRow(32, 11, 2))
    )
    same = compiled(original={"same": [41, 11, 60]}).original
    assert same == NamedOriginal(0, (OriginalRow(41, 0), OriginalRow(11, 0), OriginalRow(60, 0)))


def test_products_and_places_are_read():
    dialect = compiled(
        products={"in": 2, "053501": "PLN"}, always={39: "response_code"}, decline={}, amounts={"decimals": 0}
    )
    assert (dialect.product_place, dialect.products) == (2, {"053501": "PLN"})
    assert (dialect.always, dialect.decline) == ({39: "response_code"}, {})
    assert dialect.amounts == Amounts(0)


BAD = [
    ({"sent": {"as": "YYMMDDhhmmss"}}, "sent.as: YYMMDDhhmmss does not fit element 7, which is n10"),
    ({"sent": {"from": 1}}, "sent.from: must be a whole number from 2 to 128"),
    ({"sent": {"from": "none", "zone": "utc"}}, "sent.zone: unknown key"),
    ({"sent": {"from": "none"}}, "identity: is needed where no element says when a message was sent"),
    ({"amounts": {"decimals": 5}}, "amounts.decimals: must be a whole number from 0 to 4"),
    ({"amounts": {"currency": "000"}}, "amounts.currency: must be one of"),
    ({"original": {"in": 90}}, "original.fixed: missing"),
    (
        {"original": {"in": 90, "fixed": [{11: "n6", 7: "n10"}]}},
        "original.fixed[0]: must be one pair such as 11: n6",
    ),
    ({"original": {"in": 90, "fixed": [{11: "six"}]}}, "original.fixed[0].11: must be a shape such as n6"),
    (
        {"original": {"in": 90, "fixed": [{129: "n6"}]}},
        "original.fixed[0].129: the key must be an element's number",
    ),
    (
        {"original": {"in": 90, "fixed": [{11: "n43"}]}},
        "original.fixed: the rows have 43 characters, element 90",
    ),
    ({"original": {"same": [11], "in": 90}}, "original.in: unknown key"),
    ({"products": {"1": "PLN"}}, "products.in: missing"),
    ({"products": {"in": 65}}, "products.in: element 65 is not one of this dialect"),
    ({"always": {15: "date"}}, "always.15: must be one of settlement_date, response_code, brief, reason"),
    ({"decline": {65: "brief"}}, "decline.65: element 65 is not one of this dialect"),
]


@pytest.mark.parametrize(("words", "reason"), BAD)
def test_what_cannot_work_is_refused_with_its_place(words, reason):
    with pytest.raises(SchemaError) as caught:
        compiled(**words)
    assert reason in str(caught.value)
