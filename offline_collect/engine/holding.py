"""Holds back commands whose rows another session has locked, and the commands that must not overtake them."""

from __future__ import annotations

from collections.abc import Hashable

from offline_collect.domain.commands import Command
from offline_collect.domain.decide import want
from offline_collect.domain.facts import Facts, Locked, Wants
from offline_collect.engine.work import Work


class Holding:
    """Decides for each command of a batch, in order, whether it is held back.

    A command is held back if it names a locked row, or a key, bill or trace that an earlier held command names.
    So a reversal waits behind its payment, and a payment behind a reversal of its bill.

    Args:
        facts: loaded for the batch.
        names: the names of commands held back before this batch.

    Attributes:
        held: the works that are held back, in order.
        names: their names, and the earlier ones.
    """

    def __init__(self, facts: Facts, locked: Locked, names: set[Hashable]) -> None:
        self._facts = facts
        self._locked: set[Hashable] = {*locked.keys, *locked.bills}
        self.names = set(names)
        self.held: list[Work] = []

    def holds(self, work: Work) -> bool:
        """Whether ``work`` is held back; if so, it is added to :attr:`held`."""
        names = named(work.command, self._facts)
        if names.isdisjoint(self._locked) and names.isdisjoint(self.names):
            return False
        self.held.append(work)
        self.names |= names
        return True


def named(command: Command, facts: Facts) -> set[Hashable]:
    """Return the keys, bills and traces that the decision of ``command`` depends on."""
    wants = Wants()
    want(command, facts, wants)
    return {*wants.keys, *wants.bills, *(("trace", trace) for trace in wants.traces)}
