"""The lanes' interface for the server, in the same process or in another."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from offline_collect.domain.answers import Answer
from offline_collect.domain.commands import Command
from offline_collect.engine import Origin


class Lanes(Protocol):
    """Takes commands; the callback given at creation receives each batch's answers."""

    def start(self) -> None:
        """Start to take commands."""
        ...

    def submit(self, command: Command, deadline: float, token: object, origin: Origin) -> bool:
        """Submit a command; return False if no more are taken, or too many wait.

        The first command of a connection is also taken while too many wait.

        Args:
            deadline: monotonic seconds after which it must not be decided.
            token: returned with the answer.
            origin: where it comes from; lanes take waiting commands in turn by origin.
        """
        ...

    @property
    def names(self) -> Sequence[str]:
        """The lanes' names."""
        ...

    def check(self, name: str, deadline: float, token: object) -> bool:
        """Check whether a lane could decide commands now; its answer is delivered like a command's.

        It is APPROVED, or has the cause as its brief and a reason for operators; None if the lane has ended.

        Returns:
            False if the lane takes no commands.
        """
        ...

    def refusal(self, command: Command) -> Answer | None:
        """Return the answer to a command that cannot be submitted: 91 if its lane is silent."""
        ...

    def flush(self) -> None:
        """Signal that no more commands follow immediately, so that the submitted ones are sent."""
        ...

    def sweep(self) -> None:
        """Answer commands past their deadline; called a few times a second."""
        ...

    def close(self) -> None:
        """Accept no more commands; waiting ones are still decided."""
        ...

    def join(self, timeout_s: float) -> bool:
        """Wait at most ``timeout_s`` for the end, outside the reactor's thread; return whether it came."""
        ...
