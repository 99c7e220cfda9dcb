"""SQLite stores as bytes: made once, because that is slow, and copied for each test that starts from them."""

import sqlite3
import tempfile
from collections.abc import Callable, Hashable
from contextlib import closing
from functools import cache
from pathlib import Path


def image_of(store: Path) -> bytes:
    """Return a whole store, including its journal, as a file's content."""
    with tempfile.TemporaryDirectory() as folder:
        whole = Path(folder) / "whole.db"
        with closing(sqlite3.connect(store)) as source, closing(sqlite3.connect(whole)) as target:
            source.backup(target)
        return whole.read_bytes()


def put_image(store: Path, image: bytes) -> None:
    """Write an image as a store; only its owner may read it, or it would not be opened."""
    store.touch(mode=0o600)
    store.write_bytes(image)


@cache
def made_by(make: Callable[..., object], *arguments: Hashable) -> bytes:
    """Return the store that ``make(url, *arguments)`` makes; it runs once a process."""
    with tempfile.TemporaryDirectory() as folder:
        store = Path(folder) / "store.db"
        make(f"sqlite:///{store}", *arguments)
        return image_of(store)
