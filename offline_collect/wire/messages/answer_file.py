"""Compiles the `answer` part of a message type: the element or tag of each value of an answer."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from offline_collect.wire.dialects.dialect import LAST_ELEMENT, RESPONSE_CODE
from offline_collect.wire.dialects.schema import Section, tag_of
from offline_collect.wire.messages.message_types import AnswerPlan, RecordPlan, ValuePlan

if TYPE_CHECKING:
    from collections.abc import Mapping


def compile_answer(section: Section) -> AnswerPlan:
    """Return the plan that a message type's `answer` describes.

    Raises:
        SchemaError: something in it is invalid.
    """
    plan = AnswerPlan(
        echo=section.integers("echo", 2, LAST_ELEMENT) if section.has("echo") else (),
        elements=_elements(section.section("elements")) if section.has("elements") else {},
        tags=_tags(section.section("tags")) if section.has("tags") else {},
        records=_records(section.section("records")) if section.has("records") else None,
    )
    section.finish()
    return plan


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


def _value(section: Section, key: int | str) -> ValuePlan:
    """A value's name, or `{value: name, as: conversion}`."""
    if isinstance(section.take(key), str):
        return ValuePlan(section.text(key))
    row = section.section(key)
    plan = ValuePlan(row.text("value"), row.choice("as", (RESPONSE_CODE,)))
    row.finish()
    return plan
