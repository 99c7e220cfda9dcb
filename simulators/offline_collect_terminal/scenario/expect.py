"""Compares an answer with the expectations of a scenario and with what every answer must have."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from offline_collect.domain.codes import ResponseCode
from offline_collect.wire.dialects.dialect import Dialect
from offline_collect.wire.dialects.patterns import meaning_of
from offline_collect.wire.dialects.places import Place
from offline_collect.wire.elements.notation import Kind
from offline_collect.wire.errors import DecodeError
from offline_collect.wire.layouts.pds import INPUT_TAG_NAMES, TAG_NAMES, parse_pds
from offline_collect.wire.messages.message import Message
from offline_collect_terminal.scenario.compose import Composed
from offline_collect_terminal.scenario.model import Expected
from offline_collect_terminal.scenario.variables import Variables, layout_parts
from offline_collect_terminal.wire.spoken import place as place_of

PROCESSING, TAGGED = 3, 48
ECHOED = (3, 4, 7, 11, 12, 13, 32, 33, 37, 41, 42, 49, 90)
"""Elements that every response repeats from its request."""

MATCHED_BY = (7, 11, 32, 41)
"""Elements that, with the MTI's class, match an answer to its request."""

PRESENT, ABSENT = "present", "absent"

MINOR_UNITS = frozenset(
    {"4", "86", "87", "88", "89", "97", "0053", "0054", "0055", "0057", "0059", "0065", "0066"}
)
"""Elements and tags that hold amounts, which the wire has without a decimal point."""

_FORM_NAMES = {**TAG_NAMES, "0002": "Form title", "0003": "Form instructions"}
_DIRECTORY_NAMES = {**TAG_NAMES, "0002": "Merchant name", "0003": "Trade"}


@dataclass(frozen=True, slots=True)
class Check:
    """One comparison.

    Attributes:
        place: ``MTI``, ``DE 39`` or ``DE 48.0070``.
        name: its name for people.
        expected: in words.
        got: the content; None if it is missing.
        by_contract: whether every answer must have it; else the scenario expects it.
    """

    place: str
    name: str
    expected: str
    got: str | None
    passed: bool
    by_contract: bool = False


def echoed(dialect: Dialect) -> list[int]:
    """Return the elements that every response in a dialect repeats from its request.

    A dialect's own messages may put something else into one of them.
    """
    if dialect.messages is None:
        named = (dialect.original.element,) if dialect.original.element else ()
        return list(dict.fromkeys(_elements(*ECHOED, *dialect.identity, *named)))
    answers = [kind.answer for kind in dialect.messages.types]
    put = {number for answer in answers for number in (*answer.elements, *answer.layouts)}
    return [number for number in dialect.messages.echo if number not in put]


def answers(request: Message | None, answer: Message) -> bool:
    """Return whether ``answer`` may answer ``request``; any answer matches a request that cannot be decoded.

    Elements missing in either are not compared: the answer to a bad request echoes only readable elements.
    """
    if request is None:
        return True
    return request.mti[:2] == answer.mti[:2] and all(
        answer.elements[number].rstrip() == request.elements[number].rstrip()
        for number in MATCHED_BY
        if number in request.elements and number in answer.elements
    )


def answer_mti(request_mti: str, dialect: Dialect) -> str:
    """Return the MTI of a request's answer by the message set; a repeat gets its original's."""
    told = dialect.answer_mtis.get(request_mti)
    return told or f"{request_mti[:2]}{'1' if request_mti[2] == '0' else '3'}0"


def check(
    expected: Expected,
    composed: Composed,
    answer: Message,
    variables: Variables,
    dialect: Dialect,
) -> list[Check]:
    """Return all comparisons of ``answer``, in the order of its elements.

    Raises:
        UnknownVariableError: an expectation names a variable that is not set.
    """
    return [
        *_check_mti(expected, composed, answer, dialect),
        *_check_contract(composed, answer, dialect),
        *_check_code(expected, answer, dialect),
        *_check_elements(expected, composed, answer, variables, dialect),
    ]


def _check_mti(expected: Expected, composed: Composed, answer: Message, dialect: Dialect) -> Iterator[Check]:
    wanted = expected.mti
    if wanted is None and composed.message is not None:
        wanted = answer_mti(composed.message.mti, dialect)
    if wanted is not None:
        yield Check("MTI", "Message type", wanted, answer.mti, answer.mti == wanted)


def _check_contract(composed: Composed, answer: Message, dialect: Dialect) -> Iterator[Check]:
    """Check the requirements for every answer, of any scenario."""
    if composed.message is not None and not composed.broken:
        for number in echoed(dialect):
            if number in composed.message.elements:
                wanted = composed.message.elements[number]
                looked = _check_value(f"DE {number}", wanted, answer.elements.get(number), number, dialect)
                yield replace(looked, by_contract=True)
    approved = dialect.response_codes[ResponseCode.APPROVED]
    declined = answer.elements.get(39) != approved
    always = _elements(*dialect.always, *(dialect.decline if declined else ()))
    for number in always:
        got = answer.elements.get(number)
        yield Check(f"DE {number}", _name(number, dialect), PRESENT, got, got is not None, by_contract=True)


def _check_code(expected: Expected, answer: Message, dialect: Dialect) -> Iterator[Check]:
    if expected.code is not None:
        wanted = dialect.response_codes[expected.code]
        got = answer.elements.get(39)
        yield Check("DE 39", _name(39, dialect), f"{wanted} {expected.code.name}", got, got == wanted)


def _check_elements(
    expected: Expected,
    composed: Composed,
    answer: Message,
    variables: Variables,
    dialect: Dialect,
) -> Iterator[Check]:
    local = composed.local
    asked = _asked(composed, dialect)
    for named, wanted in expected.elements.items():
        number = place_of(named, dialect, answer=True)
        got = answer.elements.get(number)
        if isinstance(wanted, str):
            text = _expand(wanted, local, variables)
            yield _check_value(f"DE {number}", text, got, number, dialect)
            continue
        tags = _parts(got, number, composed, dialect) if number in composed.layouts else _tags(got, dialect)
        names = _tag_names(asked, number)
        for tag, content in wanted.items():
            text = _expand(content, local, variables)
            place, name = f"DE {number}.{tag}", _in_units(tag, names.get(tag, ""))
            found = tags.get(tag)
            yield Check(place, name, text, found, matches(text, found))


def _check_value(place: str, wanted: str, got: str | None, number: int, dialect: Dialect) -> Check:
    element = dialect.elements.get(number)
    if element is not None and not element.prefix and not _is_pattern(wanted):
        wanted = wanted.zfill(element.length) if element.kind is Kind.N else wanted.rstrip()
        got = got if got is None else got.rstrip()
    return Check(place, _name(number, dialect), wanted, got, matches(wanted, got))


def matches(wanted: str, got: str | None) -> bool:
    """Return whether content is as a scenario expects it."""
    if wanted == ABSENT or got is None:
        return wanted == ABSENT and got is None
    if wanted == PRESENT:
        return True
    if _is_pattern(wanted):
        return re.search(wanted[1:-1], got) is not None
    return wanted == got


def _is_pattern(wanted: str) -> bool:
    in_slashes = len(wanted) > 2 and wanted[0] == wanted[-1] == "/"  # noqa: PLR2004 - two slashes, something between
    return in_slashes or wanted in {PRESENT, ABSENT}


def _expand(wanted: str, local: Mapping[str, str], variables: Variables) -> str:
    quote = re.escape if _is_pattern(wanted) else str
    return variables.expand(wanted, local, quote)


def _elements(*places: Place) -> list[int]:
    """The places that are whole elements."""
    return [place for place in places if isinstance(place, int)]


def _parts(value: str | None, number: int, composed: Composed, dialect: Dialect) -> dict[str, str]:
    """The values in an answer's private data by their addresses."""
    if value is None:
        return {}
    try:
        return layout_parts(value, number, composed.layouts[number], dialect)
    except DecodeError:
        return {}


def _tags(value: str | None, dialect: Dialect) -> dict[str, str]:
    try:
        return parse_pds(value or "", dialect.charset)
    except DecodeError:
        return {}


def _name(number: int, dialect: Dialect) -> str:
    element = dialect.elements.get(number)
    return _in_units(str(number), element.name) if element else ""


def _in_units(place: str, name: str) -> str:
    return f"{name}, in minor units" if name and place in MINOR_UNITS else name


def _asked(composed: Composed, dialect: Dialect) -> str | None:
    """What a request asks for, by the name of its processing code."""
    if composed.message is None or dialect.messages is not None:
        return None
    codes = {code: name for name, code in dialect.processing_codes.items()}
    return meaning_of(codes, composed.message.elements.get(PROCESSING, ""))


def _tag_names(asked: str | None, number: int) -> Mapping[str, str]:
    """The names of tags: the same number means another thing in a form, in its records and in the directory."""
    if asked == "FORM_DOWNLOAD":
        return _FORM_NAMES if number == TAGGED else INPUT_TAG_NAMES
    return _DIRECTORY_NAMES if asked == "MERCHANT_DIRECTORY" else TAG_NAMES
