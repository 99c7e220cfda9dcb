"""What an import changes in whose its bills are and who its customers are, counted, with the first in words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from offline_collect.domain.imports.identity import BillIdentity, InputsChange, names_stop, stops_import
from offline_collect.domain.texts.cards import mask_cards
from offline_collect.domain.texts.counts import customers_counted, rows_counted, unpaid_bills_counted
from offline_collect.domain.texts.phrases import Phrase, listed
from offline_collect.merchant.common.errors import TranslatableError
from offline_collect.merchant.imports.payer_names import PayerName
from offline_collect.store import RowOutcome, StoreTransaction, count_customers

TOLD_MAX = 5
"""Changes of a kind that are told; the others are counted."""

COMPARED_MAX = 200_000
"""Values of inputs that are compared with each other: with more, so many customers change that the import stops anyway."""


@dataclass(slots=True)
class Changes:
    """Changes of one kind.

    Attributes:
        first: the first of them, in words.
    """

    count: int = 0
    first: list[Phrase] = field(default_factory=list)

    def add(self, told: Phrase) -> None:
        """Count a change."""
        self.count += 1
        if self.count <= TOLD_MAX:
            self.first.append(told)

    @property
    def told(self) -> Phrase:
        """The first of them, and how many more there are."""
        more = self.count - len(self.first)
        return listed([*self.first, *([Phrase("and {count} more", count=more)] if more else [])])


@dataclass(slots=True)
class _Exchanges:
    """Values that customers give up and take in a file."""

    given_up: set[int] = field(default_factory=set)
    taken: set[int] = field(default_factory=set)

    def add(self, change: InputsChange) -> None:
        """Add a customer's, as long as they are compared."""
        if len(self.given_up) < COMPARED_MAX:
            self.given_up |= change.given_up
            self.taken |= change.taken

    @property
    def count(self) -> int:
        """How many one gives up and another takes."""
        return len(self.given_up & self.taken)


@dataclass(slots=True)
class IdentityChanges:
    """Bills that become other debts, and customers that get another name or other inputs.

    Attributes:
        payers: rows with another payer's name than that of their customer.
        former: inputs that other customers had before, who still owe something.
        compared: how many rows have a payer's name beside a customer who is known.
        customers: how many customers the merchant has before the import; counted only if some change.
    """

    moves: Changes = field(default_factory=Changes)
    names: Changes = field(default_factory=Changes)
    inputs: Changes = field(default_factory=Changes)
    payers: Changes = field(default_factory=Changes)
    former: Changes = field(default_factory=Changes)
    compared: int = 0
    customers: int = 0
    _balance: int = 0
    _inputs: _Exchanges = field(default_factory=_Exchanges)
    _names: _Exchanges = field(default_factory=_Exchanges)

    def add(self, number: str, outcome: RowOutcome) -> None:
        """Count what an accepted row changes; customers are told by number only, not by their names."""
        masked = mask_cards(number)
        if outcome.move is not None:
            move = outcome.move
            told = Phrase(
                "{number} from {before} to {after}",
                number=masked,
                before=_whose(move.before, move.after),
                after=_whose(move.after, move.before),
            )
            self.moves.add(told)
        if outcome.renamed:
            self.names.add(Phrase("{number}", number=masked))
        if outcome.names is not None:
            self._names.add(outcome.names)
        if outcome.inputs is not None:
            self.inputs.add(Phrase("{number}", number=masked))
            self._inputs.add(outcome.inputs)

    def add_payers(self, found: Iterable[PayerName]) -> None:
        """Count the payers' names of rows; they are told by row and customer only."""
        for each in found:
            self.compared += 1
            if not each.same:
                number = mask_cards(each.customer_no)
                self.payers.add(Phrase("row {row} ({customer_no})", row=str(each.row), customer_no=number))
                self._balance += each.written - each.stored

    def add_former(self, found: Iterable[tuple[str, str]]) -> None:
        """Count inputs that were those of a first customer before, and are a second one's now."""
        for owner, number in found:
            self.former.add(
                Phrase("{owner}, now {number}", owner=mask_cards(owner), number=mask_cards(number))
            )

    @property
    def payers_told(self) -> Phrase:
        """How many rows have another payer's name than that of their customer, and which are the first."""
        return Phrase(
            "another payer's name than the customer's in {differing} of {rows}: {told}",
            differing=self.payers.count,
            rows=rows_counted(self.compared),
            told=self.payers.told,
        )

    def count_customers(self, tx: StoreTransaction, merchant_id: str) -> None:
        """Complete the count, before the import takes effect."""
        if self.names.count or self.inputs.count:
            self.customers = count_customers(tx, merchant_id)

    @property
    def exchanged(self) -> int:
        """How many values of inputs go from one customer to another."""
        return self._inputs.count

    @property
    def names_exchanged(self) -> int:
        """How many names go from one customer to another."""
        return self._names.count

    @property
    def stop(self) -> bool:
        """Whether the import stops unless they are meant."""
        names = names_stop(differing=self.payers.count, compared=self.compared, permuted=self._balance == 0)
        return (
            names
            or self.former.count > 0
            or stops_import(
                moved=self.moves.count,
                exchanged=self.exchanged + self.names_exchanged,
                renamed=self.names.count,
                changed=self.inputs.count,
                customers=self.customers,
            )
        )

    def words(self) -> Phrase:
        """Say how many there are of each kind, and which are the first."""
        kinds = []
        if self.moves.count:
            bills = unpaid_bills_counted(self.moves.count)
            kinds.append(
                Phrase(
                    "another customer, period, due month or item for {bills}: {told}",
                    bills=bills,
                    told=self.moves.told,
                )
            )
        if self.payers.count:
            kinds.append(self.payers_told)
        customers = customers_counted(self.customers)
        if self.names.count:
            kinds.append(
                Phrase(
                    "another name for {renamed} of {customers}: {told}",
                    renamed=self.names.count,
                    customers=customers,
                    told=self.names.told,
                )
            )
        if self.names_exchanged:
            kinds.append(
                Phrase("{count} of these names are other customers' now", count=self.names_exchanged)
            )
        if self.inputs.count:
            kinds.append(
                Phrase(
                    "other inputs for {changed} of {customers}: {told}",
                    changed=self.inputs.count,
                    customers=customers,
                    told=self.inputs.told,
                )
            )
        if self.exchanged:
            kinds.append(
                Phrase(
                    "{count} of these are other customers' now: payers would see their bills",
                    count=self.exchanged,
                )
            )
        return listed([*kinds, *self._former_words()])

    def _former_words(self) -> list[Phrase]:
        if not self.former.count:
            return []
        return [
            Phrase(
                "inputs that were other customers' until a change, who still have unpaid bills: {told}",
                told=self.former.told,
            )
        ]


class IdentityError(TranslatableError):
    """An import would change whose bills are or who customers are, so nothing of the file was imported."""

    def __init__(self, name: str, changes: IdentityChanges) -> None:
        self.changes = changes
        super().__init__(
            Phrase(
                "{name}: nothing was imported: it would bring {changes}; check that the numbers in the file are not"
                " those of its rows; if this is meant, import it with --identity-changes",
                name=name,
                changes=changes.words(),
            )
        )


def _whose(identity: BillIdentity, other: BillIdentity) -> Phrase:
    """Say whose a bill is, and for which period; if no version has one, by the month and the item."""
    what: str | Phrase = Phrase("no period")
    if identity.period:
        what = mask_cards(identity.period)
        if identity.period == other.period and identity.due_date != other.due_date:
            due = Phrase("due {month}", month=identity.due_date.isoformat()[: len("YYYY-MM")])
            what = Phrase("{period}, {due}", period=what, due=due)
    elif not other.period:
        month = identity.due_date.isoformat()[: len("YYYY-MM")]
        due = Phrase("due {month}", month=month)
        item = mask_cards(identity.description) if identity.description else None
        what = Phrase("{due}, {item}", due=due, item=item) if item else due
    return Phrase("{customer_no} ({period})", customer_no=mask_cards(identity.customer_no), period=what)
