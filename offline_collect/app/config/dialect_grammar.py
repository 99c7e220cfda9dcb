"""Holds a dialect file against the grammar that editors use, `schemas/dialect.schema.json`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import best_match

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
        raise SchemaError(file, ".".join(str(step) for step in error.absolute_path), error.message)


@cache
def _validator() -> Draft202012Validator:
    grammar = json.loads(data_file(GRAMMAR).read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(grammar)
    return Draft202012Validator(grammar)


def _as_json(values: object) -> Any:
    """The same with keys of text: YAML has numbers as keys, JSON has not."""
    if isinstance(values, Mapping):
        return {str(key): _as_json(value) for key, value in values.items()}
    return [_as_json(value) for value in values] if isinstance(values, list) else values
