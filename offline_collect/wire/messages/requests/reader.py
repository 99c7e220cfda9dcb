"""Requests: from a message to the domain's command, or to the answer that refuses it (docs/messages.md)."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import TYPE_CHECKING, Any

from offline_collect.domain.codes import ResponseCode
from offline_collect.domain.commands import NetworkManagement, PaymentAdvice
from offline_collect.wire.errors import ContentError, DecodeError, RequestError, SchemaError, place_of
from offline_collect.wire.layouts.pds import parse_pds
from offline_collect.wire.masking import masked_line
from offline_collect.wire.messages.dates import SENT_WITHIN
from offline_collect.wire.messages.identity import Moment, TransactionPlan, fingerprint, key, trace
from offline_collect.wire.messages.masked_parts import Maskers, maskers
from offline_collect.wire.messages.message_set.routing import PRIVATE, Router
from offline_collect.wire.messages.message_set.types import ManyField, OneField
from offline_collect.wire.messages.requests.bill_lists import BillList
from offline_collect.wire.messages.requests.bill_records import BillRecords, read_bills
from offline_collect.wire.messages.requests.parts import PartsPlan, places_read
from offline_collect.wire.messages.requests.plan import JOURNAL_MAX, Origin, RequestPlan, plannable
from offline_collect.wire.messages.requests.scope import Scope
from offline_collect.wire.messages.requests.times import RequestTimes

if TYPE_CHECKING:
    from collections.abc import Mapping

    from offline_collect.domain.answers import Answer
    from offline_collect.domain.commands import Command
    from offline_collect.wire.dialects.dialect import Dialect
    from offline_collect.wire.dialects.places import ByPlace, Place
    from offline_collect.wire.messages.amounts import Amounts
    from offline_collect.wire.messages.identity import TransactionPlan
    from offline_collect.wire.messages.message import Message
    from offline_collect.wire.messages.message_set.types import MessageSet, MessageType
    from offline_collect.wire.messages.requests.scope import OneConverter

INSTITUTION, LOCAL_DATE = 32, 13
_NO_TAGS: Mapping[str, str] = {}


@dataclasses.dataclass(frozen=True, slots=True)
class LinkTerms:
    """The settings for reading the requests of one link.

    Attributes:
        link: the link's name.
        allowed_ms: its deadline for a request, milliseconds.
        zone: the bank's time zone.
        institutions: DE 32 of the institutions that may use the link, without leading zeros.
    """

    link: str
    allowed_ms: int
    zone: dt.tzinfo
    institutions: frozenset[str]


@dataclasses.dataclass(frozen=True, slots=True)
class _Plan:
    """A message type, with values computed before the first message.

    Attributes:
        must: its mandatory elements.
        values: the command's fields that are the same for every message, and None for those that a message
            may leave out.
        checks: elements and their conversions; `one` the fields of one element or tag: name, element, tag,
            conversion. Tuples, as they are unpacked for every message.
        many: fields of several elements or tags.
        records: the elements of a payment of several bills; empty for other messages.
        bill_list: reads the bills of a payment whose layout lists them; None for other messages.
        journaled: whether the command keeps its masked request.
        institution: whose messages they are that do not name theirs; None where they must, or need not.
        undated: whether a payment need not say on which day it was made.
        tags_charset: of the tags in DE 48; None where it has none.
        parts: reads the private data of messages with layouts; None for others.
        masked: shows elements that the dialect has a say in; empty for most.
    """

    kind: MessageType
    must: frozenset[Place]
    values: Mapping[str, Any]
    checks: tuple[tuple[Place, OneConverter], ...]
    one: tuple[tuple[str, Place, str | None, OneConverter], ...]
    many: tuple[ManyField, ...]
    records: frozenset[int]
    bill_list: BillList | None
    journaled: bool
    institution: str | None
    undated: bool
    tags_charset: str | None
    parts: PartsPlan | None
    masked: Maskers


class RequestReader:
    """Turns the requests of one link into commands."""

    def __init__(
        self, messages: MessageSet, dialect: Dialect, terms: LinkTerms, router: Router | None = None
    ) -> None:
        """Bind the message set to the link's dialect.

        Args:
            router: of the message set and the dialect, where there is one already.

        Raises:
            SchemaError: the two do not fit.
        """
        self._dialect = dialect
        self._tagged = dialect.tagged
        self._terms = terms
        self._router = router or Router(messages, dialect)
        self._transmission_zone = terms.zone if dialect.transmission_local else dt.UTC
        self._sent_zone = terms.zone if dialect.sent.local else dt.UTC
        self._sent = dialect.sent.element
        self._functions = {code: function for function, code in dialect.network_codes.items()}
        self._plans = {kind.name: _plan(kind, dialect, terms) for kind in self._router.messages.types}
        origin = Origin(
            dialect, terms.institutions, RequestTimes(terms.zone, self._transmission_zone, self._sent_zone)
        )
        self._usual = {
            name: RequestPlan(plan.kind, origin, plan.values, plan.bill_list, plan.institution)
            for name, plan in self._plans.items()
            if plannable(plan.kind, plan.institution)
        }

    def read(
        self, message: Message, received_at: dt.datetime, now: dt.datetime | None = None
    ) -> Command | Answer:
        """Return the request's command, or the answer that refuses it.

        The checks are, in this order: message type, institution, mandatory elements, private data and its
        tags, times, contents, key.

        Args:
            message: a decoded request.
            received_at: when its frame was read; aware.
            now: the reference for completing years; None for ``received_at``.
        """
        now = received_at if now is None else now
        try:
            name = self._router.find(message).name
            command = self._usual[name].read(message, received_at, now) if name in self._usual else None
            return self._read(self._plans[name], message, received_at, now) if command is None else command
        except RequestError as error:
            return error.answer()
        except DecodeError as error:
            return RequestError(ResponseCode.FORMAT_ERROR, str(error)).answer()

    def _read(self, plan: _Plan, message: Message, received_at: dt.datetime, now: dt.datetime) -> Command:
        elements: ByPlace = message.elements
        if plan.institution is not None and INSTITUTION not in elements:
            elements = {**elements, INSTITUTION: plan.institution}
        institution = self._institution(elements)
        if plan.parts is not None:
            elements = {**elements, **plan.parts.values(message)}
        if not plan.must <= elements.keys():
            missing = next(place for place in plan.kind.must if place not in elements)
            raise RequestError.of_format(place_of(missing), "missing")
        charset = plan.tags_charset
        tags = parse_pds(elements[PRIVATE], charset) if PRIVATE in elements and charset else _NO_TAGS
        bills = None
        if not plan.records.isdisjoint(elements):
            bills = _read_bills(plan, elements, tags, self._dialect.amounts)
        named = tags if bills is None else bills.tags
        _check_tags(plan.kind, named)
        moment = Moment(received_at, now, self._terms.zone, self._transmission_zone, self._sent_zone)
        values = dict(plan.values)
        values["institution"] = institution
        values["terminal"] = _terminal(elements)
        values["stan"] = elements[11]
        values["sent_at"] = _sent_at(self._sent, elements, moment)
        values["received_at"] = received_at
        if plan.undated:
            values["local_date"] = received_at.astimezone(self._terms.zone).date()
        scope = Scope(elements, named, moment, self._dialect, self._functions)
        _read_fields(plan, scope, values)
        if plan.bill_list is not None:
            elements = plan.bill_list.read(message, scope, values)
        if plan.kind.transaction is not None:
            identity = tags if bills is None else bills.identity
            self._read_transaction(plan.kind.transaction, message.mti, elements, identity, moment, values)
        if bills is not None:
            values["lines"] = bills.lines
        if plan.journaled:
            values["journal"] = self._journal(plan, message, tags)[:JOURNAL_MAX]
        # Positional: twenty keyword arguments cost as much time as reading half of the message.
        return plan.kind.command(*values.values())

    def masked(self, name: str, message: Message) -> str:
        """Return a message on one line, as a journal would hold it, also if it was refused.

        Args:
            name: of the message in the message set; another hides all private data.
            message: as it was decoded.
        """
        plan = self._plans.get(name)
        if plan is None:
            return masked_line(message.mti, message.elements, tagged=self._tagged)
        return self._journal(plan, message)

    def _journal(self, plan: _Plan, message: Message, tags: Mapping[str, str] | None = None) -> str:
        if plan.masked:
            return plan.masked.line(message, plan.tags_charset, tags)
        return masked_line(message.mti, message.elements, plan.tags_charset, tags, tagged=self._tagged)

    def _institution(self, elements: Mapping[int, str]) -> str | None:
        """DE 32 without leading zeros, if the institution may use this link."""
        institution = elements.get(INSTITUTION)
        if institution is None:
            return None
        institution = institution.lstrip("0")
        if institution not in self._terms.institutions:
            reason = f"institution {institution or '0'} is not one of this link"
            raise RequestError(ResponseCode.NOT_PERMITTED, "institution not permitted", reason)
        return institution

    def _read_transaction(
        self,
        plan: TransactionPlan,
        mti: str,
        elements: ByPlace,
        tags: Mapping[str, str],
        moment: Moment,
        values: dict[str, Any],
    ) -> None:
        values["key"] = key(plan.letter, self._dialect.identity, elements, moment)
        values["trace"] = trace(plan.letter, elements)
        values["fingerprint"] = fingerprint(plan, elements, tags)
        values["repeat"] = mti[3] == "1"
        values["rrn"] = elements.get(37)


def _plan(kind: MessageType, dialect: Dialect, terms: LinkTerms) -> _Plan:
    fields = dataclasses.fields(kind.command)
    absent = {field.name: None if field.default is dataclasses.MISSING else field.default for field in fields}
    institution = _silent_institution(kind, dialect, terms)
    listed = kind.bill_list
    return _Plan(
        kind=kind,
        must=frozenset(kind.must) - ({INSTITUTION} if institution else set()),
        values=absent | {"link": terms.link, "allowed_ms": terms.allowed_ms} | dict(kind.constants),
        checks=tuple((check.element, check.convert) for check in kind.checks),
        one=tuple(
            (field.name, field.element, field.tag, field.convert)
            for field in kind.fields
            if isinstance(field, OneField)
        ),
        many=tuple(field for field in kind.fields if isinstance(field, ManyField)),
        records=frozenset() if kind.bills is None else frozenset(kind.bills.elements),
        bill_list=BillList(kind, listed, dialect.elements[listed.element]) if listed else None,
        journaled="journal" in absent,
        institution=institution,
        undated="local_date" in absent and LOCAL_DATE in dialect.optional,
        tags_charset=dialect.charset_of(PRIVATE) if kind.reads_tags else None,
        parts=PartsPlan(kind.layouts, places_read(kind, dialect), dialect.elements) if kind.layouts else None,
        masked=maskers(kind.layouts, dialect),
    )


def _silent_institution(kind: MessageType, dialect: Dialect, terms: LinkTerms) -> str | None:
    """The link's only institution, for messages that need not name it: sign-on, and what the dialect says.

    In a dialect with messages of its own, all those need not that say so by not having it in `must`.

    Raises:
        SchemaError: the link has several.
    """
    own, needed = dialect.messages is not None, INSTITUTION in kind.must
    network = kind.command is NetworkManagement
    optional = INSTITUTION in dialect.optional or (own and not needed and not network)
    if len(terms.institutions) == 1 and (optional or (network and (own or needed))):
        return next(iter(terms.institutions))
    if optional:
        reason = f"must be one: messages of dialect {dialect.name} need not name theirs"
        raise SchemaError(f"link {terms.link}", "institutions", reason)
    return None


def _read_fields(plan: _Plan, scope: Scope, values: dict[str, Any]) -> None:
    elements, tags = scope.elements, scope.tags
    element: Place = 0
    tag: str | None = None
    try:
        for element, convert in plan.checks:
            if element in elements:
                convert(elements[element], scope)
        for name, element, tag, convert in plan.one:
            value = elements.get(element) if tag is None else tags.get(tag)
            if value is not None:
                values[name] = convert(value, scope)
    except ContentError as error:
        raise RequestError.of_format(place_of(element, tag), str(error)) from None
    for many in plan.many:
        parts = [elements.get(number) for number in many.elements]
        parts += [tags.get(tag) for tag in many.tags]
        values[many.name] = many.convert(parts, scope)


def _read_bills(plan: _Plan, elements: ByPlace, tags: Mapping[str, str], amounts: Amounts) -> BillRecords:
    bills, charset = plan.kind.bills, plan.tags_charset
    assert bills is not None, "only such messages have elements of records"
    assert charset is not None, "records are PDS, as the tags of their message are"
    advised = issubclass(plan.kind.command, PaymentAdvice)
    return read_bills(bills, elements, tags, charset, amounts, advised=advised)


def _check_tags(kind: MessageType, tags: Mapping[str, str]) -> None:
    for tag in kind.must_tags:
        if tag not in tags:
            raise _no_tag(tag)
    if kind.must_any and not any(tag in tags for tag in kind.must_any):
        raise _no_tag(kind.must_any[0])
    for condition in kind.must_when:
        if tags.get(condition.tag) == condition.says and condition.must not in tags:
            raise _no_tag(condition.must)


def _no_tag(tag: str) -> RequestError:
    return RequestError.of_format(place_of(PRIVATE, tag), "missing")


def _terminal(elements: Mapping[int, str]) -> str | None:
    """DE 41 without trailing spaces."""
    terminal = elements.get(41)
    if terminal is None:
        return None
    terminal = terminal.rstrip()
    if not terminal:
        raise RequestError.of_format(place_of(41), "blank")
    return terminal


def _sent_at(number: int, elements: Mapping[int, str], moment: Moment) -> dt.datetime:
    if not number:
        return moment.received_at
    place = place_of(number)
    value = elements[number]
    try:
        sent_at = moment.sent_at(value)
    except ContentError as error:
        raise RequestError.of_format(place, str(error)) from None
    if not moment.on_time(value):
        reason = f"{place} more than {SENT_WITHIN.days} days off the platform's clock"
        raise RequestError(ResponseCode.FORMAT_ERROR, f"{place} over {SENT_WITHIN.days} days off", reason)
    return sent_at
