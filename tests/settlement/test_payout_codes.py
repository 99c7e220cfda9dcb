"""A bank's table of return codes of payouts: as it is shipped, and which tables are refused."""

import pytest

from offline_collect.app.config.schemas import Schemas
from offline_collect.domain.settlement.results import PayoutEffect
from offline_collect.files.errors import LayoutError
from offline_collect.settlement.payouts.return_code_file import compile_payout_codes

BOOKED = {"code": "0000", "says": {"en": "booked", "zh": "入账成功"}, "payout": "BOOKED"}


def test_the_shipped_table_books_by_one_code_only():
    codes = Schemas().payout_codes()
    assert [code for code, row in codes.items() if row.payout is PayoutEffect.BOOKED] == ["0000"]
    assert codes["1002"].says_zh == "账户已销户"


@pytest.mark.parametrize(
    ("rows", "problem"),
    [
        ([BOOKED, BOOKED], "code 0000 is in the table twice"),
        ([BOOKED | {"payout": "FAILED"}], "no code says BOOKED"),
        ([BOOKED | {"payout": "LOCKED"}], "payout"),
        ([BOOKED | {"code": "00000"}], "code"),
        ([], "codes"),
    ],
)
def test_a_table_that_cannot_work_is_refused(rows, problem):
    with pytest.raises(LayoutError, match=problem):
        compile_payout_codes({"codes": rows}, "codes.yaml")
