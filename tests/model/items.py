"""The model's items of reconciliation: what the two sides do not count alike, and what people said about it."""

import datetime as dt
from dataclasses import dataclass, field

from tests.model.owing import Paying

Key = tuple[str, ...]


@dataclass(eq=False)
class Item:
    """A difference, or a reversal or return that needs a person.

    Attributes:
        kind: PAYMENT or REVERSAL.
        key: of the payment's message.
        ended: how it has ended: POSTED, NOTED or MATCHED; empty while it is open.
        matched_by: the day whose file has ended it.
    """

    institution: str
    date: dt.date
    kind: str
    key: Key
    difference: str
    follow_up: str
    theirs: int | None = None
    ours: int | None = None
    paying: Paying | None = None
    bill: tuple[str, str] | None = None
    ended: str = ""
    matched_by: dt.date | None = None

    @property
    def seen(self) -> tuple[object, ...]:
        """What a user sees of it."""
        state = "RESOLVED" if self.ended else "OPEN"
        return (
            self.institution,
            self.date,
            self.kind,
            self.difference,
            self.follow_up,
            self.theirs,
            self.ours,
            state,
        )

    @property
    def name(self) -> tuple[str, Key]:
        """What its row counts."""
        return self.kind, self.key

    @property
    def content(self) -> tuple[object, ...]:
        """What makes it the same difference in a corrected file."""
        return self.kind, self.key, self.difference, self.theirs, self.ours


@dataclass
class Items:
    """All items; those that a corrected file has replaced are forgotten."""

    there: list[Item] = field(default_factory=list)
    waiting: list[Item] = field(default_factory=list)

    def of_settled_day(self, paying: Paying, today: dt.date) -> None:
        """Keep a reversal of a payment whose day is settled, until the open day is cut."""
        self.waiting.append(_of("REVERSAL_OF_SETTLED", paying, today))

    def disputed(self, paying: Paying, today: dt.date) -> None:
        """Keep a debit that came back because the payer disputes it."""
        self.waiting.append(_of("DEBIT_DISPUTED", paying, today))

    def in_doubt(self, institution: str, asked: int, today: dt.date) -> Item:
        """Keep a debit of which the bank leaves in doubt whether money moved."""
        doubt = Item(institution, today, "REVERSAL", (), "DEBIT_IN_DOUBT", "NOTE", ours=asked)
        self.waiting.append(doubt)
        return doubt

    def answered(self, doubt: Item) -> None:
        """End a doubt; before the cutover of its day nothing is left of it."""
        if doubt in self.waiting:
            self.waiting.remove(doubt)
        else:
            doubt.ended = doubt.ended or "NOTED"

    def cut(self) -> None:
        """Show what the closed day has left."""
        self.there += self.waiting
        self.waiting.clear()

    def open_of(self, day: dt.date) -> list[Item]:
        """Return the open items of a day."""
        return [each for each in self.there if each.date == day and not each.ended]


def _of(difference: str, paying: Paying, today: dt.date) -> Item:
    return Item(
        paying.institution, today, "REVERSAL", (), difference, "NOTE", ours=paying.amount, paying=paying
    )
