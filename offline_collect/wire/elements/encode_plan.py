"""Elements of the usual encodings to bytes; what is unusual, and what does not fit, pyiso8583 writes or refuses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from offline_collect.wire.elements.element import EBCDIC

if TYPE_CHECKING:
    from collections.abc import Callable

    from offline_collect.wire.elements.planned import Planned


def writer(element: Planned) -> Callable[[str], bytes | None]:
    """Return a function that encodes a checked value, its length prefix included.

    It returns None for a value that is not as long as it must be, or that the element's charset lacks.
    """
    content = _packed if element.packed else _characters(str(element.entry["data_enc"]))
    if not element.prefix:
        return _fixed(element, content)
    return _variable(element, content)


def _fixed(element: Planned, content: Callable[[str], bytes | None]) -> Callable[[str], bytes | None]:
    most, size, nibbles, left = element.most, element.size(element.most), element.nibbles, element.left_padded

    def write(value: str) -> bytes | None:
        if nibbles:
            if len(value) != most:
                return None
            if most % 2:
                value = f"0{value}" if left else f"{value}0"
        data = content(value)
        return data if data is not None and len(data) == size else None

    return write


def _variable(element: Planned, content: Callable[[str], bytes | None]) -> Callable[[str], bytes | None]:
    most, nibbles, left = element.most, element.nibbles, element.left_padded
    prefix = _prefix(element)

    def write(value: str) -> bytes | None:
        length = len(value)
        if nibbles and length % 2:
            value = f"0{value}" if left else f"{value}0"
        data = content(value)
        if data is None:
            return None
        if not nibbles:
            length = len(data)
        return prefix(length) + data if length <= most else None

    return write


def _prefix(element: Planned) -> Callable[[int], bytes]:
    encoding, size = str(element.entry["len_enc"]), element.prefix
    if encoding == "b":
        return lambda length: length.to_bytes(size, "big")
    if encoding == "bcd":
        return lambda length: bytes.fromhex(f"{length:0{2 * size}d}")
    if encoding == EBCDIC:
        return lambda length: f"{length:0{size}d}".encode(EBCDIC)
    return lambda length: b"%0*d" % (size, length)


def _packed(value: str) -> bytes | None:
    try:
        return bytes.fromhex(value)
    except ValueError:
        return None


def _characters(charset: str) -> Callable[[str], bytes | None]:
    def write(value: str) -> bytes | None:
        try:
            return value.encode(charset)
        except UnicodeEncodeError:
            return None

    return write
