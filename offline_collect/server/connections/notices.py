"""Sends a link's cutover notice on its oldest usable connection, and receives the answer."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from offline_collect.domain.business_days.dates import BusinessDate
from offline_collect.server.connections.cutover_notice import CutoverNotice, Noticed
from offline_collect.wire.messages.message import Message

if TYPE_CHECKING:
    from offline_collect.server.link import Link

_log = logging.getLogger(__name__)


class Notices:
    """The notices that one link sends to its front end."""

    def __init__(self, link: Link) -> None:
        self._link = link
        self._notice = CutoverNotice()

    def day_opened(self, date: BusinessDate) -> None:
        """Notify the front end of a business day, if the link is configured to."""
        if self._link.settings.cutover_notice:
            self._notice.opened(date, self._link.clock.monotonic())
            self.send_due()

    def send_due(self) -> None:
        """Send a notice that is due, the first time or again; without a usable connection, wait for one."""
        now, name = self._link.clock.monotonic(), self._link.settings.name
        if self._notice.given_up(now):
            _log.warning("link %s: the cutover notice got no answer; it is not sent again", name)
            self._link.observer.noticed(name, Noticed.UNANSWERED)
        date = self._notice.date
        if date is None or not self._notice.is_due(now):
            return
        for connection in self._link.connections:
            frame = self._link.translator.cutover_notice(
                date, self._notice.stan, self._link.clock.now(), connection.header
            )
            if connection.send(frame):
                self._notice.sent(now)
                _log.info("link %s: notified %s that business day %s is open", name, connection.peer, date)
                return

    def answered(self, answer: Message) -> bool:
        """Accept an answer; False if no notice waits for one."""
        if not self._notice.acknowledged(answer.elements.get(11)):
            return False
        self._link.observer.noticed(self._link.settings.name, Noticed.ACKNOWLEDGED)
        return True
