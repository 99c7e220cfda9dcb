"""Values of a message's elements: amounts, dates, numbers and codes, with the line of what is none."""

from __future__ import annotations

import datetime as dt
import re
from contextlib import suppress
from pathlib import Path

from offline_collect.domain.currencies import CURRENCY_CODES
from offline_collect.domain.errors import AmountError
from offline_collect.domain.money import exact_minor
from offline_collect.domain.texts.phrases import Phrase
from offline_collect.files.errors import XmlFileError
from offline_collect.files.iso20022.texts import ID_MAX
from offline_collect.files.iso20022.xml_limits import SHOWN_MAX, Place
from offline_collect.files.iso20022.xml_records import XmlRecord

_AMOUNT = re.compile(r"[0-9]{1,18}(?:\.[0-9]{1,17})?")
_COUNT = re.compile(r"[0-9]{1,15}")
_DATE = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})(?:T.{1,30}|Z|[+-][0-9]{2}:[0-9]{2})?")
_TRUTH = {"true": True, "1": True, "false": False, "0": False}


class RecordValues:
    """Reads the values of a record.

    Args:
        path: of the file, for errors.
    """

    def __init__(self, record: XmlRecord, path: Path) -> None:
        self._record = record
        self._path = path
        # Only what may be there several times is so.
        self._first = dict(reversed(record.values))
        self.line = record.line

    def text(self, path: str) -> str | None:
        """Return a text; None if there is none, or an empty one."""
        return self._first.get(path) or None

    def identifier(self, path: str, most: int = ID_MAX) -> str | None:
        """Return a name or number of at most ``most`` characters; None if there is none.

        Raises:
            XmlFileError: it is longer.
        """
        found = self.text(path)
        if found is not None and len(found) > most:
            raise self.error(path, Phrase("has more than {most} characters", most=most))
        return found

    def needed(self, path: str) -> str:
        """Return a text that must be there.

        Raises:
            XmlFileError: it is not.
        """
        found = self.text(path)
        if found is None:
            raise self.error(path, Phrase("is missing"))
        return found

    def texts(self, *paths: str) -> tuple[str, ...]:
        """Return all texts of some paths, in the order of the file."""
        return tuple(text for found, text in self._record.values if found in paths and text)

    def amount(self, path: str) -> tuple[int, str] | None:
        """Return an amount in minor units and the ISO 4217 number of its currency; None if there is none.

        Raises:
            XmlFileError: it is no amount of its currency.
        """
        text = self.text(path)
        if text is None:
            return None
        code = self.text(f"{path}@Ccy") or ""
        if code not in CURRENCY_CODES:
            raise self.error(
                path, Phrase("has no currency of ISO 4217: {found}", found=repr(code[:SHOWN_MAX]))
            )
        number = CURRENCY_CODES[code].number
        with suppress(AmountError):
            if _AMOUNT.fullmatch(text):
                return exact_minor(text, number), number
        raise self.error(
            path, Phrase("is no amount of {currency}: {found}", currency=code, found=_shown(text))
        )

    def counts(self, path: str) -> list[int]:
        """Return all numbers of things of a path.

        Raises:
            XmlFileError: one is no number.
        """
        found = self._record.all(path)
        for text in found:
            if not _COUNT.fullmatch(text):
                raise self.error(path, Phrase("is no number: {found}", found=_shown(text)))
        return [int(text) for text in found]

    def date(self, path: str) -> dt.date | None:
        """Return a date, also that of a date with a time, as it is written there; None if there is none.

        Raises:
            XmlFileError: it is no date.
        """
        text = self.text(f"{path}/Dt") or self.text(f"{path}/DtTm")
        if text is None:
            return None
        found = _DATE.fullmatch(text)
        with suppress(ValueError):
            if found is not None:
                return dt.date.fromisoformat(found[1])
        raise self.error(path, Phrase("is no date: {found}", found=_shown(text)))

    def truth(self, path: str) -> bool:
        """Return a truth value; one that is not there is false.

        Raises:
            XmlFileError: it is neither true nor false.
        """
        text = self.text(path)
        if text is None:
            return False
        if text not in _TRUTH:
            raise self.error(path, Phrase("is neither true nor false: {found}", found=_shown(text)))
        return _TRUTH[text]

    def is_credit(self, path: str) -> bool | None:
        """Return whether money comes in; None if it is not said.

        Raises:
            XmlFileError: it is neither credit nor debit.
        """
        text = self.text(path)
        if text not in {None, "CRDT", "DBIT"}:
            raise self.error(path, Phrase("is neither CRDT nor DBIT: {found}", found=_shown(text or "")))
        return None if text is None else text == "CRDT"

    def error(self, path: str, reason: Phrase) -> XmlFileError:
        """Return the refusal of the file for a value of the record, or for the whole record; it names this one's line."""
        place = Place(self._path)
        place.line = self._record.line
        place.element = f"{self._record.name}/{path}" if path else self._record.name
        return place.error(reason)


def _shown(text: str) -> str:
    return repr(text[:SHOWN_MAX])
