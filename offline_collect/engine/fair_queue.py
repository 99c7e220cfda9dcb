"""A fair queue: senders in turn, and each sender's connections in turn."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator
from typing import Generic, TypeVar

T = TypeVar("T")


class FairQueue(Generic[T]):
    """Members wait by sender; each is in the queue at most once.

    After its turn a sender goes to the end, and so does a member within its sender. All members of one sender share
    that sender's turns.
    """

    def __init__(self) -> None:
        # Ordered dicts return their first member fastest; a plain dict scans all removed entries again.
        self._senders: OrderedDict[str, OrderedDict[T, None]] = OrderedDict()
        self._sender_of: dict[T, str] = {}

    def __len__(self) -> int:
        return len(self._sender_of)

    def __contains__(self, member: T) -> bool:
        return member in self._sender_of

    def __iter__(self) -> Iterator[T]:
        return iter(self._sender_of)

    def add(self, member: T, sender: str) -> None:
        """Append a member to its sender's members; a waiting member keeps its place."""
        if member in self._sender_of:
            return
        self._sender_of[member] = sender
        members = self._senders.get(sender)
        if members is None:
            members = self._senders[sender] = OrderedDict()
        members[member] = None

    def pop(self) -> T:
        """Remove and return the member whose turn it is.

        Raises:
            StopIteration: the queue is empty.
        """
        sender = next(iter(self._senders))
        members = self._senders[sender]
        member, _ = members.popitem(last=False)
        del self._sender_of[member]
        if members:
            # The sender has had its turn: the other senders come first now.
            self._senders.move_to_end(sender)
        else:
            del self._senders[sender]
        return member

    def remove(self, member: T) -> None:
        """Remove a member if it waits."""
        sender = self._sender_of.pop(member, None)
        if sender is None:
            return
        members = self._senders[sender]
        del members[member]
        if not members:
            del self._senders[sender]
