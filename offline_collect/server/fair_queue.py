"""Who is served next: senders in turn, and each sender's connections in turn."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Generic, TypeVar

T = TypeVar("T")


class FairQueue(Generic[T]):
    """Members wait by sender; each is in it once at most.

    A sender that has had its turn goes to the end, and so does a member within its sender. However many members
    one sender has, they share that sender's turns.
    """

    def __init__(self) -> None:
        self._senders: dict[str, dict[T, None]] = {}
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
        self._senders.setdefault(sender, {})[member] = None

    def pop(self) -> T:
        """Take out the member whose turn it is.

        Raises:
            StopIteration: nobody waits.
        """
        sender, members = next(iter(self._senders.items()))
        member = next(iter(members))
        self.remove(member)
        if members:
            # The sender has had its turn: the others come first now.
            self._senders[sender] = self._senders.pop(sender)
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
