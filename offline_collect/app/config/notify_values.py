"""Values that several settings of notices have."""

from __future__ import annotations

import re
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field

from offline_collect.domain.errors import AmountError
from offline_collect.domain.notices.sms import sms_price
from offline_collect.domain.notices.wording import URL_MAX, link_to

MERCHANT_ID_MAX = 15
_QUIET = re.compile(r"(?:[01][0-9]|2[0-3]):[0-5][0-9]-(?:[01][0-9]|2[0-3]):[0-5][0-9]")


def _quiet_hours(text: str) -> str:
    if not _QUIET.fullmatch(text):
        raise ValueError('must be two times in quotes, such as "21:00-08:00"')
    return text


def receiver_url(text: str) -> str:
    """Return a URL that can be called.

    Raises:
        ValueError: it cannot.
    """
    parts = urlsplit(text)
    if (
        parts.scheme not in {"http", "https"}
        or not parts.hostname
        or not text.isascii()
        or not text.isprintable()
    ):
        raise ValueError("must begin with https:// or http://, and name a host in ASCII")
    if parts.username is not None or parts.password is not None:
        raise ValueError("must not have a user or password in it")
    return text


def _payer_url(text: str) -> str:
    receiver_url(text)
    if text.startswith("http:"):
        raise ValueError("must begin with https://")
    if sorted(re.findall(r"\{[^{}]*\}", text)) != ["{code}", "{merchant}"]:
        raise ValueError("must name {merchant} and {code} once each, and nothing else in braces")
    if len(link_to(text, "x" * MERCHANT_ID_MAX, "")) > URL_MAX:
        raise ValueError(f"must have at most {URL_MAX} characters with a merchant's id and a code in it")
    return text


def _extensions(found: dict[str, str]) -> dict[str, str]:
    for merchant_id, digits in found.items():
        if not re.fullmatch(r"[0-9]{1,10}", digits):
            raise ValueError(f'that of {merchant_id} must be 1 to 10 digits in quotes, such as "01"')
    if len(set(found.values())) < len(found):
        raise ValueError("two merchants have the same")
    return found


def _each_once(days: list[int]) -> list[int]:
    if len(set(days)) < len(days):
        raise ValueError("names a day twice")
    return days


def _part_price(text: str) -> str:
    try:
        sms_price(text)
    except AmountError as error:
        raise ValueError(str(error)) from None
    return text


_Days = Annotated[int, Field(ge=1, le=60)]
ReminderDays = Annotated[list[_Days], AfterValidator(_each_once)]
PayerUrl = Annotated[str, AfterValidator(_payer_url)]
PartPrice = Annotated[str, AfterValidator(_part_price)]
Extensions = Annotated[dict[str, str], AfterValidator(_extensions)]
Quiet = Annotated[str, AfterValidator(_quiet_hours)]
