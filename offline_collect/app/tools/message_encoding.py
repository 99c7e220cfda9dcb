"""Messages by hand: the YAML of test vectors to bytes."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from offline_collect.app.errors import MessageError
from offline_collect.wire.dialects.dialect import Dialect
from offline_collect.wire.elements.codec import Codec
from offline_collect.wire.elements.element import Element
from offline_collect.wire.errors import EncodeError, WireError
from offline_collect.wire.frame.frames import encode_frame
from offline_collect.wire.layouts.addresses import parts_by_name
from offline_collect.wire.layouts.layout import Layout
from offline_collect.wire.layouts.pds import build_pds
from offline_collect.wire.messages.message import Message
from offline_collect.wire.messages.private_data import PrivateData
from offline_collect.wire.messages.requests.parts import value_of


def encode_messages(
    document: Any, name: str, dialect: Dialect, *, framed: bool, tpdu: bytes | None
) -> list[str]:
    """Return messages as hex.

    Args:
        document: one mapping of ``mti`` and ``elements``, or a list of them.
        name: the file's name, for errors.
        dialect: the dialect to encode them in.
        framed: whether to put each into a frame.
        tpdu: 5 bytes for frames of dialects that have one.

    Raises:
        MessageError: one has another structure, or does not fit the dialect.
    """
    codec = Codec(dialect)
    entries = document if isinstance(document, list) else [document]
    size = len(dialect.frame.own_header)
    if tpdu is not None and size not in (0, len(tpdu)):
        raise MessageError(f"--tpdu: the header of dialect {dialect.name} has {size} bytes, not {len(tpdu)}")
    if not entries:
        raise MessageError(f"{name}: holds no message; give a mapping of mti and elements")
    encoded = []
    for nth, entry in enumerate(entries):
        place = f"{name}[{nth}]" if isinstance(document, list) else name
        try:
            raw = codec.encode(Message.from_plain(_with_mappings(entry, dialect, place), place))
            encoded.append((encode_frame(dialect.frame, raw, tpdu) if framed else raw).hex())
        except WireError as error:
            text = str(error)
            raise MessageError(text if text.startswith(place) else f"{place}: {text}") from None
    return encoded


def _with_mappings(entry: Any, dialect: Dialect, place: str) -> Any:
    """Return an entry in which tags and parts that were given as mappings are one content each.

    Tags are given as `48: {"0030": S2026-11-0001}`, parts of a layout as `48: {"bills[0].amount": "64000"}`.
    """
    elements = entry.get("elements") if isinstance(entry, Mapping) else None
    if not isinstance(elements, Mapping):
        return entry
    whole = {number: value for number, value in elements.items() if isinstance(value, str)}
    private = PrivateData(dialect, str(entry.get("mti")), whole)
    return {
        **entry,
        "elements": {
            number: _mapping(value, number, private, dialect, place) if isinstance(value, Mapping) else value
            for number, value in elements.items()
        },
    }


def _mapping(
    given: Mapping[Any, Any], number: Any, private: PrivateData, dialect: Dialect, place: str
) -> str:
    path = f"{place}: elements.{number}"
    known = int(number) if str(number).isdecimal() else 0
    layouts = [layout for likely in private.layouts(known) for layout in likely]
    if layouts and known in dialect.elements:
        return _parts(given, layouts, dialect.elements[known], path)
    return _content(given, dialect, path, f"DE {number}")


def _parts(given: Mapping[Any, Any], layouts: Sequence[Layout], element: Element, path: str) -> str:
    """Return the content of parts, in the first layout that has them all."""
    for address, value in given.items():
        if not isinstance(address, str):
            raise MessageError(f"{path}: {address} must be the address of a part, quoted")
        if not isinstance(value, str):
            raise MessageError(f"{path}.{address}: must be a quoted string")
    parts = parts_by_name(given)
    problems = []
    for layout in layouts:
        try:
            return value_of(layout.write(parts, f"DE {element.number}"), element)
        except EncodeError as error:
            problems.append(f"{error} (layout {layout.name})")
    raise MessageError(f"{path}: {'; '.join(problems)}")


def _content(tags: Mapping[Any, Any], dialect: Dialect, place: str, element: str) -> str:
    for tag, value in tags.items():
        if not (isinstance(tag, str) and re.fullmatch("[0-9]{4}", tag)):
            raise MessageError(f"{place}: {tag} must be a tag: 4 digits, quoted")
        if not isinstance(value, str) or not value:
            raise MessageError(f"{place}.{tag}: must be a quoted string that is not empty")
    # By hand nothing is cut: what does not fit is refused.
    return build_pds(tags.items(), dialect.charset, cuttable=frozenset(), element=element)


def read_tpdu(digits: str | None) -> bytes | None:
    """Return the TPDU of 10 hex digits.

    Raises:
        MessageError: they are not 10 hex digits.
    """
    if digits is None:
        return None
    if not re.fullmatch("[0-9A-Fa-f]{10}", digits):
        raise MessageError("--tpdu: must be 10 hex digits, such as 6000010002")
    return bytes.fromhex(digits)
