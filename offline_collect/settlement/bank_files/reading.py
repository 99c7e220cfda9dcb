"""Reads a bank's file in chunks, and collects what is wrong with it: a bounded number is kept, all are counted."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import BinaryIO

from offline_collect.domain.bank_files import Difference
from offline_collect.domain.debits.bank_reports import Contradiction
from offline_collect.domain.errors import BankFileError
from offline_collect.domain.texts.phrases import Phrase
from offline_collect.files.fixed_width.layout import FixedLayout, Values
from offline_collect.files.fixed_width.read import (
    FixedDetails,
    FixedProblem,
    FixedRecord,
    read_columns,
    read_fixed_width,
)
from offline_collect.files.iso20022.first_bytes import LOOKED_AT, NOTIFICATION, begins_as_xml, kind_of_message
from offline_collect.files.read.source import open_plain
from offline_collect.store.debits.records import AT_ONCE

KEPT_MAX = 100
"""Differences that a report names."""


class Differences:
    """What is wrong with a file."""

    def __init__(self) -> None:
        self._kept: list[str] = []
        self.count = 0

    def add(self, found: Difference | FixedProblem | Contradiction) -> None:
        """Count a difference."""
        self.count += 1
        if len(self._kept) < KEPT_MAX:
            self._kept.append(str(found))

    def extend(self, found: Iterable[Difference]) -> None:
        """Count several."""
        for each in found:
            self.add(each)

    def lacks(self, seen: bytearray, named: Callable[[int], Difference]) -> None:
        """Count what a file lacks.

        Args:
            seen: by sequence number from 1, whether the file has it.
            named: returns the difference of a sequence number.
        """
        sequence, first = 0, self.count
        while self.count - first < KEPT_MAX and (sequence := seen.find(0, sequence + 1)) > 0:
            self.add(named(sequence))
        if sequence > 0:
            self.count += seen.count(0, sequence + 1)

    def refuse(self, words: str) -> None:
        """Refuse the file if there is any.

        Raises:
            BankFileError: there is; it names the first.
        """
        if self.count:
            raise BankFileError(words, self._kept, self.count)


def changed_meanwhile(path: Path) -> BankFileError:
    """Return the refusal of a file that was another one when it was read for the second time."""
    return BankFileError(Phrase("{path}: was changed while it was read; nothing was taken", path=str(path)))


def is_message(path: Path) -> bool:
    """Whether a bank's file is a message of ISO 20022, by its first bytes; if not, it is of fixed width.

    Raises:
        FileError: it cannot be read.
    """
    with open_plain(path) as stream:
        return begins_as_xml(stream)


def is_notification(path: Path) -> bool:
    """Whether a message of ISO 20022 is a notification (camt.054), by its first bytes.

    Raises:
        FileError: it cannot be read.
    """
    with open_plain(path) as stream:
        return kind_of_message(stream.read(LOOKED_AT)) == NOTIFICATION


def chunks(
    stream: BinaryIO, layout: FixedLayout, differences: Differences
) -> Iterator[list[tuple[int, Values]]]:
    """Yield a file's header by itself, then its details in chunks, each with its line; what does not fit is counted.

    A header that does not fit ends it: what the details belong to is not known then.

    Args:
        stream: is read from its start.
    """
    stream.seek(0)
    chunk: list[tuple[int, Values]] = []
    for found in read_fixed_width(stream, layout):
        if isinstance(found, FixedProblem):
            differences.add(found)
            if found.record == layout.header.name and found.line == 1 and not chunk:
                return
        elif found.name == layout.header.name:
            yield [_placed(found)]
        elif found.name == layout.detail.name:
            chunk.append(_placed(found))
            if len(chunk) == AT_ONCE:
                yield chunk
                chunk = []
    if chunk:
        yield chunk


def columns(
    stream: BinaryIO, layout: FixedLayout, differences: Differences
) -> Iterator[FixedRecord | FixedDetails]:
    """Yield a file's header, then its details, many at once; what does not fit is counted as in :func:`chunks`."""
    stream.seek(0)
    at_once = AT_ONCE * (layout.detail.length + len(b"\n"))
    is_known = False
    for found in read_columns(stream, layout, at_once):
        if isinstance(found, FixedProblem):
            differences.add(found)
        elif isinstance(found, FixedDetails):
            yield found
        elif found.name == layout.header.name:
            is_known = True
            yield found
        if not is_known:
            return


def _placed(found: FixedRecord) -> tuple[int, Values]:
    return found.line, found.values
