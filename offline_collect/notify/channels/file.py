"""The channel that needs nobody else: a file with one JSON object a line, for a system of the bank that reads it."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from pathlib import Path

from offline_collect.domain.notices.messages import OutgoingMessage, message_document
from offline_collect.domain.notices.reasons import Reason, reason_of
from offline_collect.domain.notices.results import ACCEPTED, Result, Verdict

_PRIVATE = 0o600
"""Who sends may read the file, and nobody else: it has the payers' addresses."""


class FileChannel:
    """Appends messages to a file; each batch is on the disk before it counts as accepted."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def send(self, messages: Sequence[OutgoingMessage]) -> Sequence[Result]:
        """See :class:`~offline_collect.notify.channels.port.NoticePort`."""
        try:
            self._append("".join(_line(each) for each in messages).encode())
        except OSError as error:
            failed = Result(Verdict.TRY_AGAIN, reason_of(Reason.FILE_UNWRITTEN, why=str(error.strerror)))
            return [failed] * len(messages)
        return [ACCEPTED] * len(messages)

    def _append(self, lines: bytes) -> None:
        """Append lines in one write: those of several senders do not mix, and a line cut by a crash gets an end."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        flags = os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC
        descriptor = os.open(self._path, flags, _PRIVATE)
        try:
            size = os.fstat(descriptor).st_size
            if size and os.pread(descriptor, 1, size - 1) != b"\n":
                lines = b"\n" + lines
            written = os.write(descriptor, lines)
            if written < len(lines):
                raise OSError(0, "the disk took a part only")
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _line(message: OutgoingMessage) -> str:
    return json.dumps(message_document(message), ensure_ascii=False) + "\n"
