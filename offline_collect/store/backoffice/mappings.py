"""Mappings of merchants' files, remembered by the titles of the header."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, Select, delete, insert, select

from offline_collect.domain.texts.phrases import Phrase
from offline_collect.store.backoffice.merchants import require_merchant
from offline_collect.store.database.errors import NotFoundError
from offline_collect.store.database.json import from_json, to_json
from offline_collect.store.imports.record import ImportKind
from offline_collect.store.schema.mapping_tables import mappings
from offline_collect.store.sql.transaction import StoreTransaction

MAPPING_NUMBERS = "mappings"
"""Name of the counter that numbers mappings."""

MAPPINGS_MAX = 50
"""How many mappings are remembered of one merchant's files of one kind."""


@dataclass(frozen=True, slots=True)
class StoredMapping:
    """A remembered mapping.

    Attributes:
        mapping_id: its number; a mapping that replaces another one for the same titles has a new one.
        titles_digest: of the set of the header's plain titles.
        titles: of the header, as they stood in the file.
        mapping: its content, as YAML has it, without what was of one file.
        asks: keys of what was of one file: the next file needs values for them again.
        who: the user whose import, or whose answer, it was remembered from.
    """

    mapping_id: int
    merchant_id: str
    kind: ImportKind
    titles_digest: str
    titles: Sequence[str]
    mapping: Mapping[str, Any]
    asks: Sequence[str]
    who: str
    remembered_at: dt.datetime


def add_mapping(
    tx: StoreTransaction,
    merchant_id: str,
    kind: ImportKind,
    titles: tuple[str, Sequence[str]],
    content: tuple[Mapping[str, Any], Sequence[str]],
    by: tuple[str, dt.datetime],
) -> tuple[StoredMapping, list[StoredMapping]]:
    """Remember a mapping; return it, and those that are forgotten for it.

    A mapping for the same titles is replaced; beyond :data:`MAPPINGS_MAX` the oldest are forgotten. The merchant stays
    locked until the transaction ends.

    Args:
        titles: of the header, and before them their digest.
        content: of the mapping, and the keys of what it asks for again.
        by: the user, and the present time.

    Raises:
        NotFoundError: there is no such merchant.
    """
    require_merchant(tx, merchant_id, lock=True)
    digest, names = titles
    mapping, asks = content
    who, now = by
    earlier = list_mappings(tx, merchant_id, kind)
    gone = [each for each in earlier if each.titles_digest == digest]
    others = [each for each in earlier if each.titles_digest != digest]
    gone += others[MAPPINGS_MAX - 1 :]
    for each in gone:
        _delete(tx, each)
    stored = StoredMapping(
        mapping_id=_next_number(tx),
        merchant_id=merchant_id,
        kind=kind,
        titles_digest=digest,
        titles=tuple(names),
        mapping=mapping,
        asks=asks,
        who=who,
        remembered_at=now,
    )
    tx.connection.execute(insert(mappings), _row(stored))
    return stored, gone


def list_mappings(
    tx: StoreTransaction, merchant_id: str, kind: ImportKind | None = None
) -> list[StoredMapping]:
    """Return a merchant's mappings, the latest first.

    Args:
        kind: of the files; None for all.
    """
    wanted = _of(merchant_id)
    if kind is not None:
        wanted = wanted.where(mappings.c.kind == kind.value)
    return [_stored(row) for row in tx.connection.execute(wanted.order_by(mappings.c.mapping_id.desc()))]


def get_mapping(tx: StoreTransaction, merchant_id: str, mapping_id: int) -> StoredMapping:
    """Return a merchant's mapping.

    Raises:
        NotFoundError: the merchant has no mapping of this number.
    """
    row = tx.connection.execute(_of(merchant_id).where(mappings.c.mapping_id == mapping_id)).first()
    if row is None:
        raise NotFoundError(
            Phrase(
                "{merchant_id} has no mapping {number}: `offline-collect mapping list {merchant_id}` shows them",
                merchant_id=merchant_id,
                number=mapping_id,
            )
        )
    return _stored(row)


def delete_mapping(tx: StoreTransaction, merchant_id: str, mapping_id: int) -> StoredMapping:
    """Forget a mapping, and return it.

    Raises:
        NotFoundError: the merchant has no mapping of this number.
    """
    require_merchant(tx, merchant_id, lock=True)
    found = get_mapping(tx, merchant_id, mapping_id)
    _delete(tx, found)
    return found


def delete_mappings(tx: StoreTransaction, merchant_id: str) -> None:
    """Forget all mappings of a merchant."""
    tx.connection.execute(delete(mappings).where(mappings.c.merchant_id == merchant_id))


def _of(merchant_id: str) -> Select[Any]:
    return select(mappings).where(mappings.c.merchant_id == merchant_id)


def _delete(tx: StoreTransaction, gone: StoredMapping) -> None:
    tx.connection.execute(delete(mappings).where(mappings.c.mapping_id == gone.mapping_id))


def _next_number(tx: StoreTransaction) -> int:
    counter = {"counter": MAPPING_NUMBERS}
    number = int(tx.connection.execute(tx.statements.next_number, counter).scalar_one())
    tx.connection.execute(tx.statements.take_numbers, {**counter, "next": number + 1})
    return number


def _row(stored: StoredMapping) -> dict[str, Any]:
    return {
        "mapping_id": stored.mapping_id,
        "merchant_id": stored.merchant_id,
        "kind": stored.kind.value,
        "titles_digest": stored.titles_digest,
        "titles": to_json(list(stored.titles)),
        "document": to_json({"mapping": dict(stored.mapping), "asks": list(stored.asks)}),
        "who": stored.who,
        "remembered_at": stored.remembered_at,
    }


def _stored(row: Row[Any]) -> StoredMapping:
    document = from_json(row.document)
    return StoredMapping(
        mapping_id=row.mapping_id,
        merchant_id=row.merchant_id,
        kind=ImportKind(row.kind),
        titles_digest=row.titles_digest,
        titles=tuple(from_json(row.titles)),
        mapping=document["mapping"],
        asks=tuple(document["asks"]),
        who=row.who,
        remembered_at=row.remembered_at,
    )
