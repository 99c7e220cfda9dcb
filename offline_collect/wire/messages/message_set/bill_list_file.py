"""Compiles the `bills` part of a message type: records in elements of their own, or a list inside one element."""

from __future__ import annotations

from typing import TYPE_CHECKING

from offline_collect.domain import commands
from offline_collect.wire.dialects.places import element_of, part_of, place_at
from offline_collect.wire.dialects.schema import Section, tag_of
from offline_collect.wire.elements.element import LAST_ELEMENT
from offline_collect.wire.messages.message_set.answer_file import RECORDS_MAX
from offline_collect.wire.messages.message_set.types import BILLS, BillListPlan, BillsPlan

if TYPE_CHECKING:
    from collections.abc import Mapping

    from offline_collect.wire.layouts.layout import Layout
    from offline_collect.wire.layouts.place import Place as LayoutPlace
    from offline_collect.wire.messages.message_set.types import MessageType

NUMBER = "bill_no"
"""The field of a payment's bill, and the word for the part that is one."""
_PERIOD = "period"


def compile_bills(
    message: Section, layouts: Mapping[int, Layout]
) -> tuple[BillsPlan | None, BillListPlan | None]:
    """Return the plan that a message type's `bills` describes, if it has one.

    Args:
        message: the type's section.
        layouts: of its requests, by element number.

    Raises:
        SchemaError: something in it is invalid.
    """
    if not message.has("bills"):
        return None, None
    row = message.section("bills")
    plans = (None, _list(row, layouts)) if row.has("in") else (_records(row), None)
    row.finish()
    return plans


def _records(row: Section) -> BillsPlan:
    return BillsPlan(
        tag=tag_of(row, "tag", row.text("tag")),
        elements=row.integers("elements", 2, LAST_ELEMENT),
        bill_no=tag_of(row, NUMBER, row.text(NUMBER)),
        amount=tag_of(row, "amount", row.text("amount")),
    )


def _list(row: Section, layouts: Mapping[int, Layout]) -> BillListPlan:
    place = place_at(row, "in", row.take("in"))
    layout = layouts.get(element_of(place))
    path = part_of(place)
    if layout is None or not path or not layout.has(path) or not layout.place(path).is_list:
        row.fail("must be a list in a layout of this message's requests, such as 48.bills", "in")
    listed = layout.place(path)
    named = [word for word in (NUMBER, _PERIOD) if row.has(word)]
    if len(named) != 1:
        row.fail(f"must have {NUMBER} or {_PERIOD}: the part of a record that names its bill")
    amounts = row.take("amount")
    parts = amounts if isinstance(amounts, list) and amounts else [amounts]
    return BillListPlan(
        element=element_of(place),
        place=listed,
        most=row.integer("most", 1, RECORDS_MAX),
        count=place_at(row, "count", row.take("count")) if row.has("count") else None,
        bill_no=_part(row, NUMBER, row.text(NUMBER), layout, listed) if named == [NUMBER] else "",
        period=_part(row, _PERIOD, row.text(_PERIOD), layout, listed) if named == [_PERIOD] else "",
        amounts=tuple(_part(row, "amount", part, layout, listed) for part in parts),
    )


def _part(row: Section, key: str, name: object, layout: Layout, listed: LayoutPlace) -> str:
    """Check that a value names a part of the list's records."""
    if not isinstance(name, str) or "." in name or not layout.has(f"{listed.path}.{name}"):
        row.fail(f"must be a part of the records of {listed.path}", key)
    if not layout.place(f"{listed.path}.{name}").is_value:
        row.fail("must be one value", key)
    return name


def check_bills(section: Section, message: MessageType) -> None:
    """Refuse bills of a message that has none, or whose fingerprint lacks them.

    Raises:
        SchemaError: something in it is invalid.
    """
    told = message.transaction is not None and BILLS in message.transaction.elements
    if told != (message.bill_list is not None):
        reason = f"must have {BILLS} if the message has a list of bills, and only then"
        section.fail(reason, "transaction.fingerprint")
    if message.bills is None and message.bill_list is None:
        return
    if not issubclass(message.command, commands.Payment):
        section.fail(f"{message.command.__name__} has no bills", "bills")
    if message.bills is not None and message.bills.tag not in message.must_tags:
        section.fail(f"needs tag {message.bills.tag}, which the records replace", "must_tags")
    if message.bill_list is not None:
        _check_list(section, message, message.bill_list)


def _check_list(section: Section, message: MessageType, plan: BillListPlan) -> None:
    if plan.element not in message.must:
        section.fail(f"needs element {plan.element}, which has the list of bills", "must")
    named = NUMBER in {field.name for field in message.fields}
    if named == bool(plan.bill_no):
        reason = (
            "the list has it"
            if plan.bill_no
            else "needs a bill of the customer, whose bills the periods name"
        )
        section.fail(reason, f"fields.{NUMBER}")
