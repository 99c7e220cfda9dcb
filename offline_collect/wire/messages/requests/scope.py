"""What a conversion works with: the text of elements and tags, and what they mean in the dialect."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from offline_collect.domain.commands import NetworkFunction, ReversalReason
    from offline_collect.wire.dialects.places import ByPlace, Place
    from offline_collect.wire.messages.amounts import Amounts
    from offline_collect.wire.messages.identity import Moment
    from offline_collect.wire.messages.requests.originals import NamedOriginal


class Meanings(Protocol):
    """What conversions must know of a dialect."""

    @property
    def amounts(self) -> Amounts:
        """How amounts are written."""

    @property
    def identity(self) -> tuple[Place, ...]:
        """The places of a transaction's key."""

    @property
    def original(self) -> NamedOriginal:
        """How a message names an original."""

    @property
    def products(self) -> Mapping[str, str]:
        """Our merchant of each product."""

    @property
    def reversal_reasons(self) -> Mapping[str, ReversalReason]:
        """What DE 39 of a reversal means."""


@dataclass(slots=True)
class Scope:
    """The input of a conversion besides its own text; made for every message, so not frozen, which is slow.

    Attributes:
        elements: of the whole message, and the parts that its type reads.
        tags: of its DE 48.
        moment: completes dates.
        network_functions: what DE 70 means in the dialect.
    """

    elements: ByPlace
    tags: Mapping[str, str]
    moment: Moment
    dialect: Meanings
    network_functions: Mapping[str, NetworkFunction]


OneConverter = Callable[[str, Scope], object]
ManyConverter = Callable[[Sequence[str | None], Scope], object]
