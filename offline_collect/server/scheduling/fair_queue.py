"""A fair queue: senders in turn, and each sender's connections in turn."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator
from typing import Generic, TypeVar

T = TypeVar("T")


class FairQueue(Generic[T]):
    """Members wait by sender; each is in it once at most.

    A sender that has had its turn goes to the end, and so does a member within its sender. However many members
    one sender has, they share that sender's turns.
    """

    def __init__(self) -> None:
        # Ordered dicts give their first member soonest; a plain one looks again at all that went before.
        self._senders: OrderedDict[str, OrderedDict[T, None]] = OrderedDict()
        self._sender_of: dict[T, str] = {}

    def __len__(self) -> int:
        return len(self._sender_of)

    def __contains__(self, member: T) -> bool:
        return member in self._sender_of

    def __iter__(self) -> Iterator[T]:
        return iter(self._sender_of)

    def add(self, member: T, sender: str) -> None:
        """Put a member last among its sender's; one that waits already keeps its place."""
        if member in self._sender_of:
            return
        self._sender_of[member] = sender
        members = self._senders.get(sender)
        if members is None:
            members = self._senders[sender] = OrderedDict()
        members[member] = None

    def pop(self) -> T:
        """Take out the member whose turn it is.

        Raises:
            StopIteration: nobody waits.
        """
        sender = next(iter(self._senders))
        members = self._senders[sender]
        member, _ = members.popitem(last=False)
        del self._sender_of[member]
        if members:
            # The sender has had its turn: the others come first now.
            self._senders.move_to_end(sender)
        else:
            del self._senders[sender]
        return member

    def remove(self, member: T) -> None:
        """Take a member out, if it waits."""
        sender = self._sender_of.pop(member, None)
        if sender is None:
            return
        members = self._senders[sender]
        del members[member]
        if not members:
            del self._senders[sender]
