"""Whether a file of a bank is a message in XML, by its first bytes."""

from __future__ import annotations

import re
from typing import BinaryIO

_BEGINNING = 64
_XML = re.compile(rb"(?:\xef\xbb\xbf)?\s*<|\xff\xfe<\x00|\xfe\xff\x00<")

LOOKED_AT = 4096
"""How many first bytes tell what a file is."""

REPORT, NOTIFICATION = "pain.002", "camt.054"
MESSAGES = (REPORT, NOTIFICATION)
"""Messages that banks send."""


def begins_as_xml(stream: BinaryIO) -> bool:
    """Whether a file begins as XML does; the stream is at its start afterwards.

    No layout of fixed width begins so: their lines begin with a letter.
    """
    stream.seek(0)
    found = _XML.match(stream.read(_BEGINNING)) is not None
    stream.seek(0)
    return found


def kind_of_message(start: bytes) -> str | None:
    """Return the kind of a bank's message, such as `pain.002`, by its namespace; None for one that is not taken.

    Args:
        start: the first bytes of the file.
    """
    return next((kind for kind in MESSAGES if f":{kind}.".encode() in start.replace(b"\0", b"")), None)
