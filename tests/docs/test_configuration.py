"""docs/configuration.md agrees with the models."""

import json
import re
import typing

import pytest

from offline_collect.app.config.link_settings import LinkSettings
from offline_collect.app.config.settings import Settings
from offline_collect.app.observability.metrics import Metrics
from offline_collect.merchant.common.yaml_documents import section_of
from tests.support.tree import ROOT

DOCUMENT = (ROOT / "docs" / "configuration.md").read_text(encoding="utf-8")
ROWS = {found[1]: found[0] for found in re.finditer(r"^\| `([^`]+)` \|.*$", DOCUMENT, re.MULTILINE)}
DEFAULTS = Settings(links=(LinkSettings(),)).model_dump(mode="json")


REQUIRED = object()
"""Stands for the default of a key that has none."""


def defaults_of(model):
    """The defaults of a section that may be left out."""
    return {
        name: REQUIRED if field.is_required() else field.default for name, field in model.model_fields.items()
    }


def documented(model, values, path=""):
    for name, field in model.model_fields.items():
        section = section_of(model, name)
        if section is LinkSettings:
            yield from documented(section, values[name][0])
        elif section is not None and values[name] is None:
            yield f"{path}{name}", field, None
            yield from documented(section, defaults_of(section), f"{path}{name}.")
        elif section is not None:
            yield from documented(section, values[name], f"{path}{name}.")
        else:
            yield f"{path}{name}", field, values[name]


SETTINGS = {path: (field, default) for path, field, default in documented(Settings, DEFAULTS)}
METRICS = {
    family.name + ("_total" if family.type == "counter" else ""): family.documentation
    for family in Metrics().registry.collect()
    if family.name.startswith("offline_collect")
}


def values_of(field):
    """The values that a setting may have, as the document writes them; '' if its meaning gives them."""
    bounds = {
        name: getattr(part, name) for part in field.metadata for name in ("ge", "le") if hasattr(part, name)
    }
    if bounds:
        return f"{bounds['ge']} to {bounds['le']}"
    choices = ("true", "false") if field.annotation is bool else typing.get_args(field.annotation)
    literal = field.annotation is bool or typing.get_origin(field.annotation) is typing.Literal
    return ", ".join(f"`{choice}`" for choice in choices) if literal else ""


def test_every_documented_name_exists():
    assert set(ROWS) == set(SETTINGS) | set(METRICS)


@pytest.mark.parametrize("path", SETTINGS)
def test_a_setting_is_documented_with_its_default_bounds_and_meaning(path):
    field, default = SETTINGS[path]
    shown = "required" if default is REQUIRED else f"`{json.dumps(default, ensure_ascii=False)}`"
    assert ROWS[path] == f"| `{path}` | {shown} | {values_of(field)} | {field.description} |"


@pytest.mark.parametrize("name", METRICS)
def test_a_metric_is_documented_with_its_meaning(name):
    assert ROWS[name].endswith(f"| {METRICS[name]} |")


@pytest.mark.parametrize("key", [*LinkSettings.REFUSED])
def test_a_key_that_is_not_available_yet_is_documented_as_such(key):
    assert f"`{key}`" in DOCUMENT
