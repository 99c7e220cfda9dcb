"""Schedules the slots of a load: the next bill, and the messages for each bill."""

from __future__ import annotations

from collections.abc import Iterator

from offline_collect_terminal.load.bills import Bill
from offline_collect_terminal.load.patched_frames import Digits, EncodedBill, encode_bill
from offline_collect_terminal.load.settings import Kind


class Turns:
    """Assigns messages to send until bills or budget are used up.

    Args:
        steps: the messages of each turn.
    """

    def __init__(self, steps: tuple[Kind, ...], bills: Iterator[Bill], digits: Digits, charset: str) -> None:
        self.steps = steps
        self.budget: int | None = None
        """How many messages may still be sent; None for no limit."""
        self.exhausted = False
        self._bills = bills
        self._digits = digits
        self._charset = charset

    def stop(self) -> None:
        """Assign no more messages."""
        self.budget = 0

    @property
    def ended(self) -> bool:
        """Whether the budget is used up."""
        return self.budget is not None and self.budget <= 0

    @property
    def more(self) -> bool:
        """Whether new messages may still be sent."""
        return not self.exhausted and (self.budget is None or self.budget > 0)

    def next(self, step: int, bill: EncodedBill | None) -> tuple[int, EncodedBill] | None:
        """Return the next step and bill, or None if there is nothing more to send.

        Args:
            step: the answered step; after a turn's last step comes a new bill.
            bill: its bill; None for a new slot.
        """
        if self.budget is not None:
            if self.budget <= 0:
                return None
            self.budget -= 1
        if bill is not None and step + 1 < len(self.steps):
            return step + 1, bill
        found = next(self._bills, None)
        if found is None:
            self.exhausted = True
            return None
        return 0, encode_bill(found, self._digits, self._charset)
