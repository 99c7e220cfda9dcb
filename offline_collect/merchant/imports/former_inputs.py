"""Inputs that were another customer's before: payers who type them would find this one's bills now.

One file that takes an input from a customer and gives it to another shows both; of two files each shows one half.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from offline_collect.domain.imports.rows import Change, RowOutcome
from offline_collect.domain.lookup_keys import lookup_keys
from offline_collect.files.columns.records import Record
from offline_collect.merchant.common.target import Target
from offline_collect.merchant.imports.customer_rows import normal_inputs
from offline_collect.store import SqlStore, StoreTransaction
from offline_collect.store.backoffice.former_inputs import former_inputs, owing_customers

FOUND_MAX = 10_000
"""Inputs taken over that are remembered: an import with more stops all the same."""


class FormerInputs:
    """Finds customers of a file who take over what payers typed for somebody else until an earlier change."""

    def __init__(self, target: Target, former: Iterable[tuple[str, Mapping[str, str]]]) -> None:
        """Remember the former owners: customers' numbers, and the inputs that are theirs no more."""
        self._target = target
        self._owners: dict[str, str] = {}
        for number, inputs in former:
            for key in lookup_keys(target.form, inputs):
                self._owners.setdefault(key, number)
        self._taken: dict[str, str] = {}

    @classmethod
    def of(cls, store: SqlStore, target: Target, key_column: str) -> FormerInputs:
        """Return those of a merchant; bills take no inputs over."""
        if key_column != "customer_no":
            return cls(target, ())
        with store.snapshot() as reading:
            return cls(target, former_inputs(reading, target.merchant.merchant_id))

    def note(self, record: Record, outcome: RowOutcome) -> None:
        """Note an accepted row that is new, or has other inputs."""
        if not self._owners or not (outcome.change is Change.NEW or outcome.inputs is not None):
            return
        number = str(record.values["customer_no"])
        for key in lookup_keys(self._target.form, normal_inputs(record, self._target)):
            owner = self._owners.get(key, number)
            if owner != number and len(self._taken) < FOUND_MAX:
                self._taken.setdefault(owner, number)

    def owing(self, tx: StoreTransaction) -> list[tuple[str, str]]:
        """Return the former owners who still owe something, each with the customer who takes over."""
        if not self._taken:
            return []
        owing = owing_customers(tx, self._target.merchant.merchant_id, self._taken)
        return [(owner, number) for owner, number in self._taken.items() if owner in owing]
