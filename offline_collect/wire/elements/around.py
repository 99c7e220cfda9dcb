"""What pyiso8583 cannot say of an element: values are brought to a form that it takes, and back."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from offline_collect.wire.elements.element import PACKED_DIGITS
from offline_collect.wire.elements.notation import Kind
from offline_collect.wire.elements.prefixes import fixed_size

if TYPE_CHECKING:
    from collections.abc import Callable

    from offline_collect.wire.elements.element import Element


class Around(NamedTuple):
    """A pair of changes.

    Attributes:
        read: what pyiso8583 has read, as the platform shows it.
        write: a checked value, as pyiso8583 takes it.
    """

    read: Callable[[str], str]
    write: Callable[[str], str]


def around(element: Element) -> Around | None:
    """Return the changes for an element; None where pyiso8583 takes it as it is."""
    if element.kind is Kind.XN and element.packed:
        return Around(_unpack_sign, _pack_sign)
    if element.kind is Kind.Z and element.encoding in PACKED_DIGITS:
        return Around(_read_track, _write_track)
    if element.kind is Kind.N and element.encoding == "binary":
        return _binary_number(element)
    return None


def _unpack_sign(value: str) -> str:
    """`C` or `D` from its ASCII byte, which pyiso8583 has shown as two hex digits."""
    return bytes.fromhex(value[:2]).decode("latin-1") + value[2:]


def _pack_sign(value: str) -> str:
    return value[0].encode().hex() + value[1:]


def _read_track(value: str) -> str:
    """The separator of a packed track is the nibble D."""
    return value.replace("D", "=")


def _write_track(value: str) -> str:
    return value.replace("=", "D")


def _binary_number(element: Element) -> Around:
    """A number with its high byte first, in the fewest bytes that can say all of its digits."""
    digits, size = element.length, fixed_size(element)

    def read(value: str) -> str:
        return str(int(value, 16)).zfill(digits)

    def write(value: str) -> str:
        return f"{int(value):0{2 * size}X}"

    return Around(read, write)
