"""Files that are made for one download, each in a folder of its own."""

from __future__ import annotations

import shutil
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path

TYPES = {
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".csv": "text/csv; charset=utf-8",
    ".zip": "application/zip",
}
"""Media types of what people keep, by the end of its name."""

_PIECE = 256 * 1024


def handed_out(path: Path) -> Iterator[bytes]:
    """Yield a file's content in pieces, and delete its folder at the end, also if nobody reads on."""
    try:
        with path.open("rb") as stream:
            while piece := stream.read(_PIECE):
                yield piece
    finally:
        shutil.rmtree(path.parent, ignore_errors=True)


def one_file(paths: Sequence[Path]) -> Path:
    """Return the only file, or an archive of several."""
    if len(paths) == 1:
        return paths[0]
    archive = paths[0].with_suffix(".zip")
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as opened:
        for path in paths:
            opened.write(path, path.name)
    return archive
