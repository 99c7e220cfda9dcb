"""PDS, private data subelements: tag (4 digits), length (3 digits, in encoded bytes) and value, repeated."""

from __future__ import annotations

import codecs
from types import MappingProxyType
from typing import TYPE_CHECKING

from offline_collect.domain.texts.phrases import Phrase
from offline_collect.wire.errors import DecodeError, EncodeError, NoRoomError
from offline_collect.wire.layouts.kinds.tagged import CUT_CHARACTER, scan_digits

if TYPE_CHECKING:
    from collections.abc import Iterable

TAG_SIZE = 4
HEADER_SIZE = 7
VALUE_MAX = 999
"""Maximum encoded bytes of an element with PDS, and of a value in it."""

_LENGTHS = {f"{length:03d}": length for length in range(1, VALUE_MAX + 1)}

CUTTABLE = frozenset({"0002", "0003", "0032", "0050", "0058", "0072"})
"""Tags whose values may be truncated: names, descriptions and receipts."""

TAG_NAMES = MappingProxyType(
    {
        "0001": "Form version",
        "0002": "Form title or merchant name",
        "0003": "Form instructions or trade",
        "0004": "Number of inputs",
        "0005": "Merchant id",
        "0021": "Lookup input 1",
        "0022": "Lookup input 2",
        "0023": "Lookup input 3",
        "0024": "Lookup input 4",
        "0025": "Lookup input 5",
        "0030": "Bill number",
        "0031": "Customer number",
        "0032": "Customer name",
        "0040": "Page cursor",
        "0041": "Number in all",
        "0050": "Description",
        "0051": "Period",
        "0052": "Due date",
        "0053": "Principal outstanding",
        "0054": "Late fee",
        "0055": "Total payable",
        "0056": "Bill status",
        "0057": "Least payable",
        "0058": "Further columns",
        "0059": "Amount for this bill",
        "0060": "Teller",
        "0061": "Tender",
        "0062": "Channel",
        "0065": "Payer's fee",
        "0066": "Step of part payments",
        "0070": "Serial number",
        "0071": "Time posted",
        "0072": "Receipt",
        "0080": "State of the original",
        "0081": "Code of the original",
        "0082": "What the reversal did",
        "0090": "Key block",
        "0091": "Key check value",
    },
)
INPUT_TAG_NAMES = MappingProxyType(
    {
        "0001": "Key",
        "0002": "Label",
        "0003": "Prompt",
        "0004": "Type",
        "0005": "Least length",
        "0006": "Greatest length",
        "0007": "Required",
        "0008": "Pattern",
        "0009": "Example",
        "0010": "Choices",
        "0011": "Group",
    },
)
"""The tags of the records in a form response; there is one record for each input."""


def parse_pds(text: str, charset: str, element: str = "DE 48") -> dict[str, str]:
    """Parse a PDS sequence.

    Args:
        text: the decoded content of the element.
        charset: the dialect's charset; lengths count bytes in it.
        element: the element for error messages.

    Returns:
        The values by tag, in the order of the content; unknown tags are included.

    Raises:
        DecodeError: a tag is truncated, repeated or empty, or its value ends inside a character.
    """
    if text.isascii():
        return _parse_ascii(text, element)
    raw = text.encode(charset)
    tags: dict[str, str] = {}
    # Latin-1 has one character for each byte, so lengths in bytes are lengths in characters.
    for tag, value in _parse_ascii(raw.decode("latin-1"), element).items():
        try:
            tags[tag] = value.encode("latin-1").decode(charset)
        except UnicodeDecodeError:
            raise DecodeError(
                Phrase("tag {tag} {reason}", tag=tag, reason=CUT_CHARACTER), element=element
            ) from None
    return tags


def _parse_ascii(text: str, element: str) -> dict[str, str]:
    """Parse a sequence in which a character is a byte; every message has one."""
    tags: dict[str, str] = {}
    at, size = 0, len(text)
    while at < size:
        tag, start = text[at : at + TAG_SIZE], at + HEADER_SIZE
        length = _LENGTHS.get(text[at + TAG_SIZE : start])
        if length is None or tag in tags or not tag.isdecimal():
            break
        at = start + length
        tags[tag] = text[start:at]
    return tags if at == size else _parse_with_reason(text, element)


def _parse_with_reason(text: str, element: str) -> dict[str, str]:
    """Parse what is not a correct sequence, to say why.

    Raises:
        DecodeError: always.
    """
    try:
        return scan_digits(text, TAG_SIZE, HEADER_SIZE - TAG_SIZE)
    except DecodeError as error:
        reason = error.inside()
    raise DecodeError(reason, element=element)


def build_pds(
    tags: Iterable[tuple[str, str]],
    charset: str,
    room: int = VALUE_MAX,
    cuttable: frozenset[str] = CUTTABLE,
    element: str = "DE 48",
) -> str:
    """Build a PDS sequence of at most `room` encoded bytes.

    If it is too long, the longest of the values in `cuttable` is truncated, at a character boundary, until the
    sequence fits. Empty values are left out, also those that truncation makes empty.

    Args:
        tags: tags and values, in their order; no tag twice.
        charset: the dialect's charset.
        room: maximum length in encoded bytes, 999 at most.
        cuttable: tags whose values may be truncated.
        element: the element for error messages.

    Raises:
        EncodeError: it does not fit although all values in `cuttable` were left out, or `charset` lacks a character.
    """
    values: dict[str, str] = {}
    sizes: dict[str, int] = {}
    parts: list[str] = []
    total = 0
    for tag, value in tags:
        if value:
            size = len(value) if value.isascii() else _size(tag, value, charset, element)
            values[tag], sizes[tag] = value, size
            parts.append(f"{tag}{size:03d}{value}")
            total += size + HEADER_SIZE
    if total <= room:
        return "".join(parts)
    _fit(values, sizes, charset, room, cuttable, element)
    return "".join([f"{tag}{size:03d}{values[tag]}" for tag, size in sizes.items()])


def _size(tag: str, value: str, charset: str, element: str) -> int:
    try:
        return len(value.encode(charset))
    except UnicodeEncodeError:
        raise EncodeError(f"tag {tag} has a character that {charset} lacks", element=element) from None


def _total(sizes: dict[str, int]) -> int:
    return sum(sizes.values()) + HEADER_SIZE * len(sizes)


def _fit(
    values: dict[str, str],
    sizes: dict[str, int],
    charset: str,
    room: int,
    cuttable: frozenset[str],
    element: str,
) -> None:
    """Truncate `values` until the sequence fits; update `sizes` and remove emptied values from it."""
    while (excess := _total(sizes) - room) > 0:
        tag = max(sizes.keys() & cuttable, key=lambda tag: (sizes[tag], tag), default=None)
        if tag is None:
            raise NoRoomError(excess, room, element=element)
        limit = min(sizes[tag] - max(excess, 0), VALUE_MAX)
        values[tag] = cut_text(values[tag], max(limit, 0), charset)
        sizes[tag] = encoded_size(values[tag], charset)
        if not sizes[tag]:
            del sizes[tag]


def encoded_size(text: str, charset: str) -> int:
    """Return the length of a text in encoded bytes."""
    return len(text) if text.isascii() else len(text.encode(charset))


def in_charset(text: str, charset: str) -> str:
    """Return a text with `?` for each character that a charset lacks; for texts that people read."""
    return text if text.isascii() else text.encode(charset, "replace").decode(charset)


def cut_text(text: str, limit: int, charset: str) -> str:
    """Truncate a text to `limit` encoded bytes, without a partial character or a trailing space."""
    if encoded_size(text, charset) <= limit:
        return text
    # An incremental decoder drops an incomplete character; with GB18030, "ignore" would turn one into a digit.
    decoder = codecs.getincrementaldecoder(charset)()
    return decoder.decode(text.encode(charset)[:limit]).rstrip()
