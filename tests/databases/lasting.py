"""Stores that are opened once a process; their contents are replaced between tests.

A store compiles each of its statements once, and then it has taken longer than most tests take.
"""

from functools import cache
from pathlib import Path

from offline_collect.store import SqlStore, StoreSettings, open_store
from tests.databases.sqlite_images import put_image


@cache
def lasting_store(settings: StoreSettings) -> SqlStore:
    """Return the store at a URL, with its tables; whoever has used it disposes of its connections."""
    return open_store(settings)


def replace_file(store: Path, image: bytes) -> None:
    """Let a SQLite store that nobody is connected to hold what an image holds."""
    # A journal of the file before would be taken for this one's.
    for before in store.parent.glob(f"{store.name}*"):
        before.unlink()
    put_image(store, image)
