"""Loading the configuration: file, then environment, then every check, before anything starts."""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from offline_collect.app.config.calendar import read_calendar
from offline_collect.app.config.environment import overrides, with_overrides
from offline_collect.app.config.paths import data_file
from offline_collect.app.config.schemas import OWN_DIALECTS, Schemas
from offline_collect.app.config.settings import Settings
from offline_collect.app.config.types import mask_url
from offline_collect.app.config.yaml import read_yaml
from offline_collect.app.errors import AppError, ConfigurationError, YamlError
from offline_collect.merchant.common.errors import DocumentError, Problem
from offline_collect.merchant.common.yaml_documents import check_document
from offline_collect.wire.dialects.dialect import Dialect
from offline_collect.wire.errors import WireError

CONFIG_VARIABLE = "OFFLINE_COLLECT_CONFIG"
DEFAULT_FILE = "config/sqlite.yaml"


@dataclass(frozen=True, slots=True)
class Configuration:
    """The settings and their sources.

    Attributes:
        file: the absolute path of the file that was read.
        overridden: paths of settings from the environment, by variable name.
    """

    settings: Settings
    file: Path
    overridden: Mapping[str, str]

    def schemas(self) -> Schemas:
        """Return the schemas."""
        return Schemas(self.settings.schemas_dir)

    def form_dialects(self) -> dict[str, Dialect]:
        """Return the dialects that forms must fit: those that links speak, and the platform's own where they work."""
        schemas = self.schemas()
        spoken = {link.dialect: schemas.dialect(link.dialect) for link in self.settings.links}
        for name in OWN_DIALECTS:
            if name not in spoken:
                # A folder of schemas may have an own version of it; as no link speaks that, it stops nothing.
                with suppress(AppError, WireError):
                    spoken[name] = schemas.dialect(name)
        return spoken


def load_configuration(file: Path | None = None, environ: Mapping[str, str] = os.environ) -> Configuration:
    """Read and check the configuration.

    Args:
        file: the YAML; None for the file in ``OFFLINE_COLLECT_CONFIG``, else the shipped sqlite.yaml.
        environ: the environment.

    Raises:
        ConfigurationError: it is wrong; one line for each problem, with file and path.
    """
    path = (file or Path(environ.get(CONFIG_VARIABLE) or data_file(DEFAULT_FILE))).absolute()
    try:
        values = read_yaml(path)
    except YamlError as error:
        raise ConfigurationError(str(error)) from None
    overridden = overrides(environ)
    if isinstance(values, dict):
        values = with_overrides(values, overridden, environ)
    try:
        settings = check_document(Settings, values, str(path))
    except DocumentError as error:
        problems = error.problems
    else:
        problems = tuple(_outside_problems(settings))
        if not problems:
            return Configuration(settings, path, overridden)
    raise ConfigurationError("\n".join(_line(path, problem, overridden) for problem in problems))


def _line(path: Path, problem: Problem, overridden: Mapping[str, str]) -> str:
    variable = overridden.get(problem.path)
    return f"{variable or path}: {problem}"


def _outside_problems(settings: Settings) -> list[Problem]:
    """Return problems outside the settings themselves: of files, folders and dialects that they name."""
    if settings.schemas_dir is not None and not Path(settings.schemas_dir).is_dir():
        return [Problem("schemas_dir", "is not a folder")]
    problems = _calendar_problems(settings) + _folder_problems(settings)
    known = Schemas(settings.schemas_dir).dialect_names()
    return problems + [
        Problem(f"links[{i}].dialect", f"no dialect {link.dialect}: there are {', '.join(known)}")
        for i, link in enumerate(settings.links)
        if link.dialect not in known
    ]


def _folder_problems(settings: Settings) -> list[Problem]:
    """Return the folders of files that are not there."""
    if settings.files is None:
        return []
    folders = {name: Path(getattr(settings.files, name)) for name in ("inbox", "outbox", "taken", "refused")}
    return [
        Problem(f"files.{name}", "is not a folder") for name, path in folders.items() if not path.is_dir()
    ]


def _calendar_problems(settings: Settings) -> list[Problem]:
    try:
        read_calendar(settings)
    except (YamlError, DocumentError) as error:
        return [Problem("business.calendar", line) for line in str(error).splitlines()]
    return []


def masked_settings(settings: Settings) -> dict[str, Any]:
    """Return all settings as plain values, secrets masked."""
    values = settings.model_dump(mode="json")
    values["database"]["url"] = mask_url(values["database"]["url"])
    return values


def render_configuration(configuration: Configuration) -> str:
    """Return the effective settings as YAML, secrets masked, headed by their sources."""
    lines = [f"# {configuration.file}"]
    lines += [f"# {path} from {variable}" for path, variable in configuration.overridden.items()]
    body = yaml.safe_dump(
        masked_settings(configuration.settings), allow_unicode=True, sort_keys=False, default_flow_style=False
    )
    return "\n".join([*lines, body])
