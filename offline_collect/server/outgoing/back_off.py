"""How long to wait between attempts to connect. Pure: the random number is an argument."""

from __future__ import annotations

FIRST_S = 1.0


class BackOff:
    """Doubles the wait from attempt to attempt, up to a maximum.

    Each wait is drawn between half and all of it, so that servers that lost their connections together do not
    reconnect together.
    """

    def __init__(self, most_s: float) -> None:
        self._most_s = most_s
        self._next_s = FIRST_S

    def wait_s(self, drawn: float) -> float:
        """Return the wait before the next attempt, and double the one after it.

        Args:
            drawn: a random number from 0 to 1.
        """
        wait = min(self._next_s, self._most_s)
        self._next_s = min(wait * 2, self._most_s)
        return wait * (1 + drawn) / 2

    def reset(self) -> None:
        """Begin again with the first wait: the partner has answered as it should."""
        self._next_s = FIRST_S
