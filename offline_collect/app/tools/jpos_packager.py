"""A jPOS GenericPackager's XML as a dialect file to start from.

A packager says what elements are and how they are written. It does not say how messages are framed, nor what codes
mean.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from offline_collect.app.errors import AppError
from offline_collect.app.tools.dialect_view import flow
from offline_collect.app.tools.jpos_fields import Field, translated
from offline_collect.wire.dialects.dialect_file import compile_dialect
from offline_collect.wire.errors import SchemaError

SIZE_MAX = 1024 * 1024
FIELDS_MAX = 200
TITLE_MAX = 80
RESPONSE = 39
_BITMAPS = {"IFA_BITMAP": "hex", "IFB_BITMAP": "raw"}
_MTIS = {"A": "ascii", "B": "bcd", "E": "ebcdic"}


class PackagerError(AppError):
    """A file is not a packager of jPOS that can be read."""


@dataclass(frozen=True, slots=True)
class _Translation:
    """An element of the packager.

    Attributes:
        field: None if it cannot be translated.
        note: what a reader must know about it.
    """

    number: int
    title: str
    field: Field | None
    note: str = ""


def dialect_of_packager(path: Path) -> str:
    """Return a dialect file, with comments on what could not be translated.

    Raises:
        PackagerError: the file cannot be read, is too large, or is no packager.
    """
    fields = list(_fields(_parsed(path)))
    head = {number: attributes for number, attributes in fields if number < 2}  # noqa: PLR2004 - MTI and bitmap
    found = [_element(number, attributes) for number, attributes in fields if number > 1]
    found = [_once(each, found[:at]) for at, each in enumerate(found)]
    usable = [each.field for each in found if each.field is not None]
    encoding = _encoding(head, usable)
    name = path.stem.lower().replace("_", "-")
    elements: list[str] = []
    for each in sorted(found, key=lambda each: each.number):
        elements += _element_lines(each, encoding)
    return "\n".join(
        [
            *_head_lines(path, name),
            *_encoding_lines(head, encoding),
            "elements:",
            *elements,
            *_code_lines(found),
            "",
        ]
    )


def _parsed(path: Path) -> Element:
    try:
        with path.open("rb") as stream:
            content = stream.read(SIZE_MAX + 1)
    except OSError as error:
        raise PackagerError(f"{path}: cannot be read: {(error.strerror or 'no such file').lower()}") from None
    if len(content) > SIZE_MAX:
        raise PackagerError(f"{path}: is over {SIZE_MAX} bytes; check that it is a packager")
    try:
        root: Element = fromstring(content)
    except DefusedXmlException:
        raise PackagerError(f"{path}: declares entities, which are not taken: write their text out") from None
    except (ParseError, ValueError, LookupError) as error:
        raise PackagerError(f"{path}: is not XML that can be read: {error}") from None
    if root.tag != "isopackager":
        raise PackagerError(f"{path}: is not a packager of jPOS: its root must be isopackager")
    return root


def _fields(root: Element) -> Iterator[tuple[int, dict[str, str]]]:
    """Return the number and the attributes of each field; fields inside fields are not looked at."""
    children = [child for child in root if child.tag in {"isofield", "isofieldpackager"}]
    if len(children) > FIELDS_MAX:
        raise PackagerError(f"the packager has more than {FIELDS_MAX} fields")
    for child in children:
        number = child.get("id", "")
        if not (number.isascii() and number.isdigit() and int(number) <= 128):  # noqa: PLR2004 - the last element
            raise PackagerError(f"a field's id must be 0 to 128, not {number!r}")
        yield int(number), {**child.attrib, "tag": child.tag}


def _element(number: int, attributes: dict[str, str]) -> _Translation:
    kind = attributes.get("class", "").rpartition(".")[2]
    title = " ".join(attributes.get("name", "").split())[:TITLE_MAX]
    length = attributes.get("length", "")
    if not (length.isascii() and length.isdigit()):
        return _Translation(number, title, None, f"{kind}: its length is {length!r}")
    found = translated(number, kind, int(length), padded=attributes.get("pad") == "true")
    said = f"{kind}, length {length}"
    if found is None:
        return _Translation(number, title, None, f"{said}: no element can be like it")
    if found.most < int(length) and not found.shape.startswith("x+n"):
        note = f"{said}: a prefix of so many digits says {found.most} at most"
        return _Translation(number, title, found, note)
    if attributes["tag"] == "isofieldpackager":
        return _Translation(
            number, title, found, "has fields of its own in the packager: describe them as a layout"
        )
    return _Translation(number, title, found)


def _once(each: _Translation, before: list[_Translation]) -> _Translation:
    twice = any(other.number == each.number for other in before)
    return replace(each, field=None, note="is in the packager twice; the first one counts") if twice else each


def _encoding(head: dict[int, dict[str, str]], fields: Iterable[Field]) -> dict[str, str]:
    """Return the encodings that most elements have; those that differ say so themselves."""
    fields = list(fields)
    mti = head.get(0, {}).get("class", "").rpartition(".")[2]
    bitmap = head.get(1, {}).get("class", "").rpartition(".")[2]
    found = {"mti": _MTIS.get(mti[2:3], "ascii"), "bitmap": _BITMAPS.get(bitmap, "hex")}
    for word in ("numeric", "prefix", "binary", "characters"):
        values = [value for each in fields if (value := each.says(word)) is not None]
        found[word] = (
            Counter(values).most_common(1)[0][0] if values else "ascii" if word != "binary" else "hex"
        )
    return found


def _element_lines(each: _Translation, encoding: dict[str, str]) -> list[str]:
    if each.field is None:
        return [f"  # {each.number}: {each.title} -- {each.note}"]
    field = _acceptable(each.number, each.field, encoding)
    shape = f"{field.shape} {each.title}".strip()
    own = None if field.encoding == encoding[field.word] else field.encoding
    value: Any = shape if own is None else {"is": shape, "encoding": own}
    why = _refused(each.number, value, encoding)
    notes = [each.note] if each.note else []
    if field.prefix is not None and field.prefix != encoding["prefix"]:
        notes.append(
            f"its length prefix is {field.prefix} in the packager; a dialect has one encoding of prefixes"
        )
    lines = [f"  # {each.number}: {note}" for note in notes]
    written = f"{each.number}: {flow(value)}"
    if why is not None:
        return [*lines, f"  # {written} -- {why}"]
    return [*lines, f"  {written}"]


def _acceptable(number: int, field: Field, encoding: dict[str, str]) -> Field:
    """Return an element of characters as an `an` where the platform needs that, as for a currency."""
    narrower = replace(field, shape=field.shape.replace("ans", "an", 1))
    wanted = (
        _refused(number, field.shape, encoding) is not None
        and _refused(number, narrower.shape, encoding) is None
    )
    return narrower if wanted else field


def _refused(number: int, value: object, encoding: dict[str, str]) -> str | None:
    """Return why a dialect cannot have this element; None if it can."""
    alone = {"name": "x", "frame": {"length": "binary2"}, "encoding": encoding, "elements": {number: value}}
    try:
        compile_dialect({**alone, "sent": {"from": "none"}, "identity": [11]}, "")
    except SchemaError as error:
        # Of one element alone there is no identity; that is not this element's fault.
        return error.reason if error.path.startswith("elements") else None
    return None


def _code_lines(found: Iterable[_Translation]) -> list[str]:
    """Return a table of response codes to fill in, where those of the platform do not fit element 39."""
    width = next((each.field.most for each in found if each.number == RESPONSE and each.field is not None), 2)
    if width == 2:  # noqa: PLR2004 - the width of the platform's own
        return []
    return [
        "",
        f"# Element {RESPONSE} has {width} places. These two codes only hold the place of the partner's.",
        f'response_codes: {{default: "{"9" * width}", APPROVED: "{"0" * width}"}}',
    ]


def _head_lines(path: Path, name: str) -> list[str]:
    return [
        f"# Made from the jPOS packager {path.name} by `offline-collect dialect from-jpos`; a file to start from.",
        "#",
        "# A packager does not say what follows. Look it up in the partner's specification:",
        "#   frame: length, header and trailer; jPOS has them in its channel, such as ascii4 in ASCIIChannel and",
        "#     binary2 with five bytes of header in NACChannel",
        "#   encoding.text and the elements that hold text, response_codes and the other tables of codes",
        "#   identity, sent, original, and MTIs (version)",
        "",
        f"name: {flow(name)}",
        "",
        "frame:",
        "  length: binary2",
        "",
    ]


def _encoding_lines(head: dict[int, dict[str, str]], encoding: dict[str, str]) -> list[str]:
    notes = []
    bitmap = head.get(1, {}).get("class", "").rpartition(".")[2]
    if bitmap not in _BITMAPS:
        notes.append(f"  # bitmap: {bitmap or 'none in the packager'}: no dialect has such a one")
    words = [f"  {word}: {value}" for word, value in encoding.items()]
    return ["encoding:", *notes, *words, ""]
