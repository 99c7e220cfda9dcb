"""The digest that identifies a file, so that it is not imported twice."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import BinaryIO

CHUNK = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Digest:
    """SHA-256 of a file's bytes, 64 lower-case hex digits, and its size in bytes."""

    sha256: str
    size: int


def digest_stream(stream: BinaryIO) -> Digest:
    """Return the digest of ``stream`` from its start to its end, and rewind it."""
    stream.seek(0)
    sha256, size = hashlib.sha256(), 0
    while chunk := stream.read(CHUNK):
        sha256.update(chunk)
        size += len(chunk)
    stream.seek(0)
    return Digest(sha256.hexdigest(), size)
