"""Encodings of a single value inside an element: digits, characters and bytes.

Bytes are held as text with one character for each byte (latin-1): Python slices and matches text fast.
"""

from __future__ import annotations

import codecs
import re
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from offline_collect.domain.texts.phrases import Phrase
from offline_collect.wire.elements.contents import CHECKS, RULES, holds_ascii
from offline_collect.wire.elements.notation import Kind
from offline_collect.wire.errors import ContentError, DecodeError, EncodeError

if TYPE_CHECKING:
    from collections.abc import Callable

EBCDIC = "cp500"
"""Python's name of the code page; all EBCDIC code pages agree on its letters, digits and space."""

BINARY_DIGITS_MAX = 18
"""Maximum digits of a binary number: it has 8 bytes then."""

_BYTES = "latin-1"
# Other charsets are stateful, or are not decoded in linear time.
_CHARSETS = re.compile(
    r"ascii|utf-8|gb18030|gbk|gb2312|big5(hkscs)?|shift_jis(_2004|x0213)?|euc_\w+|johab|cp\d+|iso8859-\d+|koi8-\w|tis-620"
)


def content_problem(kind: Kind, value: str) -> Phrase | None:
    """Return what is wrong with a value of this kind, in words; None if nothing.

    The rules are those of elements, but a value may be empty.
    """
    if not value and kind is not Kind.XN:
        return None
    valid = (kind is Kind.TEXT or value.isascii()) and CHECKS[kind](value)
    return None if valid else RULES[kind]


def may_hold(kind: Kind, text: str) -> bool:
    """Whether a value of this kind could contain the text."""
    return content_problem(kind, "C0" + text if kind is Kind.XN else text) is None


class Coder(NamedTuple):
    """One encoding of one kind of value.

    Attributes:
        plain: whether the bytes of a value are its characters unchanged.
        holds_ascii: whether ASCII characters are encoded as in ASCII.
        packed: whether the bytes hold digits, not characters; a length prefix then counts digits.
        size: returns the bytes of a number of digits or characters.
        decode: returns the value of bytes, given the number of digits or characters. Raises DecodeError.
        encode: returns the bytes of a value that its kind may have. Raises EncodeError.
    """

    plain: bool
    holds_ascii: bool
    packed: bool
    size: Callable[[int], int]
    decode: Callable[[str, int], str]
    encode: Callable[[str], str]


def coder_of(kind: Kind, encoding: str) -> Coder:
    """Return the encoding of a kind.

    Args:
        kind: the kind of value.
        encoding: the encoding's word in dialects: `ascii`, `ebcdic`, `bcd`, `bcd-right`, `binary`, `raw`, `hex`, or
            a charset.

    Raises:
        ContentError: the kind does not have this encoding, or there is no such encoding.
    """
    special = _CODERS.get((kind, encoding))
    if special is not None:
        return special
    words = [word for known, word in _CODERS if known is kind]
    if kind in _DIGITS_OR_BYTES:
        raise ContentError(f"{kind} is not written as {encoding}; known here: {', '.join(words)}")
    if encoding in _NO_CHARACTERS:
        raise ContentError(f"{kind} is not written as {encoding}; known here: ascii, ebcdic, or a charset")
    if encoding == "ascii" and kind is not Kind.TEXT:
        return _PLAIN
    return _characters(EBCDIC if encoding == "ebcdic" else charset_of(encoding))


def charset_of(name: str) -> str:
    """Return Python's name of a charset.

    Raises:
        ContentError: the charset is unknown, or not one of those that layouts support.
    """
    try:
        found = codecs.lookup(name).name
    except (LookupError, ValueError):
        found = ""
    if not _CHARSETS.fullmatch(found):
        raise ContentError(f"{name!r} is not a known charset, such as utf-8, gb18030 or latin-1")
    return found


def _same_size(count: int) -> int:
    return count


def _characters(charset: str) -> Coder:
    if charset == "iso8859-1":
        return Coder(
            plain=True, holds_ascii=True, packed=False, size=_same_size, decode=_unchanged, encode=_only_bytes
        )
    keeps_ascii = holds_ascii(charset)

    def decode(chars: str, _: int) -> str:
        if keeps_ascii and chars.isascii():
            return chars
        try:
            return chars.encode(_BYTES).decode(charset)
        except UnicodeDecodeError:
            raise DecodeError(Phrase("no text in its encoding")) from None

    def encode(value: str) -> str:
        try:
            return value.encode(charset).decode(_BYTES)
        except UnicodeEncodeError:
            raise EncodeError("a character that its charset lacks") from None

    return Coder(
        plain=False, holds_ascii=keeps_ascii, packed=False, size=_same_size, decode=decode, encode=encode
    )


def _only_bytes(value: str) -> str:
    if not value.isascii() and max(value) > "\xff":
        raise EncodeError("a character that its charset lacks")
    return value


def _unchanged(chars: str, _: int) -> str:
    return chars


def _same(value: str) -> str:
    return value


def _packed_size(count: int) -> int:
    return (count + 1) // 2


def _unpack(chars: str, count: int) -> str:
    nibbles = chars.encode(_BYTES).hex()
    if count % 2 and nibbles[0] != "0":
        raise DecodeError(Phrase("pad nibble is not 0"))
    return nibbles[count % 2 :].upper()


def _unpack_right(chars: str, count: int) -> str:
    nibbles = chars.encode(_BYTES).hex()
    # The standard pads with 0, many systems with F.
    if count % 2 and nibbles[-1] not in "0f":
        raise DecodeError(Phrase("pad nibble is not 0"))
    return nibbles[:count].upper()


def _pack(digits: str) -> str:
    return bytes.fromhex("0" * (len(digits) % 2) + digits).decode(_BYTES)


def _pack_right(digits: str) -> str:
    return bytes.fromhex(digits + "0" * (len(digits) % 2)).decode(_BYTES)


def _unpack_track(unpack: Callable[[str, int], str]) -> Callable[[str, int], str]:
    return lambda chars, count: unpack(chars, count).replace("D", "=")


def _pack_track(pack: Callable[[str], str]) -> Callable[[str], str]:
    return lambda value: pack(value.replace("=", "D"))


def _binary_size(digits: int) -> int:
    return (int("9" * digits).bit_length() + 7) // 8


def _binary_decode(chars: str, digits: int) -> str:
    value = str(int.from_bytes(chars.encode(_BYTES), "big")).zfill(digits)
    if len(value) > digits:
        raise DecodeError(Phrase("too large"))
    return value


def _binary_encode(value: str) -> str:
    return int(value).to_bytes(_binary_size(len(value)), "big").decode(_BYTES)


def _signed_size(digits: int) -> int:
    return 1 + digits


def _signed_packed_size(digits: int) -> int:
    return 1 + _packed_size(digits)


_PLAIN = Coder(plain=True, holds_ascii=True, packed=False, size=_same_size, decode=_unchanged, encode=_same)
_CODERS: MappingProxyType[tuple[Kind, str], Coder] = MappingProxyType(
    {
        (Kind.N, "ascii"): _PLAIN,
        (Kind.N, "bcd"): Coder(
            plain=False, holds_ascii=False, packed=True, size=_packed_size, decode=_unpack, encode=_pack
        ),
        (Kind.N, "bcd-right"): Coder(
            plain=False,
            holds_ascii=False,
            packed=True,
            size=_packed_size,
            decode=_unpack_right,
            encode=_pack_right,
        ),
        (Kind.N, "binary"): Coder(
            plain=False,
            holds_ascii=False,
            packed=True,
            size=_binary_size,
            decode=_binary_decode,
            encode=_binary_encode,
        ),
        (Kind.N, "ebcdic"): _characters(EBCDIC),
        (Kind.Z, "ascii"): _PLAIN,
        (Kind.Z, "ebcdic"): _characters(EBCDIC),
        (Kind.Z, "bcd"): Coder(
            plain=False,
            holds_ascii=False,
            packed=True,
            size=_packed_size,
            decode=_unpack_track(_unpack),
            encode=_pack_track(_pack),
        ),
        (Kind.Z, "bcd-right"): Coder(
            plain=False,
            holds_ascii=False,
            packed=True,
            size=_packed_size,
            decode=_unpack_track(_unpack_right),
            encode=_pack_track(_pack_right),
        ),
        (Kind.XN, "ascii"): Coder(
            plain=True, holds_ascii=True, packed=False, size=_signed_size, decode=_unchanged, encode=_same
        ),
        (Kind.XN, "bcd"): Coder(
            plain=False,
            holds_ascii=False,
            packed=True,
            size=_signed_packed_size,
            decode=lambda chars, digits: chars[:1] + _unpack(chars[1:], digits),
            encode=lambda value: value[0] + _pack(value[1:]),
        ),
        (Kind.B, "raw"): Coder(
            plain=False,
            holds_ascii=False,
            packed=False,
            size=_same_size,
            decode=lambda chars, _: chars.encode(_BYTES).hex().upper(),
            encode=lambda value: bytes.fromhex(value).decode(_BYTES),
        ),
        (Kind.B, "hex"): Coder(
            plain=False,
            holds_ascii=False,
            packed=False,
            size=lambda count: 2 * count,
            decode=lambda chars, _: chars.upper(),
            encode=str.upper,
        ),
    },
)
_DIGITS_OR_BYTES = frozenset(kind for kind, _ in _CODERS)
_NO_CHARACTERS = frozenset({"bcd", "bcd-right", "binary", "raw", "hex"})
