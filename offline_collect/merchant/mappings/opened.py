"""Opens a merchant's file with the mapping that was given, or else with the one remembered for its titles."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

from offline_collect.domain.imports.remembered import Likeness, likeness, mapping_digest, with_constants
from offline_collect.domain.texts.phrases import Phrase, words_of
from offline_collect.files.columns.mapping import FileMapping, map_layout, read_mapping
from offline_collect.files.errors import MappingError
from offline_collect.files.read.open import Table
from offline_collect.merchant.common.errors import TranslatableError
from offline_collect.merchant.common.target import Target
from offline_collect.merchant.imports.order import ImportOrder, find_target, for_imports
from offline_collect.merchant.mappings.remember import remembered_for
from offline_collect.store import ImportKind, SqlStore
from offline_collect.store.backoffice.mappings import StoredMapping, list_mappings

GIVEN = "--constant"
"""What errors call constants that were given without a mapping."""


class RememberedMappingError(TranslatableError):
    """The mapping that is remembered for a file's titles cannot be used; the message names it and what to do.

    Attributes:
        asks: keys of values that it needs for this file; none if something else is wrong.
    """

    def __init__(self, mapping: StoredMapping, reason: Phrase, asks: Sequence[str] = ()) -> None:
        self.asks = tuple(asks)
        words = Phrase(
            "nothing was imported: mapping {number} is remembered for these titles, but {reason}; `{show}` shows it,"
            " --mapping reads the file with another one, and `{forget}` forgets it",
            number=mapping.mapping_id,
            reason=reason,
            show=_command("show", mapping),
            forget=_command("forget", mapping),
        )
        super().__init__(words)


@dataclass(frozen=True, slots=True)
class NearMapping:
    """A remembered mapping whose titles are nearly those of a file, which is read without it."""

    mapping: StoredMapping
    differs: Likeness


@dataclass(frozen=True, slots=True)
class Opened:
    """An open file, and what its rows are for.

    Attributes:
        used: the remembered mapping that it is read with; None if it is read without one.
        near: a remembered mapping that is not used, because its titles differ.
    """

    table: Table
    target: Target
    used: StoredMapping | None = None
    near: NearMapping | None = None

    def read_with(self, order: ImportOrder) -> str:
        """Return a digest of the mapping and constants that the file is read with."""
        if order.mapping is not None:
            return mapping_digest(order.mapping.document)
        return mapping_digest(with_constants({} if self.used is None else self.used.mapping, order.constants))


@contextmanager
def open_file(store: SqlStore, order: ImportOrder, kind: str) -> Iterator[Opened]:
    """Open a file to be imported.

    Raises:
        NotFoundError, StatusError, NoFormError, LayoutError: as for ``find_target``.
        RememberedMappingError: the mapping remembered for its titles cannot be used.
        FileError: it cannot be read, or holds no table.
    """
    with store.snapshot() as reading:
        target = find_target(reading, order)
        known = [] if order.mapping else list_mappings(reading, order.merchant_id, ImportKind(kind))

    def remembers(titles: Sequence[str]) -> bool:
        return remembered_for(known, titles) is not None

    # Further sheets are compared by what an import needs of them: not by what the user has given.
    given = _with_given(target, order)
    with order.open_table(given.layout, remembers if known else None) as table:
        used = remembered_for(known, table.header) if known else None
        if used is None:
            yield Opened(table, given, None, _nearest(known, table.header))
        else:
            yield Opened(table, _mapped(target, order, used), used)


def _command(verb: str, mapping: StoredMapping) -> str:
    return f"offline-collect mapping {verb} {mapping.merchant_id} {mapping.mapping_id}"


def _with_given(target: Target, order: ImportOrder) -> Target:
    """Return a target whose layout has the constants that were given without a mapping."""
    if order.mapping is not None or not order.constants:
        return target
    return _read_with(target, with_constants({}, order.constants), GIVEN)


def _mapped(target: Target, order: ImportOrder, used: StoredMapping) -> Target:
    lacking = [key for key in used.asks if key not in order.constants]
    if lacking:
        reason = Phrase(
            "what it had for {keys} was of one file: give it for this one too: {options}",
            keys=", ".join(lacking),
            options=" ".join(f"--constant {key}=…" for key in used.asks),
        )
        raise RememberedMappingError(used, reason, used.asks)
    try:
        return _read_with(target, with_constants(used.mapping, order.constants), f"mapping {used.mapping_id}")
    except MappingError as error:
        reason = Phrase("it no longer fits: {reason}", reason=words_of(error) or str(error))
        raise RememberedMappingError(used, reason) from None


def _read_with(target: Target, document: Mapping[str, Any], source: str) -> Target:
    mapping: FileMapping = read_mapping(document, source)
    return replace(target, layout=for_imports(map_layout(target.layout, mapping)))


def _nearest(known: Sequence[StoredMapping], titles: Sequence[str]) -> NearMapping | None:
    differing = [(each, likeness(each.titles, titles)) for each in known]
    near = [NearMapping(each, found) for each, found in differing if found is not None]
    return min(near, key=lambda each: sum(map(len, each.differs)), default=None)
