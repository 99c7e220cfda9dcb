"""What the server needs of the lanes, in whichever process they run."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from offline_collect.domain.answers import Answer
from offline_collect.domain.commands import Command


class Lanes(Protocol):
    """Takes commands; each batch's answers come back through what it was made with."""

    def start(self) -> None:
        """Begin to take commands."""
        ...

    def submit(self, command: Command, deadline: float, token: object) -> bool:
        """Hand a command in; False when too many wait, or no more are taken.

        Args:
            deadline: monotonic seconds after which it must not be decided.
            token: handed back with the answer.
        """
        ...

    @property
    def names(self) -> Sequence[str]:
        """The lanes' names."""
        ...

    def check(self, name: str, deadline: float, token: object) -> bool:
        """Ask a lane whether it could decide commands now; its answer is delivered as a command's is.

        It says APPROVED, or its brief is the cause and its reason for operators; None if the lane has ended.

        Returns:
            False when the lane takes nothing.
        """
        ...

    def refusal(self, command: Command) -> Answer | None:
        """Return what a command is answered without being handed in: 91 if its lane has gone silent."""
        ...

    def flush(self) -> None:
        """Say that no more commands follow at once: what was handed in goes on its way."""
        ...

    def sweep(self) -> None:
        """Answer commands that wait past their deadline; called a few times a second."""
        ...

    def close(self) -> None:
        """Accept no more commands; waiting ones are still decided."""
        ...

    def join(self, timeout_s: float) -> bool:
        """Wait for the end, ``timeout_s`` at most, on a thread that is not the reactor's; whether it came."""
        ...
