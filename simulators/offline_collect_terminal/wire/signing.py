"""A codec for links with MACs: it puts a MAC on each message, and reads only answers with a correct MAC."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from offline_collect.domain.texts.phrases import Phrase
from offline_collect.wire.elements.codec import Codec
from offline_collect.wire.errors import DecodeError, KeyFormatError
from offline_collect.wire.messages.message import Message
from offline_collect.wire.security.mac_settings import MAC_ELEMENTS, MacAlgorithm, MacPadding
from offline_collect.wire.security.message_mac import MacKey, MessageMac
from offline_collect_terminal.errors import KeyFileError

KEY_VARIABLE = "OFFLINE_COLLECT_TERMINAL_MAC_KEY"
"""Environment variable of the working key as hex digits; used if no file is named."""

KEY_FILE_BYTES_MAX = 1_000


@dataclass(frozen=True, slots=True, repr=False)
class MacOptions:
    """How the link's messages are authenticated; the key is in no error message.

    Attributes:
        padding: None means the dialect's.
    """

    algorithm: MacAlgorithm
    key: bytes
    padding: MacPadding | None = None


class SigningCodec(Codec):
    """Reads and writes messages with MACs.

    Attributes:
        plain: the codec without MACs.

    Raises:
        KeyFileError: the key does not fit the algorithm.
    """

    def __init__(self, plain: Codec, options: MacOptions) -> None:
        super().__init__(plain.dialect)
        self.plain = plain
        settings = plain.dialect.mac.of_link(options.algorithm, options.padding)
        try:
            settings.check_key(options.key)
        except KeyFormatError as error:
            raise KeyFileError(str(error)) from None
        self._mac = MessageMac(settings, plain)
        self._key = MacKey(1, options.key, "")

    def encode(self, message: Message, request: Message | None = None) -> bytes:
        """Write one message with its MAC; a message with a MAC element keeps that."""
        if message.elements.keys() & {*MAC_ELEMENTS}:
            return self.plain.encode(message, request)
        return self._mac.encode(message, self._key, request)

    def decode(self, raw: bytes) -> Message:
        """Read one message.

        Raises:
            DecodeError: it cannot be decoded, or its MAC is missing or wrong.
        """
        message = super().decode(raw)
        if self._mac.verify(raw, message, [self._key]) is None:
            reason = "wrong" if self._mac.carries_one(message) else f"missing{_answered(message)}"
            words = Phrase("{reason}", reason=reason)
            raise DecodeError(words, mti=message.mti, elements=message.elements, element="MAC")
        return message

    def sign(self, frame: bytearray, message_at: int) -> None:
        """Replace the MAC of a message in a frame after its bytes were changed."""
        frame[message_at:] = self._mac.replace(bytes(frame[message_at:]), self._key)


def _answered(message: Message) -> str:
    """Return what an answer without a MAC says: a platform that accepts no MAC of the request has no key to make one."""
    code, words = message.elements.get(39), message.elements.get(44)
    if code is None:
        return ""
    return f"; without one the platform answers {code}" + (f", {words}" if isinstance(words, str) else "")


def plain_of(codec: Codec) -> Codec:
    """Return the codec that writes messages without a MAC."""
    return codec.plain if isinstance(codec, SigningCodec) else codec


def read_key(file: Path | None) -> bytes:
    """Return the working key from a file with hex digits, or from the environment.

    Raises:
        KeyFileError: there is no key, or it is invalid.
    """
    place = KEY_VARIABLE if file is None else str(file)
    text = os.environ.get(KEY_VARIABLE, "") if file is None else _read(file)
    if not text.strip():
        raise KeyFileError(
            f"{place}: has no key: write the key there as hex digits, or name a file with --mac-key-file"
        )
    try:
        return bytes.fromhex(text)
    except ValueError:
        raise KeyFileError(f"{place}: a key must be hex digits, two for each byte") from None


def _read(file: Path) -> str:
    try:
        with file.open(encoding="ascii") as opened:
            return opened.read(KEY_FILE_BYTES_MAX)
    except OSError as error:
        raise KeyFileError(f"{file}: cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise KeyFileError(f"{file}: a key must be hex digits, two for each byte") from None
