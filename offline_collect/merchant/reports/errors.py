"""Why no report is written; both are read by the merchant's own people too."""

from __future__ import annotations

import datetime as dt

from offline_collect.domain.texts.phrases import Phrase
from offline_collect.merchant.common.errors import TranslatableError


class NoBusinessDayError(TranslatableError):
    """No day of the period was a business day."""

    def __init__(self, first: dt.date, last: dt.date) -> None:
        asked = (
            Phrase("{date} is not a business day", date=str(first))
            if first == last
            else Phrase("{first}..{last} has no business day", first=str(first), last=str(last))
        )
        super().__init__(Phrase("{asked} of this store: `offline-collect day show` lists them", asked=asked))


class LedgerDiffersError(TranslatableError):
    """The ledger and the payments of a day differ: no file is written."""

    def __init__(self, merchant_id: str, on: dt.date, difference: str) -> None:
        super().__init__(
            Phrase(
                "{merchant_id}, business day {date}: {difference}; nothing was written: run"
                " `offline-collect verify`, which finds the postings at fault",
                merchant_id=merchant_id,
                date=str(on),
                difference=difference,
            )
        )
