"""Holding commands back whose rows somebody else's session holds, and whatever must not overtake them."""

from __future__ import annotations

from collections.abc import Hashable

from offline_collect.domain.commands import Command
from offline_collect.domain.decide import want
from offline_collect.domain.facts import Facts, Locked, Wants
from offline_collect.engine.work import Work


class Holding:
    """Says of a batch's commands, one after the other, which are held back.

    A command is held back if it names a row that is locked, or anything that a held one before it names: a key,
    a bill or a trace. So a reversal waits behind its payment, and a payment behind a reversal of its bill.

    Args:
        facts: loaded for the batch.
        names: what commands that were held back before this batch name.

    Attributes:
        held: the works that are held back, in order.
        names: what they name, and what was named before.
    """

    def __init__(self, facts: Facts, locked: Locked, names: set[Hashable]) -> None:
        self._facts = facts
        self._locked: set[Hashable] = {*locked.keys, *locked.bills}
        self.names = set(names)
        self.held: list[Work] = []

    def holds(self, work: Work) -> bool:
        """Whether ``work`` is held back; it then is among :attr:`held`."""
        names = named(work.command, self._facts)
        if names.isdisjoint(self._locked) and names.isdisjoint(self.names):
            return False
        self.held.append(work)
        self.names |= names
        return True


def named(command: Command, facts: Facts) -> set[Hashable]:
    """Return the keys, bills and traces that ``command`` is decided from."""
    wants = Wants()
    want(command, facts, wants)
    return {*wants.keys, *wants.bills, *(("trace", trace) for trace in wants.traces)}
