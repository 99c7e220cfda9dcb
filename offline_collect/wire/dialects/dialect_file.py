"""Compiles and validates one dialect file; an invalid dialect stops start-up (wire.md)."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, TypeVar

from offline_collect.domain.codes import ResponseCode
from offline_collect.domain.commands import NetworkFunction, ReversalReason
from offline_collect.wire.dialects.dialect import LAST_ELEMENT, LAST_PRIMARY, Dialect, Element, Encoding, Kind
from offline_collect.wire.dialects.schema import Section, mti_of
from offline_collect.wire.frame.frames import LENGTH_KINDS, FrameFormat
from offline_collect.wire.security.mac_settings import MacSettings, compile_mac

if TYPE_CHECKING:
    from enum import StrEnum

    Named = TypeVar("Named", bound=StrEnum)

LENGTH_MAX = 9999
CHARSETS = ("utf-8", "gb18030")
IDENTITY = (32, 41, 11, 7)
IDENTITY_ELEMENTS = (7, 11, 12, 13, 32, 33, 37, 41, 42)
SHAPES = MappingProxyType(
    {
        3: "n6",
        4: "n12",
        7: "n10",
        11: "n6",
        12: "n6",
        13: "n4",
        15: "n4",
        39: "an2",
        49: "n3",
        50: "n3",
        64: "b8",
        66: "n1",
        70: "n3",
        90: "n42",
        97: "x+n16",
        128: "b8",
    },
)
"""Elements whose digits have meaning by position; a dialect may omit them but not change their format."""


def compile_dialect(values: object, file: str) -> Dialect:
    """Return the dialect that a file's mapping describes.

    Args:
        values: the mapping read from YAML.
        file: its name, for errors.

    Raises:
        SchemaError: something in it is invalid: file, path and reason.
    """
    root = Section(values, file)
    elements = _elements(root)
    dialect = Dialect(
        name=root.text("name"),
        frame=_frame(root.section("frame")),
        encoding=_encoding(root.section("encoding")),
        elements=MappingProxyType(elements),
        transmission_local=root.choice("transmission_time", ("utc", "local")) == "local",
        identity=_identity(root, elements),
        response_codes=_named(root.section("response_codes"), ResponseCode, 2),
        processing_codes=_processing_codes(root.section("processing_codes")),
        network_codes=_named(root.section("network_codes"), NetworkFunction, 3, digits=True),
        reversal_reasons=_reasons(root.section("reversal_reasons")),
        answer_mtis=_answer_mtis(root),
        mac=compile_mac(root.section("mac")) if root.has("mac") else MacSettings(),
    )
    root.finish()
    return dialect


def _frame(section: Section) -> FrameFormat:
    frame = FrameFormat(
        length=section.choice("length", LENGTH_KINDS),
        length_includes_header=section.boolean("length_includes_header"),
        tpdu=section.boolean("tpdu"),
        length_max=section.integer("length_max", 1, LENGTH_MAX),
    )
    if frame.stated(frame.length_max) > frame.greatest:
        section.fail(
            f"with its header it is over {frame.greatest}, the most {frame.length} can say", "length_max"
        )
    section.finish()
    return frame


def _encoding(section: Section) -> Encoding:
    encoding = Encoding(
        mti=section.choice("mti", ("ascii", "bcd")),
        bitmap=section.choice("bitmap", ("hex", "raw")),
        numeric=section.choice("numeric", ("ascii", "bcd")),
        prefix=section.choice("prefix", ("ascii", "bcd")),
        binary=section.choice("binary", ("hex", "raw")),
        charset=section.choice("charset", CHARSETS),
    )
    section.finish()
    return encoding


def _elements(root: Section) -> dict[int, Element]:
    elements: dict[int, Element] = {}
    for section in root.sections("elements"):
        element = _element(section)
        if element.number in elements:
            section.fail(f"element {element.number} is there twice", "number")
        elements[element.number] = element
    return elements


def _element(section: Section) -> Element:
    element = Element(
        number=section.integer("number", 2, LAST_ELEMENT),
        name=section.text("name"),
        kind=Kind(section.choice("kind", tuple(Kind))),
        length=section.integer("length", 1, 999),
        prefix=section.integer("prefix", 1, 3) if section.has("prefix") else 0,
    )
    section.finish()
    _check_element(section, element)
    return element


def _check_element(section: Section, element: Element) -> None:
    """Refuse an element that cannot be encoded or that the platform cannot read."""
    if element.number == LAST_PRIMARY + 1:
        section.fail("element 65 announces a third bitmap; it cannot be an element of its own", "number")
    if element.prefix and element.length >= 10**element.prefix:
        section.fail(f"{element.length} is wider than a prefix of {element.prefix} digits can say", "length")
    if element.kind is Kind.XN and (element.prefix or element.length % 2):
        section.fail("an x+n element has a fixed, even number of digits", "length")
    if element.kind is Kind.TEXT and not element.prefix:
        section.fail("a text element needs a prefix: its bytes are not its characters", "prefix")
    shape = SHAPES.get(element.number, element.shape)
    if element.shape != shape:
        section.fail(f"element {element.number} must be {shape}, not {element.shape}", "kind")


def _identity(root: Section, elements: dict[int, Element]) -> tuple[int, ...]:
    if not root.has("identity"):
        return IDENTITY
    numbers = root.integers("identity", 2, LAST_ELEMENT)
    for index, number in enumerate(numbers):
        if number not in IDENTITY_ELEMENTS or number not in elements:
            known = ", ".join(str(known) for known in IDENTITY_ELEMENTS if known in elements)
            root.fail(f"element {number} identifies nothing; choose from {known}", f"identity[{index}]")
    if not {11, 37} & set(numbers):
        root.fail("needs element 11 or 37, else all messages of a terminal are one", "identity")
    return numbers


def _named(
    section: Section,
    names: type[Named],
    width: int,
    *,
    digits: bool = False,
) -> MappingProxyType[Named, str]:
    """A code of `width` letters and digits (or only digits) for every name, each code once."""
    read = _digits if digits else _code
    codes = {name: read(section, name.name, width) for name in names}
    section.finish()
    _refuse_twice(section, {name.name: code for name, code in codes.items()})
    return MappingProxyType(codes)


def _code(section: Section, key: str, width: int) -> str:
    code = section.text(key)
    if len(code) != width or not (code.isascii() and code.isalnum()):
        section.fail(f"must be {width} letters or digits", key)
    return code


def _refuse_twice(section: Section, codes: dict[str, str]) -> None:
    seen: dict[str, str] = {}
    for name, code in codes.items():
        if code in seen:
            section.fail(f"{code!r} already means {seen[code]}", name)
        seen[code] = name


def _processing_codes(section: Section) -> MappingProxyType[str, str]:
    codes = {name: _digits(section, name, 6) for name in section.keys()}  # noqa: SIM118 - not a mapping
    _refuse_twice(section, codes)
    return MappingProxyType(codes)


def _digits(section: Section, key: str, width: int) -> str:
    code = _code(section, key, width)
    if not code.isdigit():
        section.fail(f"must be {width} digits", key)
    return code


def _reasons(section: Section) -> MappingProxyType[str, ReversalReason]:
    codes = _named(section, ReversalReason, 2)
    return MappingProxyType({code: reason for reason, code in codes.items()})


def _answer_mtis(root: Section) -> MappingProxyType[str, str]:
    if not root.has("answer_mtis"):
        return MappingProxyType({})
    section = root.section("answer_mtis")
    answers: dict[str, str] = {}
    for mti in section.keys():  # noqa: SIM118 - not a mapping
        answers[mti_of(section, mti, mti)] = mti_of(section, mti, section.text(mti))
    return MappingProxyType(answers)
