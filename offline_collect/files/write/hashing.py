"""A stream that digests what is written to it."""

from __future__ import annotations

import hashlib
from typing import BinaryIO

from offline_collect.files.digest import Digest


class HashingStream:
    """Counts and digests what is written to a stream."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._sha256 = hashlib.sha256()
        self._size = 0

    def write(self, raw: bytes) -> int:
        """Write to the stream."""
        self._sha256.update(raw)
        self._size += len(raw)
        return self._stream.write(raw)

    def digest(self) -> Digest:
        """Return the digest of what was written so far."""
        return Digest(self._sha256.hexdigest(), self._size)
