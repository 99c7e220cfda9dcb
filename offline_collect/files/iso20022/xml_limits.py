"""What a message of a bank may have at most, and the decoding of its bytes: all else is refused before it costs anything."""

from __future__ import annotations

import codecs
import re
from pathlib import Path

from offline_collect.domain.texts.phrases import Phrase
from offline_collect.files.errors import XmlFileError

DEPTH_MAX = 40
"""Elements within each other; the deepest place of a message that is read has 9."""
TEXT_MAX = 2_000
"""Characters of an element's own text; ISO's longest is Max500Text, and supplementary data may have more."""
ATTRIBUTES_MAX = 20
ELEMENTS_MAX = 100_000_000
"""Of a file: a report of a million records has about thirty million."""
VALUES_MAX = 500
"""Values that are read of one record."""
SHOWN_MAX = 60
"""Characters of a name that a message shows."""
TOKEN_MAX = 256 * 1024
"""Bytes of a tag, comment or instruction. The parser must hold one whole before it can say anything of it."""

_DECLARED = re.compile(rb"""\s*<\?xml[^>]*?encoding\s*=\s*["']([A-Za-z0-9._-]{1,40})["']""")
_CHINESE = frozenset({"gb18030", "gbk", "gb2312"})
_UNICODE = frozenset({"utf-8", "utf-16", "ascii"})

ASK_THE_BANK = Phrase("ask the bank to send it again")


class Place:
    """Where in a file an error is.

    Attributes:
        path: the file.
        line: of the element's start, from 1.
        element: the innermost element's name; '' outside of all.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.line = 1
        self.element = ""

    def error(self, reason: Phrase, remedy: Phrase = ASK_THE_BANK) -> XmlFileError:
        """Return the refusal of the file at this place."""
        where = (
            Phrase(
                "line {line}, element {element}: {reason}",
                line=self.line,
                element=self.element,
                reason=reason,
            )
            if self.element
            else Phrase("line {line}: {reason}", line=self.line, reason=reason)
        )
        return XmlFileError(where, path=self.path, remedy=remedy)


def decoder_for(start: bytes, place: Place) -> codecs.IncrementalDecoder | None:
    """Return what decodes a file; None if the parser does it itself, which knows Unicode only.

    Args:
        start: the file's first bytes.

    Raises:
        XmlFileError: it declares another encoding.
    """
    declared = _DECLARED.match(start)
    name = "utf-8" if declared is None else declared.group(1).decode("ascii")
    try:
        found = codecs.lookup(name).name
    except LookupError:
        found = ""
    if found in _CHINESE:
        # A superset of the two others.
        return codecs.getincrementaldecoder("gb18030")()
    if found in _UNICODE:
        return None
    raise place.error(
        Phrase("declares the encoding {encoding}", encoding=name),
        Phrase("ask the bank for UTF-8 or GB18030"),
    )
