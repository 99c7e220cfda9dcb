"""Checks data that people write, such as layouts and tables of codes, by strict models."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from offline_collect.files.errors import LayoutError


class StrictModel(BaseModel):
    """A model that refuses unknown keys, and takes no text for a number."""

    model_config = ConfigDict(extra="forbid", strict=True)


Model = TypeVar("Model", bound=StrictModel)


def checked(model: type[Model], mapping: Mapping[str, Any], source: str) -> Model:
    """Return data as its model.

    Args:
        source: the file's name, for errors.

    Raises:
        LayoutError: it does not fit; names the place in ``source`` and the reason.
    """
    try:
        return model.model_validate(mapping)
    except ValidationError as found:
        first = found.errors(include_url=False, include_context=False)[0]
        path = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in first["loc"])
        raise LayoutError(f"{source}: {path.removeprefix('.') or 'top'}: {first['msg']}") from None
