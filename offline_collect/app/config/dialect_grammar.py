"""Holds a dialect file against the grammar that editors use, `schemas/dialect.schema.json`."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError, best_match

from offline_collect.app.config.paths import data_file
from offline_collect.wire.errors import SchemaError

GRAMMAR = "schemas/dialect.schema.json"


def check_grammar(values: object, file: str) -> None:
    """Refuse a dialect file that is not of the grammar; `like` and nulls are words of it.

    Raises:
        SchemaError: it is not: file, path and reason.
    """
    error = best_match(_validator().iter_errors(_as_json(values)))
    if error is not None:
        raise _said(error, file)


def grammar_problems(values: object, file: str) -> Iterator[SchemaError]:
    """Return all that is not of the grammar, in the order of the file."""
    for error in _validator().iter_errors(_as_json(values)):
        yield _said(best_match([error]) or error, file)


def _said(error: ValidationError, file: str) -> SchemaError:
    path = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in error.absolute_path)
    return SchemaError(file, path.removeprefix("."), error.message)


@cache
def _validator() -> Draft202012Validator:
    # Whether the grammar itself is a valid schema is looked at by a test: it would take a third of a second at each start.
    return Draft202012Validator(json.loads(data_file(GRAMMAR).read_text(encoding="utf-8")))


def _as_json(values: object) -> Any:
    """The same with keys of text: YAML has numbers as keys, JSON has not."""
    if isinstance(values, Mapping):
        return {str(key): _as_json(value) for key, value in values.items()}
    return [_as_json(value) for value in values] if isinstance(values, list) else values
