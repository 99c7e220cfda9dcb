"""What an import changes in whose its bills are and who its customers are, counted, with the first in words."""

from __future__ import annotations

from dataclasses import dataclass, field

from offline_collect.domain.imports.identity import BillIdentity, stops_import
from offline_collect.domain.texts.cards import mask_cards
from offline_collect.domain.texts.text import counted
from offline_collect.merchant.common.errors import MerchantError
from offline_collect.store import RowOutcome, StoreTransaction, count_customers

TOLD_MAX = 5
"""Changes that are told; the others are counted."""


@dataclass(slots=True)
class IdentityChanges:
    """Bills that go to another customer or period, and customers that get another name.

    Attributes:
        customers: how many customers the merchant has before the import; counted only if some are renamed.
        first: the first of them, in words.
    """

    moved: int = 0
    renamed: int = 0
    customers: int = 0
    first: list[str] = field(default_factory=list)

    def add(self, number: str, outcome: RowOutcome) -> None:
        """Count what an accepted row changes; customers are told by number only, not by their names."""
        if outcome.move is not None:
            self.moved += 1
            if self.moved <= TOLD_MAX:
                move = outcome.move
                self.first.append(f"{number} from {_whose(move.before)} to {_whose(move.after)}")
        elif outcome.renamed:
            self.renamed += 1
            if self.renamed <= TOLD_MAX:
                self.first.append(number)

    def count_customers(self, tx: StoreTransaction, merchant_id: str) -> None:
        """Complete the count, before the import takes effect."""
        if self.renamed:
            self.customers = count_customers(tx, merchant_id)

    @property
    def stop(self) -> bool:
        """Whether the import stops unless they are meant."""
        return stops_import(moved=self.moved, renamed=self.renamed, customers=self.customers)

    def __str__(self) -> str:
        """Say how many there are, and which are the first."""
        more = self.moved + self.renamed - len(self.first)
        told = "; ".join(map(mask_cards, self.first)) + (f"; and {more} more" if more else "")
        if self.moved:
            return f"another customer or period for {counted(self.moved, 'unpaid bill')}: {told}"
        return f"another name for {self.renamed} of {counted(self.customers, 'customer')}: {told}"


class IdentityError(MerchantError):
    """An import would change whose bills are or who customers are, so nothing of the file was imported."""

    def __init__(self, name: str, changes: IdentityChanges) -> None:
        super().__init__(
            f"{name}: nothing was imported: it would bring {changes}; check that the numbers in the file are not"
            " those of its rows; if this is meant, import it with --identity-changes"
        )


def _whose(identity: BillIdentity) -> str:
    return f"{identity.customer_no} ({identity.period or 'no period'})"
