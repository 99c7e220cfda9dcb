"""Words of dialect files before `like` and the standard's notation; they are understood for one more version.

`docs/dialects.md` lists them with the words that say the same now.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NoReturn

from offline_collect.wire.errors import SchemaError

TPDU = (
    {"name": "TPDU", "bytes": 1, "send": "60"},
    {"name": "destination", "bytes": 2, "reply": "source", "send": "0000"},
    {"name": "source", "bytes": 2, "reply": "destination", "send": "0000"},
)
_ELEMENT_KEYS = frozenset({"number", "kind", "length", "prefix", "name"})
_PREFIX_MAX = 3


def in_new_words(values: Mapping[Any, Any], file: str) -> dict[Any, Any]:
    """Return a dialect's mapping with its older words replaced.

    Raises:
        SchemaError: an older word and the new one that says the same are both there, or an older one has a
            value that it never had.
    """
    new = dict(values)
    _frame(new, file)
    _encoding(new, file)
    _transmission_time(new, file)
    if isinstance(new.get("elements"), list):
        new["elements"] = _elements(new["elements"], file)
    return new


def _frame(values: dict[Any, Any], file: str) -> None:
    if not isinstance(values.get("frame"), Mapping):
        return
    frame = dict(values["frame"])
    values["frame"] = frame
    if _flag(frame, "length_includes_header", "length_includes", file):
        frame["length_includes"] = ["length", "header"]
    if _flag(frame, "tpdu", "header", file):
        frame["header"] = [dict(row) for row in TPDU]


def _flag(frame: dict[Any, Any], old: str, new: str, file: str) -> bool:
    if old not in frame:
        return False
    flag = frame.pop(old)
    if not isinstance(flag, bool):
        _fail(file, f"frame.{old}", "must be true or false")
    _refuse_both(frame, old, new, file, "frame.")
    return flag


def _encoding(values: dict[Any, Any], file: str) -> None:
    encoding = values.get("encoding")
    if isinstance(encoding, Mapping) and "charset" in encoding:
        _refuse_both(encoding, "charset", "text", file, "encoding.")
        values["encoding"] = {"text" if key == "charset" else key: value for key, value in encoding.items()}


def _transmission_time(values: dict[Any, Any], file: str) -> None:
    if "transmission_time" not in values:
        return
    zone = values.pop("transmission_time")
    if zone not in ("utc", "local"):
        _fail(file, "transmission_time", "must be one of utc, local")
    _refuse_both(values, "transmission_time", "sent", file)
    values["sent"] = {"zone": zone}


def _elements(rows: list[Any], file: str) -> dict[int, str]:
    elements: dict[int, str] = {}
    for index, row in enumerate(rows):
        path = f"elements[{index}]"
        number = _checked_row(row, path, file)
        if number in elements:
            _fail(file, f"{path}.number", f"element {number} is there twice")
        elements[number] = f"{row['kind']}{'.' * row.get('prefix', 0)}{row['length']} {row['name']}"
    return elements


def _checked_row(row: Any, path: str, file: str) -> int:
    """Return the number of an element whose row can be put in the standard's notation."""
    if not isinstance(row, Mapping):
        _fail(file, path, "must be a mapping")
    unknown = sorted(map(str, row.keys() - _ELEMENT_KEYS))
    if unknown:
        _fail(file, f"{path}.{unknown[0]}", f"unknown key; known here: {', '.join(sorted(_ELEMENT_KEYS))}")
    for key in ("number", "kind", "length", "name"):
        if key not in row:
            _fail(file, f"{path}.{key}", "missing")
    for key, most in (("number", 128), ("length", 999), ("prefix", _PREFIX_MAX)):
        number = row.get(key, 1)
        if isinstance(number, bool) or not isinstance(number, int) or not 1 <= number <= most:
            _fail(file, f"{path}.{key}", f"must be a whole number from 1 to {most}")
    return int(row["number"])


def _refuse_both(values: Mapping[Any, Any], old: str, new: str, file: str, path: str = "") -> None:
    if new in values:
        _fail(
            file,
            f"{path}{old}",
            f"is an older word for {path}{new}, which is there too; keep {path}{new} only",
        )


def _fail(file: str, path: str, reason: str) -> NoReturn:
    raise SchemaError(file, path, reason)
