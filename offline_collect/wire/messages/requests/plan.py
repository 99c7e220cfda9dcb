"""The usual requests of one message type as a plan: what is the same for many messages is worked out once.

A plan reads correct messages only. Whatever it does not read, `reader` reads in the general way, which also says what
is wrong. Both give the same command.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from offline_collect.domain.texts.cards import mask_cards
from offline_collect.wire.errors import ContentError, DecodeError, RequestError
from offline_collect.wire.messages.amounts import CURRENCY_ELEMENTS, factor_of
from offline_collect.wire.messages.requests.bill_records import identity_of
from offline_collect.wire.messages.requests.forms import FormMaker, Repeated
from offline_collect.wire.messages.requests.identities import INSTITUTION, NO_HEAD, TERMINAL
from offline_collect.wire.messages.requests.scope import Scope
from offline_collect.wire.messages.requests.times import KEPT_MAX

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Mapping

    from offline_collect.domain.commands import Command
    from offline_collect.wire.dialects.dialect import Dialect
    from offline_collect.wire.messages.message import Message
    from offline_collect.wire.messages.message_set.types import MessageType
    from offline_collect.wire.messages.requests.bill_lists import BillList
    from offline_collect.wire.messages.requests.forms import Names, RequestForm, Shape
    from offline_collect.wire.messages.requests.times import RequestTimes

    Row = list[str]

JOURNAL_MAX = 1000
"""Most characters of the masked request in the journal."""

_SENDER = ("institution", "terminal", "stan", "sent_at", "received_at")
_IDENTITY = ("key", "trace", "fingerprint", "repeat", "rrn")
"""Fields that commands have one behind the other, so that they are set in one go."""

_LOCAL_DATE = 13


class Origin(NamedTuple):
    """What the plans of one link have in common.

    Attributes:
        institutions: those of the link, without leading zeros.
    """

    dialect: Dialect
    institutions: frozenset[str]
    times: RequestTimes


class RequestPlan:
    """The plan of one message type on one link.

    Args:
        kind: one that `plannable` takes.
        blank: the command's fields by name, in its order, with the values that every message has.
        bills: reads the list of bills in a layout; None for messages without one.
        silent: the institution of messages that do not name theirs; None where they must.
    """

    def __init__(
        self,
        kind: MessageType,
        origin: Origin,
        blank: Mapping[str, Any],
        bills: BillList | None,
        silent: str | None,
    ) -> None:
        self._command = kind.command
        self._dialect, self._institutions, self._times = origin
        self._blank = [*blank.values(), None]
        self._at = {name: at for at, name in enumerate(blank)}
        self._sender = _together(blank, _SENDER)
        self._identity = _together(blank, _IDENTITY) if kind.transaction else slice(0)
        self._journal_at = self._at.get("journal", 0)
        self._added = () if silent is None else (silent,)
        self._undated = "local_date" in blank and _LOCAL_DATE in self._dialect.optional
        self._sent = self._dialect.sent.element
        self._bills = bills
        self._maker = FormMaker(kind, self._dialect, self._times, self._at, silent)
        self._many = self._maker.fields.many
        self._shapes: dict[tuple[int, ...], Shape] = {}
        self._kept = 0

    def read(self, message: Message, received_at: dt.datetime, now: dt.datetime) -> Command | None:
        """Return a request's command; None if the request is not a usual one, or not a correct one.

        Args:
            message: of this type.
            received_at: when its frame was read; aware.
            now: the reference for completing years.
        """
        numbers = tuple(message.elements)
        shape = self._shapes.get(numbers) or self._shape(numbers)
        if shape is None:
            return None
        try:
            return self._read(message, shape, received_at, now)
        except (ContentError, DecodeError, RequestError):
            return None

    def _read(
        self, message: Message, shape: Shape, received_at: dt.datetime, now: dt.datetime
    ) -> Command | None:
        row = [*message.elements.values(), *self._added, message.mti]
        names: Names = ()
        for at, cut in shape.private:
            found = cut(row[at])
            if found is None:
                return None
            names = (*names, found[0])
            row += found[1]
        form = shape.forms.get(names) or self._form(shape, names)
        if form is None:
            return None
        again = form.take_repeated(row)
        known = form.known.get(again) or self._learn(form, row, again)
        terminal = row[form.terminal].rstrip()
        if known is None or not terminal or not all(map(row.__getitem__, form.must)):
            return None
        times = self._times
        times.turn_to(received_at, now)
        values = known.values.copy()
        sent_at = times.sent[row[form.sent]] if self._sent else received_at
        values[self._sender] = known.institution, terminal, row[form.stan], sent_at, received_at
        if self._undated:
            values[self._at["local_date"]] = times.received_on()
        self._read_fields(form, row, known.factor, values)
        if form.identity is not None:
            for at in form.cards:
                row[at] = mask_cards(row[at])
            key, trace, fingerprint = form.identity.identity(known.head, row)
            values[self._identity] = key, trace, fingerprint, known.repeat, form.identity.rrn(row)
        if self._journal_at:
            values[self._journal_at] = form.journal.filled(known.journal, row)[:JOURNAL_MAX]
        del values[-1]
        return self._command(*values)

    def _read_fields(self, form: RequestForm, row: Row, factor: int, values: list[Any]) -> None:
        """Put the fields of a message among the values of its command, and what stands for its bills in its row.

        Raises:
            ContentError: a value is not as it must be; RequestError or DecodeError if it says more.
        """
        fields = form.fields
        for at, source, blank, convert in fields.alone:
            text = row[source]
            if text or blank:
                values[at] = convert(text)
        for at, source, blank, convert in fields.amounts:
            text = row[source]
            if text or blank:
                values[at] = convert(text, factor)
        if fields.around or self._many:
            self._read_around(form, row, values)
        if self._bills is not None:
            listed = [take(row) for take in form.bills]
            count = None if form.counted is None else row[form.counted]
            at = self._at["bill_no"]
            lines = self._bills.lines(listed, count, factor.__mul__, values[at])
            values[self._at["lines"]], values[at] = lines, lines[0].bill_no
            row.append(identity_of(lines))

    def _read_around(self, form: RequestForm, row: Row, values: list[Any]) -> None:
        """Put the fields there that depend on more than one value."""
        texts = {place: row[at] for place, at in form.at.items() if row[at] or at not in form.empty}
        scope = Scope(texts, texts, self._times.moment(), self._dialect, {})
        for at, source, blank, convert in form.fields.around:
            if row[source] or blank:
                values[at] = convert(row[source], scope)
        for at, many in self._many:
            parts = [texts.get(place) for place in (*many.elements, *many.tags)]
            values[at] = many.convert(parts, scope)

    def _learn(self, form: RequestForm, row: Row, again: tuple[str, ...]) -> Repeated | None:
        """Work out what the few values say that most messages have; None if a message that has them is not a usual one."""
        institution = row[form.at[INSTITUTION]].lstrip("0")
        says = any(row[at] == value for at, value in form.conditions)
        if says or institution not in self._institutions:
            return None
        values = self._blank.copy()
        for at, source, blank, convert in form.fields.repeated:
            if row[source] or blank:
                values[at] = convert(row[source])
        self._keep()
        return form.known.setdefault(
            again,
            Repeated(
                values=values,
                institution=institution,
                factor=self._factor(form, row),
                head=NO_HEAD if form.identity is None else form.identity.head(row),
                repeat=row[form.mti][3] == "1",
                journal=form.journal.template(row),
            ),
        )

    def _factor(self, form: RequestForm, row: Row) -> int:
        """By what amounts are multiplied.

        Raises:
            ContentError: they are divided, which may leave a rest.
        """
        amounts = self._dialect.amounts
        if amounts.decimals is None or not (form.fields.amounts or self._bills):
            return 1
        named = {number: row[form.at[number]] for number in CURRENCY_ELEMENTS if number in form.at}
        factor = factor_of(amounts.decimals, amounts, named)
        if factor is None:
            raise ContentError("amounts with more decimals than their currency")
        return factor

    def _shape(self, numbers: tuple[int, ...]) -> Shape | None:
        shape = self._maker.shape(numbers)
        if shape is not None:
            self._keep()
            self._shapes[numbers] = shape
        return shape

    def _form(self, shape: Shape, names: Names) -> RequestForm | None:
        if names not in shape.forms:
            self._keep()
            shape.forms[names] = self._maker.form(shape, names)
        return shape.forms[names]

    def _keep(self) -> None:
        """Count what is kept; when it is too much, all is forgotten."""
        self._kept += 1
        if self._kept > KEPT_MAX:
            self._shapes.clear()
            self._kept = 0


def _together(blank: Iterable[str], names: tuple[str, ...]) -> slice:
    """Return where fields are that a command has one behind the other."""
    fields = list(blank)
    place = slice(fields.index(names[0]), fields.index(names[0]) + len(names))
    assert tuple(fields[place]) == names, f"{names} stand together in commands"
    return place


def plannable(kind: MessageType, silent: str | None = None) -> bool:
    """Whether a message type can have a plan: it is of an institution and a terminal.

    Args:
        silent: the institution of messages that do not name theirs; None where they must.
    """
    named = kind.must if silent is None else (*kind.must, INSTITUTION)
    return not kind.network and {INSTITUTION, TERMINAL} <= {*named}
