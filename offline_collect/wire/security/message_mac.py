"""MACs of messages of a dialect: their place, the bytes that they cover, and their verification."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from offline_collect.wire.elements.element import LAST_PRIMARY
from offline_collect.wire.elements.prefixes import fixed_size
from offline_collect.wire.errors import SchemaError
from offline_collect.wire.messages.message import Message
from offline_collect.wire.security.mac import mac_content, same_mac
from offline_collect.wire.security.mac_settings import CONTENT_SIZE, MAC_ELEMENTS, MTI_ELEMENT, MacSettings

if TYPE_CHECKING:
    from collections.abc import Iterable

    from offline_collect.wire.dialects.dialect import Dialect
    from offline_collect.wire.elements.codec import Codec
    from offline_collect.wire.elements.element import Element

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
        SchemaError: the dialect lacks an element that its MACs may be in.
    """

    def __init__(self, settings: MacSettings, codec: Codec) -> None:
        dialect = codec.dialect
        self.settings = settings
        self._codec = codec
        self._sizes = {each.number: fixed_size(each) for each in _places(settings, dialect)}
        sizes = set(self._sizes.values())
        self._only_size = sizes.pop() if len(sizes) == 1 and settings.over is None else None
        self._mti_size = 2 if dialect.encoding.mti == "bcd" else 4

    def encode(self, message: Message, key: MacKey, request: Message | None = None) -> bytes:
        """Return a message's bytes with its MAC as the last element; the message is not changed.

        Args:
            request: the answered request, as in `Codec.encode`.

        Raises:
            EncodeError: the message does not fit the dialect.
        """
        second = any(each > LAST_PRIMARY for each in message.elements)
        number = self.settings.places[-1 if second else 0]
        elements = {each: value for each, value in message.elements.items() if each not in MAC_ELEMENTS}
        raw = self._codec.encode(Message(message.mti, {**elements, number: _PLACE_HELD}), request)
        decoded = None if self.settings.over is None else self._codec.decode(raw)
        return self._with_mac(raw, decoded, self._sizes[number], key)

    def replace(self, raw: bytes, key: MacKey) -> bytes:
        """Return a message's bytes with its MAC as the content of its last element.

        Raises:
            DecodeError: the bytes are not a message of the dialect.
        """
        if self._only_size is not None:
            return self._with_mac(raw, None, self._only_size, key)
        message = self._codec.decode(raw)
        return self._with_mac(raw, message, self._sizes[max(message.elements)], key)

    def _with_mac(self, raw: bytes, message: Message | None, size: int, key: MacKey) -> bytes:
        content = mac_content(self.settings, key.value, self._covered(raw, message, size))
        return raw[:-size] + (content if size == CONTENT_SIZE else content.hex().upper().encode())

    def carries_one(self, message: Message) -> bool:
        """Whether a message's last element is a MAC; a MAC does not cover elements after it."""
        return max(message.elements, default=0) in self._sizes

    def verify(self, raw: bytes, message: Message, keys: Iterable[MacKey]) -> MacKey | None:
        """Return the key whose MAC is a message's last element; None if there is none.

        Args:
            message: the decoded ``raw``.
            keys: the keys that may have made it, the most likely first.
        """
        if not self.carries_one(message):
            return None
        number = max(message.elements)
        carried = bytes.fromhex(message.elements[number])
        covered = self._covered(raw, message, self._sizes[number])
        for key in keys:
            if same_mac(mac_content(self.settings, key.value, covered), carried):
                return key
        return None

    def _covered(self, raw: bytes, message: Message | None, size: int) -> bytes:
        """Return the bytes that the MAC covers, given the encoded size of its element."""
        if self.settings.over is None or message is None:
            return raw[:-size]
        pieces = (self._piece(raw, message, number) for number in self.settings.over)
        return self.settings.join.join(piece for piece in pieces if piece)

    def _piece(self, raw: bytes, message: Message, number: int) -> bytes:
        if number == MTI_ELEMENT:
            return raw[: self._mti_size]
        return message.encoded.get(number, b"")


def _places(settings: MacSettings, dialect: Dialect) -> list[Element]:
    """Return the elements that MACs may be in; a dialect with a single bitmap needs no more than the first."""
    second = max(dialect.elements, default=0) > LAST_PRIMARY
    numbers = settings.places if second else settings.places[:1]
    for number in numbers:
        if number not in dialect.elements:
            raise SchemaError(dialect.name, f"elements.{number}", "is missing: it holds the MAC")
        if dialect.elements[number].length != CONTENT_SIZE:
            raise SchemaError(dialect.name, f"elements.{number}", "must be b8: it holds the MAC")
    return [dialect.elements[number] for number in numbers]
