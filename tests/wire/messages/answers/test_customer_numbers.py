"""Customer numbers in Chinese, such as those of shops and flats: each dialect says what its characters allow."""

import pytest

from offline_collect.domain.answers import Answer
from offline_collect.domain.codes import ResponseCode
from offline_collect.merchant.forms.wire_budget import longest_request
from offline_collect.wire.elements.codec import Codec
from offline_collect.wire.layouts.pds import parse_pds
from offline_collect.wire.messages.message_set.routing import PRIVATE
from tests.messages.golden import TODAY, shipped, writer

WHOLE = ["ascii", "bcd", "cuppos", "cups128", "iso87", "iso93", "npm-iso8583"]
ASCII = ["base24", "jpos-iso87ascii", "jpos-iso87binary", "moov-spec87ascii"]


@pytest.mark.parametrize(
    ("name", "written", "said"),
    [(name, "3幢12号铺", "3幢12号铺") for name in WHOLE]
    + [(name, "铺" * 32, "铺" * 32) for name in WHOLE]
    + [(name, "3幢12号铺", "3?12??") for name in ASCII]
    + [(name, "铺" * 32, "?" * 32) for name in ASCII],
)
def test_a_dialect_with_tags_says_the_number_or_question_marks(name, written, said):
    dialect = shipped(name)
    request = longest_request("0100", "BILL_LOOKUP", dialect)
    response = writer(dialect).write(
        request, Answer(ResponseCode.APPROVED, values={"customer_no": written, "open_count": 0}), TODAY
    )
    codec = Codec(dialect)
    decoded = codec.decode(codec.encode(response))
    assert parse_pds(decoded.elements[PRIVATE], dialect.charset_of(PRIVATE))["0031"] == said
