"""Compiles and validates one dialect file; an invalid dialect stops start-up (wire.md)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from offline_collect.wire.dialects.code_tables import (
    answer_mtis,
    network_codes,
    processing_codes,
    response_codes,
    reversal_reasons,
)
from offline_collect.wire.dialects.dialect import LAST_ELEMENT, Dialect, Element
from offline_collect.wire.dialects.element_file import compile_elements, compile_encoding
from offline_collect.wire.dialects.frame_file import check_terminated, compile_frame
from offline_collect.wire.dialects.inheritance import whole
from offline_collect.wire.dialects.schema import Section

if TYPE_CHECKING:
    from collections.abc import Mapping

    from offline_collect.wire.dialects.inheritance import ReadDialect

IDENTITY = (32, 41, 11, 7)
RESPONSE = 39
BITMAPS = ("as needed", "always two", "strict")


def compile_dialect(values: object, file: str, read: ReadDialect | None = None) -> Dialect:
    """Return the dialect that a file's mapping describes.

    Args:
        values: the mapping read from YAML.
        file: its name, for errors.
        read: finds the dialect that `like` names.

    Raises:
        SchemaError: something in it is invalid: file, path and reason.
    """
    root = Section(whole(values, file, read), file)
    encoding = compile_encoding(root.section("encoding") if root.has("encoding") else None)
    frame_section = root.section("frame")
    frame = compile_frame(frame_section)
    check_terminated(frame_section, frame, encoding)
    elements = compile_elements(root, encoding)
    dialect = Dialect(
        name=root.text("name"),
        frame=frame,
        encoding=encoding,
        elements=elements,
        transmission_local=_transmission_local(root),
        identity=_identity(root, elements),
        response_codes=response_codes(root, elements.get(RESPONSE)),
        processing_codes=processing_codes(root),
        network_codes=network_codes(root),
        reversal_reasons=reversal_reasons(root, elements.get(RESPONSE)),
        answer_mtis=answer_mtis(root),
        version=root.integer("version", 0, 2) if root.has("version") else 0,
        bitmaps=root.choice("bitmaps", BITMAPS, BITMAPS[0]),
    )
    root.finish()
    return dialect


def _transmission_local(root: Section) -> bool:
    if not root.has("sent"):
        return False
    section = root.section("sent")
    zone = section.choice("zone", ("utc", "local"), "utc")
    section.finish()
    return zone == "local"


def _identity(root: Section, elements: Mapping[int, Element]) -> tuple[int, ...]:
    if not root.has("identity"):
        return IDENTITY
    numbers = root.integers("identity", 2, LAST_ELEMENT)
    for index, number in enumerate(numbers):
        if number not in elements:
            root.fail(f"element {number} is not one of this dialect", f"identity[{index}]")
    if not {11, 37} & set(numbers):
        root.fail("needs element 11 or 37, else all messages of a terminal are one", "identity")
    return numbers
