"""A layout: the private data inside one element, taken apart into parts and put together from them."""

from __future__ import annotations

from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING

from offline_collect.wire.errors import ContentError, DecodeError, EncodeError
from offline_collect.wire.layouts.masking import masked_line, masked_span, way_of
from offline_collect.wire.layouts.parts import CONTENT_MAX
from offline_collect.wire.layouts.place import Place

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from offline_collect.wire.layouts.masking import Rule
    from offline_collect.wire.layouts.parts import Body, GivenParts, Parts, Span


class Layout:
    """One layout of a dialect; `offline_collect.wire.layouts.layout_file.compile_layout` makes them.

    It takes and gives the content of an element as bytes: those of b elements as they are, the digits of n
    elements that are packed on the wire in ASCII, and characters in their charset.

    Attributes:
        name: how messages name it.
        needs: the ways to the parts that must be given for it to be written, as a place's `way` says them; a
            group or a list is one too.
        size_least: bytes that a content has at least.
        size_most: bytes that it has at most.
    """

    def __init__(self, name: str, body: Body) -> None:
        self.name = name
        self.size_least, self.size_most = body.sizes
        self.needs = body.needs
        self._body = body

    def __repr__(self) -> str:
        return f"<Layout {self.name}>"

    def read(self, data: bytes, place: str = "") -> Parts:
        """Take a content apart.

        Args:
            data: the content.
            place: its element, named in errors: `DE 48`.

        Returns:
            Values, groups and lists of records by their names, in their order.

        Raises:
            DecodeError: the content is not what the layout says.
        """
        # Errors are raised outside the `except` block, so that they do not drag the content along.
        try:
            if len(data) <= CONTENT_MAX:
                return self._body.read(data.decode("latin-1"))
        except DecodeError as error:
            reason = _said(error)
        else:
            reason = f"longer than {CONTENT_MAX} bytes"
        raise DecodeError(reason, element=place or self.name)

    def spans(self, data: bytes, place: str = "") -> Iterator[Span]:
        """Tell each value with its bytes, up to the part that is wrong: for people who look for a mistake.

        Args:
            data: the content.
            place: its element, named in errors.

        Raises:
            DecodeError: the content is not what the layout says, after the values before that part.
        """
        with suppress(DecodeError):
            yield from self._body.spans(data[:CONTENT_MAX].decode("latin-1"))
        # What is wrong is said in the same words as to a peer.
        self.read(data, place)

    def write(self, parts: GivenParts, place: str = "") -> bytes:
        """Put a content together.

        Args:
            parts: values, groups and lists of records by their names.
            place: the element, named in errors.

        Raises:
            EncodeError: a part is missing, is not in this layout, or does not fit.
        """
        try:
            content = self._body.write(parts)
        except EncodeError as error:
            reason = _said(error)
        else:
            if len(content) <= CONTENT_MAX:
                return content.encode("latin-1")
            reason = f"longer than {CONTENT_MAX} bytes"
        raise EncodeError(reason, element=place or self.name)

    def place(self, path: str) -> Place:
        """Find a part by its address in this layout: `bills.amount`.

        A list that has no name of its own is named for the group or layout that it stands in, and its parts may be
        addressed without it.

        Raises:
            ContentError: there is no such part.
        """
        found = self._body.find(tuple(path.split(".")))
        if found is None:
            raise ContentError(f"layout {self.name} has no part {path}")
        return Place(path, found)

    def has(self, path: str) -> bool:
        """Whether there is such a part."""
        return self._body.find(tuple(path.split("."))) is not None

    def masker(self, rules: Mapping[str, Rule]) -> Callable[[GivenParts], str]:
        """Return what shows parts on one line, for logs and journals.

        Args:
            rules: what is shown of a value, by its address; everything else is hidden.

        Raises:
            ContentError: an address is none of this layout.
        """
        return partial(masked_line, rules=self._by_way(rules), free_names=self._body.free_names)

    def span_masker(self, rules: Mapping[str, Rule]) -> Callable[[Span], Span]:
        """Return what masks the values that `spans` tells, and names that the sender chose, as `masker` does."""
        return partial(masked_span, rules=self._by_way(rules), free_names=self._body.free_names)

    def _by_way(self, rules: Mapping[str, Rule]) -> dict[tuple[str, ...], Rule]:
        return {self.place(path).way: rule for path, rule in rules.items()}

    def shape(self, span: Span) -> str:
        """The shape of a value that `spans` tells; '' if the layout does not say it."""
        found = self._body.find(way_of(span.path, free_names=self._body.free_names))
        return "" if found is None or found.notation is None else str(found.notation)


def _said(error: DecodeError | EncodeError) -> str:
    return f"{error.element} {error.reason}" if error.element else error.reason
