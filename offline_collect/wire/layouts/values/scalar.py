"""A single value inside an element: parses and builds its bytes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from offline_collect.domain.texts.phrases import Phrase
from offline_collect.wire.elements.notation import Kind
from offline_collect.wire.errors import DecodeError, EncodeError
from offline_collect.wire.layouts.values.encodings import content_problem

if TYPE_CHECKING:
    from offline_collect.wire.elements.notation import Notation
    from offline_collect.wire.layouts.values.encodings import Coder

COUNT_DIGITS_MAX = 9
CUT_SHORT = Phrase("cut short")
_NOT_CONSTANT = Phrase("not the constant value")


class Pad(NamedTuple):
    """The padding of a value to a fixed length.

    Attributes:
        left: whether the pad characters are before the value.
        filler: the pad character.
        strip: whether padding is removed from a value that is read.
    """

    left: bool
    filler: str
    strip: bool

    @property
    def blank(self) -> bool:
        """Whether an empty value is written as padding only."""
        return self.strip and self.filler != "0"

    def fill(self, chars: str, length: int) -> str:
        """Return the characters padded to `length`."""
        return chars.rjust(length, self.filler) if self.left else chars.ljust(length, self.filler)

    def ambiguous(self, value: str) -> bool:
        """Whether removing the padding would change the value, spaces aside."""
        return self.strip and self.filler != " " and value != self.without_padding(value)

    def without_padding(self, value: str) -> str:
        """Return the value without padding; a number of zeros keeps the last one."""
        if not self.strip:
            return value
        if not self.left:
            return value.rstrip(self.filler)
        return value.lstrip(self.filler) or (value[-1:] if self.filler == "0" else "")


ZEROS = Pad(left=True, filler="0", strip=False)
SPACES = Pad(left=False, filler=" ", strip=True)


@dataclass(frozen=True, slots=True)
class Scalar:
    """A part that is a single value.

    Attributes:
        name: its name in the layout.
        notation: its shape.
        coder: its encoding.
        pad: its padding if its length is fixed; None if it must have its full length.
        prefix: its length prefix if its length varies; None if the length is known otherwise, such as from a tag.
        must: its constant; no other value is accepted.
        send: the value that is written if none is given.
        optional: whether it may be missing at the end of a content.
    """

    name: str
    notation: Notation
    coder: Coder
    pad: Pad | None = None
    prefix: Scalar | None = None
    must: str | None = None
    send: str | None = None
    optional: bool = False

    @property
    def size(self) -> int:
        """Maximum length of the value, in bytes."""
        return self.coder.size(self.notation.length)

    @property
    def is_needed(self) -> bool:
        """Whether `write` must get a value."""
        return self.must is None and self.send is None and not self.optional

    @property
    def is_count(self) -> bool:
        """Whether it is a mandatory number, padded with zeros, of at most `COUNT_DIGITS_MAX` digits."""
        zeros = self.pad is not None and self.pad.filler == "0"
        number = self.notation.kind is Kind.N and self.notation.length <= COUNT_DIGITS_MAX
        return number and zeros and not self.notation.prefix and not self.optional

    @property
    def sizes(self) -> tuple[int, int]:
        """Minimum and maximum length, in bytes, length prefix included."""
        if self.prefix is None:
            return (0 if self.optional else self.size), self.size
        return (0 if self.optional else self.prefix.size), self.prefix.size + self.size

    @property
    def count_max(self) -> int:
        """The greatest number that the length prefix must hold: digits if the value is packed, else bytes."""
        return self.notation.length if self.coder.packed else self.size

    def read(self, text: str, at: int) -> tuple[str, int]:
        """Return the value at an offset, and the offset after it.

        Raises:
            DecodeError: it is truncated, or its content is invalid; `element` is not set.
        """
        count, size = self.notation.length, self.size
        if self.prefix is not None:
            digits, at = self.prefix.read(text, at)
            count = int(digits)
            if count > self.count_max:
                raise DecodeError(Phrase("too long"))
            size = self.coder.size(count) if self.coder.packed else count
        end = at + size
        if end > len(text):
            raise DecodeError(CUT_SHORT)
        return self.decode(text[at:end], count), end

    def decode(self, chars: str, count: int) -> str:
        """Return the value of its bytes.

        Args:
            chars: the bytes, one character for each.
            count: the number of digits or characters in them.

        Raises:
            DecodeError: the content is invalid; `element` is not set.
        """
        value = self.coder.decode(chars, count)
        if self.pad is not None:
            value = self.pad.without_padding(value)
        problem = content_problem(self.notation.kind, value)
        if problem is not None:
            raise DecodeError(problem)
        if self.must is not None and value != self.must:
            raise DecodeError(_NOT_CONSTANT)
        return value

    def write(self, value: object) -> str:
        """Return the bytes of a value, its length prefix included.

        Args:
            value: the value; None for the constant or the default.

        Raises:
            EncodeError: there is no value, or it does not fit; `element` is not set.
        """
        checked = self.checked(value)
        if self.notation.prefix:
            return self._varying(checked)
        return self._exact(checked) if self.pad is None else self._filled(checked, self.pad)

    def decode_all(self, chars: str) -> str:
        """Return the value of bytes whose length is known otherwise, such as from a tag.

        Raises:
            DecodeError: the length is wrong, or the content is invalid; `element` is not set.
        """
        count = self.notation.length
        if self.notation.prefix:
            if len(chars) > self.size:
                raise DecodeError(Phrase("too long"))
            count = 2 * len(chars)
        elif len(chars) != self.size:
            raise DecodeError(Phrase("wrong length"))
        return self.decode(chars, count)

    def checked(self, value: object) -> str:
        """Return the value to write, after a check of its content; the constant or the default for None.

        Raises:
            EncodeError: there is no value, or its content is invalid; `element` is not set.
        """
        if value is None:
            value = self.send if self.must is None else self.must
        if value is None:
            raise EncodeError("missing")
        if not isinstance(value, str):
            raise EncodeError("must be text")
        if self.must is not None and value != self.must:
            raise EncodeError(_NOT_CONSTANT)
        problem = content_problem(self.notation.kind, value)
        if problem is not None:
            raise EncodeError(problem)
        return value

    def _filled(self, value: str, pad: Pad) -> str:
        """Digits are padded before they are packed, characters after they are encoded: their length counts bytes."""
        if not value and not pad.blank:
            raise EncodeError("empty")
        if pad.ambiguous(value) and self.notation.kind is not Kind.N:
            # The receiver would read another value.
            raise EncodeError("begins or ends with its pad character")
        if self.notation.kind is Kind.N:
            return self.coder.encode(self._filled_up(value, pad))
        if not self.coder.holds_ascii:
            pad = pad._replace(filler=self.coder.encode(pad.filler))
        return self._filled_up(self.coder.encode(value), pad)

    def _filled_up(self, chars: str, pad: Pad) -> str:
        if len(chars) > self.notation.length:
            raise EncodeError("too long")
        return pad.fill(chars, self.notation.length)

    def _exact(self, value: str) -> str:
        chars = self.coder.encode(value)
        if len(chars) != self.size or (self.coder.packed and len(value) != self._value_length):
            raise EncodeError("wrong length")
        return chars

    @property
    def _value_length(self) -> int:
        return self.notation.length + (self.notation.kind is Kind.XN)

    def _varying(self, value: str) -> str:
        chars = self.coder.encode(value)
        count = len(value) if self.coder.packed else len(chars)
        if count > self.count_max:
            raise EncodeError("too long")
        return chars if self.prefix is None else self.prefix.write(str(count)) + chars
