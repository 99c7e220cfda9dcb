"""A bank's return codes of payouts, from `schemas/payout-return-codes.yaml`: checked before any result is taken."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import Field

from offline_collect.domain.settlement.results import PayoutCode, PayoutCodes, PayoutEffect
from offline_collect.files.errors import LayoutError
from offline_collect.files.strict_model import StrictModel, checked
from offline_collect.settlement.debit.return_code_file import CODE_WIDTH, CODES_MAX, Says


class _Row(StrictModel):
    code: str = Field(min_length=1, max_length=CODE_WIDTH, pattern="^[!-~]+$")
    says: Says
    payout: Annotated[PayoutEffect, Field(strict=False)]


class _Table(StrictModel):
    codes: list[_Row] = Field(min_length=1, max_length=CODES_MAX)


def compile_payout_codes(mapping: Mapping[str, Any], source: str = "payout return codes") -> PayoutCodes:
    """Check a table of return codes of payouts and compile it.

    Args:
        mapping: the content of its file.
        source: the file's name, for errors.

    Raises:
        LayoutError: it cannot work; names the place in ``source`` and the reason.
    """
    codes: dict[str, PayoutCode] = {}
    for row in checked(_Table, mapping, source).codes:
        if row.code in codes:
            raise LayoutError(f"{source}: code {row.code} is in the table twice")
        codes[row.code] = PayoutCode(row.code, row.says.en, row.says.zh, row.payout)
    if not any(each.payout is PayoutEffect.BOOKED for each in codes.values()):
        raise LayoutError(f"{source}: no code says BOOKED: then no payout could ever be")
    return codes
