"""Compiles layouts of parts in a fixed order: `fixed: [{count: n1}, {times: count, rows: […]}]`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from offline_collect.wire.elements.notation import Kind, Notation
from offline_collect.wire.layouts.kinds.fixed import Fixed, Group, Records, Rows, Times
from offline_collect.wire.layouts.kinds.steps import One, Rest, Run
from offline_collect.wire.layouts.parts import CONTENT_MAX
from offline_collect.wire.layouts.values.scalar import Scalar
from offline_collect.wire.layouts.values.scalar_file import coder_for, compile_scalar, part_name

if TYPE_CHECKING:
    from offline_collect.wire.dialects.schema import Section
    from offline_collect.wire.layouts.kinds.steps import Step
    from offline_collect.wire.layouts.values.scalar_file import Site

REST = "rest"
"""Name of the part with the bytes after all others; as `times`, a list up to the end of the content."""

RECORD_WORDS = ("name", "times", "most", "rows")
RECORDS_MAX = 9999
COUNT_DIGITS_MAX = 4
DEPTH_MAX = 5
"""Maximum depth of nested groups and lists."""

REST_KINDS = (Kind.TEXT, Kind.B)


def compile_fixed(layout: Section, name: str, site: Site) -> Fixed:
    """Return the layout that `fixed` and `rest` describe.

    Raises:
        SchemaError: it is invalid; gives file, path and reason.
    """
    rest = _rest(layout, site) if layout.has(REST) else None
    return Fixed(_RowsCompiler(name, site.inside(".fixed"), rest).rows(layout.take("fixed")))


def _rest(layout: Section, site: Site) -> Rest | None:
    """Compile `rest`: `true` means a text; otherwise it is the kind of the remaining bytes."""
    value = layout.take(REST)
    if value is False:
        return None
    kind = Kind.TEXT if value is True else Kind(layout.choice(REST, REST_KINDS))
    coder = coder_for(kind, site.inside(f".{REST}"))
    return Rest(Scalar(REST, Notation(kind, CONTENT_MAX), coder, optional=True))


def compile_rows(name: str, rows: object, site: Site) -> Rows:
    """Return parts that follow each other; none may be optional.

    Args:
        name: name of a list without a name.
        rows: the list read from YAML.
        site: its position in the file.

    Raises:
        SchemaError: it is invalid; gives file, path and reason.
    """
    return _RowsCompiler(name, site, None, depth=1).rows(rows)


def one_part(row: object, site: Site) -> tuple[str, object, Site]:
    """Return the name of a row's part, its description, and its position in the file.

    Raises:
        SchemaError: the row is not one part.
    """
    if not isinstance(row, Mapping) or len(row) != 1:
        site.fail("must be one part, {name: shape}")
    ((key, value),) = row.items()
    name = part_name(key, site)
    return name, value, site.inside(f".{name}")


class _RowsCompiler:
    """Compiles one list of rows."""

    def __init__(self, name: str, site: Site, rest: Rest | None, depth: int = 0) -> None:
        self._name = name
        self._site = site
        self._rest = rest
        self._depth = depth
        self._members: dict[str, Scalar | Group | Records] = {}
        self._steps: list[Step] = []
        self._run: list[Scalar] = []
        self._open_end = ""
        self._closed = ""

    def rows(self, rows: object) -> Rows:
        """Compile all rows."""
        if not isinstance(rows, list) or not rows:
            self._site.fail("must be a list of parts")
        if self._depth > DEPTH_MAX:
            self._site.fail(f"groups and lists may be nested {DEPTH_MAX} deep at most")
        for index, row in enumerate(rows):
            self._add(row, self._site.inside(f"[{index}]"))
        self._end_run()
        if self._rest is not None:
            self._add_member(self._rest.part, self._site)
            self._steps.append(self._rest)
        return Rows(self._steps, self._members)

    def _add(self, row: object, site: Site) -> None:
        if self._closed:
            site.fail(f"{self._closed} goes on to the end, so nothing can follow")
        if isinstance(row, Mapping) and "rows" in row:
            self._add_records(site.section(row, RECORD_WORDS), site)
            return
        name, value, inner = one_part(row, site)
        if isinstance(value, list):
            self._add_step(Group(name, self._inner(name, value, inner)), inner)
        else:
            self._add_scalar(compile_scalar(name, value, inner), inner)

    def _inner(self, name: str, rows: object, site: Site) -> Rows:
        return _RowsCompiler(name, site, None, self._depth + 1).rows(rows)

    def _add_scalar(self, part: Scalar, site: Site) -> None:
        if self._open_end and not part.optional:
            site.fail(f"{self._open_end} before it is optional, so this must be optional too")
        if part.optional and self._depth:
            site.fail("only parts at the end of the layout may be optional")
        self._add_member(part, site)
        if part.optional:
            self._open_end = part.name
        if part.prefix is None and not part.optional:
            self._run.append(part)
            return
        self._end_run()
        self._steps.append(One(part))

    def _add_records(self, section: Section, site: Site) -> None:
        unnamed = not section.has("name")
        name = self._name if unnamed else part_name(section.take("name"), site.inside(".name"))
        times = self._times(section, site.inside(".times"))
        rows = self._inner(name, section.take("rows"), site.inside(".rows"))
        self._add_step(Records(name, times, rows, unnamed=unnamed), site)
        if times.count is None and not times.exactly:
            self._closed = name

    def _times(self, section: Section, site: Site) -> Times:
        most = section.integer("most", 1, RECORDS_MAX) if section.has("most") else RECORDS_MAX
        times = section.take("times")
        if isinstance(times, int) and not isinstance(times, bool):
            return Times(None, section.integer("times", 1, RECORDS_MAX), exactly=True)
        if times == REST:
            if self._depth or self._rest is not None:
                site.fail("a list that goes on to the end must be the last part of the layout")
            return Times(None, most)
        part = self._members.get(part_name(times, site))
        if not isinstance(part, Scalar):
            site.fail(f"{times} is not a part before this list; must be such a part, a number or {REST}")
        self._check_count(part, site)
        return Times(part.name, min(most, 10**part.notation.length - 1))

    def _check_count(self, part: Scalar, site: Site) -> None:
        if not part.is_count or part.notation.length > COUNT_DIGITS_MAX:
            site.fail(f"{part.name} must be a number of 1 to {COUNT_DIGITS_MAX} digits that is always there")

    def _add_step(self, part: Group | Records, site: Site) -> None:
        if self._open_end:
            site.fail(f"{self._open_end} before it is optional, so nothing can follow")
        self._end_run()
        self._add_member(part, site)
        self._steps.append(part)

    def _add_member(self, part: Scalar | Group | Records, site: Site) -> None:
        if part.name in self._members:
            site.fail(f"{part.name} is there twice")
        self._members[part.name] = part

    def _end_run(self) -> None:
        if self._run:
            self._steps.append(Run(self._run))
            self._run = []
