"""Compares the process's limit of open files with the need of the configured connections."""

from __future__ import annotations

import logging
import resource

from offline_collect.app.config.settings import Settings
from offline_collect.server.health.descriptors import REMEDY

_log = logging.getLogger(__name__)

BASE = 64
"""Descriptors of the process itself: log, reactor, /metrics and its checks, with a reserve."""
PER_LANE = 4
"""Descriptors of a lane: its socket or its connection to the store, which for SQLite is three files."""


def connections_allowed(settings: Settings) -> int | None:
    """Raise the limit of open files as far as needed and allowed; None if there is no limit.

    Returns:
        How many connections of all links it allows.
    """
    own = BASE + PER_LANE * (settings.lanes.write + settings.lanes.read) + len(settings.links)
    wanted = sum(link.connections_max for link in settings.links)
    limit = _raise_limit(own + wanted)
    if limit is None:
        return None
    allowed = max(limit - own, 1)
    if allowed < wanted:
        _log.warning(
            "the links may accept %d connections, but the limit of %d open files allows %d: more are"
            " refused; %d open files are needed: %s",
            wanted,
            limit,
            allowed,
            own + wanted,
            REMEDY,
        )
    return allowed


def _raise_limit(wanted: int) -> int | None:
    """Raise the soft limit to the wanted value, at most to the hard limit; return it, None for no limit."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft == resource.RLIM_INFINITY:
        return None
    reachable = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    if soft < reachable:
        resource.setrlimit(resource.RLIMIT_NOFILE, (reachable, hard))
        _log.info("the limit of open files is raised from %d to %d", soft, reachable)
    return max(soft, reachable)
