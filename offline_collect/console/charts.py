"""Pictures of figures as SVG, which the style sheet colours: light, dark and printed alike."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pygal
from markupsafe import Markup

# pygal looks for plug-ins by a protocol of which Python warns at each import that fails; none is used here.
sys.meta_path[:] = [each for each in sys.meta_path if not isinstance(each, pygal.PluginImportFixer)]

_STEPS = 4
"""Steps of the scale of a count, at most one more."""

_LEFT_OUT = {"style", "script", "title", "desc", "defs"}
"""Elements of pygal that the console's policy refuses, or that nobody sees."""


@dataclass(frozen=True, slots=True)
class Bars:
    """A picture of bars.

    Attributes:
        title: what it shows, for those who cannot see it; the figures stand beside it as a table.
        labels: below the bars.
        values: their heights; whole numbers have a scale of whole numbers.
    """

    title: str
    labels: Sequence[str]
    values: Sequence[int | float]


def bars(picture: Bars, width: int = 640, height: int = 180) -> Markup:
    """Return a picture of bars as an ``svg`` element without styles and scripts."""
    chart: Any = pygal.Bar(
        width=width,
        height=height,
        show_legend=False,
        js=[],
        css=[],
        margin=4,
        min_scale=3,
        max_scale=5,
        range=(0, max(*picture.values, 1)) if picture.values else (0, 1),
        disable_xml_declaration=True,
    )
    chart.x_labels = list(picture.labels)
    _scale(chart, picture.values)
    chart.add("", list(picture.values))
    chart.add_xml_filter(lambda root: _plain(root, picture.title))
    return Markup(chart.render(is_unicode=True))  # noqa: S704 - made of numbers, and of texts that pygal escapes


_LONG_LABELS = 40
"""Room to the left of labels, which the style sheet writes larger than pygal knows."""


def rows(picture: Bars, width: int = 640) -> Markup:
    """Return a picture of bars that lie, for labels that are long; its ``svg`` is as tall as it has bars."""
    # From below upwards, as axes count.
    labels, values = list(reversed(picture.labels)), list(reversed(picture.values))
    chart: Any = pygal.HorizontalBar(
        width=width,
        height=60 + 28 * len(values),
        show_legend=False,
        js=[],
        css=[],
        margin=4,
        min_scale=3,
        max_scale=5,
        range=(0, max([*values, 1])),
        margin_left=_LONG_LABELS,
        disable_xml_declaration=True,
    )
    chart.x_labels = labels
    _scale(chart, values)
    chart.add("", values)
    chart.add_xml_filter(lambda root: _plain(root, picture.title))
    return Markup(chart.render(is_unicode=True))  # noqa: S704 - as above


def _scale(chart: Any, values: Sequence[int | float]) -> None:
    """Give the axis of values its numbers."""
    chart.value_formatter = lambda value: f"{value:,.10g}"
    if all(isinstance(value, int) for value in values):
        highest = int(max([*values, 1]))
        # Things that are counted have no halves.
        chart.y_labels = range(0, highest + 1, -(-highest // _STEPS))


def _plain(root: Any, title: str) -> Any:
    """Take out what the policy refuses, and say what the picture shows."""
    for parent in list(root.iter()):
        for child in list(parent):
            # A comment has a function in place of a name.
            if not isinstance(child.tag, str) or child.tag.rpartition("}")[2] in _LEFT_OUT:
                parent.remove(child)
        parent.attrib.pop("style", None)
    root.attrib.pop("id", None)
    root.attrib.update({"class": "chart", "role": "img", "aria-label": title})
    return root
