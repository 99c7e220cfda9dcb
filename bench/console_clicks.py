"""People who click through the console: each opens pages in an order of his own, and looks at each for some seconds."""

from __future__ import annotations

import random
from threading import Event, Lock

from console_site import Site
from order import SEED

LOOK_S = (1.0, 5.0)
"""How long a page is looked at."""

_SLOW = frozenset({"/audit/chain"})
"""What nobody opens while he waits for payments: it reads the whole trail."""


class People:
    """Several people at one console.

    Attributes:
        clicks: pages that they have opened.
    """

    def __init__(self, site: Site, pages: list[tuple[str, str]], stop: Event) -> None:
        self._site = site
        self._pages = [each for each in pages if each[1] not in _SLOW]
        self._stop = stop
        self._counting = Lock()
        self.clicks = 0

    def click(self, number: int) -> None:
        """Be one of them, until it is time to stop."""
        order = random.Random(SEED + number)
        connection = self._site.connect()
        # Nobody begins at the same moment.
        self._stop.wait(order.uniform(0, 1))
        while not self._stop.is_set():
            page = self._site.ask(connection, *order.choice(self._pages))
            assert page.status < 500, "the console stays up beside payments"  # noqa: PLR2004
            with self._counting:
                self.clicks += 1
            self._stop.wait(order.uniform(*LOOK_S))
        connection.close()
