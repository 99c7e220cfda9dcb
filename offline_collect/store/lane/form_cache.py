"""Payment forms: published versions never change, so the lanes read and parse each once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection

from offline_collect.domain.forms import PaymentForm, form_from_document
from offline_collect.store.database.bounded_cache import BoundedCache
from offline_collect.store.database.json import from_json
from offline_collect.store.database.list_parameter import wanted
from offline_collect.store.database.raw_select import read_rows
from offline_collect.store.sql.statements import VERSIONS, Statements

FormKey = tuple[str, int]
"""Merchant id and version."""


class FormCache:
    """The forms that lanes have read."""

    def __init__(self, statements: Statements, cache: BoundedCache) -> None:
        self._statements = statements
        self._cache = cache

    def unread(self, keys: Iterable[FormKey]) -> list[FormKey]:
        """Return those of ``keys`` that no lane has read."""
        return [key for key in keys if self._cache.get(key) is None]

    def load(
        self, connection: Connection, keys: Iterable[FormKey], rows: Iterable[Sequence[Any]] = ()
    ) -> dict[FormKey, PaymentForm | None]:
        """Return the forms of ``keys``, with None for unpublished ones.

        Args:
            rows: of forms that were read already.
        """
        read = self._parsed(rows)
        found: dict[FormKey, PaymentForm | None] = {
            key: read[key] if key in read else self._cache.get(key) for key in keys
        }
        unread = [key for key, form in found.items() if form is None]
        if unread:
            listed = wanted(tuple(VERSIONS), unread)
            found.update(self._parsed(read_rows(connection, self._statements.select("forms"), listed)))
        return found

    def _parsed(self, rows: Iterable[Sequence[Any]]) -> dict[FormKey, PaymentForm]:
        return {(row[0], row[1]): self._form(row) for row in rows}

    def _form(self, row: Any) -> PaymentForm:
        merchant_id, version, document, *_ = row
        form = _form(document, version)
        self._cache.put((merchant_id, version), form, document)
        return form


@lru_cache(maxsize=64)
def _form(document: str, version: int) -> PaymentForm:
    """Read a form; many merchants have the same."""
    return form_from_document(from_json(document), version)
