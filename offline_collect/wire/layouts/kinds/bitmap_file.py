"""Compiles layouts with a bitmap: `bitmap: {bits: 64, parts: {2: n..32, 3: ans...50}}`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from offline_collect.wire.elements.notation import Kind, Notation
from offline_collect.wire.layouts.kinds.bitmap import Bitmapped
from offline_collect.wire.layouts.values.encodings import coder_of
from offline_collect.wire.layouts.values.scalar import Scalar
from offline_collect.wire.layouts.values.scalar_file import BIT_WORDS, compile_scalar

if TYPE_CHECKING:
    from offline_collect.wire.dialects.schema import Section
    from offline_collect.wire.layouts.values.scalar_file import Site

BITS_MAX = 192
BITS = 64


def compile_bitmap(layout: Section, _name: str, site: Site) -> Bitmapped:
    """Return the layout that `bitmap` describes.

    Raises:
        SchemaError: it is invalid; gives file, path and reason.
    """
    section = site.inside(".bitmap").section(layout.take("bitmap"), ("bits", "parts"))
    bits = section.integer("bits", 8, BITS_MAX) if section.has("bits") else BITS
    if bits % 8:
        section.fail("must be a multiple of 8", "bits")
    inner = site.inside(".bitmap.parts")
    rows = section.take("parts")
    if not isinstance(rows, Mapping) or not rows:
        inner.fail("must map bits to shapes")
    parts = {_bit(key, bits, inner): _part(key, value, inner) for key, value in rows.items()}
    coder = coder_of(Kind.B, site.encodings.bitmap)
    return Bitmapped(Scalar("bitmap", Notation(Kind.B, bits // 8), coder), parts)


def _bit(key: object, bits: int, site: Site) -> int:
    if isinstance(key, bool) or not isinstance(key, int) or not 1 <= key <= bits:
        site.fail(f"{key} must be a bit, 1 to {bits}, unquoted")
    return key


def _part(key: object, value: object, site: Site) -> Scalar:
    return compile_scalar(str(key), value, site.inside(f".{key}"), BIT_WORDS)
