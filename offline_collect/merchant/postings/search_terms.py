"""Reads what a person types to search for payments."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping

from offline_collect.domain.business_days.dates import BusinessDate
from offline_collect.domain.codes import ResponseCode
from offline_collect.domain.errors import AmountError
from offline_collect.domain.money import parse_major
from offline_collect.domain.payment_story import PaymentCriteria
from offline_collect.domain.texts.phrases import Phrase
from offline_collect.merchant.common.errors import TranslatableError

_STAN = re.compile("[0-9]{6}")


class SearchTermError(TranslatableError):
    """A term by which nothing can be searched."""


def read_stan(text: str) -> str:
    """Return a STAN.

    Raises:
        SearchTermError: it is none.
    """
    if not _STAN.fullmatch(text):
        raise SearchTermError(Phrase("{text} is not a STAN; write all its six digits", text=text))
    return text


def read_amount(text: str, currency: str) -> int:
    """Return an amount in minor units.

    Args:
        currency: ISO 4217 number.

    Raises:
        SearchTermError: it is none.
    """
    try:
        return parse_major(text, currency)
    except AmountError:
        raise SearchTermError(Phrase("{text} is not an amount; write it like 123.45", text=text)) from None


def read_code(text: str) -> ResponseCode:
    """Return the code of an answer by its name.

    Raises:
        SearchTermError: there is no such code.
    """
    try:
        return ResponseCode(text.upper())
    except ValueError:
        raise SearchTermError(
            Phrase("{text} is none of {known}", text=text, known=", ".join(ResponseCode))
        ) from None


def read_day(text: str) -> BusinessDate:
    """Return a business day.

    Raises:
        SearchTermError: it is no date.
    """
    try:
        return BusinessDate.of(dt.date.fromisoformat(text))
    except ValueError:
        raise SearchTermError(Phrase("{text} is no date; write it like 2026-11-30", text=text)) from None


def read_criteria(texts: Mapping[str, str], currency: str) -> PaymentCriteria:
    """Return the criteria of a search.

    Args:
        texts: by ``merchant``, ``bill``, ``customer``, ``institution``, ``terminal``, ``stan``, ``rrn``, ``amount``,
            ``code``, ``from`` and ``to``; empty ones match any. Without ``to``, the first day is the last.
        currency: ISO 4217 number of the amount.

    Raises:
        SearchTermError: a term cannot be searched by.
    """
    given = {name: text.strip() for name, text in texts.items() if text.strip()}
    if "merchant" not in given and ("bill" in given or "customer" in given):
        raise SearchTermError(Phrase("a bill or a customer is searched within a merchant: name it too"))
    first = read_day(given["from"]) if "from" in given else None
    last = read_day(given["to"]) if "to" in given else first
    if first is not None and last is not None and last < first:
        raise SearchTermError(Phrase("the last day is before the first; exchange the two"))
    return PaymentCriteria(
        merchant_id=given.get("merchant"),
        bill_no=given.get("bill"),
        customer_no=given.get("customer"),
        institution=given.get("institution"),
        terminal=given.get("terminal"),
        stan=read_stan(given["stan"]) if "stan" in given else None,
        rrn=given.get("rrn"),
        amount_minor=read_amount(given["amount"], currency) if "amount" in given else None,
        code=read_code(given["code"]) if "code" in given else None,
        first=first,
        last=last,
    )
