"""A bank's return codes: what their file may say, and that the documents have the shipped one."""

import re
from pathlib import Path

import pytest

from offline_collect.app.config.schemas import Schemas
from offline_collect.domain.debits.return_codes import BillEffect, MandateEffect
from offline_collect.files.errors import LayoutError
from offline_collect.settlement.debit.return_code_file import compile_return_codes

PAGE = (Path(__file__).parents[3] / "docs" / "day-end.md").read_text(encoding="utf-8")
SETTLED = {"code": "0000", "says": {"en": "settled", "zh": "成功"}, "bill": "SETTLED"}
NO_FUNDS = {"code": "51", "says": {"en": "no funds", "zh": "余额不足"}, "bill": "OPEN", "again_after": 2}


def compiled(*rows):
    return compile_return_codes({"codes": list(rows)}, "codes.yaml")


def test_a_bank_has_its_own_codes():
    codes = compiled(SETTLED, NO_FUNDS)
    assert codes.of("51").again_after == 2
    assert codes.of("51").says_zh == "余额不足"
    assert codes.of("1001").bill is BillEffect.LOCKED


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        ([SETTLED, SETTLED], "0000 is there twice"),
        ([NO_FUNDS], "no code says SETTLED"),
        ([SETTLED, NO_FUNDS | {"bill": "LOCKED"}], "51: again_after: only a bill that is OPEN again"),
        ([SETTLED | {"mandate": "SUSPENDED"}], "a debit that is settled keeps its mandate"),
        ([SETTLED, NO_FUNDS | {"bill": "GONE"}], r"codes\[1\].bill: "),
        ([SETTLED, NO_FUNDS | {"code": "12345"}], r"codes\[1\].code: "),
        ([SETTLED, NO_FUNDS | {"again_after": -1}], r"codes\[1\].again_after: "),
        ([SETTLED, NO_FUNDS | {"says": {"en": "no funds"}}], r"codes\[1\].says.zh: "),
        ([], r"codes: "),
    ],
)
def test_what_cannot_work_is_refused_with_its_place(rows, reason):
    with pytest.raises(LayoutError, match=f"codes.yaml: .*{reason}"):
        compiled(*rows)


def test_a_banks_own_folder_goes_before_the_shipped_table(tmp_path):
    (tmp_path / "return-codes.yaml").write_text(
        'codes: [{code: "00", says: {en: done, zh: 成功}, bill: SETTLED}]', encoding="utf-8"
    )
    assert Schemas(str(tmp_path)).return_codes().of("00").says == "done"
    assert Schemas().return_codes().of("0000").says == "settled"


def test_the_table_of_codes_in_the_documents_is_the_shipped_one():
    section = PAGE.partition("### Return codes\n")[2].partition("\n#")[0]
    told = re.findall(r"^\| `(\w+)` \| (.+) \| (.+) \| (\w+) \| (\w+) \| (.*) \|$", section, re.MULTILINE)
    assert told == [
        (each.code, each.says, each.says_zh, each.bill.value, each.mandate.value, more(each))
        for each in Schemas().return_codes().codes.values()
    ]


def more(code):
    parts = ["payer is told"] * code.notice
    parts += [] if code.again_after is None else [f"again after {code.again_after} days"]
    parts += ["item for reconciliation"] * code.disputed
    return ", ".join(parts) or "-"


def test_only_what_moved_no_money_opens_a_bill_again():
    codes = Schemas().return_codes()
    assert {each.code for each in codes.codes.values() if each.mandate is MandateEffect.CANCELLED} == {"2001"}
    assert codes.of("4001").bill is BillEffect.LOCKED
