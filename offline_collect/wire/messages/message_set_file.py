"""Compiles and validates schemas/messages.yaml; an invalid message set stops start-up."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

from offline_collect.domain import commands
from offline_collect.domain.commands import NetworkFunction, WriteCommand
from offline_collect.wire.dialects.dialect import LAST_ELEMENT
from offline_collect.wire.dialects.schema import Section, mti_of, tag_of
from offline_collect.wire.messages.answer_file import compile_answer
from offline_collect.wire.messages.conversions import MANY, ONE
from offline_collect.wire.messages.message_types import (
    BillsPlan,
    ManyField,
    MessageSet,
    MessageType,
    OneField,
    TagCondition,
    TransactionPlan,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

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
SENDER = frozenset(field.name for field in dataclasses.fields(commands.Command))
TRANSACTION = frozenset({"key", "trace", "fingerprint", "repeat", "rrn", "journal"})
SENT = (7, 11)
"""Every request carries its time of sending and its STAN."""
TRANSACTION_MUST = (7, 11, 32, 41)
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
    types = tuple(_type(section) for section in _whole(root))
    root.finish()
    return MessageSet(file, echo, types)


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


def _type(section: Section) -> MessageType:
    command = COMMANDS[section.choice("command", tuple(COMMANDS))]
    constants, fields = _fields(section.section("fields"))
    message = MessageType(
        name=section.text("name"),
        command=command,
        requests=tuple(mti_of(section, "requests", mti) for mti in section.items("requests")),
        response=mti_of(section, "response", section.text("response")),
        processing=section.text("processing") if section.has("processing") else None,
        network=tuple(_function(section, name) for name in _optional(section, "network")),
        must=section.integers("must", 2, LAST_ELEMENT),
        must_tags=_tags(section, "must_tags"),
        must_any=_tags(section, "must_any"),
        must_when=tuple(_conditions(section)),
        checks=tuple(_checks(section)),
        transaction=_transaction(section, command),
        fields=fields,
        constants=MappingProxyType(constants),
        answer=compile_answer(section.section("answer")),
        bills=_bills(section.section("bills")) if section.has("bills") else None,
    )
    section.finish()
    _check_must(section, message)
    _check_bills(section, message)
    _check_filled(section, message)
    return message


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
    for number in checks.numbers():
        yield OneField("", number, None, ONE[checks.choice(number, tuple(ONE))])


def _transaction(section: Section, command: type[commands.Command]) -> TransactionPlan | None:
    if not issubclass(command, WriteCommand):
        return None
    plan = section.section("transaction")
    parts = plan.items("fingerprint")
    elements = tuple(part for part in parts if isinstance(part, int))
    tags = tuple(tag_of(plan, "fingerprint", part) for part in parts if not isinstance(part, int))
    letter = plan.choice("class", ("P", "R"))
    plan.finish()
    return TransactionPlan(letter, elements, tags)


def _fields(section: Section) -> tuple[dict[str, object], tuple[OneField | ManyField, ...]]:
    """Constants by name, and the fields that are read from the message."""
    constants: dict[str, object] = {}
    fields: list[OneField | ManyField] = []
    for name in section.keys():  # noqa: SIM118 - not a mapping
        row = section.section(name)
        if row.has("value"):
            constants[name] = row.take("value")
        else:
            fields.append(_field(row, name))
        row.finish()
    return constants, tuple(fields)


def _field(row: Section, name: str) -> OneField | ManyField:
    if row.has("elements"):
        convert = MANY[row.choice("as", tuple(MANY))]
        return ManyField(name, row.integers("elements", 2, LAST_ELEMENT), (), convert)
    if row.has("tags"):
        return ManyField(name, (), _tags(row, "tags"), MANY[row.choice("as", tuple(MANY))])
    if row.has("tag"):
        tag = tag_of(row, "tag", row.text("tag"))
        return OneField(name, PRIVATE, tag, ONE[row.choice("as", tuple(ONE))])
    return OneField(name, row.integer("element", 2, LAST_ELEMENT), None, ONE[row.choice("as", tuple(ONE))])


def _bills(row: Section) -> BillsPlan:
    plan = BillsPlan(
        tag=tag_of(row, "tag", row.text("tag")),
        elements=row.integers("elements", 2, LAST_ELEMENT),
        bill_no=tag_of(row, "bill_no", row.text("bill_no")),
        amount=tag_of(row, "amount", row.text("amount")),
    )
    row.finish()
    return plan


def _check_bills(section: Section, message: MessageType) -> None:
    if message.bills is None:
        return
    if not issubclass(message.command, commands.Payment):
        section.fail(f"{message.command.__name__} has no bills", "bills")
    if message.bills.tag not in message.must_tags:
        section.fail(f"needs tag {message.bills.tag}, whose place the records take", "must_tags")


def _check_must(section: Section, message: MessageType) -> None:
    """Refuse a type if its mandatory elements lack one that the reader needs."""
    needed = TRANSACTION_MUST if message.transaction else SENT
    for number in needed:
        if number not in message.must:
            section.fail(f"needs element {number}", "must")
    if message.must_tags and PRIVATE not in message.must:
        section.fail(f"needs element {PRIVATE}, which carries the mandatory tags", "must")
    tags = message.transaction.tags if message.transaction else ()
    for tag in tags:
        if tag not in message.must_tags:
            section.fail(f"needs tag {tag}, which is in the fingerprint", "must_tags")


def _check_filled(section: Section, message: MessageType) -> None:
    """Check that every field of the command has a source, and that every source has a field."""
    own = {field.name: field for field in dataclasses.fields(message.command) if field.name not in SENDER}
    given = {*message.constants, *(field.name for field in message.fields)}
    if message.transaction:
        given |= TRANSACTION
    automatic = {"journal"} & own.keys()
    for name in sorted(given - own.keys()):
        section.fail(f"{message.command.__name__} has no such field", f"fields.{name}")
    for name in sorted(own.keys() - given - automatic):
        if own[name].default is dataclasses.MISSING:
            section.fail(f"{message.command.__name__} needs it", f"fields.{name}")
