"""Compiles the `answer` part of a message type: the element or tag of each value of an answer."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from offline_collect.domain.codes import ResponseCode
from offline_collect.wire.dialects.dialect import RESPONSE_CODE
from offline_collect.wire.dialects.places import element_of, part_of, place_at, place_keys
from offline_collect.wire.dialects.schema import Section, tag_of
from offline_collect.wire.elements.element import LAST_ELEMENT
from offline_collect.wire.messages.message_set.answer_sizes import LONGEST, YYYYMM, bounded, check_size
from offline_collect.wire.messages.message_set.types import (
    AnswerPlan,
    LayoutPlan,
    ListPlan,
    RecordPlan,
    ValuePlan,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from offline_collect.wire.layouts.layout import Layout
    from offline_collect.wire.layouts.place import Place as LayoutPlace

    Put = list[tuple[LayoutPlace, ValuePlan]]

RECORDS_MAX = 99


def compile_answer(
    message: Section, requests: Mapping[int, Layout], answers: Mapping[int, Layout]
) -> AnswerPlan:
    """Return the plan that a message type's `answer` describes.

    Args:
        message: the type's section.
        requests: layouts of its requests, by element number.
        answers: layouts of its answers.

    Raises:
        SchemaError: something in it is invalid.
    """
    section = message.section("answer") if message.has("answer") else Section({}, message.file, message.path)
    elements = _elements(section.section("elements")) if section.has("elements") else {}
    put, parts = _put(section.section("put"), answers) if section.has("put") else ({}, {})
    records = section.section("records") if section.has("records") else None
    listed = _list(records, answers) if records is not None and records.has("in") else None
    plan = AnswerPlan(
        echo=section.integers("echo", 2, LAST_ELEMENT) if section.has("echo") else (),
        elements=MappingProxyType({**elements, **put}),
        tags=_tags(section.section("tags")) if section.has("tags") else {},
        records=None if records is None or listed is not None else _records(records),
        layouts=_layouts(section, parts, listed, requests, answers),
        most=None if listed is None else listed.most,
        codes=_codes(section.section("codes")) if section.has("codes") else {},
    )
    section.finish()
    return plan


def _codes(section: Section) -> Mapping[ResponseCode, str]:
    """Return DE 39 of refusals that these answers say otherwise; its width is checked with the dialect."""
    names = [code.name for code in ResponseCode if code is not ResponseCode.APPROVED]
    codes = {ResponseCode[name]: section.text(name) for name in names if section.has(name)}
    section.finish()
    return MappingProxyType(codes)


def _put(section: Section, answers: Mapping[int, Layout]) -> tuple[dict[int, ValuePlan], dict[int, Put]]:
    """Return the values of whole elements, and those of parts by their element."""
    whole: dict[int, ValuePlan] = {}
    parts: dict[int, Put] = {}
    for place in place_keys(section):
        value = _value(section, place)
        if isinstance(place, int):
            whole[place] = value
        else:
            part = part_in(section, place, place, answers)
            if not part.is_value or part.repeated:
                section.fail("is not one value of its layout", place)
            check_size(section, place, value, part.notation)
            parts.setdefault(element_of(place), []).append((part, value))
    return whole, parts


def part_in(section: Section, key: str, place: str, layouts: Mapping[int, Layout]) -> LayoutPlace:
    """Find a part in the layouts of a message, by element number."""
    layout = layouts.get(element_of(place))
    if layout is None or not layout.has(part_of(place)):
        section.fail(f"{place} is no part of a layout of this message's answers", key)
    return layout.place(part_of(place))


def _list(section: Section, answers: Mapping[int, Layout]) -> ListPlan:
    """Return how records go into a list inside one element."""
    place = place_at(section, "in", section.take("in"))
    if isinstance(place, int):
        section.fail("must be a list in a layout, such as 48.bills", "in")
    part = part_in(section, "in", place, answers)
    if not part.is_list:
        section.fail("must be a list in a layout, such as 48.bills", "in")
    most = section.integer("most", 1, RECORDS_MAX)
    put = section.section("put")
    number = element_of(place)
    values: dict[str, ValuePlan] = {}
    for name in put.keys():  # noqa: SIM118 - not a mapping
        if not answers[number].has(f"{part_of(place)}.{name}"):
            put.fail(f"{place} has no part {name}", name)
        values[name] = _value(put, name)
        check_size(put, name, values[name], answers[number].place(f"{part_of(place)}.{name}").notation)
    plan = ListPlan(number, part_of(place), part, most, MappingProxyType(values))
    section.finish()
    return plan


def _layouts(
    section: Section,
    parts: Mapping[int, Put],
    listed: ListPlan | None,
    requests: Mapping[int, Layout],
    answers: Mapping[int, Layout],
) -> Mapping[int, LayoutPlan]:
    """Return how each element with private data is written."""
    plans: dict[int, LayoutPlan] = {}
    for number, layout in answers.items():
        own = listed if listed is not None and listed.element == number else None
        put = tuple(parts.get(number, ()))
        source = requests.get(number)
        plans[number] = LayoutPlan(layout, source, _copied(layout, source), put, own)
        if put or own is not None:
            _check_filled(section, number, plans[number])
    return MappingProxyType(plans)


def _copied(layout: Layout, source: Layout | None) -> tuple[str, ...]:
    """Return the needed values at the top of a layout that a request's layout has too."""
    names = sorted(path[0] for path in layout.needs if len(path) == 1)
    return () if source is None else tuple(name for name in names if _both_have(name, layout, source))


def _both_have(name: str, layout: Layout, source: Layout) -> bool:
    return source.has(name) and layout.place(name).is_value and source.place(name).is_value


def _check_filled(section: Section, number: int, plan: LayoutPlan) -> None:
    """Refuse a layout of which somebody would have to give a part, and nobody does."""
    given = {place.names for place, _ in plan.put}
    if plan.records is not None:
        given.add(plan.records.place.names)
        given |= {(*plan.records.place.names, *name.split(".")) for name in plan.records.put}
    for names in sorted(plan.layout.needs):
        inside = any(names == each[: len(names)] for each in given)
        if not inside and names[0] not in plan.copied and plan.source is not plan.layout:
            section.fail(f"nothing is put in {number}.{'.'.join(names)}", "put")


def _elements(section: Section) -> Mapping[int, ValuePlan]:
    return MappingProxyType({number: _value(section, number) for number in section.numbers()})


def _tags(section: Section) -> Mapping[str, ValuePlan]:
    tags = section.keys()
    return MappingProxyType({tag_of(section, tag, tag): _value(section, tag) for tag in tags})


def _records(section: Section) -> RecordPlan:
    plan = RecordPlan(
        elements=section.integers("elements", 2, LAST_ELEMENT),
        tags=_tags(section.section("tags")),
        whole=section.boolean("whole") if section.has("whole") else False,
    )
    section.finish()
    return plan


def _most(row: Section) -> int:
    """How long a value is at most, where the file says that it is shorter than the platform's longest."""
    if not row.has("most"):
        return 0
    if not bounded(row.text("value")):
        row.fail(f"is for {', '.join(LONGEST)}", "most")
    return row.integer("most", 1, max(LONGEST.values()))


def _value(section: Section, key: int | str) -> ValuePlan:
    """A value's name, `{value: name, as: conversion}`, `{value: extra, column: name}`, or `{is: constant}`.

    `{value: name, most: 20}` says that a value is not as long as it may be.
    """
    if isinstance(section.take(key), str):
        return ValuePlan(section.text(key))
    row = section.section(key)
    if row.has("is"):
        plan = ValuePlan("", constant=row.text("is"))
    else:
        convert = row.choice("as", (RESPONSE_CODE, YYYYMM)) if row.has("as") else None
        column = row.text("column") if row.has("column") else ""
        plan = ValuePlan(row.text("value"), convert, column=column, most=_most(row))
    row.finish()
    return plan
