"""Reads most lines of fixed-width files all fields together, by one pattern: what does not fit is left to each field."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import NamedTuple

from offline_collect.files.errors import FixedFieldError
from offline_collect.files.fixed_width.field_types import FieldValue, Plain


class PlainLine(NamedTuple):
    """How a line is read, all fields together.

    Attributes:
        pattern: of the whole line as Latin-1 has it; a group for each field.
        keys: of the fields, in their order.
        reads: key, group (from 0) and reader of those whose text is not their value (``field_types.Plain``).
    """

    pattern: re.Pattern[str]
    keys: tuple[str, ...]
    reads: tuple[tuple[str, int, Callable[[str], FieldValue]], ...]


def plain_line(fields: Mapping[str, Plain]) -> PlainLine:
    """Return how lines of these fields are read, by the fields' keys in their order."""
    reads = ((key, group, plain.read) for group, (key, plain) in enumerate(fields.items()))
    return PlainLine(
        re.compile("".join(f"({plain.pattern})" for plain in fields.values())),
        tuple(fields),
        tuple((key, group, read) for key, group, read in reads if read is not None),
    )


def plain_values(plain: PlainLine, raw: bytes) -> Mapping[str, FieldValue] | None:
    """Return the values of a line that fits as a whole; None if its fields have to be read one by one."""
    found = plain.pattern.fullmatch(raw.decode("latin-1"))
    if found is None:
        return None
    texts = found.groups()
    values: dict[str, FieldValue] = dict(zip(plain.keys, texts, strict=True))
    try:
        for key, group, read in plain.reads:
            values[key] = read(texts[group])
    except FixedFieldError:
        return None
    return values
