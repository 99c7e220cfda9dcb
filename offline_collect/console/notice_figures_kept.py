"""Notices in figures, kept for a while: counting them takes a reading of all, and many people look at them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from offline_collect.domain.ports import Clock
from offline_collect.merchant.reports.kept_readings import KeptReadings
from offline_collect.notify.figures import NoticeFigures, figures_of


class NoticeFiguresKept(KeptReadings[dt.timedelta, NoticeFigures]):
    """Figures of notices, with those that went out in a time before now, by what their readers may see."""

    def __init__(
        self,
        clock: Clock,
        monotonic: Callable[[], float],
        begin: Callable[[Callable[[], None]], None] | None = None,
    ) -> None:
        super().__init__(lambda reading, lately: figures_of(reading, clock.now() - lately), monotonic, begin)
