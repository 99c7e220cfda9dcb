"""Compiles and validates one layout of a dialect; a layout that cannot work stops start-up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING

from offline_collect.wire.layouts.kinds.bitmap_file import compile_bitmap
from offline_collect.wire.layouts.kinds.delimited_file import compile_delimited
from offline_collect.wire.layouts.kinds.fixed_file import REST, compile_fixed
from offline_collect.wire.layouts.kinds.tagged_file import compile_tagged
from offline_collect.wire.layouts.layout import Layout
from offline_collect.wire.layouts.values.scalar_file import Encodings, Site, part_name

if TYPE_CHECKING:
    from collections.abc import Callable

    from offline_collect.wire.dialects.schema import Section
    from offline_collect.wire.layouts.parts import Body

KINDS: MappingProxyType[str, Callable[[Section, str, Site], Body]] = MappingProxyType(
    {
        "fixed": compile_fixed,
        "tagged": compile_tagged,
        "delimited": compile_delimited,
        "bitmap": compile_bitmap,
    },
)
"""The kinds of layouts and their compilers."""


def compile_layout(
    name: str,
    values: object,
    *,
    defaults: Mapping[str, str] = MappingProxyType({}),
    file: str,
    path: str = "",
) -> Layout:
    """Return the layout that a dialect's mapping describes.

    Args:
        name: its name in the dialect.
        values: the mapping read from YAML: `{fixed: […]}`.
        defaults: the dialect's `encoding`: `text` is a charset, `characters` is `ascii` or `ebcdic`.
        file: name of the dialect's file, for error messages.
        path: path of the mapping in the file; `layouts.NAME` if it is not given.

    Raises:
        SchemaError: the mapping is invalid; gives file, path and reason.
    """
    site = Site(file, path or f"layouts.{name}", Encodings.of_dialect(defaults))
    part_name(name, site)
    section = site.section(values, ("encoding", REST, *KINDS))
    kinds = [kind for kind in KINDS if section.has(kind)]
    if len(kinds) != 1:
        site.fail(f"must be one of {', '.join(KINDS)}")
    if section.has("encoding"):
        encodings = site.encodings.of_layout(section.take("encoding"), site.inside(".encoding"))
        site = replace(site, encodings=encodings)
    if section.has(REST) and kinds != ["fixed"]:
        section.fail("is allowed with fixed only", REST)
    return Layout(name, KINDS[kinds[0]](section, name, site))
