"""Reads answers in a dialect with messages of its own, by the rules by which the platform writes them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from offline_collect.domain.codes import ResponseCode
from offline_collect.domain.commands import Lookup, Reversal
from offline_collect.wire.dialects.dialect import Dialect
from offline_collect.wire.errors import ContentError, DecodeError
from offline_collect.wire.layouts.parts import Parts
from offline_collect.wire.messages.amounts import CURRENCY_ELEMENTS, to_minor
from offline_collect.wire.messages.message import Message
from offline_collect.wire.messages.message_set.types import LayoutPlan, MessageType
from offline_collect.wire.messages.requests.parts import content_of
from offline_collect_terminal.teller.link.answers import (
    Answers,
    BillPage,
    Owed,
    Told,
    UnreadableAnswerError,
    minor,
    shown_date,
)
from offline_collect_terminal.teller.screen.model import plain

TAGS = {
    "serial_number": "0070",
    "posted_at": "0071",
    "receipt": "0072",
    "original_state": "0080",
    "original_code": "0081",
    "reversal_did": "0082",
}
"""The tags by which the shell knows values of answers."""

FIRST = "first_"


class OwnAnswers(Answers):
    """Reads the answers of a dialect with messages of its own.

    Args:
        currency: of the amounts, ISO 4217 number.
    """

    def __init__(self, dialect: Dialect, currency: str) -> None:
        super().__init__(dialect)
        assert dialect.messages is not None, "a dialect with messages of its own"
        self._dialect = dialect
        self._types = dialect.messages.types
        self._currency = {CURRENCY_ELEMENTS[0]: currency}

    def tags(self, answer: Message) -> Mapping[str, str]:
        """Return the values of an answer by the tags by which the shell knows them."""
        kind = self._kind(answer.mti, answer.elements)
        if kind is None:
            return {}
        if kind.command is Reversal and ResponseCode.NOT_FOUND in self.meanings(answer.elements.get(39, "")):
            return {"0082": "TOMBSTONE"}
        elements = {
            value.value: answer.elements[number]
            for number, value in kind.answer.elements.items()
            if number in answer.elements
        }
        return {tag: elements[name] for name, tag in TAGS.items() if name in elements}

    def bills(self, told: Told) -> BillPage:
        """Return the bills of an inquiry's answer.

        Raises:
            UnreadableAnswerError: its private data cannot be read, or a bill has no amount.
        """
        kind = next(each for each in self._types if each.command is Lookup)
        values = {
            value.value: told.elements[number].strip()
            for number, value in kind.answer.elements.items()
            if number in told.elements
        }
        said: dict[str, str] = {}
        customer: list[str] = []
        rows: list[dict[str, str]] | None = None
        for number, plan in kind.answer.layouts.items():
            parts = self._parts(told.elements, number, plan)
            said |= {name: text for name, text in parts.items() if isinstance(text, str)}
            values |= {value.value: place.value(parts) or "" for place, value in plan.put}
            customer += [said[name] for name in plan.copied if name in said]
            if plan.records is not None:
                rows = [_texts(row) for row in plan.records.place.records(parts)]
                names = {name: value.value for name, value in plan.records.put.items()}
        number_of = " ".join(customer)
        if rows is None:
            bills = [self._first(values, said)] if values.get(f"{FIRST}bill_no") else []
        else:
            bills = [self._row(row, names, number_of, values, said) for row in rows]
        return BillPage(
            number_of,
            plain(values.get("customer_name", "")),
            tuple(self._with_fees(bills, values)),
            None,
            minor(values["open_count"], "the number of open bills") if values.get("open_count") else None,
        )

    def _first(self, values: Mapping[str, str], said: Mapping[str, str]) -> Owed:
        """The bill of an answer without a list: its first."""
        row = {name.removeprefix(FIRST): text for name, text in values.items() if name.startswith(FIRST)}
        return self._owed(row, row["bill_no"], {}, said)

    def _row(
        self,
        row: dict[str, str],
        names: Mapping[str, str],
        customer: str,
        values: Mapping[str, str],
        said: Mapping[str, str],
    ) -> Owed:
        """A bill of a list; one without a number is named by its customer and its period."""
        known = {value: row[name] for name, value in names.items() if name in row}
        shown = known.get("bill_no") or f"{customer}/{shown_date(known.get('period', ''))}"
        own = known.get("bill_no") or values.get(f"{FIRST}bill_no", "")
        return self._owed(known | {"bill_no": shown}, own, row, said)

    def _owed(
        self, known: Mapping[str, str], own_number: str, row: Mapping[str, str], said: Mapping[str, str]
    ) -> Owed:
        late = self._minor(known.get("late_fee", "0"))
        principal = self._minor(known["principal"]) if "principal" in known else None
        payable = self._minor(known["total_payable"]) if "total_payable" in known else None
        if payable is None and principal is None:
            raise UnreadableAnswerError(f"bill {known['bill_no']} has no amount")
        whole = (principal or 0) + late if payable is None else payable
        return Owed(
            bill_no=plain(known["bill_no"]),
            description=plain(known.get("description", "")),
            period=shown_date(plain(known.get("period", ""))),
            due=shown_date(plain(known.get("due_date", ""))),
            principal_minor=whole - late if principal is None else principal,
            late_fee_minor=late,
            payable_minor=whole,
            least_minor=None,
            step_minor=1,
            status="OPEN",
            own_number=own_number.strip(),
            record=row,
            told=said,
        )

    def _with_fees(self, bills: list[Owed], values: Mapping[str, str]) -> Iterator[Owed]:
        """Give each bill its part of the payer's fee, which the answer says as a sum."""
        fee = self._minor(values.get("page_payer_fee") or "0")
        for place, bill in enumerate(bills):
            rest = 0 if place else fee % len(bills)
            yield replace(bill, fee_minor=fee // len(bills) + rest)

    def _parts(self, elements: Mapping[int, str], number: int, plan: LayoutPlan) -> Parts:
        if number not in elements:
            return {}
        try:
            return plan.layout.read(
                content_of(elements[number], self._dialect.elements[number]), f"DE {number}"
            )
        except DecodeError as error:
            raise UnreadableAnswerError(str(error)) from None

    def _minor(self, text: str) -> int:
        try:
            return to_minor(self._dialect.amounts, minor(text, "an amount"), self._currency)
        except ContentError as error:
            raise UnreadableAnswerError(f"an amount has {error}") from None

    def _kind(self, mti: str, elements: Mapping[int, str]) -> MessageType | None:
        for kind in self._types:
            told = all(
                condition.holds(elements.get(condition.place, ""))
                for condition in kind.when
                if isinstance(condition.place, int)
            )
            if kind.response == mti and told:
                return kind
        return None


def _texts(row: Parts) -> dict[str, str]:
    return {name: text for name, text in row.items() if isinstance(text, str)}
