"""What an import changes in whose its bills are and who its customers are, counted, with the first in words."""

from __future__ import annotations

from dataclasses import dataclass, field

from offline_collect.domain.imports.identity import BillIdentity, stops_import
from offline_collect.domain.texts.cards import mask_cards
from offline_collect.domain.texts.phrases import Phrase, listed
from offline_collect.merchant.common.counts import customers_counted, unpaid_bills_counted
from offline_collect.merchant.common.errors import TranslatableError
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
    first: list[Phrase] = field(default_factory=list)

    def add(self, number: str, outcome: RowOutcome) -> None:
        """Count what an accepted row changes; customers are told by number only, not by their names."""
        if outcome.move is not None:
            self.moved += 1
            if self.moved <= TOLD_MAX:
                move = outcome.move
                told = Phrase(
                    "{number} from {before} to {after}",
                    number=mask_cards(number),
                    before=_whose(move.before),
                    after=_whose(move.after),
                )
                self.first.append(told)
        elif outcome.renamed:
            self.renamed += 1
            if self.renamed <= TOLD_MAX:
                self.first.append(Phrase("{number}", number=mask_cards(number)))

    def count_customers(self, tx: StoreTransaction, merchant_id: str) -> None:
        """Complete the count, before the import takes effect."""
        if self.renamed:
            self.customers = count_customers(tx, merchant_id)

    @property
    def stop(self) -> bool:
        """Whether the import stops unless they are meant."""
        return stops_import(moved=self.moved, renamed=self.renamed, customers=self.customers)

    def words(self) -> Phrase:
        """Say how many there are, and which are the first."""
        more = self.moved + self.renamed - len(self.first)
        told = listed([*self.first, *([Phrase("and {count} more", count=more)] if more else [])])
        if self.moved:
            return Phrase(
                "another customer or period for {bills}: {told}",
                bills=unpaid_bills_counted(self.moved),
                told=told,
            )
        return Phrase(
            "another name for {renamed} of {customers}: {told}",
            renamed=self.renamed,
            customers=customers_counted(self.customers),
            told=told,
        )


class IdentityError(TranslatableError):
    """An import would change whose bills are or who customers are, so nothing of the file was imported."""

    def __init__(self, name: str, changes: IdentityChanges) -> None:
        super().__init__(
            Phrase(
                "{name}: nothing was imported: it would bring {changes}; check that the numbers in the file are not"
                " those of its rows; if this is meant, import it with --identity-changes",
                name=name,
                changes=changes.words(),
            )
        )


def _whose(identity: BillIdentity) -> Phrase:
    return Phrase(
        "{customer_no} ({period})",
        customer_no=mask_cards(identity.customer_no),
        period=mask_cards(identity.period) if identity.period else Phrase("no period"),
    )
