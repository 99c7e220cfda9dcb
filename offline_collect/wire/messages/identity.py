"""A message's identity: its transaction's key, trace and fingerprint, and its original's key (docs/operating.md)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from offline_collect.domain.texts.cards import CARD_DIGITS, mask_cards
from offline_collect.wire.errors import ContentError, RequestError, place_of
from offline_collect.wire.messages.dates import SENT_WITHIN, nearest_date, nearest_moment, whole_moment

if TYPE_CHECKING:
    from collections.abc import Mapping

    from offline_collect.wire.dialects.places import ByPlace, Place

_TRANSMISSION = 7
_LOCAL_TIME, _LOCAL_DATE = 12, 13
INSTITUTIONS = frozenset({32, 33})
_RRN = 37
DATED = frozenset({_TRANSMISSION, _LOCAL_DATE})
"""Elements whose year keys hold although the message does not say it."""

_MONTH_AND_DAY = 4
_WITH_YEAR = 12
"""Digits of a date and time that has its year."""
PAYING = "P"
"""The class of payments and advices; only they have traces."""


@dataclass(frozen=True, slots=True)
class TransactionPlan:
    """How a write command's transaction is identified.

    Attributes:
        letter: the class, `P` or `R`.
        elements: places of the fingerprint.
        tags: of the fingerprint.
    """

    letter: str
    elements: tuple[Place, ...]
    tags: tuple[str, ...]


class Moment:
    """When a request was received and how its dates are read.

    Attributes:
        received_at: when its frame was read, by the clock; aware.
        now: the reference for completing years; aware (:func:`~offline_collect.wire.messages.dates.year_reference`).
        zone: the bank's time zone, for local dates.
        transmission_zone: the zone of DE 7.
        sent_zone: the zone of a date and time that has its year.
    """

    __slots__ = (
        "_last_moment",
        "_last_value",
        "now",
        "received_at",
        "sent_zone",
        "transmission_zone",
        "zone",
    )

    def __init__(
        self,
        received_at: dt.datetime,
        now: dt.datetime,
        zone: dt.tzinfo,
        transmission_zone: dt.tzinfo,
        sent_zone: dt.tzinfo = dt.UTC,
    ) -> None:
        self.received_at = received_at
        self.now = now
        self.zone = zone
        self.transmission_zone = transmission_zone
        self.sent_zone = sent_zone
        self._last_value = ""
        self._last_moment = now

    def sent_at(self, value: str) -> dt.datetime:
        """Return when a message was sent, in UTC: a DE 7 is completed with its year.

        A second call with the same value costs nothing.

        Raises:
            ContentError: the date or time does not exist.
        """
        if value != self._last_value:
            found = self._nearest(value, self.now)
            if found is None:
                raise ContentError("no such date")
            self._last_value, self._last_moment = value, found.astimezone(dt.UTC)
        return self._last_moment

    def on_time(self, value: str) -> bool:
        """Whether a message was sent near now or, in whatever year, near what the clock says."""
        if abs(self.sent_at(value) - self.now) <= SENT_WITHIN:
            return True
        if self.now is self.received_at:
            return False
        by_clock = self._nearest(value, self.received_at)
        return by_clock is not None and abs(by_clock - self.received_at) <= SENT_WITHIN

    def _nearest(self, value: str, now: dt.datetime) -> dt.datetime | None:
        if len(value) == _WITH_YEAR:
            return whole_moment(value, self.sent_zone)
        return nearest_moment(value, now.astimezone(self.transmission_zone))

    def date(self, value: str) -> dt.date:
        """Return a local date: MMDD is completed with its year, YYMMDD, also before a time, has it.

        Raises:
            ContentError: the date does not exist.
        """
        if len(value) > _MONTH_AND_DAY:
            whole = whole_moment(f"{value[:6]}000000", self.zone)
            if whole is None:
                raise ContentError("no such date")
            return whole.date()
        found = nearest_date(value, self.now.astimezone(self.zone).date())
        if found is None:
            raise ContentError("no such date")
        return found


def key(
    letter: str,
    identity: tuple[Place, ...],
    elements: ByPlace,
    moment: Moment,
    source: Place | None = None,
) -> str:
    """Return a transaction's key: its class and identifying elements, joined by `|`.

    Args:
        letter: the class, `P` or `R`.
        identity: the dialect's places, in its order.
        elements: of the message, or of the original that it names.
        moment: completes the dates; keys hold their year, and DE 7 in UTC.
        source: for errors, the element that the dates come from, if not their own elements.

    Raises:
        RequestError: one of the elements is missing or invalid.
    """
    return joined([letter, *[_part(number, elements, moment, source) for number in identity]])


def trace(letter: str, elements: ByPlace) -> str | None:
    """Return the trace, which a repeat with a new DE 7 shares with its original: class, DE 32, 41, 11 and 37.

    If DE 37 is missing or blank, the trace has DE 12 and 13 instead; if these are missing too, there is no trace.
    """
    if letter != PAYING:
        return None
    sender = [elements[32].lstrip("0"), printed(elements[41].rstrip())]
    rrn = elements.get(_RRN, "").rstrip()
    if rrn:
        return joined([letter, *sender, elements[11], rrn])
    if _LOCAL_DATE in elements and _LOCAL_TIME in elements:
        return joined([letter, *sender, elements[11], elements[_LOCAL_DATE], elements[_LOCAL_TIME]])
    return None


def fingerprint(plan: TransactionPlan, elements: ByPlace, tags: Mapping[str, str]) -> str:
    """Return the values that must not change for one key, joined by `|`; stored, so a card number is masked."""
    parts = [elements.get(number, "").rstrip() for number in plan.elements]
    parts += [tags[tag] for tag in plan.tags]
    return joined([printed(part) for part in parts])


def printed(part: str) -> str:
    """Return a value as it stands in fingerprints."""
    return part if len(part) < CARD_DIGITS else mask_cards(part)


def _part(number: Place, elements: ByPlace, moment: Moment, source: Place | None) -> str:
    value = elements.get(number)
    if value is None:
        raise RequestError.of_format(place_of(number), "missing")
    try:
        return dated_part(number, value, moment) if number in DATED else undated_part(number, value)
    except ContentError as error:
        raise RequestError.of_format(place_of(source or number), str(error)) from None


def dated_part(number: Place, value: str, moment: Moment) -> str:
    """Return one of the elements `DATED` in the form used in keys.

    Raises:
        ContentError: there is no such date.
    """
    if number == _TRANSMISSION:
        sent_at = moment.sent_at(value)
        # strftime takes longer than the rest of the key, and in UTC the digits are known already.
        return f"{sent_at.year}{value}" if moment.transmission_zone is dt.UTC else f"{sent_at:%Y%m%d%H%M%S}"
    return f"{moment.date(value):%Y%m%d}"


def undated_part(number: Place, value: str) -> str:
    """Return another element in the form used in keys."""
    if number in INSTITUTIONS:
        return value.lstrip("0")
    # DE 42 is long enough for a card number, and in some dialects DE 41 is.
    return mask_cards(value.rstrip())


def joined(parts: list[str]) -> str:
    """Join parts by `|`, escaped so that two different lists never give the same text."""
    joined = "|".join(parts)
    if joined.count("|") < len(parts) and "%" not in joined:
        return joined
    return "|".join(map(escaped, parts))


def escaped(part: str) -> str:
    """Return a part as `joined` has it."""
    return part.replace("%", "%25").replace("|", "%7C")
