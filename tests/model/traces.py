"""The identity of a message in the model: its key, its content, and its trace for repeats with a new DE 7."""

import datetime as dt
from dataclasses import dataclass

from offline_collect.domain.commands import Payment, Reversal, WriteCommand

Key = tuple[str, ...]

ONE_DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class Left:
    """The trace of one message.

    Attributes:
        alike: what a repeat has in common with it.
        date: the business date that it was decided on.
    """

    alike: tuple[object, ...]
    date: dt.date
    key: Key
    marked: bool
    came: dt.datetime


class Traces:
    """All traces."""

    def __init__(self) -> None:
        self._left: list[Left] = []

    def find(
        self, alike: tuple[object, ...], today: dt.date, now: dt.datetime, *, marked: bool
    ) -> Key | None:
        """Return the key of the latest message that was the same, if one of the two is marked as a repeat."""
        same = [
            left
            for left in self._left
            if left.alike == alike
            and (marked or left.marked)
            and (left.date == today or left.came >= now - ONE_DAY)
        ]
        return max(same, key=lambda left: left.came).key if same else None

    def leave(self, left: Left) -> None:
        """Add a trace, unless the same business date has it already: the first of a date stays."""
        if not any((each.alike, each.date) == (left.alike, left.date) for each in self._left):
            self._left.append(left)


def key_of(command: WriteCommand) -> Key:
    letter = "R" if isinstance(command, Reversal) else "P"
    sent_at = command.sent_at.astimezone(dt.UTC)
    return letter, command.institution, command.terminal, command.stan, f"{sent_at:%Y%m%d%H%M%S}"


def alike(command: WriteCommand) -> tuple[object, ...]:
    """Return the fields that a repeat with a new DE 7 has in common with its original."""
    return (*key_of(command)[:4], command.rrn, *says(command))


def says(command: WriteCommand) -> tuple[object, ...]:
    """Return the content that a key must always identify."""
    if isinstance(command, Reversal):
        return command.amount_minor, command.reason, command.merchant_id, command.original_key
    assert isinstance(command, Payment)
    return command.merchant_id, command.lines or command.bill_no, command.amount_minor, command.currency
