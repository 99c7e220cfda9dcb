"""The events that a link reports to an observer; app implements it with Prometheus."""

from __future__ import annotations

from typing import Protocol

from offline_collect.domain.codes import ResponseCode


class LinkObserver(Protocol):
    """Counts and times the events of links; calls are cheap, never raise, and come on the reactor's thread."""

    def connected(self, link: str) -> None:
        """A connection was accepted."""
        ...

    def disconnected(self, link: str) -> None:
        """An accepted connection has ended."""
        ...

    def refused(self, link: str, reason: str) -> None:
        """A connection, or an institution on one, was refused.

        Reasons: network, connections_max, connections_max_per_peer, connections_max_per_institution,
        descriptors, draining, tls.
        """
        ...

    def hung_up(self, link: str, reason: str) -> None:
        """The platform closes a connection.

        Reasons: idle_timeout_s, frame_timeout_s, sign_on_timeout_s, tls_handshake, not_reading.
        """
        ...

    def answered(self, link: str, message: str, code: ResponseCode, seconds: float) -> None:
        """A message was answered ``seconds`` after its frame arrived.

        ``message`` is its name in the message set, or ``unknown`` without one.
        """
        ...

    def unanswered(self, link: str, reason: str) -> None:
        """A message got no answer (frame, torn, unreadable, response, unproved, gone, fault)."""
        ...

    def unauthentic(self, link: str, problem: str) -> None:
        """A message's MAC is missing or wrong, or there is no_key to check it."""
        ...

    def redated(self, link: str) -> None:
        """A message's years were taken from the open business day, because the clock is far from it."""
        ...

    def clock_off(self, link: str) -> None:
        """A request's DE 7 was far from its time of arrival."""
        ...

    def throttled(self, link: str, what: str) -> None:
        """A request was refused or its answer held back (see ``scheduling.throttle.Throttled``)."""
        ...

    def noticed(self, link: str, what: str) -> None:
        """A cutover notice was acknowledged, or given up unanswered."""
        ...

    def connected_out(self, link: str, *, connected: bool) -> None:
        """The connection to a partner that listens was made, or has ended."""
        ...

    def connect_failed(self, link: str) -> None:
        """An attempt to connect to a partner failed."""
        ...

    def stage(self, stage: str, seconds: float, messages: int) -> None:
        """``messages`` messages spent ``seconds`` in a stage of the server (decode, encode)."""
        ...

    def waiting(self, frames: int) -> None:
        """The number of frames that were read and wait for their turn."""
        ...


class NullLinkObserver:
    """Observes nothing."""

    def connected(self, link: str) -> None:
        """See :class:`LinkObserver`."""

    def disconnected(self, link: str) -> None:
        """See :class:`LinkObserver`."""

    def refused(self, link: str, reason: str) -> None:
        """See :class:`LinkObserver`."""

    def hung_up(self, link: str, reason: str) -> None:
        """See :class:`LinkObserver`."""

    def answered(self, link: str, message: str, code: ResponseCode, seconds: float) -> None:
        """See :class:`LinkObserver`."""

    def unanswered(self, link: str, reason: str) -> None:
        """See :class:`LinkObserver`."""

    def unauthentic(self, link: str, problem: str) -> None:
        """See :class:`LinkObserver`."""

    def redated(self, link: str) -> None:
        """See :class:`LinkObserver`."""

    def clock_off(self, link: str) -> None:
        """See :class:`LinkObserver`."""

    def throttled(self, link: str, what: str) -> None:
        """See :class:`LinkObserver`."""

    def noticed(self, link: str, what: str) -> None:
        """See :class:`LinkObserver`."""

    def connected_out(self, link: str, *, connected: bool) -> None:
        """See :class:`LinkObserver`."""

    def connect_failed(self, link: str) -> None:
        """See :class:`LinkObserver`."""

    def stage(self, stage: str, seconds: float, messages: int) -> None:
        """See :class:`LinkObserver`."""

    def waiting(self, frames: int) -> None:
        """See :class:`LinkObserver`."""
