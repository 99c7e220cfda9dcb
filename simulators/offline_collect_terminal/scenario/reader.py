"""Reads scenarios from YAML; refuses unknown keys, with the file and the path in it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import yaml

from offline_collect.domain.codes import ResponseCode
from offline_collect.wire.dialects.schema import Section
from offline_collect.wire.elements.element import LAST_ELEMENT
from offline_collect.wire.errors import SchemaError
from offline_collect_terminal.errors import ScenarioError
from offline_collect_terminal.scenario.lines import lines_of, located
from offline_collect_terminal.scenario.model import (
    MAIN,
    ORDER_MAX,
    AnyStep,
    Bytes,
    Contents,
    Exchange,
    Expected,
    Find,
    Outgoing,
    Reconnect,
    Scenario,
    Silence,
    Step,
    Template,
    Wait,
)

WAIT_MS_MAX = 60_000
TIMES_MAX = 10_000
PIPELINE_MAX = 1_000
FILE_BYTES_MAX = 1_000_000
REQUESTS_FILE = Path(__file__).with_name("requests.yaml")

CANDIDATES_MAX = 200
BILLS_MAX = 6
"""Records in one answer."""

INPUTS_MAX = 5
FIRST_INPUT = 21
"""The PDS tag of a lookup's first input."""

_RANGE = re.compile(r"\{(\d{1,6})\.\.(\d{1,6})\}")
_PART = re.compile(r"\d{4}|[A-Za-z][\w-]*(\[\d\d?\])?(\.[\w-]+(\[\d\d?\])?)*")
"""A PDS tag, or a part of a layout: `bills[0].amount`."""

Overrides = dict[int, str | Mapping[str, str | None] | None]


def load_templates(file: Path = REQUESTS_FILE) -> dict[str, Template]:
    """Return the message set's requests by name.

    Raises:
        ScenarioError: the file is invalid.
    """
    root = _section(_yaml(file)[0], str(file))
    try:
        return {name: _template(root.section(name)) for name in root.keys()}  # noqa: SIM118 - not a mapping
    except SchemaError as error:
        raise ScenarioError(error.file, error.path, error.reason) from None


def load_scenario(file: Path, templates: Mapping[str, Template]) -> Scenario:
    """Return the scenario that a file describes.

    Raises:
        ScenarioError: it cannot be read, or something in it is unknown or invalid.
    """
    values, lines = _yaml(file)
    try:
        return replace(read_scenario(values, str(file), templates), lines=lines)
    except ScenarioError as error:
        raise located(error, lines) from None


def read_scenario(values: object, file: str, templates: Mapping[str, Template]) -> Scenario:
    """Return the scenario that a mapping read from YAML describes.

    Raises:
        ScenarioError: something in it is unknown or invalid.
    """
    try:
        return _scenario(_section(values, file), templates)
    except SchemaError as error:
        raise ScenarioError(error.file, error.path, error.reason) from None


def _yaml(file: Path) -> tuple[object, dict[str, int]]:
    """Return what a file holds, and the line of each place in it."""
    try:
        if file.stat().st_size > FILE_BYTES_MAX:
            raise ScenarioError(str(file), "", f"is over {FILE_BYTES_MAX} bytes: it is not a scenario")
        text = file.read_text(encoding="utf-8")
        return yaml.safe_load(text), lines_of(text)
    except OSError as error:
        raise ScenarioError(str(file), "", f"cannot be read: {error.strerror}") from None
    except yaml.MarkedYAMLError as error:
        line = None if error.problem_mark is None else error.problem_mark.line + 1
        raise ScenarioError(str(file), "", f"is not YAML: {error.problem or error.context}", line) from None
    except (UnicodeDecodeError, yaml.YAMLError) as error:
        raise ScenarioError(str(file), "", f"is not YAML: {error}") from None


def _section(values: object, file: str) -> Section:
    try:
        return Section(values, file)
    except SchemaError as error:
        raise ScenarioError(error.file, error.path, error.reason) from None


def _template(section: Section) -> Template:
    template = Template(section.text("mti"), _certain(_elements(section, "elements")))
    section.finish()
    return template


def _scenario(root: Section, templates: Mapping[str, Template]) -> Scenario:
    scenario = Scenario(
        file=root.file,
        title=root.text("scenario"),
        order=root.integer("order", 1, ORDER_MAX) if root.has("order") else ORDER_MAX,
        dialects=_texts(root, "dialects"),
        data=_texts(root, "data"),
        variables=_text_map(root, "variables"),
        keep=_texts(root, "keep"),
        steps=tuple(_step(section, templates) for section in root.sections("steps")),
    )
    root.finish()
    return scenario


def _step(section: Section, templates: Mapping[str, Template]) -> AnyStep:
    if section.has("wait_ms"):
        step: AnyStep = Wait(section.path, section.integer("wait_ms", 1, WAIT_MS_MAX))
    elif section.has("reconnect"):
        step = Reconnect(section.path, section.text("reconnect"))
    elif section.has("find"):
        step = _find(section, templates)
    elif section.has("pipeline"):
        step = _pipeline(section, templates)
    else:
        times = section.integer("times", 1, TIMES_MAX) if section.has("times") else 1
        step = Step(section.path, (_exchange(section, templates),), times)
    section.finish()
    return step


def _find(section: Section, templates: Mapping[str, Template]) -> Find:
    inner = section.section("find")
    merchant = inner.text("merchant")
    inputs = tuple(one for index in range(len(inner.items("among"))) for one in _candidates(inner, index))
    if not 1 <= len(inputs) <= CANDIDATES_MAX:
        inner.fail(f"must name 1 to {CANDIDATES_MAX} customers", "among")
    bills = inner.integer("bills", 1, BILLS_MAX) if inner.has("bills") else None
    where = _text_map(inner, "where")
    inner.finish()
    lookups = tuple(
        Exchange(
            path=section.path,
            outgoing=Outgoing(
                template=templates["lookup"],
                elements={48: {f"{FIRST_INPUT + n:04d}": text for n, text in enumerate(texts)}},
                local={"merchant": merchant},
            ),
            expected=Expected(),
            connection=_optional_text(section, "over") or MAIN,
        )
        for texts in inputs
    )
    name, note = _optional_text(section, "as"), _optional_text(section, "note")
    return Find(
        section.path, merchant, lookups, inputs=inputs, bills=bills, where=where, name=name, note=note
    )


def _candidates(section: Section, index: int) -> list[tuple[str, ...]]:
    """Return the customers that an entry of ``among`` names, by the inputs of each."""
    place = f"among[{index}]"
    value = section.items("among")[index]
    given = value if isinstance(value, list) else [value]
    texts = [text for text in given if isinstance(text, str) and text]
    if len(texts) != len(given) or not 1 <= len(texts) <= INPUTS_MAX:
        section.fail("must be a quoted string, or a list of them, one for each input of the form", place)
    found = _RANGE.search(texts[0])
    if len(texts) > 1 or found is None:
        return [tuple(texts)]
    first, last = int(found[1]), int(found[2])
    if last - first >= CANDIDATES_MAX:
        section.fail(f"must name 1 to {CANDIDATES_MAX} customers", place)
    return [
        (f"{texts[0][: found.start()]}{number:0{len(found[1])}d}{texts[0][found.end() :]}",)
        for number in range(first, last + 1)
    ]


def _pipeline(section: Section, templates: Mapping[str, Template]) -> Step:
    times = section.integer("times", 1, TIMES_MAX) if section.has("times") else 1
    note = _optional_text(section, "note")
    exchanges = []
    for inner in section.sections("pipeline"):
        exchanges.append(_exchange(inner, templates))
        inner.finish()
    if not 1 <= len(exchanges) <= PIPELINE_MAX:
        section.fail(f"must have 1 to {PIPELINE_MAX} exchanges", "pipeline")
    return Step(section.path, tuple(exchanges), times, note)


def _exchange(section: Section, templates: Mapping[str, Template]) -> Exchange:
    prepared = section.has("prepare")
    return Exchange(
        path=section.path,
        outgoing=_outgoing(section, templates),
        expected=Expected() if prepared else _expected(section),
        note=_optional_text(section, "note"),
        name=section.text("as") if prepared else _optional_text(section, "as"),
        sent=not prepared,
        connection=_optional_text(section, "over") or MAIN,
    )


def _outgoing(section: Section, templates: Mapping[str, Template]) -> Outgoing:
    ways = ("send", "prepare", "again", "frame", "stream")
    chosen = [way for way in ways if section.has(way)]
    if len(chosen) != 1:
        section.fail(f"must have exactly one of {', '.join(ways)} (or find, pipeline, wait_ms, reconnect)")
    way = chosen[0]
    if way in {"frame", "stream"}:
        return Outgoing(raw=_bytes(section.section(way), framed=way == "frame"))
    local = dict(_text_map(section, "with"))
    if section.has("of"):
        local["of"] = section.text("of")
    return Outgoing(
        template=templates[section.choice(way, sorted(templates))] if way in {"send", "prepare"} else None,
        again=section.text(way) if way == "again" else None,
        mti=_optional_text(section, "mti"),
        elements=_elements(section, "elements"),
        corrupt=_corruptions(section),
        local=local,
        mac=section.boolean("mac") if section.has("mac") else True,
    )


def _bytes(section: Section, *, framed: bool) -> Bytes:
    is_hex = section.has("hex")
    raw = Bytes(section.text("hex" if is_hex else "text"), is_hex, framed)
    section.finish()
    return raw


def _corruptions(section: Section) -> dict[int, str]:
    corrupt: dict[int, str] = {}
    for number, value in _elements(section, "corrupt").items():
        if not isinstance(value, str):
            section.fail("must be a quoted string as long as the element", f"corrupt.{number}")
        corrupt[number] = value
    return corrupt


def _expected(section: Section) -> Expected | Silence:
    value = section.take("expect")
    if isinstance(value, str):
        return Silence(section.choice("expect", tuple(Silence)))
    inner = section.section("expect")
    elements = _elements(inner, "elements")
    if None in elements.values():
        inner.fail("an element that must not be there is `absent`", "elements")
    expected = Expected(
        mti=_optional_text(inner, "mti"),
        code=ResponseCode[inner.choice("code", ResponseCode.__members__)] if inner.has("code") else None,
        elements=_certain(elements),
        capture=_text_map(inner, "capture"),
    )
    inner.finish()
    return expected


def _certain(elements: Overrides) -> Contents:
    """Drop None values, which remove elements: templates and expectations have nothing to remove."""
    certain: dict[int, str | Mapping[str, str]] = {}
    for number, value in elements.items():
        if isinstance(value, str):
            certain[number] = value
        elif value is not None:
            certain[number] = {tag: text for tag, text in value.items() if text is not None}
    return certain


def _elements(section: Section, key: str) -> Overrides:
    if not section.has(key):
        return {}
    contents = section.take(key)
    if not isinstance(contents, Mapping):
        section.fail("must be a mapping of element numbers", key)
    elements: Overrides = {}
    for number, value in contents.items():
        place = f"{key}.{number}"
        if isinstance(number, bool) or not isinstance(number, int) or not 2 <= number <= LAST_ELEMENT:  # noqa: PLR2004 - element 1 is the bitmap
            section.fail(f"must be named by an element number, 2 to {LAST_ELEMENT}", place)
        elements[number] = _tags(section, value, place) if isinstance(value, Mapping) else value
        if value is not None and not isinstance(value, str | Mapping):
            section.fail("must be a quoted string, PDS values by tag, or null", place)
    return elements


def _tags(section: Section, values: Mapping[object, object], place: str) -> dict[str, str | None]:
    tags: dict[str, str | None] = {}
    for tag, value in values.items():
        if not isinstance(tag, str) or not _PART.fullmatch(tag):
            section.fail('must be named by a quoted PDS tag such as "0030", or by a part', f"{place}.{tag}")
        if value is not None and not isinstance(value, str):
            section.fail("must be a quoted string or null", f"{place}.{tag}")
        tags[tag] = value
    return tags


def _optional_text(section: Section, key: str) -> str | None:
    return section.text(key) if section.has(key) else None


def _texts(section: Section, key: str) -> tuple[str, ...]:
    if not section.has(key):
        return ()
    texts = []
    for index, value in enumerate(section.items(key)):
        if not isinstance(value, str):
            section.fail("must be a string", f"{key}[{index}]")
        texts.append(value)
    return tuple(texts)


def _text_map(section: Section, key: str) -> dict[str, str]:
    if not section.has(key):
        return {}
    inner = section.section(key)
    return {name: inner.text(name) for name in inner.keys()}  # noqa: SIM118 - not a mapping
