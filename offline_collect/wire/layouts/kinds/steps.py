"""The steps in which parts in a fixed order are read and written.

Consecutive values of a fixed length are read with one regular expression. If it does not match, they are read one by
one, so that the error names the wrong one. Writing works the same way.
"""

from __future__ import annotations

import re
from functools import partial
from operator import itemgetter
from typing import TYPE_CHECKING, Protocol

from offline_collect.wire.elements.notation import Kind
from offline_collect.wire.errors import DecodeError, EncodeError
from offline_collect.wire.layouts.parts import Span
from offline_collect.wire.layouts.values.scalar import SPACES, ZEROS

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from offline_collect.wire.layouts.kinds.extents import Extents
    from offline_collect.wire.layouts.parts import GivenParts, Parts, Spans
    from offline_collect.wire.layouts.values.scalar import Scalar


class Step(Protocol):
    """One or more parts that are read and written together."""

    @property
    def sizes(self) -> tuple[int, int]:
        """Minimum and maximum length, in bytes."""

    def read(self, text: str, at: int, parts: Parts) -> int:
        """Parse the parts at an offset into a mapping; return the offset after them.

        Raises:
            DecodeError: a part does not match; `element` is its path.
        """

    def spans(self, text: str, at: int, parts: Parts, path: str) -> Spans:
        """Parse as `read` does, and yield each value with its byte offsets; return the offset after them."""

    def write(self, parts: GivenParts) -> str:
        """Return the bytes of the parts.

        Raises:
            EncodeError: a part is missing or does not fit; `element` is its path.
        """

    def lay_out(self, extents: Extents, path: str) -> None:
        """Add the values of the parts to those of a content; `path` is put in front of their names."""


class One:
    """A single value of variable length, or an optional value."""

    def __init__(self, part: Scalar) -> None:
        self.part = part
        self.sizes: tuple[int, int] = part.sizes

    def read(self, text: str, at: int, parts: Parts) -> int:
        """Parse the value, unless it is optional and the content ends here."""
        part = self.part
        if part.optional and at == len(text):
            return at
        try:
            parts[part.name], at = part.read(text, at)
        except DecodeError as error:
            raise DecodeError(error.reason, element=part.name) from None
        return at

    def spans(self, text: str, at: int, parts: Parts, path: str) -> Spans:
        """Yield the value with its byte offsets, if it is there."""
        end = self.read(text, at, parts)
        if self.part.name in parts:
            yield Span(f"{path}{self.part.name}", at, end, str(parts[self.part.name]))
        return end

    def write(self, parts: GivenParts) -> str:
        """Return its bytes; none if it is optional and not given."""
        part = self.part
        value = parts.get(part.name)
        if value is None and part.optional:
            return ""
        try:
            return part.write(value)
        except EncodeError as error:
            raise EncodeError(error.reason, element=part.name) from None

    def lay_out(self, extents: Extents, path: str) -> None:
        """Add the value, unless it is optional and the content ends here."""
        if self.part.prefix is not None:
            extents.varies = True
        elif extents.at < extents.size:
            extents.add(self.part, self.part.size, path)


class Run:
    """Consecutive values of a fixed length."""

    def __init__(self, parts: Sequence[Scalar]) -> None:
        self._ones = [One(part) for part in parts]
        self._names = tuple(part.name for part in parts)
        size = sum(part.size for part in parts)
        self.sizes = size, size
        self._match = re.compile("".join(f"({_pattern(part)})" for part in parts), re.DOTALL).match
        self._form = _form(parts)
        self._get = itemgetter(*self._names)
        self._numbers = tuple(index for index, part in enumerate(parts) if part.notation.kind is Kind.N)
        decoders = ((part.name, _decoder(part)) for part in parts)
        self._decoders = tuple((name, decode) for name, decode in decoders if decode is not None)

    def read(self, text: str, at: int, parts: Parts) -> int:
        """Parse all values together, or one by one if one is wrong."""
        found = self._match(text, at)
        if found is None:
            return self._read_one_by_one(text, at, parts)
        values = dict(zip(self._names, found.groups(), strict=False))
        try:
            for name, decode in self._decoders:
                values[name] = decode(values[name])
        except DecodeError:
            return self._read_one_by_one(text, at, parts)
        parts.update(values)
        return found.end()

    def _read_one_by_one(self, text: str, at: int, parts: Parts) -> int:
        for one in self._ones:
            at = one.read(text, at, parts)
        return at

    def spans(self, text: str, at: int, parts: Parts, path: str) -> Spans:
        """Yield each value with its byte offsets."""
        for one in self._ones:
            at = yield from one.spans(text, at, parts, path)
        return at

    def write(self, parts: GivenParts) -> str:
        """Return the bytes: of all values together if they are plain, else one by one."""
        if self._form:
            try:
                values = self._values(parts)
                # Raises TypeError for a value that is not text; the format would accept it.
                "".join(values)
            except (KeyError, TypeError):
                values = ()
            if values and not ("" in values and self._lacks_digits(values)):
                text = self._form.format(*values)
                if len(text) == self.sizes[0] and self._match(text):
                    return text
        return "".join([one.write(parts) for one in self._ones])

    def lay_out(self, extents: Extents, path: str) -> None:
        """Add the values."""
        for one in self._ones:
            extents.add(one.part, one.part.size, path)

    def _values(self, parts: GivenParts) -> tuple[str, ...]:
        values = self._get(parts)
        return values if len(self._names) > 1 else (values,)

    def _lacks_digits(self, values: tuple[str, ...]) -> bool:
        """Whether a number is empty; an empty number must not become zeros."""
        return any(not values[index] for index in self._numbers)


def _form(parts: Sequence[Scalar]) -> str:
    """Return a format that pads and joins all values; '' if one of them needs more than that."""
    fills = [_fill(part) for part in parts]
    return "".join(fills) if all(fills) else ""


def _fill(part: Scalar) -> str:
    kind = quick_kind(part)
    if kind is None:
        return ""
    return f"{{:0>{part.size}}}" if kind is Kind.N else f"{{:<{part.size}}}"


def _pattern(part: Scalar) -> str:
    """Return the regular expression of a value; it checks what it can."""
    kind = part.notation.kind
    known = {Kind.N: "[0-9]", Kind.ANS: "[ -~]"} if part.coder.plain else {}
    return f"{known.get(kind, '.')}{{{part.size}}}"


def _decoder(part: Scalar) -> Callable[[str], str] | None:
    """Return the function that completes the parsing of a matched value; None if nothing is left to do."""
    kind = quick_kind(part)
    if kind is None:
        return partial(part.decode, count=part.notation.length)
    return None if kind is Kind.N else SPACES.without_padding


def quick_kind(part: Scalar) -> Kind | None:
    """Return n for digits filled with zeros, ans for characters filled with spaces; None for whatever needs more."""
    kind = part.notation.kind
    if part.coder.plain and part.must is None:
        if kind is Kind.N and part.pad is ZEROS:
            return kind
        if kind is Kind.ANS and part.pad is SPACES:
            return kind
    return None


class Rest(One):
    """The bytes after all other parts, if there are any."""

    def __init__(self, part: Scalar) -> None:
        self.part = part
        self.sizes = 0, part.notation.length

    def read(self, text: str, at: int, parts: Parts) -> int:
        """Parse all remaining bytes."""
        if at < len(text):
            try:
                parts[self.part.name] = self.part.decode(text[at:], 0)
            except DecodeError as error:
                raise DecodeError(error.reason, element=self.part.name) from None
        return len(text)

    def write(self, parts: GivenParts) -> str:
        """Return its bytes; none if it is not given."""
        value = parts.get(self.part.name)
        try:
            return "" if value is None else self.part.coder.encode(self.part.checked(value))
        except EncodeError as error:
            raise EncodeError(error.reason, element=self.part.name) from None

    def lay_out(self, extents: Extents, path: str) -> None:
        """Add the value, if there is one; a list before it is not as long as the rest leaves room for."""
        extents.varies = extents.varies or extents.lists > 0
        if extents.at < extents.size:
            extents.add(self.part, extents.size - extents.at, path)
