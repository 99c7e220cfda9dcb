"""What an element may contain, by its kind; ISO 8583 libraries check hardly more than lengths."""

from __future__ import annotations

import re
from types import MappingProxyType
from typing import TYPE_CHECKING

from offline_collect.domain.texts.phrases import Phrase
from offline_collect.wire.elements.notation import Kind

if TYPE_CHECKING:
    from collections.abc import Callable

    from offline_collect.wire.elements.element import Element

# Cc, what breaks a line elsewhere in Unicode, and half characters, which UTF-8 cannot carry.
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_ASCII = bytes(range(128))
_HEX = re.compile(r"(?:[0-9A-Fa-f]{2})+")
_TRACK = re.compile(r"[0-9=D]+")


def holds_ascii(charset: str) -> bool:
    """Whether ASCII stands for itself in a charset."""
    return _ASCII.decode(charset, "replace").encode("ascii", "replace") == _ASCII


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


def _is_letters(value: str) -> bool:
    return value.isalpha() or value.rstrip(" ").isalpha()


def _is_blank_and_alphanumeric(value: str) -> bool:
    return value.replace(" ", "0").isalnum()


def _has_no_digits(value: str) -> bool:
    return _is_printable(value) and not any(map(str.isdigit, value))


def _has_no_letters(value: str) -> bool:
    return _is_printable(value) and not any(map(str.isalpha, value))


def _is_special(value: str) -> bool:
    return _is_printable(value) and not any(map(str.isalnum, value))


def _is_signed(value: str) -> bool:
    return value[:1] in {"C", "D"} and value[1:].isdigit()


def _is_track(value: str) -> bool:
    return _TRACK.fullmatch(value) is not None


def _is_hex(value: str) -> bool:
    return _HEX.fullmatch(value) is not None


# What these see is ASCII, but for texts; isdigit and its like would take more.
CHECKS: MappingProxyType[Kind, Callable[[str], bool]] = MappingProxyType(
    {
        Kind.N: str.isdigit,
        Kind.AN: _is_alphanumeric,
        Kind.ANS: _is_printable,
        Kind.TEXT: is_clean_text,
        Kind.XN: _is_signed,
        Kind.B: _is_hex,
        Kind.Z: _is_track,
        Kind.A: _is_letters,
        Kind.S: _is_special,
        Kind.AS: _has_no_digits,
        Kind.NS: _has_no_letters,
        Kind.ANP: _is_blank_and_alphanumeric,
    },
)

RULES: MappingProxyType[Kind, Phrase] = MappingProxyType(
    {
        Kind.N: Phrase("digits only"),
        Kind.AN: Phrase("letters and digits only"),
        Kind.ANS: Phrase("printable ASCII only"),
        Kind.TEXT: Phrase("control character"),
        Kind.XN: Phrase("C or D, then digits"),
        Kind.B: Phrase("hex digits only"),
        Kind.Z: Phrase("digits and = only"),
        Kind.A: Phrase("letters only"),
        Kind.S: Phrase("special characters only"),
        Kind.AS: Phrase("no digits"),
        Kind.NS: Phrase("no letters"),
        Kind.ANP: Phrase("no special characters"),
    },
)
EMPTY = Phrase("empty")


def check_of(element: Element) -> Callable[[str], bool]:
    """Return what a value of an element must pass.

    In a charset, ans is text without control characters, and everything else is ASCII all the same.
    """
    check = CHECKS[element.kind]
    if element.kind is Kind.N and element.encoding == "binary":
        return lambda value: len(value) <= element.length and value.isascii() and value.isdigit()
    if element.packed or element.encoding in {"ascii", "hex"} or element.kind is Kind.TEXT:
        return check
    if element.kind is Kind.ANS and element.encoding != "ebcdic":
        return is_clean_text
    return lambda value: value.isascii() and check(value)


def problem(kind: Kind, value: str) -> Phrase:
    """Why the check refused a value; short, as DE 44 has 25 bytes for the reason and the element."""
    return RULES[kind] if value else EMPTY
