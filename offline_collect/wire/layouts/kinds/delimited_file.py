"""Compiles layouts with separators: `delimited: {separator: "|", rows: […]}`, or with `equals` for pairs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from offline_collect.wire.elements.notation import Kind, Notation
from offline_collect.wire.layouts.kinds.delimited import KEY_MAX, Delimiting, Pairs, Positions
from offline_collect.wire.layouts.kinds.fixed_file import one_part
from offline_collect.wire.layouts.parts import CONTENT_MAX
from offline_collect.wire.layouts.values.encodings import may_hold
from offline_collect.wire.layouts.values.scalar import Scalar
from offline_collect.wire.layouts.values.scalar_file import TEXT_WORDS, coder_for, compile_scalar

if TYPE_CHECKING:
    from offline_collect.wire.dialects.schema import Section
    from offline_collect.wire.layouts.values.scalar_file import Site

WORDS = ("separator", "rows", "equals", "keys")
DELIMITER_MAX = 4
"""Maximum characters of a separator."""
_NARROW_KINDS = frozenset({Kind.A, Kind.N, Kind.AN, Kind.B, Kind.XN, Kind.Z})
"""Kinds whose characters a separator must not have; values of other kinds are refused if they contain it."""


def compile_delimited(layout: Section, _name: str, site: Site) -> Positions | Pairs:
    """Return the layout that `delimited` describes.

    Raises:
        SchemaError: it is invalid; gives file, path and reason.
    """
    inner = _in_characters(site.inside(".delimited"))
    section = inner.section(layout.take("delimited"), WORDS)
    if section.has("equals") is section.has("rows"):
        inner.fail("must have rows, or equals for keys")
    delimiting = Delimiting(_delimiter(section, "separator"), coder_for(Kind.TEXT, inner))
    if section.has("equals"):
        return _pairs(section, delimiting, inner)
    if section.has("keys"):
        section.fail("is allowed with equals only", "keys")
    return Positions(delimiting, _rows(section, delimiting, inner))


def _in_characters(site: Site) -> Site:
    """All parts are characters, as the whole content is decoded before it is split."""
    ebcdic = site.encodings.characters == "ebcdic"
    text = "ebcdic" if ebcdic else site.encodings.text
    encodings = replace(site.encodings, text=text, characters="ascii", numeric="ascii", binary="hex")
    return replace(site, encodings=encodings)


def _delimiter(section: Section, key: str) -> str:
    delimiter = section.text(key)
    if len(delimiter) > DELIMITER_MAX or not delimiter.isascii() or any(map(str.isalnum, delimiter)):
        section.fail(f"must be 1 to {DELIMITER_MAX} ASCII characters, none of them a letter or digit", key)
    return delimiter


def _rows(section: Section, delimiting: Delimiting, site: Site) -> tuple[Scalar, ...]:
    parts: dict[str, Scalar] = {}
    missing = ""
    for index, row in enumerate(section.items("rows")):
        name, value, place = one_part(row, site.inside(f".rows[{index}]"))
        part = _part(name, value, place, delimiting)
        if name in parts:
            place.fail(f"{name} is there twice")
        if missing and not part.optional:
            place.fail(f"{missing} before it is optional, so this must be optional too")
        missing = name if part.optional else ""
        parts[name] = part
    if not parts:
        section.fail("must be a list of parts", "rows")
    return tuple(parts.values())


def _pairs(section: Section, delimiting: Delimiting, site: Site) -> Pairs:
    equals = _delimiter(section, "equals")
    if equals in delimiting.separator or delimiting.separator in equals:
        section.fail("must differ from the separator", "equals")
    other = Scalar("", Notation(Kind.TEXT, CONTENT_MAX, prefix=6), delimiting.coder)
    pairs = Pairs(delimiting, equals, other, {})
    if not section.has("keys"):
        return pairs
    keys = section.take("keys")
    inner = site.inside(".keys")
    if not isinstance(keys, Mapping):
        inner.fail("must map keys to shapes")
    for key in keys:
        if not isinstance(key, str) or pairs.find((key,)) is None:
            inner.fail(f"the key {key} must be 1 to {KEY_MAX} characters of text without separators")
    listed = {
        key: _part(key, value, inner.inside(f".{key}"), delimiting, frozenset())
        for key, value in keys.items()
    }
    return Pairs(delimiting, equals, other, listed)


def _part(
    name: str,
    value: object,
    site: Site,
    delimiting: Delimiting,
    words: frozenset[str] = TEXT_WORDS,
) -> Scalar:
    part = compile_scalar(name, value, site, words)
    narrow = part.notation.kind in _NARROW_KINDS and any(
        may_hold(part.notation.kind, character) for character in delimiting.separator
    )
    if narrow or any(delimiting.separator in constant for constant in (part.must, part.send) if constant):
        site.fail("its values may contain the separator")
    return part
