"""The certificates of a server's links: reads them again at SIGHUP, and warns before they expire."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence

from offline_collect.app.observability.metrics import Metrics
from offline_collect.domain.ports import Clock
from offline_collect.server.errors import CertificateError
from offline_collect.server.tls.credentials import Credentials

_log = logging.getLogger(__name__)


class Certificates:
    """Holds the certificates and keys of links with TLS, by the links' names.

    Args:
        links: the credentials.
        clock: shows local time; so do the notes.
        metrics: get the dates of expiry.
    """

    def __init__(self, links: Mapping[str, Credentials], clock: Clock, metrics: Metrics) -> None:
        self._clock = clock
        self._metrics = metrics
        self._links = links
        self._tell()

    def of(self, link: str) -> Credentials | None:
        """Return a link's TLS credentials; None for a link without TLS."""
        return self._links.get(link)

    def reload(self) -> None:
        """Read all files again; a link with unusable files keeps its present certificate."""
        if not self._links:
            _log.info("SIGHUP: no link has TLS, so there is nothing to read again")
        for name, each in self._links.items():
            try:
                each.reload()
            except CertificateError as error:
                _log.error("%s; link %s continues with its present certificate", error, name)
                continue
            first = each.expires_at.astimezone(self._clock.now().tzinfo).isoformat(" ", "seconds")
            _log.info("link %s: certificates were read again; the first expires %s", name, first)
        self._tell()

    def notes(self) -> Sequence[str]:
        """Return which certificates expire soon, or have expired."""
        now = self._clock.now()
        return [note for each in self._links.values() if (note := each.note(now)) is not None]

    def expiries(self) -> dict[str, str]:
        """Return when the first certificate of each link with TLS expires."""
        zone = self._clock.now().tzinfo
        return {
            name: each.expires_at.astimezone(zone).isoformat(" ", "seconds")
            for name, each in self._links.items()
        }

    def _tell(self) -> None:
        for name, each in self._links.items():
            self._metrics.certificate_expires(name, each.expires_at)
        for note in self.notes():
            _log.warning("%s", note)
