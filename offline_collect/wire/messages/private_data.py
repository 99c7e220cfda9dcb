"""Private data for people: the parts of one message with their bytes, masked as its dialect says."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from offline_collect.domain.codes import ResponseCode
from offline_collect.domain.commands import NetworkFunction
from offline_collect.domain.texts.cards import mask_cards
from offline_collect.domain.texts.phrases import Phrase
from offline_collect.wire.dialects.patterns import is_like
from offline_collect.wire.dialects.places import element_of, part_of
from offline_collect.wire.errors import DecodeError
from offline_collect.wire.masking import NEVER_UNMASKED, mask_element
from offline_collect.wire.messages.masked_parts import part_rules, whole_rules
from offline_collect.wire.messages.message_set.types import is_answer
from offline_collect.wire.messages.requests.parts import content_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from offline_collect.wire.dialects.dialect import Dialect
    from offline_collect.wire.dialects.places import Place
    from offline_collect.wire.layouts.layout import Layout
    from offline_collect.wire.layouts.parts import Parts, Span
    from offline_collect.wire.messages.message_set.types import MessageType

_PROCESSING, _CODE = 3, 39
_SEVERAL = Phrase("the layouts of several messages fit it, so it is hidden")

_Choices = list[tuple["Layout", "MessageType"]]


class ShownPart(NamedTuple):
    """A part of an element.

    Attributes:
        path: its address in the element: `bills[0].amount`.
        shape: `n11`; '' if the layout does not say it.
        start: its first byte in the content, counted from 0.
        end: the byte behind it.
        value: masked.
        whole: whether nothing of it is hidden.
    """

    path: str
    shape: str
    start: int
    end: int
    value: str
    whole: bool


class TakenApart(NamedTuple):
    """An element whose private data has a layout.

    Attributes:
        parts: in their order, up to the one that is wrong.
        problem: what is wrong, and where: `DE 48: reference cut short`; None if nothing is.
    """

    parts: tuple[ShownPart, ...]
    problem: Phrase | None


class PrivateData:
    """Takes apart the private data of one message.

    A request alone says what it is. An answer says it as far as it repeats its request, so a layout is taken only
    if no other fits as well.

    Args:
        dialect: names the layouts, and what of them may be shown.
        mti: the message's.
        elements: of the message, or those that could be read of it.
    """

    def __init__(self, dialect: Dialect, mti: str, elements: Mapping[int, str]) -> None:
        self._dialect = dialect
        self._mti = mti
        self._elements = elements
        types = () if dialect.messages is None else dialect.messages.types
        self.kinds = tuple(kind for kind in types if self._may_be(kind))
        """The message types that it may be; none where the dialect has no messages of its own."""

    @property
    def about_keys(self) -> bool:
        """Whether a key is in the message."""
        code = self._dialect.network_codes.get(NetworkFunction.NEW_KEY, "")
        said = self._elements.get(self._dialect.network_element, "")
        named = any(kind.constants.get("function") is NetworkFunction.NEW_KEY for kind in self.kinds)
        return named or (self._mti[1:2] == "8" and is_like(code, said))

    def layouts(self, number: int) -> list[list[Layout]]:
        """The layouts that an element may have: the likely ones, then the others."""
        return [list(dict.fromkeys(layout for layout, _ in choices)) for choices in self._choices(number)]

    def taken_apart(self, number: int, *, unmask: bool = False) -> TakenApart | None:
        """Return an element's parts; None if it has no layout.

        Args:
            number: the element.
            unmask: show personal data; data of cards, PINs and keys is never shown.
        """
        choices = [choices for choices in self._choices(number) if choices]
        if not choices or number not in self._elements:
            return None
        content = self._content(number)
        for likely in choices:
            fitting = self._fitting(likely, content)
            if fitting:
                if len(fitting) > 1:
                    return TakenApart((), Phrase("DE {number}: {reason}", number=number, reason=_SEVERAL))
                return self._shown(fitting.pop(), number, content, unmask=unmask)
        return self._shown(choices[0][0][0], number, content, unmask=unmask)

    def shown(self, number: int) -> str:
        """Return the masked form of an element without a layout."""
        value = self._elements[number]
        rule = whole_rules(self._dialect).get(number)
        if rule is not None:
            return rule(value)
        return mask_element(number, value, answer=is_answer(self._mti), tagged=self._dialect.tagged)

    def _may_be(self, kind: MessageType) -> bool:
        """Whether the message is of a type, as far as its elements say it."""
        mtis = _answer_mtis(kind, self._dialect) if is_answer(self._mti) else kind.requests
        return self._mti in mtis and all(
            number not in self._elements or any(is_like(code, self._elements[number]) for code in codes)
            for number, codes in _conditions(kind, self._dialect)
        )

    def _choices(self, number: int) -> list[_Choices]:
        requests = [(kind.layouts[number], kind) for kind in self.kinds if number in kind.layouts]
        if not is_answer(self._mti):
            return [requests]
        answers = [
            (kind.answer.layouts[number].layout, kind) for kind in self.kinds if number in kind.answer.layouts
        ]
        return [requests, answers] if self._came_back(number) else [answers, requests]

    def _came_back(self, number: int) -> bool:
        """Whether a decline repeats an element as it came."""
        approved = self._dialect.response_codes[ResponseCode.APPROVED]
        own = {element_of(place) for place in (*self._dialect.always, *self._dialect.decline)}
        return self._elements.get(_CODE, approved) != approved and number not in own

    def _fitting(self, choices: _Choices, content: bytes) -> set[Layout]:
        """The layouts that fit a content; of several, those of the types that the parts of the message name."""
        fitting = [(layout, kind) for layout, kind in choices if _parts(layout, content) is not None]
        found = {layout for layout, _ in fitting}
        if len(found) > 1:
            return {layout for layout, kind in fitting if self._is_named(kind)} or found
        return found

    def _is_named(self, kind: MessageType) -> bool:
        """Whether all parts say what those of a type do."""
        conditions = [condition for condition in kind.when if part_of(condition.place)]
        return all(condition.holds(self._part(kind, condition.place)) for condition in conditions)

    def _part(self, kind: MessageType, place: Place) -> str:
        """What a part says in the layouts of a type; '' if it is not there."""
        number, path = element_of(place), part_of(place)
        content = self._content(number)
        for layout in [layout for choices in self._choices(number) for layout, of in choices if of is kind]:
            parts = _parts(layout, content)
            if parts is not None and layout.has(path):
                return layout.place(path).value(parts) or ""
        return ""

    def _content(self, number: int) -> bytes:
        element = self._dialect.elements.get(number)
        if element is None or number not in self._elements:
            return b""
        return content_of(self._elements[number], element)

    def _shown(self, layout: Layout, number: int, content: bytes, *, unmask: bool) -> TakenApart:
        mask = self._mask(layout, number, unmask=unmask)
        parts: list[ShownPart] = []
        try:
            for span in layout.spans(content, f"DE {number}"):
                shown = mask(span)
                found = {**shown._asdict(), "shape": layout.shape(span), "whole": shown == span}
                parts.append(ShownPart(**found))
        except DecodeError as error:
            return TakenApart(tuple(parts), error.words)
        return TakenApart(tuple(parts), None)

    def _mask(self, layout: Layout, number: int, *, unmask: bool) -> Callable[[Span], Span]:
        if unmask and number not in NEVER_UNMASKED and not self.about_keys:
            return _without_cards
        return layout.span_masker(part_rules(number, layout, self._dialect))


def _answer_mtis(kind: MessageType, dialect: Dialect) -> set[str]:
    return {dialect.answer_mtis.get(request, kind.response) for request in kind.requests}


def _conditions(kind: MessageType, dialect: Dialect) -> Iterator[tuple[int, tuple[str, ...]]]:
    """What whole elements must say, for a message to be of a type."""
    for condition in kind.when:
        if isinstance(condition.place, int):
            yield condition.place, (condition.pattern,)
    if kind.processing is not None:
        yield _PROCESSING, (dialect.processing_codes.get(kind.processing, ""),)
    if kind.network:
        codes = dialect.network_codes
        yield dialect.network_element, tuple(codes.get(function, "") for function in kind.network)


def _parts(layout: Layout, content: bytes) -> Parts | None:
    """The parts of a content; None if the layout does not fit it."""
    try:
        return layout.read(content)
    except DecodeError:
        return None


def _without_cards(span: Span) -> Span:
    return span._replace(path=mask_cards(span.path), value=mask_cards(span.value))
