"""Bills that a file no longer has: open bills of its periods in the store that are not among its rows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Sequence

from offline_collect.domain.imports.refusals import BillClaimed
from offline_collect.domain.texts.phrases import Phrase
from offline_collect.merchant.common.target import Target
from offline_collect.merchant.imports.check_rows import CHUNK, CheckedRows
from offline_collect.merchant.imports.made_numbers import MadeNumbers
from offline_collect.merchant.imports.refusal_words import refusal_words
from offline_collect.merchant.imports.result import ClaimedError, PeriodsError
from offline_collect.store import RowOutcome, SqlStore, withdrawable_bills

PERIODS_MAX = 100
"""The most periods that a file may name if missing bills are to be withdrawn."""


def missing_bills(store: SqlStore, merchant_id: str, rows: CheckedRows) -> Iterator[list[str]]:
    """Return the numbers of bills missing from a completely read file, in chunks.

    Raises:
        PeriodsError: its rows name no period, or too many.
    """
    _check(rows.periods)
    return _missing(store, merchant_id, rows)


def made_numbers(store: SqlStore, target: Target, rows: CheckedRows) -> MadeNumbers | None:
    """Return what is told of the numbers made for a completely read file; None if none were made."""
    if rows.made is None:
        return None
    tells = 0 < len(rows.periods) + len(rows.days) <= PERIODS_MAX
    missing = _missing(store, target.merchant.merchant_id, rows, rows.days) if tells else ()
    return MadeNumbers(rows.made, sum(map(len, missing)))


def _missing(
    store: SqlStore, merchant_id: str, rows: CheckedRows, days: Collection[dt.date] = ()
) -> Iterator[list[str]]:
    after: str | None = None
    while True:
        with store.snapshot() as reading:
            numbers, after = withdrawable_bills(reading, merchant_id, rows.periods, after, CHUNK, days=days)
        missing = [number for number in numbers if not rows.has(number)]
        if missing:
            yield missing
        if after is None:
            return


def refuse_claimed(outcomes: Sequence[RowOutcome]) -> None:
    """Refuse to withdraw bills that another import holds: skipped, they would stay open without notice.

    Raises:
        ClaimedError: another import holds one of the bills.
    """
    for found in outcomes:
        if isinstance(found.refusal, BillClaimed):
            raise ClaimedError(refusal_words(found.refusal))


def _check(periods: set[str]) -> None:
    if not periods:
        raise PeriodsError(
            Phrase(
                "--withdraw-missing: no row of the file names a period (账期), so nothing says which bills it"
                " should have: fill the column in, or leave out the option"
            )
        )
    if len(periods) > PERIODS_MAX:
        raise PeriodsError(
            Phrase(
                "--withdraw-missing: the file names over {most} periods (账期), as if each bill had its own: correct"
                " the column, or leave out the option",
                most=PERIODS_MAX,
            )
        )
