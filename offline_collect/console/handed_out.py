"""Files that are made for one download, each in a folder of its own."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

_PIECE = 256 * 1024


def handed_out(path: Path) -> Iterator[bytes]:
    """Yield a file's content in pieces, and delete its folder at the end, also if nobody reads on."""
    try:
        with path.open("rb") as stream:
            while piece := stream.read(_PIECE):
                yield piece
    finally:
        shutil.rmtree(path.parent, ignore_errors=True)
