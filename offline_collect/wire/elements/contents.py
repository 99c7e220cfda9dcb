"""What an element may contain, by its kind; ISO 8583 libraries check hardly more than lengths."""

from __future__ import annotations

import re
from types import MappingProxyType
from typing import TYPE_CHECKING

from offline_collect.wire.dialects.dialect import Kind

if TYPE_CHECKING:
    from collections.abc import Callable

# Control characters (Cc), other line breaks of Unicode, and lone surrogates, which UTF-8 cannot encode.
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_HEX = re.compile(r"(?:[0-9A-Fa-f]{2})+")


def is_clean_text(value: str) -> bool:
    """Whether a text of any language is not empty and has no control characters."""
    # isprintable is fast but refuses characters that texts may contain, such as U+3000.
    return bool(value) and (value.isprintable() or not _CONTROL.search(value))


def without_controls(value: str) -> str:
    """The text with a space for each control character, for texts that people wrote."""
    return value if value.isprintable() else _CONTROL.sub(" ", value)


def _is_alphanumeric(value: str) -> bool:
    return value.isalnum() or value.rstrip(" ").isalnum()


def _is_printable(value: str) -> bool:
    return bool(value) and value.isprintable()


def _is_signed(value: str) -> bool:
    return value[:1] in {"C", "D"} and value[1:].isdigit()


def _is_hex(value: str) -> bool:
    return _HEX.fullmatch(value) is not None


# The codec reads all kinds but texts as ASCII, so isdigit sees only ASCII characters here.
CHECKS: MappingProxyType[Kind, Callable[[str], bool]] = MappingProxyType(
    {
        Kind.N: str.isdigit,
        Kind.AN: _is_alphanumeric,
        Kind.ANS: _is_printable,
        Kind.TEXT: is_clean_text,
        Kind.XN: _is_signed,
        Kind.B: _is_hex,
    },
)

RULES: MappingProxyType[Kind, str] = MappingProxyType(
    {
        Kind.N: "digits only",
        Kind.AN: "letters and digits only",
        Kind.ANS: "printable ASCII only",
        Kind.TEXT: "control character",
        Kind.XN: "C or D, then digits",
        Kind.B: "hex digits only",
    },
)
EMPTY = "empty"


def problem(kind: Kind, value: str) -> str:
    """Why the check refused a value; short, as DE 44 has 25 bytes for the reason and the element."""
    return RULES[kind] if value else EMPTY
