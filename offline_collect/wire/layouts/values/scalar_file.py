"""Compiles single values of a layout: `{amount: n11}`, `{amount: {is: n11, encoding: bcd}}`."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, NoReturn

from offline_collect.wire.dialects.schema import Section
from offline_collect.wire.elements.notation import Kind, Notation, parse_notation
from offline_collect.wire.errors import ContentError, DecodeError, EncodeError, SchemaError
from offline_collect.wire.layouts.values.encodings import BINARY_DIGITS_MAX, coder_of
from offline_collect.wire.layouts.values.scalar import SPACES, ZEROS, Pad, Scalar

if TYPE_CHECKING:
    from typing import Self

    from offline_collect.wire.layouts.values.encodings import Coder

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,39}|[1-9][0-9]{0,2}")
PREFIX = "prefix"
"""Among the words of a part: it has its own length prefix. It is not a word of the file."""

ROW_WORDS = frozenset({PREFIX, "encoding", "pad", "must", "send", "optional"})
"""Words of a part in a fixed order."""

BIT_WORDS = frozenset({PREFIX, "encoding", "pad", "must"})
"""Words of a part that a bitmap announces."""

VALUE_WORDS = frozenset({"encoding", "pad"})
"""Words of a value under a tag."""

TEXT_WORDS = frozenset({"must", "send", "optional"})
"""Words of a part between separators; the whole content has one encoding."""

_CHOICES = MappingProxyType(
    {
        "characters": ("ascii", "ebcdic"),
        "numeric": ("ascii", "ebcdic", "bcd", "bcd-right", "binary"),
        "prefix": ("ascii", "ebcdic", "bcd", "binary"),
        "binary": ("raw", "hex"),
        "bitmap": ("raw", "hex"),
    },
)


@dataclass(frozen=True, slots=True)
class Encodings:
    """The encodings of parts that do not give their own.

    Attributes:
        text: charset of `text` parts.
        characters: of a, an, ans and the other kinds of characters.
        numeric: of n, x+n and z.
        prefix: of length prefixes.
        binary: of b.
        bitmap: of a bitmap inside the element.
    """

    text: str = "utf-8"
    characters: str = "ascii"
    numeric: str = "ascii"
    prefix: str = "ascii"
    binary: str = "raw"
    bitmap: str = "raw"

    @classmethod
    def of_dialect(cls, defaults: Mapping[str, str]) -> Self:
        """Return the encodings that a dialect sets for parts too: its charset, and ASCII or EBCDIC.

        Its packed digits do not apply: the content of such an element reaches the layout as digits.
        """
        characters = defaults.get("characters", "ascii")
        text = defaults.get("text", "utf-8")
        return cls(text=text, characters=characters, numeric=characters, prefix=characters)

    def of_layout(self, value: object, site: Site) -> Encodings:
        """Return these encodings with a layout's own `encoding` in their place where it has one."""
        section = site.section(value, ("text", *_CHOICES))
        given = {word: section.choice(word, known) for word, known in _CHOICES.items() if section.has(word)}
        if section.has("text"):
            given["text"] = section.text("text")
        return replace(self, **given)

    def of(self, kind: Kind) -> str:
        """Return the encoding of a kind, as its word in dialects."""
        if kind is Kind.TEXT:
            return self.text
        if kind is Kind.B:
            return self.binary
        return self.numeric if kind in {Kind.N, Kind.XN, Kind.Z} else self.characters


@dataclass(frozen=True, slots=True)
class Site:
    """A position in a dialect's file.

    Attributes:
        file: name of the file.
        path: path in the file.
        encodings: the encodings of parts there that do not give their own.
    """

    file: str
    path: str
    encodings: Encodings

    def inside(self, step: str) -> Site:
        """Return a position inside this one."""
        return Site(self.file, f"{self.path}{step}", self.encodings)

    def fail(self, reason: str) -> NoReturn:
        """Refuse the value at this position.

        Raises:
            SchemaError: always.
        """
        raise SchemaError(self.file, self.path, reason)

    def section(self, value: object, words: Collection[str]) -> Section:
        """Return the mapping at this position.

        Args:
            value: the mapping.
            words: the keys that it may have.

        Raises:
            SchemaError: it is not a mapping, or has another key.
        """
        section = Section(value, self.file, self.path)
        for key in section.values:
            if key not in words:
                section.fail(f"unknown word; known here: {', '.join(sorted(words))}", key)
        return section


def part_name(key: object, site: Site) -> str:
    """Return the name of a part, given its YAML key; an element's number is a name too.

    Raises:
        SchemaError: the key is not a name.
    """
    name = str(key) if isinstance(key, int) and not isinstance(key, bool) else key
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        site.fail(
            "the name of a part must be a letter, then letters, digits, - and _; or an element's number"
        )
    return name


def compile_scalar(name: str, value: object, site: Site, words: frozenset[str] = ROW_WORDS) -> Scalar:
    """Return the part that a row describes.

    Args:
        name: its name.
        value: its shape, or a mapping with `is` and other words.
        site: its position in the file.
        words: the words that it may have beside `is`. Without `PREFIX` its length is known otherwise.

    Raises:
        SchemaError: it is invalid; gives file, path and reason.
    """
    section = site.section(value if isinstance(value, Mapping) else {"is": value}, {"is", *words} - {PREFIX})
    try:
        return _scalar(name, section, site.encodings, prefixed=PREFIX in words)
    except ContentError as error:
        reason = str(error)
    return site.fail(reason)


def _scalar(name: str, section: Section, encodings: Encodings, *, prefixed: bool) -> Scalar:
    notation = parse_notation(section.text("is"))
    kind = notation.kind
    encoding = section.text("encoding") if section.has("encoding") else encodings.of(kind)
    _check_shape(notation, encoding)
    part = Scalar(
        name,
        notation,
        coder_of(kind, encoding),
        pad=_pad(section, notation, encoding),
        prefix=_prefix(notation, encodings) if notation.prefix and prefixed else None,
        optional=section.has("optional") and section.boolean("optional"),
    )
    _check_prefix(part)
    if section.has("must") and section.has("send"):
        raise ContentError("has must and send; must alone is enough, as its value is sent too")
    if section.has("must"):
        return replace(part, must=_constant(part, section.text("must")))
    return replace(part, send=_constant(part, _send(section))) if section.has("send") else part


def _check_shape(notation: Notation, encoding: str) -> None:
    if notation.kind is Kind.XN and notation.prefix:
        raise ContentError("x+n has a fixed length")
    if encoding == "binary" and (notation.prefix or notation.length > BINARY_DIGITS_MAX):
        raise ContentError(f"a number in binary has a fixed length, {BINARY_DIGITS_MAX} digits at most")


def _prefix(notation: Notation, encodings: Encodings) -> Scalar:
    digits = Notation(Kind.N, notation.prefix)
    return Scalar("", digits, coder_of(Kind.N, encodings.prefix), pad=ZEROS)


def _send(section: Section) -> str:
    """Return the default value; an empty text is sent as padding only."""
    return "" if section.take("send") == "" else section.text("send")


def _pad(section: Section, notation: Notation, encoding: str) -> Pad | None:
    kind = notation.kind
    if not section.has("pad"):
        fillers = {Kind.N: ZEROS, Kind.XN: None, Kind.Z: None, Kind.B: None}
        return None if notation.prefix else fillers.get(kind, SPACES)
    pad = section.section("pad")
    left = pad.has("left")
    filler = pad.text("left" if left else "right")
    pad.finish()
    _check_filler(kind, encoding, filler, fixed=not notation.prefix, left=left)
    return Pad(left, filler, strip=True)


def _check_filler(kind: Kind, encoding: str, filler: str, *, fixed: bool, left: bool) -> None:
    if not fixed or kind in {Kind.XN, Kind.Z, Kind.B}:
        raise ContentError("only digits and characters of a fixed length can be padded")
    if len(filler) != 1 or not " " <= filler <= "~":
        raise ContentError("a pad must be one character of printable ASCII")
    if filler.isdigit() and (filler != "0" or not left):
        raise ContentError("the only digit to pad with is 0 on the left")
    packed = encoding in {"bcd", "bcd-right", "binary"}
    if packed and filler not in ("0" if encoding == "binary" else "0ABCDEF"):
        raise ContentError(f"{filler!r} cannot pad digits in {encoding}")


def _check_prefix(part: Scalar) -> None:
    if part.prefix is not None and part.count_max >= 10**part.notation.prefix:
        raise ContentError(
            f"its longest value has {part.count_max} bytes, more than a prefix of {part.notation.prefix} "
            "digits can say"
        )


def _constant(part: Scalar, value: str) -> str:
    """Return the constant as the receiver reads it."""
    try:
        written = part.write(value)
        return part.decode_all(written) if part.prefix is None else part.read(written, 0)[0]
    except (DecodeError, EncodeError) as error:
        reason = error.reason
    raise ContentError(f"its constant: {reason}")


def coder_for(kind: Kind, site: Site) -> Coder:
    """Return the encoding of a kind at a position in the file.

    Raises:
        SchemaError: the encoding in force there does not fit the kind.
    """
    try:
        return coder_of(kind, site.encodings.of(kind))
    except ContentError as error:
        reason = str(error)
    return site.fail(reason)
