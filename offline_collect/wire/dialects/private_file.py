"""Compiles `layouts` and `masking` of a dialect file: how private data is taken apart, and what of it is shown."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from offline_collect.domain.texts.cards import mask_cards
from offline_collect.domain.texts.text import mask_name
from offline_collect.wire.dialects.places import element_of, part_of, place_keys
from offline_collect.wire.layouts.layout_file import compile_layout
from offline_collect.wire.masking import mask_tail

if TYPE_CHECKING:
    from collections.abc import Mapping

    from offline_collect.wire.dialects.dialect import Encoding
    from offline_collect.wire.dialects.places import Place
    from offline_collect.wire.dialects.schema import Section
    from offline_collect.wire.layouts.layout import Layout
    from offline_collect.wire.layouts.masking import Rule

RULES: Mapping[str, Rule] = MappingProxyType({"show": mask_cards, "tail": mask_tail, "name": mask_name})
"""What may be shown of a value: all of it but card numbers, its last digits, or a name in part."""

NEVER_SHOWN = frozenset({2, 14, 34, 35, 36, 45, 52, 64, 96, 128})
"""Elements of cards and keys; no file may have them shown."""


def compile_layouts(root: Section, encoding: Encoding) -> Mapping[str, Layout]:
    """Return the layouts of a dialect by name."""
    if not root.has("layouts"):
        return MappingProxyType({})
    section = root.section("layouts")
    defaults = {"characters": encoding.characters, "text": encoding.charset}
    return MappingProxyType(
        {
            name: compile_layout(name, section.take(name), defaults=defaults, file=root.file)
            for name in section.keys()  # noqa: SIM118 - not a mapping
        }
    )


def compile_masking(root: Section, layouts: Mapping[str, Layout]) -> Mapping[Place, Rule]:
    """Return what is shown of values, by place; all others of a layout are hidden."""
    if not root.has("masking"):
        return MappingProxyType({})
    section = root.section("masking")
    rules: dict[Place, Rule] = {}
    for place in place_keys(section):
        if element_of(place) in NEVER_SHOWN:
            section.fail("data of cards and keys is never shown", place)
        path = part_of(place)
        if path and not any(layout.has(path) for layout in layouts.values()):
            section.fail(f"no layout has a part {path}", place)
        rules[place] = RULES[section.choice(place, tuple(RULES))]
    return MappingProxyType(rules)
