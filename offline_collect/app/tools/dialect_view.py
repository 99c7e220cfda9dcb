"""A dialect as a whole: what its file says, what `like` brings, and the defaults of the rest, each with its source."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import yaml
from wcwidth import wcswidth

from offline_collect.app.config.schemas import Schemas
from offline_collect.app.errors import AppError
from offline_collect.wire.dialects.dialect import Dialect
from offline_collect.wire.dialects.inheritance import Layer, whole
from offline_collect.wire.elements.notation import Kind
from offline_collect.wire.errors import WireError

DEFAULT = "default"
_ORDER = (
    "name",
    "version",
    "frame",
    "encoding",
    "bitmaps",
    "elements",
    "sent",
    "amounts",
    "identity",
    "original",
)
_COMMENT_AT = 60
"""Sources stand in one column, unless a value is longer."""

Steps = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Summary:
    """One line of the list of dialects.

    Attributes:
        like: the dialect that it is like.
        length: the kind of length of its frames.
        problem: why it cannot be used; None if it can.
    """

    name: str
    file: str
    like: str = ""
    length: str = ""
    elements: int = 0
    problem: str | None = None


def summaries(schemas: Schemas) -> Iterator[Summary]:
    """Return every dialect; one that cannot be used says why."""
    for name in schemas.dialect_names():
        file = str(schemas.path(f"dialects/{name}"))
        try:
            values, file = schemas.read(f"dialects/{name}")
            dialect = schemas.dialect(name)
        except (AppError, WireError) as error:
            yield Summary(name, file, problem=str(error))
        else:
            yield Summary(name, file, values.get("like") or "", dialect.frame.length, len(dialect.elements))


def render_dialect(schemas: Schemas, name: str) -> str:
    """Return a whole dialect as YAML that says the same; a comment behind each value names its source.

    Raises:
        AppError, WireError: there is no such dialect, or it is invalid.
    """
    dialect = schemas.dialect(name)
    values, file = schemas.read(f"dialects/{name}")
    found = schemas.layers(values, file)
    said: Any = whole(values, file, schemas.other_dialect)
    shown = _together(_defaults(dialect), said)
    head = [f"# {layer.name}: {layer.file}" for layer in found]
    return "\n".join([*head, *_lines(_ordered(shown), found, ())])


def _ordered(values: Mapping[Any, Any]) -> dict[Any, Any]:
    known = [word for word in _ORDER if word in values]
    return {word: values[word] for word in [*known, *(word for word in values if word not in known)]}


def _together(defaults: Mapping[Any, Any], said: Mapping[Any, Any]) -> dict[Any, Any]:
    both = dict(said)
    for key, value in defaults.items():
        if key not in said:
            both[key] = value
        elif isinstance(value, Mapping) and isinstance(said[key], Mapping):
            both[key] = _together(value, said[key])
    return both


def _lines(values: Mapping[Any, Any], found: Sequence[Layer], above: Steps) -> Iterator[str]:
    indent = "  " * len(above)
    for key, value in values.items():
        steps = (*above, key)
        if isinstance(value, Mapping) and value:
            yield f"{indent}{flow(key)}:"
            yield from _lines(value, found, steps)
        else:
            line = f"{indent}{flow(key)}: {flow(value)}"
            yield f"{line}{' ' * max(_COMMENT_AT - wcswidth(line), 2)}# {_origin(found, steps)}"


def flow(value: object) -> str:
    """Return a value as YAML on one line; digits that are text are always quoted."""
    if isinstance(value, str) and value.isdigit():
        return f'"{value}"'
    text = yaml.safe_dump(
        value, default_flow_style=True, allow_unicode=True, sort_keys=False, width=1_000_000
    )
    return text.removesuffix("...\n").strip()


def _origin(found: Sequence[Layer], steps: Steps) -> str:
    """Return the name of the nearest dialect that says a value."""
    for layer in found:
        node: object = layer.values
        for step in steps:
            if isinstance(node, str) and step == "is":
                break
            node = node.get(step) if isinstance(node, Mapping) else None
        if node is not None:
            return layer.name
    if steps[0] == "response_codes" and any(
        "default" in (layer.values.get(steps[0]) or {}) for layer in found
    ):
        return "response_codes.default"
    return DEFAULT


def _defaults(dialect: Dialect) -> dict[str, Any]:
    """Return the words that a file need not say, with the values that they have in this dialect."""
    encoding, frame = dialect.encoding, dialect.frame
    has = dialect.elements.keys()
    words: dict[str, Any] = {
        "version": dialect.version,
        "frame": {"length_includes": sorted(frame.length_includes), "length_max": frame.length_max},
        "encoding": {
            "mti": encoding.mti,
            "bitmap": encoding.bitmap,
            "numeric": encoding.numeric,
            "prefix": encoding.prefix,
            "binary": encoding.binary,
            "characters": encoding.characters,
            "text": encoding.charset,
        },
        "bitmaps": dialect.bitmaps,
        "sent": _sent(dialect),
        "response_codes": {code.name: value for code, value in dialect.response_codes.items()},
        "processing_codes": dict(dialect.processing_codes),
        "network_codes": {function.name: value for function, value in dialect.network_codes.items()},
        "reversal_reasons": _reasons(dialect),
    }
    mac = dialect.mac
    words["mac"] = {
        "algorithm": str(mac.algorithm),
        "over": "message" if mac.over is None else list(mac.over),
        "padding": str(mac.padding),
        "shown": str(mac.shown),
        "bytes": mac.size,
    }
    keys = dialect.keys
    words["keys"] = {"form": str(keys.form), "check_digits": keys.check_digits}
    # Elements that are missing are nowhere to be put; a file cannot name them.
    if all(number in has and dialect.elements[number].kind is Kind.TEXT for number in dialect.records):
        words["records"] = list(dialect.records)
    if has >= set(dialect.identity):
        words["identity"] = list(dialect.identity)
    if dialect.original.element in has:
        rows = dialect.original.rows
        words["original"] = {
            "in": dialect.original.element,
            "fixed": [{row.element or "mti": f"n{'.' * row.prefix}{row.length}"} for row in rows],
        }
    words |= {
        word: dict(places)
        for word, places in (("always", dialect.always), ("decline", dialect.decline))
        if has >= places.keys()
    }
    return words


def _sent(dialect: Dialect) -> dict[str, Any]:
    sent = dialect.sent
    if not sent.element:
        return {"from": "none"}
    return {"from": sent.element, "zone": "local" if sent.local else "utc", "as": sent.form}


def _reasons(dialect: Dialect) -> dict[str, str]:
    response = dialect.elements.get(39)
    width = 2 if response is None else response.length
    return {reason.name: code for code, reason in dialect.reversal_reasons.items() if len(code) == width}
