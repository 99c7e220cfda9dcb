"""A bank's reasons: what their file may say, and what the shipped one says."""

import re

import pytest

from offline_collect.app.config.schemas import Schemas
from offline_collect.domain.debits.reason_codes import NOT_IN_TABLE
from offline_collect.files.errors import LayoutError
from offline_collect.files.iso20022.reason_codes import compile_reason_codes

OURS = {"0000", "1001", "1002", "1003", "1004", "2001", "2002", "3001", "4001", "9001"}
"""The house's return codes."""


def table(*rows, settled="0000"):
    return {"settled": settled, "reasons": [{"name": "x", **row} for row in rows]}


def test_a_bank_has_its_own_reasons():
    codes = compile_reason_codes(table({"reason": "OWN-17", "return_code": "77"}, settled="00"))
    assert (codes.settled, codes.of(["XX", "OWN-17"]), codes.of(["XX"])) == ("00", "77", NOT_IN_TABLE)


def test_a_folder_of_schemas_has_them_in_a_file(tmp_path):
    own = "settled: '0000'\nreasons: [{reason: X1, name: x, return_code: '1001'}]\n"
    (tmp_path / "iso-reason-codes.yaml").write_text(own, encoding="utf-8")
    assert Schemas(str(tmp_path)).reason_codes().codes == {"X1": "1001"}


@pytest.mark.parametrize(
    ("settled", "rejected", "reason"),
    [
        ("00", "1001", "settled: return code 00 is not in return-codes.yaml"),
        ("0000", "7777", "X1: return code 7777 is not in return-codes.yaml"),
        ("1001", "1002", "settled: return code 1001 is OPEN in return-codes.yaml"),
    ],
)
def test_its_return_codes_are_those_of_the_bank(tmp_path, settled, rejected, reason):
    own = f"settled: '{settled}'\nreasons: [{{reason: X1, name: x, return_code: '{rejected}'}}]\n"
    (tmp_path / "iso-reason-codes.yaml").write_text(own, encoding="utf-8")
    with pytest.raises(LayoutError, match=re.escape(f"iso-reason-codes.yaml: {reason}")):
        Schemas(str(tmp_path)).reason_codes()


@pytest.mark.parametrize(
    ("mapping", "reason"),
    [
        (table({"reason": "A", "return_code": "1"}, {"reason": "A", "return_code": "2"}), "A is there twice"),
        (table({"reason": "A", "return_code": "0000"}), "A: no reason can mean 0000"),
        (table({"reason": "A", "return_code": NOT_IN_TABLE}), "A: no reason can mean ????"),
        (table({"reason": "A", "return_code": "12345"}), "reasons[0].return_code: "),
        (table({"reason": "A" * 36, "return_code": "1"}), "reasons[0].reason: "),
        (table({"reason": "", "return_code": "1"}), "reasons[0].reason: "),
        (table({"reason": "A", "return_code": "1", "more": 1}), "reasons[0].more: "),
        ({"reasons": []}, "settled: "),
        ([], "top: "),
    ],
)
def test_a_table_that_cannot_work_is_refused(mapping, reason):
    with pytest.raises(LayoutError, match="^" + re.escape(f"reasons.yaml: {reason}")):
        compile_reason_codes(mapping, "reasons.yaml")


def test_the_shipped_table_has_the_reasons_of_direct_debits():
    codes = Schemas().reason_codes()
    assert {code: codes.of([code]) for code in ("AC04", "AC06", "AM04", "AM05", "MD01", "MS02", "MS03")} == {
        "AC04": "1002",
        "AC06": "1004",
        "AM04": "1001",
        "AM05": "4001",
        "MD01": "2001",
        "MS02": "3001",
        "MS03": "9001",
    }
    assert {codes.settled, *codes.codes.values()} <= OURS
    assert codes.of(["NARR"]) == NOT_IN_TABLE
    assert NOT_IN_TABLE not in OURS
