"""Private data as plans: where its values are, and what they mean, is worked out once for each list of their names."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

from offline_collect.domain.texts.cards import CARD_DIGITS, MASK, mask_cards
from offline_collect.wire.dialects.places import part_of
from offline_collect.wire.elements.contents import holds_ascii
from offline_collect.wire.elements.notation import Kind
from offline_collect.wire.layouts.pds import parse_pds
from offline_collect.wire.masking import hide, tags_form
from offline_collect.wire.messages.requests.journals import SLOT
from offline_collect.wire.messages.requests.parts import content_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from offline_collect.wire.dialects.places import Place
    from offline_collect.wire.elements.element import Element
    from offline_collect.wire.layouts.layout import Layout
    from offline_collect.wire.layouts.masking import Rule
    from offline_collect.wire.layouts.parts import Cut
    from offline_collect.wire.messages.message_set.types import BillListPlan


class Part(NamedTuple):
    """A part that is read.

    Attributes:
        place: in messages; of a tag, the tag.
        at: its number among the values.
        blank: whether an empty value counts as one: that of the only record of a list does.
    """

    place: Place
    at: int
    blank: bool


class PrivateForm(NamedTuple):
    """What the names of the values of private data say about it.

    Attributes:
        parts: those that are read.
        bills: for each record of the list of bills, where the values are that name it and that make its amount.
        line: the masked line with a `SLOT` for each value that is shown.
        slots: those values by their numbers, with their masks.
    """

    parts: tuple[Part, ...]
    bills: tuple[tuple[int, ...], ...]
    line: str
    slots: tuple[tuple[int, Rule | None], ...]


class PrivatePlan(Protocol):
    """Reads the private data of one element; correct contents only."""

    def cut(self, value: str) -> Cut | None:
        """Return the names and the values; None for a content that is not a correct one, or takes the general way.

        Raises:
            DecodeError: it is not a correct one.
        """

    def form(self, names: tuple[str, ...]) -> PrivateForm:
        """Return what the names say."""


class TagsPlan:
    """Reads tags.

    Args:
        charset: of the element.
    """

    def __init__(self, charset: str) -> None:
        self._charset = charset

    def cut(self, value: str) -> Cut | None:
        """See :class:`PrivatePlan`."""
        tags = parse_pds(value, self._charset)
        return tuple(tags), [*tags.values()]

    def form(self, names: tuple[str, ...]) -> PrivateForm:
        """See :class:`PrivatePlan`."""
        form = tags_form(names)
        hidden = [mask is hide for mask in form.masks]
        return PrivateForm(
            tuple(Part(tag, at, blank=True) for at, tag in enumerate(names)),
            (),
            form.text % tuple(MASK if each else SLOT for each in hidden),
            tuple((at, mask) for at, mask in enumerate(form.masks) if not hidden[at]),
        )


class LayoutPrivatePlan:
    """Reads private data in a layout.

    Args:
        layout: of the element.
        element: its shape and encoding.
        places: that are read.
        rules: what is shown of parts, by path.
        listed: the list of bills in this element; None if there is none.
    """

    def __init__(
        self,
        layout: Layout,
        element: Element,
        places: Iterable[Place],
        rules: Mapping[str, Rule],
        listed: BillListPlan | None,
    ) -> None:
        self._layout = layout
        self._element = element
        self._plain = element.kind is not Kind.B and (element.packed or holds_ascii(element.charset))
        self._places = {place: layout.place(part_of(place)) for place in places}
        self._rules = {layout.place(path).names: rule for path, rule in rules.items()}
        self._listed = listed

    def cut(self, value: str) -> Cut | None:
        """See :class:`PrivatePlan`."""
        if self._plain and value.isascii():
            return self._layout.cut(value)
        return self._layout.cut(content_of(value, self._element).decode("latin-1"))

    def form(self, names: tuple[str, ...]) -> PrivateForm:
        """See :class:`PrivatePlan`."""
        parts = [self._layout.names(path) for path in names]
        rules = [self._rules.get(part) for part in parts]
        pieces = [self._piece(path, rule) for path, rule in zip(names, rules, strict=True)]
        return PrivateForm(
            tuple(self._parts(parts)),
            tuple(self._bills(names)),
            " ".join(pieces),
            tuple(
                (at, None if rule is mask_cards and self._is_short(names[at]) else rule)
                for at, rule in enumerate(rules)
                if rule is not None
            ),
        )

    def _piece(self, path: str, rule: Rule | None) -> str:
        """A value in the masked line; of one without a rule, no character is taken, nor of a name that its sender chose."""
        if rule is not None:
            return f"{path}={SLOT}"
        return f"{MASK if self._layout.free_names else path}={MASK}"

    def _is_short(self, path: str) -> bool:
        """Whether no value of a part is as long as a card number."""
        notation = self._layout.notation(path)
        return notation is not None and notation.kind is not Kind.B and notation.length < CARD_DIGITS - 1

    def _parts(self, names: Sequence[tuple[str, ...]]) -> Iterator[Part]:
        for place, found in self._places.items():
            places = [at for at, name in enumerate(names) if name == found.names]
            if len(places) == 1:
                yield Part(place, places[0], found.repeated)

    def _bills(self, paths: tuple[str, ...]) -> Iterator[tuple[int, ...]]:
        """Yield where the values of each record are."""
        listed = self._listed
        if listed is None:
            return
        records: dict[str, dict[str, int]] = {}
        size = len(listed.place.names)
        for at, path in enumerate(paths):
            steps = path.split(".")
            if self._layout.names(path)[:size] == listed.place.names:
                records.setdefault(".".join(steps[:size]), {})[".".join(steps[size:])] = at
        for record in records.values():
            yield tuple(record[name] for name in (listed.bill_no or listed.period, *listed.amounts))
