"""A reactor without sockets or threads, whose clock the test advances."""

from collections.abc import Callable
from typing import Any

from twisted.internet.testing import MemoryReactorClock
from twisted.python.failure import Failure


class ListeningSocket:
    """Records the options that are set on it."""

    def __init__(self) -> None:
        self.options: dict[tuple[int, int], int] = {}

    def setsockopt(self, level: int, name: int, value: int) -> None:
        self.options[level, name] = value


class HandReactor(MemoryReactorClock):
    """Twisted's reactor in memory; calls for a thread run at once."""

    def listenTCP(self, *args: Any, **kwargs: Any) -> Any:  # noqa: N802 - Twisted's name
        port = super().listenTCP(*args, **kwargs)
        port.socket = ListeningSocket()
        self.listening = port
        return port

    def doIteration(self, delay: Any) -> None:  # noqa: N802 - Twisted's name
        """Look at sockets, of which there are none."""

    def callFromThread(self, call: Callable[..., Any], *args: Any, **kwargs: Any) -> None:  # noqa: N802
        call(*args, **kwargs)

    def getThreadPool(self) -> "HandReactor":  # noqa: N802 - Twisted's name
        return self

    def callInThreadWithCallback(  # noqa: N802 - Twisted's name
        self,
        tell: Callable[[bool, Any], None],
        call: Callable[..., Any],
        *args: Any,
        **kwargs: Any,
    ) -> None:
        try:
            result = call(*args, **kwargs)
        except Exception:  # noqa: BLE001 - as a thread pool does
            tell(False, Failure())
        else:
            tell(True, result)

    def advance_in_steps(self, seconds: float, step: float = 0.05) -> None:
        """Let time pass in steps, for timers that set the next timer."""
        for _ in range(round(seconds / step)):
            self.advance(step)
