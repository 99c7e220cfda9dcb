"""Reads records of a message in XML as a stream: its parts that somebody wants, each with its line.

There is no tree: the parser calls us for each tag, before anything is expanded or looked up, so a document type (and with
it every entity) is refused when it begins. What the plan of a message does not name is passed over, but counted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, TypeAlias
from xml.parsers import expat

from offline_collect.domain.texts.phrases import Phrase
from offline_collect.files.errors import XmlFileError
from offline_collect.files.iso20022.xml_limits import (
    ASK_THE_BANK,
    ATTRIBUTES_MAX,
    DEPTH_MAX,
    ELEMENTS_MAX,
    SHOWN_MAX,
    TEXT_MAX,
    TOKEN_MAX,
    VALUES_MAX,
    Place,
    decoder_for,
)

_CHUNK = 64 * 1024
NAMESPACE_PREFIX = "urn:iso:std:iso:20022:tech:xsd:"

_Decode: TypeAlias = Callable[[bytes, bool], str]


@dataclass(frozen=True, slots=True)
class XmlRecord:
    """A part of a message.

    Attributes:
        name: of its element.
        line: where it begins, from 1.
        values: path below the record and text of each value that it has, in the order of the file. An attribute stands as
            ``path@name``.
    """

    name: str
    line: int
    values: Sequence[tuple[str, str]] = field(repr=False)

    def all(self, path: str) -> list[str]:
        """Return the values of a path."""
        return [text for found, text in self.values if found == path]


@dataclass(slots=True)
class _Node:
    """An element that a plan names.

    Attributes:
        children: by the parser's names, which have the namespace.
        record: the record that begins here; None if none does.
        key: the path of a value that is read here; None if none is.
        attribute: an attribute that is read with it.
        repeats: whether a record may have the value several times.
    """

    children: dict[str, _Node] = field(default_factory=dict)
    record: str | None = None
    key: str | None = None
    attribute: str | None = None
    repeats: bool = False


class MessagePlan:
    """Which parts of a message are read.

    Args:
        message: its name, such as ``pain.002.001.10``.
        records: the path of each record below the root, and the paths of its values below it: ``path@name`` for an element
            with an attribute, ``path*`` for one that may be there several times. A record may be within another; the outer
            one is then given when the inner one begins.

    Attributes:
        message: its name.
        namespace: of all its elements.
        root: what is below its root.
    """

    def __init__(self, message: str, records: Mapping[str, Sequence[str]]) -> None:
        self.message = message
        self.namespace = NAMESPACE_PREFIX + message
        self.root = _Node()
        for path, values in records.items():
            node = self._node(self.root, f"Document/{path}")
            node.record = path.rpartition("/")[2]
            for value in values:
                key, _, attribute = value.removesuffix("*").partition("@")
                leaf = self._node(node, key)
                leaf.key, leaf.attribute, leaf.repeats = key, attribute or None, value.endswith("*")

    def _node(self, start: _Node, path: str) -> _Node:
        node = start
        for name in path.split("/"):
            node = node.children.setdefault(f"{self.namespace} {name}", _Node())
        return node


def read_xml_records(stream: BinaryIO, path: Path, plan: MessagePlan) -> Iterator[XmlRecord]:
    """Yield the records of a message in the order of the file. Memory does not grow with the file.

    Args:
        stream: at the file's start.
        path: its name, for errors.

    Raises:
        XmlFileError: it is not this message, is not whole, or has what no bank's message has.
    """
    return _Reading(path, plan).records(stream)


_PASSED_OVER = _Node()


@dataclass(slots=True)
class _Open:
    """A record whose end has not come.

    Attributes:
        depth: of its element.
        seen: paths of the values that it may have only once.
        given: whether it was given already, as one within it began.
    """

    name: str
    line: int
    depth: int
    values: list[tuple[str, str]] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)
    given: bool = False


class _Reading:
    """One reading of a file."""

    def __init__(self, path: Path, plan: MessagePlan) -> None:
        self._plan = plan
        self._place = Place(path)
        self._nodes = [plan.root]
        self._names = [""]
        self._open: list[_Open] = []
        self._ready: list[XmlRecord] = []
        self._text: list[str] = []
        self._length = 0
        self._elements = 0
        self._parser: expat.XMLParserType

    def records(self, stream: BinaryIO) -> Iterator[XmlRecord]:
        chunk = stream.read(_CHUNK)
        decoder = decoder_for(chunk, self._place)
        self._parser = self._new_parser(None if decoder is None else "utf-8")
        fed = 0
        while chunk:
            raw = chunk if decoder is None else self._decoded(decoder.decode, chunk, final=False)
            fed += len(raw)
            self._parse(raw, final=False)
            if fed - max(self._parser.CurrentByteIndex, 0) > TOKEN_MAX + _CHUNK:
                raise self._error(Phrase("has a tag or comment of more than {most} bytes", most=TOKEN_MAX))
            yield from self._ready
            self._ready.clear()
            chunk = stream.read(_CHUNK)
        if decoder is not None:
            self._decoded(decoder.decode, b"", final=True)
        self._parse(b"", final=True)
        yield from self._ready

    def _new_parser(self, encoding: str | None) -> expat.XMLParserType:
        parser = expat.ParserCreate(encoding, namespace_separator=" ")
        parser.StartDoctypeDeclHandler = self._document_type
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._characters
        return parser

    def _decoded(self, decode: _Decode, raw: bytes, *, final: bool) -> bytes:
        try:
            return decode(raw, final).encode("utf-8")
        except UnicodeDecodeError:
            raise self._error(Phrase("is no text in {encoding}", encoding="GB18030")) from None

    def _parse(self, raw: bytes, *, final: bool) -> None:
        try:
            self._parser.Parse(raw, final)
        except expat.ExpatError as error:
            self._place.line = error.lineno
            self._place.element = self._innermost()
            what = expat.errors.messages[error.code]
            raise self._place.error(Phrase("is not well-formed XML ({reason})", reason=what)) from None

    def _error(self, reason: Phrase, remedy: Phrase = ASK_THE_BANK) -> XmlFileError:
        self._place.line = self._parser.CurrentLineNumber
        self._place.element = self._innermost()
        return self._place.error(reason, remedy)

    def _innermost(self) -> str:
        return self._names[-1].rpartition(" ")[2][:SHOWN_MAX]

    def _document_type(self, *_parts: object) -> None:
        reason = Phrase(
            "has a document type (DOCTYPE), which can define entities; no message of a bank needs it"
        )
        raise self._error(reason)

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        node = self._nodes[-1].children.get(name, _PASSED_OVER)
        if len(self._nodes) == 1 and node is _PASSED_OVER:
            raise self._other_message(name)
        self._elements += 1
        self._names.append(name)
        self._nodes.append(node)
        if (
            len(self._nodes) > DEPTH_MAX
            or self._elements > ELEMENTS_MAX
            or (attributes and len(attributes) > ATTRIBUTES_MAX)
        ):
            raise self._too_much()
        self._text.clear()
        self._length = 0
        if node.record is not None:
            self._begin(node.record)
        elif node.attribute is not None and node.attribute in attributes:
            self._keep(f"{node.key}@{node.attribute}", attributes[node.attribute], repeats=node.repeats)

    def _other_message(self, name: str) -> XmlFileError:
        namespace, _, local = name.rpartition(" ")
        found = (namespace.removeprefix(NAMESPACE_PREFIX) or local)[:SHOWN_MAX]
        wanted = self._plan.message
        reason = Phrase("is {found}, not {wanted}", found=found, wanted=wanted)
        return self._error(reason, Phrase("ask the bank for {wanted}", wanted=wanted))

    def _too_much(self) -> XmlFileError:
        if len(self._nodes) > DEPTH_MAX:
            return self._error(Phrase("stands within more than {most} elements", most=DEPTH_MAX))
        if self._elements > ELEMENTS_MAX:
            return self._error(Phrase("the file has more than {most} elements", most=ELEMENTS_MAX))
        return self._error(Phrase("has more than {most} attributes", most=ATTRIBUTES_MAX))

    def _begin(self, record: str) -> None:
        if self._open:
            self._give(self._open[-1])
        self._open.append(_Open(record, self._parser.CurrentLineNumber, len(self._nodes)))

    def _give(self, record: _Open) -> None:
        if not record.given:
            record.given = True
            self._ready.append(XmlRecord(record.name, record.line, tuple(record.values)))

    def _keep(self, key: str, text: str, *, repeats: bool) -> None:
        """Add a value to the innermost record."""
        record = self._open[-1]
        if record.given:
            raise self._error(Phrase("stands behind what it must stand before"))
        if len(record.values) == VALUES_MAX:
            raise self._error(Phrase("is more than the {most}th value of one record", most=VALUES_MAX))
        if not repeats:
            if key in record.seen:
                raise self._error(Phrase("is there twice"))
            record.seen.add(key)
        if len(text) > TEXT_MAX:
            raise self._error(_too_long())
        record.values.append((key, text))

    def _end(self, _name: str) -> None:
        node = self._nodes[-1]
        if node.record is not None:
            self._give(self._open.pop())
        elif node.key is not None:
            self._keep(node.key, "".join(self._text).strip(), repeats=node.repeats)
        self._nodes.pop()
        self._names.pop()
        self._text.clear()
        self._length = 0

    def _characters(self, text: str) -> None:
        self._length += len(text)
        if self._length > TEXT_MAX:
            raise self._error(_too_long())
        if self._nodes[-1].key is not None:
            self._text.append(text)


def _too_long() -> Phrase:
    return Phrase("has more than {most} characters", most=TEXT_MAX)
