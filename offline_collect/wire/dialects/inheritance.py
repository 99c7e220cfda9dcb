"""`like`: a dialect says only what differs from another one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

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
    chain: list[Mapping[Any, Any]] = []
    names: list[object] = []
    while isinstance(values, Mapping):
        values = in_new_words(values, file)
        chain.append(values)
        names.append(values.get("name"))
        like = values.get("like")
        if like is None:
            break
        if not isinstance(like, str):
            raise SchemaError(file, "like", "must be the name of a dialect")
        if like in names:
            way = " -> ".join(str(name) for name in [*names, like])
            raise SchemaError(file, "like", f"leads back to {like}: {way}")
        values, file = _read(like, file, read)
    else:
        return values
    merged: dict[Any, Any] = {}
    for each in reversed(chain):
        merged = _merged(merged, each)
    merged.pop("like", None)
    return merged


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
