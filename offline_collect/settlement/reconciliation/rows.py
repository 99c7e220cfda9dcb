"""Reads the details of a front-end processor's file as rows: their keys are made as the wire makes them."""

from __future__ import annotations

import datetime as dt
from functools import lru_cache

from offline_collect.domain.reconciliation.classes import RowKind
from offline_collect.domain.reconciliation.records import FepRow
from offline_collect.domain.texts.cards import mask_cards
from offline_collect.files.fixed_width.layout import Values
from offline_collect.files.fixed_width.read import FixedRecord

_PAYMENTS = frozenset({"0200", "0201", "0220", "0221"})
_REVERSALS = frozenset({"0400", "0401", "0420", "0421"})


class RowReader:
    """Reads the details of one institution.

    Args:
        institution: without leading zeros, as in keys.
        zone: of the times in the file; keys hold them in UTC.
    """

    def __init__(self, institution: str, zone: dt.tzinfo) -> None:
        self._institution = institution
        # Rows of one second follow each other.
        self._in_utc = lru_cache(maxsize=256)(lambda moment: _in_utc(moment, zone))

    def read(self, record: FixedRecord) -> FepRow | str:
        """Return a detail's row, or why it is none."""
        values = record.values
        mti = values["mti"]
        reverses = mti in _REVERSALS
        if not reverses and mti not in _PAYMENTS:
            return f"line {record.line}, detail, mti, {mti!r}: is neither a payment nor a reversal"
        terminal = mask_cards(str(values["terminal"]))
        own = self._key(terminal, values, "stan", "transmission_time")
        original = self._key(terminal, values, "original_stan", "original_time")
        if reverses and original is None:
            return f"line {record.line}, detail, original_stan: a reversal names its original"
        assert own is not None, "the layout says that it is there"
        bill_no = values["bill_no"]
        return FepRow(
            line=record.line,
            kind=RowKind.REVERSAL if reverses else RowKind.PAYMENT,
            match_key=f"P|{original if reverses else own}",
            message_key=f"{'R' if reverses else 'P'}|{own}",
            terminal=terminal,
            merchant_id=mask_cards(str(values["merchant_id"])),
            bill_no=None if bill_no is None else mask_cards(str(bill_no)),
            amount_minor=_amount(values),
        )

    def _key(self, terminal: str, values: Values, stan: str, moment: str) -> str | None:
        sent = values[moment]
        if not isinstance(sent, str) or values[stan] is None:
            return None
        parts = (self._institution, terminal, str(values[stan]), self._in_utc(sent))
        joined = "|".join(parts)
        if joined.count("|") < len(parts) and "%" not in joined:
            return joined
        return "|".join(part.replace("%", "%25").replace("|", "%7C") for part in parts)


def _in_utc(moment: str, zone: dt.tzinfo) -> str:
    if zone is dt.UTC:
        return moment
    local = dt.datetime.strptime(moment, "%Y%m%d%H%M%S").replace(tzinfo=zone)
    return f"{local.astimezone(dt.UTC):%Y%m%d%H%M%S}"


def _amount(values: Values) -> int:
    found = values["amount"]
    assert isinstance(found, int), "the layout says that it is a number"
    return found
