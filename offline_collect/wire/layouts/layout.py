"""A layout: parses the private data inside one element into named parts, and builds it from them."""

from __future__ import annotations

from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING

from offline_collect.domain.texts.phrases import Phrase
from offline_collect.wire.errors import ContentError, DecodeError, EncodeError
from offline_collect.wire.layouts.masking import masked_line, masked_span, names_of
from offline_collect.wire.layouts.parts import CONTENT_MAX
from offline_collect.wire.layouts.place import Place

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from offline_collect.wire.elements.notation import Notation
    from offline_collect.wire.layouts.masking import Rule
    from offline_collect.wire.layouts.parts import Body, Cut, GivenParts, Parts, Span


class Layout:
    """One layout of a dialect; `offline_collect.wire.layouts.layout_file.compile_layout` makes them.

    Contents are bytes: raw bytes for b elements, ASCII digits for n elements that are packed on the wire, and
    encoded characters for all other elements.

    Attributes:
        name: the name that messages use.
        needs: the parts that `write` must get, each as names from the outermost part to the part itself; a group or
            a list is one too.
        free_names: whether the sender chooses the names of parts.
        size_least: minimum length of a content, in bytes.
        size_most: maximum length of a content, in bytes.
    """

    def __init__(self, name: str, body: Body) -> None:
        self.name = name
        self.size_least, self.size_most = body.sizes
        self.needs = body.needs
        self.free_names = body.free_names
        self._body = body
        self._places: dict[str, Place] = {}

    def __repr__(self) -> str:
        return f"<Layout {self.name}>"

    def read(self, data: bytes, place: str = "") -> Parts:
        """Parse a content.

        Args:
            data: the content.
            place: the element for error messages: `DE 48`; the layout's name if it is not given.

        Returns:
            Values, groups and lists of records by name, in the order of the content.

        Raises:
            DecodeError: the content does not match the layout; `element` is `place`, and the reason names the part.
        """
        # Raised outside the `except` block: the traceback must not keep the content.
        try:
            if len(data) <= CONTENT_MAX:
                return self._body.read(data.decode("latin-1"))
        except DecodeError as error:
            reason = error.inside()
        else:
            reason = Phrase("longer than {most} bytes", most=CONTENT_MAX)
        raise DecodeError(reason, element=place or self.name)

    def cut(self, content: str) -> Cut | None:
        """Return the values of a content with their paths; None if it is not a correct one, or takes more reading.

        Args:
            content: one character for each byte.
        """
        try:
            return self._body.cut(content) if len(content) <= CONTENT_MAX else None
        except DecodeError:
            return None

    def names(self, path: str) -> tuple[str, ...]:
        """Return the names of the path of a value: `bills`, `amount` of `bills[1].amount`."""
        return names_of(path, flat=self._body.flat)

    def spans(self, data: bytes, place: str = "") -> Iterator[Span]:
        """Yield each value with its byte offsets, up to the first error; used to find mistakes in samples.

        Args:
            data: the content.
            place: the element for error messages.

        Raises:
            DecodeError: the content does not match the layout; the values before the error were yielded.
        """
        with suppress(DecodeError):
            yield from self._body.spans(data[:CONTENT_MAX].decode("latin-1"))
        # Raises the same error as for a peer's message.
        self.read(data, place)

    def write(self, parts: GivenParts, place: str = "") -> bytes:
        """Build a content.

        Args:
            parts: values, groups and lists of records by name.
            place: the element for error messages; the layout's name if it is not given.

        Returns:
            The content, at most `CONTENT_MAX` bytes.

        Raises:
            EncodeError: a part is missing, is not in this layout, or does not fit; `element` is `place`, and the reason
                names the part.
        """
        try:
            content = self._body.write(parts)
        except EncodeError as error:
            reason = _reason(error)
        else:
            if len(content) <= CONTENT_MAX:
                return content.encode("latin-1")
            reason = f"longer than {CONTENT_MAX} bytes"
        raise EncodeError(reason, element=place or self.name)

    def place(self, path: str) -> Place:
        """Return the place of a part, given its path in this layout: `bills.amount`.

        A list without a name has the name of its group, or of the layout. Its parts may be addressed without that name.

        Raises:
            ContentError: the layout has no such part.
        """
        known = self._places.get(path)
        if known is not None:
            return known
        found = self._body.find(tuple(path.split(".")))
        if found is None:
            raise ContentError(f"layout {self.name} has no part {path}")
        # No more are kept than the layout has parts, once with and once without the names of lists.
        return self._places.setdefault(path, Place(path, found))

    def has(self, path: str) -> bool:
        """Whether the layout has a part with this path."""
        return self._body.find(tuple(path.split("."))) is not None

    def masker(self, rules: Mapping[str, Rule]) -> Callable[[GivenParts], str]:
        """Return a function that shows parts on one line, for logs and journals.

        Args:
            rules: the masking of values, by path; a value without a rule is hidden.

        Raises:
            ContentError: the layout has no part with one of the paths.
        """
        return partial(masked_line, rules=self._by_names(rules), free_names=self.free_names)

    def span_masker(self, rules: Mapping[str, Rule]) -> Callable[[Span], Span]:
        """Return a function that masks a value of `spans`, and names that the sender chose, as `masker` does."""
        rules_by_names = self._by_names(rules)
        return partial(masked_span, rules=rules_by_names, names=self.names, free_names=self.free_names)

    def _by_names(self, rules: Mapping[str, Rule]) -> dict[tuple[str, ...], Rule]:
        return {self.place(path).names: rule for path, rule in rules.items()}

    def shape(self, span: Span) -> str:
        """Return the shape of a value of `spans`; '' if the layout does not say it."""
        return str(self.notation(span.path) or "")

    def notation(self, path: str) -> Notation | None:
        """Return the shape of a value by its path, with record numbers; None if the layout does not say it."""
        found = self._body.find(self.names(path))
        return None if found is None else found.notation


def _reason(error: EncodeError) -> str:
    return f"{error.element} {error.reason}" if error.element else error.reason
