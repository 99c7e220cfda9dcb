"""What the slots of a load do next: which bill, and for each bill which messages."""

from __future__ import annotations

from collections.abc import Iterator

from offline_collect_terminal.load.bills import Bill
from offline_collect_terminal.load.patched_frames import Digits, EncodedBill, encode_bill
from offline_collect_terminal.load.settings import Kind


class Turns:
    """Hands out messages to send until bills or budget are used up.

    Args:
        steps: the messages of each turn.
    """

    def __init__(self, steps: tuple[Kind, ...], bills: Iterator[Bill], digits: Digits, charset: str) -> None:
        self.steps = steps
        self.budget: int | None = None
        """How many messages may still go out; None for no bound."""
        self.exhausted = False
        self._bills = bills
        self._digits = digits
        self._charset = charset

    def stop(self) -> None:
        """Hand out nothing more."""
        self.budget = 0

    @property
    def ended(self) -> bool:
        """Whether the budget is used up."""
        return self.budget is not None and self.budget <= 0

    @property
    def more(self) -> bool:
        """Whether new messages may still go out."""
        return not self.exhausted and (self.budget is None or self.budget > 0)

    def next(self, step: int, bill: EncodedBill | None) -> tuple[int, EncodedBill] | None:
        """Return the step and bill after these, or None when there is nothing more to send.

        Args:
            step: the one that was answered; the turn's last brings a new bill.
            bill: its bill; None for a slot that begins.
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
