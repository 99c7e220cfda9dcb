"""A bank's return codes of debits, from `schemas/return-codes.yaml`: checked and compiled before any file is taken."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import Field

from offline_collect.domain.debits.reason_codes import ReasonCodes
from offline_collect.domain.debits.return_codes import BillEffect, MandateEffect, ReturnCode, ReturnCodes
from offline_collect.files.errors import LayoutError
from offline_collect.files.strict_model import StrictModel, checked

CODES_MAX = 1_000
CODE_WIDTH = 4
_AGAIN_MAX_DAYS = 366
_SAYS_MAX = 60


class Says(StrictModel):
    """What a code means, for people."""

    en: str = Field(min_length=1, max_length=_SAYS_MAX)
    zh: str = Field(min_length=1, max_length=_SAYS_MAX)


class _Row(StrictModel):
    code: str = Field(min_length=1, max_length=CODE_WIDTH, pattern="^[!-~]+$")
    says: Says
    bill: Annotated[BillEffect, Field(strict=False)]
    mandate: Annotated[MandateEffect, Field(strict=False)] = MandateEffect.KEPT
    notice: bool = False
    again_after: int | None = Field(default=None, ge=0, le=_AGAIN_MAX_DAYS)
    disputed: bool = False


class _Table(StrictModel):
    codes: list[_Row] = Field(min_length=1, max_length=CODES_MAX)


def compile_return_codes(mapping: Mapping[str, Any], source: str = "return codes") -> ReturnCodes:
    """Check a table of return codes and compile it.

    Args:
        mapping: the content of its file.
        source: the file's name, for errors.

    Raises:
        LayoutError: it cannot work; names the place in ``source`` and the reason.
    """
    table = checked(_Table, mapping, source)
    codes: dict[str, ReturnCode] = {}
    for row in table.codes:
        if row.code in codes:
            raise LayoutError(f"{source}: {row.code} is there twice")
        _check(row, source)
        codes[row.code] = ReturnCode(
            code=row.code,
            says=row.says.en,
            says_zh=row.says.zh,
            bill=row.bill,
            mandate=row.mandate,
            notice=row.notice,
            again_after=row.again_after,
            disputed=row.disputed,
        )
    if not any(each.bill is BillEffect.SETTLED for each in codes.values()):
        raise LayoutError(f"{source}: no code says SETTLED: then no debit could ever be paid")
    return ReturnCodes(codes)


def check_reasons(reasons: ReasonCodes, known: ReturnCodes, source: str) -> None:
    """Refuse a table of reasons whose return codes are not in the bank's own table, or mean the opposite there.

    Raises:
        LayoutError: it is so; names the reason in ``source``.
    """
    for place, code in (("settled", reasons.settled), *reasons.codes.items()):
        if code not in known.codes:
            raise LayoutError(f"{source}: {place}: return code {code} is not in return-codes.yaml")
        if (known.of(code).bill is BillEffect.SETTLED) != (place == "settled"):
            raise LayoutError(
                f"{source}: {place}: return code {code} is {known.of(code).bill.value} in return-codes.yaml"
            )


def _check(row: _Row, source: str) -> None:
    """Refuse what contradicts itself: only a bill that is open again can be debited again."""
    if row.again_after is None or row.bill is BillEffect.OPEN:
        if row.bill is not BillEffect.SETTLED or row.mandate is MandateEffect.KEPT:
            return
        raise LayoutError(f"{source}: {row.code}: a debit that is settled keeps its mandate")
    raise LayoutError(
        f"{source}: {row.code}: again_after: only a bill that is OPEN again can be debited again"
    )
