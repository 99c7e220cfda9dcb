"""The back office of a store under test: it imports, releases, rejects and undoes files as users do."""

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from unittest import mock

from offline_collect.app.config.schemas import Schemas
from offline_collect.merchant.imports import lifecycle as imports
from offline_collect.merchant.imports.bill_rows import BillRows
from offline_collect.merchant.imports.identity import IdentityError
from offline_collect.merchant.imports.order import ImportOrder
from offline_collect.merchant.imports.preview import preview_file
from offline_collect.merchant.imports.result import (
    ClaimedError,
    ImportRefusedError,
    OwnImportError,
    PeriodsError,
    UndoRefusedError,
)
from offline_collect.merchant.imports.run import import_file
from offline_collect.store import (
    Import,
    SqlStore,
    WrongStateError,
    begin_undo,
    mark_undo,
    replace_merchant,
    require_merchant,
)
from tests.model.files import BillsFile, Told
from tests.support.actors import user


class KilledError(Exception):
    """Simulates the end of a process in the middle of its work."""


PAGE = 1
"""Small, so that the few rows of a game need several transactions and a process may die between them."""

_COUNTED = ("new", "changed", "unchanged", "withdrawn", "refused", "overtaken")
_WORDS: dict[type[Exception], str] = {
    ImportRefusedError: "REFUSED",
    IdentityError: "IDENTITY",
    PeriodsError: "NO_PERIOD",
    ClaimedError: "CLAIMED",
    OwnImportError: "OWN",
    WrongStateError: "WRONG_STATE",
    KilledError: "KILLED",
}
_FOLDER = TemporaryDirectory(prefix="oc-model-files-")


class Office:
    """A user at the merchant's desk.

    Args:
        now: returns the time.
    """

    def __init__(self, store: SqlStore, now: Callable[[], dt.datetime]) -> None:
        self._store = store
        self._now = now

    def ask_for_a_checker(self, merchant_id: str, asks: bool) -> None:
        """Set whether another person must release imports from now on."""
        with self._store.transaction() as tx:
            merchant = require_merchant(tx, merchant_id)
            replace_merchant(tx, replace(merchant, maker_checker=asks))

    def preview(self, file: BillsFile) -> Told:
        """Preview the import of a file."""
        with self._answered() as answers:
            found = preview_file(self._store, self._order(file, "anybody"), BillRows(), _unseen)
            counts = {change.value.lower(): count for change, count in found.counts.items() if count}
            answers.append(Told("PREVIEW", None, counts, found.identity.moves.count))
        return answers[0]

    def take(self, file: BillsFile, who: str) -> Told:
        """Import a file."""
        with self._answered() as answers:
            result = import_file(self._store, self._order(file, who), BillRows(), _unseen)
            told = _told(result.record)
            answers.append(replace(told, word="EARLIER") if result.earlier else told)
        return answers[0]

    def release(self, number: int, who: str, *, dies: str = "") -> Told:
        """Release a waiting import; a process may die before it tidies the rows, or half way."""
        watch = _die if dies == "half way" else _unseen
        with self._answered() as answers, _untidied(dies == "at once"):
            answers.append(_told(imports.release(self._store, number, user(who), self._now(), watch)))
        return answers[0]

    def reject(self, number: int, who: str, *, dies: bool = False) -> Told:
        """Reject a waiting import; a process that dies leaves the rows."""
        with self._answered() as answers, _rows_left(number, dies):
            answers.append(_told(imports.reject(self._store, number, user(who), self._now())))
        return answers[0]

    def undo(self, number: int, who: str, *, dies: bool = False) -> Told:
        """Undo an import that is in effect; a process that dies leaves the rows."""
        with self._answered() as answers, _rows_left(number, dies):
            try:
                answers.append(_told(imports.undo(self._store, number, user(who), self._now(), _unseen)))
            except UndoRefusedError as error:
                found = frozenset(each.number for each in error.obstacles)
                later = {each.import_id: each.rows for each in error.later}
                answers.append(Told("IN_THE_WAY", number, in_the_way=found, later=later))
        return answers[0]

    def begin_to_undo(self, number: int) -> None:
        """Begin to undo an import that is in effect, like a process that dies after the first page."""
        imports.tidy_one(self._store, number)
        with self._store.transaction() as tx:
            begin_undo(tx, number)
        with self._store.transaction() as tx:
            mark_undo(tx, number, PAGE)

    @contextmanager
    def _answered(self) -> Iterator[list[Told]]:
        """Work in small pages, without pauses for others; a refusal of the back office is also an answer."""
        answers: list[Told] = []
        in_pages = mock.patch.object(imports, "PAGE", PAGE)
        try:
            with in_pages, mock.patch.object(self._store, "throttle"):
                yield answers
        except tuple(_WORDS) as error:
            answers.append(Told(_WORDS[type(error)]))

    def _order(self, file: BillsFile, who: str) -> ImportOrder:
        path = Path(_FOLDER.name) / "bills.csv"
        path.write_text(file.text(), encoding="utf-8")
        names = ("accept_valid", "withdraw_missing", "identity_changes")
        asked = {name: getattr(file, name) for name in names}
        return ImportOrder(file.merchant_id, path, None, _layout(), user(who), self._now, **asked)


@contextmanager
def _rows_left(number: int, dies: bool) -> Iterator[None]:
    """Have a process die when it would discard an import's rows; leftovers of others are tidied before."""
    discard = imports._discard

    def die_at(store: SqlStore, import_id: int) -> None:
        return _die() if import_id == number else discard(store, import_id)

    with mock.patch.object(imports, "_discard", die_at) if dies else nullcontext():
        yield


@contextmanager
def _untidied(dies: bool) -> Iterator[None]:
    with mock.patch.object(imports, "tidy_one", _die) if dies else nullcontext():
        yield


def _die(*_: object) -> None:
    raise KilledError


def _unseen(_step: str, _rows: int, _share: float | None) -> None:
    """Ignore the progress."""


def _told(found: Import) -> Told:
    counts = {name: getattr(found.counts, name) for name in _COUNTED}
    return Told(found.state.value, found.import_id, {name: count for name, count in counts.items() if count})


@cache
def _layout() -> tuple[Any, str]:
    return Schemas().read("files/bills")
