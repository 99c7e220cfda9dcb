"""``offline-collect-terminal run --list``: the shipped scenarios, and what each needs."""

from __future__ import annotations

import json
from typing import TypedDict

from rich.console import Console

from offline_collect_terminal.cli.run import SCENARIOS, all_templates
from offline_collect_terminal.scenario.reader import load_scenario


class Row(TypedDict):
    """What is listed of a scenario; the keys are those of the JSON."""

    name: str
    title: str
    by_default: bool
    dialects: list[str]
    data: list[str]


def list_scenarios(console: Console, *, as_json: bool) -> None:
    """Print the name, title and data of each shipped scenario; those that ``run`` plays by default come first."""
    templates = all_templates(None)
    read = [(file, load_scenario(file, templates)) for file in SCENARIOS.rglob("*.yaml")]
    read.sort(key=lambda one: (one[0].parent != SCENARIOS, one[1].order, one[0]))
    rows: list[Row] = [
        {
            "name": file.relative_to(SCENARIOS).with_suffix("").as_posix(),
            "title": scenario.title,
            "by_default": file.parent == SCENARIOS,
            "dialects": list(scenario.dialects),
            "data": list(scenario.data),
        }
        for file, scenario in read
    ]
    if as_json:
        print(json.dumps(rows, ensure_ascii=False, indent=2))  # noqa: T201 - not wrapped, for programs
        return
    for by_default, heading in ((True, "Played by default:"), (False, "Played by name:")):
        console.print(heading, style="bold")
        for row in rows:
            if row["by_default"] is by_default:
                _print_row(console, row)


def _print_row(console: Console, row: Row) -> None:
    console.print(f"  {row['name']!s:24} {row['title']}", highlight=False, markup=False, soft_wrap=True)
    needs = [f"dialect {name}" for name in row["dialects"]] + row["data"]
    for need in needs:
        console.print(f"{'':27}{need}", style="dim", highlight=False, markup=False, soft_wrap=True)
