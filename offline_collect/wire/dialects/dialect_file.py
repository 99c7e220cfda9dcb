"""Compiles and validates one dialect file; an invalid dialect stops start-up (docs/dialects.md)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from offline_collect.wire.dialects.code_tables import compile_codes
from offline_collect.wire.dialects.dialect import ONE_BITMAP, Dialect
from offline_collect.wire.dialects.element_file import compile_elements, compile_encoding
from offline_collect.wire.dialects.frame_file import check_terminated, compile_frame
from offline_collect.wire.dialects.inheritance import whole
from offline_collect.wire.dialects.private_file import compile_layouts, compile_masking
from offline_collect.wire.dialects.schema import Section
from offline_collect.wire.dialects.transaction_file import (
    ALWAYS,
    DECLINE,
    compile_amounts,
    compile_original,
    compile_products,
    compile_sent,
    compile_simulator,
    identity,
    optional,
    own_places,
    records,
)
from offline_collect.wire.messages.message_set.checks import Surroundings
from offline_collect.wire.messages.message_set.file import compile_own_messages
from offline_collect.wire.messages.message_set.named_parts import check_rules
from offline_collect.wire.security.key_transit import KeyTransit, compile_keys
from offline_collect.wire.security.mac_settings import MacSettings, compile_mac

if TYPE_CHECKING:
    from offline_collect.wire.dialects.inheritance import ReadDialect

BITMAPS = ("as needed", "always two", ONE_BITMAP, "strict")


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
    sent = compile_sent(root, elements)
    amounts = compile_amounts(root)
    codes = compile_codes(root, elements)
    product_place, products = compile_products(root, elements)
    original = compile_original(root, elements)
    layouts = compile_layouts(root, encoding)
    needless = optional(root, amounts, codes["reason"])
    dialect = Dialect(
        name=root.text("name"),
        frame=frame,
        encoding=encoding,
        elements=elements,
        sent=sent,
        identity=identity(root, elements, sent),
        version=root.integer("version", 0, 2) if root.has("version") else 0,
        bitmaps=root.choice("bitmaps", BITMAPS, BITMAPS[0]),
        amounts=amounts,
        original=original,
        products=products,
        product_place=product_place,
        always=own_places(root, "always", ALWAYS, elements),
        decline=own_places(root, "decline", DECLINE, elements),
        layouts=layouts,
        masking=compile_masking(root, layouts),
        messages=compile_own_messages(root, Surroundings(layouts, sent, original.element, needless)),
        mac=compile_mac(root.section("mac")) if root.has("mac") else MacSettings(),
        keys=compile_keys(root.section("keys")) if root.has("keys") else KeyTransit(),
        optional=needless,
        simulator=compile_simulator(root, elements),
        records=records(root, elements),
        **codes,
    )
    return _checked(root, dialect)


def _checked(root: Section, dialect: Dialect) -> Dialect:
    """Refuse a dialect whose rules contradict its messages, and words that nothing has asked for."""
    check_rules(root, dialect)
    root.finish()
    return dialect
