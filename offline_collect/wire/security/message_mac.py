"""MACs of messages of a dialect: their place, the bytes that they cover, and their verification."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from offline_collect.wire.dialects.dialect import LAST_PRIMARY
from offline_collect.wire.elements.prefixes import fixed_size
from offline_collect.wire.errors import SchemaError
from offline_collect.wire.messages.message import Message
from offline_collect.wire.security.mac import mac_content, same_mac
from offline_collect.wire.security.mac_settings import CONTENT_SIZE, MAC_ELEMENTS, MTI_ELEMENT, MacSettings

if TYPE_CHECKING:
    from collections.abc import Iterable

    from offline_collect.wire.dialects.dialect import Dialect
    from offline_collect.wire.elements.codec import Codec

_FIRST, _SECOND = MAC_ELEMENTS
_PLACE_HELD = "0" * (2 * CONTENT_SIZE)


@dataclass(frozen=True, slots=True, repr=False)
class MacKey:
    """A working key.

    Attributes:
        number: its number among the keys of its link.
        check_value: identifies the key without revealing it.
    """

    number: int
    value: bytes
    check_value: str

    def __repr__(self) -> str:
        return f"<MacKey {self.number} {self.check_value}>"


class MessageMac:
    """Puts MACs on messages of one dialect, and verifies them.

    Raises:
        SchemaError: the dialect has no elements for a MAC.
    """

    def __init__(self, settings: MacSettings, codec: Codec) -> None:
        dialect = codec.dialect
        size = _size(dialect)
        if size is None:
            reason = "a MAC needs elements 64 and 128, both b8, in one encoding"
            raise SchemaError(dialect.name, "elements", reason)
        self.settings = settings
        self._codec = codec
        self._size = size
        self._mti_size = 2 if dialect.encoding.mti == "bcd" else 4

    def encode(self, message: Message, key: MacKey, request: Message | None = None) -> bytes:
        """Return a message's bytes with its MAC as the last element; the message is not changed.

        Args:
            request: the answered request, as in `Codec.encode`.

        Raises:
            EncodeError: the message does not fit the dialect.
        """
        number = _SECOND if any(each > LAST_PRIMARY for each in message.elements) else _FIRST
        elements = {each: value for each, value in message.elements.items() if each not in MAC_ELEMENTS}
        raw = self._codec.encode(Message(message.mti, {**elements, number: _PLACE_HELD}), request)
        return self.replace(raw, key)

    def replace(self, raw: bytes, key: MacKey) -> bytes:
        """Return a message's bytes with its MAC as the content of its last element, 64 or 128."""
        message = None if self.settings.over is None else self._codec.decode(raw)
        content = mac_content(self.settings, key.value, self._covered(raw, message))
        return raw[: -self._size] + (
            content if self._size == CONTENT_SIZE else content.hex().upper().encode()
        )

    @staticmethod
    def carries_one(message: Message) -> bool:
        """Whether a message's last element is a MAC; a MAC does not cover elements after it."""
        return max(message.elements, default=0) in MAC_ELEMENTS

    def verify(self, raw: bytes, message: Message, keys: Iterable[MacKey]) -> MacKey | None:
        """Return the key whose MAC is a message's last element; None if there is none.

        Args:
            message: the decoded ``raw``.
            keys: the keys that may have made it, the most likely first.
        """
        if not self.carries_one(message):
            return None
        carried = bytes.fromhex(message.elements[max(message.elements)])
        covered = self._covered(raw, message)
        for key in keys:
            if same_mac(mac_content(self.settings, key.value, covered), carried):
                return key
        return None

    def _covered(self, raw: bytes, message: Message | None) -> bytes:
        if self.settings.over is None or message is None:
            return raw[: -self._size]
        pieces = (self._piece(raw, message, number) for number in self.settings.over)
        return self.settings.join.join(piece for piece in pieces if piece)

    def _piece(self, raw: bytes, message: Message, number: int) -> bytes:
        if number == MTI_ELEMENT:
            return raw[: self._mti_size]
        return message.encoded.get(number, b"")


def _size(dialect: Dialect) -> int | None:
    """Return the encoded size of the MAC elements; None if one is missing or no b8, or they differ."""
    elements = [dialect.elements.get(number) for number in MAC_ELEMENTS]
    sizes = {fixed_size(each) if each and each.length == CONTENT_SIZE else None for each in elements}
    return sizes.pop() if len(sizes) == 1 else None
