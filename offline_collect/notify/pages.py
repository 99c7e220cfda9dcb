"""Pages of what users look at: notices, templates, opt-outs, consents, faults of addresses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

Cursor = TypeVar("Cursor")


@dataclass(frozen=True, slots=True)
class DocumentPage(Generic[Cursor]):
    """A page of a list.

    Attributes:
        documents: as people read them, with masked addresses; moments are aware.
        following: after what the next page begins; None on the last page.
    """

    documents: Sequence[Mapping[str, Any]] = field(repr=False)
    following: Cursor | None
