"""Variables in scenarios: ``{name}``, parts of messages ``{first.48.0030}``, times ``{day-1d}``."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from offline_collect.wire.dialects.dialect import Dialect
from offline_collect.wire.errors import DecodeError
from offline_collect.wire.layouts.layout import Layout
from offline_collect.wire.layouts.pds import parse_pds
from offline_collect.wire.messages.message import Message
from offline_collect.wire.messages.message_set.types import is_answer
from offline_collect.wire.messages.requests.parts import content_of
from offline_collect_terminal.errors import UnknownVariableError
from offline_collect_terminal.wire.spoken import named_original, place

DEPTH_MAX = 8
"""How deep variables may refer to each other."""

_PLACEHOLDER = re.compile(r"\{([A-Za-z_]\w*(?:\.\w+(?:\[\d\d?\])?)*)([+-]\d+[smhdM])?\}")
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
_TIMES = {4: "%m%d", 10: "%m%d%H%M%S", 12: "%y%m%d%H%M%S"}
_WITH_YEAR = 12
_MONTH = re.compile(r"(\d{4})-(\d\d)")


@dataclass(slots=True)
class Named:
    """A message that a scenario named, and its answer if there is one.

    Attributes:
        layouts: of private data in the request, by element number.
        answer_layouts: of private data in the answer.
    """

    request: Message
    answer: Message | None = None
    layouts: Mapping[int, Layout] = field(default_factory=dict)
    answer_layouts: Mapping[int, Layout] = field(default_factory=dict)


@dataclass(slots=True)
class Variables:
    """The values of one run of a scenario, innermost first.

    Attributes:
        dialect: says where messages have what the scenario names, and in which characters.
        year: the year of MMDD values.
        values: from the scenario, from answers and from the command line.
        named: messages by name.
    """

    dialect: Dialect
    year: int
    values: dict[str, str] = field(default_factory=dict)
    named: dict[str, Named] = field(default_factory=dict)

    def expand(
        self,
        text: str,
        local: Mapping[str, str],
        quote: Callable[[str], str] = str,
        depth: int = 0,
    ) -> str:
        """Return a text with its placeholders filled in.

        Values may contain placeholders: these are filled in on use.

        Args:
            local: variables of one message, which take precedence; ``of`` there names a message.
            quote: converts a value before insertion.

        Raises:
            UnknownVariableError: there is no such name, or its value cannot be shifted in time.
        """
        if "{" not in text:
            return text

        def fill(found: re.Match[str]) -> str:
            value = self._value(found[1], local)
            if depth >= DEPTH_MAX:
                raise UnknownVariableError(f"variable {found[1]} names itself")
            value = self.expand(value, local, depth=depth + 1)
            return quote(shift(value, found[2], self.year) if found[2] else value)

        return _PLACEHOLDER.sub(fill, text)

    def _value(self, name: str, local: Mapping[str, str]) -> str:
        value = local.get(name, self.values.get(name))
        if value is not None:
            return value
        head, _, rest = name.partition(".")
        named = self.named.get(local.get(head, head))
        if named is None or not rest:
            raise UnknownVariableError(f"nothing has set a variable {name} here")
        message, layouts = named.request, named.layouts
        if rest.startswith("answer."):
            if named.answer is None:
                raise UnknownVariableError(f"{head} has no answer yet")
            message, layouts, rest = named.answer, named.answer_layouts, rest.removeprefix("answer.")
        return part_of(message, rest, self.dialect, layouts)


def part_of(message: Message, part: str, dialect: Dialect, layouts: Mapping[int, Layout]) -> str:
    """Return a part of a message.

    Args:
        part: an element ``38``, a PDS value ``48.0070``, a part of a layout ``48.bills[0].amount``, ``mti``, or
            ``original``: what names it as an original.
        layouts: of its private data, by element number.

    Raises:
        UnknownVariableError: the message has no such part.
    """
    if part == "mti":
        return message.mti
    if part == "original":
        return named_original(message, dialect)
    number, _, inner = part.partition(".")
    answer = is_answer(message.mti)
    value = message.elements.get(place(int(number), dialect, answer=answer)) if number.isdecimal() else None
    if value is None:
        raise UnknownVariableError(f"the {message.mti} has no {part}")
    if not inner:
        return value
    layout = layouts.get(int(number))
    try:
        if layout is None:
            return parse_pds(value, dialect.charset)[inner]
        return layout_parts(value, int(number), layout, dialect)[inner]
    except (KeyError, DecodeError):
        kind = "tag" if layout is None else "part"
        raise UnknownVariableError(f"the {message.mti} has no {kind} {inner} in DE {number}") from None


def layout_parts(value: str, number: int, layout: Layout, dialect: Dialect) -> dict[str, str]:
    """Return the values in an element's private data by their addresses.

    Raises:
        DecodeError: the layout does not fit.
    """
    content = content_of(value, dialect.elements[number])
    return {span.path: span.value for span in layout.spans(content)}


def shift(value: str, by: str, year: int) -> str:
    """Move MMDD or MMDDhhmmss of ``year``, or YYMMDDhhmmss, by an offset such as ``-2h``; YYYY-MM by months, ``-2M``.

    Raises:
        UnknownVariableError: the value is none of them.
    """
    if by.endswith("M"):
        return _other_month(value, int(by[:-1]))
    shape = _TIMES.get(len(value))
    whole, whole_shape = (value, shape) if len(value) == _WITH_YEAR else (f"{year:04d}{value}", f"%Y{shape}")
    try:
        moment = dt.datetime.strptime(whole, str(whole_shape)).replace(tzinfo=dt.UTC)
    except ValueError:
        raise UnknownVariableError(f"{value!r} is not MMDD or MMDDhhmmss, so {by} cannot move it") from None
    moved = moment + dt.timedelta(**{_UNITS[by[-1]]: int(by[:-1])})
    return f"{moved:{shape}}"


def _other_month(value: str, by: int) -> str:
    found = _MONTH.fullmatch(value)
    if found is None:
        raise UnknownVariableError(f"{value!r} is not YYYY-MM, so {by} months cannot move it")
    year, month = divmod(int(found[1]) * 12 + int(found[2]) - 1 + by, 12)
    return f"{year:04d}-{month + 1:02d}"
