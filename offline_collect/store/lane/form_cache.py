"""Payment forms: published versions never change, so a session reads and parses each once."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection

from offline_collect.domain.forms import PaymentForm, form_from_document
from offline_collect.store.database.json import from_json
from offline_collect.store.database.list_parameter import wanted
from offline_collect.store.sql.statements import VERSIONS, Statements

FORMS_MAX = 1_024
"""How many forms a session keeps; a merchant uses one or two."""

FormKey = tuple[str, int]
"""Merchant id and version."""


class FormCache:
    """A session's forms; not shared between threads."""

    def __init__(self, statements: Statements) -> None:
        self._statements = statements
        self._forms: dict[FormKey, PaymentForm] = {}

    def load(self, connection: Connection, keys: Iterable[FormKey]) -> dict[FormKey, PaymentForm | None]:
        """Return the forms of ``keys``, with None for unpublished ones."""
        found = {key: self._forms.get(key) for key in keys}
        unread = [key for key, form in found.items() if form is None]
        if unread:
            read = self._read(connection, unread)
            found.update(read)
            self._keep(read)
        return found

    def _read(self, connection: Connection, keys: list[FormKey]) -> dict[FormKey, PaymentForm]:
        rows = connection.execute(self._statements.forms, wanted(tuple(VERSIONS), keys))
        return {(row[0], row[1]): _form(row) for row in rows}

    def _keep(self, forms: dict[FormKey, PaymentForm]) -> None:
        self._forms.update(forms)
        while len(self._forms) > FORMS_MAX:
            del self._forms[next(iter(self._forms))]


def _form(row: Any) -> PaymentForm:
    _, version, document, *_ = row
    return form_from_document(from_json(document), version)
