"""Every problem of a dialect file at once, where start-up names the first one only."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from copy import deepcopy
from pathlib import Path
from typing import Any

from offline_collect.app.config.dialect_grammar import grammar_problems
from offline_collect.app.config.schemas import Schemas
from offline_collect.app.config.yaml import read_yaml
from offline_collect.app.errors import AppError
from offline_collect.server.connections.translator import Translator
from offline_collect.wire.dialects.dialect import Dialect
from offline_collect.wire.dialects.dialect_file import compile_dialect
from offline_collect.wire.dialects.inheritance import in_its_file, whole
from offline_collect.wire.errors import SchemaError, WireError
from offline_collect.wire.messages.message_set.routing import Router
from offline_collect.wire.messages.requests.reader import LinkTerms

ROUNDS_MAX = 200
"""So many problems are enough for one reading."""

_STANDARD = "dialects/iso87"
_NEEDED: Mapping[str, Any] = {"name": "unnamed", "frame": {"length": "binary2"}, "frame.length": "binary2"}
"""What stands in for words that a file must have."""


class DialectProblemsError(AppError):
    """A dialect file is invalid: a line for each problem, with file, path and reason."""


def read_dialect(schemas: Schemas, path: Path) -> Dialect:
    """Return the dialect of a file that may be anywhere.

    Raises:
        DialectProblemsError: it is invalid; names every problem.
        YamlError: it cannot be read.
    """
    values, file = read_yaml(path), str(path)
    problems = find_problems(schemas, values, file)
    if problems:
        raise DialectProblemsError("\n".join(map(str, problems)))
    return schemas.compiled(values, file)


def find_problems(schemas: Schemas, values: object, file: str) -> list[SchemaError]:
    """Return all problems of a dialect file."""
    try:
        found = schemas.layers(values, file)
        merged = whole(values, file, schemas.other_dialect)
    except SchemaError as error:
        return [error]
    problems = [in_its_file(error, found) for error in _compiled(schemas, merged, file)]
    paths = [problem.path for problem in problems]
    problems += [
        problem
        for problem in grammar_problems(values, file)
        # The compiler says better what is wrong, unknown words included.
        if not any(_one_in_the_other(problem.path, path) for path in paths) and (problem.path or not paths)
    ]
    stem = Path(file).stem
    if isinstance(merged, Mapping) and isinstance(merged.get("name"), str) and merged["name"] != stem:
        reason = f"is {merged['name']}, but the file is named {Path(file).name}"
        problems.append(SchemaError(file, "name", reason))
    return problems


def why_no_link(schemas: Schemas, dialect: Dialect) -> str | None:
    """Return why no link can speak a valid dialect; None if links can."""
    terms = LinkTerms("check", 10_000, dt.UTC, frozenset({"1"}))
    try:
        Translator(schemas.message_set(), dialect, terms)
    except WireError as error:
        return str(error)
    return None


def not_carried(schemas: Schemas, dialect: Dialect) -> tuple[str, ...]:
    """Return the messages of the message set that a dialect lacks elements for.

    Raises:
        SchemaError: no link can speak the dialect.
    """
    return Router(schemas.message_set(), dialect).missing


def _compiled(schemas: Schemas, merged: object, file: str) -> Iterator[SchemaError]:
    """Compile again and again, each time without what was wrong, until nothing is."""
    rest = deepcopy(merged)
    told: set[str] = set()
    for _ in range(ROUNDS_MAX):
        try:
            compile_dialect(rest, file)
        except SchemaError as error:
            if error.path not in told:
                told.add(error.path)
                yield error
            if not isinstance(rest, dict) or not _mend(schemas, rest, error.path):
                return
        else:
            return


def _mend(schemas: Schemas, values: dict[Any, Any], path: str) -> bool:
    """Take out what is at a path, or put something valid in its place, so that what follows can be read."""
    if path in _NEEDED:
        _put_needed(values, path)
        return True
    word, _, rest = path.partition(".")
    word = word.partition("[")[0]
    # Without one of its messages a dialect would have problems of which its file knows nothing.
    if word not in values or word == "messages":
        return False
    inner, key = values[word], _key(values[word], rest)
    if key is None:
        del values[word]
    elif word == "elements" and inner[key] != (shape := _standard_shape(schemas, key)) and shape is not None:
        inner[key] = shape
    else:
        del inner[key]
    return True


def _put_needed(values: dict[Any, Any], path: str) -> None:
    word, _, key = path.partition(".")
    if not key:
        values[word] = _NEEDED[path]
    elif isinstance(values.get(word), dict):
        values[word][key] = _NEEDED[path]
    else:
        values[word] = dict(_NEEDED[word])


def _key(section: object, rest: str) -> Any:
    """Return the key of a section that a path begins with; None if there is none."""
    name = rest.partition(".")[0].partition("[")[0]
    keys = section if isinstance(section, dict) else {}
    return next((key for key in keys if str(key) == name), None)


def _standard_shape(schemas: Schemas, number: object) -> Any:
    shapes, _ = schemas.read(_STANDARD)
    return shapes["elements"].get(number)


def _one_in_the_other(one: str, other: str) -> bool:
    short, long = sorted((one, other), key=len)
    return short == long or (bool(short) and long.startswith(short) and long[len(short)] in ".[")
