"""Private data in a layout as plans: one for each list of paths that contents have."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from offline_collect.domain.texts.cards import CARD_DIGITS, MASK, mask_cards
from offline_collect.wire.dialects.places import part_of
from offline_collect.wire.elements.contents import holds_ascii
from offline_collect.wire.elements.cutting import cutter
from offline_collect.wire.elements.notation import Kind
from offline_collect.wire.messages.request_parts import content_of
from offline_collect.wire.messages.request_times import keep

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from offline_collect.wire.dialects.dialect import Element
    from offline_collect.wire.dialects.places import Place
    from offline_collect.wire.layouts.layout import Layout
    from offline_collect.wire.layouts.masking import Rule
    from offline_collect.wire.messages.message_types import BillListPlan

    Bills = Sequence[Sequence[str]]


class _Part(NamedTuple):
    """A part that is read.

    Attributes:
        place: in messages.
        at: its number among the values.
        blank: whether an empty value counts as one: that of the only record of a list does.
    """

    place: Place
    at: int
    blank: bool


class _Form(NamedTuple):
    """What the paths of a content's values say about it.

    Attributes:
        parts: those that are read.
        bills: for each record of the list of bills, a function that takes what names and what makes its amount.
        line: the masked line with a place for each value.
        masks: values that are masked, with their masks.
    """

    parts: tuple[_Part, ...]
    bills: tuple[Callable[[Sequence[str]], Sequence[str]], ...]
    line: str
    masks: tuple[tuple[int, Rule], ...]


class PrivatePlan:
    """Reads and masks the private data of one element; correct contents only.

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
        self._forms: dict[tuple[str, ...], _Form] = {}

    def read(self, value: str, elements: dict[Place, str]) -> tuple[str, Bills] | None:
        """Add the parts to a message's values; return the masked line, and the records of bills.

        Args:
            value: the element's.
            elements: by place; changed.

        Returns:
            None for a content that is not a correct one, or takes the general way.
        """
        if self._plain and value.isascii():
            content = value
        else:
            content = content_of(value, self._element).decode("latin-1")
        cut = self._layout.cut(content)
        if cut is None:
            return None
        paths, values = cut
        form = self._forms.get(paths) or keep(self._forms, paths, self._form(paths))
        for place, at, blank in form.parts:
            text = values[at]
            if text or blank:
                elements[place] = text
        shown = [*values]
        for at, mask in form.masks:
            shown[at] = mask(shown[at])
        return form.line % tuple(shown), [take(values) for take in form.bills]

    def _form(self, paths: tuple[str, ...]) -> _Form:
        names = [self._layout.names(path) for path in paths]
        shown = [(path, self._rules.get(name)) for path, name in zip(paths, names, strict=True)]
        return _Form(
            tuple(self._parts(names)),
            tuple(self._bills(paths)),
            f"[{' '.join(self._piece(path, rule) for path, rule in shown)}]",
            tuple(
                (at, rule)
                for at, (path, rule) in enumerate(shown)
                if rule is not None and not (rule is mask_cards and self._is_short(path))
            ),
        )

    def _piece(self, path: str, rule: Rule | None) -> str:
        """A value in the masked line; of one without a rule, no character is taken, nor of a name that its sender chose."""
        if rule is not None:
            return f"{_literal(path)}=%s"
        return f"{MASK if self._layout.free_names else _literal(path)}={MASK}%.0s"

    def _is_short(self, path: str) -> bool:
        """Whether no value of a part is as long as a card number."""
        notation = self._layout.notation(path)
        return notation is not None and notation.kind is not Kind.B and notation.length < CARD_DIGITS - 1

    def _parts(self, names: Sequence[tuple[str, ...]]) -> Iterator[_Part]:
        for place, found in self._places.items():
            places = [at for at, name in enumerate(names) if name == found.names]
            if len(places) == 1:
                yield _Part(place, places[0], found.repeated)

    def _bills(self, paths: tuple[str, ...]) -> Iterator[Callable[[Sequence[str]], Sequence[str]]]:
        """Yield what takes the values of each record."""
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
            yield cutter([record[name] for name in (listed.bill_no or listed.period, *listed.amounts)])


def _literal(text: str) -> str:
    return text.replace("%", "%%")
