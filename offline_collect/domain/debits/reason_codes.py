"""A bank's reasons of ISO 20022, in the return codes of the house."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from offline_collect.domain.values import value

NOT_IN_TABLE = "????"
"""Return code of a reason that the table lacks: no table of return codes has it, so the bill stays locked."""


@value
class ReasonCodes:
    """A bank's table.

    Attributes:
        settled: the return code of a debit that is settled, which has no reason.
        codes: return codes by the bank's reasons: ISO's codes, or the bank's own.
    """

    settled: str
    codes: Mapping[str, str]

    def of(self, reasons: Iterable[str]) -> str:
        """Return the return code of the first reason that the table has."""
        return next((self.codes[each] for each in reasons if each in self.codes), NOT_IN_TABLE)
