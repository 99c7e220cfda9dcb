"""Compiles layouts of values under tags: `tagged: {tag: n4, length: n3}`, `tagged: ber`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from offline_collect.wire.elements.notation import Kind, Notation
from offline_collect.wire.errors import EncodeError
from offline_collect.wire.layouts.kinds.ber import BerLength, BerTag
from offline_collect.wire.layouts.kinds.fixed_file import compile_rows
from offline_collect.wire.layouts.kinds.tagged import HEAD, Head, Tagged
from offline_collect.wire.layouts.parts import CONTENT_MAX
from offline_collect.wire.layouts.values.encodings import coder_of
from offline_collect.wire.layouts.values.scalar import Scalar
from offline_collect.wire.layouts.values.scalar_file import VALUE_WORDS, coder_for, compile_scalar

if TYPE_CHECKING:
    from offline_collect.wire.dialects.schema import Section
    from offline_collect.wire.layouts.kinds.tagged import Field
    from offline_collect.wire.layouts.values.scalar_file import Site

BER = "ber"
WORDS = ("tag", "length", "start", "gap", "empty", "values", "tags", HEAD)
TAG_MAX = 6
"""Maximum length of a tag: characters, digits or bytes. Errors name tags, so they must be short."""
LENGTH_DIGITS_MAX = 6
GAP_MAX = 9
VALUES = (Kind.TEXT, Kind.ANS, Kind.B)
"""The kinds that values under unlisted tags may have."""


def compile_tagged(layout: Section, _name: str, site: Site) -> Tagged:
    """Return the layout that `tagged` describes.

    Raises:
        SchemaError: it is invalid; gives file, path and reason.
    """
    inner = site.inside(".tagged")
    value = layout.take("tagged")
    section = inner.section({"tag": BER, "length": BER} if value == BER else value, WORDS)
    tag, length = _fields(section, inner)
    is_ber = isinstance(tag, BerTag)
    around = _characters(section.text("start") if section.has("start") else "", inner.inside(".start"))
    gap = section.integer("gap", 0, GAP_MAX) if section.has("gap") else 0
    tagged = Tagged(
        tag,
        length,
        _other(section, inner, Kind.B if is_ber else Kind.TEXT),
        _listed(section, inner, tag),
        start=around,
        gap=_characters(" " * gap, inner),
        empty=section.boolean("empty") if section.has("empty") else is_ber,
        head=_head(section, inner) if section.has(HEAD) else None,
    )
    return replace(tagged, digits=_digits(tagged))


def _fields(section: Section, site: Site) -> tuple[Field, Field]:
    """Return the formats of tags and lengths."""
    tag, length = section.take("tag"), section.take("length")
    if BER in {str(tag), str(length)}:
        if tag != length:
            site.fail(f"tag and length are both {BER}, or neither is")
        return BerTag(), BerLength()
    return _tag(tag, site.inside(".tag")), _length(length, site.inside(".length"))


def _tag(value: object, site: Site) -> Scalar:
    part = compile_scalar("tag", value, site, frozenset({"encoding"}))
    notation = part.notation
    if notation.prefix or notation.length > TAG_MAX or notation.kind in {Kind.XN, Kind.Z, Kind.TEXT}:
        site.fail(f"a tag has a fixed length, 1 to {TAG_MAX}, of digits, characters or bytes")
    return replace(part, pad=None)


def _length(value: object, site: Site) -> Scalar:
    part = compile_scalar("length", value, site, frozenset({"encoding"}))
    if not part.is_count or part.notation.length > LENGTH_DIGITS_MAX:
        site.fail(f"a length is a number of 1 to {LENGTH_DIGITS_MAX} digits, such as n3")
    return part


def _characters(text: str, site: Site) -> str:
    """Return the bytes of the characters around tags."""
    if not (text.isascii() and text.isprintable()):
        site.fail("must be printable ASCII")
    return coder_of(Kind.ANS, site.encodings.characters).encode(text)


def _other(section: Section, site: Site, usual: Kind) -> Scalar:
    """Return the format of values under unlisted tags."""
    kind = Kind(section.choice("values", VALUES)) if section.has("values") else usual
    return Scalar("", Notation(kind, CONTENT_MAX, prefix=LENGTH_DIGITS_MAX), coder_for(kind, site))


def _listed(section: Section, site: Site, tag: Field) -> dict[str, Scalar]:
    """Return the values with a known shape, by tag."""
    if not section.has("tags"):
        return {}
    inner = site.inside(".tags")
    rows = section.take("tags")
    if not isinstance(rows, Mapping):
        inner.fail("must map tags to shapes")
    listed: dict[str, Scalar] = {}
    for key, value in rows.items():
        place = inner.inside(f".{key}")
        try:
            tag.write(key)
        except EncodeError as error:
            reason = error.reason
        else:
            listed[key] = compile_scalar(key, value, place, VALUE_WORDS)
            continue
        place.fail(f"the tag: {reason}; quote tags of digits")
    return listed


def _head(section: Section, site: Site) -> Head:
    """Return the header before the first tag."""
    inner = site.inside(f".{HEAD}")
    head = inner.section(section.take(HEAD), ("rows", "tags", "bytes"))
    rows = compile_rows(HEAD, head.take("rows"), inner.inside(".rows"))
    names = [head.text(word) if head.has(word) else None for word in ("tags", "bytes")]
    for name in names:
        part = rows.members.get(name) if name is not None else None
        if name is not None and not (isinstance(part, Scalar) and part.is_count):
            inner.fail(f"{name} must be a part of this head, a number")
    made = Head(rows, *names)
    try:
        made.write(0, 0)
    except EncodeError as error:
        place, reason = error.element, error.reason
    else:
        return made
    return inner.fail(f"{place} gets no valid value: {reason}")


def _digits(tagged: Tagged) -> tuple[int, int] | None:
    """Return the number of digits of tag and length if nothing else is around the values."""
    tag, length = tagged.tag, tagged.length
    if tagged.start or tagged.gap or tagged.empty or tagged.head is not None:
        return None
    if not (isinstance(tag, Scalar) and isinstance(length, Scalar)):
        return None
    plain = tag.notation.kind is Kind.N and tag.coder.plain and length.coder.plain
    return (tag.notation.length, length.notation.length) if plain else None
