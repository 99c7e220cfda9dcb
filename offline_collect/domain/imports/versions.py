"""Versions of a bill or customer: which one is in effect, and how tidying changes each.

The store applies these rules with set statements, so that a release does not call a rule for each row. A property
test generates versions in every combination that the rules distinguish, and compares each statement with its rule.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from offline_collect.domain.imports.life import IN_FORCE, ImportState
from offline_collect.domain.imports.rows import Standing
from offline_collect.domain.values import value


@value
class Version:
    """The relations of a version of a bill or customer to the other versions.

    Attributes:
        import_id: the import that added it; None if it was added by hand.
        standing: None if it does not depend on its import's state.
        supersedes: the version that it replaces.
        superseded_by: the import that has staged a version to replace it.
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
        states: the states of the imports that the version depends on.
    """
    if version.superseded_by is not None and states[version.superseded_by] in IN_FORCE:
        return False
    if version.standing is None:
        return True
    staged = version.standing == Standing.STAGED and version.import_id is not None
    return staged and states[version.import_id or 0] in IN_FORCE and not overtaken(version, versions)


def overtaken(version: Version, versions: Versions) -> bool:
    """Return whether the superseded version was paid, marked or changed by hand after this one was staged.

    Each of these clears the superseded version's ``superseded_by``, which named this version's import.
    """
    if version.supersedes is None:
        return False
    original = versions.get(version.supersedes)
    return original is None or original.superseded_by != version.import_id


def tidied(version: Version, versions: Versions, import_id: int) -> Version | None:
    """Return a version after its released import was tidied; None if tidying removes it.

    Tidying does not change versions of other imports.
    """
    if _replaced(version, versions, import_id):
        return replace(version, standing=Standing.FORMER)
    if not _staged(version, import_id):
        return version
    return None if overtaken(version, versions) else replace(version, standing=None)


def discarded(version: Version, versions: Versions, import_id: int, *, paid_once: bool) -> Version | None:
    """Return a version after its rejected or undone import was tidied; None if tidying removes it.

    Args:
        paid_once: whether it was paid and reversed: payments refer to it, so it stays as a former version.
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
    """Return a version at the start of its import's undo: from then on the import's state decides again."""
    if _replaced(version, versions, import_id):
        return replace(version, standing=None)
    certain = version.import_id == import_id and version.standing is None
    return replace(version, standing=Standing.STAGED) if certain else version


def _staged(version: Version, import_id: int) -> bool:
    return version.import_id == import_id and version.standing == Standing.STAGED


def _replaced(version: Version, versions: Versions, import_id: int) -> bool:
    """Return whether a version of the import supersedes this one, and this one still names the import."""
    return version.superseded_by == import_id and any(
        each.supersedes == version.row_id and each.import_id == import_id for each in versions.values()
    )
