"""docs/day-end.md: its tables of fields say what the layouts say."""

import re
from pathlib import Path

import pytest

from tests.files.fixed_width.layouts import NAMES, content

PAGE = (Path(__file__).parents[2] / "docs" / "day-end.md").read_text(encoding="utf-8")
TYPES = {"moment": "date and time"}


def what(field):
    parts = [
        f"always `{field['value']}`"
        if field["type"] == "constant"
        else TYPES.get(field["type"], field["type"])
    ]
    parts += ["may be blank"] * field.get("optional", False) + ["cut if too long"] * field.get("cut", False)
    stated = "number of details" if "counts" in field else f"sum of `{field.get('sums')}`"
    if "of" in field:
        stated += (
            f" with `{field['of']['field']}` {' or '.join(field['of'].get('values', ())) or 'above zero'}"
        )
    return ", ".join([*parts, *[stated] * ("counts" in field or "sums" in field)])


def rows(name):
    for record in ("header", "detail", "trailer"):
        first = 1
        for field in content(name)[record]["fields"]:
            last = first + field["width"] - 1
            yield f"| {record} | {first}-{last} | `{field['key']}` | {field['label']} | {what(field)} |"
            first = last + 1


@pytest.mark.parametrize("name", NAMES)
def test_every_field_of_a_layout_stands_in_its_table(name):
    _, _, section = PAGE.partition(f"### `{name}` {content(name)['title']}\n")
    table = [line for line in section.partition("\n##")[0].splitlines() if re.match(r"\| (?!record)\w", line)]
    assert table == list(rows(name))
