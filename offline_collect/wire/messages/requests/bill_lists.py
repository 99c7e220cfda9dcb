"""Payments of several bills that are a list inside one element, in a partner's own layout."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from offline_collect.domain.bills import year_and_month
from offline_collect.domain.commands import BillLine, PaymentAdvice
from offline_collect.wire.errors import ContentError, RequestError, place_of
from offline_collect.wire.messages.amounts import to_minor
from offline_collect.wire.messages.message_set.types import BILLS
from offline_collect.wire.messages.requests.bill_records import UNREADABLE, digest, identity_of
from offline_collect.wire.messages.requests.conversions import bill_number, record_amount
from offline_collect.wire.messages.requests.parts import read_parts
from offline_collect.wire.messages.requests.times import keep

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from offline_collect.wire.dialects.places import ByPlace
    from offline_collect.wire.elements.element import Element
    from offline_collect.wire.layouts.parts import Parts
    from offline_collect.wire.messages.message import Message
    from offline_collect.wire.messages.message_set.types import BillListPlan, MessageType
    from offline_collect.wire.messages.requests.scope import Scope

    Bills = Sequence[Sequence[str]]


class BillList:
    """Reads the bills of one message type.

    Args:
        kind: the type.
        plan: its list.
        element: the dialect's, which holds the list.
    """

    def __init__(self, kind: MessageType, plan: BillListPlan, element: Element) -> None:
        self._plan = plan
        self._layout = kind.layouts[plan.element]
        self._element = element
        self._advised = issubclass(kind.command, PaymentAdvice)
        self._list = f"{plan.element}.{plan.place.path}"
        self._periods: dict[str, str | None] = {}

    def read(self, message: Message, scope: Scope, values: dict[str, Any]) -> ByPlace:
        """Add the bills to a command's values; return the message's values with what stands for its bills.

        Raises:
            RequestError: the bills of a message other than an advice cannot be read.
        """
        try:
            count = self._plan.count
            said = None if count is None else scope.elements.get(count)
            lines = self.lines(self._listed(message), said, partial(_minor, scope), values["bill_no"])
            identity = identity_of(lines)
        except RequestError:
            if not self._advised:
                raise
            # Its money was taken, so it is not refused.
            lines = (BillLine(UNREADABLE, 0),)
            identity = digest(message.elements[self._plan.element])
        values["lines"], values["bill_no"] = lines, lines[0].bill_no
        return {**scope.elements, BILLS: identity}

    def _listed(self, message: Message) -> list[tuple[str, ...]]:
        """What the records of a message say, as `lines` takes it."""
        plan = self._plan
        records = plan.place.records(read_parts(message, plan.element, self._layout, self._element))
        names = (plan.bill_no or plan.period, *plan.amounts)
        return [tuple(_said(record, name) for name in names) for record in records]

    def lines(
        self, listed: Bills, said: str | None, minor: Callable[[int], int], bill_no: str
    ) -> tuple[BillLine, ...]:
        """Return the bills that are paid.

        Args:
            listed: for each record the number or the period of its bill, and what makes its amount.
            said: how many of them are paid; None if the message does not say it.
            minor: returns the minor units of an amount as it came.
            bill_no: of the message; its customer's bills are named by their periods.

        Raises:
            RequestError: they cannot be read, or one is there twice.
        """
        count = self._count(len(listed), said)
        if count == 1:
            return (self._line(listed[0], minor, bill_no),)
        lines = tuple([self._line(said, minor, bill_no) for said in listed[:count]])
        if len({(line.bill_no, line.period) for line in lines}) < count:
            raise RequestError.of_format(self._part(self._plan.bill_no or self._plan.period), "twice")
        return lines

    def _count(self, listed: int, said: str | None) -> int:
        """How many of the listed bills are paid."""
        plan = self._plan
        count = listed
        if plan.count is not None:
            count = int(said) if said and said.isascii() and said.isdigit() else 0
        if 1 <= count <= listed and count <= plan.most:
            return count
        place = place_of(self._list if plan.count is None else str(plan.count))
        if 1 <= count <= listed:
            raise RequestError.of_format(place, f"over {plan.most} bills")
        raise RequestError.of_format(place, f"not 1 to {listed} bills" if listed else "no bills")

    def _line(self, listed: Sequence[str], minor: Callable[[int], int], bill_no: str) -> BillLine:
        plan = self._plan
        name = plan.bill_no or plan.period
        said, *amounts = listed
        try:
            period = self._period(said) if plan.period else None
            number = bill_number(said.rstrip()) if plan.bill_no else bill_no
            name = plan.amounts[0]
            amount = record_amount(amounts, minor)
        except ContentError as error:
            raise RequestError.of_format(self._part(name), str(error)) from None
        return BillLine(number, amount, period)

    def _period(self, text: str) -> str | None:
        """A period, of which few are in use at a time."""
        known = self._periods
        return known[text] if text in known else keep(known, text, _period(text))

    def _part(self, name: str) -> str:
        return place_of(f"{self._list}.{name}")


def _minor(scope: Scope, amount: int) -> int:
    return to_minor(scope.dialect.amounts, amount, scope.elements)


def _said(record: Parts, name: str) -> str:
    """The value of a part; '' if it has none."""
    value = record.get(name, "")
    assert isinstance(value, str), "checked when the message was compiled"
    return value


def _period(text: str) -> str | None:
    """Year and month of a period; None if it is blank or zeros, which is usual where a bill has none."""
    digits = year_and_month(text)
    if digits.strip("0"):
        return digits
    if text.strip(" 0"):
        raise ContentError("no year and month")
    return None
