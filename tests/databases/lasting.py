"""Stores that are opened once a process; their contents are replaced between tests.

A store compiles each of its statements once, which takes longer than most tests.
"""

from functools import cache
from pathlib import Path

from offline_collect.store import SqlStore, StoreSettings, open_store
from tests.databases.sqlite_images import put_image


@cache
def lasting_store(settings: StoreSettings) -> SqlStore:
    """Return the store at a URL, with its tables; its user must dispose of its connections."""
    return open_store(settings)


def replace_file(store: Path, image: bytes) -> None:
    """Replace the contents of a SQLite store without connections by those of an image."""
    # SQLite would take a journal of the former file for a journal of this one.
    for before in store.parent.glob(f"{store.name}*"):
        before.unlink()
    put_image(store, image)
