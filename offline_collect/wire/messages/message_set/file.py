"""Compiles and validates schemas/messages.yaml; an invalid message set stops start-up."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

from offline_collect.domain import commands
from offline_collect.domain.commands import Channel, NetworkFunction, ReversalReason, Tender, WriteCommand
from offline_collect.wire.dialects.places import place_at, place_keys, places_at
from offline_collect.wire.dialects.schema import Section, mti_of, tag_of
from offline_collect.wire.elements.element import LAST_ELEMENT
from offline_collect.wire.messages.identity import TransactionPlan
from offline_collect.wire.messages.message_set.answer_file import compile_answer
from offline_collect.wire.messages.message_set.bill_list_file import compile_bills
from offline_collect.wire.messages.message_set.checks import SHARED, Surroundings, check_type
from offline_collect.wire.messages.message_set.types import (
    BILLS,
    Condition,
    ManyField,
    MessageSet,
    MessageType,
    OneField,
    TagCondition,
    answer_mti,
)
from offline_collect.wire.messages.requests.conversions import MANY, ONE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from offline_collect.wire.layouts.layout import Layout

COMMANDS = MappingProxyType(
    {
        command.__name__: command
        for command in (
            commands.Directory,
            commands.FormDownload,
            commands.Lookup,
            commands.NetworkManagement,
            commands.Payment,
            commands.PaymentAdvice,
            commands.Reversal,
            commands.Status,
            commands.Totals,
        )
    },
)
ECHO = (3, 4, 7, 11, 12, 13, 32, 33, 37, 41, 42, 49, 90)
"""Elements that every response repeats, unless a dialect says otherwise."""
ORIGINAL = "original"
"""The word for the place where the dialect names originals."""
NAMED = MappingProxyType(
    {"reason": ReversalReason, "tender": Tender, "channel": Channel, "function": NetworkFunction}
)
"""Fields whose constants are names."""
PRIVATE = 48


def compile_messages(values: object, file: str) -> MessageSet:
    """Return the message set that a file's mapping describes.

    Args:
        values: the mapping read from YAML.
        file: its name, for errors.

    Raises:
        SchemaError: something in it is invalid: file, path and reason.
    """
    root = Section(values, file)
    echo = root.integers("echo", 2, LAST_ELEMENT)
    types = tuple(_type(section, SHARED) for section in _whole(root))
    root.finish()
    return MessageSet(file, echo, types)


def compile_own_messages(root: Section, surroundings: Surroundings) -> MessageSet | None:
    """Return a dialect's own message set; None if it has none.

    Raises:
        SchemaError: something in it is invalid.
    """
    echo = root.integers("echo", 2, LAST_ELEMENT) if root.has("echo") else ECHO
    if not root.has("messages"):
        if "echo" in root.values:
            root.fail("is for dialects with messages of their own", "echo")
        return None
    return MessageSet(root.file, echo, tuple(_type(section, surroundings) for section in _whole(root)))


def _whole(root: Section) -> Iterator[Section]:
    """The entries, with the parts that they inherit by `like`."""
    entries: dict[str, dict[object, object]] = {}
    for section in root.sections("messages"):
        entry = dict(section.values)
        if section.has("like"):
            like = entries[section.choice("like", tuple(entries))]
            fields = {**_mapping(like, "fields"), **_mapping(entry, "fields")}
            entry = {**like, **entry, "fields": fields}
            del entry["like"]
        name = section.text("name")
        if name in entries:
            section.fail(f"{name} is there twice", "name")
        entries[name] = entry
        yield Section(entry, section.file, section.path)


def _mapping(entry: Mapping[object, object], key: str) -> Mapping[object, object]:
    """A mapping inside an entry; empty if it is not a mapping, which is refused later when it is read."""
    value = entry.get(key)
    return value if isinstance(value, Mapping) else {}


def _type(section: Section, around: Surroundings) -> MessageType:
    command = COMMANDS[section.choice("command", tuple(COMMANDS))]
    constants, fields = _fields(section.section("fields"), around)
    layouts, answer_layouts = _layouts(section, around)
    bills, bill_list = compile_bills(section, layouts)
    requests = tuple(mti_of(section, "requests", mti) for mti in section.items("requests"))
    message = MessageType(
        name=section.text("name"),
        command=command,
        requests=requests,
        response=_response(section, requests),
        processing=section.text("processing") if section.has("processing") else None,
        network=tuple(_function(section, name) for name in _optional(section, "network")),
        when=_when(section),
        layouts=layouts,
        must=places_at(section, "must"),
        must_tags=_tags(section, "must_tags"),
        must_any=_tags(section, "must_any"),
        must_when=tuple(_conditions(section)),
        checks=tuple(_checks(section)),
        transaction=_transaction(section, command),
        fields=fields,
        constants=MappingProxyType(constants),
        answer=compile_answer(section, layouts, answer_layouts),
        bills=bills,
        bill_list=bill_list,
    )
    section.finish()
    check_type(section, message, around)
    return dataclasses.replace(message, reads_tags=not around.own or _has_tags(message))


def _response(section: Section, requests: tuple[str, ...]) -> str:
    if not requests:
        section.fail("must have an MTI", "requests")
    if section.has("response"):
        return mti_of(section, "response", section.text("response"))
    return answer_mti(requests[0])


def _when(section: Section) -> tuple[Condition, ...]:
    if not section.has("when"):
        return ()
    when = section.section("when")
    return tuple(Condition(place, when.text(place)) for place in place_keys(when))


def _layouts(section: Section, around: Surroundings) -> tuple[Mapping[int, Layout], Mapping[int, Layout]]:
    """Return the layouts of requests and of answers, by element number."""
    if not section.has("layout"):
        return {}, {}
    both = section.section("layout")
    found = [
        _named_layouts(both.section(way), around) if both.has(way) else {} for way in ("request", "answer")
    ]
    both.finish()
    return found[0], found[1]


def _named_layouts(section: Section, around: Surroundings) -> Mapping[int, Layout]:
    return MappingProxyType(
        {
            number: around.layouts[section.choice(number, tuple(around.layouts))]
            for number in section.numbers()
        }
    )


def _has_tags(message: MessageType) -> bool:
    """Whether a type reads PDS tags of DE 48."""
    tags = [field.tags if isinstance(field, ManyField) else field.tag for field in message.fields]
    return bool(message.must_tags or message.must_any or message.must_when or any(tags))


def _optional(section: Section, key: str) -> list[object]:
    return section.items(key) if section.has(key) else []


def _tags(section: Section, key: str) -> tuple[str, ...]:
    return tuple(tag_of(section, key, tag) for tag in _optional(section, key))


def _function(section: Section, name: object) -> NetworkFunction:
    if not isinstance(name, str) or name not in NetworkFunction.__members__:
        section.fail(f"must be some of {', '.join(NetworkFunction.__members__)}", "network")
    return NetworkFunction[name]


def _conditions(section: Section) -> Iterator[TagCondition]:
    if not section.has("must_when"):
        return
    for row in section.sections("must_when"):
        yield TagCondition(
            tag_of(row, "tag", row.text("tag")),
            row.text("says"),
            tag_of(row, "must", row.text("must")),
        )
        row.finish()


def _checks(section: Section) -> Iterator[OneField]:
    if not section.has("check"):
        return
    checks = section.section("check")
    for place in place_keys(checks):
        yield OneField("", place, None, ONE[checks.choice(place, tuple(ONE))])


def _transaction(section: Section, command: type[commands.Command]) -> TransactionPlan | None:
    if not issubclass(command, WriteCommand):
        return None
    plan = section.section("transaction")
    parts = plan.items("fingerprint")
    places = [part for part in parts if not isinstance(part, str) or "." in part or part == BILLS]
    elements = tuple(place if place == BILLS else place_at(plan, "fingerprint", place) for place in places)
    tags = tuple(tag_of(plan, "fingerprint", part) for part in parts if part not in places)
    letter = plan.choice("class", ("P", "R"))
    plan.finish()
    return TransactionPlan(letter, elements, tags)


def _fields(
    section: Section, around: Surroundings
) -> tuple[dict[str, object], tuple[OneField | ManyField, ...]]:
    """Constants by name, and the fields that are read from the message."""
    constants: dict[str, object] = {}
    fields: list[OneField | ManyField] = []
    for name in section.keys():  # noqa: SIM118 - not a mapping
        row = section.section(name)
        if row.has("value"):
            constants[name] = row.take("value")
        elif row.has("is"):
            constants[name] = _constant(row, name)
        else:
            fields.append(_field(row, name, around))
        row.finish()
    return constants, tuple(fields)


def _constant(row: Section, name: str) -> object:
    """A constant; of fields that have a few named values, by the name."""
    if name not in NAMED:
        return row.take("is")
    named = NAMED[name]
    return named[row.choice("is", tuple(named.__members__))]


def _field(row: Section, name: str, around: Surroundings) -> OneField | ManyField:
    if row.has("from"):
        return _from_places(row, name, around)
    if row.has("elements"):
        convert = MANY[row.choice("as", tuple(MANY))]
        return ManyField(name, row.integers("elements", 2, LAST_ELEMENT), (), convert)
    if row.has("tags"):
        return ManyField(name, (), _tags(row, "tags"), MANY[row.choice("as", tuple(MANY))])
    if row.has("tag"):
        tag = tag_of(row, "tag", row.text("tag"))
        return OneField(name, PRIVATE, tag, ONE[row.choice("as", tuple(ONE))])
    return OneField(name, row.integer("element", 2, LAST_ELEMENT), None, ONE[row.choice("as", tuple(ONE))])


def _from_places(row: Section, name: str, around: Surroundings) -> OneField | ManyField:
    source = row.take("from")
    if isinstance(source, list):
        return ManyField(name, places_at(row, "from"), (), MANY[row.choice("as", tuple(MANY))])
    # Where a message's own elements name the original, any that it always has makes the conversion run.
    place = around.original or 11 if source == ORIGINAL else place_at(row, "from", source)
    return OneField(name, place, None, ONE[row.choice("as", tuple(ONE))])
