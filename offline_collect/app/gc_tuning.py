"""Python's cyclic collector, run seldom: neither a command's imports nor a server's messages leave cycles."""

from __future__ import annotations

import gc


def relax_the_collector() -> None:
    """Run it seldom; call it before the imports, which make much and throw nothing away.

    At Python's own thresholds a command spends about a sixth of its start on searching what it imports.
    """
    gc.set_threshold(50_000, 20, 50)


def spare_the_collector() -> None:
    """Keep what lives for ever out of the cyclic collector, and run it seldom.

    A message leaves no cycles behind, so that searching for them after every few hundred objects would be
    time taken from payments.
    """
    gc.collect()
    gc.freeze()
    relax_the_collector()
