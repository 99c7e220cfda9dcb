"""Says on which line of a scenario's file each of its places is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import yaml

from offline_collect_terminal.errors import ScenarioError


def lines_of(text: str) -> dict[str, int]:
    """Return the line, from 1, of each place of a YAML text: ``steps[3].expect.code``.

    What an alias repeats is not entered again: its lines are those of the anchor's place.

    Raises:
        YAMLError: the text is not YAML.
    """
    root = yaml.compose(text, Loader=yaml.SafeLoader)
    return {} if root is None else dict(_lines(root, "", set()))


def _lines(node: yaml.Node, path: str, seen: set[int]) -> Iterator[tuple[str, int]]:
    if id(node) in seen:
        return
    seen.add(id(node))
    inner: list[tuple[str, yaml.Node, yaml.Node]] = []
    if isinstance(node, yaml.MappingNode):
        inner = [
            (f"{path}.{key.value}" if path else str(key.value), key, value)
            for key, value in node.value
            if isinstance(key, yaml.ScalarNode)
        ]
    elif isinstance(node, yaml.SequenceNode):
        inner = [(f"{path}[{index}]", value, value) for index, value in enumerate(node.value)]
    for place, at, value in inner:
        yield place, at.start_mark.line + 1
        yield from _lines(value, place, seen)


def line_of(path: str, lines: Mapping[str, int]) -> int | None:
    """Return the line of a place, or of the nearest place around it; None if neither is known."""
    while path:
        if path in lines:
            return lines[path]
        path = path[: max(path.rfind("."), path.rfind("["), 0)]
    return None


def located(error: ScenarioError, lines: Mapping[str, int]) -> ScenarioError:
    """Return an error with the line of its place."""
    return ScenarioError(error.file, error.path, error.reason, line_of(error.path, lines))
