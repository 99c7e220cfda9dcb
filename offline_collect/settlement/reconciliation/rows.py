"""Reads the details of a front-end processor's file as rows: their keys are made as the wire makes them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import repeat

from offline_collect.domain.reconciliation.records import FepRow
from offline_collect.domain.texts.cards import mask_cards
from offline_collect.files.fixed_width.columns_out import each_once
from offline_collect.files.fixed_width.field_types import FieldValue
from offline_collect.files.fixed_width.read import FixedDetails

_PAYMENTS = frozenset({"0200", "0201", "0220", "0221"})
_REVERSALS = frozenset({"0400", "0401", "0420", "0421"})


class RowReader:
    """Reads the details of one institution.

    Args:
        institution: without leading zeros, as in keys.
        zone: of the times in the file; keys hold them in UTC.
    """

    def __init__(self, institution: str, zone: dt.tzinfo) -> None:
        self._institution = _escaped(institution)
        self._zone = zone
        # A terminal is met again and again.
        self._beginning = lru_cache(maxsize=8192)(self._begun)

    def read(self, details: FixedDetails) -> tuple[list[FepRow], list[str]]:
        """Return the rows of details; no rows, but why some of them are none, if some are."""
        values = details.columns
        reverses = [int(mti in _REVERSALS) for mti in values["mti"]]
        problems = list(_problems(details, reverses))
        if problems:
            return [], problems
        terminals = each_once(_masked, values["terminal"])
        begins = each_once(self._beginning, terminals)
        own = self._keys(begins, values["stan"], values["transmission_time"])
        matched = [f"P|{key}" for key in own]
        messages: Iterable[str | None] = repeat(None, details.lines)
        if any(reverses):
            originals = self._keys(begins, values["original_stan"], values["original_time"])
            turned = list(zip(reverses, own, originals, strict=True))
            matched = [f"P|{original if turns else key}" for turns, key, original in turned]
            messages = [f"R|{key}" if turns else None for turns, key, _ in turned]
        rows = zip(
            range(details.line, details.line + details.lines),
            reverses,
            matched,
            messages,
            terminals,
            each_once(_masked, values["merchant_id"]),
            map(_masked, values["bill_no"]),
            values["amount"],
            strict=True,
        )
        return list(map(FepRow._make, rows)), []

    def _begun(self, terminal: FieldValue) -> str:
        """Return the part of a key before the STAN."""
        return f"{self._institution}|{_escaped(str(terminal))}|"

    def _keys(
        self, begins: Sequence[FieldValue], stans: Sequence[FieldValue], moments: Sequence[FieldValue]
    ) -> list[str]:
        """Return the keys of messages without their kind; of rows without them it is not one that could be found."""
        sent = each_once(self._in_utc, moments)
        return [f"{begin}{stan}|{moment}" for begin, stan, moment in zip(begins, stans, sent, strict=True)]

    def _in_utc(self, moment: FieldValue) -> FieldValue:
        if self._zone is dt.UTC or not isinstance(moment, str):
            return moment
        local = dt.datetime.fromisoformat(f"{moment[:8]}T{moment[8:]}").replace(tzinfo=self._zone)
        return f"{local.astimezone(dt.UTC):%Y%m%d%H%M%S}"


def _problems(details: FixedDetails, reverses: Sequence[int]) -> Iterator[str]:
    values = details.columns
    for nth, (mti, turns) in enumerate(zip(values["mti"], reverses, strict=True)):
        place = f"line {details.line + nth}, detail"
        if turns and None in (values["original_stan"][nth], values["original_time"][nth]):
            yield f"{place}, original_stan: a reversal names its original"
        elif not turns and mti not in _PAYMENTS:
            yield f"{place}, mti, {mti!r}: is neither a payment nor a reversal"


def _masked(text: FieldValue) -> FieldValue:
    return None if text is None else mask_cards(str(text))


def _escaped(part: str) -> str:
    return part.replace("%", "%25").replace("|", "%7C")
