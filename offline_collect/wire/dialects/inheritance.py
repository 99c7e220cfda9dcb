"""`like`: a dialect says only what differs from another one."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from offline_collect.wire.dialects.older_words import in_new_words
from offline_collect.wire.errors import SchemaError

ReadDialect = Callable[[str], tuple[object, str]]
"""Returns what the file of a dialect holds, and the file's name."""


def whole(values: object, file: str, read: ReadDialect | None = None) -> object:
    """Return a dialect's mapping together with what it takes from others; without `like`, and without nulls.

    Mappings are merged key by key, and a value of null takes a key away. A list takes the place of the other
    list, except `messages`, which are merged by their names. A mapping that meets a notation such as `n3` adds
    to it.

    Args:
        read: finds the dialect that `like` names.

    Raises:
        SchemaError: `like` names no dialect, or leads back to where it came from.
    """
    found, rest = _layers(values, file, read)
    if not isinstance(rest, Mapping):
        return rest
    merged: dict[Any, Any] = {}
    for layer in reversed(found):
        merged = _merged(merged, layer.values)
    merged.pop("like", None)
    return merged


class Layer(NamedTuple):
    """What one file says of a dialect.

    Attributes:
        values: its mapping, older words replaced.
        file: its name.
    """

    values: Mapping[Any, Any]
    file: str

    @property
    def name(self) -> str:
        """The dialect's name, as the file has it."""
        return str(self.values.get("name", self.file))


def layers(values: object, file: str, read: ReadDialect | None = None) -> list[Layer]:
    """Return what each file says of a dialect, the dialect's own first; arguments and errors as :func:`whole` has them."""
    return _layers(values, file, read)[0]


def source(found: Sequence[Layer], path: str) -> Layer | None:
    """Return the layer that says what is at a path such as `frame.header[0].bytes`; the nearest one of several.

    Of a path that no layer has to its end, it is the layer that has most of it; None if none has any.
    """
    known = [(_depth(layer.values, path), -at) for at, layer in enumerate(found)]
    depth, place = max(known, default=(0, 0))
    return found[-place] if depth else None


def in_its_file(error: SchemaError, found: Sequence[Layer]) -> SchemaError:
    """Return an error in a dialect that names the file in which the mistake is, which may be one that it is like."""
    layer = source(found, error.path)
    return error if layer is None else SchemaError(layer.file, error.path, error.reason)


def _depth(node: object, path: str) -> int:
    """Return how many characters of a path lead somewhere."""
    rest = path
    while rest:
        step = _step(node, rest)
        if step is None:
            break
        node, size = step
        rest = rest[size:]
    return len(path) - len(rest)


def _step(node: object, path: str) -> tuple[object, int] | None:
    """Return what the first step of a path leads to, and the size of that step."""
    if isinstance(node, list):
        found = re.match(r"\[(\d+)\]\.?", path)
        return None if found is None or int(found[1]) >= len(node) else (node[int(found[1])], found.end())
    if isinstance(node, Mapping):
        # A key may have a dot in it; then the longest one is meant.
        for key in sorted(map(str, node), key=len, reverse=True):
            if re.match(rf"{re.escape(key)}(?=[.\[]|$)", path):
                value = next(value for each, value in node.items() if str(each) == key)
                return value, len(key) + (path[len(key) : len(key) + 1] == ".")
    return None


def _layers(values: object, file: str, read: ReadDialect | None) -> tuple[list[Layer], object]:
    """Return the layers, and what the last file holds."""
    found: list[Layer] = []
    while isinstance(values, Mapping):
        layer = Layer(in_new_words(values, file), file)
        found.append(layer)
        like = layer.values.get("like")
        if like is None:
            break
        if not isinstance(like, str):
            raise SchemaError(file, "like", "must be the name of a dialect")
        names = [each.values.get("name") for each in found]
        if like in names:
            way = " -> ".join(str(name) for name in [*names, like])
            raise SchemaError(file, "like", f"leads back to {like}: {way}")
        values, file = _read(like, file, read)
    return found, values


def _read(name: str, file: str, read: ReadDialect | None) -> tuple[object, str]:
    if read is None:
        raise SchemaError(file, "like", f"there is no dialect {name} to be like")
    try:
        return read(name)
    except LookupError as error:
        raise SchemaError(file, "like", str(error.args[0])) from None


def _merged(base: Mapping[Any, Any], over: Mapping[Any, Any]) -> dict[Any, Any]:
    merged = dict(base)
    for key, value in over.items():
        if value is None:
            merged.pop(key, None)
        elif key == "messages":
            merged[key] = _by_name(merged.get(key), value)
        else:
            merged[key] = _value(merged.get(key), value)
    return merged


def _value(base: object, over: object) -> object:
    if not isinstance(over, Mapping):
        return over
    if isinstance(base, str):
        return _merged({"is": base}, over)
    return _merged(base if isinstance(base, Mapping) else {}, over)


def _by_name(base: object, over: object) -> object:
    """Merge lists of messages: one that is known is changed where it stands, a new one is added."""
    if not (isinstance(base, list) and isinstance(over, list)):
        return over
    merged = list(base)
    at = {_name(entry): index for index, entry in enumerate(base)}
    for entry in over:
        index = at.get(_name(entry))
        if index is None:
            merged.append(entry)
        else:
            merged[index] = _value(merged[index], entry)
    return merged


def _name(entry: object) -> object:
    return entry.get("name") if isinstance(entry, Mapping) else None
