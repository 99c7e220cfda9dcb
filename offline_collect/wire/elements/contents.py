"""What an element may contain, by its kind; ISO 8583 libraries look at little but lengths."""

from __future__ import annotations

import re
from types import MappingProxyType
from typing import TYPE_CHECKING

from offline_collect.wire.dialects.dialect import Kind

if TYPE_CHECKING:
    from collections.abc import Callable

# Cc, what breaks a line elsewhere in Unicode, and half characters, which UTF-8 cannot carry.
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_HEX = re.compile(r"(?:[0-9A-Fa-f]{2})+")


def is_clean_text(value: str) -> bool:
    """Whether a text of any language has no control characters; an empty text is not one."""
    # isprintable is fast but refuses characters that texts may hold, such as U+3000.
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


# The codec reads all but texts as ASCII, so isdigit and its like see nothing else here.
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
    """What is wrong with a value that its check refused; short, as DE 44 has 25 bytes for it and its place."""
    return RULES[kind] if value else EMPTY
