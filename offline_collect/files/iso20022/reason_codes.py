"""A bank's reasons of ISO 20022, from `schemas/iso-reason-codes.yaml`: checked and compiled before any file is taken."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import Field

from offline_collect.domain.debits.reason_codes import NOT_IN_TABLE, ReasonCodes
from offline_collect.files.errors import LayoutError
from offline_collect.files.strict_model import StrictModel, checked

REASONS_MAX = 1_000

_ReturnCode = Annotated[str, Field(pattern="^[!-~]{1,4}$")]


class _Row(StrictModel):
    reason: str = Field(pattern="^[!-~]{1,35}$")
    name: str = Field(min_length=1, max_length=100)
    return_code: _ReturnCode


class _Table(StrictModel):
    settled: _ReturnCode
    reasons: list[_Row] = Field(max_length=REASONS_MAX)


def compile_reason_codes(mapping: Mapping[str, Any], source: str = "reason codes") -> ReasonCodes:
    """Check a table of reasons and compile it.

    Args:
        mapping: the content of its file.
        source: the file's name, for errors.

    Raises:
        LayoutError: it cannot work; names the place in ``source`` and the reason.
    """
    table = checked(_Table, mapping, source)
    codes: dict[str, str] = {}
    for row in table.reasons:
        if row.reason in codes:
            raise LayoutError(f"{source}: {row.reason} is there twice")
        if row.return_code in {table.settled, NOT_IN_TABLE}:
            raise LayoutError(f"{source}: {row.reason}: no reason can mean {row.return_code}")
        codes[row.reason] = row.return_code
    return ReasonCodes(table.settled, codes)
