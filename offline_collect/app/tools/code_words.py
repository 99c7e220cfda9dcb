"""What the codes of a message mean, in words: MTI, processing code, response code, currency and their like."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from offline_collect.domain.currencies import CURRENCIES
from offline_collect.wire.dialects.dialect import Dialect

NAMED_MAX = 3
"""Where more names share a code, the rest is left out."""

_CLASSES = {
    "1": "inquiry",
    "2": "payment",
    "3": "file action",
    "4": "reversal",
    "5": "totals",
    "6": "administration",
    "8": "network management",
}
_FUNCTIONS = {
    "0": "request",
    "1": "response",
    "2": "advice",
    "3": "advice response",
    "4": "notice",
}
_CURRENCIES = frozenset({49, 50, 51})
_RESPONSE = 39
_CODE_TAG = "0081"
"""The response code of an original."""


class CodeWords:
    """Says what the codes of one message mean in its dialect.

    Args:
        mti: the message's, as the platform knows it: in a reversal DE 39 is a reason.
    """

    def __init__(self, dialect: Dialect, mti: str) -> None:
        self._responses = _by_code((code, name.name) for name, code in dialect.response_codes.items())
        self._codes: Mapping[int, Mapping[str, list[str]]] = {
            3: _by_code((code, name) for name, code in dialect.processing_codes.items()),
            39: _by_code((code, reason.name) for code, reason in dialect.reversal_reasons.items())
            if _is_reversal_request(mti)
            else self._responses,
            70: _by_code((code, function.name) for function, code in dialect.network_codes.items()),
        }

    def __call__(self, number: int, tag: str, value: str) -> str:
        """Return what a value means; '' if it is no known code."""
        if not number:
            return _mti(value)
        if tag:
            return _joined(self._responses.get(value)) if tag == _CODE_TAG else ""
        if number in _CURRENCIES:
            known = CURRENCIES.get(value)
            return "" if known is None else known.code
        return _joined(self._codes.get(number, {}).get(value))


def _is_reversal_request(mti: str) -> bool:
    return mti[1:2] == "4" and mti[2:3] in {"0", "2"}


def _mti(mti: str) -> str:
    said = f"{_CLASSES.get(mti[1], 'class ' + mti[1])} {_FUNCTIONS.get(mti[2], 'function ' + mti[2])}"
    return f"({said}, repeated)" if mti[3] == "1" else f"({said})"


def _by_code(pairs: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for code, name in pairs:
        found.setdefault(code, []).append(name.lower().replace("_", " "))
    return found


def _joined(names: list[str] | None) -> str:
    if not names:
        return ""
    return " or ".join(names[:NAMED_MAX]) + (" or others" if len(names) > NAMED_MAX else "")
