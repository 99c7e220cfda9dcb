"""Versions of a bill or customer: which one is in effect, and what tidying makes of each.

The store carries these rules out with set statements, so that a release calls no rule row by row. A property draws
versions in every combination of what the rules look at, and compares each statement with its rule.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from offline_collect.domain.imports.life import IN_FORCE, ImportState
from offline_collect.domain.imports.rows import Standing
from offline_collect.domain.values import value


@value
class Version:
    """A version of a bill or customer, as far as its place among the others goes.

    Attributes:
        import_id: the import that brought it; None where none did.
        standing: None where nothing is in doubt.
        supersedes: the version whose place it takes.
        superseded_by: the import that has staged another version in its place.
    """

    row_id: int
    import_id: int | None
    standing: Standing | None
    supersedes: int | None
    superseded_by: int | None


Versions = Mapping[int, Version]
"""All versions of one number, by id."""


def in_effect(version: Version, versions: Versions, states: Mapping[int, ImportState]) -> bool:
    """Return whether a version is in effect.

    Args:
        states: of the imports that the version's standing depends on.
    """
    if version.superseded_by is not None and states[version.superseded_by] in IN_FORCE:
        return False
    if version.standing is None:
        return True
    staged = version.standing == Standing.STAGED and version.import_id is not None
    return staged and states[version.import_id or 0] in IN_FORCE and not overtaken(version, versions)


def overtaken(version: Version, versions: Versions) -> bool:
    """Return whether what a staged version was to replace was paid, marked or changed by hand meanwhile.

    Each of these clears the ``superseded_by`` that names the staged version's import.
    """
    if version.supersedes is None:
        return False
    original = versions.get(version.supersedes)
    return original is None or original.superseded_by != version.import_id


def settled(version: Version, versions: Versions, import_id: int) -> Version | None:
    """Return what tidying a released import makes of a version; None where it removes it.

    Versions that tidying does not concern stay as they are.
    """
    if _replaced(version, versions, import_id):
        return replace(version, standing=Standing.FORMER)
    if not _staged(version, import_id):
        return version
    return None if overtaken(version, versions) else replace(version, standing=None)


def discarded(version: Version, versions: Versions, import_id: int, *, paid_once: bool) -> Version | None:
    """Return what tidying a rejected or undone import makes of a version; None where it removes it.

    Args:
        paid_once: whether it was paid and reversed: payments name it, so it stays as a former version.
    """
    if _replaced(version, versions, import_id):
        return replace(version, superseded_by=None)
    if not _staged(version, import_id):
        return version
    named = any(
        each.supersedes == version.row_id and each.import_id != import_id for each in versions.values()
    )
    return replace(version, standing=Standing.FORMER) if paid_once or named else None


def marked_to_undo(version: Version, versions: Versions, import_id: int) -> Version:
    """Return a version once its import decides again which one is in effect, since it is being undone."""
    if _replaced(version, versions, import_id):
        return replace(version, standing=None)
    certain = version.import_id == import_id and version.standing is None
    return replace(version, standing=Standing.STAGED) if certain else version


def _staged(version: Version, import_id: int) -> bool:
    return version.import_id == import_id and version.standing == Standing.STAGED


def _replaced(version: Version, versions: Versions, import_id: int) -> bool:
    """Return whether a version of the import takes the place of this one, which still says so."""
    return version.superseded_by == import_id and any(
        each.supersedes == version.row_id and each.import_id == import_id for each in versions.values()
    )
