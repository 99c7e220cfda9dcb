"""Checks of a dialect's rules against its own messages: parts that rules name must be in the messages' layouts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from offline_collect.domain.codes import ResponseCode
from offline_collect.wire.dialects.places import element_of, part_of
from offline_collect.wire.masking import SAFE_ELEMENTS
from offline_collect.wire.messages.message_set.answer_sizes import size_problem
from offline_collect.wire.messages.message_set.types import KEY_BLOCK, OneField
from offline_collect.wire.security.key_transit import KeyForm

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from offline_collect.wire.dialects.dialect import Dialect
    from offline_collect.wire.dialects.places import Place
    from offline_collect.wire.dialects.schema import Section
    from offline_collect.wire.layouts.layout import Layout
    from offline_collect.wire.messages.message_set.types import MessageType

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
        _check_codes(root, dialect, kind, f"messages[{index}].answer.codes")
        _check_keys(root, dialect, kind, f"messages[{index}]")


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


def _check_codes(root: Section, dialect: Dialect, kind: MessageType, path: str) -> None:
    """Refuse a code of a message's own that cannot be in DE 39, or that means approval."""
    approved = dialect.response_codes[ResponseCode.APPROVED]
    for code in kind.answer.codes.values():
        if len(code) != len(approved) or not (code.isascii() and code.isalnum()) or code == approved:
            root.fail(f"{code!r} must be {len(approved)} letters or digits, and not {approved!r}", path)


def _check_keys(root: Section, dialect: Dialect, kind: MessageType, path: str) -> None:
    """Refuse a dialect that shows a key, and a key without a check value that nothing else shows to be whole."""
    sources = {field.name: field.element for field in kind.fields if isinstance(field, OneField)}
    key = sources.get("new_key")
    if key is not None and dialect.keys.form is not KeyForm.TR_31:
        check = sources.get("key_check_value")
        if check is None or check not in kind.must:
            root.fail(
                f"a key in {dialect.keys.form} needs key_check_value from a place in `must`", f"{path}.fields"
            )
    for place in (*((key,) if key is not None else ()), *_key_blocks(kind)):
        if place in dialect.masking or (isinstance(place, int) and place in SAFE_ELEMENTS):
            root.fail(f"{place} has a key, and logs would show it", path)


def _key_blocks(kind: MessageType) -> Iterator[Place]:
    """The places of an answer that get a key."""
    yield from (number for number, value in kind.answer.elements.items() if value.value == KEY_BLOCK)
    for number, plan in kind.answer.layouts.items():
        yield from (
            f"{number}.{'.'.join(part.names)}" for part, value in plan.put if value.value == KEY_BLOCK
        )
