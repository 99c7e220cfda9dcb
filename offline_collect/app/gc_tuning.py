"""Makes Python's cyclic collector run seldom: imports and messages leave no cycles."""

from __future__ import annotations

import gc


def relax_the_collector() -> None:
    """Make it run seldom; call this before the imports, which create many objects and free none.

    With Python's default thresholds, a command spends about a sixth of its start in the collector.
    """
    gc.set_threshold(50_000, 20, 50)


def spare_the_collector() -> None:
    """Exclude permanent objects from the cyclic collector, and make it run seldom.

    A message leaves no cycles, so a search for them after every few hundred objects would only slow down
    payments.
    """
    gc.collect()
    gc.freeze()
    relax_the_collector()
