"""Remembers, shows and forgets mappings of merchants' files, audited (docs/merchants.md, Remembered mappings)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from offline_collect.domain.access.actor import Actor
from offline_collect.domain.access.audit import Subject, SubjectType
from offline_collect.domain.access.roles import Permission
from offline_collect.domain.imports.remembered import lasting, title_digests
from offline_collect.domain.imports.titles import plain_title
from offline_collect.files.columns.mapping import FileMapping
from offline_collect.merchant.imports.reason_column import REASON_TITLES
from offline_collect.merchant.profile.closed import refuse_closed
from offline_collect.store import (
    ImportKind,
    SqlStore,
    StoreTransaction,
    append_audit,
    require_merchant,
)
from offline_collect.store.backoffice.mappings import (
    StoredMapping,
    add_mapping,
    delete_mapping,
    get_mapping,
    list_mappings,
)


@dataclass(frozen=True, slots=True)
class Remembered:
    """A mapping that is remembered now.

    Attributes:
        mapping: as it is stored.
        forgotten: numbers of the oldest ones, for which there was no room.
    """

    mapping: StoredMapping
    forgotten: Sequence[int] = ()


@dataclass(frozen=True, slots=True)
class ToRemember:
    """A mapping that is to be remembered for a merchant's next file with the same titles.

    Attributes:
        titles: of the header of the file that was read with it.
        actor: the user from whom it is.
        now: when.
    """

    merchant_id: str
    kind: ImportKind
    titles: Sequence[str]
    mapping: FileMapping
    actor: Actor
    now: dt.datetime


def remember_mapping(store: SqlStore, asked: ToRemember) -> Remembered | None:
    """Remember a mapping.

    Returns:
        what is remembered; None if nothing of the mapping lasts.

    Raises:
        NotPermittedError: the actor may not import.
        NotFoundError: there is no such merchant.
        StatusError: the merchant is closed.
    """
    asked.actor.require(Permission.IMPORT)
    with store.transaction() as tx:
        refuse_closed(require_merchant(tx, asked.merchant_id, lock=True))
        return remember(tx, asked)


def remember(tx: StoreTransaction, asked: ToRemember) -> Remembered | None:
    """Remember a mapping in a transaction; one that is remembered as it is stays so."""
    titles = [title for title in asked.titles if plain_title(title) not in REASON_TITLES]
    lasts = lasting(asked.mapping.document, titles)
    if lasts is None:
        return None
    digests = title_digests(titles)
    digest = digests.in_order if lasts.by_place else digests.of_set
    for each in list_mappings(tx, asked.merchant_id, asked.kind):
        if (each.titles_digest, each.mapping, each.asks) == (digest, lasts.mapping, lasts.asks):
            return Remembered(each)
    stored, gone = add_mapping(
        tx,
        asked.merchant_id,
        asked.kind,
        (digest, [title for title in titles if title]),
        (lasts.mapping, lasts.asks),
        (asked.actor.name, asked.now),
    )
    replaced = [each for each in gone if each.titles_digest == digest]
    forgotten = [each for each in gone if each.titles_digest != digest]
    before = _document(replaced[0]) if replaced else None
    append_audit(tx, asked.actor, "mapping remember", _subject(stored), before, _document(stored), asked.now)
    for each in forgotten:
        append_audit(tx, asked.actor, "mapping forget", _subject(each), _document(each), None, asked.now)
    return Remembered(stored, [each.mapping_id for each in forgotten])


def remembered_for(known: Collection[StoredMapping], titles: Sequence[str]) -> StoredMapping | None:
    """Return the mapping that is remembered for the titles of a header; None if there is none."""
    digests = title_digests(titles, REASON_TITLES)
    # A mapping by letters says more than one by titles: it was made for this very order.
    found = {each.titles_digest: each for each in known}
    return found.get(digests.in_order) or found.get(digests.of_set)


def view_mappings(store: SqlStore, merchant_id: str, actor: Actor) -> list[StoredMapping]:
    """Return a merchant's mappings, the latest first.

    Raises:
        NotPermittedError: the actor may not see them.
        NotFoundError: there is no such merchant.
    """
    actor.require(Permission.VIEW)
    with store.snapshot() as reading:
        require_merchant(reading, merchant_id)
        return list_mappings(reading, merchant_id)


def view_mapping(store: SqlStore, merchant_id: str, mapping_id: int, actor: Actor) -> StoredMapping:
    """Return a merchant's mapping.

    Raises:
        NotPermittedError: the actor may not see it.
        NotFoundError: there is no such merchant or mapping.
    """
    actor.require(Permission.VIEW)
    with store.snapshot() as reading:
        require_merchant(reading, merchant_id)
        return get_mapping(reading, merchant_id, mapping_id)


def forget_mapping(
    store: SqlStore, merchant_id: str, mapping_id: int, actor: Actor, now: dt.datetime
) -> StoredMapping:
    """Forget a merchant's mapping, and return it.

    Raises:
        NotPermittedError: the actor may not import.
        NotFoundError: there is no such merchant or mapping.
    """
    actor.require(Permission.IMPORT)
    with store.transaction() as tx:
        gone = delete_mapping(tx, merchant_id, mapping_id)
        append_audit(tx, actor, "mapping forget", _subject(gone), _document(gone), None, now)
    return gone


def _subject(mapping: StoredMapping) -> Subject:
    return Subject(SubjectType.MAPPING, str(mapping.mapping_id), mapping.merchant_id)


def _document(mapping: StoredMapping) -> Mapping[str, Any]:
    return {
        "mapping": mapping.mapping_id,
        "kind": mapping.kind.value,
        "titles": list(mapping.titles),
        "content": dict(mapping.mapping),
        "asks": list(mapping.asks),
    }
