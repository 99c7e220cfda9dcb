"""Further columns of a file, which no column of a layout takes: bills keep them as details."""

from __future__ import annotations

from collections.abc import Mapping

from offline_collect.files.columns.layout import Column, Layout
from offline_collect.files.columns.slices import Found, is_sum
from offline_collect.files.columns.values import PARSERS


def extras_of(layout: Layout, unknown: Mapping[int, str], *, beside_months: bool) -> tuple[Found, ...]:
    """Return the further columns that are kept: the first of each title, as many and as long as the layout allows."""
    bounds = layout.extras
    if bounds is None:
        return ()
    kept: dict[str, int] = {}
    for place, title in unknown.items():
        if beside_months and is_sum(title, layout):
            continue
        if len(title) <= bounds.label_most and len(kept) < bounds.most:
            kept.setdefault(title, place)
    return tuple(
        Found(Column(title, title, PARSERS["text"], most=bounds.value_most, cuts=True), place, title)
        for title, place in kept.items()
    )
