"""Checks of a dialect's rules against its own messages: parts that rules name must be in the messages' layouts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from offline_collect.wire.dialects.places import element_of, part_of
from offline_collect.wire.messages.answer_sizes import size_problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from offline_collect.wire.dialects.dialect import Dialect
    from offline_collect.wire.dialects.places import Place
    from offline_collect.wire.dialects.schema import Section
    from offline_collect.wire.layouts.layout import Layout
    from offline_collect.wire.messages.message_types import MessageType

    Named = Iterator[tuple[str, Place]]


def check_rules(root: Section, dialect: Dialect) -> None:
    """Refuse rules of a dialect that its messages cannot follow.

    Raises:
        SchemaError: a part is in no layout of the messages that need it, or a value does not fit its element.
    """
    types = () if dialect.messages is None else dialect.messages.types
    _check_identity(root, dialect, types)
    requests = [kind.layouts for kind in types]
    _check(root, _of_requests(root, dialect), requests, "requests")
    answers = [{number: plan.layout for number, plan in kind.answer.layouts.items()} for kind in types]
    _check(root, _of_answers(dialect), answers, "answers")
    for index, kind in enumerate(types):
        _check_sizes(root, dialect, kind, f"messages[{index}].answer")


def _check_identity(root: Section, dialect: Dialect, types: Iterable[MessageType]) -> None:
    """Refuse a key with a part that a message which needs a key does not have."""
    for index, place in enumerate(dialect.identity):
        for kind in types:
            if kind.transaction is not None and part_of(place) and not _has(kind.layouts, place):
                root.fail(f"{place} is no value of a layout of {kind.name}'s requests", f"identity[{index}]")


def _of_requests(root: Section, dialect: Dialect) -> Named:
    yield from ((f"identity[{index}]", place) for index, place in enumerate(dialect.identity))
    original = dialect.original
    yield "original.in", original.element
    rows = "original.fixed" if original.element else "original.same"
    yield from (
        (f"{rows}[{index}]", row.element)
        for index, row in enumerate(original.rows)
        if row.element is not None
    )
    if root.has("products"):
        yield "products.in", dialect.product_place


def _of_answers(dialect: Dialect) -> Named:
    yield from ((f"always.{place}", place) for place in dialect.always)
    yield from ((f"decline.{place}", place) for place in dialect.decline)


def _check(root: Section, named: Named, layouts: Sequence[Mapping[int, Layout]], whose: str) -> None:
    for path, place in named:
        if part_of(place) and not any(_has(each, place) for each in layouts):
            root.fail(f"{place} is no value of a layout of any message's {whose}", path)


def _has(layouts: Mapping[int, Layout], place: Place) -> bool:
    layout = layouts.get(element_of(place))
    path = part_of(place)
    return layout is not None and layout.has(path) and layout.place(path).is_value


def _check_sizes(root: Section, dialect: Dialect, kind: MessageType, path: str) -> None:
    """Refuse a value that does not fit a whole element; one that the dialect lacks is refused elsewhere."""
    for number, plan in kind.answer.elements.items():
        problem = size_problem(plan, dialect.elements.get(number))
        if problem is not None:
            root.fail(f"element {number}: {problem}", path)
