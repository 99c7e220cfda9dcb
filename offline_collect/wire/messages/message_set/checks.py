"""Checks of each entry of a message set, after it was read."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from offline_collect.domain import commands
from offline_collect.wire.dialects.dialect import Sent
from offline_collect.wire.dialects.places import element_of, part_of
from offline_collect.wire.messages.message_set.answer_values import unknown_values
from offline_collect.wire.messages.message_set.bill_list_file import NUMBER, check_bills
from offline_collect.wire.messages.message_set.types import places_of
from offline_collect.wire.messages.requests.originals import STANDARD_ORIGINAL

if TYPE_CHECKING:
    from collections.abc import Mapping

    from offline_collect.wire.dialects.places import Place
    from offline_collect.wire.dialects.schema import Section
    from offline_collect.wire.layouts.layout import Layout
    from offline_collect.wire.messages.message_set.types import MessageType

SENDER = frozenset(field.name for field in dataclasses.fields(commands.Command))
TRANSACTION = frozenset({"key", "trace", "fingerprint", "repeat", "rrn", "journal"})
PRIVATE = 48


@dataclasses.dataclass(frozen=True, slots=True)
class Surroundings:
    """The parts of a dialect that its own messages may refer to.

    Attributes:
        layouts: the dialect's, by name.
        sent: the element with the time of sending.
        original: the place that names an original; 0 if the message's own elements do.
        optional: elements that requests of this dialect may lack.
        own: whether it is a dialect's own message set; the shared one has no layouts.
    """

    layouts: Mapping[str, Layout] = dataclasses.field(default_factory=dict)
    sent: Sent = dataclasses.field(default_factory=Sent)
    original: Place = STANDARD_ORIGINAL.element
    optional: frozenset[int] = frozenset()
    own: bool = True

    @property
    def must(self) -> tuple[int, ...]:
        """The elements that every request must have: its time of sending and its STAN."""
        return (self.sent.element, 11) if self.sent.element else (11,)


SHARED = Surroundings(own=False)


def check_type(section: Section, message: MessageType, around: Surroundings) -> None:
    """Refuse an entry with which no message could be read.

    Args:
        section: the entry, for error messages.
        message: the compiled entry.
        around: the dialect of the entry.

    Raises:
        SchemaError: a place is in no layout, a mandatory element or tag is not in `must`, a field of the command has
            no source, or the answer names a value that there is not.
    """
    _check_parts(section, message)
    _check_must(section, message, around)
    check_bills(section, message)
    _check_filled(section, message)
    _check_answer(section, message)


def _check_parts(section: Section, message: MessageType) -> None:
    """Refuse a type that uses a part which is not in the layouts of its requests."""
    for place in places_of(message):
        path = part_of(place)
        if not path:
            continue
        layout = message.layouts.get(element_of(place))
        if layout is None or not layout.has(path) or not layout.place(path).is_value:
            section.fail(f"{place} is not a value in a layout of this message's requests")


def _check_must(section: Section, message: MessageType, around: Surroundings) -> None:
    """Refuse a type whose mandatory elements lack one that the reader needs."""
    needed = (*around.must, 32, 41) if message.transaction else around.must
    for number in needed:
        if number not in message.must and number not in around.optional:
            section.fail(f"needs element {number}", "must")
    if message.must_tags and PRIVATE not in message.must:
        section.fail(f"needs element {PRIVATE}, which carries the mandatory tags", "must")
    tags = message.transaction.tags if message.transaction else ()
    for tag in tags:
        if tag not in message.must_tags:
            section.fail(f"needs tag {tag}, which is in the fingerprint", "must_tags")


def _check_filled(section: Section, message: MessageType) -> None:
    """Refuse a type with a source for an unknown field of its command, or without one for a mandatory field."""
    own = {field.name: field for field in dataclasses.fields(message.command) if field.name not in SENDER}
    given = {*message.constants, *(field.name for field in message.fields)}
    if message.bill_list:
        given |= {NUMBER, "lines"}
    if message.transaction:
        given |= TRANSACTION
    automatic = {"journal"} & own.keys()
    for name in sorted(given - own.keys()):
        section.fail(f"{message.command.__name__} has no such field", f"fields.{name}")
    missing = sorted(
        name for name in own.keys() - given - automatic if own[name].default is dataclasses.MISSING
    )
    if missing:
        section.fail(f"{message.command.__name__} needs {', '.join(missing)}", "fields")


def _check_answer(section: Section, message: MessageType) -> None:
    """Refuse a value that answers to the command do not have: it would never be sent."""
    unknown = unknown_values(message.command, message.answer)
    if unknown:
        section.fail(f"answers to {message.command.__name__} have no {', '.join(unknown)}", "answer")
