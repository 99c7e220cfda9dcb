"""Merchants: a lane reads their rows in each batch, and parses a row once for each of its versions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from offline_collect.domain.merchants import Merchant
from offline_collect.store.database.bounded_cache import BoundedCache
from offline_collect.store.schema.tables import merchants
from offline_collect.store.sql.merchant_rows import merchant_from_row

_RULES = merchants.columns.keys().index("rules")


class MerchantCache:
    """The merchants that lanes have parsed, by id.

    All columns of the row that this batch has read are compared. So a change holds from the next batch on, whatever
    program made it, and nothing has to tell the lanes.
    """

    def __init__(self, cache: BoundedCache) -> None:
        self._cache = cache

    def merchant(self, row: Sequence[Any]) -> Merchant:
        """Return the merchant of a row."""
        kept: tuple[Sequence[Any], Merchant] | None = self._cache.get(row[0])
        if kept is not None and kept[0] == row:
            return kept[1]
        merchant = merchant_from_row(row)
        self._cache.put(row[0], (row, merchant), row[_RULES])
        return merchant
