"""The layout of a merchant's files: our columns, and the titles that merchants' own tables usually have."""

from __future__ import annotations

from offline_collect.app.config.schemas import Schemas
from offline_collect.merchant.common.target import LayoutSource


def import_layout(schemas: Schemas, kind: str) -> LayoutSource:
    """Return the layout of a kind of file: ``bills`` or ``customers``."""
    values, source = schemas.read(f"files/{kind}")
    titles, _ = schemas.read("files/titles")
    return {**values, "titles": titles}, source
