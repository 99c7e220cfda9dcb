"""Settings from the environment: ``OFFLINE_COLLECT__DATABASE__URL`` stands for ``database.url``."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from pydantic.fields import FieldInfo

from offline_collect.app.config.settings import Settings
from offline_collect.app.errors import ConfigurationError
from offline_collect.merchant.common.yaml_documents import Document, section_of

PREFIX = "OFFLINE_COLLECT__"


def overrides(environ: Mapping[str, str]) -> dict[str, str]:
    """Return the variables that override a setting, by the setting's path.

    Raises:
        ConfigurationError: a variable names no setting, or one that only the file can set.
    """
    names = sorted(name for name in environ if name.startswith(PREFIX))
    return {".".join(_path(name)): name for name in names}


def _path(variable: str) -> tuple[str, ...]:
    path = tuple(part.lower() for part in variable.removeprefix(PREFIX).split("__"))
    *sections, key = path
    model: type[Document] | None = Settings
    for section in sections:
        _refuse_list(variable, section)
        model = section_of(model, section) if model else None
    _refuse_list(variable, key)
    if model is None or key not in model.model_fields or section_of(model, key) is not None:
        raise ConfigurationError(
            f"{variable}: names no setting; OFFLINE_COLLECT__DATABASE__URL is database.url"
        )
    return path


def _refuse_list(variable: str, key: str) -> None:
    if key == "links":
        raise ConfigurationError(f"{variable}: links can only be given in the configuration file")


def with_overrides(
    values: Mapping[str, Any], paths: Mapping[str, str], environ: Mapping[str, str]
) -> dict[str, Any]:
    """Return the file's values, overridden by those of the environment.

    Args:
        values: the file's content, not checked yet.
        paths: as :func:`overrides` gives them.
        environ: the environment.
    """
    merged = dict(values)
    for path, variable in paths.items():
        *sections, key = path.split(".")
        model, place = Settings, merged
        for section in sections:
            model = section_of(model, section) or model  # type: ignore[assignment]
            place[section] = dict(place.get(section) or {})
            place = place[section]
        place[key] = _value(environ[variable], model.model_fields[key])
    return merged


def _value(text: str, field: FieldInfo) -> Any:
    """Return the text as the setting's type; an invalid text is left for the later check to refuse."""
    kinds = {field.annotation, *getattr(field.annotation, "__args__", ())}
    if type(None) in kinds and text == "null":
        return None
    if int in kinds and re.fullmatch("-?[0-9]{1,18}", text):
        return int(text)
    return {"true": True, "false": False}.get(text, text) if bool in kinds else text
