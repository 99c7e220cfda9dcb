"""Checks a fixed-width file by its layout, without a store: what a partner sends can be tried before it is taken."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from offline_collect.app.errors import AppError
from offline_collect.files.digest import Digest, digest_stream
from offline_collect.files.fixed_width.layout import FixedLayout, Values, layout_of
from offline_collect.files.fixed_width.read import FixedProblem, read_fixed_width
from offline_collect.files.read.source import open_plain

PROBLEMS_SHOWN = 20


class UnknownFileError(AppError):
    """A file begins like none of the layouts."""


@dataclass(slots=True)
class CheckedFile:
    """What a file holds.

    Attributes:
        header, trailer: their values by the labels of the fields; empty where they cannot be read.
        details: how many can be read.
        problems: the first.
        count: of all problems.
    """

    layout: FixedLayout
    digest: Digest
    header: dict[str, str] = field(default_factory=dict)
    trailer: dict[str, str] = field(default_factory=dict)
    details: int = 0
    problems: list[FixedProblem] = field(default_factory=list)
    count: int = 0


def check_fixed_width(path: Path, layouts: Mapping[str, FixedLayout], name: str | None) -> CheckedFile:
    """Read a whole file by a layout, or by the one that its header names.

    Args:
        layouts: by their names.
        name: of a layout; None to find it.

    Raises:
        UnknownFileError: no layout has this name, or the file begins like none.
        FileError: it cannot be read.
    """
    with open_plain(path) as stream:
        digest = digest_stream(stream)
        if name is None:
            line = stream.readline(max(each.header.length for each in layouts.values()) + 2)
            stream.seek(0)
            layout = layout_of(line.rstrip(b"\r\n"), layouts.values())
        else:
            layout = layouts.get(name)
        if layout is None:
            raise _unknown(path, layouts, name)
        found = CheckedFile(layout, digest)
        for each in read_fixed_width(stream, layout):
            if isinstance(each, FixedProblem):
                found.count += 1
                if found.count <= PROBLEMS_SHOWN:
                    found.problems.append(each)
            elif each.name == layout.detail.name:
                found.details += 1
            else:
                kept = found.header if each.name == layout.header.name else found.trailer
                kept.update(_shown(layout, each.name, each.values))
    return found


def _shown(layout: FixedLayout, record: str, values: Values) -> dict[str, str]:
    fields = next(each for each in layout.records if each.name == record).fields
    return {
        each.label: str(values[each.key])
        for each in fields
        if each.shown and each.constant is None and values[each.key] is not None
    }


def _unknown(path: Path, layouts: Mapping[str, FixedLayout], name: str | None) -> UnknownFileError:
    names = ", ".join(layouts)
    if name is not None:
        return UnknownFileError(f"there is no layout {name}; there are {names}")
    return UnknownFileError(
        f"{path}: its first line is the header of no layout ({names}); name the layout with --layout to see why"
    )
