"""The orders in which a platform may decide commands that were submitted together."""

from collections.abc import Sequence
from itertools import permutations

from offline_collect.domain.commands import Command


def possible_orders(commands: Sequence[Command]) -> list[tuple[int, ...]]:
    """Return the orders in which a platform may decide commands that were submitted together."""
    senders = [(command.institution, command.terminal) for command in commands]
    return [
        order
        for order in permutations(range(len(commands)))
        if all(
            senders[early] != senders[late] or early < late
            for at, early in enumerate(order)
            for late in order[at + 1 :]
        )
    ]
