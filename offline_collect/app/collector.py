"""Python's cyclic collector, in processes whose messages leave no cycles behind."""

from __future__ import annotations

import gc


def spare_the_collector() -> None:
    """Keep what lives for ever out of the cyclic collector, and run it seldom.

    A message leaves no cycles behind, so that searching for them after every few hundred objects would be
    time taken from payments.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)
