"""Variables in scenarios: ``{name}``, parts of messages ``{first.48.0030}``, times ``{day-1d}``."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from offline_collect.wire.errors import DecodeError
from offline_collect.wire.layouts.pds import parse_pds
from offline_collect.wire.messages.message import Message
from offline_collect_terminal.errors import UnknownVariableError

DEPTH_MAX = 8
"""How deep variables may refer to each other."""

_PLACEHOLDER = re.compile(r"\{([A-Za-z_]\w*(?:\.\w+)*)([+-]\d+[smhd])?\}")
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
_TIMES = {4: "%m%d", 10: "%m%d%H%M%S"}


@dataclass(slots=True)
class Named:
    """A message that a scenario named, and its answer if there is one."""

    request: Message
    answer: Message | None = None


@dataclass(slots=True)
class Variables:
    """The values of one run of a scenario, innermost first.

    Attributes:
        charset: the dialect's, for PDS.
        year: the year of MMDD values.
        values: from the scenario, from answers and from the command line.
        named: messages by name.
    """

    charset: str
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
        message = named.request
        if rest.startswith("answer."):
            if named.answer is None:
                raise UnknownVariableError(f"{head} has no answer yet")
            message, rest = named.answer, rest.removeprefix("answer.")
        return part_of(message, rest, self.charset)


def part_of(message: Message, part: str, charset: str) -> str:
    """Return a part of a message.

    Args:
        part: an element ``38``, a PDS value ``48.0070``, ``mti``, or ``original``: its DE 90.

    Raises:
        UnknownVariableError: the message has no such part.
    """
    if part == "mti":
        return message.mti
    if part == "original":
        return original_data(message)
    number, _, tag = part.partition(".")
    value = message.elements.get(int(number)) if number.isdecimal() else None
    if value is None:
        raise UnknownVariableError(f"the {message.mti} has no {part}")
    if not tag:
        return value
    try:
        return parse_pds(value, charset)[tag]
    except (KeyError, DecodeError):
        raise UnknownVariableError(f"the {message.mti} has no tag {tag} in DE {number}") from None


def original_data(message: Message, identity: tuple[int | str, ...] = (7,)) -> str:
    """Return DE 90 for a message: MTI, STAN, DE 7, 32 and 33 (wire.md, Who a message is).

    Args:
        identity: the dialect's; if it has DE 12 and 13 but not 7, DE 90 contains those instead.
    """
    part = message.elements.get
    local = 7 not in identity and 12 in identity  # noqa: PLR2004 - DE 7 and 12
    moment = f"{part(13, ''):>04}{part(12, ''):>06}" if local else f"{part(7, ''):>010}"
    institutions = f"{part(32, ''):>011}{part(33, ''):>011}"
    return f"{message.mti}{part(11, ''):>06}{moment}{institutions}"


def shift(value: str, by: str, year: int) -> str:
    """Move MMDD or MMDDhhmmss of ``year`` by an offset such as ``-2h``.

    Raises:
        UnknownVariableError: the value is neither.
    """
    shape = _TIMES.get(len(value))
    try:
        moment = dt.datetime.strptime(f"{year:04d}{value}", f"%Y{shape}").replace(tzinfo=dt.UTC)
    except ValueError:
        raise UnknownVariableError(f"{value!r} is not MMDD or MMDDhhmmss, so {by} cannot move it") from None
    moved = moment + dt.timedelta(**{_UNITS[by[-1]]: int(by[:-1])})
    return f"{moved:{shape}}"
