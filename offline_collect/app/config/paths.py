"""Finds the project's data files: beside the package in a checkout, inside it in a wheel."""

from __future__ import annotations

from pathlib import Path

import offline_collect

PACKAGE = Path(offline_collect.__file__).parent
CHECKOUT = PACKAGE.parent
SHIPPED = PACKAGE / "_shipped"


def in_checkout() -> bool:
    """Whether the package runs from a checkout of its repository."""
    return (CHECKOUT / "pyproject.toml").is_file() and (CHECKOUT / "schemas").is_dir()


def data_folders(name: str) -> tuple[Path, ...]:
    """Return where a folder of data (``schemas``, ``config``, ``samples``) may be, in order of preference."""
    shipped = SHIPPED / name
    return (CHECKOUT / name, shipped) if in_checkout() else (shipped,)


def data_file(name: str) -> Path:
    """Return a file that is shipped with the package, such as ``config/sqlite.yaml``."""
    folder, _, rest = name.partition("/")
    places = [place / rest for place in data_folders(folder)]
    return next((place for place in places if place.exists()), places[-1])
